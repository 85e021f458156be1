package register

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/exporters/dossier"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// QueuedDecision is a case that waits for somebody, with what stands in the way of its next steps and what was decided for the same function before.
type QueuedDecision struct {
	store.DecisionRow
	Undetermined []models.RuleResult // rules of the next steps that cannot be told yet; none where the viewer does not see the dossier
	Violated     []models.RuleResult
	Earlier      []store.EarlierDecision
}

// DecisionQueue lists the cases that the law sets a next day for, the nearest day first, with what a weekly meeting needs to know of each.
func (r *Register) DecisionQueue(ctx context.Context, v models.Viewer, f models.DecisionFilter) (models.List[QueuedDecision], error) {
	f.Sort = models.ByDue
	list, err := r.store.Decisions(ctx, v, f)
	queue := models.List[QueuedDecision]{Next: list.Next, Total: list.Total}
	if err != nil {
		return queue, err
	}
	var functions []string
	for i := range list.Items {
		functions = append(functions, list.Items[i].Function)
	}
	earlier, err := r.store.EarlierDecisions(ctx, v, functions)
	if err != nil {
		return queue, err
	}
	for i := range list.Items {
		q := QueuedDecision{DecisionRow: list.Items[i]}
		for _, e := range earlier {
			if e.Function == q.Function && e.ID != q.ID && (q.ApprovedAt == nil || e.ApprovedAt.Before(*q.ApprovedAt) || e.ApprovedAt.Equal(*q.ApprovedAt) && e.ID < q.ID) {
				q.Earlier = append(q.Earlier, e)
			}
		}
		if q.Full {
			if err := r.hinder(ctx, &q); err != nil {
				return queue, err
			}
		}
		queue.Items = append(queue.Items, q)
	}
	return queue, nil
}

// hinder notes the rules that the next steps of a case would meet.
func (r *Register) hinder(ctx context.Context, q *QueuedDecision) error {
	c, err := r.caseOf(ctx, r.store, &q.DecisionRow, r.now())
	if err != nil {
		return err
	}
	var gates []models.Gate
	for _, move := range q.MovesFrom(c.law.regime.Terms(&q.Decision, c.dossier)) {
		if !move.Back {
			gates = append(gates, move.Gates...)
		}
	}
	if len(gates) == 0 {
		return nil
	}
	for _, one := range c.judge(ctx, gates, r.now()) {
		switch one.Outcome {
		case models.RuleUndetermined:
			q.Undetermined = append(q.Undetermined, one)
		case models.RuleViolated:
			q.Violated = append(q.Violated, one)
		}
	}
	return nil
}

// PreviewPublication is the document that would be published of a case as it stands, for who sees its dossier. Nothing is stored.
func (r *Register) PreviewPublication(ctx context.Context, v models.Viewer, id int64) ([]byte, error) {
	at := r.now().Truncate(time.Second)
	c, err := r.readCase(ctx, r.store, v, id, at)
	if err != nil {
		return nil, err
	}
	if c.seals(v) {
		c.seal(v)
	}
	earlier, err := r.store.DecisionPublications(ctx, id)
	if err != nil {
		return nil, err
	}
	told, err := r.told(ctx, r.store, c, at)
	if err != nil {
		return nil, err
	}
	told.Edition = len(earlier) + 1
	return dossier.Public(told)
}
