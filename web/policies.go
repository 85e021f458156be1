package web

import (
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountPolicies(r *routes) {
	r.get("/policies", s.policies)
	r.get("/policies/new", s.askPolicy)
	r.post("/policies", s.beginPolicy)
	r.get("/policies/:id", s.policy)
	r.get("/policies/:id/compare", s.comparePolicy)
	r.get("/policy-versions/:id", s.policyVersion)
	r.get("/policy-versions/:id/document", s.policyDocument)
	s.mountDrafts(r)
	s.mountRehearsals(r)
}

func policyPath(id int64) string        { return "/policies/" + idText(id) }
func policyVersionPath(id int64) string { return "/policy-versions/" + idText(id) }
func draftPath(policy int64) string     { return policyPath(policy) + "/draft" }

// mayReadDraft reports whether a viewer may read what is not in force yet: drafts, and what was given up. What is or was in force is for everybody.
func mayReadDraft(v models.Viewer, agency *int64) bool {
	return v.SeesAll() || mayWritePolicy(v, agency)
}

func mayWritePolicy(v models.Viewer, agency *int64) bool {
	return v.May(models.WritePolicy, value(agency))
}

// value is the number behind a pointer; 0 for nil.
func value(id *int64) int64 {
	if id == nil {
		return 0
	}
	return *id
}

// policiesPage says which policies there are and whom they bind.
type policiesPage struct {
	Form     *form
	Tree     []*policyNode // from the whole government's down
	Rows     []*policyNode
	MayWrite bool
	Agencies agencyChoice
	Whose    *models.Agency // whose chain was asked for
	Chain    []*policyNode
	Count    bool // of findings is shown
}

// policyNode is a policy with those that bind a part of whom it binds.
type policyNode struct {
	store.PolicyRow
	Since   *time.Time // in force
	Beneath []*policyNode
	Draft   bool // there is one that the viewer may read
	Binds   string
	At      string // address of its findings; "" for none
}

func (s *site) policies(c *page) error {
	p := policiesPage{Form: &form{Values: c.request().URL.Query()}, MayWrite: c.viewer.MaySomewhere(models.WritePolicy), Count: c.viewer.InGovernment()}
	var err error
	if p.Rows, p.Tree, err = s.policyTree(c); err != nil {
		return err
	}
	if p.Agencies, err = c.agencyChoice(anyAgency); err != nil {
		return err
	}
	var m models.Mistakes
	if id := c.agencyID(p.Form, &m, "agency"); id != 0 {
		if p.Whose, err = s.Store.Agency(c.ctx(), id); err != nil {
			return err
		}
		if p.Chain, err = s.policyChain(c, p.Rows, id); err != nil {
			return err
		}
	}
	p.Form.refused(m.Err())
	return c.show(view{Name: "policies", Title: "Licence policies", Nav: "/licenses", Crumbs: []crumb{{"Licences", "/licenses"}, {"Policies", ""}}, Form: p.Form, Page: p})
}

// policyTree lists the policies that the viewer may know of, and hangs each below the nearest one above it.
func (s *site) policyTree(c *page) (list, roots []*policyNode, err error) {
	all, err := s.Store.Policies(c.ctx(), c.viewer)
	if err != nil {
		return nil, nil, err
	}
	active, err := s.Store.ActivePolicies(c.ctx())
	if err != nil {
		return nil, nil, err
	}
	var agencies []int64
	byAgency := map[int64]*policyNode{}
	for _, row := range all {
		n := &policyNode{PolicyRow: row, Draft: row.DraftID != nil && mayReadDraft(c.viewer, row.AgencyID), Binds: "all of government"}
		if row.ActiveID == nil && !mayReadDraft(c.viewer, row.AgencyID) {
			continue
		}
		if row.AgencyID != nil {
			n.Binds = row.Agency + " and all below it"
			agencies = append(agencies, *row.AgencyID)
			byAgency[*row.AgencyID] = n
		} else {
			byAgency[0] = n
		}
		if s.has("/findings") && row.OpenFindings > 0 {
			n.At = address("/findings", "policy", idText(row.ID))
		}
		for _, v := range active {
			if v.PolicyID == row.ID {
				n.Since = v.ActivatedAt
			}
		}
		list = append(list, n)
	}
	lines := map[int64][]int64{}
	if len(agencies) > 0 {
		if lines, err = s.Store.Lines(c.ctx(), agencies); err != nil {
			return nil, nil, err
		}
	}
	for _, n := range list {
		above := byAgency[0]
		if n.AgencyID == nil {
			above = nil
		} else {
			for _, id := range lines[*n.AgencyID] {
				if a := byAgency[id]; a != nil && a != n {
					above = a
				}
			}
		}
		if above == nil {
			roots = append(roots, n)
			continue
		}
		above.Beneath = append(above.Beneath, n)
	}
	return list, roots, nil
}

// policyChain is the policies in force that bind an agency, the government's first.
func (s *site) policyChain(c *page, all []*policyNode, agency int64) ([]*policyNode, error) {
	lines, err := s.Store.Lines(c.ctx(), []int64{agency})
	if err != nil {
		return nil, err
	}
	var chain []*policyNode
	for _, id := range append([]int64{0}, lines[agency]...) {
		for _, n := range all {
			if n.ActiveID != nil && (n.AgencyID == nil && id == 0 || n.AgencyID != nil && *n.AgencyID == id) {
				chain = append(chain, n)
			}
		}
	}
	return chain, nil
}

// newPolicyPage asks whom a new policy binds.
type newPolicyPage struct {
	Form     *form
	Agencies agencyChoice
	Whole    bool // all of government may be chosen
}

func (s *site) askPolicy(c *page) error {
	return s.showNewPolicy(c, newForm("agencyId", c.query("agency")))
}

func (s *site) showNewPolicy(c *page, f *form) error {
	if !c.viewer.MaySomewhere(models.WritePolicy) {
		return refuseWrite(c, "write a licence policy")
	}
	p := newPolicyPage{Form: f, Whole: c.viewer.May(models.WritePolicy, 0)}
	var err error
	if p.Agencies, err = c.agencyChoice(models.WritePolicy); err != nil {
		return err
	}
	return c.show(view{Name: "policy-new", Title: "Write a licence policy", Nav: "/licenses", Crumbs: []crumb{{"Licences", "/licenses"}, {"Policies", "/policies"}, {"Write a policy", ""}}, Form: f, Page: p})
}

func (s *site) beginPolicy(c *page) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	var m models.Mistakes
	agency := optional(c.agencyID(f, &m, "agencyId"))
	title := f.get("title")
	if agency == nil && !c.viewer.May(models.WritePolicy, 0) {
		m.Add("agencyId", "required", "Choose the agency that the policy binds.")
	}
	if title == "" {
		m.Add("title", "required", "Give the policy a name, such as “Licence policy of the Ministry of Health”.")
	}
	if err = m.Err(); err == nil {
		err = s.startPolicy(c, agency, title, f.get("note"))
	}
	if err == nil || !f.refused(err) {
		return err
	}
	return s.showNewPolicy(c, f)
}

// startPolicy drafts the first version of a policy, or leads to the one that is there.
func (s *site) startPolicy(c *page, agency *int64, title, note string) error {
	all, err := s.Store.Policies(c.ctx(), c.viewer)
	if err != nil {
		return err
	}
	for _, known := range all {
		if value(known.AgencyID) == value(agency) && mayWritePolicy(c.viewer, agency) {
			return c.done(draftPath(known.ID), "There is a policy for this agency already. Here is its next version.")
		}
	}
	id := "government"
	if agency != nil {
		a, err := s.Store.Agency(c.ctx(), *agency)
		if err != nil {
			return err
		}
		id = slugOf(orElse(a.Code, a.Name))
	}
	v, err := s.Register.DraftPolicy(c.ctx(), c.viewer, register.Draft{AgencyID: agency, Text: firstText(id, title), Note: note})
	if err != nil {
		return err
	}
	return c.done(draftPath(v.PolicyID), "The draft is begun. It binds nobody until it is put in force.")
}

// firstText is a small policy to begin with. What it does not speak of is left to the policies above it.
func firstText(id, title string) string {
	p := policy.Policy{ID: id, Title: title, Rules: []policy.Rule{{ID: "example", Title: "An example, to be changed or removed", Licenses: policy.Match{IDs: []string{"SSPL-1.0"}}, Outcome: policy.Review, Severity: policy.Medium,
		Message: "The licence limits who may offer the software as a service.", Cure: "Have the use looked at by counsel, or replace the component."}},
		Otherwise: policy.Otherwise{Outcome: policy.Allow, Severity: policy.Info, Message: "This policy adds nothing here. What the policies above it say holds."}}
	return string(p.YAML())
}

// slugOf makes an identifier of a name: lower-case letters, digits and hyphens.
func slugOf(name string) string {
	parts := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	id := strings.Join(parts, "-")
	if id == "" || id[0] < 'a' {
		id = strings.TrimSuffix("policy-"+id, "-")
	}
	return strings.Trim(id[:min(len(id), 60)], "-")
}
