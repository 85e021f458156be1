package store

import (
	"context"

	"github.com/ospo-register/ospo/models"
)

const deploymentFrom = `deployments d JOIN assets a ON a.id = d.asset_id JOIN agencies g ON g.id = d.agency_id`

// DeploymentRow is a deployment as lists show it, redacted for the viewer.
type DeploymentRow struct {
	models.Deployment
	Agency    string
	Asset     string
	SeeDetail bool // the viewer sees version, hosting, owners and data facts
}

// Deployment finds a deployment; without sight of its details they come redacted.
func (s *Store) Deployment(ctx context.Context, v models.Viewer, id int64) (*DeploymentRow, error) {
	q := &query{}
	q.and("d.id = ?", id)
	q.deploymentVisible(v)
	list, err := s.deploymentRows(ctx, v, q, "")
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, models.NoSuch("deployment")
	}
	return &list[0], nil
}

func (s *Store) deploymentRows(ctx context.Context, v models.Viewer, q *query, tail string) ([]DeploymentRow, error) {
	where := q.clause()
	list, err := rows[DeploymentRow](ctx, s, `SELECT `+deploymentColumns+`, g.name AS agency, btrim(a.name || ' ' || a.edition) AS asset,
		(`+q.sees(v, "d.details", "d.agency_id")+`) AS see_detail FROM `+deploymentFrom+` WHERE`+where+tail, q.args...)
	today := models.DateOf(now())
	for i := range list {
		d := &list[i]
		d.State = d.StateOn(today)
		if !d.SeeDetail {
			d.Redact()
		}
	}
	return list, err
}

// deploymentQuery turns a filter into conditions. A filter on a detail the viewer may not see must not reveal it.
func deploymentQuery(v models.Viewer, f models.DeploymentFilter) *query {
	q := &query{}
	q.deploymentVisible(v)
	if f.Agency != 0 {
		q.and("EXISTS (SELECT 1 FROM agency_closure c WHERE c.ancestor_id = ? AND c.descendant_id = d.agency_id)", f.Agency)
	}
	if f.Asset != 0 {
		q.and("d.asset_id = ?", f.Asset)
	}
	if f.Environment != "" {
		q.and("d.environment = ?", f.Environment)
	}
	switch f.Lifecycle {
	case "":
	case models.NotEnded:
		q.notEnded()
	default:
		q.and("d.lifecycle = ?", f.Lifecycle)
	}
	switch f.State {
	case "":
	case models.Stale:
		q.and("d.state = 'confirmed' AND d.valid_until_on < ?", models.DateOf(now()).Time())
	case models.Confirmed:
		q.and("d.state = 'confirmed' AND d.valid_until_on >= ?", models.DateOf(now()).Time())
	default:
		q.and("d.state = ?", f.State)
	}
	if f.Lacks != "" {
		q.lacks(f.Lacks)
	}
	if f.Release != 0 || f.Criticality != 0 || f.Hosting != "" || f.Lacks == models.LacksSBOM || f.Lacks == models.LacksSupport {
		q.seen(v, "d.details", "d.agency_id")
	}
	if f.Release != 0 {
		q.and("d.release_id = ?", f.Release)
	}
	if f.Criticality != 0 {
		q.and("d.criticality >= ?", f.Criticality)
	}
	if f.Hosting != "" {
		q.and("d.hosting = ?", f.Hosting)
	}
	return q
}

// Deployments lists deployments by agency.
func (s *Store) Deployments(ctx context.Context, v models.Viewer, f models.DeploymentFilter) (models.List[DeploymentRow], error) {
	var none models.List[DeploymentRow]
	q := deploymentQuery(v, f)
	total, err := s.total(ctx, deploymentFrom, q)
	if err != nil {
		return none, err
	}
	var name string
	var id int64
	if more, err := after(f.After, &name, &id); err != nil {
		return none, err
	} else if more {
		q.and("(g.name, d.id) > (?, ?)", name, id)
	}
	list, err := s.deploymentRows(ctx, v, q, `ORDER BY g.name, d.id LIMIT `+q.arg(limit(f.Page)))
	if err != nil {
		return none, err
	}
	return page(list, f.Page, func(d *DeploymentRow) []any { return []any{d.Agency, d.ID} }, total), nil
}

// AttestationRow is an attestation with the name of who made it.
type AttestationRow struct {
	models.Attestation
	By string
}

// Attestations lists the attestations of a deployment, newest first.
func (s *Store) Attestations(ctx context.Context, deployment int64) ([]AttestationRow, error) {
	return rows[AttestationRow](ctx, s, `SELECT t.id, t.deployment_id, t.user_id, t.statement, t.valid_until_on, t.created_at, u.name AS by
		FROM attestations t JOIN users u ON u.id = t.user_id WHERE t.deployment_id = $1 ORDER BY t.id DESC`, deployment)
}

// CreateDeployment adds a deployment.
func (tx *Tx) CreateDeployment(ctx context.Context, d *models.Deployment) error {
	d.Version = 1
	return fault(tx.gorm(ctx).Create(d).Error)
}

// SaveDeployment stores a changed deployment.
func (tx *Tx) SaveDeployment(ctx context.Context, d *models.Deployment) error {
	return save(tx.gorm(ctx), d, d.ID, &d.Version)
}

// CreateAttestation adds an attestation.
func (tx *Tx) CreateAttestation(ctx context.Context, t *models.Attestation) error {
	return fault(tx.gorm(ctx).Create(t).Error)
}
