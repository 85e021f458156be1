package register

import (
	"context"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// AskedQuestion is what somebody from the public sees of their question. Who answers is named by their part and agency, never in person.
type AskedQuestion struct {
	*store.QuestionRow
	Messages []store.QuestionMessageRow
}

// OpenQuestion finds the question that somebody from the public asked, by their secret.
func (r *Register) OpenQuestion(ctx context.Context, secret string) (*AskedQuestion, error) {
	n, err := questionByLink(ctx, r.store, secret)
	if err != nil {
		return nil, err
	}
	out := &AskedQuestion{QuestionRow: n}
	if out.Messages, err = r.store.QuestionMessages(ctx, n.ID); err != nil {
		return nil, err
	}
	for i := range out.Messages {
		w := &out.Messages[i]
		w.UserID, w.ByName = nil, ""
	}
	return out, nil
}

func questionByLink(ctx context.Context, s *store.Store, secret string) (*store.QuestionRow, error) {
	gone := models.Refuse(models.NotFound, "question-link-unknown", "This address of a question is unknown. Check that it is whole, or ask your question again.")
	if !strings.HasPrefix(secret, QuestionPrefix) {
		return nil, gone
	}
	n, err := s.QuestionByHash(ctx, TokenHash(secret))
	if models.IsKind(err, models.NotFound) {
		return nil, gone
	}
	return n, err
}

// mostOfAsker bounds what somebody from the public writes to one question.
const mostOfAsker = 20

// WriteByQuestionLink adds a word of somebody from the public to their question.
func (r *Register) WriteByQuestionLink(ctx context.Context, secret, body string) error {
	found, err := questionByLink(ctx, r.store, secret)
	if err != nil {
		return err
	}
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		n, err := heldQuestion(ctx, tx, models.SystemViewer(""), found.ID, 0)
		if err != nil {
			return err
		}
		list, err := tx.QuestionMessages(ctx, n.ID)
		if err != nil {
			return err
		}
		if len(list)-n.Answers >= mostOfAsker {
			return models.Refuse(models.Conflict, "too-many-messages", "You have written to this question often. Ask a new one.")
		}
		return r.write(ctx, tx, models.Viewer{Name: thePublic}, n, &models.QuestionMessage{QuestionID: n.ID, Side: models.SideAsker, Body: strings.TrimSpace(body)})
	})
}

// EscalateQuestions puts the questions that nobody has answered by their day to the open source programme office as well, one event each.
func (r *Register) EscalateQuestions(ctx context.Context) (escalated int, err error) {
	by := models.SystemViewer("Escalation")
	over, err := r.store.OverdueQuestions(ctx, models.DateOf(r.now()))
	if err != nil {
		return 0, err
	}
	for _, id := range over {
		moved := false
		err := store.Write(ctx, r.store, func(tx *store.Tx) error {
			moved = false
			n, err := heldQuestion(ctx, tx, by, id, 0)
			if err != nil || !n.Overdue(models.DateOf(r.now())) { // it was answered since
				return err
			}
			more, err := tx.CountStaff(ctx, 0, models.OSPOStaff)
			if err != nil {
				return err
			}
			if n.Reach != models.ReachOSPO {
				n.Reached += more
			}
			moved = true
			return r.moveQuestion(ctx, tx, by, n, "question.escalated", func(at time.Time) error { return n.Escalate(at) })
		})
		if err != nil {
			return escalated, err
		}
		if moved {
			escalated++
		}
	}
	return escalated, nil
}

// DropAskers forgets name and address of those from the public who asked longer ago than models.KeepAskerDays, one event each. The question and its answers stay, and so does the address where they are read.
func (r *Register) DropAskers(ctx context.Context) (dropped int, err error) {
	by := models.SystemViewer("Forgetting")
	kept, err := r.store.KeptAskers(ctx, r.now().AddDate(0, 0, -models.KeepAskerDays))
	if err != nil {
		return 0, err
	}
	for i, id := range kept {
		err := store.Write(ctx, r.store, func(tx *store.Tx) error {
			n, err := heldQuestion(ctx, tx, by, id, 0)
			if err != nil || n.AskerEndedAt != nil {
				return err
			}
			return r.moveQuestion(ctx, tx, by, n, "question.asker-dropped", func(at time.Time) error {
				n.AskerName, n.AskerEmail, n.AskerEndedAt = "", "", &at
				return nil
			})
		})
		if err != nil {
			return i, err
		}
	}
	return len(kept), nil
}
