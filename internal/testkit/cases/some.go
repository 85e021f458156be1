package cases

import (
	"maps"
	"slices"

	"pgregory.net/rapid"

	"github.com/ospo-register/ospo/exporters/dossier"
	"github.com/ospo-register/ospo/models"
)

// Some draws a case that lacks parts, moves, candidates or amounts, stands anywhere, and has texts that are hard to write.
func Some(t *rapid.T) *dossier.Case {
	named := Named()
	delete(named, "not public")
	delete(named, "withheld")
	c := named[rapid.SampledFrom(slices.Sorted(maps.Keys(named))).Draw(t, "case")]
	d := c.Dossier
	lacks := func(name string) bool { return rapid.IntRange(0, 3).Draw(t, "lacks "+name) == 0 }
	drops := []func(){func() { d.Need, d.NeedFrozen = nil, nil }, func() { d.Scan = nil }, func() { d.Criteria = nil }, func() { d.Proposal = nil }, func() { d.Justification = nil }, func() { d.Exemption = nil },
		func() { d.Answer = nil }, func() { d.Opinion = nil }, func() { d.Approvals = nil }, func() { d.Notices = nil }, func() { d.Procurement = nil }, func() { d.Contract = nil }, func() { d.Challenges = nil },
		func() { d.Release = nil }, func() { c.Moves = nil }, func() { c.Standings = nil }, func() { c.Rungs = nil }, func() { d.Candidates = nil }, func() { c.Attachments = nil },
		func() { c.Regime.Title, c.Regime.Digest = "", "" }, func() { c.Agency.URI, c.Agency.Code = "", "" }}
	for _, drop := range drops {
		if lacks("part") {
			drop()
		}
	}
	c.Decision.State = rapid.SampledFrom(models.DecisionStates).Draw(t, "state")
	text := rapid.SampledFrom([]string{"plain", "  ", "", "<b>&amp;\u2028", "\"quoted\" \\ \n line", "Ω é 𝄞", "\x00\x07", string([]byte{0xff, 0xfe})})
	c.Decision.Title = text.Draw(t, "title") + "x"
	if d.Need != nil {
		d.Need.Value.Problem, d.Need.Value.BudgetLine, d.Need.Value.Requirements = text.Draw(t, "problem"), text.Draw(t, "line"), nil
		d.NeedFrozen = nil
		if lacks("budget") {
			d.Need.Value.BudgetMax = models.Money{}
		}
	}
	if d.Contract != nil && lacks("dates of the contract") {
		d.Contract.Value = models.ContractTerms{Supplier: "Sup " + text.Draw(t, "supplier")}
	}
	if d.Procurement != nil {
		d.Procurement.Value.Rationale, d.Procurement.Value.CPV = text.Draw(t, "rationale"), rapid.SampledFrom([]string{"", "72267000", "CPV 72267000-4", "software", "UNSPSC 43230000"}).Draw(t, "cpv")
		if lacks("supplier") {
			d.Procurement.Value.Supplier, d.Procurement.Value.Value, d.Procurement.Value.Bids = "", models.Money{}, nil
		}
	}
	if len(d.Candidates) > 0 && lacks("withheld candidate") {
		d.Publication.Value.Withheld = []models.Withheld{{Part: "candidate/" + d.Candidates[0].Key, Ground: "security"}, {Part: "cost", Ground: "trade-secret"}}
	}
	return c
}
