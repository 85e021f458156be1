package register

import (
	"bytes"
	"context"
	"time"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// LicenseList is the licence list in force: the one that was activated last, or the one built in. It is read once as long as it stays.
func (r *Register) LicenseList(ctx context.Context) (*licenses.List, error) {
	head, err := r.store.ActiveLicenseList(ctx)
	if models.IsKind(err, models.NotFound) {
		return licenses.Embedded(), nil
	}
	if err != nil {
		return nil, err
	}
	if head.Digest == licenses.Embedded().Digest() {
		return licenses.Embedded(), nil
	}
	if known := r.lists.Load(); known != nil && known.id == head.ID {
		return known.list, nil
	}
	list, err := r.readList(ctx, head.ID)
	if err != nil {
		return nil, err
	}
	r.lists.Store(&readLicenseList{head.ID, list})
	return list, nil
}

// readLicenseList is a list out of the database.
type readLicenseList struct {
	id   int64
	list *licenses.List
}

func (r *Register) readList(ctx context.Context, id int64) (*licenses.List, error) {
	full, err := r.store.LicenseList(ctx, id)
	if err != nil {
		return nil, err
	}
	return licenses.ReadList(bytes.NewReader(full.Licenses), bytes.NewReader(full.Exceptions))
}

// ListUpdate is what a new licence list would change.
type ListUpdate struct {
	ID      int64 // of the list in the register
	From    licenses.Version
	To      licenses.Version
	Changes []licenses.Change
	Impact  *Impact // on verdicts
}

// BringLicenseList takes a release of the SPDX licence list in, as licenses.json and exceptions.json were published, and says what it would change. It
// judges nothing until it is activated.
func (r *Register) BringLicenseList(ctx context.Context, by models.Viewer, licensesJSON, exceptionsJSON []byte) (*ListUpdate, error) {
	if err := may(by, models.WritePolicy, 0, "bring in a licence list"); err != nil {
		return nil, err
	}
	list, err := licenses.ReadList(bytes.NewReader(licensesJSON), bytes.NewReader(exceptionsJSON))
	if err != nil {
		return nil, models.Refuse(models.Invalid, "bad-license-list", "The licence list cannot be accepted: "+err.Error())
	}
	row := &models.LicenseList{Number: list.Version().Number, Date: list.Version().Date, Digest: list.Digest(), Licenses: licensesJSON, Exceptions: exceptionsJSON, State: models.PolicyDraft, CreatedByID: optional(by.UserID), CreatedAt: r.now().Truncate(time.Microsecond)}
	err = store.Write(ctx, r.store, func(tx *store.Tx) error {
		row.ID = 0
		if known, err := tx.LicenseListByDigest(ctx, row.Digest); err == nil {
			row = known
			return nil
		} else if !models.IsKind(err, models.NotFound) {
			return err
		}
		if err := tx.CreateLicenseList(ctx, row); err != nil {
			return err
		}
		return record(ctx, tx, by, event{action: "license-list.brought", noun: "license-list", id: row.ID, title: "SPDX licence list " + row.Number, to: models.VisibleGovernment, after: map[string]any{"number": row.Number, "date": row.Date, "digest": row.Digest}})
	})
	if err != nil {
		return nil, err
	}
	return r.listUpdate(ctx, row.ID, list)
}

// PreviewLicenseList says what a list that was brought in would change.
func (r *Register) PreviewLicenseList(ctx context.Context, by models.Viewer, id int64) (*ListUpdate, error) {
	if err := may(by, models.WritePolicy, 0, "change the licence list"); err != nil {
		return nil, err
	}
	list, err := r.readList(ctx, id)
	if err != nil {
		return nil, err
	}
	return r.listUpdate(ctx, id, list)
}

func (r *Register) listUpdate(ctx context.Context, id int64, list *licenses.List) (*ListUpdate, error) {
	now, err := r.LicenseList(ctx)
	if err != nil {
		return nil, err
	}
	u := &ListUpdate{ID: id, From: now.Version(), To: list.Version(), Changes: now.Changes(list)}
	u.Impact, err = r.impact(ctx, 0, func(s *sitting) { s.list = list })
	return u, err
}

// ActivateLicenseList judges by a list from now on; the one before stays for verdicts that name it.
func (r *Register) ActivateLicenseList(ctx context.Context, by models.Viewer, id int64) error {
	if err := may(by, models.WritePolicy, 0, "change the licence list"); err != nil {
		return err
	}
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		all, err := tx.LicenseLists(ctx)
		if err != nil {
			return err
		}
		at := r.now().Truncate(time.Microsecond)
		var row *models.LicenseList
		var before any
		for i := range all {
			switch {
			case all[i].ID == id:
				row = &all[i]
			case all[i].State == models.PolicyActive:
				all[i].State = models.PolicySuperseded
				before = map[string]any{"number": all[i].Number, "digest": all[i].Digest}
				if err := tx.SaveLicenseListState(ctx, &all[i]); err != nil {
					return err
				}
			}
		}
		switch {
		case row == nil:
			return models.NoSuch("license-list")
		case row.State == models.PolicyActive:
			return models.Refuse(models.Conflict, "license-list-active", "This licence list is in force already.")
		}
		row.State, row.ActivatedAt, row.ActivatedByID = models.PolicyActive, &at, optional(by.UserID)
		if err := tx.SaveLicenseListState(ctx, row); err != nil {
			return err
		}
		return record(ctx, tx, by, event{action: "license-list.activated", noun: "license-list", id: id, title: "SPDX licence list " + row.Number, to: models.VisibleGovernment, before: before, after: map[string]any{"number": row.Number, "digest": row.Digest}})
	})
}
