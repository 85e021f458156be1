package register

import (
	"context"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// RegisterDeployment records that an agency runs an asset. It starts as claimed; Attest confirms it.
func (r *Register) RegisterDeployment(ctx context.Context, by models.Viewer, d *models.Deployment) error {
	prepareDeployment(d)
	if err := d.Validate(); err != nil {
		return err
	}
	if err := may(by, models.WriteDeployment, d.AgencyID, "register what this agency runs"); err != nil {
		return err
	}
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		d.ID, d.State, d.ConfirmedOn, d.ValidUntilOn = 0, models.Claimed, nil, nil
		a, err := r.tieRelease(ctx, tx, by, d)
		if err != nil {
			return err
		}
		if err := tx.CreateDeployment(ctx, d); err != nil {
			return err
		}
		return record(ctx, tx, by, deploymentEvent("deployment.registered", a, d, nil))
	})
}

// ChangeDeployment lets change edit the deployment and stores the result. State and attestation are changed by Attest
// and WithdrawDeployment only. A deployment stays with its agency and asset: moving to another is a new one.
func (r *Register) ChangeDeployment(ctx context.Context, by models.Viewer, id, based int64, change func(*models.Deployment)) (*models.Deployment, error) {
	return r.changeDeployment(ctx, by, id, based, "deployment.changed", models.WriteDeployment, func(_ *store.Tx, d *models.Deployment) error {
		before := *d
		change(d)
		d.ID, d.Version, d.CreatedAt, d.AgencyID, d.AssetID = before.ID, before.Version, before.CreatedAt, before.AgencyID, before.AssetID
		d.State, d.ConfirmedOn, d.ValidUntilOn = before.State, before.ConfirmedOn, before.ValidUntilOn
		prepareDeployment(d)
		return d.Validate()
	})
}

// Attest confirms that the deployment is true today, until the given day; a zero day means AttestationDays from today. Only somebody of the agency that runs it can: whoever makes or sells the software,
// or keeps the register, proves nothing by saying so.
func (r *Register) Attest(ctx context.Context, by models.Viewer, id, based int64, until models.Date, statement string) (*models.Deployment, error) {
	var result *models.Deployment
	err := store.Write(ctx, r.store, func(tx *store.Tx) (err error) {
		result, err = r.attest(ctx, tx, by, id, based, until, statement)
		return err
	})
	return result, err
}

func (r *Register) attest(ctx context.Context, tx *store.Tx, by models.Viewer, id, based int64, until models.Date, statement string) (*models.Deployment, error) {
	if by.UserID == 0 {
		return nil, models.Refuse(models.Unauthenticated, "sign-in-first", "An attestation needs a person: sign in, or send that person's API token.")
	}
	return r.changeWithin(ctx, tx, by, id, based, "deployment.attested", models.AttestDeployment, func(tx *store.Tx, d *models.Deployment) error {
		if err := mayAttest(by, d.AgencyID); err != nil {
			return err
		}
		today := models.DateOf(r.now())
		if until.IsZero() {
			until = today.AddDays(models.AttestationDays)
		}
		if err := d.Confirm(today, until); err != nil {
			return err
		}
		return tx.CreateAttestation(ctx, &models.Attestation{DeploymentID: d.ID, UserID: by.UserID, Statement: strings.TrimSpace(statement), ValidUntilOn: until})
	})
}

// WithdrawDeployment declares the deployment untrue or ended. It stays in the history.
func (r *Register) WithdrawDeployment(ctx context.Context, by models.Viewer, id, based int64) (*models.Deployment, error) {
	return r.changeDeployment(ctx, by, id, based, "deployment.withdrawn", models.WriteDeployment, func(_ *store.Tx, d *models.Deployment) error {
		return d.Withdraw()
	})
}

func (r *Register) changeDeployment(ctx context.Context, by models.Viewer, id, based int64, action string, need models.Action, change func(*store.Tx, *models.Deployment) error) (*models.Deployment, error) {
	var result *models.Deployment
	err := store.Write(ctx, r.store, func(tx *store.Tx) (err error) {
		result, err = r.changeWithin(ctx, tx, by, id, based, action, need, change)
		return err
	})
	return result, err
}

func (r *Register) changeWithin(ctx context.Context, tx *store.Tx, by models.Viewer, id, based int64, action string, need models.Action, change func(*store.Tx, *models.Deployment) error) (*models.Deployment, error) {
	if err := tx.Hold(ctx, "deployments", id); err != nil {
		return nil, err
	}
	row, err := tx.Deployment(ctx, by, id)
	if err != nil {
		return nil, err
	}
	d := &row.Deployment
	if err := may(by, need, d.AgencyID, "change what this agency says it runs"); err != nil {
		return nil, err
	}
	if err := unchanged(d.Version, based); err != nil {
		return nil, err
	}
	if d.State == models.Stale {
		d.State = models.Confirmed // stale is how a confirmation that has run out reads; it is not stored
	}
	before := *d
	if err := change(tx, d); err != nil {
		return nil, err
	}
	a, err := r.tieRelease(ctx, tx, by, d)
	if err != nil || same(before, d) {
		return d, err
	}
	d.UpdatedAt = r.now()
	if err := tx.SaveDeployment(ctx, d); err != nil {
		return nil, err
	}
	return d, record(ctx, tx, by, deploymentEvent(action, a, d, &before))
}

// tieRelease reads the deployment's asset and finds the release that its version text names, or the other way round.
func (r *Register) tieRelease(ctx context.Context, tx *store.Tx, by models.Viewer, d *models.Deployment) (*models.Asset, error) {
	reader := by
	if d.ID != 0 {
		reader = models.SystemViewer("") // what an agency runs already it may go on changing, whoever has hidden the software since
	}
	a, err := tx.Asset(ctx, reader, d.AssetID)
	if err != nil {
		return nil, invalidReference(err, "assetId", "There is no such asset, or you may not see it.")
	}
	if a.MergedIntoID != nil {
		return nil, models.Refuse(models.Conflict, "asset-merged", "This software was merged into another entry. Register the deployment there.")
	}
	if d.ReleaseID != nil {
		release, err := tx.Release(ctx, reader, *d.ReleaseID)
		if err != nil || release.AssetID != d.AssetID {
			return nil, invalidReference(models.NoSuch("release"), "releaseId", "There is no such release of this asset.")
		}
		d.VersionText = release.Number
		return a, nil
	}
	if d.VersionText == "" {
		return a, nil
	}
	release, err := tx.ReleaseByNumber(ctx, reader, d.AssetID, d.VersionText)
	switch {
	case err == nil:
		d.ReleaseID = &release.ID
	case !models.IsKind(err, models.NotFound):
		return nil, err
	}
	return a, nil
}

// invalidReference turns "not found" of something the input refers to into a mistake in that field.
func invalidReference(err error, field, detail string) error {
	if !models.IsKind(err, models.NotFound) {
		return err
	}
	return &models.Error{Kind: models.Invalid, Code: "invalid-input", Detail: detail, Fields: []models.FieldError{{Field: field, Code: "unknown", Detail: detail}}}
}

func deploymentEvent(action string, a *models.Asset, d, before *models.Deployment) event {
	e := event{action: action, noun: "deployment", id: d.ID, title: a.Title(), agency: d.AgencyID, asset: a.ID,
		to: narrower(narrower(d.Visibility, d.Details), a.Visibility), after: d}
	if before != nil {
		e.from, e.before = narrower(narrower(before.Visibility, before.Details), a.Visibility), before
	}
	return e
}

// prepareDeployment fills in what a caller left open: the defaults keep version and hosting within government.
func prepareDeployment(d *models.Deployment) {
	d.VersionText, d.Service, d.Provider = tidy(d.VersionText), tidy(d.Service), tidy(d.Provider)
	d.BusinessOwner, d.TechnicalOwner = tidy(d.BusinessOwner), tidy(d.TechnicalOwner)
	d.Jurisdiction = strings.ToUpper(strings.TrimSpace(d.Jurisdiction))
	fill(&d.Environment, models.Production)
	fill(&d.DataClass, models.DataUnknown)
	fill(&d.PersonalData, models.PersonalUnknown)
	fill(&d.Hosting, models.HostingUnknown)
	fill(&d.Lifecycle, models.DeploymentRunning)
	fill(&d.Visibility, models.VisiblePublic)
	fill(&d.Details, models.VisibleGovernment)
}

func fill[T ~string](field *T, otherwise T) {
	if *field == "" {
		*field = otherwise
	}
}
