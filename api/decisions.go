package api

import (
	"context"
	"encoding/hex"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// Decision is the head of a case: what an agency decides, where that stands, and by which version of the law. What is said in it stands in its dossier.
type Decision struct {
	ID              int64          `json:"id"`
	Ref             string         `json:"ref" doc:"Public reference; it never changes" example:"health-2026-0007"`
	AgencyID        int64          `json:"agencyId" doc:"Who decides"`
	Agency          string         `json:"agency"`
	Branch          DecisionBranch `json:"branch"`
	Kind            DecisionKind   `json:"kind"`
	Track           DecisionTrack  `json:"track"`
	Title           string         `json:"title"`
	Function        string         `json:"function" doc:"Code of the function that the software serves" example:"FILES.SHARE"`
	State           DecisionState  `json:"state"`
	RegimeID        int64          `json:"regimeId" doc:"The law that judges the case"`
	Regime          string         `json:"regime" doc:"Its code" example:"tt-draft"`
	RegimeVersionID int64          `json:"regimeVersionId" doc:"The version in force when the case was opened: it judges it for ever"`
	RegimeNumber    int            `json:"regimeNumber" doc:"Number of that version"`
	Value           *models.Money  `json:"value" doc:"What it is expected to cost in all; null when that was not said"`
	RequestedByID   *int64         `json:"requestedById" doc:"Shown to who sees the dossier"`
	RequestedBy     string         `json:"requestedBy" doc:"Shown to who sees the dossier"`
	AssetID         *int64         `json:"assetId" doc:"The software that a renewal, a release or a remediation is about"`
	Asset           string         `json:"asset"`
	PriorID         *int64         `json:"priorId" doc:"The decision that this one follows"`
	Prior           string         `json:"prior" doc:"Its reference"`
	Chosen          string         `json:"chosen" doc:"Key of the candidate that is proposed; empty before"`
	ChosenName      string         `json:"chosenName"`
	Visibility      Visibility     `json:"visibility"`
	DueOn           *string        `json:"dueOn" format:"date" doc:"The next day that the law sets"`
	StandstillOn    *string        `json:"standstillOn" format:"date" doc:"The last day of the standstill"`
	ReviewOn        *string        `json:"reviewOn" format:"date" doc:"When it is looked at again"`
	CreatedAt       time.Time      `json:"createdAt"`
	ApprovedAt      *time.Time     `json:"approvedAt"`
	PublishedAt     *time.Time     `json:"publishedAt"`
	ClosedAt        *time.Time     `json:"closedAt"`
	Digest          string         `json:"digest" doc:"SHA-256 of the dossier as it stands, in hexadecimal; shown to who sees the dossier"`
	Full            bool           `json:"full" doc:"You see the dossier, and not only what is published"`
	Version         int64          `json:"version" doc:"Counts every change of the case and of its dossier; goes into If-Match"`
}

// DecisionInput is what is said to open a case.
type DecisionInput struct {
	AgencyID int64         `json:"agencyId" minimum:"1" doc:"Who decides"`
	Kind     DecisionKind  `json:"kind"`
	Track    DecisionTrack `json:"track,omitempty" doc:"full when absent, and free-adoption for the kind adopt-free"`
	Title    string        `json:"title" minLength:"1" maxLength:"300" example:"File sharing for the ministry"`
	Function string        `json:"function,omitempty" maxLength:"100" doc:"Code of the function that the software serves; an acquisition needs one" example:"FILES.SHARE"`
	Value    *models.Money `json:"value,omitempty" doc:"What it is expected to cost in all"`
	AssetID  *int64        `json:"assetId,omitempty" minimum:"1" doc:"The software that a renewal, a release or a remediation is about"`
	PriorID  *int64        `json:"priorId,omitempty" minimum:"1" doc:"The decision that this one follows"`
}

func (in *DecisionInput) opening() register.NewDecision {
	n := register.NewDecision{AgencyID: in.AgencyID, Kind: models.DecisionKind(in.Kind), Track: models.DecisionTrack(in.Track), Title: in.Title, Function: in.Function, AssetID: in.AssetID, PriorID: in.PriorID}
	if in.Value != nil {
		n.Value = *in.Value
	}
	return n
}

func shapeDecision(d *store.DecisionRow) Decision {
	return Decision{ID: d.ID, Ref: d.Ref, AgencyID: d.AgencyID, Agency: d.Agency, Branch: DecisionBranch(d.Branch()), Kind: DecisionKind(d.Kind), Track: DecisionTrack(d.Track), Title: d.Title, Function: d.Function,
		State: DecisionState(d.State), RegimeID: d.RegimeID, Regime: d.Regime, RegimeVersionID: d.RegimeVersionID, RegimeNumber: d.RegimeNumber, Value: money(d.Value, d.Currency), RequestedByID: d.RequestedByID, RequestedBy: d.RequestedBy,
		AssetID: d.AssetID, Asset: d.Asset, PriorID: d.PriorID, Prior: d.Prior, Chosen: d.Chosen, ChosenName: d.ChosenName, Visibility: Visibility(d.Visibility), DueOn: day(d.DueOn), StandstillOn: day(d.StandstillOn), ReviewOn: day(d.ReviewOn),
		CreatedAt: utc(d.CreatedAt), ApprovedAt: instant(d.ApprovedAt), PublishedAt: instant(d.PublishedAt), ClosedAt: instant(d.ClosedAt), Digest: hex.EncodeToString(d.Decision.Digest), Full: d.Full, Version: d.Version}
}

// money writes an amount that may be missing.
func money(amount *models.Decimal, currency string) *models.Money {
	if amount == nil {
		return nil
	}
	return &models.Money{Amount: *amount, Currency: currency}
}

// sum is money for an amount that is zero when it is not known.
func sum(m models.Money) *models.Money {
	if m.IsZero() {
		return nil
	}
	return &m
}

func (a *api) decisions() {
	const tag = "Decisions"
	a.teach()
	get(a, "/decisions", about{id: "listDecisions", tag: tag, summary: "List decisions", text: "Those that are published, and those of the agencies whose cases you see. As JSON by pages, or as one table of at most 10,000 rows with format=csv or format=xlsx, or an Accept header that says so."}, a.listDecisions)
	post(a, "/decisions", about{id: "openDecision", tag: tag, summary: "Open a case", text: "It is judged by the regime that is in force at the agency today, for as long as it lasts and ever after. /decision-checks asks beforehand what it would meet.", status: 201}, a.openDecision)
	get(a, "/decisions/{id}", about{id: "getDecision", tag: tag, summary: "A decision", text: "Its head. What is on file about it is at …/dossier, for who sees it; what the public is told is at …/publications."}, a.getDecision)
	patch(a, "/decisions/{id}", about{id: "amendDecision", tag: tag, summary: "Put a case right", text: "How it is called, which function it is for, what it is expected to cost: until it is decided."}, a.amendDecision)
	describeTable[List[Decision]](a, "/decisions")
	a.dossiers()
	a.decisionParts()
	a.decisionMoves()
	a.decisionPublications()
	a.decisionChecks()
}

// DecisionsWanted chooses decisions.
type DecisionsWanted struct {
	Q        string         `query:"q" maxLength:"200" doc:"Words of the title or the function, or how the reference begins"`
	Agency   int64          `query:"agency" minimum:"1" doc:"This agency and all below it"`
	Branch   DecisionBranch `query:"branch"`
	Kind     DecisionKind   `query:"kind"`
	State    DecisionState  `query:"state"`
	Open     bool           `query:"open" doc:"true: only what has not ended and is not in force"`
	Function string         `query:"function" maxLength:"100" doc:"This code and all below it" example:"FILES"`
	Asset    int64          `query:"asset" minimum:"1" doc:"About this software"`
	Regime   int64          `query:"regime" minimum:"1" doc:"Judged by a version of this regime"`
	Exempt   bool           `query:"exempt" doc:"true: only with an exemption that was granted"`
	Sort     DecisionSort   `query:"sort" doc:"newest when absent"`
}

func (w *DecisionsWanted) filter(p models.Page) models.DecisionFilter {
	return models.DecisionFilter{Query: w.Q, Agency: w.Agency, Branch: models.DecisionBranch(w.Branch), Kind: models.DecisionKind(w.Kind), State: models.DecisionState(w.State), Open: w.Open, Function: w.Function,
		Asset: w.Asset, Regime: w.Regime, Exempt: w.Exempt, Sort: models.DecisionSort(w.Sort), Page: p}
}

func (a *api) listDecisions(ctx context.Context, in *struct {
	DecisionsWanted
	Paging
	Tabled
}) (*TableAnswer, error) {
	form := in.form()
	if form != "json" {
		rows, err := a.manyDecisions(ctx, in.filter(models.Page{After: in.After, Limit: models.MaxLimit}))
		if err != nil {
			return nil, err
		}
		return tableAnswer(form, "decisions", decisionTable(rows))
	}
	l, err := a.Store.Decisions(ctx, viewer(ctx), in.filter(in.page()))
	if err != nil {
		return nil, err
	}
	p := page(ctx, l, shapeDecision)
	return &TableAnswer{Link: p.Link, Type: "application/json", Vary: variesByForm, Body: p.Body}, nil
}

// mostTableRows bounds a table that is made of all pages of a list.
const mostTableRows = 10_000

// manyDecisions reads a list from page to page.
func (a *api) manyDecisions(ctx context.Context, f models.DecisionFilter) ([]store.DecisionRow, error) {
	var all []store.DecisionRow
	for {
		l, err := a.Store.Decisions(ctx, viewer(ctx), f)
		if err != nil {
			return nil, err
		}
		all = append(all, l.Items...)
		if l.Next == "" || len(all) >= mostTableRows {
			return all, nil
		}
		f.After = l.Next
	}
}

func (a *api) openDecision(ctx context.Context, in *struct{ Body Body[DecisionInput] }) (*Made[Decision], error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	row, err := a.Register.OpenDecision(ctx, viewer(ctx), in.Body.Value.opening())
	if err != nil {
		return nil, err
	}
	return made("decisions", row.ID, row.Version, shapeDecision(row))
}

func (a *api) getDecision(ctx context.Context, in *struct {
	ID
	Unless
}) (*One[Decision], error) {
	row, err := a.Store.Decision(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	return one(row.Version, shapeDecision(row), in.Unless)
}

// decided answers with a case as it is after a change.
func decided(row *store.DecisionRow, err error) (*One[Decision], error) {
	if err != nil {
		return nil, err
	}
	return one(row.Version, shapeDecision(row), Unless{})
}

// full finds a case whose dossier the viewer sees.
func (a *api) full(ctx context.Context, id int64) (*store.DecisionRow, error) {
	row, err := a.Store.Decision(ctx, viewer(ctx), id)
	if err != nil {
		return nil, err
	}
	if !row.Full {
		return nil, models.Refuse(models.Forbidden, "dossier-restricted", "What is on file about this decision is for the agency that decides and for who oversees it. What is published is open to all.")
	}
	return row, nil
}
