package web

import (
	"github.com/ospo-register/ospo/models"
)

func (s *site) mountHandIn(r *routes) {
	r.get("/sboms/new", s.askDocument)
	r.post("/sboms/new", s.handIn)
}

// handInPage takes a document for whatever it describes.
type handInPage struct {
	Form     *form
	Agencies agencyChoice
	Makes    []option
	Origins  []option
	Most     int64
}

func (s *site) askDocument(c *page) error {
	return s.showHandIn(c, newForm("make", string(models.MakeAsset), "origin", string(models.GovBuilt), "agencyId", c.query("agency")))
}

func (s *site) showHandIn(c *page, f *form) error {
	if !c.viewer.MaySomewhere(models.WriteSBOM) {
		return refuseWrite(c, "send SBOM documents")
	}
	agencies, err := c.agencyChoice(models.WriteSBOM)
	if err != nil {
		return err
	}
	if f.get("agencyId") == "" && len(agencies.Options) == 1 {
		f.set("agencyId", agencies.Options[0].Value)
	}
	p := handInPage{Form: f, Agencies: agencies, Most: s.MaxBody, Origins: words(models.Origins), Makes: []option{
		{Value: string(models.MakeAsset), Label: "Register the software and its release", Hint: "Only your agency sees the entry until somebody says otherwise."},
		{Value: string(models.MakeRelease), Label: "Add the release, if the software is registered"},
		{Value: string(models.MakeNothing), Label: "Refuse the document"}}}
	return c.show(view{Name: "sbom-new", Title: "Hand in an SBOM document", Nav: "/assets", Crumbs: []crumb{{"Software", "/assets"}, {"Hand in a document", ""}}, Form: f, Page: p})
}

func (s *site) handIn(c *page) error {
	f := newForm()
	got, err := s.deliver(c, f, func(f *form) (models.Target, error) {
		var m models.Mistakes
		t := models.Target{AgencyID: c.agencyID(f, &m, "agencyId"), Name: f.get("name"), Number: f.get("number"), Origin: models.Origin(f.get("origin")), Make: models.MakeRule(f.get("make"))}
		if t.AgencyID == 0 && m.Err() == nil {
			m.Add("agencyId", "required", "Choose the agency that answers for the software.")
		}
		return t, m.Err()
	})
	if err == nil {
		return c.delivered(got)
	}
	if !f.refused(err) {
		return err
	}
	if len(f.Problem.Fields) == 0 {
		f.pointTo("file")
	}
	return s.showHandIn(c, f)
}
