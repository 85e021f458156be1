package api

import (
	"context"
	"encoding/hex"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/register"
)

// CaseFile is a case as it stood at a moment: everything on file, and what follows from it.
type CaseFile struct {
	Decision  Decision            `json:"decision" doc:"As it is now"`
	At        *time.Time          `json:"asAt" doc:"The moment of which the rest tells; null: now"`
	State     DecisionState       `json:"state" doc:"Where the case stood then"`
	Digest    string              `json:"digest" doc:"SHA-256 of the dossier then, in hexadecimal: over the lines “part digest” in the order of the parts"`
	Parts     []FiledPart         `json:"parts" doc:"The newest version of each part until then, in the order in which they were first filed"`
	Moves     []DecisionMove      `json:"moves" doc:"Until then, in their order"`
	Standing  Standing            `json:"standing" doc:"What follows from what is on file"`
	Results   []models.RuleResult `json:"results" doc:"Every rule of the regime, put before the case as it was"`
	Deadlines []Deadline          `json:"deadlines" doc:"The days that the law sets"`
	Law       RegimeVersion       `json:"law" doc:"The version of the regime that judges the case"`
	Newer     *RegimeVersion      `json:"newer" doc:"The version in force today, when it is another one; null otherwise, and for an earlier moment"`
}

// Deadline is a day that the law sets.
type Deadline struct {
	Kind    string       `json:"kind" example:"standstill"`
	Title   string       `json:"title"`
	On      string       `json:"dueOn" format:"date"`
	Law     string       `json:"law" doc:"The article; empty when none is named"`
	Skipped []SkippedDay `json:"skipped" doc:"Public holidays that were passed over in counting"`
}

// SkippedDay is a public holiday.
type SkippedDay struct {
	On      string `json:"heldOn" format:"date"`
	Name    string `json:"name"`
	Certain bool   `json:"certain" doc:"false: it is expected on that day, or is not free everywhere"`
}

// NextSteps is what may be done in a case, and what is missing.
type NextSteps struct {
	State DecisionState `json:"state"`
	Moves []NextMove    `json:"moves" doc:"Where the case can go from here, forward moves first"`
	Parts []OpenPart    `json:"parts" doc:"What may be put on file now, in the order of the procedure"`
}

// NextMove is a move that the case has from where it stands.
type NextMove struct {
	To      DecisionState       `json:"to"`
	Title   string              `json:"title" doc:"What the person does"`
	By      []Role              `json:"by" doc:"Who may, at the agency that decides or above it"`
	Role    string              `json:"role" doc:"In which role you may; empty when you may not"`
	Back    bool                `json:"back" doc:"It goes back or ends the case, and asks for a reason"`
	Ready   bool                `json:"ready" doc:"Nothing stands in the way"`
	Missing []Mistake           `json:"missing" doc:"What is not on file yet"`
	Stops   []models.RuleResult `json:"stops" doc:"Rules that stop it, with what puts each right"`
	Warns   []models.RuleResult `json:"warns" doc:"Rules that would be recorded as warnings"`
}

// OpenPart is a kind of part that may be written now.
type OpenPart struct {
	Part  DecisionPart `json:"part"`
	Title string       `json:"title"`
	By    []Role       `json:"by" doc:"Who writes it"`
	Role  string       `json:"role" doc:"In which role you may; empty when it is for others"`
	Empty bool         `json:"empty" doc:"Nothing of it is on file yet"`
}

func shapeDeadline(d *policy.Deadline) Deadline {
	return Deadline{Kind: string(d.Kind), Title: d.Title, On: d.On.String(), Law: d.Law, Skipped: each(d.Skipped, func(h *policy.Holiday) SkippedDay { return SkippedDay{h.Date.String(), h.Name, h.Certain} })}
}

func shapeResults(list []models.RuleResult) []models.RuleResult { return orEmpty(list) }

func shapeCaseFile(f *register.CaseFile) CaseFile {
	out := CaseFile{Decision: shapeDecision(f.Row), State: DecisionState(f.State), Digest: hex.EncodeToString(models.DossierDigest(f.Parts)), Parts: each(f.Parts, shapeFiledPart), Moves: each(f.Moves, shapeDecisionMove),
		Standing: shapeStanding(f.Standing), Results: shapeResults(f.Results), Deadlines: each(f.Deadlines, shapeDeadline), Law: shapeRegimeVersion(f.Version)}
	if f.Newer != nil {
		newer := shapeRegimeVersion(f.Newer)
		out.Newer = &newer
	}
	return out
}

func shapeNextMove(n *register.NextMove) NextMove {
	return NextMove{To: DecisionState(n.To), Title: n.Title, By: roles(n.By), Role: string(n.Role), Back: n.Back, Ready: n.Ready(), Missing: each(n.Missing, func(m *models.FieldError) Mistake { return Mistake(*m) }),
		Stops: shapeResults(n.Stops), Warns: shapeResults(n.Warns)}
}

func roles(list []models.Role) []Role {
	return each(list, func(r *models.Role) Role { return Role(*r) })
}

func (a *api) dossiers() {
	const tag = "Dossiers"
	get(a, "/decisions/{id}/dossier", about{id: "getDossier", tag: tag, summary: "Everything on file about a decision", text: "As it stands, or as it stood at a moment: parts with who filed them, moves, what follows from them by the law of the case, and every rule. For the agency that decides, and for who oversees it.", signedIn: true}, a.getDossier)
	get(a, "/decisions/{id}/next", about{id: "listNextSteps", tag: tag, summary: "What can be done next, and what is missing", text: "Each move with the rules that stop it and what puts them right, and the parts that may be written now.", signedIn: true}, a.listNextSteps)
	get(a, "/decisions/{id}/rule-results", about{id: "listRuleResults", tag: tag, summary: "Put every rule before a case", text: "As it stands, or as it stood at a moment, by the version of the law that judges it. Undetermined says which fact is missing; it is never a pass.", signedIn: true}, a.listRuleResults)
	get(a, "/decisions/{id}/rejudgements", about{id: "listRejudgements", tag: tag, summary: "Judge every step of a case again", text: "Each move with the results that were recorded, the same law on the same facts judged again, and the law of today on those facts.", signedIn: true}, a.listRejudgements)
	get(a, "/decisions/{id}/comparison", about{id: "compareCandidates", tag: tag, summary: "The candidates of a case side by side", text: "By rung, with coverage, cost, score and what decides. As JSON, or as a table with format=csv or format=xlsx: the workbook has the costs line by line too.", signedIn: true}, a.compareCandidates)
	describeTable[Standing](a, "/decisions/{id}/comparison")
}

// AsOf asks for a moment.
type AsOf struct {
	At time.Time `query:"at" doc:"The moment to look back to; now when absent" example:"2026-11-22T09:30:00Z"`
}

func (a *api) getDossier(ctx context.Context, in *struct {
	ID
	AsOf
	Unless
}) (*One[CaseFile], error) {
	f, err := a.Register.CaseFile(ctx, viewer(ctx), in.ID.ID, in.At)
	if err != nil {
		return nil, err
	}
	body := shapeCaseFile(f)
	if !in.At.IsZero() {
		body.At = instant(&f.At)
	}
	return one(f.Row.Version, body, in.Unless)
}

func (a *api) listNextSteps(ctx context.Context, in *struct {
	ID
	Unless
}) (*One[NextSteps], error) {
	f, err := a.Register.CaseFile(ctx, viewer(ctx), in.ID.ID, time.Time{})
	if err != nil {
		return nil, err
	}
	return one(f.Row.Version, NextSteps{State: DecisionState(f.State), Moves: each(f.Next, shapeNextMove), Parts: each(f.Open, func(p *register.OpenPart) OpenPart {
		return OpenPart{DecisionPart(p.Name), p.Title, roles(p.By), string(p.Role), p.Gaps}
	})}, in.Unless)
}

func (a *api) listRuleResults(ctx context.Context, in *struct {
	ID
	AsOf
}) (*struct{ Body List[models.RuleResult] }, error) {
	f, err := a.Register.CaseFile(ctx, viewer(ctx), in.ID.ID, in.At)
	if err != nil {
		return nil, err
	}
	return &struct{ Body List[models.RuleResult] }{complete(f.Results, func(r *models.RuleResult) models.RuleResult { return *r })}, nil
}

// Rejudgement is a move with its rules then, again, and by the law of today.
type Rejudgement struct {
	Move    DecisionMove        `json:"move"`
	Again   []models.RuleResult `json:"again" doc:"The law of then on what was on file then, judged again"`
	Now     []models.RuleResult `json:"now" doc:"The same facts by the version in force today"`
	Same    bool                `json:"same" doc:"Recorded and judged again, every rule says the same"`
	Dossier bool                `json:"dossierUnchanged" doc:"What is on file of then has the digest that the move recorded"`
}

func (a *api) listRejudgements(ctx context.Context, in *ID) (*struct{ Body List[Rejudgement] }, error) {
	if _, err := a.full(ctx, in.ID); err != nil {
		return nil, err
	}
	l, err := a.Register.Rejudge(ctx, viewer(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body List[Rejudgement] }{complete(l, func(r *register.Rejudged) Rejudgement {
		return Rejudgement{shapeDecisionMove(&r.Move), shapeResults(r.Again), shapeResults(r.Now), r.Same, r.File}
	})}, nil
}

func (a *api) compareCandidates(ctx context.Context, in *struct {
	ID
	Tabled
}) (*TableAnswer, error) {
	f, err := a.Register.CaseFile(ctx, viewer(ctx), in.ID.ID, time.Time{})
	if err != nil {
		return nil, err
	}
	if form := in.form(); form != "json" {
		return tableAnswer(form, "comparison-"+f.Row.Ref, comparisonTable(f), costTable(f))
	}
	return &TableAnswer{Type: "application/json", Vary: variesByForm, Body: shapeStanding(f.Standing)}, nil
}
