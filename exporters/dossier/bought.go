package dossier

import "github.com/ospo-register/ospo/models"

func (t *teller) bought(d *Document) {
	s := t.Dossier
	d.Procurement = section(t, models.PartProcurement, s.Procurement != nil, func() BuyingTold {
		b := s.Procurement.Value
		return BuyingTold{b.Method, b.Rationale, b.Title, b.OCID, len(b.Bids), b.Supplier, money(b.Value)}
	})
	d.Challenges = section(t, models.PartChallenges, s.Challenges != nil && len(s.Challenges.Value.Challenges) > 0, func() []ChallengeTold {
		var list []ChallengeTold
		for _, c := range s.Challenges.Value.Challenges {
			list = append(list, ChallengeTold{c.Kind, c.FiledOn, c.Grounds, c.State, c.Outcome, c.Effect, c.RulingLink})
		}
		return list
	})
	d.Contract = section(t, models.PartContract, s.Contract != nil, func() ContractTold {
		c := s.Contract.Value
		return ContractTold{c.Number, c.Supplier, money(c.Value), instant(c.SignedAt), c.StartsOn, c.EndsOn, terms(&c)}
	})
}

func terms(c *models.ContractTerms) []TermTold {
	var list []TermTold
	for _, one := range []struct {
		term string
		has  *bool
	}{{"rights-full", c.RightsFull}, {"source-delivery", c.SourceDelivery}, {"sbom", c.SBOMClause}, {"upstream", c.UpstreamClause}, {"third-level-support", c.ThirdLevel},
		{"exit-assistance", c.ExitAssistance}, {"open-formats", c.OpenFormats}, {"escrow", c.Escrow}, {"audit", c.AuditClause}} {
		if one.has != nil {
			list = append(list, TermTold{one.term, *one.has})
		}
	}
	return list
}

func (t *teller) after(d *Document) {
	s := t.Dossier
	d.Release = section(t, models.PartRelease, s.Release != nil, func() ReleaseTold {
		r := s.Release.Value
		told := ReleaseTold{Subsets: []SubsetTold{}, Steward: r.Steward, Upkeep: r.Upkeep, SWHID: r.SWHID}
		for _, one := range r.Subsets {
			x := SubsetTold{Name: one.Name, Verdict: one.Verdict, Ground: one.Ground, Text: one.Text, License: one.License}
			if one.Verdict == "open" {
				x.RepositoryURL = one.RepositoryURL
			}
			told.Subsets = append(told.Subsets, x)
		}
		return told
	})
	d.Remediation = section(t, models.PartRemediation, s.Remediation != nil, func() RemedyTold {
		r := s.Remediation.Value
		told := RemedyTold{Trigger: r.Trigger, Verdict: r.Verdict, DueOn: r.DueOn}
		for _, o := range r.Options {
			told.Options = append(told.Options, OptionTold{o.Kind, o.Kind == r.Verdict, o.Reason, money(o.Cost), o.Days})
		}
		return told
	})
	d.Review = section(t, models.PartReview, s.Review != nil, func() ReviewTold {
		r := s.Review.Value
		return ReviewTold{r.Trigger, r.Findings, r.Verdict, r.NextOn}
	})
}
