package spdx

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ospo-register/ospo/models"
)

// jsonReader streams one SPDX JSON document into a builder. It holds one token at a time. The first error ends it.
type jsonReader struct {
	dec   *jsontext.Decoder
	b     *builder
	err   error
	loose bool              // the JSON was made from XML: single values for lists and repeated names are no findings
	buf   []byte            // a string without its escapes
	words map[string]string // strings met before, so that a licence stated 50,000 times is kept once

	follow    followers
	draft     draft
	format    string // what the document turned out to be instead of SPDX 2: "CycloneDX", "SPDX 3"
	shaped    bool   // something was met that only SPDX 2 documents have
	relations string // pointer of the list of relationships
}

// readJSON reads r to its end. The document is nil when the error is not nil.
func readJSON(r io.Reader, b *builder, loose bool) (*models.SBOMDocument, error) {
	guarded := &guardedReader{src: r, most: int64(b.lim.StringLength)}
	j := &jsonReader{
		dec:       jsontext.NewDecoder(guarded, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)),
		b:         b,
		loose:     loose,
		words:     map[string]string{},
		relations: "/relationships",
	}
	guarded.read = j.dec.InputOffset
	if j.dec.PeekKind() == '[' {
		return nil, notAnSBOM("The file is a JSON list, not an SPDX document. If it holds several documents, send each by itself.")
	}
	if j.enter("the document") {
		j.document("")
	}
	if err := j.outcome(); err != nil {
		return nil, err
	}
	return b.finish(func(index int) string { return jsonPlace{j.relations, index}.of("") }), nil
}

// outcome decides what an end of reading means: a refusal, or a finding.
func (j *jsonReader) outcome() error {
	var refusal *models.Error
	var syntax *jsontext.SyntacticError
	if errors.As(j.err, &refusal) {
		return refusal
	}
	if j.format != "" {
		return otherFormat(j.format)
	}
	broken := errors.As(j.err, &syntax) || errors.Is(j.err, io.ErrUnexpectedEOF) || errors.Is(j.err, io.EOF)
	if j.err != nil && !broken {
		return j.err
	}
	if !j.shaped {
		if broken {
			return notAnSBOM(fmt.Sprintf("The file looks like JSON but cannot be read from byte %d on (%s), and nothing before that is an SPDX document.", j.dec.InputOffset(), syntaxError(j.err)))
		}
		return notAnSBOM("The file is JSON, but not an SPDX document: it has neither spdxVersion nor packages. Export the SBOM as SPDX 2.3.")
	}
	if broken {
		j.b.notes.add("broken-off", string(j.dec.StackPointer()), "The document cannot be read from byte %d on (%s); what came before was kept, %d packages.", j.dec.InputOffset(), syntaxError(j.err), j.b.doc.Packages)
		return nil
	}
	return j.trailing()
}

func syntaxError(err error) string {
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) && syntax.Err != nil {
		err = syntax.Err
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return "it ends too early"
	}
	return strings.TrimPrefix(err.Error(), "jsontext: ")
}

// trailing looks for anything after the document. Blanks count towards the limit.
func (j *jsonReader) trailing() error {
	kind := j.dec.PeekKind()
	if kind == 0 {
		_, err := j.dec.ReadToken()
		var refusal *models.Error
		if errors.As(err, &refusal) {
			return refusal
		}
		if err == nil || errors.Is(err, io.EOF) {
			return nil
		}
	}
	j.b.notes.add("trailing-data", "", "Something follows after the end of the document at byte %d; it was not read.", j.dec.InputOffset())
	return nil
}

// guardedReader refuses a single token that is longer than the limit before the decoder has buffered all of it.
type guardedReader struct {
	src  io.Reader
	read func() int64 // how far the decoder has come
	fed  int64
	most int64
}

func (g *guardedReader) Read(p []byte) (int, error) {
	const buffered = 1 << 20 // read ahead
	if g.fed-g.read() > g.most+buffered {
		return 0, tooLarge("sbom-string-too-long", "A single value in the document is longer than %s. Shorten it, or ask the administrator to raise the limit.", size(g.most))
	}
	n, err := g.src.Read(p)
	g.fed += int64(n)
	return n, err
}
