package models_test

import (
	"slices"
	"testing"

	"github.com/ospo-register/ospo/models"
)

// someone holds one role at agency 1.
func someone(role models.Role) models.Viewer {
	return models.Viewer{UserID: 1, Grants: []models.Grant{{Role: role, All: role.WholeRegister(), Agencies: map[int64]bool{1: true}}}}
}

// laws are every combination of what a law may say of moves.
func laws() (all []models.CaseTerms) {
	for n := range 1 << 5 {
		terms := models.CaseTerms{Position: models.DecideThenBuy, PublicCall: n&1 != 0, Opinion: n&2 != 0, Standstill: n&4 != 0, Panel: n&8 != 0}
		if n&16 != 0 {
			terms.Position = models.BuyThenDecide
		}
		all = append(all, terms)
	}
	return all
}

// inTable finds the line of the table for a move, read anew.
func inTable(branch models.DecisionBranch, track models.DecisionTrack, from, to models.DecisionState, terms models.CaseTerms) *models.Move {
	holds := map[models.Ask]bool{"": true, models.AskPublicCall: terms.PublicCall, models.AskOpinion: terms.Opinion, models.AskStandstill: terms.Standstill, models.AskNoPublic: !terms.Standstill, models.AskReviewPanel: terms.Panel}
	for i := range models.Moves {
		m := &models.Moves[i]
		if m.Branch == branch && m.From == from && m.To == to && (len(m.Tracks) == 0 || slices.Contains(m.Tracks, track)) && (m.Position == "" || m.Position == terms.Position) && holds[m.Asks] {
			return m
		}
	}
	return nil
}

func TestEveryPairOfStatesMovesInEveryRoleAsTheTableSays(t *testing.T) {
	kinds := map[models.DecisionBranch]models.DecisionKind{models.Acquisition: models.DecideNew, models.Releasing: models.DecideRelease, models.Remediation: models.DecideRemedy}
	tried, allowed := 0, 0
	for _, terms := range laws() {
		for branch, kind := range kinds {
			for _, track := range models.DecisionTracks {
				for _, from := range models.DecisionStates {
					for _, to := range models.DecisionStates {
						d := models.Decision{Kind: kind, Track: track, State: from}
						got, err := d.MoveTo(to, terms)
						want := inTable(branch, track, from, to, terms)
						if (err == nil) != (want != nil) || err != nil && !models.HasCode(err, "no-such-move") {
							t.Fatalf("%s %s, %s to %s under %+v: %v", branch, track, from, to, terms, err)
						}
						for _, role := range models.Roles {
							tried++
							may := want != nil && got.Role(someone(role), 1) == role
							if may != (want != nil && slices.Contains(want.By, role)) {
								t.Errorf("%s %s, %s to %s as %s: %v", branch, track, from, to, role, may)
							}
							if may {
								allowed++
							}
							if want != nil && got.Role(someone(role), 2) != "" && !role.WholeRegister() {
								t.Errorf("%s to %s as %s of another agency", from, to, role)
							}
						}
					}
				}
			}
		}
	}
	if tried < 5_000_000 || allowed == 0 {
		t.Errorf("%d tries, %d allowed", tried, allowed)
	}
}

func TestThereIsOneLineForEachMove(t *testing.T) {
	for _, terms := range laws() {
		for _, track := range models.DecisionTracks {
			seen := map[[3]string]string{}
			for _, m := range models.Moves {
				key := [3]string{string(m.Branch), string(m.From), string(m.To)}
				if line := inTable(m.Branch, track, m.From, m.To, terms); line == nil || line.Title != m.Title {
					if line != nil && m.OnTrack(track) && (m.Position == "" || m.Position == terms.Position) && m.Asks == line.Asks {
						t.Errorf("%v on %s has two lines: %s and %s", key, track, line.Title, m.Title)
					}
					continue
				}
				seen[key] = m.Title
			}
			if len(seen) == 0 {
				t.Error("the table is empty")
			}
		}
	}
}

func TestFromEveryStateThatIsReachedSomethingLeadsToAnEnd(t *testing.T) {
	for _, branch := range models.DecisionBranches {
		for _, track := range models.DecisionTracks {
			if branch != models.Acquisition && track != models.FullTrack {
				continue
			}
			reached := map[models.DecisionState]bool{models.DecisionDraft: true}
			for range models.DecisionStates {
				for _, m := range models.Moves {
					if m.Branch == branch && reached[m.From] && m.OnTrack(track) {
						reached[m.To] = true
					}
				}
			}
			ends := map[models.DecisionState]bool{}
			for _, s := range models.DecisionStates {
				ends[s] = s.Ended() || s == models.ReleaseArchived
			}
			for range models.DecisionStates {
				for _, m := range models.Moves {
					ends[m.From] = ends[m.From] || m.Branch == branch && m.OnTrack(track) && ends[m.To]
				}
			}
			for _, s := range models.DecisionStates {
				if reached[s] && !ends[s] {
					t.Errorf("%s %s: from %s nothing leads to an end", branch, track, s)
				}
			}
		}
	}
}
