package sbom

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ospo-register/ospo/models"
)

// JSON streams one JSON document. It holds one token at a time; the first error ends it. A reader of a format embeds it.
type JSON struct {
	Dec   *jsontext.Decoder
	Err   error
	Loose bool // the JSON was made from XML: single values for lists and repeated names are no findings
	// Alias, when set, knows names that are met in an object in place of the right ones.
	Alias func(o *Fields, name string) (right string, ok bool)

	// Shorten, when set, gives the short form of a name that the format allows in a longer form too.
	Shorten func(name string) string

	notes  *Findings
	depth  int
	format string
	buf    []byte            // a string without its escapes
	words  map[string]string // strings met before, so that a licence stated 50,000 times is kept once
	follow followers
	passed [fieldKinds][fieldNames]int // how often names were met that are not kept
	kinds  [fieldKinds]*Fields
}

// NewJSON makes a JSON that reads r for b.
func NewJSON(r io.Reader, b *Builder) *JSON {
	guarded := &guardedReader{src: r, most: int64(b.Limits.StringLength)}
	j := &JSON{Dec: jsontext.NewDecoder(guarded, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)), notes: b.Notes, depth: b.Limits.Depth, format: b.Words.Format, words: map[string]string{}}
	guarded.read = j.Dec.InputOffset
	return j
}

// Ended says how reading ended. A refusal or a failure of the source is an error; a document that breaks off is none, but
// broken says how, for people. Blanks after the document are read, anything else there is a finding.
func (j *JSON) Ended() (broken string, err error) {
	var refusal *models.Error
	var syntax *jsontext.SyntacticError
	switch {
	case errors.As(j.Err, &refusal):
		return "", refusal
	case j.Err == nil:
		return "", j.trailing()
	case errors.As(j.Err, &syntax), errors.Is(j.Err, io.ErrUnexpectedEOF), errors.Is(j.Err, io.EOF):
		return fmt.Sprintf("from byte %d on (%s)", j.Dec.InputOffset(), syntaxError(j.Err)), nil
	}
	return "", j.Err
}

// BreakOff notes that the document could be read only so far; broken is what Ended said.
func (j *JSON) BreakOff(broken string, packages int) {
	j.notes.Add("broken-off", string(j.Dec.StackPointer()), "The document cannot be read %s; what came before was kept, %d packages.", broken, packages)
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
func (j *JSON) trailing() error {
	kind := j.Dec.PeekKind()
	if kind == 0 {
		_, err := j.Dec.ReadToken()
		var refusal *models.Error
		if errors.As(err, &refusal) {
			return refusal
		}
		if err == nil || errors.Is(err, io.EOF) {
			return nil
		}
	}
	j.notes.Add("trailing-data", "", "Something follows after the end of the document at byte %d; it was not read.", j.Dec.InputOffset())
	return nil
}

// NotKept gathers which known fields of which kinds of objects stand in the original only; Builder.Finish reports them.
func (j *JSON) NotKept() {
	for kind, names := range j.passed {
		for at, times := range names {
			if times > 0 {
				j.notes.OriginalOnly(j.kinds[kind].what, j.kinds[kind].names[at], times)
			}
		}
	}
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
		return 0, TooLarge("sbom-string-too-long", "The document has a value or a run of blanks longer than %s. Shorten it, or ask the administrator to raise the limit.", Size(g.most))
	}
	n, err := g.src.Read(p)
	g.fed += int64(n)
	return n, err
}
