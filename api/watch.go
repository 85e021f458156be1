package api

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/ospo-register/ospo/exporters/spreadsheet"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// Watched is what one timer rule of the law says of something in the register. It is worked out once a day, and when the thing changes.
type Watched struct {
	Noun      string            `json:"noun" enum:"decision,deployment,asset" doc:"What it is about; a contract is part of its decision"`
	SubjectID int64             `json:"subjectId" doc:"Its number"`
	Title     string            `json:"title"`
	AgencyID  int64             `json:"agencyId" doc:"Who decided, runs it or answers for it"`
	Agency    string            `json:"agency"`
	Result    models.RuleResult `json:"result"`
	Facts     string            `json:"facts" doc:"What is known of it, in a sentence or two"`
	Regime    string            `json:"regime" doc:"Code and number of the version of the law that judged" example:"tt-draft 1"`
	Since     time.Time         `json:"sinceAt" doc:"Since when it comes out so, as far as the watch has seen"`
	JudgedAt  time.Time         `json:"judgedAt"`
}

// WatchCount counts what one timer rule says.
type WatchCount struct {
	Rule     string `json:"rule" example:"G3"`
	Title    string `json:"title"`
	Severity string `json:"severity" enum:"block,warn"`
	Outcome  string `json:"outcome" enum:"violation,undetermined"`
	Subjects int    `json:"subjects"`
}

// UndecidedSoftware is software that an agency runs although nobody has decided on it.
type UndecidedSoftware struct {
	AgencyID    int64   `json:"agencyId"`
	Agency      string  `json:"agency"`
	AssetID     int64   `json:"assetId"`
	Asset       string  `json:"asset"`
	Origin      Origin  `json:"origin"`
	Deployments int     `json:"deployments" doc:"Of the agency, that run"`
	Since       *string `json:"sinceOn" format:"date" doc:"When the oldest of them was installed; null: not recorded"`
}

func shapeWatched(w *store.WatchRow) Watched {
	return Watched{w.Noun, w.SubjectID, w.Title, w.AgencyID, w.Agency, w.Result, w.Facts, w.Regime, utc(w.Since), utc(w.At)}
}

func shapeWatchCount(w *store.WatchTally) WatchCount {
	return WatchCount{w.Rule, w.Title, w.Severity, string(w.Outcome), w.Subjects}
}

func shapeUndecided(u *store.Undecided) UndecidedSoftware {
	return UndecidedSoftware{u.AgencyID, u.Agency, u.AssetID, u.Asset, Origin(u.Origin), u.Deployments, day(u.Since)}
}

func (a *api) watch() {
	const tag = "Watch"
	get(a, "/decision-watch", about{id: "listWatched", tag: tag, summary: "What breaks the timer rules of the law",
		text: "Software that government built, deployments, and decisions with their contracts, as far as you may see them: blocks before warnings, what was found last first. Without an outcome, what is broken; outcome=undetermined lists what cannot be told, with the facts that are missing. Where no regime is in force nothing is said. As JSON by pages, or as one table with format=csv or format=xlsx."}, a.listWatched)
	get(a, "/decision-watch/counts", about{id: "countWatched", tag: tag, summary: "How much breaks each timer rule", text: "And of how much it cannot be told."}, a.countWatched)
	get(a, "/decision-watch/undecided", about{id: "listUndecided", tag: tag, summary: "Software that runs without a decision", text: "Proprietary software and services on which neither the agency that runs them nor one above it has a case."}, a.listUndecided)
	describeTable[List[Watched]](a, "/decision-watch")
}

// WatchWanted chooses what the watch has found.
type WatchWanted struct {
	Agency  int64  `query:"agency" minimum:"1" doc:"This agency and all below it"`
	Rule    string `query:"rule" maxLength:"40" doc:"Identifier of the rule" example:"G3"`
	Noun    string `query:"noun" enum:"decision,deployment,asset" doc:"What it is about"`
	Outcome string `query:"outcome" enum:"violation,undetermined" doc:"violation when absent"`
}

func (a *api) listWatched(ctx context.Context, in *struct {
	WatchWanted
	Paging
	Tabled
}) (*TableAnswer, error) {
	f := models.WatchFilter{Agency: in.Agency, Rule: in.Rule, Noun: in.Noun, Outcome: models.RuleOutcome(in.Outcome), Page: in.page()}
	form := in.form()
	if form == "json" {
		l, err := a.Store.Watched(ctx, viewer(ctx), f)
		if err != nil {
			return nil, err
		}
		p := page(ctx, l, shapeWatched)
		return &TableAnswer{Link: p.Link, Type: "application/json", Vary: variesByForm, Body: p.Body}, nil
	}
	t := &spreadsheet.Table{Name: "Watch", Columns: columns("rule", "ruleTitle", "severity", "outcome", "about", "number:number", "title", "agency", "message", "missing", "facts", "cure", "law", "regime", "sinceOn:date")}
	f.Limit = models.MaxLimit
	for {
		l, err := a.Store.Watched(ctx, viewer(ctx), f)
		if err != nil {
			return nil, err
		}
		for i := range l.Items {
			t.Rows = append(t.Rows, watchCells(&l.Items[i]))
		}
		if f.After = l.Next; f.After == "" || len(t.Rows) >= mostTableRows {
			return tableAnswer(form, "watch", t)
		}
	}
}

func watchCells(w *store.WatchRow) []string {
	r := &w.Result
	return []string{w.Rule, r.Title, w.Severity, string(w.Outcome), w.Noun, strconv.FormatInt(w.SubjectID, 10), w.Title, w.Agency, r.Message, strings.Join(r.Missing, "; "), w.Facts, r.Cure, r.Law, w.Regime, dayOf(&w.Since)}
}

func (a *api) countWatched(ctx context.Context, in *struct {
	Agency int64 `query:"agency" minimum:"1" doc:"This agency and all below it"`
}) (*struct{ Body List[WatchCount] }, error) {
	l, err := a.Store.WatchTallies(ctx, viewer(ctx), in.Agency)
	return &struct{ Body List[WatchCount] }{complete(l, shapeWatchCount)}, err
}

func (a *api) listUndecided(ctx context.Context, in *struct {
	Agency int64 `query:"agency" minimum:"1" doc:"This agency and all below it"`
	Paging
}) (*Page[UndecidedSoftware], error) {
	l, err := a.Store.WithoutDecision(ctx, viewer(ctx), in.Agency, in.page())
	if err != nil {
		return nil, err
	}
	return page(ctx, l, shapeUndecided), nil
}
