package api

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// StackEntry is the word of the open source programme office on one piece of software for one function.
type StackEntry struct {
	ID     int64  `json:"id"`
	Agency string `json:"agency" doc:"Empty for all of government"`
	StackFacts
	Name           string     `json:"name"`
	Stale          bool       `json:"stale" doc:"The validation has run out"`
	Decision       string     `json:"decision" doc:"Reference of decisionId, where you may see it"`
	SupersedesID   *int64     `json:"supersedesId"`
	SupersededByID *int64     `json:"supersededById"`
	CreatedAt      time.Time  `json:"createdAt"`
	EndedAt        *time.Time `json:"endedAt" doc:"When it was superseded or taken out"`
	EndReason      string     `json:"endReason"`
}

// StackFacts are what both sides say of an entry.
type StackFacts struct {
	AgencyID      *int64      `json:"agencyId" required:"false" minimum:"1" doc:"Holds for this agency and those below it; null: for all of government"`
	Function      string      `json:"function" minLength:"1" maxLength:"100" doc:"Code of the function, as decisions use it" example:"FILES.SHARE"`
	AssetID       *int64      `json:"assetId" required:"false" minimum:"1" doc:"The software, where it is in the register"`
	Status        StackStatus `json:"status"`
	Referents     string      `json:"referents" required:"false" maxLength:"1000" doc:"Roles or units to ask"`
	Minimum       string      `json:"minimum" required:"false" maxLength:"100" doc:"The lowest version that is meant" example:"29.0"`
	ValidatedOn   *string     `json:"validatedOn" required:"false" format:"date" doc:"When it was tried last; today when absent"`
	ValidatedBy   string      `json:"validatedBy" minLength:"1" maxLength:"200" doc:"The body or unit that tried it"`
	ValidUntilOn  *string     `json:"validUntilOn" required:"false" format:"date" doc:"The validation holds up to and including this day, three years at most; a year when absent"`
	Conditions    string      `json:"conditions" required:"false" maxLength:"4000" doc:"Under which it may be used"`
	Justification string      `json:"justification" minLength:"1" maxLength:"4000"`
	DecisionID    *int64      `json:"decisionId" required:"false" minimum:"1" doc:"The decision that it follows from"`
}

// StackEntryInput is what can be said of a new entry.
type StackEntryInput struct {
	StackFacts
	Name         string `json:"name,omitempty" maxLength:"300" doc:"How it is called; follows from assetId"`
	SupersedesID *int64 `json:"supersedesId,omitempty" minimum:"1" doc:"The entry for the same function and agency that this one takes the place of"`
}

// StackTransition takes an entry out of the stack.
type StackTransition struct {
	To     string `json:"to" enum:"ended"`
	Reason string `json:"reason" minLength:"1" maxLength:"1000"`
}

// StackUse is a deployment that stands against the stack, or of which nobody can tell.
type StackUse struct {
	Fault        StackFault  `json:"fault"`
	EntryID      int64       `json:"entryId"`
	Function     string      `json:"function"`
	Minimum      string      `json:"minimum" doc:"The lowest version that is meant"`
	DeploymentID int64       `json:"deploymentId"`
	AgencyID     int64       `json:"agencyId"`
	Agency       string      `json:"agency"`
	AssetID      int64       `json:"assetId"`
	Asset        string      `json:"asset"`
	VersionText  string      `json:"versionText"`
	Service      string      `json:"service"`
	Environment  Environment `json:"environment"`
	Criticality  int16       `json:"criticality"`
}

// StackUses are what an agency and those below it run against the stack.
type StackUses struct {
	Items  []StackUse     `json:"items" doc:"The most critical first"`
	Counts map[string]int `json:"counts" doc:"Deployments by fault"`
	More   bool           `json:"more" doc:"There are more deployments than could be compared: ask for an agency"`
}

func (in *StackEntryInput) entry() models.StackEntry {
	e := models.StackEntry{AgencyID: in.AgencyID, Function: in.Function, AssetID: in.AssetID, Name: in.Name, Status: models.StackStatus(in.Status), Referents: in.Referents, Minimum: in.Minimum, ValidatedBy: in.ValidatedBy,
		Conditions: in.Conditions, Justification: in.Justification, DecisionID: in.DecisionID, SupersedesID: in.SupersedesID}
	if d := dateOf(in.ValidatedOn); d != nil {
		e.ValidatedOn = *d
	}
	if d := dateOf(in.ValidUntilOn); d != nil {
		e.ValidUntilOn = *d
	}
	return e
}

func shapeStackEntry(r *store.StackRow) StackEntry {
	return StackEntry{ID: r.ID, Agency: r.Agency, Name: r.Name, Stale: r.Stale(models.DateOf(time.Now())), Decision: r.DecisionRef, SupersedesID: r.SupersedesID, SupersededByID: r.SupersededBy, CreatedAt: utc(r.CreatedAt),
		EndedAt: instant(r.EndedAt), EndReason: r.EndReason, StackFacts: StackFacts{AgencyID: r.AgencyID, Function: r.Function, AssetID: r.AssetID, Status: StackStatus(r.Status), Referents: r.Referents, Minimum: r.Minimum,
			ValidatedOn: day(&r.ValidatedOn), ValidatedBy: r.ValidatedBy, ValidUntilOn: day(&r.ValidUntilOn), Conditions: r.Conditions, Justification: r.Justification, DecisionID: r.DecisionID}}
}

func (a *api) stackEntries() {
	get(a, "/stack-entries", about{id: "listStackEntries", tag: keepingTag, summary: "The stack: what government recommends, accepts, contains and retires", text: "By function, the best status first."}, a.listStackEntries)
	post(a, "/stack-entries", about{id: "addStackEntry", tag: keepingTag, summary: "Put software into the stack, or supersede an entry", text: "For the open source programme office. An entry is never overwritten: a new one takes its place.", status: 201}, a.addStackEntry)
	get(a, "/stack-entries/{id}", about{id: "getStackEntry", tag: keepingTag, summary: "An entry of the stack"}, a.getStackEntry)
	get(a, "/stack-entries/{id}/transitions", about{id: "listStackEntryTransitions", tag: keepingTag, summary: "The history of an entry of the stack"}, a.listStackEntryTransitions)
	post(a, "/stack-entries/{id}/transitions", about{id: "endStackEntry", tag: keepingTag, summary: "Take software out of the stack"}, a.endStackEntry)
	get(a, "/stack-uses", about{id: "listStackUses", tag: keepingTag, summary: "What runs against the stack", signedIn: true,
		text: "Deployments of what is to be retired or contained, those below the lowest version, and those of which nobody has said the version; of entries for the same function the nearest agency's holds. Only deployments of which you see the details."}, a.listStackUses)
}

func (a *api) listStackEntries(ctx context.Context, in *struct {
	Agency   int64       `query:"agency" minimum:"1" doc:"Only what holds for this agency: its own, of those above it, and of all government"`
	Function string      `query:"function" maxLength:"100" doc:"This function and those below it" example:"FILES"`
	Status   StackStatus `query:"status"`
	Asset    int64       `query:"asset" minimum:"1"`
	Stale    bool        `query:"stale" doc:"Only those whose validation has run out"`
	Ended    bool        `query:"ended" doc:"Those that were superseded or taken out instead of those that hold"`
	Paging
}) (*Page[StackEntry], error) {
	l, err := a.Store.StackEntries(ctx, viewer(ctx), models.StackFilter{Agency: in.Agency, Function: in.Function, Status: models.StackStatus(in.Status), Asset: in.Asset, Stale: in.Stale, Ended: in.Ended, Page: in.page()})
	return page(ctx, l, shapeStackEntry), err
}

func (a *api) addStackEntry(ctx context.Context, in *struct{ Body Body[StackEntryInput] }) (*Made[StackEntry], error) {
	e := in.Body.Value.entry()
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	if err := a.Register.AddStackEntry(ctx, viewer(ctx), &e); err != nil {
		return nil, err
	}
	row, err := a.Store.StackEntry(ctx, viewer(ctx), e.ID)
	if err != nil {
		return nil, err
	}
	return made("stack-entries", e.ID, 1, shapeStackEntry(row))
}

func (a *api) getStackEntry(ctx context.Context, in *struct {
	ID
	Unless
}) (*One[StackEntry], error) {
	row, err := a.Store.StackEntry(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	return one(1, shapeStackEntry(row), in.Unless)
}

func (a *api) listStackEntryTransitions(ctx context.Context, in *struct {
	ID
	Feed
}) (*EventPage, error) {
	row, err := a.Store.StackEntry(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	return a.feed(ctx, models.EventFilter{Noun: "stack-entry", NounID: row.ID}, in.Feed)
}

func (a *api) endStackEntry(ctx context.Context, in *struct {
	ID
	Body Body[StackTransition]
}) (*One[StackEntry], error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	row, err := a.Register.EndStackEntry(ctx, viewer(ctx), in.ID.ID, in.Body.Value.Reason)
	if err != nil {
		return nil, err
	}
	return one(1, shapeStackEntry(row), Unless{})
}

func (a *api) listStackUses(ctx context.Context, in *struct {
	Agency int64 `query:"agency" minimum:"1" doc:"This agency and all below it"`
}) (*struct{ Body StackUses }, error) {
	found, err := a.Register.AgainstStack(ctx, viewer(ctx), in.Agency)
	if err != nil {
		return nil, err
	}
	out := StackUses{Counts: map[string]int{}, More: found.More, Items: each(found.Uses, func(u *register.StackUse) StackUse {
		return StackUse{Fault: StackFault(u.Fault), EntryID: u.EntryID, Function: u.Function, Minimum: u.Minimum, DeploymentID: u.DeploymentID, AgencyID: u.AgencyID, Agency: u.Agency, AssetID: u.AssetID, Asset: u.Asset, VersionText: u.VersionText,
			Service: u.Service, Environment: Environment(u.Environment), Criticality: u.Criticality}
	})}
	for _, f := range models.StackFaults {
		out.Counts[string(f)] = found.Counts[f]
	}
	return &struct{ Body StackUses }{out}, nil
}
