package register

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"slices"

	"github.com/ospo-register/ospo/exporters/notice"
	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/licenses/texts"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/packages"
	"github.com/ospo-register/ospo/policy"
)

// NoticeFormat is a notation that notices are written in, as in the URL.
type NoticeFormat string

// The notations of a notice.
const (
	NoticeText     NoticeFormat = "text"
	NoticeMarkdown NoticeFormat = "markdown"
	NoticeHTML     NoticeFormat = "html"
)

// NoticeFormats lists them in the order of a page.
var NoticeFormats = []NoticeFormat{NoticeText, NoticeMarkdown, NoticeHTML}

// Notice writes the notice (attribution document) of a release: every component that is passed on with it, its copyright lines as the original document
// states them, its licence as it holds for the steward, the full text of every licence once, and what is missing. The same document and the same words of
// people about its licences give the same bytes.
//
// Not found where the viewer may not see the release, in conflict (codes "no-document", "sbom-reduced") where there is nothing to write it from, and too large
// (code "export-too-large") beyond MaxExportPackages.
func (r *Register) Notice(ctx context.Context, v models.Viewer, release int64, format NoticeFormat) (*Export, error) {
	if !slices.Contains(NoticeFormats, format) {
		return nil, invalidField("format", "unknown-value", "Choose text, markdown or html.")
	}
	var e *Export
	err := r.noticed(ctx, v, release, func(l *licensed, doc notice.Document) error {
		var err error
		e, err = writeNotice(doc, format, l.asset.Title()+" "+l.release.Number+" notice")
		return err
	})
	return e, err
}

// NoticeGap is one kind of thing that keeps a notice from being complete: a sentence with the count, what to do, and the first of the components.
type NoticeGap struct {
	Sentence, Cure string
	Names          []string
	More           int // components besides
}

// NoticeGaps says in sentences what the notice of a release holds, and what is missing to make it complete. It fails as Notice does.
func (r *Register) NoticeGaps(ctx context.Context, v models.Viewer, release int64) (summary []string, missing []NoticeGap, err error) {
	err = r.noticed(ctx, v, release, func(_ *licensed, doc notice.Document) error {
		said, gaps, err := notice.Gaps(doc)
		summary = said
		for _, g := range gaps {
			missing = append(missing, NoticeGap(g))
		}
		return err
	})
	return summary, missing, err
}

// noticed hands over what the notice of a release is made of.
func (r *Register) noticed(ctx context.Context, v models.Viewer, release int64, use func(*licensed, notice.Document) error) error {
	l, err := r.licensedHead(ctx, v, release)
	if err != nil {
		return err
	}
	if l.sbom.Packages > MaxExportPackages {
		return tooLargeDocument()
	}
	agency, err := r.store.Agency(ctx, l.asset.StewardID)
	if err != nil {
		return err
	}
	done, err := r.writing(ctx)
	if err != nil {
		return err
	}
	defer done()
	doc, err := r.reread(ctx, l.sbom)
	if err != nil {
		return err
	}
	credits := newCredits(l, doc)
	return use(l, notice.Document{
		Product: l.asset.Title(), Release: l.release.Number, Agency: agency.Name, List: l.sitting.list.Version(),
		Source:   fmt.Sprintf("the %s document received %s", l.sbom.Format, l.sbom.ReceivedAt.UTC().Format("2006-01-02")),
		Digest:   hex.EncodeToString(l.sbom.SHA256),
		Extracts: credits.extracts(),
		Each:     credits.each,
	})
}

func writeNotice(doc notice.Document, format NoticeFormat, title string) (*Export, error) {
	f, err := temporary()
	if err != nil {
		return nil, err
	}
	e := &Export{file: f}
	switch format {
	case NoticeMarkdown:
		e.MediaType, e.Filename = notice.MarkdownType, slug(title)+".md"
		err = notice.Markdown(f, doc)
	case NoticeHTML:
		e.MediaType, e.Filename = notice.HTMLType, slug(title)+".html"
		err = notice.HTML(f, doc)
	default:
		e.MediaType, e.Filename = notice.TextType, slug(title)+".txt"
		err = notice.Text(f, doc)
	}
	if err == nil {
		if e.Size, err = f.Seek(0, io.SeekCurrent); err == nil {
			_, err = f.Seek(0, io.SeekStart)
		}
	}
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("writing the notice: %w", err)
	}
	return e, nil
}

// credits hands the packages of a document over as the components of a notice.
type credits struct {
	*licensed
	doc      *models.WholeSBOM
	ties     []tie
	own      int32                          // the product itself, -1 for none
	known    map[string]licenses.Expression // LicenseRefs whose text is a listed licence's
	readings map[[2]string]licenses.Reading // by what is declared and concluded
	chosen   map[string]licenses.Expression // by the expression without
}

func newCredits(l *licensed, doc *models.WholeSBOM) *credits {
	doc.Sound()
	c := &credits{licensed: l, doc: doc, own: -1, known: map[string]licenses.Expression{}, readings: map[[2]string]licenses.Reading{}, chosen: map[string]licenses.Expression{}}
	c.ties = ties(&models.Content{Components: make([]int32, len(doc.List)), Roots: doc.Roots, Edges: doc.Edges})
	if len(doc.Roots) == 1 {
		c.own = doc.Roots[0]
	}
	for _, x := range doc.Extracted {
		if m := texts.Identify(x.Text); m.Certain {
			c.known[x.Ref] = m.Expression.Current()
		}
	}
	return c
}

func (c *credits) extracts() []notice.Extract {
	list := make([]notice.Extract, len(c.doc.Extracted))
	for i, x := range c.doc.Extracted {
		list[i] = notice.Extract{Ref: x.Ref, Name: x.Name, Text: x.Text}
	}
	return list
}

// silent reports whether the document states no licence of a package.
func (c *credits) silent(p *models.SBOMPackage) bool {
	kind := c.reading(p.Declared, p.Concluded).Kind
	return kind == licenses.ReadAbsent || kind == licenses.ReadNoAssertion
}

// each leaves out what is not passed on with the product: what is needed only to develop, build or test it, and the product itself where government built it.
func (c *credits) each(give func(*notice.Component) error) error {
	for i := range c.doc.List {
		own := int32(i) == c.own
		if own && c.asset.Origin == models.GovBuilt || c.ties[i] == apartFromIt {
			continue
		}
		credit := c.credit(&c.doc.List[i])
		if entry := licenses.Read(c.asset.License); own && credit.License.IsZero() && c.silent(&c.doc.List[i]) && entry.Kind == licenses.ReadExpression {
			credit.License, credit.Stated, credit.Notes = entry.Expression, "", append(credit.Notes, "The licence is that of the product's entry in the register.")
		}
		if err := give(credit); err != nil {
			return err
		}
	}
	return nil
}

func (c *credits) credit(p *models.SBOMPackage) *notice.Component {
	out := &notice.Component{Name: p.Name, Version: p.Version, PURL: p.PURL, Homepage: p.Homepage, Copyright: p.Copyright}
	reading := c.reading(p.Declared, p.Concluded)
	out.License, out.Stated = reading.Expression, reading.Stated
	for _, leaf := range reading.Expression.Refs() {
		if known, listed := c.known[leaf.ID]; listed {
			out.License = out.License.Choose(licenses.Of(leaf), known)
			out.Notes = append(out.Notes, "By its text "+leaf.String()+" of the document is "+known.String()+".")
		}
	}
	if reading.Guessed {
		out.Notes = append(out.Notes, "The licence was read from the words “"+reading.Stated+"”.")
	}
	version, base := p.Version, ""
	if parsed, err := packages.ParsePURL(p.PURL); p.PURL != "" && err == nil {
		base = parsed.Base()
		if version == "" {
			version = parsed.Version
		}
	}
	if concluded := c.sitting.conclusionFor(&c.subject, base, p.Name, version); concluded != nil {
		if e, err := licenses.Parse(concluded.Concluded); err == nil {
			out.License, out.Stated, out.Notes = e, "", []string{"The licence was concluded by a review; the document states " + quoteStated(reading) + "."}
		}
	}
	if taken := c.choose(out.License); !taken.Equal(out.License) {
		out.Chosen = taken
	}
	return out
}

func quoteStated(r licenses.Reading) string {
	if r.Kind == licenses.ReadAbsent {
		return "none"
	}
	return "“" + r.Stated + "”"
}

// reading is what the document says of a licence, read once for all packages that say the same.
func (c *credits) reading(declared, concluded string) licenses.Reading {
	key := [2]string{declared, concluded}
	r, done := c.readings[key]
	if !done {
		d, k := licenses.Read(declared), licenses.Read(concluded)
		if r = d; licenses.ConclusionDecides(d.Kind, k.Kind) {
			r = k
		}
		c.readings[key] = r
	}
	return r
}

func (c *credits) choose(e licenses.Expression) licenses.Expression {
	if e.IsZero() {
		return e
	}
	after, done := c.chosen[e.String()]
	if !done {
		st, _ := c.sitting.choose(&c.subject, policy.Statement{Kind: licenses.ReadExpression, Expression: e})
		after = st.Expression
		c.chosen[e.String()] = after
	}
	return after
}
