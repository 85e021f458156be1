package api

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/checklists"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// Standard is a published standard in the version that software is asked by.
type Standard struct {
	ID          string      `json:"id" example:"dpg"`
	Name        string      `json:"name"`
	Publisher   string      `json:"publisher"`
	Version     string      `json:"version" example:"1.1.6"`
	PublishedOn string      `json:"publishedOn" format:"date"`
	Source      string      `json:"source" doc:"Where it is published"`
	License     string      `json:"license" doc:"Of the publication"`
	About       string      `json:"about"`
	FreshMonths int         `json:"freshMonths" doc:"Evidence that is older is stale"`
	Indicators  []Indicator `json:"indicators"`
}

// Indicator is one question of a standard, in our own short words.
type Indicator struct {
	ID           string                `json:"id" example:"9a"`
	Title        string                `json:"title"`
	Asks         string                `json:"asks"`
	Evidence     string                `json:"evidence" doc:"What would show it"`
	Speaks       bool                  `json:"speaks" doc:"Only who may speak for the project can give the evidence"`
	Requirements []StandardRequirement `json:"requirements"`
}

// StandardRequirement is one thing that a question consists of.
type StandardRequirement struct {
	Level RequirementForce `json:"level"`
	Text  string           `json:"text"`
}

func shapeIndicator(in *checklists.Indicator) Indicator {
	return Indicator{ID: in.ID, Title: in.Title, Asks: in.Asks, Evidence: in.Evidence, Speaks: in.Speaks, Requirements: each(in.Requirements, func(r **checklists.Requirement) StandardRequirement {
		return StandardRequirement{Level: RequirementForce((*r).Level), Text: (*r).Text}
	})}
}

func shapeStandard(s **checklists.Standard) Standard {
	x := *s
	return Standard{ID: x.ID, Name: x.Name, Publisher: x.Publisher, Version: x.Version, PublishedOn: x.On, Source: x.Source, License: x.License, About: x.About, FreshMonths: x.FreshMonths,
		Indicators: each(x.Indicators, func(in **checklists.Indicator) Indicator { return shapeIndicator(*in) })}
}

// StandardChecklist is how far software meets a standard, as people answered it, with what the register itself has found.
type StandardChecklist struct {
	AssetID  int64          `json:"assetId"`
	Asset    string         `json:"asset"`
	Standard string         `json:"standard"`
	Version  string         `json:"version" doc:"Of the standard"`
	Counts   map[string]int `json:"counts" doc:"Questions by answer"`
	Stale    int            `json:"stale" doc:"Answers whose evidence is old"`
	Older    int            `json:"older" doc:"Answers given for another version of the standard"`
	Found    int            `json:"unconfirmed" doc:"Questions that nobody has answered and of which the register has found something"`
	Lines    []StandardLine `json:"lines"`
}

// ChecklistSummary counts the answers to one standard about a piece of software.
type ChecklistSummary struct {
	AssetID       int64   `json:"assetId"`
	Asset         string  `json:"asset"`
	StewardID     int64   `json:"stewardId"`
	Steward       string  `json:"steward"`
	Standard      string  `json:"standard"`
	Questions     int     `json:"questions" doc:"That the standard has"`
	Met           int     `json:"met"`
	Partly        int     `json:"partly"`
	NotMet        int     `json:"notMet"`
	NotApplicable int     `json:"notApplicable"`
	Unknown       int     `json:"unknown"`
	Stale         int     `json:"stale" doc:"Answers whose evidence is old"`
	OldestOn      *string `json:"oldestOn" format:"date" doc:"Of the evidence that counts"`
}

// StandardLine is one question with the answer that counts.
type StandardLine struct {
	Indicator
	Answer ChecklistAnswer `json:"answer"`
	Given  *GivenAnswer    `json:"given" doc:"null while nobody has answered"`
	Stale  bool            `json:"stale" doc:"The evidence is old"`
	Older  bool            `json:"older" doc:"Given for another version of the standard"`
	Found  []FoundEvidence `json:"found" doc:"What the register itself has found. It counts for nothing until a person has taken it over"`
}

// GivenAnswer is a person's answer. Evidence in words, and who answered, are for government.
type GivenAnswer struct {
	ID        int64           `json:"id"`
	Answer    ChecklistAnswer `json:"answer"`
	Evidence  string          `json:"evidence"`
	Links     []string        `json:"links"`
	On        string          `json:"evidenceOn" format:"date" doc:"Of which day the evidence is"`
	Version   string          `json:"standardVersion" doc:"Of the standard that was answered"`
	By        string          `json:"by"`
	CreatedAt time.Time       `json:"createdAt"`
}

// FoundEvidence is what the register itself has found.
type FoundEvidence struct {
	Says    string  `json:"says"`
	Link    *string `json:"link"`
	Against bool    `json:"against" doc:"It speaks against the standard being met"`
}

func shapeGiven(r *store.ChecklistAnswerRow) GivenAnswer {
	return GivenAnswer{ID: r.ID, Answer: ChecklistAnswer(r.Answer), Evidence: r.Evidence, Links: orEmpty([]string(r.Links)), On: r.OnDay.String(), Version: r.Edition, By: r.By, CreatedAt: utc(r.CreatedAt)}
}

func shapeStandardLine(l *register.StandardLine) StandardLine {
	out := StandardLine{Indicator: shapeIndicator(l.Indicator), Answer: ChecklistAnswer(l.Answer), Stale: l.Stale, Older: l.Older, Found: each(l.Found, func(f *checklists.Found) FoundEvidence {
		return FoundEvidence{Says: f.Says, Link: optional(f.Link), Against: f.Against}
	})}
	if l.Given != nil {
		given := shapeGiven(l.Given)
		out.Given = &given
	}
	return out
}

func shapeStandardChecklist(c *register.StandardChecklist) StandardChecklist {
	out := StandardChecklist{AssetID: c.Asset.ID, Asset: c.Asset.Title(), Standard: c.Standard.ID, Version: c.Standard.Version, Counts: map[string]int{}, Stale: c.Stale, Older: c.Older, Found: c.Found, Lines: each(c.Lines, shapeStandardLine)}
	for _, a := range models.Answers {
		out.Counts[string(a)] = c.Counts[a]
	}
	return out
}

func shapeChecklistSummary(r *store.ChecklistRow) ChecklistSummary {
	out := ChecklistSummary{AssetID: r.AssetID, Asset: r.Asset, StewardID: r.StewardID, Steward: r.Steward, Standard: r.Standard, Met: r.Met, Partly: r.Partly, NotMet: r.NotMet, NotApplicable: r.NotApplicable, OldestOn: day(r.Oldest)}
	if s, ok := checklists.ByID(r.Standard); ok {
		out.Questions, out.Unknown, out.Stale = len(s.Indicators), len(s.Indicators)-r.Answered, r.Stale(s.FreshMonths, models.DateOf(time.Now()))
	}
	return out
}

func (a *api) standardChecklists() {
	get(a, "/checklist-standards", about{id: "listChecklistStandards", tag: keepingTag, summary: "List the standards that software is asked by", text: "With their questions, in our own short words. Credit is due to the publishers named."}, a.listChecklistStandards)
	get(a, "/checklists", about{id: "listChecklists", tag: keepingTag, summary: "List software of which a standard was answered", text: "By name."}, a.listChecklists)
	get(a, "/assets/{id}/checklists/{standard}", about{id: "getStandardChecklist", tag: keepingTag, summary: "How far software meets a standard", text: "Each question with the answer that counts, and with what the register itself has found."}, a.getStandardChecklist)
	post(a, "/assets/{id}/checklists/{standard}/answers", about{id: "answerChecklist", tag: keepingTag, summary: "Answer a question of a standard", status: 201,
		text: "For who answers for the software. The newest answer counts; the others stay. It is kept with the version of the standard."}, a.answerChecklist)
	get(a, "/assets/{id}/checklists/{standard}/answers", about{id: "listChecklistAnswers", tag: keepingTag, summary: "All answers that were given, or those to one question", text: "Newest first; at most 100."}, a.listChecklistAnswers)
	get(a, "/assets/{id}/sdgs", about{id: "getAssetSdgs", tag: keepingTag, summary: "The development goals that software serves"}, a.getAssetSDGs)
	put(a, "/assets/{id}/sdgs", about{id: "setAssetSdgs", tag: keepingTag, summary: "Say which development goals software serves", text: "In place of what was said before. It counts as a change of the asset: If-Match takes the version that the goals, or the asset, were read with."}, a.setAssetSDGs)
}

func (a *api) listChecklistStandards(context.Context, *struct{}) (*struct{ Body List[Standard] }, error) {
	return &struct{ Body List[Standard] }{complete(checklists.Standards(), shapeStandard)}, nil
}

func (a *api) listChecklists(ctx context.Context, in *struct {
	Agency   int64  `query:"agency" minimum:"1" doc:"Stewards: this agency and all below it"`
	Standard string `query:"standard" maxLength:"60" example:"dpg"`
	Paging
}) (*Page[ChecklistSummary], error) {
	l, err := a.Store.Checklists(ctx, viewer(ctx), models.ChecklistFilter{Agency: in.Agency, Standard: in.Standard, Page: in.page()})
	return page(ctx, l, shapeChecklistSummary), err
}

// StandardID is the standard that an address names.
type StandardID struct {
	Standard string `path:"standard" maxLength:"60" example:"dpg" doc:"Id of the standard"`
}

func (a *api) getStandardChecklist(ctx context.Context, in *struct {
	ID
	StandardID
}) (*struct{ Body StandardChecklist }, error) {
	if _, err := a.asset(ctx, in.ID.ID); err != nil {
		return nil, err
	}
	c, err := a.Register.StandardChecklist(ctx, viewer(ctx), in.ID.ID, in.Standard)
	if err != nil {
		return nil, err
	}
	return &struct{ Body StandardChecklist }{shapeStandardChecklist(c)}, nil
}

// ChecklistAnswerInput is an answer to one question.
type ChecklistAnswerInput struct {
	Indicator string          `json:"indicator" minLength:"1" maxLength:"100" doc:"Id of the question" example:"2"`
	Answer    ChecklistAnswer `json:"answer"`
	Evidence  string          `json:"evidence,omitempty" maxLength:"4000" doc:"What shows it, or why it does not apply; for government. Met, partly and not-applicable need it or a link"`
	Links     []string        `json:"links,omitempty" maxItems:"20" doc:"Where it can be seen; public with the software"`
	On        *string         `json:"evidenceOn,omitempty" format:"date" doc:"Of which day the evidence is; today when absent"`
}

func (a *api) answerChecklist(ctx context.Context, in *struct {
	ID
	StandardID
	Body Body[ChecklistAnswerInput]
}) (*struct{ Body GivenAnswer }, error) {
	want := in.Body.Value
	answer := models.ChecklistAnswer{AssetID: in.ID.ID, Standard: in.Standard, Indicator: want.Indicator, Answer: models.Answer(want.Answer), Evidence: want.Evidence, Links: want.Links}
	if d := dateOf(want.On); d != nil {
		answer.OnDay = *d
	}
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	if err := a.Register.AnswerChecklist(ctx, viewer(ctx), &answer); err != nil {
		return nil, err
	}
	return &struct{ Body GivenAnswer }{shapeGiven(&store.ChecklistAnswerRow{ChecklistAnswer: answer, By: viewer(ctx).Name})}, nil
}

func (a *api) listChecklistAnswers(ctx context.Context, in *struct {
	ID
	StandardID
	Indicator string `query:"indicator" maxLength:"100" doc:"Id of the question; of all questions when absent" example:"2"`
}) (*struct{ Body List[GivenAnswer] }, error) {
	if _, err := a.asset(ctx, in.ID.ID); err != nil {
		return nil, err
	}
	s, ok := checklists.ByID(in.Standard)
	if !ok {
		return nil, models.NoSuch("checklist")
	}
	if _, ok := s.Indicator(in.Indicator); !ok && in.Indicator != "" {
		return nil, invalid([]models.FieldError{{Field: "indicator", Code: "unknown", Detail: "The standard asks no such question."}})
	}
	l, err := a.Store.AnswerHistory(ctx, viewer(ctx), in.ID.ID, in.Standard, in.Indicator)
	return &struct{ Body List[GivenAnswer] }{complete(l, shapeGiven)}, err
}
