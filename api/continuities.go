package api

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// Continuity is what keeps a piece of software going when people, contracts or money end.
type Continuity struct {
	AssetID          int64   `json:"assetId"`
	ReplacementAsset *string `json:"replacementAsset" doc:"Name of replacementId; null when you may not see it"`
	ContinuityFacts
	Version   int64      `json:"version" doc:"Counts changes; goes into If-Match. 1 while nothing has been said"`
	UpdatedAt *time.Time `json:"updatedAt"`
}

// ContinuityFacts are what both sides say of it.
type ContinuityFacts struct {
	Unit          string   `json:"unit" required:"false" maxLength:"200" doc:"The unit of the steward that answers for it"`
	Keepers       []Keeper `json:"keepers" required:"false" nullable:"false" maxItems:"50" doc:"Who maintains it and who pays"`
	FundedUntilOn *string  `json:"fundedUntilOn" required:"false" format:"date" doc:"The last day for which there is money"`
	FundingSource string   `json:"fundingSource" required:"false" maxLength:"500" doc:"Where that is said; needed with the day"`
	Plan          string   `json:"plan" required:"false" maxLength:"10000" doc:"What happens when it ends"`
	PlanURL       string   `json:"planUrl" required:"false" maxLength:"2000"`
	Escrow        string   `json:"escrow" required:"false" maxLength:"1000" doc:"Where the source is kept besides its repository"`
	EscrowURL     string   `json:"escrowUrl" required:"false" maxLength:"2000"`
	Replacement   string   `json:"replacement" required:"false" maxLength:"300" doc:"What would take its place, in words"`
	ReplacementID *int64   `json:"replacementId" required:"false" minimum:"1" doc:"The same, where it is in the register"`
	Knowledge     string   `json:"knowledge" required:"false" maxLength:"2000" doc:"How many know it well enough to change it, and where they are"`
	ReviewedOn    *string  `json:"reviewedOn" required:"false" format:"date"`
	NextReviewOn  *string  `json:"nextReviewOn" required:"false" format:"date"`
}

// ContinuityInput is what can be changed of it.
type ContinuityInput struct{ ContinuityFacts }

// Keeper is a body that keeps software going.
type Keeper struct {
	Kind    KeeperKind `json:"kind"`
	Name    string     `json:"name" minLength:"1" maxLength:"200" doc:"A body or unit, no person" example:"Codeworks Ltd"`
	URL     string     `json:"url" required:"false" maxLength:"2000"`
	UntilOn *string    `json:"untilOn" required:"false" format:"date" doc:"The last day; null when no end was said"`
}

func (in *ContinuityFacts) write(c *models.Continuity) {
	c.Unit, c.FundedUntilOn, c.FundingSource, c.Plan, c.PlanURL, c.Escrow, c.EscrowURL = in.Unit, dateOf(in.FundedUntilOn), in.FundingSource, in.Plan, in.PlanURL, in.Escrow, in.EscrowURL
	c.Replacement, c.ReplacementID, c.Knowledge, c.ReviewedOn, c.NextReviewOn = in.Replacement, in.ReplacementID, in.Knowledge, dateOf(in.ReviewedOn), dateOf(in.NextReviewOn)
	c.Keepers = each(in.Keepers, func(k *Keeper) models.Keeper {
		return models.Keeper{Kind: models.KeeperKind(k.Kind), Name: k.Name, URL: k.URL, UntilOn: dateOf(k.UntilOn)}
	})
}

func factsOfContinuity(c *models.Continuity) ContinuityFacts {
	return ContinuityFacts{Unit: c.Unit, FundedUntilOn: day(c.FundedUntilOn), FundingSource: c.FundingSource, Plan: c.Plan, PlanURL: c.PlanURL, Escrow: c.Escrow, EscrowURL: c.EscrowURL, Replacement: c.Replacement, ReplacementID: c.ReplacementID,
		Knowledge: c.Knowledge, ReviewedOn: day(c.ReviewedOn), NextReviewOn: day(c.NextReviewOn), Keepers: each(c.Keepers, func(k *models.Keeper) Keeper {
			return Keeper{Kind: KeeperKind(k.Kind), Name: k.Name, URL: k.URL, UntilOn: day(k.UntilOn)}
		})}
}

func shapeContinuity(r *store.ContinuityRow) Continuity {
	c := Continuity{AssetID: r.AssetID, ReplacementAsset: optional(r.ReplacementAsset), ContinuityFacts: factsOfContinuity(&r.Continuity), Version: r.Version}
	if r.ID != 0 {
		c.UpdatedAt = instant(&r.UpdatedAt)
	}
	return c
}

// RiskySoftware is a piece of software that may not go on: why, what would cure it, and whom it hits.
type RiskySoftware struct {
	AssetID      int64          `json:"assetId"`
	Asset        string         `json:"asset"`
	StewardID    int64          `json:"stewardId"`
	Steward      string         `json:"steward"`
	StewardEmail string         `json:"stewardEmail" doc:"Its functional mailbox"`
	Unit         string         `json:"unit" doc:"Of the steward, that answers for it"`
	Agencies     int            `json:"agencies" doc:"That run it in production, as far as you may see"`
	Critical     int            `json:"critical" doc:"Deployments of criticality 3 or 4 that run or are planned"`
	Criticality  int16          `json:"criticality" doc:"The highest of its deployments; 0 when none was assessed"`
	Risks        []SoftwareRisk `json:"risks" doc:"From the most pressing"`
	Exposed      []Exposed      `json:"exposed" doc:"Who runs it, the most critical first; at most 5"`
}

// SoftwareRisk is one risk of a piece of software, in words.
type SoftwareRisk struct {
	Risk   ContinuityRisk `json:"risk"`
	Title  string         `json:"title"`
	Reason string         `json:"reason" doc:"The facts that make it"`
	Cure   string         `json:"cure"`
}

// Exposed is an agency that runs software which may not go on.
type Exposed struct {
	AgencyID    int64  `json:"agencyId"`
	Agency      string `json:"agency"`
	Criticality int16  `json:"criticality" doc:"The highest of its deployments; 0 when it was not assessed or is not for you to see"`
	Deployments int    `json:"deployments"`
	Owner       string `json:"owner" doc:"Technical owner of the most critical one: a role or unit"`
	Email       string `json:"email"`
}

func shapeRisk(r *store.RiskRow) RiskySoftware {
	today := models.DateOf(time.Now())
	return RiskySoftware{AssetID: r.AssetID, Asset: r.Asset, StewardID: r.StewardID, Steward: r.Steward, StewardEmail: r.StewardEmail, Unit: r.Unit, Agencies: r.Agencies, Critical: r.Critical, Criticality: r.Criticality,
		Risks: each(r.Risks, func(k *models.ContinuityRisk) SoftwareRisk {
			return SoftwareRisk{Risk: ContinuityRisk(*k), Title: k.Title(), Reason: r.Reason(*k, today), Cure: k.Cure()}
		}),
		Exposed: each(r.Exposed, func(e *store.ExposedRow) Exposed {
			return Exposed{AgencyID: e.AgencyID, Agency: e.Agency, Criticality: e.Criticality, Deployments: e.Deployments, Owner: e.Owner, Email: e.Email}
		})}
}

const keepingTag = "Keeping"

func (a *api) continuities() {
	get(a, "/assets/{id}/continuity", about{id: "getContinuity", tag: keepingTag, summary: "What keeps software going", text: "Unit, maintainers and sponsors, funding, plan, escrow, replacement. For people in government; its history is in the events.", signedIn: true}, a.getContinuity)
	patch(a, "/assets/{id}/continuity", about{id: "writeContinuity", tag: keepingTag, summary: "Say what keeps software going", text: "For who answers for the software. A list of keepers takes the place of the one that was there."}, a.writeContinuity)
	get(a, "/continuity-risks", about{id: "listContinuityRisks", tag: keepingTag, summary: "List software that may not go on", signedIn: true,
		text: "Worked out from the facts of the register when it is asked; each risk is a named rule with its reason and its cure, and nothing is added up to a score. What most critical deployments depend on comes first. For people in government."}, a.listContinuityRisks)
}

func (a *api) getContinuity(ctx context.Context, in *struct {
	ID
	Unless
}) (*One[Continuity], error) {
	if err := signedIn(ctx, "see what keeps software going"); err != nil {
		return nil, err
	}
	if _, err := a.asset(ctx, in.ID.ID); err != nil {
		return nil, err
	}
	row, err := a.Store.Continuity(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	return one(row.Version, shapeContinuity(row), in.Unless)
}

func (a *api) writeContinuity(ctx context.Context, in *struct {
	ID
	Based
	Body Patch[ContinuityInput] `contentType:"application/merge-patch+json"`
}) (*One[Continuity], error) {
	based, err := in.required()
	if err != nil {
		return nil, err
	}
	if err := in.Body.check(ctx, a); err != nil {
		return nil, err
	}
	if _, err := a.Register.WriteContinuity(ctx, viewer(ctx), in.ID.ID, based, func(c *models.Continuity) {
		changed := in.Body.apply(ContinuityInput{factsOfContinuity(c)})
		changed.write(c)
	}); err != nil {
		return nil, err
	}
	row, err := a.Store.Continuity(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	return one(row.Version, shapeContinuity(row), Unless{})
}

func (a *api) listContinuityRisks(ctx context.Context, in *struct {
	Agency      int64          `query:"agency" minimum:"1" doc:"Answers for it or runs it: this agency and all below it"`
	Asset       int64          `query:"asset" minimum:"1"`
	Risk        ContinuityRisk `query:"risk" doc:"Only software with this risk; its other risks are listed, too"`
	Criticality int16          `query:"criticality" minimum:"1" maximum:"4" doc:"The highest of its deployments is at least this"`
	Paging
}) (*Page[RiskySoftware], error) {
	if err := signedIn(ctx, "see what may not go on"); err != nil {
		return nil, err
	}
	l, err := a.Store.ContinuityRisks(ctx, viewer(ctx), models.RiskFilter{Agency: in.Agency, Asset: in.Asset, Risk: models.ContinuityRisk(in.Risk), Criticality: in.Criticality, Page: in.page()})
	return page(ctx, l.List, shapeRisk), err
}
