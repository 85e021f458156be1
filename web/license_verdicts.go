package web

import (
	"cmp"
	"slices"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
)

// verdictSplit is what the policies say of software in use, as a whole and for each part of government.
type verdictSplit struct {
	Chart chart
	Parts []verdictPart
	Stuck int // releases that are not allowed as they are
	More  int // parts that are not shown
}

// verdictPart is an agency with all below it.
type verdictPart struct {
	ID      int64
	Name    string
	Chart   chart
	Allowed int
	Look    int // a person has to look, choose, or find out
	Denied  int
}

// shownBranches bounds the agencies of a split.
const shownBranches = 40

// verdictSplit counts the verdicts of an agency's branch, or of the whole government. It is nil where the viewer may see none.
func (s *site) verdictSplit(c *page, agency int64) (*verdictSplit, error) {
	counts, err := s.Store.VerdictCounts(c.ctx(), c.viewer, agency)
	if err != nil || len(counts) == 0 {
		return nil, err
	}
	whole, parts := map[licenses.Verdict]int{}, map[int64]map[licenses.Verdict]int{}
	split := &verdictSplit{}
	for _, n := range counts {
		verdict := licenses.Verdict(n.Verdict)
		whole[verdict] += n.Releases
		if parts[n.AgencyID] == nil {
			parts[n.AgencyID] = map[licenses.Verdict]int{}
			split.Parts = append(split.Parts, verdictPart{ID: n.AgencyID, Name: n.Agency})
		}
		parts[n.AgencyID][verdict] += n.Releases
	}
	for i := range split.Parts {
		p := &split.Parts[i]
		by := parts[p.ID]
		p.Chart = verdictChart("verdicts-"+idText(p.ID), "Verdicts for "+p.Name, "releases", by)
		p.Allowed, p.Denied = by[licenses.Allowed], by[licenses.Denied]+by[licenses.NoLicense]
		p.Look = p.Chart.Whole - p.Allowed - p.Denied
	}
	slices.SortStableFunc(split.Parts, func(a, b verdictPart) int { return cmp.Or(b.Denied-a.Denied, b.Look-a.Look) })
	split.More = max(len(split.Parts)-shownBranches, 0)
	split.Parts = split.Parts[:len(split.Parts)-split.More]
	split.Chart = verdictChart("verdicts", "What the policies say of software in use", "releases", whole)
	split.Stuck = split.Chart.Whole - whole[licenses.Allowed]
	return split, nil
}

// judgedBranch is the agency whose verdicts a report shows; ok is false for a report about a single thing.
func judgedBranch(s models.Scope) (agency int64, ok bool) {
	return s.Agency, s.SBOM == 0 && s.Release == 0 && s.Asset == 0
}
