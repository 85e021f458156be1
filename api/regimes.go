package api

import (
	"context"
	"encoding/hex"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// Regime is what the law asks of decisions in an agency with all below it, or in all of government.
type Regime struct {
	ID           int64     `json:"id"`
	AgencyID     *int64    `json:"agencyId" doc:"It binds the agency and all below it; null: all of government"`
	Agency       string    `json:"agency" doc:"Empty for all of government"`
	Code         string    `json:"code" example:"tt-draft"`
	Name         string    `json:"name"`
	ActiveID     *int64    `json:"activeId" doc:"The version that is in force; null when none is"`
	ActiveNumber *int      `json:"activeNumber"`
	DraftID      *int64    `json:"draftId" doc:"The version that is being written; null when none is"`
	Decisions    int       `json:"decisions" doc:"Cases that are, or were, judged by it"`
	CreatedAt    time.Time `json:"createdAt"`
}

// RegimeVersion is one text of a regime. Once it has left the draft it never changes: cases are judged by the version that was in force when they were opened.
type RegimeVersion struct {
	ID          int64       `json:"id"`
	RegimeID    int64       `json:"regimeId"`
	Code        string      `json:"code"`
	Regime      string      `json:"regime"`
	AgencyID    *int64      `json:"agencyId" doc:"null: all of government"`
	Agency      string      `json:"agency"`
	Number      int         `json:"number" doc:"1, 2, 3 … within the regime"`
	State       RegimeState `json:"state"`
	Digest      string      `json:"digest" doc:"SHA-256 of the document in canonical form, in hexadecimal"`
	Note        string      `json:"note" doc:"What is different and why"`
	ValidFrom   *string     `json:"validFromOn" format:"date" doc:"The first day: cases that are opened from then on are judged by it"`
	ValidTo     *string     `json:"validToOn" format:"date" doc:"The last day; null: until the next"`
	Version     int64       `json:"version" doc:"Counts changes of the draft; goes into If-Match"`
	CreatedAt   time.Time   `json:"createdAt"`
	CreatedBy   string      `json:"createdBy,omitempty" doc:"Shown within government"`
	UpdatedAt   time.Time   `json:"updatedAt"`
	ActivatedAt *time.Time  `json:"activatedAt"`
	ActivatedBy string      `json:"activatedBy,omitempty" doc:"Shown within government"`
	EndedAt     *time.Time  `json:"endedAt" doc:"When it was superseded or discarded"`
}

// RegimeDraftInput is what a new draft says.
type RegimeDraftInput struct {
	AgencyID *int64 `json:"agencyId,omitempty" minimum:"1" doc:"Whom it binds, with all below; leave out for all of government"`
	RegimeTextInput
}

// RegimeTextInput is the text of a draft.
type RegimeTextInput struct {
	Text string `json:"text" minLength:"1" maxLength:"524288" doc:"The document, in YAML: begin with one of the drafts that come with the register"`
	Note string `json:"note,omitempty" maxLength:"2000" doc:"What is different and why"`
}

// RegimeTransition puts a draft in force or discards it.
type RegimeTransition struct {
	To     string  `json:"to" enum:"active,discarded" doc:"active: in force; discarded: given up"`
	FromOn *string `json:"fromOn,omitempty" format:"date" doc:"The first day it binds, today or later; the one that its text names when absent, or today"`
}

func shapeRegime(r *store.RegimeRow) Regime {
	out := Regime{ID: r.ID, AgencyID: r.AgencyID, Agency: r.Agency, Code: r.Code, Name: r.Name, ActiveID: r.ActiveID, DraftID: r.DraftID, Decisions: r.Decisions, CreatedAt: utc(r.CreatedAt)}
	if r.ActiveID != nil {
		out.ActiveNumber = &r.ActiveNumber
	}
	return out
}

// shapeRegimeVersion leaves the people out.
func shapeRegimeVersion(v *store.RegimeVersionRow) RegimeVersion {
	return RegimeVersion{ID: v.ID, RegimeID: v.RegimeID, Code: v.Code, Regime: v.Regime, AgencyID: v.AgencyID, Agency: v.Agency, Number: v.Number, State: RegimeState(v.State), Digest: hex.EncodeToString(v.Digest), Note: v.Note,
		ValidFrom: day(v.ValidFrom), ValidTo: day(v.ValidTo), Version: v.Version, CreatedAt: utc(v.CreatedAt), UpdatedAt: utc(v.UpdatedAt), ActivatedAt: instant(v.ActivatedAt), EndedAt: instant(v.EndedAt)}
}

// shapeRegimeVersionFor is shapeRegimeVersion with the people, for who is in government.
func shapeRegimeVersionFor(v models.Viewer) func(*store.RegimeVersionRow) RegimeVersion {
	return func(row *store.RegimeVersionRow) RegimeVersion {
		out := shapeRegimeVersion(row)
		if v.InGovernment() {
			out.CreatedBy, out.ActivatedBy = row.CreatedBy, row.ActivatedBy
		}
		return out
	}
}

func (a *api) regimes() {
	const tag = "Regimes"
	get(a, "/regimes", about{id: "listRegimes", tag: tag, summary: "List regimes", text: "Those in force first. What the law asks is public, and so are drafts of it."}, a.listRegimes)
	post(a, "/regimes", about{id: "draftRegime", tag: tag, summary: "Draft a regime, or the next version of one", text: "By counsel of the agency, or OSPO staff. Every mistake is named with its line and column.", status: 201}, a.draftRegime)
	get(a, "/regimes/{id}", about{id: "getRegime", tag: tag, summary: "A regime"}, a.getRegime)
	get(a, "/regimes/{id}/versions", about{id: "listRegimeVersions", tag: tag, summary: "The versions of a regime", text: "Newest first."}, a.listRegimeVersions)
	get(a, "/regime-versions/{id}", about{id: "getRegimeVersion", tag: tag, summary: "A version of a regime, with what it says"}, a.getRegimeVersion)
	put(a, "/regime-versions/{id}", about{id: "changeRegimeDraft", tag: tag, summary: "Change a draft"}, a.changeRegimeDraft)
	get(a, "/regime-versions/{id}/document", about{id: "downloadRegime", tag: tag, summary: "The document of a version", text: "The YAML as written."}, a.downloadRegime)
	get(a, "/regime-versions/{id}/transitions", about{id: "listRegimeTransitions", tag: tag, summary: "The history of the regime of a version"}, a.listRegimeTransitions)
	post(a, "/regime-versions/{id}/transitions", about{id: "moveRegimeVersion", tag: tag, summary: "Put a draft in force, or discard it",
		text: "By counsel. Whatever bound the agency until then ends the day before; cases that were opened before are judged by what was in force then. Putting in force asks for If-Match, so that it is the text that was read."}, a.moveRegimeVersion)
	get(a, "/regime-rules", about{id: "listRegimeRules", tag: tag, summary: "The rules that a regime chooses from", text: "Each with its condition in CEL, which is true when the rule is broken. A regime may have rules of its own besides."}, a.listRegimeRules)
	get(a, "/regime-facts", about{id: "listRegimeFacts", tag: tag, summary: "What a condition may ask for", text: "A fact that is missing makes a rule undetermined, never a pass."}, a.listRegimeFacts)
	paths := a.huma.OpenAPI().Paths
	move := paths["/regime-versions/{id}/transitions"].Post
	move.Responses["428"] = &huma.Response{Description: descriptions[428], Content: move.Responses["412"].Content}
	paths["/regime-versions/{id}/document"].Get.Responses["200"].Content = map[string]*huma.MediaType{"application/yaml": {Schema: &huma.Schema{Type: huma.TypeString}}}
}

func (a *api) listRegimes(ctx context.Context, _ *struct{}) (*struct{ Body List[Regime] }, error) {
	l, err := a.Store.Regimes(ctx)
	return &struct{ Body List[Regime] }{complete(l, shapeRegime)}, err
}

func (a *api) getRegime(ctx context.Context, in *struct {
	ID
	Unless
}) (*One[Regime], error) {
	r, err := a.Store.Regime(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	return one(1, shapeRegime(r), in.Unless)
}

func (a *api) listRegimeVersions(ctx context.Context, in *ID) (*struct{ Body List[RegimeVersion] }, error) {
	if _, err := a.Store.Regime(ctx, in.ID); err != nil {
		return nil, err
	}
	l, err := a.Store.RegimeVersions(ctx, in.ID)
	return &struct{ Body List[RegimeVersion] }{complete(l, shapeRegimeVersionFor(viewer(ctx)))}, err
}

func (a *api) draftRegime(ctx context.Context, in *struct{ Body Body[RegimeDraftInput] }) (*Made[RegimeVersionDetail], error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	want := in.Body.Value
	if want.AgencyID != nil {
		if _, err := a.Store.Agency(ctx, *want.AgencyID); err != nil {
			return nil, err
		}
	}
	row, err := a.Register.DraftRegime(ctx, viewer(ctx), register.RegimeDraft{AgencyID: want.AgencyID, Text: want.Text, Note: want.Note})
	if err != nil {
		return nil, err
	}
	body, err := shapeRegimeVersionDetail(viewer(ctx), row)
	if err != nil {
		return nil, err
	}
	return made("regime-versions", row.ID, row.Version, body)
}

// regimeAnswer is a version as it is now.
func (a *api) regimeAnswer(ctx context.Context, id int64, unless Unless) (*One[RegimeVersionDetail], error) {
	row, err := a.Store.RegimeVersion(ctx, id)
	if err != nil {
		return nil, err
	}
	body, err := shapeRegimeVersionDetail(viewer(ctx), row)
	if err != nil {
		return nil, err
	}
	return one(row.Version, body, unless)
}

func (a *api) getRegimeVersion(ctx context.Context, in *struct {
	ID
	Unless
}) (*One[RegimeVersionDetail], error) {
	return a.regimeAnswer(ctx, in.ID.ID, in.Unless)
}

func (a *api) downloadRegime(ctx context.Context, in *struct {
	ID
	Unless
}) (*Document, error) {
	row, err := a.Store.RegimeVersion(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	etag, err := tag(row.Version, row.Text)
	if err != nil {
		return nil, err
	}
	return lasting(etag, "application/yaml; charset=utf-8", []byte(row.Text), in.Unless)
}

func (a *api) changeRegimeDraft(ctx context.Context, in *struct {
	ID
	Based
	Body Body[RegimeTextInput]
}) (*One[RegimeVersionDetail], error) {
	based, err := in.required()
	if err != nil {
		return nil, err
	}
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	if _, err := a.Store.RegimeVersion(ctx, in.ID.ID); err != nil { // before the text is read, so that who asks for nothing that is there hears so
		return nil, err
	}
	if _, err := a.Register.ChangeRegimeDraft(ctx, viewer(ctx), in.ID.ID, based, in.Body.Value.Text, in.Body.Value.Note); err != nil {
		return nil, err
	}
	return a.regimeAnswer(ctx, in.ID.ID, Unless{})
}

func (a *api) listRegimeTransitions(ctx context.Context, in *struct {
	ID
	Feed
}) (*EventPage, error) {
	row, err := a.Store.RegimeVersion(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	return a.feed(ctx, models.EventFilter{Noun: "regime", NounID: row.RegimeID}, in.Feed)
}

func (a *api) moveRegimeVersion(ctx context.Context, in *struct {
	ID
	Based
	Body Body[RegimeTransition]
}) (*One[RegimeVersionDetail], error) {
	if _, err := in.version(); err != nil {
		return nil, err
	}
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	if in.Body.Value.To == "active" {
		based, err := in.required()
		if err != nil {
			return nil, err
		}
		if err := a.Register.ActivateRegime(ctx, viewer(ctx), in.ID.ID, based, dateOf(in.Body.Value.FromOn)); err != nil {
			return nil, err
		}
	} else if err := a.Register.DiscardRegimeDraft(ctx, viewer(ctx), in.ID.ID); err != nil {
		return nil, err
	}
	return a.regimeAnswer(ctx, in.ID.ID, Unless{})
}

func (a *api) listRegimeRules(context.Context, *struct{}) (*struct{ Body List[RegimeRule] }, error) {
	return &struct{ Body List[RegimeRule] }{complete(policy.Rules(), shapeRegimeRule)}, nil
}

func (a *api) listRegimeFacts(context.Context, *struct{}) (*struct{ Body List[RegimeFact] }, error) {
	return &struct{ Body List[RegimeFact] }{complete(policy.RegimeFacts(), func(f *policy.RegimeFact) RegimeFact {
		return RegimeFact{f.Path, f.Kind, f.Words, orEmpty(f.Values), f.May}
	})}, nil
}
