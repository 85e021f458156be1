package register

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/proof"
)

func TestTamperingInTheDatabaseIsFoundAndNamed(t *testing.T) {
	for _, c := range []struct {
		name string
		sql  []string
		row  string
		want string
	}{
		{"the title of an event", []string{`UPDATE events SET title = 'Another' WHERE id = 3`}, "events 3", "one of its fields was changed"},
		{"who did it", []string{`UPDATE events SET actor_name = 'Somebody else' WHERE id = 4`}, "events 4", "one of its fields was changed"},
		{"the time of an event by a microsecond", []string{`UPDATE events SET at = at + interval '1 microsecond' WHERE id = 3`}, "events 3", "one of its fields was changed"},
		{"what changed by an event", []string{`UPDATE events SET after = jsonb_set(after, '{state}', '"refused"') WHERE id = 2`}, "events 2", "one of its fields was changed"},
		{"a number written in another way", []string{`UPDATE events SET after = jsonb_set(after, '{value}', '1.5') WHERE id = 2`, `UPDATE events SET after = jsonb_set(after, '{value}', '1.51') WHERE id = 2`}, "events 2", "one of its fields was changed"},
		{"an event that is gone", []string{`DELETE FROM events WHERE id = 5`}, "events 5", "The event is missing"},
		{"an event written past the register", []string{`INSERT INTO events (action, actor_name, noun, noun_id, title) VALUES ('decision.approved', 'x', 'decision', 1, 'x')`}, "events 11", "has no entry in the log"},
		{"the bytes of an entry", []string{`UPDATE log_entries SET body = convert_to(replace(convert_from(body, 'UTF8'), 'procurement', 'approver000'), 'UTF8') WHERE index = 6`}, "log_entries 6", "do not have the hash"},
		{"an entry with its column", []string{`UPDATE log_entries SET body = convert_to(replace(convert_from(body, 'UTF8'), 'procurement', 'approver000'), 'UTF8') WHERE index = 6`, `UPDATE log_entries SET hash = sha256('\x00'::bytea || body) WHERE index = 6`}, "log_entries 6", "do not have the hash"},
		{"an entry with its column and its leaf", []string{`UPDATE log_entries SET body = convert_to(replace(convert_from(body, 'UTF8'), 'procurement', 'approver000'), 'UTF8') WHERE index = 6`, `UPDATE log_entries SET hash = sha256('\x00'::bytea || body) WHERE index = 6`,
			`UPDATE log_hashes SET hash = (SELECT hash FROM log_entries WHERE index = 6) WHERE hash = (SELECT hash FROM log_hashes WHERE id = 10)`}, "log_checkpoints 10", "one of the entries 6 to 9"},
		{"the column of an entry alone", []string{`UPDATE log_entries SET hash = sha256('x') WHERE index = 0`}, "log_entries 0", "column hash"},
		{"an entry that speaks of another event", []string{`UPDATE log_entries SET event_id = 99 WHERE index = 2`}, "log_entries 2", "speaks of event 3, and its column event_id of 99"},
		{"an entry that is gone", []string{`DELETE FROM log_entries WHERE index = 4`}, "log_entries 4", "The entry is missing"},
		{"the last entries that are gone", []string{`DELETE FROM log_entries WHERE index > 7`, `DELETE FROM log_hashes WHERE id > 14`}, "log_checkpoints 10", "entries were taken away from its end"},
		{"a node of the tree", []string{`UPDATE log_hashes SET hash = sha256('x') WHERE id = 2`}, "log_hashes 2", "not what follows from the entries"},
		{"a checkpoint that is false", []string{`UPDATE log_checkpoints SET signed = replace(signed, E'\n10\n', E'\n9\n') WHERE size = 10`}, "log_checkpoints 10", "changed after it was signed"},
		{"a checkpoint that is none", []string{`UPDATE log_checkpoints SET signed = 'x' WHERE size = 10`}, "log_checkpoints 10", "not a signed checkpoint"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, dsn := keyed(t, 6)
			checkpoint(t, r)
			for n := 6; n < 10; n++ {
				publish(t, r, n, models.VisiblePublic)
			}
			checkpoint(t, r)
			if report := verified(t, r, LogCheck{}); !report.Same() || report.Size != 10 || report.Checkpoints != 2 || report.Signed != 10 || report.Rows["events"] != 10 {
				t.Fatalf("before anything was changed: %+v", report)
			}
			tamper(t, dsn, c.sql...)
			report := verified(t, r, LogCheck{})
			for _, d := range report.Differences {
				if d.Row == c.row && strings.Contains(d.Sentence, c.want) {
					return
				}
			}
			t.Errorf("not %s: %q, but %+v", c.row, c.want, report.Differences)
		})
	}
}

// rewrite makes the whole log anew from its entries, as somebody would who owns the database and knows how it is made.
func rewrite(t *testing.T, dsn string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, `SELECT body FROM log_entries ORDER BY index`)
	if err != nil {
		t.Fatal(err)
	}
	bodies, err := pgx.CollectRows(rows, pgx.RowTo[[]byte])
	if err != nil {
		t.Fatal(err)
	}
	var e proof.Edge
	for i, body := range bodies {
		leaf, number := proof.Leaf(body), proof.Stored(int64(i))
		if _, err := conn.Exec(ctx, `UPDATE log_entries SET hash = $2 WHERE index = $1`, i, leaf[:]); err != nil {
			t.Fatal(err)
		}
		for k, h := range e.Add(leaf) {
			if _, err := conn.Exec(ctx, `UPDATE log_hashes SET hash = $2 WHERE id = $1`, number+int64(k), h[:]); err != nil {
				t.Fatal(err)
			}
		}
	}
}

const forged = `UPDATE log_entries SET body = convert_to(replace(convert_from(body, 'UTF8'), 'procurement', 'approver000'), 'UTF8') WHERE index = 2`

func TestAWholeLogThatWasWrittenAnewContradictsWhatWasSigned(t *testing.T) {
	r, dsn := keyed(t, 9)
	kept := checkpoint(t, r)
	tamper(t, dsn, forged)
	rewrite(t, dsn)

	report := verified(t, r, LogCheck{})
	if report.Total != 1 || report.Differences[0].Row != "log_checkpoints 9" {
		t.Errorf("%+v", report)
	}
	publish(t, r, 9, models.VisiblePublic)
	if _, err := r.Checkpoint(t.Context()); !models.HasCode(err, "log-changed") {
		t.Errorf("a log that contradicts what was signed is signed: %v", err)
	}

	// With the register's own checkpoints gone too, and the key at hand, only who kept one elsewhere can tell.
	tamper(t, dsn, `DELETE FROM log_checkpoints`)
	fresh := checkpoint(t, r)
	if report := verified(t, r, LogCheck{}); !report.Same() {
		t.Errorf("%+v", report)
	}
	report = verified(t, r, LogCheck{Kept: [][]byte{kept}})
	if report.Total != 1 || report.Kept != 0 || report.Differences[0].Row != "checkpoint 1 that is given" {
		t.Errorf("%+v", report)
	}
	file, err := r.ConsistencyProof(t.Context(), 9, 0)
	if err != nil {
		t.Fatal(err)
	}
	f, err := proof.VerifyConsistency(kept, fresh, file, r.LogKeys()...)
	if err != nil || f.Same {
		t.Errorf("a log that was written anew is consistent with the old one: %+v %v", f, err)
	}
}

func TestTheLogRefusesToBeChangedByTheRegisterItself(t *testing.T) {
	r, dsn := keyed(t, 2)
	checkpoint(t, r)
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	for _, table := range []string{"log_entries", "log_hashes", "log_checkpoints"} {
		for _, sql := range []string{`DELETE FROM %s`, `TRUNCATE %s`} {
			if _, err := conn.Exec(ctx, fmt.Sprintf(sql, table)); err == nil {
				t.Errorf("%s of %s was allowed", sql, table)
			}
		}
	}
	for _, sql := range []string{`UPDATE log_entries SET hash = sha256('x')`, `UPDATE log_hashes SET hash = sha256('x')`, `UPDATE log_checkpoints SET signed = ''`} {
		if _, err := conn.Exec(ctx, sql); err == nil {
			t.Errorf("%s was allowed", sql)
		}
	}
}

func TestMoreDifferencesThanAReportNamesAreCounted(t *testing.T) {
	r, dsn := keyed(t, mostLogDifferences+5)
	tamper(t, dsn, `UPDATE events SET title = 'x'`)
	if report := verified(t, r, LogCheck{}); report.Total != mostLogDifferences+5 || len(report.Differences) != mostLogDifferences {
		t.Errorf("%d of %d", len(report.Differences), report.Total)
	}
}
