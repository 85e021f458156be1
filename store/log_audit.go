package store

import (
	"context"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/proof"
)

// LogSpan is a stretch of the log with the rows that its entries speak of, for checking one against the other.
type LogSpan struct {
	To      int64 // the index before which it ends
	Entries []LogEntryRow
	Read    []LogRead        // what each entry says
	Nodes   map[int64][]byte // of the tree, by number
	Events  map[int64]*models.Event
	Parts   map[LogKey]*LogPartRow
	Moves   map[LogKey]*models.DecisionMove
	Papers  map[LogKey]*LogPartRow // publications
	Files   map[int64]*LogFileRow
}

// LogRead is what the bytes of an entry say.
type LogRead struct {
	proof.Entry
	Bad string // why they say nothing; "" when they do
}

// LogKey names a row of a dossier as its entry in the log does.
type LogKey struct {
	Decision int64
	Address  string // of a part; "" for moves and publications
	Number   int
}

// LogPartRow is a part or a publication as far as the log speaks of it.
type LogPartRow struct {
	DecisionID int64
	Part, Key  string
	Number     int
	Digest     []byte // as the row says
	Content    []byte // SHA-256 of its bytes as they are
	ByID       *int64
	ByName     string
	Role       models.Role
	State      models.DecisionState // of the case, when a part was written
	At         time.Time
}

// LogWanted are the rows that the entries of a stretch speak of.
type LogWanted struct {
	Parts, Moves, Papers []LogKey
	Files                []int64
}

// OneConnection reports whether all reads go through one connection, as in a transaction, so that one must have ended before the next is asked.
func (s *Store) OneConnection() bool {
	_, many := s.pg.(*pgxpool.Pool)
	return !many
}

// LogSpan reads the entries from one index up to before another, with everything that they speak of, whoever may see it.
// Wanted reads in an entry which rows of a dossier it speaks of.
func (s *Store) LogSpan(ctx context.Context, from, to int64, wanted func([]LogEntryRow, []LogRead) LogWanted) (*LogSpan, error) {
	entries, err := rows[LogEntryRow](ctx, s, `SELECT `+logColumns+` FROM log_entries l WHERE l.index >= $1 AND l.index < $2 ORDER BY l.index`, from, to)
	if err != nil {
		return nil, err
	}
	span := &LogSpan{To: to, Entries: entries, Nodes: map[int64][]byte{}, Events: map[int64]*models.Event{}}
	type node struct {
		ID   int64
		Hash []byte
	}
	nodes, err := rows[node](ctx, s, `SELECT id, hash FROM log_hashes WHERE id >= $1 AND id < $2`, proof.Stored(from), proof.Stored(to))
	if err != nil {
		return nil, err
	}
	for _, n := range nodes {
		span.Nodes[n.ID] = n.Hash
	}
	ids := make([]int64, len(entries))
	for i := range entries {
		ids[i] = entries[i].EventID
		e, err := proof.ReadEntry(entries[i].Body)
		read := LogRead{Entry: e}
		if err != nil {
			read.Bad = err.Error()
		}
		span.Read = append(span.Read, read)
	}
	events, err := rows[models.Event](ctx, s, `SELECT `+eventColumns+` FROM events e WHERE e.id = ANY($1)`, ids)
	if err != nil {
		return nil, err
	}
	for i := range events {
		span.Events[events[i].ID] = &events[i]
	}
	return span, s.dossierRows(ctx, span, wanted(entries, span.Read))
}

// dossierRows reads the rows that are wanted. Postgres works out the digests, so that what is long stays where it is.
func (s *Store) dossierRows(ctx context.Context, span *LogSpan, w LogWanted) error {
	ids, names, numbers := unzip(w.Parts)
	parts, keys := make([]string, len(names)), make([]string, len(names))
	for i, n := range names {
		parts[i], keys[i], _ = strings.Cut(n, "/")
	}
	list, err := rows[LogPartRow](ctx, s, `SELECT p.decision_id, p.part, p.key, p.number, p.digest, sha256(convert_to(p.content::text, 'UTF8')) AS content, p.by_id, p.by_name, p.role, p.state, p.at
		FROM unnest($1::bigint[], $2::text[], $3::text[], $4::int[]) AS w (decision, part, key, number)
		JOIN decision_parts p ON p.decision_id = w.decision AND p.part = w.part AND p.key = w.key AND p.number = w.number`, ids, parts, keys, numbers)
	if err != nil {
		return err
	}
	span.Parts, span.Papers, span.Moves = map[LogKey]*LogPartRow{}, map[LogKey]*LogPartRow{}, map[LogKey]*models.DecisionMove{}
	for i := range list {
		p := &list[i]
		span.Parts[LogKey{p.DecisionID, address(p.Part, p.Key), p.Number}] = p
	}
	ids, _, numbers = unzip(w.Papers)
	papers, err := rows[LogPartRow](ctx, s, `SELECT p.decision_id, p.number, p.digest, sha256(p.document) AS content, p.at
		FROM unnest($1::bigint[], $2::int[]) AS w (decision, number) JOIN decision_publications p ON p.decision_id = w.decision AND p.number = w.number`, ids, numbers)
	if err != nil {
		return err
	}
	for i := range papers {
		span.Papers[LogKey{papers[i].DecisionID, "", papers[i].Number}] = &papers[i]
	}
	ids, _, numbers = unzip(w.Moves)
	moves, err := rows[models.DecisionMove](ctx, s, `SELECT m.* FROM unnest($1::bigint[], $2::int[]) AS w (decision, number) JOIN decision_moves m ON m.decision_id = w.decision AND m.number = w.number`, ids, numbers)
	if err != nil {
		return err
	}
	for i := range moves {
		span.Moves[LogKey{moves[i].DecisionID, "", moves[i].Number}] = &moves[i]
	}
	span.Files, err = s.logFilesOf(ctx, w.Files)
	return err
}

func address(part, key string) string {
	p := models.DecisionPart{Part: models.PartName(part), Key: key}
	return p.Address()
}

func unzip(list []LogKey) (ids []int64, addresses []string, numbers []int) {
	for _, k := range list {
		ids, addresses, numbers = append(ids, k.Decision), append(addresses, k.Address), append(numbers, k.Number)
	}
	return ids, addresses, numbers
}

// LogDecisionRow is a decision as far as the log speaks of it.
type LogDecisionRow struct {
	ID     int64
	Ref    string
	State  models.DecisionState
	Digest []byte

	Kind                      models.DecisionKind
	Track                     models.DecisionTrack
	Title, Function           string
	Value                     *models.Decimal
	Currency                  string
	AgencyID, RegimeVersionID int64
	RequestedByID             *int64
	AssetID, PriorID          *int64
	Chosen                    string
	Visibility                models.Visibility

	DueOn, StandstillOn, ReviewOn     *models.Date
	ApprovedAt, PublishedAt, ClosedAt *time.Time
}

// LogDecisions lists every decision, whoever may see it.
func (s *Store) LogDecisions(ctx context.Context) ([]LogDecisionRow, error) {
	return rows[LogDecisionRow](ctx, s, `SELECT id, ref, state, digest, kind, track, title, function, value, currency, agency_id, regime_version_id, requested_by_id, asset_id, prior_id, chosen, visibility,
		due_on, standstill_on, review_on, approved_at, published_at, closed_at FROM decisions ORDER BY id`)
}

// LogKeys lists the keys of every part, move and publication on file.
func (s *Store) LogKeys(ctx context.Context) (w LogWanted, err error) {
	type key struct {
		DecisionID int64
		Part, Key  string
		Number     int
	}
	read := func(sql string) ([]LogKey, error) {
		list, err := rows[key](ctx, s, sql)
		keys := make([]LogKey, len(list))
		for i, k := range list {
			keys[i] = LogKey{k.DecisionID, address(k.Part, k.Key), k.Number}
		}
		return keys, err
	}
	if w.Parts, err = read(`SELECT decision_id, part, key, number FROM decision_parts ORDER BY id`); err != nil {
		return w, err
	}
	if w.Moves, err = read(`SELECT decision_id, '' AS part, '' AS key, number FROM decision_moves ORDER BY id`); err != nil {
		return w, err
	}
	w.Papers, err = read(`SELECT decision_id, '' AS part, '' AS key, number FROM decision_publications ORDER BY id`)
	return w, err
}

// LoggedSince lists the decisions that have entries from an index on.
func (s *Store) LoggedSince(ctx context.Context, index int64) ([]int64, error) {
	return scalars[int64](ctx, s, `SELECT DISTINCT decision_id FROM log_entries WHERE index >= $1 AND decision_id IS NOT NULL`, index)
}

// Unlogged lists events of a noun that have no entry in the log, at most most of them.
func (s *Store) Unlogged(ctx context.Context, noun string, most int) ([]models.Event, error) {
	return rows[models.Event](ctx, s, `SELECT `+eventColumns+` FROM events e WHERE e.noun = $1 AND NOT EXISTS (SELECT 1 FROM log_entries l WHERE l.event_id = e.id) ORDER BY e.id LIMIT $2`, noun, most)
}
