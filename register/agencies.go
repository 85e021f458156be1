package register

import (
	"context"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// RegisterAgency adds a public body.
func (r *Register) RegisterAgency(ctx context.Context, by models.Viewer, a *models.Agency) error {
	prepareAgency(a)
	if err := a.Validate(); err != nil {
		return err
	}
	if err := may(by, models.WriteAgency, value(a.ParentID), "add agencies to the register"); err != nil {
		return err
	}
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		a.ID, a.State, a.SuccessorID = 0, models.AgencyActive, nil
		if err := tx.CreateAgency(ctx, a, models.DateOf(r.now())); err != nil {
			return err
		}
		return record(ctx, tx, by, agencyEvent("agency.registered", a, nil))
	})
}

// ChangeAgency lets change edit the agency and stores the result. A new parent takes effect today and is kept as a dated
// move. based is the version the caller has read, 0 for whatever it is now.
func (r *Register) ChangeAgency(ctx context.Context, by models.Viewer, id, based int64, change func(*models.Agency)) (*models.Agency, error) {
	var result *models.Agency
	err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		a, before, err := r.holdAgency(ctx, tx, by, id, based)
		if err != nil {
			return err
		}
		change(a)
		a.ID, a.Version, a.CreatedAt, a.State, a.SuccessorID = before.ID, before.Version, before.CreatedAt, before.State, before.SuccessorID
		prepareAgency(a)
		if err := a.Validate(); err != nil {
			return err
		}
		if result = a; same(before, a) {
			return nil
		}
		if value(a.ParentID) != value(before.ParentID) {
			if err := may(by, models.WriteAgency, value(a.ParentID), "move agencies"); err != nil {
				return err
			}
			if err := tx.MoveAgency(ctx, a, models.DateOf(r.now())); err != nil {
				return err
			}
		}
		a.UpdatedAt = r.now()
		if err := tx.SaveAgency(ctx, a); err != nil {
			return err
		}
		return record(ctx, tx, by, agencyEvent("agency.changed", a, &before))
	})
	return result, err
}

// MergeAgency lets a successor take over everything an agency stewards, runs and staffs. The agency stays in the register
// as merged, so that old references still lead somewhere.
func (r *Register) MergeAgency(ctx context.Context, by models.Viewer, id, successor, based int64) (*models.Agency, error) {
	var result *models.Agency
	err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		a, before, err := r.holdAgency(ctx, tx, by, id, based)
		if err != nil {
			return err
		}
		into, err := tx.Agency(ctx, successor)
		if err != nil || into.ID == a.ID || into.State != models.AgencyActive {
			return &models.Error{Kind: models.Invalid, Code: "invalid-input", Detail: "The successor must be another agency that is active.",
				Fields: []models.FieldError{{Field: "successorId", Code: "unknown", Detail: "Choose an active agency."}}}
		}
		children, err := tx.AgencyChildren(ctx, a.ID)
		if err != nil {
			return err
		}
		for i := range children {
			c := &children[i]
			if c.ID == into.ID {
				c.ParentID = a.ParentID
			} else {
				c.ParentID = &into.ID
			}
			c.UpdatedAt = r.now()
			if err := tx.MoveAgency(ctx, c, models.DateOf(r.now())); err != nil {
				return err
			}
			if err := tx.SaveAgency(ctx, c); err != nil {
				return err
			}
		}
		a.State, a.SuccessorID, a.UpdatedAt = models.AgencyMerged, &into.ID, r.now()
		if err := tx.SaveAgency(ctx, a); err != nil {
			return err
		}
		if err := tx.HandOver(ctx, a.ID, into.ID); err != nil {
			return err
		}
		result = a
		return record(ctx, tx, by, agencyEvent("agency.merged", a, &before))
	})
	return result, err
}

func (r *Register) holdAgency(ctx context.Context, tx *store.Tx, by models.Viewer, id, based int64) (*models.Agency, models.Agency, error) {
	if err := tx.Hold(ctx, "agencies", id); err != nil {
		return nil, models.Agency{}, err
	}
	a, err := tx.Agency(ctx, id)
	if err != nil {
		return nil, models.Agency{}, err
	}
	if err := may(by, models.WriteAgency, a.ID, "change agencies"); err != nil {
		return nil, models.Agency{}, err
	}
	if a.State != models.AgencyActive {
		return nil, models.Agency{}, models.Refuse(models.Conflict, "agency-not-active", "This agency no longer acts, so its entry is closed to changes. Change its successor.")
	}
	return a, *a, unchanged(a.Version, based)
}

func agencyEvent(action string, a, before *models.Agency) event {
	e := event{action: action, noun: "agency", id: a.ID, title: a.Name, agency: a.ID, to: models.VisiblePublic, after: a}
	if before != nil {
		e.from, e.before = models.VisiblePublic, before
	}
	return e
}

func prepareAgency(a *models.Agency) {
	a.Name, a.Code, a.URI = tidy(a.Name), strings.TrimSpace(a.Code), strings.TrimSpace(a.URI)
	a.Email, a.Phone, a.Website = strings.TrimSpace(a.Email), tidy(a.Phone), strings.TrimSpace(a.Website)
}

func value[T any](p *T) (v T) {
	if p == nil {
		return v
	}
	return *p
}
