package api

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// Deployment is an agency running an asset in an environment.
type Deployment struct {
	ID       int64  `json:"id" example:"90"`
	AgencyID int64  `json:"agencyId"`
	Agency   string `json:"agency" example:"Ministry of Health"`
	AssetID  int64  `json:"assetId"`
	Asset    string `json:"asset" example:"Case Desk"`
	DeploymentFacts
	State        DeploymentState `json:"state"`
	ConfirmedOn  *string         `json:"confirmedOn" format:"date" doc:"Day of the last attestation"`
	ValidUntilOn *string         `json:"validUntilOn" format:"date" doc:"The attestation holds up to and including this day"`
	Redacted     bool            `json:"redacted" doc:"You may not see version, hosting, owners and data facts: they are empty or unknown here"`
	Version      int64           `json:"version" doc:"Counts changes; goes into If-Match"`
	CreatedAt    time.Time       `json:"createdAt"`
	UpdatedAt    time.Time       `json:"updatedAt"`
}

// DeploymentDetail is a deployment with its attestations.
type DeploymentDetail struct {
	Deployment
	Attestations []Attestation `json:"attestations" doc:"Newest first; only with sight of the details"`
}

// Attestation is a dated statement that a deployment is true.
type Attestation struct {
	ID           int64     `json:"id"`
	By           string    `json:"by" doc:"Who made it"`
	Statement    string    `json:"statement"`
	ValidUntilOn string    `json:"validUntilOn" format:"date"`
	CreatedAt    time.Time `json:"createdAt"`
}

// DeploymentFacts are what both sides say of a deployment.
type DeploymentFacts struct {
	ReleaseID      *int64              `json:"releaseId" required:"false" minimum:"1" doc:"The release it runs, if it is registered"`
	VersionText    string              `json:"versionText" required:"false" maxLength:"100" doc:"The version as reported; follows from releaseId" example:"4.2.1"`
	Service        string              `json:"service" required:"false" maxLength:"200" doc:"The business service it serves" example:"Old-age pensions"`
	Environment    Environment         `json:"environment" required:"false" default:"production"`
	BusinessOwner  string              `json:"businessOwner" required:"false" maxLength:"200" doc:"Role or unit"`
	BusinessEmail  string              `json:"businessEmail" required:"false" maxLength:"200"`
	TechnicalOwner string              `json:"technicalOwner" required:"false" maxLength:"200" doc:"Role or unit"`
	TechnicalEmail string              `json:"technicalEmail" required:"false" maxLength:"200"`
	Criticality    int16               `json:"criticality" required:"false" minimum:"0" maximum:"4" doc:"1 low to 4 vital; 0 not assessed"`
	DataClass      DataClass           `json:"dataClass" required:"false" default:"unknown"`
	PersonalData   PersonalData        `json:"personalData" required:"false" default:"unknown"`
	Hosting        Hosting             `json:"hosting" required:"false" default:"unknown"`
	Provider       string              `json:"provider" required:"false" maxLength:"200" doc:"Who runs the hosting"`
	Jurisdiction   string              `json:"jurisdiction" required:"false" maxLength:"2" doc:"Where the data are: ISO 3166-1 alpha-2" example:"TT"`
	Lifecycle      DeploymentLifecycle `json:"lifecycle" required:"false" default:"running"`
	InstalledOn    *string             `json:"installedOn" required:"false" format:"date"`
	Visibility     Visibility          `json:"visibility" required:"false" default:"public" doc:"Who may see that the agency runs it"`
	Details        Visibility          `json:"details" required:"false" default:"government" doc:"Who may see version, hosting, owners and data facts"`
}

// DeploymentInput is what can be said of a new deployment.
type DeploymentInput struct {
	AgencyID int64 `json:"agencyId" minimum:"1"`
	AssetID  int64 `json:"assetId" minimum:"1"`
	DeploymentFacts
}

// DeploymentChangeInput is what can be changed of a deployment: it stays with its agency and asset.
type DeploymentChangeInput struct{ DeploymentFacts }

func (in *DeploymentFacts) write(d *models.Deployment) {
	d.ReleaseID, d.VersionText, d.Service, d.Environment = in.ReleaseID, in.VersionText, in.Service, models.Environment(in.Environment)
	d.BusinessOwner, d.BusinessEmail, d.TechnicalOwner, d.TechnicalEmail = in.BusinessOwner, in.BusinessEmail, in.TechnicalOwner, in.TechnicalEmail
	d.Criticality, d.DataClass, d.PersonalData = in.Criticality, models.DataClass(in.DataClass), models.PersonalData(in.PersonalData)
	d.Hosting, d.Provider, d.Jurisdiction = models.Hosting(in.Hosting), in.Provider, in.Jurisdiction
	d.Lifecycle, d.InstalledOn = models.DeploymentLifecycle(in.Lifecycle), dateOf(in.InstalledOn)
	d.Visibility, d.Details = models.Visibility(in.Visibility), models.Visibility(in.Details)
}

func factsOfDeployment(d *models.Deployment) DeploymentFacts {
	return DeploymentFacts{ReleaseID: d.ReleaseID, VersionText: d.VersionText, Service: d.Service, Environment: Environment(d.Environment),
		BusinessOwner: d.BusinessOwner, BusinessEmail: d.BusinessEmail, TechnicalOwner: d.TechnicalOwner, TechnicalEmail: d.TechnicalEmail,
		Criticality: d.Criticality, DataClass: DataClass(d.DataClass), PersonalData: PersonalData(d.PersonalData), Hosting: Hosting(d.Hosting), Provider: d.Provider, Jurisdiction: d.Jurisdiction,
		Lifecycle: DeploymentLifecycle(d.Lifecycle), InstalledOn: day(d.InstalledOn), Visibility: Visibility(d.Visibility), Details: Visibility(d.Details)}
}

func shapeDeployment(r *store.DeploymentRow) Deployment {
	return Deployment{ID: r.ID, AgencyID: r.AgencyID, Agency: r.Agency, AssetID: r.AssetID, Asset: r.Asset, DeploymentFacts: factsOfDeployment(&r.Deployment),
		State: DeploymentState(r.State), ConfirmedOn: day(r.ConfirmedOn), ValidUntilOn: day(r.ValidUntilOn), Redacted: !r.SeeDetail,
		Version: r.Version, CreatedAt: utc(r.CreatedAt), UpdatedAt: utc(r.UpdatedAt)}
}

func (a *api) deployments() {
	const tag = "Deployments"
	get(a, "/deployments", about{id: "listDeployments", tag: tag, summary: "List who runs what", text: "By agency. A filter on a detail you may not see leaves the deployment out."}, a.listDeployments)
	post(a, "/deployments", about{id: "registerDeployment", tag: tag, summary: "Register that an agency runs software", text: "It starts as claimed; a transition to confirmed attests it.", status: 201}, a.registerDeployment)
	get(a, "/deployments/{id}", about{id: "getDeployment", tag: tag, summary: "A deployment with its attestations"}, a.getDeployment)
	patch(a, "/deployments/{id}", about{id: "changeDeployment", tag: tag, summary: "Change a deployment"}, a.changeDeployment)
	get(a, "/deployments/{id}/transitions", about{id: "listDeploymentTransitions", tag: tag, summary: "The history of a deployment"}, a.listDeploymentTransitions)
	post(a, "/deployments/{id}/transitions", about{id: "moveDeployment", tag: tag, summary: "Confirm or withdraw a deployment",
		text: "Confirming records who says that the deployment is true, and until when. Withdrawing declares it untrue or ended; it stays in the history."}, a.moveDeployment)
}

func (a *api) listDeployments(ctx context.Context, in *struct {
	Agency      int64               `query:"agency" minimum:"1" doc:"This agency and all below it"`
	Asset       int64               `query:"asset" minimum:"1"`
	Release     int64               `query:"release" minimum:"1"`
	Environment Environment         `query:"environment"`
	State       DeploymentState     `query:"state"`
	Criticality int16               `query:"criticality" minimum:"1" maximum:"4" doc:"At least this"`
	Hosting     Hosting             `query:"hosting"`
	Lifecycle   DeploymentLifecycle `query:"lifecycle"`
	Lacks       Gap                 `query:"lacks"`
	Paging
}) (*Page[Deployment], error) {
	l, err := a.Store.Deployments(ctx, viewer(ctx), models.DeploymentFilter{Agency: in.Agency, Asset: in.Asset, Release: in.Release, Environment: models.Environment(in.Environment),
		State: models.DeploymentState(in.State), Criticality: in.Criticality, Hosting: models.Hosting(in.Hosting), Lifecycle: models.DeploymentLifecycle(in.Lifecycle), Lacks: models.Gap(in.Lacks), Page: in.page()})
	return page(ctx, l, shapeDeployment), err
}

func (a *api) registerDeployment(ctx context.Context, in *struct{ Body Body[DeploymentInput] }) (*Made[DeploymentDetail], error) {
	d := models.Deployment{AgencyID: in.Body.Value.AgencyID, AssetID: in.Body.Value.AssetID}
	in.Body.Value.write(&d)
	if err := in.Body.check(ctx, a, d.Validate); err != nil {
		return nil, err
	}
	if err := a.Register.RegisterDeployment(ctx, viewer(ctx), &d); err != nil {
		return nil, err
	}
	body, err := a.deployment(ctx, d.ID)
	if err != nil {
		return nil, err
	}
	return made("deployments", d.ID, d.Version, body)
}

// deployment reads a deployment as its own address shows it. Names of who attested come with sight of the details only.
func (a *api) deployment(ctx context.Context, id int64) (DeploymentDetail, error) {
	row, err := a.Store.Deployment(ctx, viewer(ctx), id)
	if err != nil {
		return DeploymentDetail{}, err
	}
	out := DeploymentDetail{Deployment: shapeDeployment(row), Attestations: []Attestation{}}
	if !row.SeeDetail {
		return out, nil
	}
	list, err := a.Store.Attestations(ctx, id)
	out.Attestations = each(list, func(t *store.AttestationRow) Attestation {
		return Attestation{ID: t.ID, By: t.By, Statement: t.Statement, ValidUntilOn: t.ValidUntilOn.String(), CreatedAt: utc(t.CreatedAt)}
	})
	return out, err
}

func (a *api) getDeployment(ctx context.Context, in *struct {
	ID
	Unless
}) (*One[DeploymentDetail], error) {
	d, err := a.deployment(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	return one(d.Version, d, in.Unless)
}

func (a *api) changeDeployment(ctx context.Context, in *struct {
	ID
	Based
	Body Patch[DeploymentChangeInput] `contentType:"application/merge-patch+json"`
}) (*One[DeploymentDetail], error) {
	based, err := in.required()
	if err != nil {
		return nil, err
	}
	if err := in.Body.check(ctx, a); err != nil {
		return nil, err
	}
	_, err = a.Register.ChangeDeployment(ctx, viewer(ctx), in.ID.ID, based, func(d *models.Deployment) {
		changed := in.Body.apply(DeploymentChangeInput{factsOfDeployment(d)})
		if in.Body.names("versionText") && !in.Body.names("releaseId") {
			changed.ReleaseID = nil // the version decides which release it is
		}
		changed.write(d)
	})
	if err != nil {
		return nil, err
	}
	return a.afterwards(ctx, in.ID.ID)
}

func (a *api) afterwards(ctx context.Context, id int64) (*One[DeploymentDetail], error) {
	d, err := a.deployment(ctx, id)
	if err != nil {
		return nil, err
	}
	return one(d.Version, d, Unless{})
}

// DeploymentTransition moves a deployment to another state.
type DeploymentTransition struct {
	To           string  `json:"to" enum:"confirmed,withdrawn"`
	ValidUntilOn *string `json:"validUntilOn,omitempty" format:"date" doc:"Of confirmed: how long the attestation holds, at most 400 days; 180 days when absent"`
	Statement    string  `json:"statement,omitempty" maxLength:"1000" doc:"Of confirmed: what it rests on"`
}

func (a *api) moveDeployment(ctx context.Context, in *struct {
	ID
	Based
	Body Body[DeploymentTransition]
}) (*One[DeploymentDetail], error) {
	based, err := in.version()
	if err != nil {
		return nil, err
	}
	to := in.Body.Value
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	if to.To == "withdrawn" {
		var m models.Mistakes
		if to.ValidUntilOn != nil {
			m.Add("validUntilOn", "not-here", "Leave this out: it belongs to confirmed.")
		}
		if to.Statement != "" {
			m.Add("statement", "not-here", "Leave this out: it belongs to confirmed.")
		}
		if err := m.Err(); err != nil {
			return nil, err
		}
		_, err = a.Register.WithdrawDeployment(ctx, viewer(ctx), in.ID.ID, based)
	} else {
		var until models.Date
		if d := dateOf(to.ValidUntilOn); d != nil {
			until = *d
		}
		_, err = a.Register.Attest(ctx, viewer(ctx), in.ID.ID, based, until, to.Statement)
	}
	if err != nil {
		return nil, err
	}
	return a.afterwards(ctx, in.ID.ID)
}

func (a *api) listDeploymentTransitions(ctx context.Context, in *struct {
	ID
	Feed
}) (*EventPage, error) {
	d, err := a.Store.Deployment(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	return a.feed(ctx, models.EventFilter{Noun: "deployment", NounID: d.ID}, in.Feed)
}
