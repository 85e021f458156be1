package api

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/exporters/spreadsheet"
	"github.com/ospo-register/ospo/models"
)

// CodeAccess is who may have the code of software that government built.
type CodeAccess models.CodeAccess

// Schema lists the values.
func (CodeAccess) Schema(huma.Registry) *huma.Schema {
	return words("Who may have the code: open to everybody, partly open, for other agencies that ask, closed by a decision, or not said", models.CodeAccesses...)
}

// BuiltCode is one piece of software that government built, with what is known of its code.
type BuiltCode struct {
	AssetID      int64      `json:"assetId"`
	Name         string     `json:"name"`
	AgencyID     int64      `json:"agencyId" doc:"That answers for it"`
	Agency       string     `json:"agency"`
	License      string     `json:"license" doc:"As stated; empty when it was not"`
	OpenSource   bool       `json:"openSource" doc:"The stated licence makes it open source"`
	Access       CodeAccess `json:"access"`
	Grounds      []string   `json:"grounds" doc:"Why not all of it is open, in the words of the law that decided"`
	DecisionID   *int64     `json:"decisionId" doc:"The decision to release it, or not; null: there is none that you may see"`
	Described    bool       `json:"described" doc:"A file in its repository describes it"`
	Valid        bool       `json:"valid" doc:"That file keeps to its standard"`
	LastCommitAt *time.Time `json:"lastCommitAt"`
	ReleasedOn   *string    `json:"releasedOn" format:"date" doc:"The newest release"`
	Alive        *bool      `json:"alive" doc:"A commit or release within 365 days; null: neither is known"`
	Agencies     int        `json:"agencies" doc:"Other agencies that have registered that they run it"`
	Confirmed    int        `json:"confirmed" doc:"Of those, with a confirmation that holds"`
}

// BuiltTally counts what an agency built.
type BuiltTally struct {
	AgencyID   *int64         `json:"agencyId" doc:"null: all of them together"`
	Agency     string         `json:"agency"`
	Built      int            `json:"built"`
	Access     map[string]int `json:"access" doc:"How many, by who may have the code"`
	OpenSource int            `json:"openSource" doc:"With a stated licence that makes them open source"`
	Described  int            `json:"described"`
	Alive      int            `json:"alive"`
	AliveKnown int            `json:"aliveKnown" doc:"Of how many it is known when something last happened"`
	Reused     int            `json:"reused" doc:"Run by another agency at least"`
	ReuseFresh int            `json:"reuseFresh" doc:"Of those, with a confirmation that holds"`
}

func shapeBuilt(b *models.BuiltCode, today models.Date) BuiltCode {
	out := BuiltCode{AssetID: b.AssetID, Name: b.Title, AgencyID: b.AgencyID, Agency: b.Agency, License: b.License, OpenSource: b.OpenSource(), Access: CodeAccess(b.Access()), Grounds: orEmpty(b.Grounds),
		Described: b.Described, Valid: b.Valid, LastCommitAt: instant(b.CommitAt), ReleasedOn: day(b.ReleasedOn), Agencies: b.Agencies, Confirmed: b.Confirmed}
	if b.DecisionID != 0 {
		out.DecisionID = &b.DecisionID
	}
	if alive := b.Alive(today); alive != "" {
		yes := alive == models.Yes
		out.Alive = &yes
	}
	return out
}

func shapeBuiltTally(t *models.BuiltTally) BuiltTally {
	out := BuiltTally{Agency: t.Agency, Built: t.Built, Access: map[string]int{}, OpenSource: t.Licensed, Described: t.Described, Alive: t.Alive, AliveKnown: t.AliveKnown, Reused: t.Reused, ReuseFresh: t.ReuseFresh}
	if t.AgencyID != 0 {
		out.AgencyID = &t.AgencyID
	}
	for _, a := range models.CodeAccesses {
		out.Access[string(a)] = t.Access[a]
	}
	return out
}

func (a *api) builtCode() {
	const tag = "Repositories"
	get(a, "/reports/government-code", about{id: "reportGovernmentCode", tag: tag, summary: "What government built, piece by piece", text: "Software that you may see, by agency and name, with its licence, who may have the code, whether it is described and alive, and who else runs it. As JSON, or as a table with format=csv or format=xlsx."}, a.reportBuiltCode)
	describeTable[List[BuiltCode]](a, "/reports/government-code")
	get(a, "/reports/government-code-agencies", about{id: "reportGovernmentCodeAgencies", tag: tag, summary: "What government built, counted by agency", text: "The whole first, then the agencies that built most."}, a.reportBuiltAgencies)
}

func (a *api) reportBuiltCode(ctx context.Context, in *struct {
	ReportedAgency
	Tabled
}) (*TableAnswer, error) {
	list, err := a.Store.BuiltCode(ctx, viewer(ctx), in.Agency)
	if err != nil {
		return nil, err
	}
	today := models.DateOf(time.Now())
	if form := in.form(); form != "json" {
		return tableAnswer(form, "government-code", builtTable(list, today))
	}
	return &TableAnswer{Type: "application/json", Vary: variesByForm, Body: complete(list, func(b *models.BuiltCode) BuiltCode { return shapeBuilt(b, today) })}, nil
}

// builtTable is one row for each piece of software.
func builtTable(list []models.BuiltCode, today models.Date) *spreadsheet.Table {
	t := &spreadsheet.Table{Name: "Government code", Columns: columns("agency", "name", "license", "openSource", "access", "grounds", "described", "valid", "lastCommitOn:date", "releasedOn:date", "alive", "agencies:number", "confirmed:number", "assetId:number")}
	yes := func(b bool) string {
		if b {
			return "yes"
		}
		return "no"
	}
	for i := range list {
		b := &list[i]
		t.Rows = append(t.Rows, []string{b.Agency, b.Title, b.License, yes(b.OpenSource()), string(b.Access()), strings.Join(slices.Sorted(slices.Values(b.Grounds)), ", "), yes(b.Described), yes(b.Valid), dayOf(b.CommitAt), dateText(b.ReleasedOn),
			string(b.Alive(today)), strconv.Itoa(b.Agencies), strconv.Itoa(b.Confirmed), strconv.FormatInt(b.AssetID, 10)})
	}
	return t
}

func (a *api) reportBuiltAgencies(ctx context.Context, in *ReportedAgency) (*struct{ Body List[BuiltTally] }, error) {
	list, err := a.Store.BuiltCode(ctx, viewer(ctx), in.Agency)
	if err != nil {
		return nil, err
	}
	return &struct{ Body List[BuiltTally] }{complete(models.TallyBuilt(list, models.DateOf(time.Now())), shapeBuiltTally)}, nil
}
