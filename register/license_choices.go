package register

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/packages"
	"github.com/ospo-register/ospo/store"
)

// ChooseLicense records which branch of an expression is taken. What is chosen must be offered by the expression.
func (r *Register) ChooseLicense(ctx context.Context, by models.Viewer, c *models.LicenseChoice) error {
	c.Reason = tidy(c.Reason)
	c.ID, c.CreatedAt, c.CreatedByID, c.EndedAt, c.EndedByID = 0, r.now().Truncate(time.Microsecond), optional(by.UserID), nil, nil
	var m models.Mistakes
	offer, chosen := expressionIn(&m, "expression", c.Expression), expressionIn(&m, "chosen", c.Chosen)
	if !offer.IsZero() && !chosen.IsZero() {
		switch {
		case offer.Equal(chosen):
			m.Add("chosen", "no-choice", "This is all that is offered. Name the branch that is taken.")
		case !offer.Offers(chosen):
			m.Add("chosen", "not-offered", "“"+c.Expression+"” does not offer this. A choice takes branches of an OR; what an AND demands stays. To override what is stated, conclude a licence.")
		}
		c.Expression, c.Chosen = offer.String(), chosen.String()
	}
	m.Include(c.Validate())
	if err := m.Err(); err != nil {
		return err
	}
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		c.ID = 0
		e, err := r.reach(ctx, tx, by, models.ChooseLicense, "choose a licence", c.Reach, c.AgencyID, c.AssetID)
		if err != nil {
			return err
		}
		if err := tx.SaveLicenseChoice(ctx, c); err != nil {
			return err
		}
		e.action, e.noun, e.id, e.title, e.after = "license-choice.made", "license-choice", c.ID, c.Chosen+" of "+c.Expression, c
		return record(ctx, tx, by, e)
	})
}

// EndLicenseChoice ends a choice; the expression offers all its branches again.
func (r *Register) EndLicenseChoice(ctx context.Context, by models.Viewer, id int64) error {
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		if err := tx.Hold(ctx, "license_choices", id); err != nil {
			return err
		}
		c, err := tx.LicenseChoice(ctx, id)
		if err != nil {
			return err
		}
		e, err := r.reach(ctx, tx, by, models.ChooseLicense, "choose a licence", c.Reach, c.AgencyID, c.AssetID)
		if err != nil {
			return err
		}
		if c.EndedAt != nil {
			return models.Refuse(models.Conflict, "license-choice-ended", "This choice has ended already.")
		}
		before, at := *c, r.now().Truncate(time.Microsecond)
		c.EndedAt, c.EndedByID = &at, optional(by.UserID)
		if err := tx.SaveLicenseChoice(ctx, c); err != nil {
			return err
		}
		e.action, e.noun, e.id, e.title, e.before, e.after = "license-choice.ended", "license-choice", id, c.Chosen+" of "+c.Expression, before, c
		return record(ctx, tx, by, e)
	})
}

// ConcludeLicense records a reviewer's licence for a component. It overrides what documents say of the component, visibly.
func (r *Register) ConcludeLicense(ctx context.Context, by models.Viewer, c *models.LicenseConclusion) error {
	c.Reason, c.Evidence, c.Name, c.Version = tidy(c.Reason), tidy(c.Evidence), tidy(c.Name), tidy(c.Version)
	c.ID, c.CreatedAt, c.CreatedByID, c.EndedAt, c.EndedByID = 0, r.now().Truncate(time.Microsecond), optional(by.UserID), nil, nil
	var m models.Mistakes
	if c.Base != "" {
		if p, err := packages.ParsePURL(c.Base); err != nil {
			m.Add("base", "not-a-purl", "This is not a package URL: "+err.Error())
		} else {
			if c.Version == "" {
				c.Version = p.Version
			}
			c.Base, c.Name = p.Base(), ""
		}
	}
	if concluded := expressionIn(&m, "concluded", c.Concluded); !concluded.IsZero() {
		c.Concluded = concluded.String()
	}
	m.Include(c.Validate())
	if err := m.Err(); err != nil {
		return err
	}
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		c.ID = 0
		e, err := r.reach(ctx, tx, by, models.ConcludeLicense, "conclude a licence", c.Reach, c.AgencyID, c.AssetID)
		if err != nil {
			return err
		}
		if err := tx.SaveLicenseConclusion(ctx, c); err != nil {
			return err
		}
		e.action, e.noun, e.id, e.title, e.after = "license-conclusion.made", "license-conclusion", c.ID, c.Base+c.Name+": "+c.Concluded, c
		return record(ctx, tx, by, e)
	})
}

// EndLicenseConclusion ends a conclusion; documents speak for the component again.
func (r *Register) EndLicenseConclusion(ctx context.Context, by models.Viewer, id int64) error {
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		if err := tx.Hold(ctx, "license_conclusions", id); err != nil {
			return err
		}
		c, err := tx.LicenseConclusion(ctx, id)
		if err != nil {
			return err
		}
		e, err := r.reach(ctx, tx, by, models.ConcludeLicense, "conclude a licence", c.Reach, c.AgencyID, c.AssetID)
		if err != nil {
			return err
		}
		if c.EndedAt != nil {
			return models.Refuse(models.Conflict, "license-conclusion-ended", "This conclusion has ended already.")
		}
		before, at := *c, r.now().Truncate(time.Microsecond)
		c.EndedAt, c.EndedByID = &at, optional(by.UserID)
		if err := tx.SaveLicenseConclusion(ctx, c); err != nil {
			return err
		}
		e.action, e.noun, e.id, e.title, e.before, e.after = "license-conclusion.ended", "license-conclusion", id, c.Base+c.Name+": "+c.Concluded, before, c
		return record(ctx, tx, by, e)
	})
}

// reach checks that somebody may speak as far as that, and gives the event's place.
func (r *Register) reach(ctx context.Context, tx *store.Tx, by models.Viewer, action models.Action, what string, reach models.Reach, agency, asset *int64) (event, error) {
	e := event{agency: value(agency), to: models.VisibleGovernment}
	if reach == models.ReachAsset {
		a, err := tx.Asset(ctx, by, value(asset))
		if err != nil {
			return e, err
		}
		e.agency, e.asset, e.to = a.StewardID, a.ID, narrower(a.Visibility, models.VisibleGovernment)
	}
	return e, may(by, action, e.agency, what+" here")
}

func expressionIn(m *models.Mistakes, field, text string) licenses.Expression {
	if text == "" {
		return licenses.Expression{}
	}
	e, err := licenses.Parse(text)
	if err != nil {
		m.Add(field, "not-an-expression", err.Error())
	}
	return e.Current()
}
