package api

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// Question is asked about a piece of software, or about a call, and answered in the register.
type Question struct {
	ID          int64         `json:"id"`
	AssetID     *int64        `json:"assetId"`
	Asset       string        `json:"asset"`
	CallID      *int64        `json:"callId"`
	Call        string        `json:"call"`
	AskedBy     string        `json:"askedBy" doc:"Of somebody from the public: only for who answers, and for 90 days"`
	AskerEmail  string        `json:"askerEmail" doc:"Of somebody from the public only: for who answers, and for 90 days"`
	Public      bool          `json:"public" doc:"Somebody without an account asked"`
	AgencyID    *int64        `json:"agencyId" doc:"Of who asks"`
	Agency      string        `json:"agency"`
	Title       string        `json:"title"`
	Body        string        `json:"body"`
	State       QuestionState `json:"state"`
	Reach       QuestionReach `json:"reach"`
	Reached     int           `json:"reached" doc:"How many people it was put to"`
	DueOn       string        `json:"dueOn" format:"date" doc:"The last of ten working days; then the programme office has it too"`
	Answers     int           `json:"answers"`
	AnsweredAt  *time.Time    `json:"answeredAt"`
	EscalatedAt *time.Time    `json:"escalatedAt"`
	ClosedAt    *time.Time    `json:"closedAt"`
	Version     int64         `json:"version" doc:"Counts changes; goes into If-Match"`
	CreatedAt   time.Time     `json:"createdAt"`
	UpdatedAt   time.Time     `json:"updatedAt"`
}

// QuestionDetail is a question with what was written to it.
type QuestionDetail struct {
	Question
	Messages []Message `json:"messages" doc:"Oldest first"`
}

// Message is an answer, or one more word of who asked.
type Message struct {
	ID        int64     `json:"id"`
	By        string    `json:"by" doc:"Empty for somebody from the public, and for the public"`
	Agency    string    `json:"agency"`
	Side      Side      `json:"side"`
	Body      string    `json:"body"`
	CreatedAt time.Time `json:"createdAt"`
}

// QuestionInput is what somebody asks.
type QuestionInput struct {
	AssetID  *int64 `json:"assetId,omitempty" minimum:"1" doc:"Either this or callId"`
	CallID   *int64 `json:"callId,omitempty" minimum:"1"`
	AgencyID *int64 `json:"agencyId,omitempty" minimum:"1" doc:"For which agency you ask"`
	Title    string `json:"title" minLength:"1" maxLength:"150"`
	Body     string `json:"body" minLength:"1" maxLength:"5000"`
	Name     string `json:"name,omitempty" maxLength:"200" doc:"Needed of somebody without an account"`
	Email    string `json:"email,omitempty" maxLength:"200" doc:"Needed of somebody without an account; shown to who answers, forgotten after 90 days"`
}

// NewQuestion is a question that was asked.
type NewQuestion struct {
	Question
	PageURL string `json:"pageUrl" doc:"Of somebody without an account: where the answer will be read; shown once" example:"https://register.example.gov/questions/asked/ospo_qu_…"`
}

// MessageInput is what somebody writes to a question.
type MessageInput struct {
	Body string `json:"body" minLength:"1" maxLength:"5000"`
}

// QuestionTransition closes a question.
type QuestionTransition struct {
	To string `json:"to" enum:"closed"`
}

func shapeQuestion(n *store.QuestionRow) Question {
	return Question{ID: n.ID, AssetID: n.AssetID, Asset: n.Asset, CallID: n.CallID, Call: n.Call, AskedBy: n.AskerName, AskerEmail: n.AskerEmail, Public: n.Public(), AgencyID: n.AgencyID, Agency: n.Agency, Title: n.Title, Body: n.Body, State: QuestionState(n.State),
		Reach: QuestionReach(n.Reach), Reached: n.Reached, DueOn: n.DueOn.String(), Answers: n.Answers, AnsweredAt: instant(n.AnsweredAt), EscalatedAt: instant(n.EscalatedAt), ClosedAt: instant(n.ClosedAt), Version: n.Version, CreatedAt: utc(n.CreatedAt), UpdatedAt: utc(n.UpdatedAt)}
}

func shapeMessage(w *store.QuestionMessageRow) Message {
	return Message{ID: w.ID, By: w.ByName, Agency: w.Agency, Side: Side(w.Side), Body: w.Body, CreatedAt: utc(w.CreatedAt)}
}

func (a *api) questions() {
	get(a, "/questions", about{id: "listQuestions", tag: reuseTag, summary: "List questions", text: "Newest first. Questions are for government; the public reads its own by their address."}, a.listQuestions)
	post(a, "/questions", about{id: "askQuestion", tag: reuseTag, summary: "Ask about software, or about a call", open: true, repeats: true, slowed: true, status: 201,
		text: "It reaches everybody who has offered to answer; else the registrars of the steward; else the programme office. Somebody without an account may ask about what is public, with name and e-mail, five times in 24 hours; when many have asked the same agency, after a while only. An Idempotency-Key is not taken here."}, a.askQuestion)
	get(a, "/questions/{id}", about{id: "getQuestion", tag: reuseTag, summary: "A question with what was written to it"}, a.getQuestion)
	post(a, "/questions/{id}/messages", about{id: "writeToQuestion", tag: reuseTag, summary: "Answer a question, or add to it", status: 201}, a.writeToQuestion)
	get(a, "/questions/{id}/transitions", about{id: "listQuestionTransitions", tag: reuseTag, summary: "The history of a question"}, a.listQuestionTransitions)
	post(a, "/questions/{id}/transitions", about{id: "moveQuestion", tag: reuseTag, summary: "Close a question"}, a.moveQuestion)
	get(a, "/asked-questions/{link}", about{id: "readAskedQuestion", tag: reuseTag, summary: "A question by its address", text: "For whoever asked without an account. Who answers is named by part and agency."}, a.readAskedQuestion)
	post(a, "/asked-questions/{link}/messages", about{id: "writeToAskedQuestion", tag: reuseTag, summary: "Add to a question by its address", open: true, repeats: true, status: 204}, a.writeToAskedQuestion)
}

func (a *api) listQuestions(ctx context.Context, in *struct {
	Asset int64         `query:"asset" minimum:"1"`
	Call  int64         `query:"call" minimum:"1"`
	State QuestionState `query:"state"`
	Open  bool          `query:"open" doc:"Only what waits for an answer"`
	ForMe bool          `query:"forMe" doc:"Only what was put to you"`
	Mine  bool          `query:"mine" doc:"Only what you asked"`
	Paging
}) (*Page[Question], error) {
	l, err := a.Store.Questions(ctx, viewer(ctx), models.QuestionFilter{Asset: in.Asset, Call: in.Call, State: models.QuestionState(in.State), Open: in.Open, ForMe: in.ForMe, Mine: in.Mine, Page: in.page()})
	return page(ctx, l, shapeQuestion), err
}

func (a *api) askQuestion(ctx context.Context, in *struct{ Body Body[QuestionInput] }) (*Private[NewQuestion], error) {
	w := in.Body.Value
	n := models.Question{AssetID: w.AssetID, CallID: w.CallID, AgencyID: w.AgencyID, Title: w.Title, Body: w.Body, AskerName: w.Name, AskerEmail: w.Email}
	if id := viewer(ctx).UserID; id != 0 {
		n.AskedByID = &id
	}
	if err := in.Body.check(ctx, a, n.Validate); err != nil {
		return nil, err
	}
	secret, err := a.Register.AskQuestion(ctx, viewer(ctx), &n)
	if err != nil {
		return nil, err
	}
	row, err := a.Store.Question(ctx, models.SystemViewer(""), n.ID)
	if err != nil {
		return nil, err
	}
	out := NewQuestion{Question: shapeQuestion(row)}
	if secret != "" {
		out.PageURL = a.base(ctx) + "/questions/asked/" + secret
	}
	return private(out), nil
}

func (a *api) question(ctx context.Context, id int64, unless Unless) (*One[QuestionDetail], error) {
	n, err := a.Store.Question(ctx, viewer(ctx), id)
	if err != nil {
		return nil, err
	}
	list, err := a.Store.QuestionMessages(ctx, id)
	if err != nil {
		return nil, err
	}
	return one(n.Version, QuestionDetail{shapeQuestion(n), each(list, shapeMessage)}, unless)
}

func (a *api) getQuestion(ctx context.Context, in *struct {
	ID
	Unless
}) (*One[QuestionDetail], error) {
	return a.question(ctx, in.ID.ID, in.Unless)
}

func (a *api) writeToQuestion(ctx context.Context, in *struct {
	ID
	Body Body[MessageInput]
}) (*One[QuestionDetail], error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	if err := a.Register.WriteToQuestion(ctx, viewer(ctx), in.ID.ID, in.Body.Value.Body); err != nil {
		return nil, err
	}
	return a.question(ctx, in.ID.ID, Unless{})
}

func (a *api) moveQuestion(ctx context.Context, in *struct {
	ID
	Based
	Body Body[QuestionTransition]
}) (*One[QuestionDetail], error) {
	based, err := in.version()
	if err != nil {
		return nil, err
	}
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	if err := a.Register.CloseQuestion(ctx, viewer(ctx), in.ID.ID, based); err != nil {
		return nil, err
	}
	return a.question(ctx, in.ID.ID, Unless{})
}

func (a *api) listQuestionTransitions(ctx context.Context, in *struct {
	ID
	Feed
}) (*EventPage, error) {
	n, err := a.Store.Question(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	return a.feed(ctx, models.EventFilter{Noun: "question", NounID: n.ID}, in.Feed)
}

func (a *api) readAskedQuestion(ctx context.Context, in *Link) (*Private[QuestionDetail], error) {
	n, err := a.Register.OpenQuestion(ctx, in.Link)
	if err != nil {
		return nil, err
	}
	return private(shapeAsked(n)), nil
}

func shapeAsked(n *register.AskedQuestion) QuestionDetail {
	return QuestionDetail{shapeQuestion(n.QuestionRow), each(n.Messages, shapeMessage)}
}

func (a *api) writeToAskedQuestion(ctx context.Context, in *struct {
	Link
	Body Body[MessageInput]
}) (*struct{}, error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	return nil, a.Register.WriteByQuestionLink(ctx, in.Link.Link, in.Body.Value.Body)
}
