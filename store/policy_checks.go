package store

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/ospo-register/ospo/models"
)

// PolicyCheckRow is a verdict that somebody asked to keep. Document is what was judged, compressed.
type PolicyCheckRow struct {
	ID        int64
	Digest    []byte // SHA-256, as the verdict names it
	Verdict   []byte // the verdict document
	Document  []byte
	AgencyID  *int64
	UserID    *int64
	CreatedAt time.Time
}

// Open gives what was judged, as it was sent. The caller closes it.
func (p *PolicyCheckRow) Open() (io.ReadCloser, error) {
	z, err := zstd.NewReader(bytes.NewReader(p.Document), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("reading a kept document: %w", err)
	}
	return z.IOReadCloser(), nil
}

const policyCheckSelect = `SELECT k.id, k.digest, k.verdict, k.document, k.agency_id, k.user_id, k.created_at FROM policy_checks k WHERE`

// keptFor is the condition that somebody may see what was kept: who kept it, the agency it is for, and who sees all.
func (q *query) keptFor(v models.Viewer) {
	mine := "FALSE"
	if v.UserID != 0 {
		mine = "k.user_id = " + q.arg(v.UserID)
	}
	q.where = append(q.where, mine+" OR "+q.sees(v, "'agency'", "k.agency_id"))
}

// PolicyCheck finds a verdict that was kept, for who kept it, for its agency and for those who see all.
func (s *Store) PolicyCheck(ctx context.Context, v models.Viewer, id int64) (*PolicyCheckRow, error) {
	q := &query{}
	q.and("k.id = ?", id)
	q.keptFor(v)
	list, err := rows[PolicyCheckRow](ctx, s, policyCheckSelect+q.clause(), q.args...)
	return first(list, err, "policy-check")
}

// PolicyCheckByDigest finds a verdict that was kept, by its digest.
func (s *Store) PolicyCheckByDigest(ctx context.Context, v models.Viewer, digest []byte) (*PolicyCheckRow, error) {
	q := &query{}
	q.and("k.digest = ?", digest)
	q.keptFor(v)
	list, err := rows[PolicyCheckRow](ctx, s, policyCheckSelect+q.clause()+`ORDER BY k.id LIMIT 1`, q.args...)
	return first(list, err, "policy-check")
}

// CreatePolicyCheck keeps a verdict with what was judged, which is read to its end.
func (tx *Tx) CreatePolicyCheck(ctx context.Context, p *PolicyCheckRow, document io.Reader) error {
	z, err := tx.shared.compressor()
	if err != nil {
		return fmt.Errorf("keeping what was judged: %w", err)
	}
	defer tx.shared.compressors.Put(z)
	var packed bytes.Buffer
	z.Reset(&packed)
	_, err = z.ReadFrom(document)
	if closed := z.Close(); err == nil {
		err = closed
	}
	z.Reset(nil)
	if err != nil {
		return fmt.Errorf("keeping what was judged: %w", err)
	}
	err = tx.pg.QueryRow(ctx, `INSERT INTO policy_checks (digest, verdict, document, agency_id, user_id, created_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
		p.Digest, p.Verdict, packed.Bytes(), p.AgencyID, p.UserID, p.CreatedAt).Scan(&p.ID)
	return fault(err)
}

// PURLLicense is the licence that documents state of a package.
type PURLLicense struct {
	PURL    string `db:"purl"`
	License string
}

// LicensesOfPURLs finds what the current documents that the viewer may see say of packages: of each that states one, its licence as read; where several are stated one that
// was not guessed goes first, then the newest.
func (s *Store) LicensesOfPURLs(ctx context.Context, v models.Viewer, purls, bases []string) ([]PURLLicense, error) {
	q := &query{}
	q.and("left(c.base, 400) = ANY(SELECT left(b, 400) FROM unnest(?::text[]) b) AND c.base <> ''", bases)
	q.and("c.purl = ANY(?)", purls)
	q.and("e.kind = 'expression'")
	visible := q.sees(v, "a.visibility", "a.steward_id")
	q.where = append(q.where, `EXISTS (SELECT 1 FROM sbom_contents x JOIN sboms s ON s.id = x.sbom_id AND s.state = 'current' JOIN releases r ON r.id = s.release_id JOIN assets a ON a.id = r.asset_id
		WHERE x.component_ids && ARRAY[c.id] AND (`+visible+`))`)
	return rows[PURLLicense](ctx, s, `SELECT DISTINCT ON (c.purl) c.purl, e.canonical AS license FROM components c JOIN license_expressions e ON e.id = c.effective_id WHERE`+q.clause()+`ORDER BY c.purl, e.guessed, c.id DESC`, q.args...)
}
