package register_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// crowd is a ministry with a person for each role, who ask for nothing and evaluate nothing, and an empty case.
type crowd struct {
	*trial
	asset int64
	terms models.CaseTerms
}

func newCrowd(t *testing.T, preset string) *crowd {
	t.Helper()
	x := &crowd{trial: &trial{fixture: newFixture(t), people: map[string]models.Viewer{}}}
	for _, role := range models.Roles {
		agency := x.health
		if role.WholeRegister() {
			agency = nil
		}
		x.people[string(role)] = x.person(string(role)+"@health.example.gov", role, agency)
	}
	x.asset = x.trial.asset("Case Desk", x.health, models.VisiblePublic).ID
	v := x.enforce(preset, models.DateOf(time.Now()), "")
	law, err := policy.ParseRegime([]byte(v.Text))
	x.must(err)
	x.terms = law.Terms(&models.Decision{Kind: models.DecideNew, Function: "FILES.SHARE"}, &models.Dossier{})
	return x
}

// open opens an empty case of a branch on a track.
func (x *crowd) open(branch models.DecisionBranch, track models.DecisionTrack) {
	x.t.Helper()
	n := register.NewDecision{AgencyID: x.health.ID, Kind: models.DecideNew, Track: models.FullTrack, Title: "Files", Function: "FILES.SHARE"}
	switch {
	case branch == models.Releasing:
		n.Kind, n.AssetID = models.DecideRelease, &x.asset
	case branch == models.Remediation:
		n.Kind, n.AssetID = models.DecideRemedy, &x.asset
	case track == models.FreeTrack:
		n.Kind, n.Track = models.DecideAdopt, track
	}
	row, err := x.r.OpenDecision(ctx, x.people["registrar"], n)
	x.must(err)
	x.id = row.ID
	x.put(row.State, track)
}

// put sets the case to a state, as if it had come there.
func (x *crowd) put(state models.DecisionState, track models.DecisionTrack) {
	x.t.Helper()
	x.must(store.Write(ctx, x.s, func(tx *store.Tx) error {
		row, err := tx.Decision(ctx, system, x.id)
		if err != nil {
			return err
		}
		row.State, row.Track, row.ApprovedAt, row.ClosedAt = state, track, nil, nil
		return tx.SaveDecision(ctx, &row.Decision)
	}))
}

// line is what the table says of a move; false when it is not in it.
func (x *crowd) line(branch models.DecisionBranch, track models.DecisionTrack, from, to models.DecisionState) (models.Move, bool) {
	for _, m := range models.Moves {
		asked := map[models.Ask]bool{"": true, models.AskPublicCall: x.terms.PublicCall, models.AskOpinion: x.terms.Opinion, models.AskStandstill: x.terms.Standstill, models.AskNoPublic: !x.terms.Standstill, models.AskReviewPanel: x.terms.Panel}[m.Asks]
		if m.Branch == branch && m.From == from && m.To == to && (len(m.Tracks) == 0 || slices.Contains(m.Tracks, track)) && (m.Position == "" || m.Position == x.terms.Position) && asked {
			return m, true
		}
	}
	return models.Move{}, false
}

// try moves the case as a person of a role, and holds what comes of it to the table.
func (x *crowd) try(branch models.DecisionBranch, track models.DecisionTrack, from, to models.DecisionState, role models.Role) (moved bool) {
	x.t.Helper()
	_, err := x.r.MoveDecision(ctx, x.people[string(role)], x.id, 0, register.Step{To: to, Reason: "It has to be."})
	line, there := x.line(branch, track, from, to)
	want := ""
	switch {
	case !there:
		if !models.HasCode(err, "no-such-move") {
			want = "there is no such move"
		}
	case !slices.Contains(line.By, role):
		if !models.IsKind(err, models.Forbidden) || !models.HasCode(err, "not-allowed") {
			want = "the move is not for them"
		}
	case len(line.Needs) > 0:
		if !models.IsKind(err, models.Invalid) || !names(err, line.Needs) {
			want = "nothing is on file of " + fmt.Sprint(line.Needs)
		}
	case err != nil && !models.HasCode(err, "rules-not-met") && !models.IsKind(err, models.Invalid):
		want = "they may, or something is missing, or a rule stops it"
	case err != nil && line.Back:
		want = "going back with a reason asks for nothing else"
	}
	if want != "" {
		x.t.Errorf("%s %s, %s to %s as %s: %s, and it came to: %v", branch, track, from, to, role, want, err)
	}
	return err == nil
}

// names reports whether a refusal names each of the parts.
func names(err error, parts []models.PartName) bool {
	var e *models.Error
	if !errors.As(err, &e) {
		return false
	}
	text := ""
	for _, f := range e.Fields {
		text += f.Detail
	}
	return !slices.ContainsFunc(parts, func(p models.PartName) bool { return !strings.Contains(text, "“"+string(p)+"”") })
}

// pairs tries every pair of a branch's states in some roles, on one track.
func (x *crowd) pairs(branch models.DecisionBranch, track models.DecisionTrack, roles ...models.Role) (tried, moved int) {
	x.t.Helper()
	x.open(branch, track)
	known := map[models.DecisionState]bool{}
	for _, m := range models.Moves {
		if m.Branch == branch {
			known[m.From], known[m.To] = true, true
		}
	}
	for _, from := range models.DecisionStates {
		if !known[from] {
			continue
		}
		x.put(from, track)
		for _, to := range models.DecisionStates {
			for _, role := range roles {
				tried++
				if x.try(branch, track, from, to, role) {
					moved++
					x.put(from, track)
				}
			}
		}
	}
	return tried, moved
}

// lines tries every line of the table in every role, on one track.
func (x *crowd) lines(branch models.DecisionBranch, track models.DecisionTrack) {
	x.t.Helper()
	x.open(branch, track)
	for _, m := range models.Moves {
		if m.Branch != branch {
			continue
		}
		x.put(m.From, track)
		for _, role := range models.Roles {
			if x.try(branch, track, m.From, m.To, role) {
				x.put(m.From, track)
			}
		}
	}
}

func TestEveryPairOfStatesMovesAsTheTableSays(t *testing.T) {
	for _, branch := range models.DecisionBranches {
		t.Run(string(branch), func(t *testing.T) {
			x := newCrowd(t, "tt-draft")
			if tried, moved := x.pairs(branch, models.FullTrack, models.Procurement, models.Approver); moved == 0 || tried < 300 {
				t.Errorf("%d tries, of which %d moved", tried, moved)
			}
		})
	}
}

func TestEveryLineOfTheTableIsForItsRolesAndForNoOther(t *testing.T) {
	for _, tc := range []struct {
		preset string
		branch models.DecisionBranch
		tracks []models.DecisionTrack
	}{
		{"tt-draft", models.Acquisition, models.DecisionTracks}, {"tt-draft", models.Releasing, []models.DecisionTrack{models.FullTrack}}, {"tt-draft", models.Remediation, []models.DecisionTrack{models.FullTrack}},
		{"in-2015", models.Acquisition, []models.DecisionTrack{models.FullTrack}}, {"ec-148", models.Acquisition, []models.DecisionTrack{models.FullTrack}},
	} {
		t.Run(tc.preset+" "+string(tc.branch), func(t *testing.T) {
			x := newCrowd(t, tc.preset)
			for _, track := range tc.tracks {
				x.lines(tc.branch, track)
			}
		})
	}
}
