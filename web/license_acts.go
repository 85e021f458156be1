package web

import (
	"context"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// reachAt names what a person's word about a licence is for, where it is said about a piece of software.
func reachAt(reach models.Reach, a *models.Asset) (asset, agency *int64) {
	switch reach {
	case models.ReachAsset:
		return &a.ID, nil
	case models.ReachAgency:
		return nil, &a.StewardID
	}
	return nil, nil
}

func (s *site) chooseForAsset(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	a, err := s.Store.Asset(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	choice := &models.LicenseChoice{Reach: models.Reach(f.get("choiceReach")), Expression: f.get("expression"), Chosen: f.get("chosen"), Reason: f.get("choiceReason")}
	choice.AssetID, choice.AgencyID = reachAt(choice.Reach, a)
	if err := s.Register.ChooseLicense(c.ctx(), c.viewer, choice); err != nil {
		if !f.refused(err) {
			return err
		}
		f.rename("reason", "choiceReason")
		f.rename("reach", "choiceReach")
		return s.showLicences(c, formChoice, f)
	}
	return c.done(licencesPath(id), c.chosenWords(choice.Chosen))
}

// chosenWords says that a choice is recorded, and when it settles nothing.
func (c *page) chosenWords(chosen string) string {
	const said = "The choice is recorded. The register judges anew in a moment."
	list, err := c.site.Register.LicenseList(c.ctx())
	if err != nil {
		return said // it is recorded all the same
	}
	e, err := licenses.Parse(chosen)
	if unknown := register.UnknownTerms(list, e); err == nil && len(unknown) > 0 {
		return said + " Nobody here knows the terms of “" + shorten(strings.Join(unknown, "”, “"), 200) + "”: what is taken stays unknown until a rule of a policy names it."
	}
	return said
}

func (s *site) concludeForAsset(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	a, err := s.Store.Asset(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	conclusion := &models.LicenseConclusion{Reach: models.Reach(f.get("conclusionReach")), Version: f.get("version"), Concluded: f.get("concluded"), Reason: f.get("conclusionReason"), Evidence: f.get("conclusionEvidence")}
	conclusion.AssetID, conclusion.AgencyID = reachAt(conclusion.Reach, a)
	if given := f.get("component"); strings.HasPrefix(strings.ToLower(given), "pkg:") {
		conclusion.Base = given
	} else {
		conclusion.Name = given
	}
	if err := s.Register.ConcludeLicense(c.ctx(), c.viewer, conclusion); err != nil {
		if !f.refused(err) {
			return err
		}
		for field, asked := range map[string]string{"reason": "conclusionReason", "evidence": "conclusionEvidence", "reach": "conclusionReach", "base": "component", "name": "component"} {
			f.rename(field, asked)
		}
		return s.showLicences(c, formConclude, f)
	}
	return c.done(licencesPath(id), "The conclusion is recorded. The register judges anew in a moment.")
}

func (s *site) endChoice(c *page) error {
	return s.endWord(c, s.Register.EndLicenseChoice, "The choice has ended. The register judges anew in a moment.")
}

func (s *site) endConclusion(c *page) error {
	return s.endWord(c, s.Register.EndLicenseConclusion, "The conclusion has ended. The register judges anew in a moment.")
}

func (s *site) endWord(c *page, end func(context.Context, models.Viewer, int64) error, said string) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	w, err := c.id("word")
	if err != nil {
		return err
	}
	if err := end(c.ctx(), c.viewer, w); err != nil {
		return err
	}
	return c.done(licencesPath(id), said)
}

func licencesPath(asset int64) string { return assetPath(asset) + "/licences" }
