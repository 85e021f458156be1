package web

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// importPage asks for a national list of agencies, and then says row by row what became of it, or would.
type importPage struct {
	Form      *form
	Modes     []option
	Report    *register.AgencyImport // nil until a list was sent
	Notes     []string
	Rehearsal bool
	Rows      []register.AgencyImportRow // those that are shown: refused first, then in the order of the file
}

// mostImportRows bounds the rows that the report shows; the counts cover all.
const mostImportRows = 250

// maxList bounds a list of agencies, in bytes.
const maxList = 8 << 20

func (s *site) askImport(c *page) error {
	return s.showImport(c, importPage{Form: newForm("mode", string(register.ImportRehearse))})
}

func (s *site) showImport(c *page, p importPage) error {
	if !c.viewer.MaySomewhere(models.WriteAgency) {
		return refuseWrite(c, "import agencies")
	}
	p.Modes = []option{{Value: string(register.ImportRehearse), Label: "Rehearse", Hint: "Says what would happen and changes nothing."}, {Value: string(register.ImportPerform), Label: "Import", Hint: "Adds and changes agencies. Rows with a mistake are left out."}}
	return c.show(view{Name: "agency-import", Title: "Import a list of agencies", Nav: "/agencies", Crumbs: []crumb{{Name: "Agencies", Path: "/agencies"}, {Name: "Import"}}, Form: p.Form, Page: p})
}

func (s *site) importAgencies(c *page) error {
	p := importPage{Form: newForm("mode", string(register.ImportRehearse))}
	if !c.viewer.MaySomewhere(models.WriteAgency) {
		return refuseWrite(c, "import agencies")
	}
	rows, err := s.agencyList(c, &p)
	if err == nil {
		p.Rehearsal = p.Form.get("mode") != string(register.ImportPerform)
		mode := register.ImportPerform
		if p.Rehearsal {
			mode = register.ImportRehearse
		}
		p.Report, err = s.Register.ImportAgencies(c.ctx(), c.viewer, rows, mode)
	}
	if err != nil {
		if !p.Form.refused(err) {
			return err
		}
		p.Form.pointTo("file")
		return s.showImport(c, p)
	}
	for _, refused := range []bool{true, false} {
		for _, r := range p.Report.Rows {
			if (r.Outcome == register.RowRefused) == refused && len(p.Rows) < mostImportRows {
				p.Rows = append(p.Rows, r)
			}
		}
	}
	if p.Rehearsal && p.Report.Created+p.Report.Changed > 0 {
		p.Form.set("mode", string(register.ImportPerform))
	}
	return s.showImport(c, p)
}

// agencyList reads the list that the form sent, and the other answers into its form.
func (s *site) agencyList(c *page, p *importPage) (rows []register.AgencyRow, err error) {
	r := c.request()
	r.Body = http.MaxBytesReader(c.g.Writer, r.Body, maxList)
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, noList()
	}
	for {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF) && rows != nil:
			return rows, nil
		case errors.Is(err, io.EOF):
			return nil, noList()
		case err != nil:
			return nil, brokenList(err)
		}
		if part.FormName() == "mode" {
			answer, err := io.ReadAll(io.LimitReader(part, 20))
			if err != nil {
				return nil, brokenList(err)
			}
			p.Form.set("mode", string(answer))
		}
		if part.FormName() == "file" && part.FileName() != "" {
			if rows, p.Notes, err = readList(part); err != nil {
				return nil, err
			}
		}
	}
}

// readList reads the file; a body that was cut off is told apart from a list that cannot be read.
func readList(part *multipart.Part) ([]register.AgencyRow, []string, error) {
	body := &remembering{r: part}
	rows, notes, err := register.ReadAgencyList(body)
	if body.err != nil {
		return nil, nil, brokenList(body.err)
	}
	if err == nil && rows == nil {
		rows = []register.AgencyRow{}
	}
	return rows, notes, err
}

// remembering keeps the error that a reader ended with, unless it was the end.
type remembering struct {
	r   io.Reader
	err error
}

func (m *remembering) Read(b []byte) (int, error) {
	n, err := m.r.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		m.err = err
	}
	return n, err
}

func noList() error {
	return &models.Error{Kind: models.Invalid, Code: "invalid-input", Detail: "No list was sent.",
		Fields: []models.FieldError{{Field: "file", Code: "required", Detail: "Choose the CSV file on your computer."}}}
}

func brokenList(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return models.Refuse(models.TooLarge, "list-too-large", "The list is larger than "+fileSize(maxList)+". Send it in parts.")
	}
	return models.Refuse(models.Invalid, "body-broken-off", "The list did not arrive whole. Send it again.")
}
