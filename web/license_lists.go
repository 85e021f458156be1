package web

import (
	"errors"
	"io"
	"net/http"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

func (s *site) mountLicenseLists(r *routes) {
	r.get("/license-lists", s.licenseLists)
	r.post("/license-lists", s.bringLicenseList)
	r.get("/license-lists/:id", s.licenseList)
	r.post("/license-lists/:id/activate", s.activateLicenseList)
}

// listsPage says which licence list is judged by, and takes a newer one in.
type listsPage struct {
	Form    *form
	Version licenses.Version
	Count   int // licences
	Extra   int // exceptions
	BuiltIn bool
	Since   *models.LicenseList // nil while the list is the one built in
	Lists   []models.LicenseList
	MayAct  bool
	Credits []licenses.Attribution
	Most    int64
}

func (s *site) licenseLists(c *page) error { return s.showLists(c, newForm()) }

func (s *site) showLists(c *page, f *form) error {
	list, err := s.Register.LicenseList(c.ctx())
	if err != nil {
		return err
	}
	p := listsPage{Form: f, Version: list.Version(), Count: len(list.All()), MayAct: c.viewer.May(models.WritePolicy, 0), Credits: licenses.Attributions(), Most: mostListBytes}
	p.BuiltIn = list.Digest() == licenses.Embedded().Digest()
	if p.Since, err = s.Store.ActiveLicenseList(c.ctx()); models.IsKind(err, models.NotFound) {
		p.Since, err = nil, nil
	}
	if err != nil {
		return err
	}
	all, err := s.Store.LicenseLists(c.ctx())
	if err != nil {
		return err
	}
	for _, l := range all {
		if l.State != models.PolicyDraft || c.viewer.SeesAll() || p.MayAct {
			p.Lists = append(p.Lists, l)
		}
	}
	return c.show(view{Name: "license-lists", Title: "The licence list", Nav: "/licenses", Crumbs: []crumb{{"Licences", "/licenses"}, {"Licence list", ""}}, Form: f, Page: p})
}

// mostListBytes bounds each of the two files of a licence list. Those of SPDX have less than 1 MB.
const mostListBytes = 8 << 20

func (s *site) bringLicenseList(c *page) error {
	if !c.viewer.May(models.WritePolicy, 0) {
		return refuseWrite(c, "bring in a licence list")
	}
	f := newForm()
	files, err := c.twoFiles("licenses", "exceptions", mostListBytes)
	var update *register.ListUpdate
	if err == nil {
		update, err = s.Register.BringLicenseList(c.ctx(), c.viewer, files["licenses"], files["exceptions"])
	}
	if err == nil {
		return c.done("/license-lists/"+idText(update.ID), "The list is kept. It judges nothing until you put it in force.")
	}
	if !f.refused(err) {
		return err
	}
	if len(f.Problem.Fields) == 0 {
		f.pointTo("licenses")
	}
	return s.showLists(c, f)
}

// twoFiles reads the files of a form by the names of their fields. Every one that is missing is named.
func (c *page) twoFiles(one, other string, most int64) (map[string][]byte, error) {
	r := c.request()
	r.Body = http.MaxBytesReader(c.g.Writer, r.Body, 2*most+maxForm)
	files := map[string][]byte{}
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, models.Refuse(models.Invalid, "form-unreadable", "The form did not arrive whole. Send it again.")
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, broken(err, most)
		}
		if name := part.FormName(); name != one && name != other || part.FileName() == "" {
			continue
		}
		body, err := io.ReadAll(io.LimitReader(part, most+1))
		if err != nil {
			return nil, broken(err, most)
		}
		if int64(len(body)) > most {
			return nil, &models.Error{Kind: models.TooLarge, Code: "license-list-too-large", Detail: "A file was not taken.",
				Fields: []models.FieldError{{Field: part.FormName(), Code: "too-large", Detail: "The file is larger than " + fileSize(most) + ". Choose the one that SPDX publishes under this name."}}}
		}
		files[part.FormName()] = body
	}
	var m models.Mistakes
	for _, name := range []string{one, other} {
		if len(files[name]) == 0 {
			m.Add(name, "required", "Choose the file "+name+".json.")
		}
	}
	return files, m.Err()
}

// listPage says what a list that was brought in would change, and asks whether to judge by it.
type listPage struct {
	Form    *form
	List    *models.LicenseList
	Update  *register.ListUpdate
	Impact  *impactView
	Kinds   []listChange
	Sure    []option
	Pending bool // it can be put in force
}

// listChange is what differs between two lists in one way.
type listChange struct {
	Title   string
	Changes []licenses.Change
	Rest    int
}

// shownListChanges bounds the changes of one kind that are shown.
const shownListChanges = 60

var listChangeTitles = []struct {
	kind  licenses.ChangeKind
	title string
}{
	{licenses.ChangeAdded, "Added"}, {licenses.ChangeRemoved, "Removed"}, {licenses.ChangeDeprecated, "Deprecated"}, {licenses.ChangeRevived, "No longer deprecated"}, {licenses.ChangeOSI, "Approval by OSI"},
	{licenses.ChangeFSF, "What the FSF says"}, {licenses.ChangeName, "Another name"}, {licenses.ChangeSpelling, "Another spelling"},
}

func (s *site) licenseList(c *page) error {
	return s.showList(c, newForm())
}

func (s *site) showList(c *page, f *form) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	if !c.viewer.May(models.WritePolicy, 0) {
		return refuseWrite(c, "change the licence list")
	}
	p := listPage{Form: f}
	if p.Update, err = s.Register.PreviewLicenseList(c.ctx(), c.viewer, id); err != nil {
		return err
	}
	all, err := s.Store.LicenseLists(c.ctx())
	if err != nil {
		return err
	}
	for i := range all {
		if all[i].ID == id {
			p.List = &all[i]
		}
	}
	if p.List == nil {
		return models.NoSuch("license-list")
	}
	p.Pending = p.List.State != models.PolicyActive
	p.Impact, p.Kinds = viewImpact(p.Update.Impact), listChanges(p.Update.Changes)
	p.Sure = []option{{Value: "yes", Label: "I have read what would change. Judge all of government by list " + p.List.Number + "."}}
	title := "SPDX licence list " + shorten(p.List.Number, 40)
	return c.show(view{Name: "license-list", Title: title, Nav: "/licenses", Crumbs: []crumb{{"Licences", "/licenses"}, {"Licence list", "/license-lists"}, {shorten(p.List.Number, 40), ""}}, Form: f, Page: p})
}

func listChanges(all []licenses.Change) []listChange {
	var kinds []listChange
	for _, t := range listChangeTitles {
		k := listChange{Title: t.title}
		for _, ch := range all {
			switch {
			case ch.Kind != t.kind:
			case len(k.Changes) < shownListChanges:
				k.Changes = append(k.Changes, ch)
			default:
				k.Rest++
			}
		}
		if len(k.Changes) > 0 {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// Count is how many changes there are of the kind.
func (k listChange) Count() int { return len(k.Changes) + k.Rest }

func (s *site) activateLicenseList(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	var m models.Mistakes
	if f.get("sure") != "yes" {
		m.Add("sure", "required", "Tick the box when you have read what would change.")
	}
	if err = m.Err(); err == nil {
		err = s.Register.ActivateLicenseList(c.ctx(), c.viewer, id)
	}
	if err == nil {
		return c.done("/license-lists", "The list is in force. Software is judged by it in the background; give it a moment.")
	}
	if !f.refused(err) {
		return err
	}
	return s.showList(c, f)
}
