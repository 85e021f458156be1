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
func (k *bulk) log(b *testing.B, at time.Time, e event, l logged) {
	k.event++
	after, err := json.Marshal(e.after)
	if err != nil {
		b.Fatal(err)
	}
	told := &models.Event{ID: k.event, At: at, Action: e.action, ActorName: "An officer", RequestID: strconv.FormatInt(k.event*7919, 36), Noun: e.noun, NounID: e.id, Title: e.title, AgencyID: optional(e.agency), SeenTo: e.to, After: after}
	text, err := told.Text()
	if err != nil {
		b.Fatal(err)
	}
	sum := sha256.Sum256(text)
	entry := l.entry
	entry.Event, entry.At, entry.Noun, entry.Action, entry.EventDigest = k.event, at, e.noun, e.action, hex.EncodeToString(sum[:])
	body := entry.Bytes()
	leaf, number, index := proof.Leaf(body), proof.Stored(k.edge.Size()), k.edge.Size()
	for i, h := range k.edge.Add(leaf) {
		k.node = append(k.node, []any{number + int64(i), h[:]})
	}
	k.events = append(k.events, []any{told.ID, at, told.Action, told.ActorName, told.RequestID, told.Noun, told.NounID, told.Title, told.AgencyID, string(told.SeenTo), string(after)})
	k.entries = append(k.entries, []any{index, k.event, l.decision, body, leaf[:]})
}

// decision adds one with eight parts, eight moves and a publication, as the worked example has, each with the event that its journey writes.
func (k *bulk) decision(b *testing.B, agency, version, id int64) {
	at := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(id) * time.Minute)
	cost := models.Decimal("900000.00")
	d := &models.Decision{ID: id, Ref: fmt.Sprintf("health-2026-%05d", id), AgencyID: agency, Kind: models.DecideNew, Track: models.FullTrack, Title: "Files", Function: "FILES.SHARE", Value: &cost, Currency: "TTD",
		State: "s0", RegimeVersionID: version, Chosen: "c1", Visibility: models.VisiblePublic, CreatedAt: at, Digest: models.DossierDigest(nil)}
	var parts []models.DecisionPart
	k.log(b, at, decisionEvent("decision.opened", d, nil, openedAs(d)), logged{id, proof.Entry{Ref: d.Ref, Role: "registrar", To: string(d.State), Dossier: hexDigest(d.Digest)}})
	for n := range 8 {
		content := fmt.Appendf(nil, `{"case":%d,"part":%d,"text":%q}`, id, n, strings.Repeat("What is said of it, in plain words. ", 100))
		sum := sha256.Sum256(content)
		p := models.DecisionPart{DecisionID: id, Part: models.PartCandidate, Key: fmt.Sprintf("c%d", n), Number: 1, Digest: sum[:], Role: models.Registrar, State: d.State, At: at}
		parts = append(parts, p)
		d.Digest = models.DossierDigest(parts)
		k.parts = append(k.parts, []any{id, string(p.Part), p.Key, p.Number, string(content), p.Digest, "An officer", string(p.Role), string(p.State), at})
		k.log(b, at, filedEvent(d, nil, &p), partLogged(d, &p, d.Digest))
		k.moveTo(b, d, n+1, at)
	}
	document := fmt.Appendf(nil, `{"ref":%q,"text":%q}`, d.Ref, strings.Repeat("What the public is told of it. ", 700))
	sum := sha256.Sum256(document)
	paper := &models.DecisionPublication{Number: 1, Digest: sum[:]}
	k.papers = append(k.papers, []any{id, 1, document, sum[:], at})
	k.log(b, at, decisionEvent("decision.published", d, nil, publishedAs(d, paper, nil)), publicationLogged(d, paper, models.Registrar))
	k.decisions = append(k.decisions, []any{id, d.Ref, agency, string(d.Kind), string(d.Track), d.Title, d.Function, string(cost), d.Currency, string(d.State), version, d.Chosen, string(d.Visibility), at, d.Digest})
}

func (k *bulk) moveTo(b *testing.B, d *models.Decision, n int, at time.Time) {
	results := []models.RuleResult{{Rule: "C2", Title: "A rule of the law", Severity: "block", Gate: "need", Outcome: models.RulePasses, Law: "Article 7"}}
	m := &models.DecisionMove{DecisionID: d.ID, Number: n, From: d.State, To: models.DecisionState(fmt.Sprintf("s%d", n)), ByName: "An officer", Role: models.Approver, At: at, Reason: "It is so.", Digest: d.Digest, RegimeVersionID: d.RegimeVersionID, Results: results}
	text, err := json.Marshal(results)
	if err != nil {
		b.Fatal(err)
	}
	k.moves = append(k.moves, []any{d.ID, m.Number, string(m.From), string(m.To), m.ByName, string(m.Role), at, m.Reason, string(text), m.Digest, m.RegimeVersionID})
	l, err := moveLogged(d, m)
	if err != nil {
		b.Fatal(err)
	}
	d.State = m.To
	k.log(b, at, movedEvent(d, m), l)
}

func (k *bulk) write(b *testing.B, conn *pgx.Conn) {
	ctx := context.Background()
	for _, t := range []struct {
		table   string
		columns string
		rows    *[][]any
	}{
		{"decisions", "id ref agency_id kind track title function value currency state regime_version_id chosen visibility created_at digest", &k.decisions},
		{"events", "id at action actor_name request_id noun noun_id title agency_id seen_to after", &k.events},
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
	a := &models.Agency{Name: "Ministry of Health", Code: "health", URI: "https://health.example.gov", Kind: models.Ministry}
	if err := r.RegisterAgency(ctx, theOffice, a); err != nil {
		b.Fatal(err)
	}
	k := &bulk{}
	version := bound(b, r, time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC))
	var first []byte // the entry of the law
	if err := conn.QueryRow(ctx, `SELECT event_id, body FROM log_entries`).Scan(&k.event, &first); err != nil {
		b.Fatal(err)
	}
	k.edge.Add(proof.Leaf(first))
	for id := range decisions {
		k.decision(b, a.ID, version, int64(id+1))
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
