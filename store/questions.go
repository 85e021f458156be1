package store

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
)

// QuestionRow is a question as a viewer sees it. Name and address of somebody from the public come to who answers them only.
type QuestionRow struct {
	models.Question
	Asset    string
	Call     string
	Agency   string // of who asks
	OwnerID  int64  // the agency that answers for the software, or that made the call
	Owner    string
	Referent bool // the viewer offered to answer questions about the software
	Answers  int  // of everybody but who asked
}

const questionFrom = `questions n LEFT JOIN calls k ON k.id = n.call_id LEFT JOIN assets a ON a.id = coalesce(n.asset_id, k.asset_id)
	JOIN agencies o ON o.id = coalesce(k.agency_id, a.steward_id) LEFT JOIN agencies g ON g.id = n.agency_id`

// questionVisible shows questions to everybody in government who may see what they are about, and to who asked. The public sees none: a question may name what is nobody else's business.
func (q *query) questionVisible(v models.Viewer) {
	if v.SeesAll() {
		return
	}
	about := "FALSE"
	if v.InGovernment() {
		cq := &query{args: q.args}
		cq.callVisible(v)
		about = "(a.id IS NULL OR " + cq.sees(v, "a.visibility", "a.steward_id") + ") AND (k.id IS NULL OR" + cq.clause() + ")"
		q.args = cq.args
	}
	q.where = append(q.where, about+" OR "+q.asked(v))
}

func (q *query) asked(v models.Viewer) string {
	if v.UserID == 0 {
		return "FALSE"
	}
	return "n.asked_by_id = " + q.arg(v.UserID)
}

// referent is the condition that the viewer answers questions about the software.
func (q *query) referent(v models.Viewer) string {
	if v.UserID == 0 {
		return "FALSE"
	}
	return "EXISTS (SELECT 1 FROM referents f JOIN users u ON u.id = f.user_id WHERE f.asset_id = n.asset_id AND f.user_id = " + q.arg(v.UserID) + " AND " + referentActs + ")"
}

// putTo is the condition that a question was put to the viewer: as a referent, as one who acts for the agency it is put to, or as the open source programme office.
func (q *query) putTo(v models.Viewer) string {
	cond := q.referent(v) + " OR n.reach = 'stewards' AND (n.call_id IS NULL AND " + q.acts(v, models.WriteAsset, "a.steward_id") + " OR n.call_id IS NOT NULL AND " + q.acts(v, models.Reuse, "k.agency_id") + ")"
	if v.May(models.MergeAsset, 0) { // what the office alone may do
		cond += " OR n.reach = 'ospo' OR n.state = 'escalated'"
	}
	return cond
}

// Questions lists questions, newest first.
func (s *Store) Questions(ctx context.Context, v models.Viewer, f models.QuestionFilter) (models.List[QuestionRow], error) {
	var none models.List[QuestionRow]
	q := &query{}
	q.questionVisible(v)
	if f.Asset != 0 {
		q.and("n.asset_id = ?", f.Asset)
	}
	if f.Call != 0 {
		q.and("n.call_id = ?", f.Call)
	}
	if f.State != "" {
		q.and("n.state = ?", f.State)
	}
	if f.Open {
		q.and("n.state IN ('asked', 'escalated')")
	}
	if f.Mine {
		q.where = append(q.where, q.asked(v))
	}
	if f.ForMe {
		q.where = append(q.where, q.putTo(v))
		q.and("n.asked_by_id IS DISTINCT FROM ?", v.UserID)
	}
	total, err := s.total(ctx, questionFrom, q)
	if err != nil {
		return none, err
	}
	if err := newestAfter(q, "n.id", f.Page); err != nil {
		return none, err
	}
	list, err := s.questionRows(ctx, v, q, `ORDER BY n.id DESC LIMIT `+q.arg(limit(f.Page)))
	if err != nil {
		return none, err
	}
	return page(list, f.Page, func(n *QuestionRow) []any { return []any{n.ID} }, total), nil
}

func (s *Store) questionRows(ctx context.Context, v models.Viewer, q *query, tail string) ([]QuestionRow, error) {
	where := q.clause()
	list, err := rows[QuestionRow](ctx, s, `SELECT `+columns("n", models.Question{})+`, coalesce(btrim(a.name || ' ' || a.edition), '') AS asset, coalesce(k.title, '') AS call, coalesce(g.name, '') AS agency, o.id AS owner_id, o.name AS owner,
		(`+q.referent(v)+`) AS referent, (SELECT count(*) FROM question_messages w WHERE w.question_id = n.id AND w.side <> 'asker')::int AS answers FROM `+questionFrom+` WHERE`+where+tail, q.args...)
	for i := range list {
		if n := &list[i]; n.Public() && !n.AnsweredBy(v) {
			n.AskerName, n.AskerEmail = "", ""
		}
	}
	return list, err
}

// AnsweredBy reports whether the viewer may answer the question.
func (n *QuestionRow) AnsweredBy(v models.Viewer) bool {
	if n.CallID != nil {
		return v.May(models.Reuse, n.OwnerID)
	}
	return n.Referent && v.InGovernment() || v.May(models.WriteAsset, n.OwnerID)
}

// Question finds a question.
func (s *Store) Question(ctx context.Context, v models.Viewer, id int64) (*QuestionRow, error) {
	q := &query{}
	q.and("n.id = ?", id)
	q.questionVisible(v)
	list, err := s.questionRows(ctx, v, q, "")
	return first(list, err, "question")
}

// QuestionByHash finds the question that somebody from the public asked, by the hash of their secret.
func (s *Store) QuestionByHash(ctx context.Context, hash []byte) (*QuestionRow, error) {
	q := &query{}
	q.and("n.hash = ?", hash)
	list, err := s.questionRows(ctx, models.Viewer{}, q, "")
	return first(list, err, "question")
}

// QuestionMessageRow is a message with the agency of who wrote it.
type QuestionMessageRow struct {
	models.QuestionMessage
	Agency string
}

// QuestionMessages lists what was written to a question, oldest first. The caller has found the question for the viewer.
func (s *Store) QuestionMessages(ctx context.Context, question int64) ([]QuestionMessageRow, error) {
	return rows[QuestionMessageRow](ctx, s, `SELECT `+columns("w", models.QuestionMessage{})+`, coalesce(g.name, '') AS agency FROM question_messages w LEFT JOIN agencies g ON g.id = w.agency_id WHERE w.question_id = $1 ORDER BY w.id`, question)
}

// HoldPublicQuestions makes the transaction the only one that asks an agency for the public, or from an address, until it ends.
func (tx *Tx) HoldPublicQuestions(ctx context.Context, agency int64, email string) error {
	_, err := tx.pg.Exec(ctx, `SELECT pg_advisory_xact_lock($1, hashtext(lower($2)))`, askerLocks, email)
	if err == nil {
		_, err = tx.pg.Exec(ctx, `SELECT pg_advisory_xact_lock($1, ($2 % 2147483647)::int)`, askedLocks, agency)
	}
	return fault(err)
}

// PublicQuestions counts what the public has asked since a moment: from the address of a question, about the same software or call, and of the same agency.
func (s *Store) PublicQuestions(ctx context.Context, since time.Time, n *models.Question, agency int64) (*models.PublicQuestions, error) {
	list, err := rows[models.PublicQuestions](ctx, s, `SELECT (count(*) FILTER (WHERE m.mailer))::int AS of_mailer, coalesce(min(m.created_at) FILTER (WHERE m.mailer), $1) AS first_of_mailer,
			(count(*) FILTER (WHERE m.thing))::int AS of_thing, coalesce(max(m.created_at) FILTER (WHERE m.thing), $1) AS last_of_thing, (count(*) FILTER (WHERE m.agency))::int AS of_agency, coalesce(max(m.created_at) FILTER (WHERE m.agency), $1) AS last_of_agency
		FROM (SELECT n.created_at, lower(n.asker_email) = lower($2) AS mailer, n.asset_id IS NOT DISTINCT FROM $3 AND n.call_id IS NOT DISTINCT FROM $4 AS thing, o.id = $5 AS agency FROM `+questionFrom+`
			WHERE n.asked_by_id IS NULL AND n.created_at > $1) m`, since, n.AskerEmail, n.AssetID, n.CallID, agency)
	return first(list, err, "question")
}

// OverdueQuestions lists the questions that nobody has answered by their day.
func (s *Store) OverdueQuestions(ctx context.Context, today models.Date) ([]int64, error) {
	return scalars[int64](ctx, s, `SELECT id FROM questions WHERE state = 'asked' AND due_on < $1 ORDER BY due_on, id LIMIT 500`, today.Time())
}

// KeptAskers lists the questions of the public from before a moment whose name or address is still kept.
func (s *Store) KeptAskers(ctx context.Context, before time.Time) ([]int64, error) {
	return scalars[int64](ctx, s, `SELECT id FROM questions WHERE asked_by_id IS NULL AND asker_ended_at IS NULL AND created_at < $1 ORDER BY id LIMIT 500`, before)
}

// CreateQuestion adds a question.
func (tx *Tx) CreateQuestion(ctx context.Context, n *models.Question) error {
	n.Version = 1
	return fault(tx.gorm(ctx).Create(n).Error)
}

// SaveQuestion stores a changed question.
func (tx *Tx) SaveQuestion(ctx context.Context, n *models.Question) error {
	return save(tx.gorm(ctx), n, n.ID, &n.Version)
}

// CreateQuestionMessage adds a message.
func (tx *Tx) CreateQuestionMessage(ctx context.Context, w *models.QuestionMessage) error {
	return fault(tx.gorm(ctx).Create(w).Error)
}
