package models

import (
	"slices"
	"strings"
)

// CaseTerms is what the law of a case says of the moves that are there.
type CaseTerms struct {
	Position   Position
	PublicCall bool // the need may be published for offers
	Opinion    bool // an opinion has to be asked for in this case
	Standstill bool // a notice has to be sent and days to pass before contracting
	Panel      bool // a panel confirms the procedure
}

func (t CaseTerms) has(a Ask) bool {
	switch a {
	case AskPublicCall:
		return t.PublicCall
	case AskOpinion:
		return t.Opinion
	case AskStandstill:
		return t.Standstill
	case AskNoPublic:
		return !t.Standstill
	case AskReviewPanel:
		return t.Panel
	}
	return true
}

// MovesFrom lists the moves that a decision has from where it stands, forward ones first.
func (d *Decision) MovesFrom(terms CaseTerms) []Move {
	var list []Move
	for _, m := range Moves {
		if m.Branch == d.Branch() && m.From == d.State && m.OnTrack(d.Track) && (m.Position == "" || m.Position == terms.Position) && terms.has(m.Asks) {
			list = append(list, m)
		}
	}
	slices.SortStableFunc(list, func(a, b Move) int {
		switch {
		case a.Back == b.Back:
			return 0
		case a.Back:
			return 1
		}
		return -1
	})
	return list
}

// OnTrack reports whether the move is there on a track.
func (m Move) OnTrack(t DecisionTrack) bool {
	return len(m.Tracks) == 0 || slices.Contains(m.Tracks, t)
}

// MoveTo finds the move of a decision to a state, or refuses with the states that it can move to.
func (d *Decision) MoveTo(to DecisionState, terms CaseTerms) (Move, error) {
	moves := d.MovesFrom(terms)
	var names []string
	for _, m := range moves {
		if m.To == to {
			return m, nil
		}
		names = append(names, string(m.To))
	}
	can := "It does not move any more."
	if len(names) > 0 {
		can = "From here it can move to " + strings.Join(names, ", ") + "."
	}
	return Move{}, Refuse(Conflict, "no-such-move", "The decision stands at "+string(d.State)+" and cannot move to "+string(to)+" from there. "+can)
}

// Role is the first of the move's roles that the viewer holds at the agency; "" when there is none.
func (m Move) Role(v Viewer, agency int64) Role { return v.roleOf(m.By, agency) }

func (v Viewer) roleOf(roles []Role, agency int64) Role {
	for _, r := range roles {
		if v.Holds(r, agency) {
			return r
		}
	}
	return ""
}
