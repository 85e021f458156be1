package store

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/klauspost/compress/zstd"

	"github.com/ospo-register/ospo/models"
)

// AttachmentRow is a file of a case with what is known of its bytes.
type AttachmentRow struct {
	models.Attachment
	SHA256         []byte
	Bytes          int64
	Checked        models.AttachmentVerdict
	CheckedAt      *time.Time
	CheckedBy      string
	SupersededByID *int64 // the attachment that is a better version of this one, as far as the viewer may see it
	RedactedByID   *int64 // the redacted form of this one, as far as the viewer may see it
	Ref            string // of the case
	Case           string // its title
	AgencyID       int64
	Visibility     models.Visibility // of the case
	State          models.DecisionState
	Full           bool // the viewer sees the dossier, and so who filed it
}

const attachmentFrom = `attachments t JOIN attachment_contents k ON k.id = t.content_id JOIN decisions d ON d.id = t.decision_id`

var attachmentColumns = columns("t", models.Attachment{}) + `, k.digest AS sha256, k.bytes, k.checked, k.checked_at, k.checked_by, d.ref, d.title AS "case", d.agency_id, d.visibility, d.state`

// attachmentSeen hides files of cases that the viewer may not see, files of a narrower circle, and from the public what the published record holds back.
func (q *query) attachmentSeen(v models.Viewer) {
	q.visible(v, "d", "agency_id")
	q.and(q.fileSeen(v, "t"))
}

// fileSeen is the condition that a file itself may be seen, once its case may be.
func (q *query) fileSeen(v models.Viewer, alias string) string {
	seen := `(` + q.sees(v, alias+".tier", "d.agency_id") + `)`
	if v.InGovernment() {
		return seen
	}
	return seen + ` AND NOT EXISTS (SELECT 1 FROM json_array_elements((SELECT p.content->'withheld' FROM decision_parts p WHERE p.decision_id = d.id AND p.part = 'publication' ORDER BY p.number DESC LIMIT 1)) w
		WHERE w->>'part' IN ('attachment/' || ` + alias + `.id, nullif(` + alias + `.part, '')))`
}

// Attachments lists the files of a case that the viewer may see, in the order in which they were filed.
func (s *Store) Attachments(ctx context.Context, v models.Viewer, decision int64, p models.Page) (models.List[AttachmentRow], error) {
	var none models.List[AttachmentRow]
	q := &query{}
	q.and("t.decision_id = ?", decision)
	q.attachmentSeen(v)
	total, err := s.total(ctx, attachmentFrom, q)
	if err != nil {
		return none, err
	}
	var id int64
	if more, err := after(p.After, &id); err != nil {
		return none, err
	} else if more {
		q.and("t.id > ?", id)
	}
	list, err := s.attachments(ctx, v, q, `ORDER BY t.id LIMIT `+q.arg(limit(p)))
	if err != nil {
		return none, err
	}
	return page(list, p, func(a *AttachmentRow) []any { return []any{a.ID} }, total), nil
}

// Attachment finds a file of a case that the viewer may see.
func (s *Store) Attachment(ctx context.Context, v models.Viewer, id int64) (*AttachmentRow, error) {
	q := &query{}
	q.and("t.id = ?", id)
	q.attachmentSeen(v)
	list, err := s.attachments(ctx, v, q, "")
	return first(list, err, "attachment")
}

// attachments reads rows with the files that came after them, as far as the viewer may know of those.
func (s *Store) attachments(ctx context.Context, v models.Viewer, q *query, tail string) ([]AttachmentRow, error) {
	full := q.dossierSeen(v)
	later := `(SELECT min(n.id) FROM attachments n WHERE n.decision_id = d.id AND n.%s = t.id AND ` + q.fileSeen(v, "n") + `)`
	list, err := rows[AttachmentRow](ctx, s, `SELECT `+attachmentColumns+`, `+fmt.Sprintf(later, "supersedes_id")+` AS superseded_by_id, `+fmt.Sprintf(later, "redacts_id")+` AS redacted_by_id, (`+full+`) AS full
		FROM `+attachmentFrom+` WHERE`+q.clause()+tail, q.args...)
	for i := range list {
		if a := &list[i]; !a.Full {
			a.ByID, a.ByName = nil, ""
		}
	}
	return list, err
}

// AttachmentsOf lists every file with these bytes, whatever the case, for the register itself.
func (s *Store) AttachmentsOf(ctx context.Context, content int64) ([]AttachmentRow, error) {
	return rows[AttachmentRow](ctx, s, `SELECT `+attachmentColumns+` FROM `+attachmentFrom+` WHERE t.content_id = $1 ORDER BY t.id`, content)
}

// AttachmentBytes streams the bytes of an attachment as they were sent. The caller was allowed to read the attachment, and closes it.
func (s *Store) AttachmentBytes(ctx context.Context, content int64) (io.ReadCloser, error) {
	z, err := zstd.NewReader(&parts{ctx: ctx, s: s, sql: `SELECT bytes FROM attachment_parts WHERE content_id = $1 AND part = $2`, id: content}, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("reading an attachment: %w", err)
	}
	return z.IOReadCloser(), nil
}

// AttachmentVerdict is what is known of the bytes of attachments.
func (s *Store) AttachmentVerdict(ctx context.Context, content int64) (v models.AttachmentVerdict, err error) {
	err = s.pg.QueryRow(ctx, `SELECT checked FROM attachment_contents WHERE id = $1`, content).Scan(&v)
	return v, found(err, "attachment")
}

// UndecidedAttachments lists contents that nobody has looked at for malware, or not to an end, oldest first.
func (s *Store) UndecidedAttachments(ctx context.Context, after int64, most int) ([]int64, error) {
	return scalars[int64](ctx, s, `SELECT id FROM attachment_contents WHERE checked IN ('unchecked', 'failed') AND id > $1 ORDER BY id LIMIT $2`, after, most)
}

// HasAttachment reports whether a file with this SHA-256, in hexadecimal, is on file in a case.
func (s *Store) HasAttachment(ctx context.Context, decision int64, digest string) (has bool, err error) {
	sum, err := hex.DecodeString(digest)
	if err != nil {
		return false, nil //nolint:nilerr // what is no digest is the digest of no file
	}
	err = s.pg.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM attachments t JOIN attachment_contents k ON k.id = t.content_id WHERE t.decision_id = $1 AND k.digest = $2)`, decision, sum).Scan(&has)
	return has, fault(err)
}

// KeepAttachment keeps bytes under their digest, once whoever sends them, and gives their number. fresh tells that they were not there before; only then is body read.
func (tx *Tx) KeepAttachment(ctx context.Context, digest []byte, size int64, body io.Reader) (content int64, fresh bool, err error) {
	err = tx.pg.QueryRow(ctx, `INSERT INTO attachment_contents (digest, bytes) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING RETURNING id`, digest, size).Scan(&content)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		err = tx.pg.QueryRow(ctx, `SELECT id FROM attachment_contents WHERE digest = $1`, digest).Scan(&content)
		return content, false, fault(err)
	case err != nil:
		return 0, false, fault(err)
	}
	return content, true, tx.keepParts(ctx, "attachment_parts", "content_id", content, body)
}

// AddAttachment puts a file on the file of a case.
func (tx *Tx) AddAttachment(ctx context.Context, a *models.Attachment) error {
	return fault(tx.gorm(ctx).Create(a).Error)
}

// JudgeAttachment notes what was found in the bytes of attachments, and by what.
func (tx *Tx) JudgeAttachment(ctx context.Context, content int64, v models.AttachmentVerdict, by string, at time.Time) error {
	_, err := tx.pg.Exec(ctx, `UPDATE attachment_contents SET checked = $2, checked_by = $3, checked_at = $4 WHERE id = $1`, content, v, by, at)
	return fault(err)
}
