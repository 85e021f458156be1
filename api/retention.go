package api

import (
	"context"
	"slices"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// RetentionRule says how long former documents keep their content and original.
type RetentionRule struct {
	ID        int64     `json:"id"`
	AgencyID  *int64    `json:"agencyId" doc:"With the agencies below it; null: all of government"`
	Agency    string    `json:"agency"`
	KeepLast  int       `json:"keepLast" doc:"So many former documents of each release, whatever their age"`
	KeepDays  int       `json:"keepDays" doc:"And all that are younger than so many days"`
	Reason    string    `json:"reason" doc:"The law or decision it follows"`
	CreatedAt time.Time `json:"createdAt"`
	CreatedBy string    `json:"createdBy"`
}

// RetentionRuleInput is what a new rule says.
type RetentionRuleInput struct {
	AgencyID *int64 `json:"agencyId,omitempty" minimum:"1" doc:"With the agencies below it; leave out for all of government"`
	KeepLast int    `json:"keepLast" minimum:"0" maximum:"1000" doc:"So many former documents of each release, whatever their age"`
	KeepDays int    `json:"keepDays" minimum:"0" maximum:"36500" doc:"And all that are younger than so many days"`
	Reason   string `json:"reason" minLength:"1" maxLength:"500" doc:"The law or decision it follows"`
}

func shapeRetentionRule(r *store.RetentionRow) RetentionRule {
	return RetentionRule{ID: r.ID, AgencyID: r.AgencyID, Agency: r.Agency, KeepLast: r.KeepLast, KeepDays: r.KeepDays, Reason: r.Reason, CreatedAt: utc(r.CreatedAt), CreatedBy: r.MadeBy}
}

func (a *api) retention() {
	const tag = "SBOM documents"
	get(a, "/retention-rules", about{id: "listRetentionRules", tag: tag, summary: "List how long former documents are kept", text: "The rules in force. The header, findings and counts of a document stay for ever; documents in force are never touched.", signedIn: true}, a.listRetentionRules)
	get(a, "/retention-rules/{id}", about{id: "getRetentionRule", tag: tag, summary: "A rule in force of how long former documents are kept", signedIn: true}, a.getRetentionRule)
	post(a, "/retention-rules", about{id: "setRetention", tag: tag, summary: "Say how long former documents are kept", status: 201}, a.setRetention)
	post(a, "/retention-rules/{id}/transitions", about{id: "endRetention", tag: tag, summary: "End a retention rule", text: "What it covered follows the rule above it.", status: 204}, a.endRetention)
	get(a, "/retention-previews", about{id: "previewRetention", tag: tag, summary: "What the retention rules would let go of now", text: "Of the documents you may see, at most 200, oldest first.", signedIn: true}, a.previewRetention)
}

func (a *api) listRetentionRules(ctx context.Context, _ *struct{}) (*struct{ Body List[RetentionRule] }, error) {
	if err := signedIn(ctx, "see how long documents are kept"); err != nil {
		return nil, err
	}
	l, err := a.Store.RetentionRules(ctx)
	return &struct{ Body List[RetentionRule] }{complete(l, shapeRetentionRule)}, err
}

func (a *api) getRetentionRule(ctx context.Context, in *struct {
	ID
	Unless
}) (*One[RetentionRule], error) {
	if err := signedIn(ctx, "see how long documents are kept"); err != nil {
		return nil, err
	}
	l, err := a.Store.RetentionRules(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(l, func(r store.RetentionRow) bool { return r.ID == in.ID.ID })
	if i < 0 {
		return nil, models.NoSuch("retention-rule")
	}
	return one(1, shapeRetentionRule(&l[i]), in.Unless)
}

func (a *api) setRetention(ctx context.Context, in *struct{ Body Body[RetentionRuleInput] }) (*Made[RetentionRule], error) {
	want := in.Body.Value
	rule := models.RetentionRule{AgencyID: want.AgencyID, KeepLast: want.KeepLast, KeepDays: want.KeepDays, Reason: want.Reason}
	if err := in.Body.check(ctx, a, rule.Validate); err != nil {
		return nil, err
	}
	if rule.AgencyID != nil {
		if _, err := a.Store.Agency(ctx, *rule.AgencyID); err != nil {
			return nil, err
		}
	}
	if err := a.Register.SetRetention(ctx, viewer(ctx), &rule); err != nil {
		return nil, err
	}
	l, err := a.Store.RetentionRules(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(l, func(r store.RetentionRow) bool { return r.ID == rule.ID })
	if i < 0 { // somebody has ended it already
		return made("retention-rules", rule.ID, 1, shapeRetentionRule(&store.RetentionRow{RetentionRule: rule}))
	}
	return made("retention-rules", rule.ID, 1, shapeRetentionRule(&l[i]))
}

// RetentionTransition ends a rule.
type RetentionTransition struct {
	To string `json:"to" enum:"ended"`
}

func (a *api) endRetention(ctx context.Context, in *struct {
	ID
	Body Body[RetentionTransition]
}) (*struct{}, error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	return nil, a.Register.EndRetention(ctx, viewer(ctx), in.ID.ID)
}

// Reducible is a document that the rules let go of.
type Reducible struct {
	SBOMID     int64     `json:"sbomId"`
	AssetID    int64     `json:"assetId"`
	Asset      string    `json:"asset"`
	ReleaseID  int64     `json:"releaseId"`
	Release    string    `json:"release"`
	State      SBOMState `json:"state"`
	Packages   int       `json:"packages"`
	KeptBytes  int64     `json:"keptBytes" doc:"What it takes in the database"`
	ReceivedAt time.Time `json:"receivedAt"`
}

func (a *api) previewRetention(ctx context.Context, _ *struct{}) (*struct{ Body List[Reducible] }, error) {
	if err := signedIn(ctx, "see what the retention rules let go of"); err != nil {
		return nil, err
	}
	l, err := a.Register.ToReduce(ctx, viewer(ctx))
	return &struct{ Body List[Reducible] }{complete(l, func(s *store.Reducible) Reducible {
		return Reducible{s.ID, s.AssetID, s.Asset, s.ReleaseID, s.Release, SBOMState(s.State), s.Packages, s.Kept, utc(s.ReceivedAt)}
	})}, err
}
