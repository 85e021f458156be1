package api

import (
	"context"
	"encoding/hex"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// DecisionMove is a step of a case, as it was taken. It never changes.
type DecisionMove struct {
	Number          int                 `json:"number" doc:"1, 2, 3 … within the case"`
	From            DecisionState       `json:"from"`
	To              DecisionState       `json:"to"`
	ByID            *int64              `json:"byId" doc:"null: the program itself"`
	By              string              `json:"by"`
	Role            Role                `json:"role" doc:"In which they acted"`
	MovedAt         time.Time           `json:"movedAt"`
	Reason          string              `json:"reason"`
	Results         []models.RuleResult `json:"results" doc:"The rules that guarded the step, as they came out"`
	Digest          string              `json:"digest" doc:"SHA-256 of the dossier then, in hexadecimal"`
	RegimeVersionID int64               `json:"regimeVersionId"`
}

// DecisionTransition moves a case.
type DecisionTransition struct {
	To      DecisionState `json:"to"`
	Reason  string        `json:"reason,omitempty" maxLength:"4000" doc:"Why; needed when the case goes back or ends"`
	Waivers []Waiver      `json:"waivers,omitempty" maxItems:"100" nullable:"false" doc:"Rules that are let pass"`
}

// Waiver lets a rule pass. Only the role that the rule names may.
type Waiver struct {
	Rule   string `json:"rule" minLength:"1" maxLength:"40" example:"E3"`
	Reason string `json:"reason" minLength:"1" maxLength:"4000" doc:"A sentence that will make sense to an auditor"`
}

// MoveLine is a line of the transition table: what is not in it cannot be done.
type MoveLine struct {
	Branch   DecisionBranch  `json:"branch"`
	From     DecisionState   `json:"from"`
	To       DecisionState   `json:"to"`
	Title    string          `json:"title" doc:"What the person does"`
	By       []Role          `json:"by" doc:"Who may, at the agency that decides or above it"`
	Gates    []Gate          `json:"gates" doc:"Whose rules must pass"`
	Needs    []DecisionPart  `json:"needs" doc:"Parts that must be on file"`
	Tracks   []DecisionTrack `json:"tracks" doc:"On which the move is there; none: on every one"`
	Position *Position       `json:"position" doc:"Of buying in the regime; null: whichever it has"`
	Asks     *MoveCondition  `json:"asks" doc:"null: nothing"`
	Back     bool            `json:"back" doc:"It goes back or ends the case, and asks for a reason"`
}

// PartKind is a kind of part of a dossier.
type PartKind struct {
	Part     DecisionPart     `json:"part"`
	Title    string           `json:"title"`
	Keying   PartKeying       `json:"keying"`
	Href     string           `json:"href" doc:"Where it is filed and read" example:"/v1/decisions/{id}/need"`
	Branches []DecisionBranch `json:"branches" doc:"Of the decisions that have it"`
	By       []Role           `json:"by" doc:"Who writes it, at the agency that decides or above it"`
	Open     []DecisionState  `json:"open" doc:"Where the case stands while it may be written"`
	Late     bool             `json:"late" doc:"On the emergency track it may also be written after the approval"`
}

func shapeDecisionMove(m *models.DecisionMove) DecisionMove {
	return DecisionMove{Number: m.Number, From: DecisionState(m.From), To: DecisionState(m.To), ByID: m.ByID, By: m.ByName, Role: Role(m.Role), MovedAt: utc(m.At), Reason: m.Reason, Results: shapeResults(m.Results),
		Digest: hex.EncodeToString(m.Digest), RegimeVersionID: m.RegimeVersionID}
}

func shapeMoveLine(m *models.Move) MoveLine {
	line := MoveLine{Branch: DecisionBranch(m.Branch), From: DecisionState(m.From), To: DecisionState(m.To), Title: m.Title, By: roles(m.By), Gates: each(m.Gates, func(g *models.Gate) Gate { return Gate(*g) }),
		Needs: each(m.Needs, func(p *models.PartName) DecisionPart { return DecisionPart(*p) }), Tracks: each(m.Tracks, func(t *models.DecisionTrack) DecisionTrack { return DecisionTrack(*t) }), Back: m.Back}
	if m.Position != "" {
		p := Position(m.Position)
		line.Position = &p
	}
	if m.Asks != "" {
		c := MoveCondition(m.Asks)
		line.Asks = &c
	}
	return line
}

func shapePartKind(p *models.Part) PartKind {
	keying := PartKeying(p.Keying)
	if keying == "" {
		keying = "single"
	}
	return PartKind{Part: DecisionPart(p.Name), Title: p.Title, Keying: keying, Href: prefix + partPath(*p), Branches: each(p.Branches, func(b *models.DecisionBranch) DecisionBranch { return DecisionBranch(*b) }),
		By: roles(p.By), Open: each(p.Open, func(s *models.DecisionState) DecisionState { return DecisionState(*s) }), Late: p.Late}
}

func (a *api) decisionMoves() {
	const tag = "Decisions"
	get(a, "/decisions/{id}/transitions", about{id: "listDecisionTransitions", tag: tag, summary: "The moves of a case", text: "In their order, each with who made it in which role, the rules as they came out, and the digest of the dossier then.", signedIn: true}, a.listDecisionTransitions)
	post(a, "/decisions/{id}/transitions", about{id: "moveDecision", tag: tag, summary: "Move a case",
		text: "The transition table says who may, what must be on file and which rules must pass; rules-not-met names every rule that stops the step, with what puts it right. With If-Match it is the case that was read."}, a.moveDecision)
	get(a, "/decision-moves", about{id: "listDecisionMoves", tag: tag, summary: "The transition table", text: "Every move that there is, with who may make it, the parts and rules that it asks for, and on which tracks."}, a.listDecisionMoves)
	get(a, "/decision-parts", about{id: "listDecisionParts", tag: tag, summary: "The parts of dossiers", text: "Each kind with who writes it, and while the case stands where."}, a.listDecisionParts)
}

func (a *api) listDecisionTransitions(ctx context.Context, in *ID) (*struct{ Body List[DecisionMove] }, error) {
	if _, err := a.full(ctx, in.ID); err != nil {
		return nil, err
	}
	l, err := a.Store.DecisionMoves(ctx, in.ID, time.Now().AddDate(1, 0, 0))
	return &struct{ Body List[DecisionMove] }{complete(l, shapeDecisionMove)}, err
}

func (a *api) moveDecision(ctx context.Context, in *struct {
	ID
	Based
	Body Body[DecisionTransition]
}) (*One[Decision], error) {
	based, err := in.version()
	if err != nil {
		return nil, err
	}
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	step := register.Step{To: models.DecisionState(in.Body.Value.To), Reason: in.Body.Value.Reason, Waivers: map[string]string{}}
	for _, w := range in.Body.Value.Waivers {
		step.Waivers[strings.TrimSpace(w.Rule)] = w.Reason
	}
	return decided(a.Register.MoveDecision(ctx, viewer(ctx), in.ID.ID, based, step))
}

func (a *api) listDecisionMoves(_ context.Context, in *struct {
	Branch DecisionBranch `query:"branch"`
	From   DecisionState  `query:"from"`
}) (*struct{ Body List[MoveLine] }, error) {
	var lines []models.Move
	for _, m := range models.Moves {
		if (in.Branch == "" || m.Branch == models.DecisionBranch(in.Branch)) && (in.From == "" || m.From == models.DecisionState(in.From)) {
			lines = append(lines, m)
		}
	}
	return &struct{ Body List[MoveLine] }{complete(lines, shapeMoveLine)}, nil
}

func (a *api) listDecisionParts(context.Context, *struct{}) (*struct{ Body List[PartKind] }, error) {
	return &struct{ Body List[PartKind] }{complete(models.Parts, shapePartKind)}, nil
}
