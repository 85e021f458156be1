package web

import (
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/store"
)

// policyPage is a policy in one of its versions.
type policyPage struct {
	Row      *policyNode
	Version  *store.PolicyVersionRow
	Policy   *policy.Policy
	Rules    []ruleView
	Chart    chart
	Facts    []fact
	Versions []store.PolicyVersionRow
	Choices  []option // versions that can be compared
	Own      bool     // the page is the version's own, not the policy's
	MayWrite bool
	Form     *form
}

// Noted reports whether anybody has said of a version what is different in it.
func (p policyPage) Noted() bool {
	return slices.ContainsFunc(p.Versions, func(v store.PolicyVersionRow) bool { return v.Note != "" })
}

// Now reports whether the version is the one in force.
func (p policyPage) Now() bool { return p.Version.State == models.PolicyActive }

// findPolicy finds a policy that the viewer may know of.
func (s *site) findPolicy(c *page, id int64) (*policyNode, error) {
	list, _, err := s.policyTree(c)
	if err != nil {
		return nil, err
	}
	for _, n := range list {
		if n.ID == id {
			return n, nil
		}
	}
	return nil, models.NoSuch("policy")
}

// openVersion finds the version that the address names, where the viewer may read it.
func (s *site) openVersion(c *page) (*store.PolicyVersionRow, error) {
	id, err := c.id("id")
	if err != nil {
		return nil, err
	}
	v, err := s.Store.PolicyVersion(c.ctx(), id)
	if err != nil {
		return nil, err
	}
	if !readable(c.viewer, v) {
		return nil, models.NoSuch("policy-version")
	}
	return v, nil
}

func readable(v models.Viewer, version *store.PolicyVersionRow) bool {
	return version.State == models.PolicyActive || version.State == models.PolicySuperseded || mayReadDraft(v, version.AgencyID)
}

func (s *site) policy(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	row, err := s.findPolicy(c, id)
	if err != nil {
		return err
	}
	switch {
	case row.ActiveID != nil:
		id = *row.ActiveID
	case row.DraftID != nil:
		id = *row.DraftID
	default:
		versions, err := s.Store.PolicyVersions(c.ctx(), row.ID)
		if err != nil || len(versions) == 0 {
			return err
		}
		id = versions[0].ID
	}
	v, err := s.Store.PolicyVersion(c.ctx(), id)
	if err != nil {
		return err
	}
	return s.showPolicy(c, policyPage{Row: row, Version: v})
}

func (s *site) policyVersion(c *page) error {
	v, err := s.openVersion(c)
	if err != nil {
		return err
	}
	row, err := s.findPolicy(c, v.PolicyID)
	if models.IsKind(err, models.NotFound) { // nothing of it is in force any more; what was stays readable
		row, err = &policyNode{PolicyRow: store.PolicyRow{LicensePolicy: models.LicensePolicy{ID: v.PolicyID, AgencyID: v.AgencyID, Name: v.Policy}, Agency: v.Agency}, Binds: orElse(v.Agency, "all of government")}, nil
	}
	if err != nil {
		return err
	}
	return s.showPolicy(c, policyPage{Row: row, Version: v, Own: true})
}

func (s *site) showPolicy(c *page, p policyPage) error {
	v := p.Version
	var err error
	if p.Policy, err = policy.Parse([]byte(v.Text)); err != nil {
		return err
	}
	p.Rules, p.MayWrite = viewRules(p.Policy), mayWritePolicy(c.viewer, v.AgencyID)
	all, err := s.Store.PolicyVersions(c.ctx(), v.PolicyID)
	if err != nil {
		return err
	}
	for i := range all {
		if readable(c.viewer, &all[i]) {
			p.Versions = append(p.Versions, all[i])
			p.Choices = append(p.Choices, option{Value: idText(all[i].ID), Label: capital(versionName(all[i].Number)) + ", " + strings.ToLower(word(all[i].State))})
		}
	}
	p.Form = newForm("to", idText(v.ID))
	for _, other := range p.Versions {
		if other.ID != v.ID {
			p.Form.set("from", idText(other.ID))
			break
		}
	}
	if p.Chart, err = s.saysOfList(c, v, p.Policy); err != nil {
		return err
	}
	p.Facts = p.facts(c.viewer)
	title, crumbs := p.Policy.Title, []crumb{{"Licences", "/licenses"}, {"Policies", "/policies"}, {shorten(p.Policy.Title, 60), ""}}
	if p.Own {
		title += ", " + versionName(v.Number)
		crumbs[2].Path = policyPath(v.PolicyID)
		if p.Row.ActiveID == nil && !p.Row.Draft {
			crumbs[2].Path = ""
		}
		crumbs = append(crumbs, crumb{capital(versionName(v.Number)), ""})
	}
	return c.show(view{Name: "policy", Title: shorten(title, 120), Nav: "/licenses", Crumbs: crumbs, Page: p})
}

func (p policyPage) facts(viewer models.Viewer) []fact {
	v := p.Version
	state := makeTag(v.State)
	facts := []fact{{Term: "Binds", Text: capital(p.Row.Binds)}, {Term: "Version", Text: idText(int64(v.Number)), Tag: &state}}
	if p.Row.AgencyID != nil {
		facts[0] = fact{Term: "Binds", Text: p.Row.Binds, Path: agencyPath(*p.Row.AgencyID)}
	}
	if v.ActivatedAt != nil {
		facts = append(facts, fact{Term: "In force", Time: date(v.ActivatedAt)})
	}
	if v.EndedAt != nil {
		facts = append(facts, fact{Term: "Until", Time: date(v.EndedAt)})
	}
	if viewer.InGovernment() {
		if v.CreatedBy != "" {
			facts = append(facts, fact{Term: "Written by", Text: v.CreatedBy})
		}
		if v.ActivatedBy != "" {
			facts = append(facts, fact{Term: "Put in force by", Text: v.ActivatedBy})
		}
	}
	return append(facts, fact{Term: "Rules", Text: number(len(p.Rules))}, fact{Term: "Digest", Code: shorten(hexText(v.Digest), 16)})
}

// policyDocument hands a version out as the YAML text that its author wrote.
func (s *site) policyDocument(c *page) error {
	v, err := s.openVersion(c)
	if err != nil {
		return err
	}
	p, err := policy.Parse([]byte(v.Text))
	if err != nil {
		return err
	}
	name := p.ID + "-version-" + idText(int64(v.Number)) + ".yaml"
	return c.download(download{name, "application/yaml; charset=utf-8", int64(len(v.Text))}, strings.NewReader(v.Text))
}
