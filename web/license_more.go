package web

import (
	"slices"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/licenses/texts"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/store"
)

// licenseMore is what is known of a licence besides its entry on the list.
type licenseMore struct {
	ID       string
	Axes     []licenseAxis
	Duties   []dutyRow
	Fits     []fitRow
	Says     []policySays
	Policy   *policy.Policy // of the government, by which it is judged; nil when there is none
	PolicyAt string
	Earlier  []string // versions of its family
	Later    []string
	AsLater  []string // what an "or later" licence may be taken as
	Text     string   // in full; "" where it is too long for this page or not known
	TextAt   string   // address of the text; "" where it is not known
	TextSize int64
	Credits  []licenses.Attribution
}

// licenseAxis is a fact on its own axis, with whose it is.
type licenseAxis struct{ Name, Words, Source string }

// dutyRow is an obligation with the uses in which it arises.
type dutyRow struct {
	licenses.Duty
	Uses []string
}

// fitRow is whether something under the licence may be part of a work under another.
type fitRow struct {
	Outbound string
	Included licenses.Compatibility
	Linked   licenses.Compatibility
}

// Alike reports whether both ways of joining have one answer for one reason.
func (f fitRow) Alike() bool { return f.Included == f.Linked }

// policySays is what the government's policy says of the licence in situations that one rule decides.
type policySays struct {
	Situations []string
	Verdict    tag
	Title      string
	Rule       string
	Message    string
	Cure       string
}

// usualOutbound are the licences under which governments publish most.
var usualOutbound = []string{"EUPL-1.2", "MIT", "Apache-2.0", "BSD-3-Clause", "MPL-2.0", "LGPL-3.0-or-later", "GPL-2.0-only", "GPL-3.0-or-later", "AGPL-3.0-or-later"}

// textOnPage bounds the text of a licence that is part of its page, in bytes.
const textOnPage = 36 << 10

func (s *site) licenseMore(c *page, id string, exception bool) (*licenseMore, error) {
	m := &licenseMore{ID: id, Credits: licenses.Attributions()}
	list, err := s.Register.LicenseList(c.ctx())
	if err != nil {
		return nil, err
	}
	if text, ok := texts.Text(id); ok {
		m.TextAt, m.TextSize = "/licenses/"+id+"/text", int64(len(text))
		if len(text) <= textOnPage {
			m.Text = text
		}
	}
	if exception {
		return m, nil
	}
	leaf := licenses.Leaf{ID: id}
	if e, err := licenses.Parse(id); err == nil && len(e.Leaves()) == 1 {
		leaf = e.Leaves()[0]
	}
	if facts := list.Facts(leaf); facts.Listed {
		m.Axes, m.Duties, m.Fits = axesOf(facts), dutiesOf(list, leaf), fitsOf(list, leaf)
		m.family(list, leaf)
	}
	return m, s.policyOnLicense(c, m, leaf)
}

func axesOf(f licenses.Facts) []licenseAxis {
	limits := make([]string, len(f.Limits))
	for i, l := range f.Limits {
		limits[i] = word(l)
	}
	said := strings.Join(limits, "; ")
	if said == "" {
		said = "none that is known"
	}
	return []licenseAxis{
		{"Openness", capital(word(f.Openness)), f.Sources["openness"]}, {"Reach", capital(word(f.Reciprocity)), f.Sources["reciprocity"]},
		{"Limits of use", capital(said), f.Sources["limits"]}, {"Patents", capital(word(f.Patents)), f.Sources["patents"]},
	}
}

func dutiesOf(list *licenses.List, leaf licenses.Leaf) []dutyRow {
	var rows []dutyRow
	for _, use := range licenses.Uses() {
		for _, d := range list.Owes(leaf, use) {
			i := slices.IndexFunc(rows, func(r dutyRow) bool { return r.Obligation.Key == d.Obligation.Key })
			if i < 0 {
				rows, i = append(rows, dutyRow{Duty: d}), len(rows)
			}
			rows[i].Uses = append(rows[i].Uses, word(use))
		}
	}
	order := map[string]int{}
	for i, o := range licenses.Obligations() {
		order[o.Key] = i
	}
	slices.SortStableFunc(rows, func(a, b dutyRow) int { return order[a.Obligation.Key] - order[b.Obligation.Key] })
	return rows
}

// Always reports whether the obligation arises in every use.
func (d dutyRow) Always() bool { return len(d.Uses) == len(licenses.Uses()) }

func fitsOf(list *licenses.List, leaf licenses.Leaf) []fitRow {
	rows := make([]fitRow, len(usualOutbound))
	for i, id := range usualOutbound {
		out := licenses.Leaf{ID: id}
		rows[i] = fitRow{id, list.Compatible(leaf, out, licenses.Included), list.Compatible(leaf, out, licenses.Linked)}
	}
	return rows
}

// family finds the other versions of the licence.
func (m *licenseMore) family(list *licenses.List, leaf licenses.Leaf) {
	for _, v := range leaf.Versions()[1:] {
		m.AsLater = append(m.AsLater, v.String())
	}
	if len(m.AsLater) > 0 {
		return
	}
	for _, l := range list.All() {
		if l.Deprecated || l.ID == leaf.ID || strings.HasSuffix(l.ID, "-or-later") {
			continue
		}
		other := licenses.Leaf{ID: l.ID}
		switch {
		case slices.Contains(laterThan(leaf), other):
			m.Later = append(m.Later, l.ID)
		case slices.Contains(laterThan(other), leaf):
			m.Earlier = append(m.Earlier, l.ID)
		}
	}
}

// laterThan lists the versions from a leaf on.
func laterThan(leaf licenses.Leaf) []licenses.Leaf {
	leaf.OrLater = true
	return leaf.Versions()[1:]
}

// usualSituations are those that most questions are about.
var usualSituations = []struct {
	name string
	is   policy.Situation
}{
	{"Run within an agency, as it came", usedWithin},
	{"In software of ours that we publish under EUPL-1.2", policy.Situation{Asset: &models.Asset{Origin: models.GovBuilt, Visibility: models.VisiblePublic, License: "EUPL-1.2"}, Uses: map[licenses.Use]bool{licenses.UseInternal: true, licenses.UseModify: true, licenses.UseDistributeSource: true, licenses.UseDistributeBinary: false, licenses.UseService: false}}},
	{"Built programs passed on without their source", policy.Situation{Uses: map[licenses.Use]bool{licenses.UseInternal: true, licenses.UseModify: false, licenses.UseDistributeSource: false, licenses.UseDistributeBinary: true, licenses.UseService: false}}},
	{"Changed, and offered to others as a service", policy.Situation{Uses: map[licenses.Use]bool{licenses.UseInternal: true, licenses.UseModify: true, licenses.UseDistributeSource: false, licenses.UseDistributeBinary: false, licenses.UseService: true}}},
}

// policyOnLicense asks the government's policy in force about the licence.
func (s *site) policyOnLicense(c *page, m *licenseMore, leaf licenses.Leaf) error {
	active, err := s.Store.ActivePolicies(c.ctx())
	if err != nil {
		return err
	}
	i := slices.IndexFunc(active, func(v store.PolicyVersionRow) bool { return v.AgencyID == nil })
	if i < 0 {
		return nil
	}
	if m.Policy, err = policy.Parse([]byte(active[i].Text)); err != nil {
		return err
	}
	m.PolicyAt = policyPath(active[i].PolicyID)
	program, err := s.program(c.ctx(), []policy.Source{{Policy: m.Policy, Version: active[i].Number}})
	if err != nil {
		return err
	}
	for _, usual := range usualSituations {
		usual.is.Component = &policy.Component{} // a rule about packages of the operating system is then answered
		j := program.Judge(c.ctx(), policy.Statement{Kind: licenses.ReadExpression, Expression: licenses.Of(leaf)}, usual.is)
		says := policySays{Situations: []string{usual.name}, Verdict: makeTag(j.Verdict)}
		if len(j.Reasons) > 0 {
			r := j.Reasons[0]
			says.Title, says.Rule, says.Message = r.Title, r.Rule, r.Message
			if j.Verdict != licenses.Allowed {
				says.Cure = r.Cure
			}
		}
		same := slices.IndexFunc(m.Says, func(o policySays) bool { return o.Rule == says.Rule && o.Verdict == says.Verdict })
		if same >= 0 {
			m.Says[same].Situations = append(m.Says[same].Situations, usual.name)
			continue
		}
		m.Says = append(m.Says, says)
	}
	return nil
}

// licenseText is a licence in full, as plain text.
func (s *site) licenseText(c *page) error {
	id := c.g.Param("id")
	text, ok := texts.Text(id)
	if !ok {
		return models.NoSuch("license")
	}
	if l, ok := licenses.Get(id); ok {
		id = l.ID
	}
	return c.download(download{id + ".txt", "text/plain; charset=utf-8", int64(len(text))}, strings.NewReader(text))
}
