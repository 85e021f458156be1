package api

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// DecisionTally counts approved acquisitions that are alike. What is told of them is what was published.
type DecisionTally struct {
	Year      int    `json:"year" doc:"Of the approval"`
	AgencyID  int64  `json:"agencyId"`
	Agency    string `json:"agency"`
	Published bool   `json:"published" doc:"false: nothing was published, so that the fields below are not known"`
	Model     string `json:"model" doc:"How the law prefers open source; empty when not told" example:"ladder"`
	Rung      int    `json:"rung" doc:"On which what was chosen stands; 0: on none, or not told"`
	RungTitle string `json:"rungTitle"`
	Open      string `json:"openSource" enum:"yes,no,undetermined," doc:"Whether what was chosen is open source; empty when not told"`
	Exempt    bool   `json:"exempt" doc:"With an exemption that was granted"`
	Decisions int    `json:"decisions"`
}

// DecisionExemption is an exemption from open source first that holds today.
type DecisionExemption struct {
	DecisionID int64     `json:"decisionId"`
	Ref        string    `json:"ref"`
	Title      string    `json:"title"`
	Function   string    `json:"function"`
	AgencyID   int64     `json:"agencyId"`
	Agency     string    `json:"agency"`
	Chosen     string    `json:"chosen" doc:"What was chosen; empty before"`
	Grounds    []string  `json:"grounds" doc:"From the closed list of the law"`
	ByName     string    `json:"byName" doc:"Who granted it"`
	Role       Role      `json:"role"`
	GrantedAt  time.Time `json:"grantedAt"`
	ExpiresOn  *string   `json:"expiresOn" format:"date" doc:"The last day; null: the answer names none"`
	Renewals   int       `json:"renewals" doc:"How often it was granted before"`
	Repeated   int       `json:"repeated" doc:"Other requests that give the same reasons, word for word, in force or not"`
}

func shapeDecisionTally(t *store.DecisionTally) DecisionTally { return DecisionTally(*t) }

func shapeDecisionExemption(e *store.GrantedExemption) DecisionExemption {
	return DecisionExemption{e.DecisionID, e.Ref, e.Title, e.Function, e.AgencyID, e.Agency, e.ChosenName, orEmpty(e.Grounds), e.ByName, Role(e.Role), utc(e.At), day(e.ExpiresOn), e.Renewals, e.Repeated}
}

// ReportedAgency chooses the part of government that a report is about.
type ReportedAgency struct {
	Agency int64 `query:"agency" minimum:"1" doc:"This agency and all below it"`
}

func (a *api) decisionReports() {
	const tag = "Decisions"
	get(a, "/reports/decisions", about{id: "reportDecisions", tag: tag, summary: "What was chosen: by year, agency, rung and whether it is open source", text: "Approved acquisitions that you may see, the newest year first. What is told of each is what was published of it last."}, a.reportDecisions)
	get(a, "/reports/decision-exemptions", about{id: "reportDecisionExemptions", tag: tag, summary: "Exemptions from open source first that hold today", text: "In cases of which you see the dossier, those that end first in front; with who granted them, and how many other requests give the same reasons."}, a.reportDecisionExemptions)
}

func (a *api) reportDecisions(ctx context.Context, in *ReportedAgency) (*struct{ Body List[DecisionTally] }, error) {
	l, err := a.Store.DecisionTallies(ctx, viewer(ctx), in.Agency)
	return &struct{ Body List[DecisionTally] }{complete(l, shapeDecisionTally)}, err
}

func (a *api) reportDecisionExemptions(ctx context.Context, in *ReportedAgency) (*struct{ Body List[DecisionExemption] }, error) {
	l, err := a.Store.ExemptionsGranted(ctx, viewer(ctx), in.Agency, models.DateOf(time.Now()))
	return &struct{ Body List[DecisionExemption] }{complete(l, shapeDecisionExemption)}, err
}
