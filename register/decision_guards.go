package register

import (
	"time"

	"github.com/ospo-register/ospo/models"
)

// checkFrozen holds a need that was confirmed to what it was confirmed as: nothing of it is taken back, made lighter or paid otherwise unless the case goes back to its need. What is added is for the
// rules of the regime to judge.
func (c *caseAt) checkFrozen(need *models.Need) error {
	if c.dossier.NeedFrozen == nil || c.row.State == models.DecisionDraft {
		return nil
	}
	was := &c.dossier.NeedFrozen.Value
	var m models.Mistakes
	if need.BudgetMax != was.BudgetMax || need.DaysMax != was.DaysMax {
		m.Add("budgetMax", "frozen", "The ceilings of cost and time were confirmed with the need. The case goes back to its need to change them.")
	}
	now := map[string]models.Requirement{}
	for _, q := range need.Requirements {
		now[q.ID] = q
	}
	for _, q := range was.Requirements {
		same, there := now[q.ID]
		if q.Binding() && (!there || same.Level != q.Level && (same.Level == models.Desirable || q.Level == models.Essential)) {
			m.Add("requirements", "frozen", "The requirement "+q.ID+" was confirmed as "+string(q.Level)+" and cannot be dropped or made lighter. The case goes back to its need to change it.")
		}
	}
	return m.Err()
}

// signScan signs a nil return in the name of who files it, now; one that was signed before stays as it was.
func (c *caseAt) signScan(by models.Viewer, scan *models.Scan, at time.Time) {
	if scan.NilReturn == nil {
		return
	}
	if was := c.dossier.Scan; was != nil && was.Value.NilReturn != nil && was.Value.NilReturn.Text == scan.NilReturn.Text {
		*scan.NilReturn = *was.Value.NilReturn
		return
	}
	scan.NilReturn.SignedBy, scan.NilReturn.SignedAt = by.Name, &at
}

// checkSwapped refuses to make another product of the candidate that was approved.
func (c *caseAt) checkSwapped(key string, now *models.Candidate) error {
	was := c.dossier.Candidate(key)
	if c.row.ApprovedAt == nil || key != c.row.Chosen || was == nil || sameProduct(&was.Value, now) {
		return nil
	}
	return models.Refuse(models.Conflict, "approved-candidate", "This candidate was approved as “"+was.Title()+"” and stays that. Another product is another candidate.")
}

// checkSigned refuses a signature that has not happened yet.
func checkSigned(terms *models.ContractTerms, at time.Time) error {
	var m models.Mistakes
	if terms.SignedAt != nil && terms.SignedAt.After(at) {
		m.Add("signedAt", "in-the-future", "The contract cannot have been signed after now.")
	}
	return m.Err()
}

// checkChallenges leaves it to the review body to rule, to lift a standstill, and to take a challenge off the file; others register what was filed.
func (c *caseAt) checkChallenges(by models.Viewer, now *models.Challenges) error {
	if by.Holds(models.ReviewBody, c.row.AgencyID) {
		return nil
	}
	before := &models.Challenges{}
	if c.dossier.Challenges != nil {
		before = &c.dossier.Challenges.Value
	}
	var m models.Mistakes
	if now.OverridingNote != before.OverridingNote {
		m.Add("overridingInterestOrder", "review-body", "An order that lets the contract be signed all the same is registered by the review body.")
	}
	for i, one := range now.Challenges {
		ruled := !one.Pending()
		if i < len(before.Challenges) {
			ruled = ruled && one.State != before.Challenges[i].State
		}
		if ruled {
			m.Add("challenges["+idText(int64(i))+"].state", "review-body", "What became of a challenge is registered by the review body.")
		}
	}
	if len(now.Challenges) < len(before.Challenges) {
		m.Add("challenges", "review-body", "A challenge that is on file is taken off by the review body alone.")
	}
	return m.Err()
}
