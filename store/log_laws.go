package store

import (
	"context"

	"github.com/ospo-register/ospo/models"
)

// LogLawRow is a version of a regime that was put in force, as far as the log speaks of it.
type LogLawRow struct {
	ID, RegimeID       int64
	AgencyID           *int64
	Code               string
	Number             int
	Digest, Text, Book []byte // Text and Book: SHA-256 of them as they are
	ValidFrom, ValidTo *models.Date
}

// LogLaws lists every version of a regime that was ever put in force.
func (s *Store) LogLaws(ctx context.Context) ([]LogLawRow, error) {
	return rows[LogLawRow](ctx, s, `SELECT v.id, v.regime_id, r.agency_id, r.code, v.number, v.digest, sha256(convert_to(v.text, 'UTF8')) AS text, sha256(convert_to(v.book, 'UTF8')) AS book, v.valid_from, v.valid_to
		FROM regime_versions v JOIN regimes r ON r.id = v.regime_id WHERE v.state IN ('active', 'superseded') ORDER BY v.id`)
}

// LawsLoggedSince lists the regimes of which a version was put in force by entries from an index on.
func (s *Store) LawsLoggedSince(ctx context.Context, index int64) ([]int64, error) {
	return scalars[int64](ctx, s, `SELECT DISTINCT e.noun_id FROM log_entries l JOIN events e ON e.id = l.event_id WHERE l.index >= $1 AND e.noun = 'regime'`, index)
}
