package web

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountAnalyses(r *routes) {
	r.get("/repositories/:id/analyses", s.analyses)
	r.post("/repositories/:id/analyses", s.writeAnalysis)
	r.get("/repositories/:id/analyses/:namespace", s.analysis)
	r.post("/repositories/:id/analyses/:namespace/removal", s.removeAnalysis)
}

// analysisRow is what one scanner wrote, in one line.
type analysisRow struct {
	Namespace, Path string
	Version         int
	At              time.Time
	Names           []string // of its first members
	Bytes           int64
}

// analysesPage lists what scanners wrote of a repository, or is about one of them.
type analysesPage struct {
	*store.RepositoryRow
	Path     string
	List     []analysisRow
	One      *analysisRow
	Tree     treeNode
	Form     *form
	MayWrite bool
}

func (s *site) openAnalyses(c *page) (*analysesPage, []models.Analysis, error) {
	id, err := c.id("id")
	if err != nil {
		return nil, nil, err
	}
	row, err := s.Store.Repository(c.ctx(), c.viewer, id)
	if err != nil {
		return nil, nil, err
	}
	list, err := s.Store.Analyses(c.ctx(), id)
	if err != nil {
		return nil, nil, err
	}
	p := &analysesPage{RepositoryRow: row, Path: "/repositories/" + idText(id) + "/analyses", MayWrite: c.viewer.May(models.WriteAnalysis, row.AgencyID)}
	for i := range list {
		one, err := p.row(&list[i])
		if err != nil {
			return nil, nil, err
		}
		p.List = append(p.List, one)
	}
	return p, list, nil
}

func (p *analysesPage) row(a *models.Analysis) (analysisRow, error) {
	row := analysisRow{Namespace: a.Namespace, Path: p.Path + "/" + a.Namespace, Version: a.FormatV, At: a.WrittenAt, Bytes: int64(len(a.Body))}
	tree, err := treeOf(a.Body)
	for _, part := range tree.Parts[:min(len(tree.Parts), 8)] {
		row.Names = append(row.Names, part.Name)
	}
	return row, err
}

func (p *analysesPage) crumbs(last ...crumb) []crumb {
	return append([]crumb{{"Repositories", "/repositories"}, {shorten(p.Canonical, 60), "/repositories/" + idText(p.ID)}}, last...)
}

func (s *site) analyses(c *page) error {
	return s.showAnalyses(c, newForm("body", "{\n  \"v\": 1\n}"))
}

func (s *site) showAnalyses(c *page, f *form) error {
	p, _, err := s.openAnalyses(c)
	if err != nil {
		return err
	}
	p.Form = f
	return c.show(view{Name: "analyses", Title: "What scanners say of " + p.Canonical, Nav: "/catalogue", Crumbs: p.crumbs(crumb{"What scanners say", ""}), Form: f, Page: p})
}

func (s *site) analysis(c *page) error {
	p, list, err := s.openAnalyses(c)
	if err != nil {
		return err
	}
	for i := range list {
		if list[i].Namespace != c.g.Param("namespace") {
			continue
		}
		if p.Tree, err = treeOf(list[i].Body); err != nil {
			return err
		}
		p.One = &p.List[i]
		return c.show(view{Name: "analysis", Title: p.One.Namespace + " of " + p.Canonical, Nav: "/catalogue", Crumbs: p.crumbs(crumb{"What scanners say", p.Path}, crumb{p.One.Namespace, ""}), Page: p})
	}
	return models.NoSuch("analysis")
}

// analysisGiven reads what the form says under which namespace. JSON that cannot be read is a mistake of the field.
func analysisGiven(f *form) (map[string]json.RawMessage, error) {
	body := json.RawMessage(f.get("body"))
	if !json.Valid(body) {
		var m models.Mistakes
		if f.get("namespace") == "" {
			m.Add("namespace", "required", "Name the scanner.")
		}
		if len(body) == 0 {
			m.Add("body", "required", "This is empty. Write an object in braces, with names in double quotation marks.")
			return nil, m.Err()
		}
		m.Add("body", "bad-json", "This is not JSON"+placeOf(body)+". Write an object in braces, with names in double quotation marks.")
		return nil, m.Err()
	}
	return map[string]json.RawMessage{f.get("namespace"): body}, nil
}

// placeOf says where a text stops being JSON; "" when that is its end.
func placeOf(body []byte) string {
	var v any
	bad, ok := json.Unmarshal(body, &v).(*json.SyntaxError) //nolint:errorlint // as encoding/json gives it
	if !ok || int(bad.Offset) > len(body) {
		return ""
	}
	line, column := 1, 0
	for _, b := range body[:bad.Offset] {
		if column++; b == '\n' {
			line, column = line+1, 0
		}
	}
	return " from line " + strconv.Itoa(line) + ", column " + strconv.Itoa(column) + " on"
}

// analysisFields leads what is wrong with the namespace or beneath it to the two fields of the form.
func (f *form) analysisFields() {
	for i := range f.Problem.Fields {
		e := &f.Problem.Fields[i]
		switch {
		case e.Field == "namespace" || e.Field == "body":
		case e.Code == "bad-namespace":
			e.Field = "namespace"
		default:
			e.Field = "body"
		}
	}
}

func (s *site) writeAnalysis(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	given, err := analysisGiven(f)
	if err == nil {
		if _, err = s.Register.WriteAnalyses(c.ctx(), c.viewer, id, given); err == nil {
			return c.done("/repositories/"+idText(id)+"/analyses/"+f.get("namespace"), "The analysis is kept.")
		}
	}
	if f.refused(err) {
		f.analysisFields()
		return s.showAnalyses(c, f)
	}
	return err
}

func (s *site) removeAnalysis(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	if _, err := s.Register.WriteAnalyses(c.ctx(), c.viewer, id, map[string]json.RawMessage{c.g.Param("namespace"): json.RawMessage("null")}); err != nil {
		return err
	}
	return c.done("/repositories/"+idText(id)+"/analyses", "The analysis is taken away.")
}
