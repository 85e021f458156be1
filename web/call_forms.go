package web

import (
	"strings"

	"github.com/ospo-register/ospo/models"
)

// callForm opens or changes a call.
type callForm struct {
	Form         *form
	Kind         models.CallKind
	Heading      string
	Do           string
	Path         string // where the form goes
	Back         string
	ID           int64 // 0 of a new call
	Asset        *models.Asset
	Agencies     agencyChoice
	Visibilities []option
}

var callHeadings = map[models.CallKind]string{
	models.ReuseWanted: "We want to reuse this", models.ContributionsWanted: "Call for contributions", models.JointDevelopment: "Build something together",
}

func (s *site) newCall(c *page) error {
	f := newForm("kind", c.query("kind"), "assetId", c.query("asset"), "agencyId", c.query("agency"), "endsOn", today().AddDays(models.CallDays).String())
	return s.showNewCall(c, f)
}

func (s *site) showNewCall(c *page, f *form) error {
	p := &callForm{Form: f, Kind: models.CallKind(f.get("kind")), Do: "Publish the call", Path: "/reuse/calls", Back: "/reuse"}
	if callHeadings[p.Kind] == "" {
		p.Kind = models.JointDevelopment
		f.set("kind", string(p.Kind))
	}
	if !c.viewer.MaySomewhere(models.Reuse) {
		return refuseWrite(c, "call other agencies")
	}
	if id := f.id("assetId"); id != 0 {
		a, err := s.Store.Asset(c.ctx(), c.viewer, id)
		if err != nil {
			return err
		}
		p.Asset, p.Back = a, assetPath(id)
	}
	if p.Asset == nil && p.Kind != models.JointDevelopment {
		return c.done("/assets", "Choose the software first: its page has the link for this call.")
	}
	if f.get("visibility") == "" {
		f.set("visibility", string(models.VisibleGovernment))
		if p.Kind == models.ContributionsWanted {
			f.set("visibility", string(p.Asset.Visibility))
		}
	}
	return s.showCallForm(c, p)
}

func (s *site) showCallForm(c *page, p *callForm) (err error) {
	p.Heading, p.Visibilities = callHeadings[p.Kind], words(models.Visibilities)
	if p.ID != 0 {
		p.Heading = "Change the call"
	} else if p.Agencies, err = c.agencyChoice(models.Reuse); err != nil {
		return err
	}
	return c.show(view{Name: "call-form", Title: p.Heading, Nav: "/reuse", Crumbs: []crumb{{"Reuse", "/reuse"}, {p.Heading, ""}}, Form: p.Form, Page: p})
}

// readCall reads the answers that may be changed later too.
func (f *form) readCall(m *models.Mistakes, k *models.Call) {
	k.Title, k.Text, k.CostSharing, k.GoodFirst = f.get("title"), f.get("text"), f.get("costSharing"), f.get("goodFirst") != ""
	k.Skills = nil
	for _, skill := range strings.Split(f.get("skills"), ",") {
		if skill = strings.TrimSpace(skill); skill != "" {
			k.Skills = append(k.Skills, skill)
		}
	}
	k.NeededOn, k.Visibility = f.date(m, "neededOn"), models.Visibility(f.get("visibility"))
	if d := f.date(m, "endsOn"); d != nil {
		k.EndsOn = *d
	}
}

// skillMistakes points what is wrong with one skill to the field that asks for all of them.
func (f *form) skillMistakes() {
	for i, e := range f.Problem.Fields {
		if strings.HasPrefix(e.Field, "skills[") {
			f.Problem.Fields[i].Field = "skills"
		}
	}
}

func (s *site) openCall(c *page) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	var m models.Mistakes
	k := &models.Call{Kind: models.CallKind(f.get("kind")), AssetID: optional(f.id("assetId")), AgencyID: c.agencyID(f, &m, "agencyId")}
	f.readCall(&m, k)
	if err = m.Err(); err == nil {
		err = s.Register.OpenCall(c.ctx(), c.viewer, k)
	}
	if err == nil {
		return c.done(callPath(k.ID), "The call is published. It ends by itself on its last day.")
	}
	if !f.refused(err) {
		return err
	}
	f.skillMistakes()
	return s.showNewCall(c, f)
}

func (s *site) editCall(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	return s.showEditCall(c, id, nil)
}

func (s *site) showEditCall(c *page, id int64, f *form) error {
	k, err := s.Store.Call(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	p := &callForm{Form: f, Kind: k.Kind, ID: id, Do: "Save", Path: callPath(id) + "/edit", Back: callPath(id)}
	if !(&callPage{CallRow: k}).mayChange(c) {
		return refuseWrite(c, "change this call")
	}
	if f == nil {
		p.Form = newForm("version", idText(k.Version), "title", k.Title, "text", k.Text, "skills", strings.Join(k.Skills, ", "), "costSharing", k.CostSharing, "endsOn", k.EndsOn.String(), "visibility", string(k.Visibility))
		if k.GoodFirst {
			p.Form.set("goodFirst", "yes")
		}
		if k.NeededOn != nil {
			p.Form.set("neededOn", k.NeededOn.String())
		}
	} else {
		f.rebase(k.Version, callPath(id))
	}
	return s.showCallForm(c, p)
}

func (s *site) changeCall(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	var m models.Mistakes
	var read models.Call
	f.readCall(&m, &read)
	if err = m.Err(); err == nil {
		err = s.Register.ChangeCall(c.ctx(), c.viewer, id, f.based(), func(k *models.Call) {
			k.Title, k.Text, k.Skills, k.GoodFirst, k.NeededOn, k.CostSharing, k.EndsOn, k.Visibility = read.Title, read.Text, read.Skills, read.GoodFirst, read.NeededOn, read.CostSharing, read.EndsOn, read.Visibility
		})
	}
	if err == nil {
		return c.done(callPath(id), "The call is changed.")
	}
	if !f.refused(err) {
		return err
	}
	f.skillMistakes()
	return s.showEditCall(c, id, f)
}
