package register

import (
	"context"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// RegisterSoftwareBundle adds a named set of software, for all of government.
func (r *Register) RegisterSoftwareBundle(ctx context.Context, by models.Viewer, b *models.SoftwareBundle) error {
	if err := may(by, models.WriteRepository, 0, "put software into bundles"); err != nil {
		return err
	}
	prepareBundle(b)
	if err := b.Validate(); err != nil {
		return err
	}
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		b.ID, b.UUID = 0, ""
		if err := tx.CreateSoftwareBundle(ctx, b); err != nil {
			return err
		}
		if err := keepBundled(ctx, tx, by, b, nil); err != nil {
			return err
		}
		return record(ctx, tx, by, bundleEvent("software-bundle.registered", b, nil))
	})
}

// ChangeSoftwareBundle lets change edit a bundle and stores the result.
func (r *Register) ChangeSoftwareBundle(ctx context.Context, by models.Viewer, uuid string, change func(*models.SoftwareBundle) error) (*models.SoftwareBundle, error) {
	return r.changeBundle(ctx, by, uuid, "software-bundle.changed", change)
}

// WithdrawSoftwareBundle takes a bundle out of sight. Its software stays.
func (r *Register) WithdrawSoftwareBundle(ctx context.Context, by models.Viewer, uuid string) error {
	_, err := r.changeBundle(ctx, by, uuid, "software-bundle.withdrawn", func(b *models.SoftwareBundle) error {
		now := r.now()
		b.Active, b.WithdrawnAt = false, &now
		return nil
	})
	return err
}

func (r *Register) changeBundle(ctx context.Context, by models.Viewer, uuid, action string, change func(*models.SoftwareBundle) error) (*models.SoftwareBundle, error) {
	var result *models.SoftwareBundle
	err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		b, err := tx.SoftwareBundle(ctx, by, uuid)
		if err != nil {
			return err
		}
		if err := may(by, models.WriteRepository, 0, "change bundles of software"); err != nil {
			return err
		}
		before := *b
		before.Repositories = slices.Clone(b.Repositories)
		if err := change(b); err != nil {
			return err
		}
		prepareBundle(b)
		if err := b.Validate(); err != nil {
			return err
		}
		if result = b; same(toldBundle(&before), toldBundle(b)) {
			return nil
		}
		b.UpdatedAt = r.now()
		if err := tx.SaveSoftwareBundle(ctx, b); err != nil {
			return err
		}
		if err := keepBundled(ctx, tx, by, b, before.Repositories); err != nil {
			return err
		}
		return record(ctx, tx, by, bundleEvent(action, b, &before))
	})
	return result, err
}

// keepBundled makes the software of a bundle what it is to be.
func keepBundled(ctx context.Context, tx *store.Tx, by models.Viewer, b *models.SoftwareBundle, had []string) error {
	in, err := tx.CatalogedIDs(ctx, by, b.Repositories)
	if err != nil {
		return err
	}
	if len(in) != len(b.Repositories) {
		return invalidField("softwareIds", "unknown", "one or more softwareIds do not exist")
	}
	out, err := tx.CatalogedIDs(ctx, by, slices.DeleteFunc(slices.Clone(had), func(id string) bool { return slices.Contains(b.Repositories, id) }))
	if err != nil {
		return err
	}
	return tx.KeepBundled(ctx, b.ID, in, out)
}

func prepareBundle(b *models.SoftwareBundle) {
	b.Name, b.Description = tidy(b.Name), strings.TrimSpace(b.Description)
	for i := range b.Repositories {
		b.Repositories[i] = strings.ToLower(b.Repositories[i])
	}
}

func bundleEvent(action string, b, before *models.SoftwareBundle) event {
	e := event{action: action, noun: "software-bundle", id: b.ID, title: b.Name, to: models.VisiblePublic, after: toldBundle(b)}
	if before != nil {
		e.from, e.before = models.VisiblePublic, toldBundle(before)
	}
	return e
}

func toldBundle(b *models.SoftwareBundle) map[string]any {
	return map[string]any{"name": b.Name, "description": b.Description, "active": b.Active, "softwareIds": b.Repositories, "withdrawn": b.WithdrawnAt != nil}
}
