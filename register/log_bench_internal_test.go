package register

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/proof"
)

// bulk fills the log of many published decisions at once, as the journeys would one by one.
type bulk struct {
	edge                                        proof.Edge
	event                                       int64
	events, parts, moves, papers, entries, node [][]any
	decisions                                   [][]any
}

// log adds an event and its entry.
func (k *bulk) log(b *testing.B, decision int64, action string, at time.Time, l proof.Entry) {
	k.event++
	after, err := json.Marshal(map[string]any{"state": l.To, "part": l.Part, "number": l.Number, "title": "A file service for the ministry"})
	if err != nil {
		b.Fatal(err)
	}
	e := &models.Event{ID: k.event, At: at, Action: action, ActorName: "An officer", RequestID: strconv.FormatInt(k.event*7919, 36), Noun: "decision", NounID: decision, Title: "Files", SeenTo: models.VisiblePublic, After: after}
	text, err := e.Text()
	if err != nil {
		b.Fatal(err)
	}
	sum := sha256.Sum256(text)
	l.Event, l.At, l.Noun, l.Action, l.EventDigest = k.event, at, e.Noun, action, hex.EncodeToString(sum[:])
	body := l.Bytes()
	leaf, number, index := proof.Leaf(body), proof.Stored(k.edge.Size()), k.edge.Size()
	for i, h := range k.edge.Add(leaf) {
		k.node = append(k.node, []any{number + int64(i), h[:]})
	}
	k.events = append(k.events, []any{e.ID, at, action, e.ActorName, e.RequestID, e.Noun, decision, e.Title, string(e.SeenTo), string(after)})
	k.entries = append(k.entries, []any{index, k.event, decision, body, leaf[:]})
}

// decision adds one with eight parts, eight moves and a publication, as the worked example has.
func (k *bulk) decision(b *testing.B, id int64) {
	at := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(id) * time.Minute)
	d := &models.Decision{ID: id, Ref: fmt.Sprintf("health-2026-%05d", id)}
	var parts []models.DecisionPart
	k.log(b, id, "decision.opened", at, proof.Entry{Ref: d.Ref, Role: "registrar"})
	for n := range 8 {
		content := fmt.Appendf(nil, `{"case":%d,"part":%d,"text":%q}`, id, n, strings.Repeat("What is said of it, in plain words. ", 100))
		sum := sha256.Sum256(content)
		p := models.DecisionPart{DecisionID: id, Part: models.PartCandidate, Key: fmt.Sprintf("c%d", n), Number: 1, Digest: sum[:], Role: models.Registrar}
		parts = append(parts, p)
		d.Digest = models.DossierDigest(parts)
		k.parts = append(k.parts, []any{id, string(p.Part), p.Key, p.Number, string(content), p.Digest, "An officer", string(p.Role), "draft", at})
		k.log(b, id, "decision.part-filed", at, partLogged(d, &p, d.Digest).entry)
		results := []models.RuleResult{{Rule: "C2", Title: "A rule of the law", Severity: "block", Gate: "need", Outcome: models.RulePasses, Law: "Article 7"}}
		m := &models.DecisionMove{DecisionID: id, Number: n + 1, From: models.DecisionState(fmt.Sprintf("s%d", n)), To: models.DecisionState(fmt.Sprintf("s%d", n+1)), ByName: "An officer", Role: models.Approver, At: at, Reason: "It is so.", Digest: d.Digest, RegimeVersionID: 1, Results: results}
		text, err := json.Marshal(results)
		if err != nil {
			b.Fatal(err)
		}
		k.moves = append(k.moves, []any{id, m.Number, string(m.From), string(m.To), m.ByName, string(m.Role), at, m.Reason, string(text), m.Digest, int64(1)})
		l, err := moveLogged(d, m)
		if err != nil {
			b.Fatal(err)
		}
		k.log(b, id, "decision.moved", at, l.entry)
	}
	document := fmt.Appendf(nil, `{"ref":%q,"text":%q}`, d.Ref, strings.Repeat("What the public is told of it. ", 700))
	sum := sha256.Sum256(document)
	k.papers = append(k.papers, []any{id, 1, document, sum[:], at})
	k.log(b, id, "decision.published", at, publicationLogged(d, &models.DecisionPublication{Number: 1, Digest: sum[:]}, models.Registrar).entry)
	k.decisions = append(k.decisions, []any{id, d.Ref, int64(1), "new", "full", "Files", "s8", int64(1), d.Digest})
}

func (k *bulk) write(b *testing.B, conn *pgx.Conn) {
	ctx := context.Background()
	for _, t := range []struct {
		table   string
		columns string
		rows    *[][]any
	}{
		{"decisions", "id ref agency_id kind track title state regime_version_id digest", &k.decisions},
		{"events", "id at action actor_name request_id noun noun_id title seen_to after", &k.events},
		{"decision_parts", "decision_id part key number content digest by_name role state at", &k.parts},
		{"decision_moves", "decision_id number from to by_name role at reason results digest regime_version_id", &k.moves},
		{"decision_publications", "decision_id number document digest at", &k.papers},
		{"log_entries", "index event_id decision_id body hash", &k.entries},
		{"log_hashes", "id hash", &k.node},
	} {
		if _, err := conn.CopyFrom(ctx, pgx.Identifier{t.table}, strings.Fields(t.columns), pgx.CopyFromRows(*t.rows)); err != nil {
			b.Fatal(t.table, err)
		}
		*t.rows = (*t.rows)[:0]
	}
}

// BenchmarkVerifyLog checks the log of LOG_DECISIONS published decisions, each with 18 entries, 3.5 kB in each part and a document of 22 kB.
func BenchmarkVerifyLog(b *testing.B) {
	decisions := 1000
	if n, err := strconv.Atoi(os.Getenv("LOG_DECISIONS")); err == nil {
		decisions = n
	}
	r, dsn := keyed(b, 0)
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close(ctx)
	for _, sql := range []string{ // what a decision points to is not looked at here
		`ALTER TABLE decisions DROP CONSTRAINT decisions_agency_exists, DROP CONSTRAINT decisions_regime_version_id_fkey`,
		`ALTER TABLE decision_moves DROP CONSTRAINT decision_moves_regime_version_id_fkey`} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			b.Fatal(err)
		}
	}
	k := &bulk{}
	for id := range decisions {
		k.decision(b, int64(id+1))
		if id%200 == 199 || id == decisions-1 {
			k.write(b, conn)
		}
	}
	checkpoint(b, r)
	for b.Loop() {
		report := verified(b, r, LogCheck{})
		if !report.Same() || report.Rows["decisions"] != int64(decisions) {
			b.Fatalf("%+v", report)
		}
		b.ReportMetric(float64(report.Size)/report.Took.Seconds(), "entries/s")
	}
}

// BenchmarkAppendLog writes events with their entries, one transaction each.
func BenchmarkAppendLog(b *testing.B) {
	r, _ := keyed(b, 0)
	n := 0
	for b.Loop() {
		publish(b, r, n, models.VisiblePublic)
		n++
	}
}
