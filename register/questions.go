package register

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/store"
)

// QuestionPrefix marks the secret by which somebody from the public reads the answer to their question.
const QuestionPrefix = "ospo_qu_"

// thePublic is how the trail calls somebody without an account.
const thePublic = "Somebody from the public"

// answering are the roles that answer for an agency: about its software, and about its calls.
var (
	answerSoftware = []models.Role{models.Registrar}
	answerCalls    = []models.Role{models.Registrar, models.Procurement, models.Requester}
)

// AskQuestion puts a question to everybody who has offered to answer for the software; where nobody has, to the registrars of its steward, and where there is none, to the open source
// programme office. A question about a call goes to the agency that calls. Somebody without an account may ask about what is public: they get a secret, once, by which they read the answer.
func (r *Register) AskQuestion(ctx context.Context, by models.Viewer, n *models.Question) (secret string, err error) {
	if by.System {
		return "", models.Refuse(models.Unauthenticated, "sign-in-first", "A question needs a person who asks it: sign in.")
	}
	r.prepareQuestion(by, n)
	if err := n.Validate(); err != nil {
		return "", err
	}
	if n.AgencyID != nil && !by.May(models.ReadGovernment, *n.AgencyID) {
		return "", invalidField("agencyId", "unknown", "Choose an agency in which you have a role.")
	}
	if n.Public() {
		secret = QuestionPrefix + randomText()
		n.Hash = TokenHash(secret)
	}
	if n.Public() {
		by.Name = thePublic
	}
	err = store.Write(ctx, r.store, func(tx *store.Tx) error {
		n.ID = 0
		e, owner, err := aboutWhat(ctx, tx, by, n)
		if err != nil {
			return err
		}
		if n.Public() {
			if err := r.throttle(ctx, tx, n, owner); err != nil {
				return err
			}
		}
		if err := reach(ctx, tx, n, owner); err != nil {
			return err
		}
		if n.DueOn, err = r.answerDue(ctx, tx.Store, owner); err != nil {
			return err
		}
		if err := tx.CreateQuestion(ctx, n); err != nil {
			return err
		}
		return record(ctx, tx, by, questionEvent("question.asked", e, n, map[string]any{"reach": n.Reach, "reached": n.Reached, "dueOn": n.DueOn}))
	})
	return secret, err
}

func (r *Register) prepareQuestion(by models.Viewer, n *models.Question) {
	at := r.now().Truncate(time.Microsecond)
	n.Title, n.Body, n.AskerName, n.AskerEmail = tidy(n.Title), strings.TrimSpace(n.Body), tidy(n.AskerName), strings.TrimSpace(n.AskerEmail)
	n.ID, n.State, n.Hash, n.AskedByID, n.CreatedAt, n.UpdatedAt = 0, models.QuestionAsked, nil, optional(by.UserID), at, at
	n.AnsweredAt, n.EscalatedAt, n.ClosedAt, n.AskerEndedAt = nil, nil, nil, nil
	if n.AskedByID != nil {
		n.AskerName, n.AskerEmail = by.Name, ""
	} else {
		n.AgencyID = nil
	}
}

// throttle bounds what the public asks, so that nobody floods those who answer, and no flood stops anybody but the address that it comes from: about the same
// software, or of the same agency, others are slowed down. One at a time asks of an agency and from an address, or two at once would both be the last that may.
// It needs no address of a computer, which is easily made up.
func (r *Register) throttle(ctx context.Context, tx *store.Tx, n *models.Question, owner int64) error {
	if err := tx.HoldPublicQuestions(ctx, owner, n.AskerEmail); err != nil {
		return err
	}
	now := r.now()
	asked, err := tx.PublicQuestions(ctx, now.Add(-24*time.Hour), n, owner)
	if err != nil {
		return err
	}
	wait := asked.Wait(now)
	if wait == 0 {
		return nil
	}
	g, err := tx.Agency(ctx, owner)
	if err != nil {
		return err
	}
	detail := "Your question was not sent: too many were asked, and those who answer would drown in them. Ask it again after " + now.Add(wait).UTC().Add(time.Minute-1).Truncate(time.Minute).Format("15:04 UTC on 2 January") + ", or turn to " + g.Name
	if ways := strings.Join(slices.DeleteFunc([]string{g.Email, g.Phone, g.Website}, func(way string) bool { return way == "" }), ", "); ways != "" {
		detail += ": " + ways
	}
	return &models.Error{Kind: models.Conflict, Code: "too-many-questions", Detail: detail + ".", RetryAfter: wait}
}

// aboutWhat finds what a question is about and which agency answers for it. The event has the title of that thing: what people write stays out of the trail, which is kept for ever.
func aboutWhat(ctx context.Context, tx *store.Tx, by models.Viewer, n *models.Question) (event, int64, error) {
	if n.CallID != nil {
		k, err := tx.Call(ctx, by, *n.CallID)
		if err != nil {
			return event{}, 0, invalidReference(err, "callId", "There is no such call, or you may not see it.")
		}
		return event{title: k.Title, agency: k.AgencyID, asset: value(k.AssetID), to: narrower(models.VisibleGovernment, k.Visibility)}, k.AgencyID, nil
	}
	a, err := tx.Asset(ctx, by, *n.AssetID)
	if err != nil {
		return event{}, 0, invalidReference(err, "assetId", "There is no such asset, or you may not see it.")
	}
	if a.MergedIntoID != nil {
		return event{}, 0, models.Refuse(models.Conflict, "asset-merged", "This software was merged into another entry. Ask there.")
	}
	return event{title: a.Title(), agency: a.StewardID, asset: a.ID, to: narrower(models.VisibleGovernment, a.Visibility)}, a.StewardID, nil
}

// reach says whom the question is put to, and how many people that is.
func reach(ctx context.Context, tx *store.Tx, n *models.Question, owner int64) (err error) {
	roles := answerCalls
	if n.AssetID != nil {
		roles = answerSoftware
		if n.Reached, err = tx.CountReferents(ctx, *n.AssetID); err != nil || n.Reached > 0 {
			n.Reach = models.ReachReferents
			return err
		}
	}
	n.Reach = models.ReachStewards
	if n.Reached, err = tx.CountStaff(ctx, owner, roles...); err != nil || n.Reached > 0 {
		return err
	}
	n.Reach = models.ReachOSPO
	n.Reached, err = tx.CountStaff(ctx, 0, models.OSPOStaff)
	return err
}

// answerDue is the last of the working days that a question waits, by the calendar of the law in force at the agency, or from Monday to Friday where there is none.
func (r *Register) answerDue(ctx context.Context, s *store.Store, agency int64) (models.Date, error) {
	today := models.DateOf(r.now())
	calendar, err := policy.CalendarFor("")
	if err != nil {
		return today, err
	}
	v, err := s.RegimeInForce(ctx, agency, today)
	switch {
	case err == nil:
		l, err := r.law(ctx, s, v.ID)
		if err != nil {
			return today, err
		}
		if calendar, err = l.regime.WorkingDays(); err != nil {
			return today, err
		}
	case !models.IsKind(err, models.NotFound):
		return today, err
	}
	due, _ := calendar.AddWorkingDays(today, models.AnswerWorkingDays)
	return due, nil
}

func questionEvent(action string, e event, n *models.Question, after any) event {
	e.action, e.noun, e.id, e.after = action, "question", n.ID, after
	return e
}

// eventOf is what the events of a question that is there have in common.
func eventOf(ctx context.Context, tx *store.Tx, n *store.QuestionRow) (event, error) {
	e, _, err := aboutWhat(ctx, tx, models.SystemViewer(""), &n.Question)
	if models.HasCode(err, "asset-merged") {
		return event{title: n.Asset, agency: n.OwnerID, asset: value(n.AssetID), to: models.VisibleAgency}, nil
	}
	return e, err
}

func heldQuestion(ctx context.Context, tx *store.Tx, by models.Viewer, id, based int64) (*store.QuestionRow, error) {
	if err := tx.Hold(ctx, "questions", id); err != nil {
		return nil, err
	}
	n, err := tx.Question(ctx, by, id)
	if err != nil {
		return nil, err
	}
	return n, unchanged(n.Version, based)
}

// WriteToQuestion answers a question, or adds a word of who asked it. An answer may come from everybody whom it was put to, from who answers for the software, and from the open source programme office.
func (r *Register) WriteToQuestion(ctx context.Context, by models.Viewer, id int64, body string) error {
	if by.UserID == 0 {
		return models.Refuse(models.Unauthenticated, "sign-in-first", "An answer needs a person: sign in.")
	}
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		n, err := heldQuestion(ctx, tx, by, id, 0)
		if err != nil {
			return err
		}
		w := &models.QuestionMessage{QuestionID: id, UserID: &by.UserID, ByName: by.Name, Body: strings.TrimSpace(body)}
		if w.Side, w.AgencyID, err = sideOf(ctx, tx, by, n); err != nil {
			return err
		}
		return r.write(ctx, tx, by, n, w)
	})
}

// sideOf says in which part, and for which agency, somebody writes.
func sideOf(ctx context.Context, tx *store.Tx, by models.Viewer, n *store.QuestionRow) (models.Side, *int64, error) {
	switch {
	case n.AskedByID != nil && *n.AskedByID == by.UserID:
		return models.SideAsker, n.AgencyID, nil
	case !n.AnsweredBy(by):
		return "", nil, models.Refuse(models.Forbidden, "not-allowed", "You may not answer this question. Offer to answer questions about the software first, or leave it to those it was put to.")
	case n.Referent:
		agency, _, err := tx.IsReferent(ctx, by.UserID, *n.AssetID)
		return models.SideReferent, optional(agency), err
	}
	need := models.WriteAsset
	if n.CallID != nil {
		need = models.Reuse
	}
	for _, g := range by.Grants {
		if !g.All && g.Agencies[n.OwnerID] && g.Role.Grants(need) {
			return models.SideSteward, &n.OwnerID, nil
		}
	}
	return models.SideOSPO, nil, nil
}

// write adds a message and moves the question by it.
func (r *Register) write(ctx context.Context, tx *store.Tx, by models.Viewer, n *store.QuestionRow, w *models.QuestionMessage) error {
	if err := w.Validate(); err != nil {
		return err
	}
	at := r.now().Truncate(time.Microsecond)
	due, err := r.answerDue(ctx, tx.Store, n.OwnerID)
	if err != nil {
		return err
	}
	was := n.State
	if err := n.Write(w.Side, at, due); err != nil {
		return err
	}
	w.CreatedAt, n.UpdatedAt = at, at
	if err := tx.CreateQuestionMessage(ctx, w); err != nil {
		return err
	}
	if err := tx.SaveQuestion(ctx, &n.Question); err != nil {
		return err
	}
	e, err := eventOf(ctx, tx, n)
	if err != nil {
		return err
	}
	action := "question.answered"
	if w.Side == models.SideAsker {
		action = "question.followed-up"
	}
	e.from, e.before = e.to, map[string]any{"state": was}
	return record(ctx, tx, by, questionEvent(action, e, &n.Question, map[string]any{"state": n.State, "side": w.Side}))
}

// CloseQuestion ends a question: who asked it may, and who may answer it.
func (r *Register) CloseQuestion(ctx context.Context, by models.Viewer, id, based int64) error {
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		n, err := heldQuestion(ctx, tx, by, id, based)
		if err != nil {
			return err
		}
		if !n.AnsweredBy(by) && (n.AskedByID == nil || *n.AskedByID != by.UserID) {
			return models.Refuse(models.Forbidden, "not-allowed", "You may not close this question. Who asked it may, and who answers it.")
		}
		return r.moveQuestion(ctx, tx, by, n, "question.closed", func(at time.Time) error { return n.Close(at) })
	})
}

func (r *Register) moveQuestion(ctx context.Context, tx *store.Tx, by models.Viewer, n *store.QuestionRow, action string, move func(time.Time) error) error {
	was, at := n.State, r.now().Truncate(time.Microsecond)
	if err := move(at); err != nil {
		return err
	}
	n.UpdatedAt = at
	if err := tx.SaveQuestion(ctx, &n.Question); err != nil {
		return err
	}
	e, err := eventOf(ctx, tx, n)
	if err != nil {
		return err
	}
	e.from = e.to
	if was != n.State {
		e.before = map[string]any{"state": was}
	}
	return record(ctx, tx, by, questionEvent(action, e, &n.Question, map[string]any{"state": n.State}))
}
