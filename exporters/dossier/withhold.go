package dossier

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// ForPublic is the case without what the public is not told: what PublicTerms.Withheld names, attachments of another tier
// than public, how much of an exemption the regime keeps back, and who scored or declared interests. c is left as it is.
//
// A case whose part "publication" is not on file, or which is not for the public, is refused; so is one that withholds
// something under an address that names nothing: what was meant would be told.
func (c *Case) ForPublic() (*Case, error) {
	p := c.Dossier.Publication
	if p == nil {
		return nil, models.Refuse(models.Conflict, "no-publication", "It has not been said what of this decision the public is told. File the part “publication” first.")
	}
	if p.Value.Tier != models.VisiblePublic {
		return nil, models.Refuse(models.Conflict, "not-public", "This decision is not told to the public. The ground is: "+p.Value.Ground+".")
	}
	told, d := *c, *c.Dossier
	told.Dossier = &d
	d.Candidates, told.Standings = slices.Clone(d.Candidates), slices.Clone(c.Standings)
	d.People, d.Scores = nil, nil
	told.Attachments = slices.DeleteFunc(slices.Clone(c.Attachments), func(a Attachment) bool { return a.Tier != models.VisiblePublic })
	var m models.Mistakes
	for i, w := range p.Value.Withheld {
		if !told.withhold(w.Part) && !c.has(w.Part) {
			m.Add(fmt.Sprintf("withheld[%d].part", i), "unknown-value", "There is no part “"+w.Part+"”. Give the address of a part, as contract, cost/nextcloud or attachment/12.")
		}
	}
	told.holdExemption()
	return &told, m.Err()
}

// has reports whether an address names something that there is, whether the public would see it or not.
func (c *Case) has(address string) bool {
	name, key, keyed := strings.Cut(address, "/")
	if name == "attachment" {
		return slices.ContainsFunc(c.Attachments, func(a Attachment) bool { return strconv.FormatInt(a.ID, 10) == key })
	}
	p, err := models.PartOf(models.PartName(name))
	if err != nil || keyed && p.Keying == models.KeyNone {
		return false
	}
	return !keyed || p.Keying == models.KeyPerson || c.Dossier.Candidate(key) != nil
}

// withhold takes out what an address names and reports whether anything was there.
func (c *Case) withhold(address string) bool {
	name, key, keyed := strings.Cut(address, "/")
	if name == "attachment" {
		before := len(c.Attachments)
		c.Attachments = slices.DeleteFunc(c.Attachments, func(a Attachment) bool { return strconv.FormatInt(a.ID, 10) == key })
		return len(c.Attachments) < before
	}
	if !c.has(address) {
		return false
	}
	c.Attachments = slices.DeleteFunc(c.Attachments, func(a Attachment) bool {
		return a.Part == address || !keyed && strings.HasPrefix(a.Part, name+"/") || name == string(models.PartExemption) && a.Part == string(models.PartAnswer)
	})
	if !c.withholdSingle(models.PartName(name)) {
		for i := range c.Dossier.Candidates {
			if f := &c.Dossier.Candidates[i]; !keyed || f.Key == key {
				c.withholdOf(f, models.PartName(name))
			}
		}
	}
	return true
}

func (c *Case) withholdSingle(name models.PartName) bool {
	d := c.Dossier
	out, single := map[models.PartName]func(){
		models.PartNeed: func() { d.Need, d.NeedFrozen = nil, nil }, models.PartScan: func() { d.Scan = nil }, models.PartCriteria: func() { d.Criteria = nil },
		models.PartMitigations: func() { d.Mitigations = nil }, models.PartProposal: func() { d.Proposal = nil }, models.PartJustification: func() { d.Justification = nil },
		models.PartImpossibility: func() { d.Impossibility = nil }, models.PartExemption: func() { d.Exemption, d.Answer = nil, nil }, models.PartAnswer: func() { d.Answer = nil },
		models.PartOpinion: func() { d.Opinion = nil }, models.PartProcedure: func() { d.Procedure = nil }, models.PartApproval: func() { d.Approvals = nil },
		models.PartNotices: func() { d.Notices = nil }, models.PartProcurement: func() { d.Procurement = nil }, models.PartChallenges: func() { d.Challenges = nil },
		models.PartContract: func() { d.Contract = nil }, models.PartRegistration: func() { d.Registration = nil }, models.PartReview: func() { d.Review = nil },
		models.PartRelease: func() { d.Release = nil }, models.PartRemediation: func() { d.Remediation = nil },
		models.PartPeople: func() {}, models.PartScores: func() {}, models.PartPublication: func() {},
	}[name]
	if single {
		out()
	}
	return single
}

// withholdOf takes out a part of a candidate, with what was derived from that part.
func (c *Case) withholdOf(f *models.CandidateFile, name models.PartName) {
	s := &Standing{}
	for i := range c.Standings {
		if c.Standings[i].Key == f.Key {
			s = &c.Standings[i]
		}
	}
	switch name {
	case models.PartCandidate:
		*f = models.CandidateFile{Filed: models.Filed[models.Candidate]{Key: f.Key}}
		*s = Standing{Key: s.Key, Tier: s.Tier}
	case models.PartLicense:
		f.License, s.OSSWhy = nil, nil
	case models.PartHealth:
		f.Health = nil
	case models.PartKnockouts:
		f.Knockouts, s.FitWhy = nil, nil
	case models.PartCost:
		f.Cost, s.FitWhy = nil, nil
		s.Total, s.Low, s.High, s.IncumbentExit = models.Money{}, models.Money{}, models.Money{}, models.Money{}
	case models.PartLockIn:
		f.LockIn = nil
	}
}

// holdExemption leaves of an exemption what the regime publishes of one on its grounds.
func (c *Case) holdExemption() {
	d := c.Dossier
	switch c.Regime.Exemption {
	case ShownNot:
		d.Exemption, d.Answer = nil, nil
	case ShownExistence:
		d.Exemption = nil
		if d.Answer != nil {
			a := *d.Answer
			a.Value = models.ExemptionAnswer{Verdict: a.Value.Verdict, ExpiresOn: a.Value.ExpiresOn}
			d.Answer = &a
		}
	}
	if c.Regime.Exemption == ShownNot || c.Regime.Exemption == ShownExistence {
		c.Attachments = slices.DeleteFunc(c.Attachments, func(a Attachment) bool {
			return a.Part == string(models.PartExemption) || a.Part == string(models.PartAnswer) || a.Type == "x_ossExemption"
		})
	}
}
