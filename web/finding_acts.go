package web

import (
	"slices"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func (s *site) triageFinding(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	t, err := c.triageOf(f)
	if err == nil {
		_, err = s.Register.TriageFindings(c.ctx(), c.viewer, []int64{id}, t)
	}
	return s.actedOn(c, id, formTriage, f, err, findingPath(id), "It is noted.")
}

// actedOn goes on after a form of the page was sent, or shows it again with what was wrong.
func (s *site) actedOn(c *page, id int64, which string, f *form, err error, to, said string) error {
	if err == nil {
		return c.done(to, said)
	}
	if !f.refused(err) {
		return err
	}
	return s.showFinding(c, id, which, f)
}

func (s *site) exemptFinding(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	var m models.Mistakes
	x := f.exemption(&m)
	if err = m.Err(); err == nil {
		err = s.Register.ExemptFinding(c.ctx(), c.viewer, id, register.Reaching(f.get("reaching")), x)
	}
	return s.actedOn(c, id, formExemption, f, err, exemptionPath(x.ID), "The exemption is asked for. Another person decides on it.")
}

func (s *site) chooseForFinding(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	row, err := s.Store.Finding(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	choice := &models.LicenseChoice{Reach: models.Reach(f.get("choiceReach")), Expression: row.License, Chosen: f.get("chosen"), Reason: f.get("choiceReason")}
	choice.AssetID, choice.AgencyID = reachOf(choice.Reach, row)
	err = s.Register.ChooseLicense(c.ctx(), c.viewer, choice)
	if err != nil && f.refused(err) {
		f.rename("reason", "choiceReason")
		f.rename("reach", "choiceReach")
		f.rename("expression", "chosen")
		return s.showFinding(c, id, formChoice, f)
	}
	return s.actedOn(c, id, formChoice, f, err, findingPath(id), c.chosenWords(choice.Chosen))
}

// reachOf names what a person's word about a licence is for, where it is said about a finding.
func reachOf(reach models.Reach, row *store.FindingRow) (asset, agency *int64) {
	switch reach {
	case models.ReachAsset:
		return &row.AssetID, nil
	case models.ReachAgency:
		return nil, &row.AgencyID
	}
	return nil, nil
}

// The answers to which versions of a component a conclusion is for.
const (
	onlyVersion  = "version"
	everyVersion = "every"
)

func (s *site) concludeForFinding(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	x, err := s.Register.ExplainFinding(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	conclusion := &models.LicenseConclusion{Reach: models.Reach(f.get("conclusionReach")), Concluded: f.get("concluded"), Reason: f.get("conclusionReason"), Evidence: f.get("conclusionEvidence")}
	conclusion.AssetID, conclusion.AgencyID = reachOf(conclusion.Reach, x.FindingRow)
	at := slices.IndexFunc(x.Components, func(a register.Affected) bool { return int64(a.ComponentID) == f.id("component") })
	if at >= 0 {
		part := x.Components[at]
		if conclusion.Base = part.Base; conclusion.Base == "" {
			conclusion.Name = part.Name
		}
		if f.get("conclusionFor") != everyVersion {
			conclusion.Version = part.Version
		}
	}
	err = s.Register.ConcludeLicense(c.ctx(), c.viewer, conclusion)
	if err != nil && f.refused(err) {
		f.rename("reason", "conclusionReason")
		f.rename("evidence", "conclusionEvidence")
		f.rename("reach", "conclusionReach")
		return s.showFinding(c, id, formConclude, f)
	}
	return s.actedOn(c, id, formConclude, f, err, findingPath(id), "The conclusion is recorded. The register judges anew in a moment.")
}
