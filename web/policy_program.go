package web

import (
	"context"
	"sync"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/store"
)

// policyPrograms keeps policies that were made ready, by what they are made of. It is safe for concurrent use.
type policyPrograms struct {
	mu   sync.Mutex
	kept map[string]*policy.Program
}

// mostPrograms bounds what is kept at a time.
const mostPrograms = 40

// program makes a chain of policies ready to judge by the licence list in force.
func (s *site) program(ctx context.Context, chain []policy.Source) (*policy.Program, error) {
	list, err := s.Register.LicenseList(ctx)
	if err != nil {
		return nil, err
	}
	key := list.Digest()
	for _, source := range chain {
		key += " " + source.Agency + ":" + idText(int64(source.Version)) + ":" + source.Policy.Digest()
	}
	s.programs.mu.Lock()
	ready, ok := s.programs.kept[key]
	s.programs.mu.Unlock()
	if ok {
		return ready, nil
	}
	if ready, err = policy.Compile(chain, list); err != nil {
		return nil, err
	}
	s.programs.mu.Lock()
	defer s.programs.mu.Unlock()
	if s.programs.kept == nil || len(s.programs.kept) >= mostPrograms {
		s.programs.kept = map[string]*policy.Program{}
	}
	s.programs.kept[key] = ready
	return ready, nil
}

// usedWithin is software that an agency runs as it came.
var usedWithin = policy.Situation{Uses: map[licenses.Use]bool{licenses.UseInternal: true, licenses.UseModify: false, licenses.UseDistributeBinary: false, licenses.UseDistributeSource: false, licenses.UseService: false}}

// chainTo is a version of a policy behind those in force that bind its agency from above.
func (s *site) chainTo(c *page, v *store.PolicyVersionRow, read *policy.Policy) ([]policy.Source, error) {
	var chain []policy.Source
	if v.AgencyID != nil {
		active, err := s.Store.ActivePolicies(c.ctx())
		if err != nil {
			return nil, err
		}
		lines, err := s.Store.Lines(c.ctx(), []int64{*v.AgencyID})
		if err != nil {
			return nil, err
		}
		for _, above := range append([]int64{0}, lines[*v.AgencyID]...) {
			for _, a := range active {
				if value(a.AgencyID) != above || a.PolicyID == v.PolicyID {
					continue
				}
				p, err := policy.Parse([]byte(a.Text))
				if err != nil {
					return nil, err
				}
				chain = append(chain, policy.Source{Policy: p, Version: a.Number, Agency: idText(above)})
			}
		}
	}
	return append(chain, policy.Source{Policy: read, Version: v.Number, Agency: idText(value(v.AgencyID))}), nil
}

// saysOfList draws what a version of a policy, with those above it, says of every licence of the list for software that is used as it came.
func (s *site) saysOfList(c *page, v *store.PolicyVersionRow, read *policy.Policy) (chart, error) {
	chain, err := s.chainTo(c, v, read)
	if err != nil {
		return chart{}, err
	}
	program, err := s.program(c.ctx(), chain)
	if err != nil {
		return chart{}, err
	}
	counts := map[licenses.Verdict]int{}
	for _, l := range program.List().All() {
		if l.Deprecated {
			continue
		}
		counts[program.Judge(c.ctx(), policy.Statement{Kind: licenses.ReadExpression, Expression: licenses.Of(licenses.Leaf{ID: l.ID})}, usedWithin).Verdict]++
	}
	return verdictChart("says", "What it says of the licences of the SPDX list, for software that is used as it came", "licences", counts), nil
}

// verdictChart draws how things are distributed over the verdicts, from the best to the worst. Verdicts that nothing has are left out.
func verdictChart(id, title, of string, counts map[licenses.Verdict]int) chart {
	var parts []chartPart
	for _, v := range licenses.Verdicts() {
		if counts[v] > 0 {
			parts = append(parts, chartPart{Label: word(v), Kind: "verdict-" + string(v), Count: counts[v]})
		}
	}
	return newChart(id, title, of, "Verdict", parts)
}
