package dossier

import (
	"slices"

	"github.com/ospo-register/ospo/models"
)

func (t *teller) comparison(d *Document) {
	s := t.Dossier
	d.Need = section(t, models.PartNeed, s.Need != nil, t.need)
	d.Scan = section(t, models.PartScan, s.Scan != nil, t.scan)
	for _, number := range t.rungs() {
		r := RungTold{Rung: number}
		for _, one := range t.Rungs {
			if one.Number == number {
				r = RungTold{Rung: number, Title: one.Title, Decides: one.Decides, Sentence: one.Sentence}
			}
		}
		for i := range s.Candidates {
			if f := &s.Candidates[i]; t.standing(f.Key).Tier == number {
				r.Candidates = append(r.Candidates, t.candidate(f))
			}
		}
		d.Rungs = append(d.Rungs, r)
	}
}

// rungs are the numbers of the rungs in their order; 0, for candidates on none, comes last.
func (t *teller) rungs() []int {
	var list []int
	for _, r := range t.Rungs {
		list = append(list, r.Number)
	}
	none := false
	for i := range t.Dossier.Candidates {
		if tier := t.standing(t.Dossier.Candidates[i].Key).Tier; tier == 0 {
			none = true
		} else {
			list = append(list, tier)
		}
	}
	slices.Sort(list)
	if list = slices.Compact(list); none {
		list = append(list, 0)
	}
	return list
}

func (t *teller) need() NeedTold {
	f := t.Dossier.NeedFrozen
	if f == nil {
		f = t.Dossier.Need
	}
	n := NeedTold{Problem: f.Value.Problem, Users: f.Value.Users, Objectives: f.Value.Objectives, BudgetMax: money(f.Value.BudgetMax), DaysMax: f.Value.DaysMax, Norms: f.Value.Norms,
		ConfirmedAt: at(t.Reached(models.NeedConfirmed)), Digest: f.Digest}
	for _, r := range f.Value.Requirements {
		n.Requirements = append(n.Requirements, RequirementTold{r.ID, r.Text, string(r.Level), r.Rationale})
	}
	return n
}

func (t *teller) scan() ScanTold {
	v := t.Dossier.Scan.Value
	s := ScanTold{ReusedFrom: v.ReusedFrom, ReusedOn: v.ReusedAt}
	for _, one := range v.Searches {
		s.Searches = append(s.Searches, SearchTold{one.Source, one.Query, instant(one.At), one.Hits, one.Found, one.Exhibit})
	}
	if c := v.PublicCall; c != nil {
		s.PublicCall = &CallTold{c.PublishedOn, c.EndsOn, c.URL, c.Offers}
	}
	if n := v.NilReturn; n != nil {
		s.NilReturn = n.Text
	}
	return s
}

// heldOf is on which ground a part of a candidate is withheld: that of the part itself, or of all parts of its name.
func (t *teller) heldOf(name models.PartName, key string) *Held {
	if h := t.held[string(name)+"/"+key]; h != nil {
		return h
	}
	return t.held[string(name)]
}

func (t *teller) candidate(f *models.CandidateFile) CandidateTold {
	s := t.standing(f.Key)
	c := CandidateTold{Key: f.Key, Chosen: f.Key == t.Chosen() && t.held[string(models.PartProposal)] == nil}
	if c.Withheld = t.heldOf(models.PartCandidate, f.Key); c.Withheld != nil {
		return c
	}
	c.Name, c.Origin, c.Delivery, c.Vendor = f.Title(), string(f.Value.Origin), f.Value.Delivery, f.Value.Vendor
	c.Coverage, c.Score = s.Coverage, s.Score
	c.OSS, c.Fit = outcome(s.OSS, s.OSSWhy), outcome(s.Fit, s.FitWhy)
	if h := t.heldOf(models.PartLicense, f.Key); h != nil {
		c.License.Held = h
	} else if f.License != nil {
		c.License.Value = &f.License.Value.Expression
	}
	if h := t.heldOf(models.PartCost, f.Key); h != nil {
		c.Cost.Held = h
	} else if v := (CostTold{Total: money(s.Total), Low: money(s.Low), High: money(s.High), IncumbentExit: money(s.IncumbentExit)}); f.Cost != nil || v.Total != nil {
		if f.Cost != nil {
			v.HorizonMonths = f.Cost.Value.HorizonMonths
		}
		c.Cost.Value = &v
	}
	if e := f.Value.Elimination; e != nil {
		c.Eliminated = &DroppedTold{e.Code, e.Text}
	} else if s.Eliminated != "" {
		c.Eliminated = &DroppedTold{Text: s.Eliminated}
	}
	return c
}

func outcome(o string, why []string) *OutcomeTold {
	if o == "" {
		return nil
	}
	return &OutcomeTold{o, why}
}
