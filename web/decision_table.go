package web

import (
	"strings"

	"github.com/ospo-register/ospo/models"
)

// stepTable is the moves of one branch, as the transition table has them.
type stepTable struct {
	Title string
	Rows  []stepTableRow
}

// stepTableRow is one move in words.
type stepTableRow struct {
	From, To models.DecisionState
	models.Move
	Who   string
	Gates string
	Needs []string
	Only  string
}

var branchTitles = map[models.DecisionBranch]string{models.Acquisition: "Acquisitions: what do we use?", models.Releasing: "Releases: do we open the code that we paid for?", models.Remediation: "Remedies: what do we do about software at risk?"}

var askWords = map[models.Ask]string{models.AskPublicCall: "where the law has a public call", models.AskOpinion: "where the law asks for an opinion", models.AskNoPublic: "where the law has no standstill", models.AskStandstill: "where the law has a standstill",
	models.AskReviewPanel: "where the law has a procedural review"}

var positionWords = map[models.Position]string{models.DecideThenBuy: "where it is decided before it is bought", models.BuyThenDecide: "where the bids are what is decided on"}

// decisionTable prints the transition table from the program, as the documentation does.
func (s *site) decisionTable(c *page) error {
	var list []stepTable
	for _, branch := range models.DecisionBranches {
		t := stepTable{Title: branchTitles[branch]}
		for _, m := range models.Moves {
			if m.Branch != branch {
				continue
			}
			row := stepTableRow{From: m.From, To: m.To, Move: m, Who: rolesWords(m.By)}
			var gates, only []string
			for _, g := range m.Gates {
				gates = append(gates, string(g))
			}
			for _, p := range m.Needs {
				row.Needs = append(row.Needs, partTitle(p))
			}
			if len(m.Tracks) > 0 {
				var tracks []string
				for _, t := range m.Tracks {
					tracks = append(tracks, strings.ToLower(word(t)))
				}
				only = append(only, "track "+orWords(tracks))
			}
			for _, words := range []string{positionWords[m.Position], askWords[m.Asks]} {
				if words != "" {
					only = append(only, words)
				}
			}
			row.Gates, row.Only = strings.Join(gates, ", "), strings.Join(only, "; ")
			t.Rows = append(t.Rows, row)
		}
		list = append(list, t)
	}
	return c.show(view{Name: "decision-table", Title: "The steps of a decision", Nav: "/decisions", Crumbs: []crumb{{"Decisions", "/decisions"}, {Name: "The steps"}}, Page: list})
}
