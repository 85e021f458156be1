package web

import (
	"context"
	"sync"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/policy"
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

// saysOfList draws what one policy by itself says of every licence of the list for software that is used as it came.
func (s *site) saysOfList(c *page, p *policy.Policy) (chart, error) {
	program, err := s.program(c.ctx(), []policy.Source{{Policy: p}})
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
