package register

import (
	"context"
	"fmt"
	"slices"

	"github.com/ospo-register/ospo/importers/codejson"
	"github.com/ospo-register/ospo/importers/dcat"
	"github.com/ospo-register/ospo/importers/forge"
	"github.com/ospo-register/ospo/importers/opencatalog"
	"github.com/ospo-register/ospo/importers/publiccode"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// page reads one answer, takes what it describes and gives the address of the next. address is how it was asked for, which the log names.
func (c *sourceReader) page(ctx context.Context, content []byte, mediaType, base, address string) (next string, err error) {
	c.pages++
	before, refused := c.found, c.refused
	var remarks []models.Remark
	switch c.source.Kind {
	case models.OpenCatalogSource:
		next, remarks, err = c.openCatalog(ctx, content)
	case models.DCATSource:
		var page *dcat.Page
		page, remarks = dcat.Read(content, mediaType, base)
		next = page.Next
		for i := 0; i < len(page.Descriptions) && err == nil; i++ {
			d := &page.Descriptions[i]
			key := foreignKey(d)
			if len(d.Identifiers) > 0 {
				key = d.Identifiers[0] // the thing's own address
			}
			err = c.entry(ctx, key, *d, true, 0)
		}
	default:
		var file *codejson.File
		file, remarks = codejson.Read(content)
		for i := 0; file != nil && i < len(file.Descriptions) && err == nil; i++ {
			d := &file.Descriptions[i]
			if d.Organisation.Name == "" {
				d.Organisation.Name = file.Agency
			}
			err = c.entry(ctx, foreignKey(d), *d, true, 0)
		}
	}
	if err != nil {
		return "", err
	}
	if c.found == before {
		next = "" // a page without entries is the last, whatever it says
	}
	if err := c.told(ctx, address, c.found-before, refused, remarks); err != nil || next == "" {
		return "", err
	}
	onward, p := c.nextPage(next, base)
	if p != nil {
		c.partial = true
		return "", c.line(ctx, next, 0, p, nil)
	}
	return onward, nil
}

// told adds the line of an answer to the log, and notes what makes it less than whole.
func (c *sourceReader) told(ctx context.Context, address string, entries, refused int, remarks []models.Remark) error {
	var p *forge.Problem
	for i := range remarks {
		remark := &remarks[i]
		syntax := slices.Contains([]string{"broken-json", "broken-xml", "bad-sentence", "yaml-syntax", "too-much", "too-large"}, remark.Rule)
		c.partial = c.partial || syntax || remark.Rule == "cut-off"
		problem := &forge.Problem{Outcome: models.VisitInvalid, Detail: where(remark) + remark.Message, Cure: "Tell whoever runs the catalogue; what could be read was taken."}
		if c.run.Filename != "" {
			problem.Cure = "Mend the file there and bring it again; what could be read was taken."
		}
		if p == nil && (remark.Severity == models.Fatal || remark.Severity == models.Failure) {
			p = problem
		}
		if syntax && !c.syntax || c.broke == nil && (remark.Severity == models.Fatal || remark.Rule == "cut-off") {
			c.broke, c.syntax = problem, syntax
		}
	}
	if n := c.refused - refused; n > 0 && p == nil {
		p = &forge.Problem{Outcome: models.VisitInvalid, Detail: fmt.Sprintf("%d entries are larger than 1 MB, or past the 200,000 that one source may have; they were left out.", n)}
	}
	return c.line(ctx, address, entries, p, remarks)
}

func where(r *models.Remark) string {
	switch {
	case r.Line == 0:
		return ""
	case r.Column == 0:
		return fmt.Sprintf("Line %d: ", r.Line)
	}
	return fmt.Sprintf("Line %d, column %d: ", r.Line, r.Column)
}

// unreadable is why nothing came of a reading that got what it asked for; nil when it could be read.
func (c *sourceReader) unreadable() error {
	if c.broke == nil || c.found > 0 {
		return nil
	}
	p := *c.broke
	p.Outcome, p.Cure = models.VisitInvalid, "Look whether the source answers as "+kindNames[c.source.Kind]+", and tell whoever runs it. What was kept before stays as it is."
	if c.run.Filename != "" {
		p.Cure = "Mend the file there and bring it again. For this source it is " + kindNames[c.source.Kind] + ". What was kept before stays as it is."
	}
	return &p
}

// kindNames says what each kind of source answers with.
var kindNames = map[models.SourceKind]string{
	models.OpenCatalogSource: "the list of software of an Open Catalog API in JSON", models.PublicCodeList: "a publiccode.yml",
	models.CodeJSONSource: "a code.json", models.AgencyIndexSource: "a code.json that lists what an agency has", models.DCATSource: "a DCAT catalogue in Turtle, JSON-LD or RDF/XML",
}

func (c *sourceReader) openCatalog(ctx context.Context, content []byte) (next string, remarks []models.Remark, err error) {
	page, remarks := opencatalog.ReadSoftware(content)
	if page == nil {
		return "", remarks, nil
	}
	for i := 0; i < len(page.Software) && err == nil; i++ {
		s := &page.Software[i]
		if !s.Active {
			continue // its own catalogue does not show it
		}
		key := s.ID
		if key == "" {
			key = foreignKey(&s.Description)
		}
		if s.URL != "" {
			s.Description.URL = s.URL // what the catalogue knows it by
		}
		err = c.entry(ctx, key, s.Description, s.Description.Format == models.PublicCode && models.Valid(s.Remarks), len(s.Remarks))
	}
	return page.Next, remarks, err
}

// SourceDocument is a catalogue, or a page of one, that was brought as a file.
type SourceDocument struct {
	Filename  string
	MediaType string // "" to tell by the content
	Content   []byte
}

// MostCatalogue bounds a document that is brought, in bytes.
const MostCatalogue = 64 << 20

// BringCatalogue reads documents as if the source had answered with them: for a register that cannot ask, or must not. All of them together are the source as it is now.
func (r *Register) BringCatalogue(ctx context.Context, by models.Viewer, source int64, documents []SourceDocument, mode models.ReadingMode) (*store.ReadingRow, error) {
	if err := may(by, models.WriteSource, 0, "bring catalogues of other governments"); err != nil {
		return nil, err
	}
	if len(documents) == 0 || len(documents[0].Content) == 0 {
		return nil, &models.Error{Kind: models.Invalid, Code: "invalid-input", Detail: "There is no document, or it is empty.", Fields: []models.FieldError{{Field: "body", Code: "required", Detail: "Choose the file of the catalogue."}}}
	}
	for _, d := range documents {
		if len(d.Content) > MostCatalogue {
			return nil, models.Refuse(models.TooLarge, "catalogue-too-large", "The document "+d.Filename+" is larger than 64 MB. Bring it in pages.")
		}
	}
	run, err := r.newReading(ctx, by, source, mode, orElse(documents[0].Filename, "document"))
	if err != nil {
		return nil, err
	}
	row, err := r.store.Source(ctx, source)
	if err != nil {
		return nil, err
	}
	c := r.newSourceReader(row, run)
	err = c.bring(ctx, documents)
	if err := r.concludeReading(ctx, run.ID, c, err); err != nil {
		return nil, err
	}
	return r.store.Reading(ctx, run.ID)
}

func (c *sourceReader) bring(ctx context.Context, documents []SourceDocument) error {
	for i, d := range documents {
		name := orElse(d.Filename, fmt.Sprintf("document %d", i+1))
		if c.source.Kind == models.PublicCodeList {
			if err := c.bringDescription(ctx, name, d.Content); err != nil {
				return err
			}
			continue
		}
		next, err := c.page(ctx, d.Content, d.MediaType, c.source.URL, name)
		if err != nil {
			return err
		}
		c.partial = c.partial || next != "" && i == len(documents)-1 // more pages are to come
	}
	if err := c.flush(ctx); err != nil {
		return err
	}
	return c.unreadable()
}

// bringDescription reads one publiccode.yml, or a list in which nothing but addresses stands.
func (c *sourceReader) bringDescription(ctx context.Context, name string, content []byte) error {
	c.pages++
	if !publiccode.Is(content) {
		c.partial = true
		p := &forge.Problem{Outcome: models.VisitUndescribed, Detail: "This is no publiccode.yml. A list of addresses says nothing without asking them.", Cure: "Bring the publiccode.yml files themselves."}
		if c.broke == nil {
			c.broke = p
		}
		return c.line(ctx, name, 0, p, nil)
	}
	d, remarks := publiccode.Read(content)
	if d == nil || d.Name == "" && d.URL == "" { // nothing that could be known again
		return c.told(ctx, name, 0, c.refused, remarks)
	}
	return c.described(ctx, name, d.URL, d, remarks)
}

// described takes what a publiccode.yml says; at is where it was found, by which the entry is known.
func (c *sourceReader) described(ctx context.Context, address, at string, d *models.Description, remarks []models.Remark) error {
	valid := models.Valid(remarks)
	if err := c.entry(ctx, addressKey(at), *d, valid, len(remarks)); err != nil || valid {
		return err
	}
	return c.told(ctx, address, 1, c.refused, remarks)
}
