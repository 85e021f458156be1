package register_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/register"
)

// everyRole gives a person for each role that works on cases.
func (x *trial) everyRole() {
	for _, role := range []models.Role{models.Requester, models.Registrar, models.Procurement, models.Evaluator, models.Adviser, models.ProceduralReviewer, models.Approver, models.OpinionGiver, models.ExemptionAuthority, models.ReleaseOfficer, models.ReviewBody} {
		x.people[string(role)] = x.person(string(role)+"@health.example.gov", role, x.health)
	}
	for _, number := range []string{"e2", "e3"} {
		x.people[number] = x.person(number+"@health.example.gov", models.Evaluator, x.health)
	}
	x.people["counsel"] = x.person("counsel@example.gov", models.Counsel, x.health)
}

// put files a part as the first person who may.
func (x *trial) put(at time.Time, part models.PartName, key string, content any) {
	x.t.Helper()
	kind, err := models.PartOf(part)
	x.must(err)
	text, err := json.Marshal(content)
	x.must(err)
	for _, role := range kind.By {
		if by, ok := x.people[string(role)]; ok {
			if _, err := x.r.At(at).FilePart(ctx, by, x.id, 0, part, key, text); err != nil {
				x.t.Fatalf("%s %s: %v", part, key, err)
			}
			return
		}
	}
	x.t.Fatalf("nobody may write %s", part)
}

// plain is a case in which open source fits, in the terms of a regime: nothing about it should stop it under any law.
func (x *trial) plain(g *policy.Regime, at time.Time) {
	yes, no, none, days, five := true, false, 0, 60, 5
	need := models.Need{Problem: "Papers are lost.", BudgetMax: models.Money{Amount: "100000.00", Currency: "TTD"}, DaysMax: 200, DataClass: models.DataInternal, PersonalData: models.PersonalNone,
		Requirements: []models.Requirement{{ID: "R1", Text: "Papers are found again.", Type: "functional", Level: models.Essential, Rationale: "It is what it is for."}}}
	x.put(at, models.PartNeed, "", need)
	x.put(at, models.PartPeople, "", models.People{Evaluators: []models.CasePerson{{UserID: x.people["evaluator"].UserID, Interests: "none"}, {UserID: x.people["e2"].UserID, Interests: "none"}, {UserID: x.people["e3"].UserID, Interests: "none"}}})
	found := []byte("what was found")
	_, err := x.r.At(at).Attach(ctx, x.people["registrar"], x.id, models.Attachment{Title: "Search", Filename: "search.txt", Type: "marketStudies", Media: "text/plain"}, bytes.NewReader(found))
	x.must(err)
	sum := sha256.Sum256(found)
	scan := models.Scan{}
	sources := []string{"the market"}
	for _, s := range g.MarketScan.RequiredSources {
		sources = append(sources, s.ID)
	}
	for _, s := range sources {
		scan.Searches = append(scan.Searches, models.Search{Source: s, Query: "papers", Hits: 1, Exhibit: hex.EncodeToString(sum[:])})
	}
	x.put(at, models.PartScan, "", scan)
	x.put(at, models.PartCandidate, "paperless", models.Candidate{Name: "Paperless", Origin: models.FromOpenSource, Delivery: "on-prem", OSSDeclared: true, Status: "final", ClosedParts: &none, DaysToUse: &days,
		Covers: []models.Coverage{{Requirement: "R1", Met: "yes", Evidence: []string{"try-out"}}}})
	x.put(at, models.PartLicense, "paperless", models.LicenseFact{Expression: "GPL-3.0-only", SourcePublic: &yes, Method: "manual", TakenAt: at})
	released := models.DateOf(at)
	x.put(at, models.PartHealth, "paperless", models.HealthSnapshot{AbsenceFactor: &five, ElephantFactor: &five, LastCommitOn: &released, LastReleaseOn: &released, Archived: &no, Tool: "counted by hand", TakenAt: at})
	checks := models.Knockouts{Export: &yes}
	for _, k := range g.Evaluation.Knockouts {
		checks.Results = append(checks.Results, models.Knockout{Check: k.ID, Result: "pass", Evidence: []string{"try-out"}})
	}
	x.put(at, models.PartKnockouts, "paperless", checks)
	cost := models.Cost{HorizonMonths: max(60, g.Evaluation.TCOHorizonMonths), Currency: "TTD", Lines: []models.CostLine{{Line: "exit", Years: []models.Decimal{"0.00"}, Basis: "estimate"}}}
	for _, l := range g.Evaluation.TCOLines {
		if l.ID != "exit" {
			cost.Lines = append(cost.Lines, models.CostLine{Line: l.ID, Years: []models.Decimal{"100.00"}, Basis: "quote", Evidence: "offer"})
		}
	}
	x.put(at, models.PartCost, "paperless", cost)
	x.put(at, models.PartCriteria, "", models.Criteria{Criteria: []models.Criterion{{ID: "use", Name: "Ease of use", Weight: "100"}}})
}

// act files what the next move rests on, as somebody would who does what the case asks.
func (x *trial) act(to models.DecisionState, at time.Time) {
	on := models.DateOf(at)
	yes := true
	switch to {
	case models.DecisionEvaluated:
		for _, e := range []string{"evaluator", "e2", "e3"} {
			text, _ := json.Marshal(models.ScoreSheet{Scores: []models.Score{{Candidate: "paperless", On: "R1", Value: "90", Evidence: []string{"try-out"}}, {Candidate: "paperless", On: "use", Value: "80", Evidence: []string{"try-out"}}}})
			_, err := x.r.At(at).FilePart(ctx, x.people[e], x.id, 0, models.PartScores, "", text)
			x.must(err)
		}
	case models.DecisionProposed:
		x.put(at, models.PartProposal, "", models.Proposal{Chosen: "paperless", Text: "It fits.", Summary: "The ministry takes Paperless."})
	case models.DecisionApproved:
		x.put(at, models.PartApproval, "", models.Approval{Verdict: "approve"})
	case models.DecisionAnnounced:
		x.put(at, models.PartNotices, "", models.Notices{Notices: []models.Notice{{Type: "intent", PublishedOn: on}}})
	case models.InProcurement, models.AwardProposed:
		x.put(at, models.PartProcurement, "", models.Buying{Method: "open", Supplier: "Island Open Services", Value: models.Money{Amount: "9000.00", Currency: "TTD"}, Bids: []models.Bid{{Bidder: "Island Open Services"}}})
	case models.Standstill:
		x.put(at, models.PartNotices, "", models.Notices{Notices: []models.Notice{{Type: "intent", PublishedOn: on}, {Type: "award", PublishedOn: on}}})
	case models.DecisionContracted:
		x.put(at, models.PartContract, "", models.ContractTerms{Supplier: "Island Open Services", SignedAt: &at, RightsFull: &yes, SBOMClause: &yes, UpstreamClause: &yes, ThirdLevel: &yes, BuysSupport: &yes})
	case models.DecisionRegistered:
		x.put(at, models.PartRegistration, "", models.Registration{AssetIDs: []int64{x.assets[0]}, SBOM: hex.EncodeToString(make([]byte, 32))})
	case models.DecisionInForce:
		x.put(at, models.PartPublication, "", models.PublicTerms{Tier: models.VisiblePublic})
		_, err := x.r.At(at).PublishDecision(ctx, x.people["registrar"], x.id, 0, "")
		x.must(err)
	}
}

// side is the states beside the straight way.
var side = []models.DecisionState{models.ExemptionPending, models.PublicCallOut, models.DecisionRejected, models.DecisionChallenged, models.OpinionPending, models.ProceduralReview}

func TestEveryPresetTakesACaseToItsEnd(t *testing.T) {
	for _, preset := range policy.Presets() {
		t.Run(preset.Code, func(t *testing.T) {
			x := &trial{fixture: newFixture(t), people: map[string]models.Viewer{}}
			x.everyRole()
			x.assets[0] = x.asset("Paperless", x.health, models.VisiblePublic).ID
			g, err := policy.ParseRegime(preset.Text)
			x.must(err)
			from := day("2026-10-01")
			if g.ValidTo != nil { // a law that is over took cases while it held
				from = *g.ValidFrom
			}
			x.enforce(preset.Code, from, "")
			kind := models.DecideNew
			if len(g.Scope.Kinds) > 0 && !slices.Contains(g.Scope.Kinds, kind) {
				kind = g.Scope.Kinds[0]
			}
			if kind.Branch() != models.Acquisition {
				t.Fatalf("the regime is about no acquisition but %v", g.Scope.Kinds)
			}
			at := from.AddDays(4).Time().Add(9 * time.Hour)
			row, err := x.r.At(at).OpenDecision(ctx, x.people["requester"], register.NewDecision{AgencyID: x.health.ID, Kind: kind, Title: "Papers", Function: "PAPERS", Value: models.Money{Amount: "9000.00", Currency: "TTD"}})
			x.must(err)
			x.id = row.ID
			x.plain(g, at)
			x.toTheEnd(g, at)
		})
	}
}

// toTheEnd walks the case on by the moves that it has.
func (x *trial) toTheEnd(g *policy.Regime, at time.Time) {
	x.t.Helper()
	asked := map[models.DecisionState]bool{}
	for range 40 {
		at = at.AddDate(0, 0, 1)
		row, err := x.s.Decision(ctx, system, x.id)
		x.must(err)
		if row.State == models.DecisionInForce {
			return
		}
		var next *models.Move
		for _, m := range row.MovesFrom(g.Terms(&row.Decision, &models.Dossier{})) {
			beside := slices.Contains(side, m.To)
			wanted := (m.To == models.OpinionPending || m.To == models.ProceduralReview) && !asked[m.To]
			if !m.Back && (!beside || wanted) && (next == nil || wanted) {
				next = &m
			}
		}
		if next == nil {
			x.t.Fatalf("the case ends at %s", row.State)
		}
		asked[next.To] = true
		switch row.State {
		case models.OpinionPending:
			x.put(at, models.PartOpinion, "", models.Opinion{Body: "Digital agency", Verdict: "favourable", Text: "Agreed."})
		case models.ProceduralReview:
			x.put(at, models.PartProcedure, "", models.Procedure{Minute: "In order.", Members: []string{"Legal", "Finance", "Subject"}, Regular: true})
		case models.Standstill:
			at = at.AddDate(0, 0, 30)
			x.act(next.To, at)
		default:
			x.act(next.To, at)
		}
		var by models.Viewer
		for _, role := range next.By {
			if v, ok := x.people[string(role)]; ok {
				by = v
				break
			}
		}
		if _, err := x.r.At(at.Add(time.Hour)).MoveDecision(ctx, by, x.id, 0, register.Step{To: next.To}); err != nil {
			x.t.Fatalf("from %s to %s: %v", row.State, next.To, err)
		}
	}
	x.t.Fatal("the case goes round in circles")
}
