package register

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/proof"
	"github.com/ospo-register/ospo/store"
)

// filed makes a decision with two versions of a part, a move and a publication, each logged as the journeys do.
func filed(t *testing.T, r *Register) *models.Decision {
	t.Helper()
	ctx := t.Context()
	now := time.Now().UTC().Truncate(time.Microsecond)
	a := &models.Agency{Name: "Ministry of Health", Code: "health", URI: "https://health.example.gov", Kind: models.Ministry}
	if err := r.RegisterAgency(ctx, theOffice, a); err != nil {
		t.Fatal(err)
	}
	cost := models.Decimal("1.50")
	d := &models.Decision{Value: &cost, Currency: "TTD", AgencyID: a.ID, Kind: models.DecideNew, Track: models.FullTrack, Title: "Files", Function: "FILES.SHARE", State: models.DecisionDraft, Visibility: models.VisiblePublic, CreatedAt: now, Digest: models.DossierDigest(nil)}
	step := func(action string, do func(tx *store.Tx) (logged, error)) {
		t.Helper()
		err := store.Write(ctx, r.store, func(tx *store.Tx) error {
			l, err := do(tx)
			if err != nil {
				return err
			}
			after := map[string]any{"title": "Offer", "filename": "offer.txt", "type": "offer", "tier": "agency", "at": now, "state": d.State}
			switch action {
			case "decision.opened":
				after = openedAs(d)
			case "decision.published":
				after = publishedAs(d, &models.DecisionPublication{Number: 1}, nil)
			}
			_, err = recordLeaf(ctx, tx, theOffice, event{action: action, noun: "decision", id: d.ID, title: d.Title, agency: d.AgencyID, to: d.Visibility, after: after}, l)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	d.RegimeVersionID = bound(t, r, now)
	step("decision.opened", func(tx *store.Tx) (logged, error) {
		err := tx.CreateDecision(ctx, d, a.Code)
		return logged{d.ID, proof.Entry{Ref: d.Ref, Role: "registrar"}}, err
	})
	for n := range 2 {
		step("decision.filed", func(tx *store.Tx) (logged, error) {
			content := fmt.Appendf(nil, `{"purpose":"Share files, %d é","b":1.50}`, n)
			sum := sha256.Sum256(content)
			p := &models.DecisionPart{DecisionID: d.ID, Part: models.PartCost, Key: "b", Content: content, Digest: sum[:], ByName: theOffice.Name, Role: models.Registrar, State: d.State, At: now}
			if err := tx.AddDecisionPart(ctx, p); err != nil {
				return logged{}, err
			}
			d.Digest = models.DossierDigest([]models.DecisionPart{*p})
			return partLogged(d, p, d.Digest), tx.SaveDecision(ctx, d)
		})
	}
	step("decision.moved", func(tx *store.Tx) (logged, error) {
		m := &models.DecisionMove{DecisionID: d.ID, From: d.State, To: models.NeedConfirmed, ByName: theOffice.Name, Role: models.Registrar, At: now, Reason: "The need is clear.", Digest: d.Digest, RegimeVersionID: d.RegimeVersionID,
			Results: []models.RuleResult{{Rule: "N1", Title: "Need", Severity: "block", Gate: "need", Outcome: models.RulePasses}}}
		if err := tx.AddDecisionMove(ctx, m); err != nil {
			return logged{}, err
		}
		d.State = m.To
		if err := tx.SaveDecision(ctx, d); err != nil {
			return logged{}, err
		}
		return moveLogged(d, m)
	})
	step("decision.published", func(tx *store.Tx) (logged, error) {
		sum := sha256.Sum256([]byte(`{"ref":"x"}`))
		p := &models.DecisionPublication{DecisionID: d.ID, Document: []byte(`{"ref":"x"}`), Digest: sum[:], At: now}
		err := tx.AddDecisionPublication(ctx, p)
		return publicationLogged(d, p, models.Registrar), err
	})
	for n := range 2 {
		step("attachment.filed", func(tx *store.Tx) (logged, error) {
			return filedAttachment(ctx, tx, d, n, now)
		})
	}
	return d
}

// bound puts a law in force and logs that as the journey does.
func bound(t testing.TB, r *Register, now time.Time) (version int64) {
	t.Helper()
	on := models.DateOf(now)
	g := &models.Regime{Code: "TT", Name: "Law", CreatedAt: now}
	err := store.Write(t.Context(), r.store, func(tx *store.Tx) error {
		if err := tx.CreateRegime(t.Context(), g); err != nil {
			return err
		}
		v := &models.RegimeVersion{RegimeID: g.ID, State: models.PolicyActive, Text: "x", Book: "y", Digest: models.DossierDigest(nil), ValidFrom: &on, CreatedAt: now, UpdatedAt: now, ActivatedAt: &now}
		if err := tx.CreateRegimeVersion(t.Context(), v); err != nil {
			return err
		}
		version = v.ID
		_, err := recordLeaf(t.Context(), tx, theOffice, boundEvent(v, &policy.Regime{Code: g.Code, Title: g.Name}, nil, nil, nil), lawLogged(&store.RegimeVersionRow{RegimeVersion: *v, Code: g.Code}))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return version
}

// filedAttachment files a document, and then one that takes its place.
func filedAttachment(ctx context.Context, tx *store.Tx, d *models.Decision, n int, now time.Time) (logged, error) {
	body := fmt.Appendf(nil, "Offer %d", n)
	sum := sha256.Sum256(body)
	content, _, err := tx.KeepAttachment(ctx, sum[:], int64(len(body)), bytes.NewReader(body))
	if err != nil {
		return logged{}, err
	}
	a := &models.Attachment{DecisionID: d.ID, ContentID: content, Title: "Offer", Filename: "offer.txt", Type: "offer", Media: "text/plain", Tier: models.VisibleAgency, ByName: theOffice.Name, At: now}
	if n > 0 {
		a.SupersedesID = optional(1)
	}
	if err := tx.AddAttachment(ctx, a); err != nil {
		return logged{}, err
	}
	return attachmentLogged(d, a.ID, models.Registrar, sum[:]), nil
}

func TestTamperingWithADossierIsFoundAndNamed(t *testing.T) {
	for _, c := range []struct {
		name, sql, row, want string
	}{
		{"the content of a part", `UPDATE decision_parts SET content = replace(content::text, 'Share', 'Steal')::json WHERE number = 1`, "decision_parts of health-2026-0001, cost/b, number 1", "Its content is not what was logged"},
		{"a space in a part", `UPDATE decision_parts SET content = replace(content::text, ':', ': ')::json WHERE number = 2`, "decision_parts of health-2026-0001, cost/b, number 2", "Its content is not what was logged"},
		{"a part with its digest", `UPDATE decision_parts SET content = '{}', digest = sha256('{}') WHERE number = 2`, "decision_parts of health-2026-0001, cost/b, number 2", "Its content is not what was logged"},
		{"the digest of a part", `UPDATE decision_parts SET digest = sha256('x') WHERE number = 1`, "decision_parts of health-2026-0001, cost/b, number 1", "Its digest is not the one"},
		{"the role of who wrote a part", `UPDATE decision_parts SET role = 'approver' WHERE number = 1`, "decision_parts of health-2026-0001, cost/b, number 1", "Who wrote it"},
		{"a part that is gone", `DELETE FROM decision_parts WHERE number = 1`, "decision_parts of health-2026-0001, cost/b, number 1", "The row is missing"},
		{"a part written past the register", `INSERT INTO decision_parts (decision_id, part, key, number, content, digest, by_name, role, state, at) SELECT decision_id, 'need', '', 1, content, digest, by_name, role, state, at FROM decision_parts WHERE number = 1`, "decision_parts 1, need, number 1", "written past the register"},
		{"the reason of a move", `UPDATE decision_moves SET reason = 'Another'`, "decision_moves of health-2026-0001, number 1", "The move is not what was logged"},
		{"the result of a rule", `UPDATE decision_moves SET results = jsonb_set(results, '{0,outcome}', '"violation"')`, "decision_moves of health-2026-0001, number 1", "The move is not what was logged"},
		{"who moved it", `UPDATE decision_moves SET by_name = 'Another'`, "decision_moves of health-2026-0001, number 1", "The move is not what was logged"},
		{"a published document", `UPDATE decision_publications SET document = '{"ref":"y"}'`, "decision_publications of health-2026-0001, number 1", "Its content is not what was logged"},
		{"the bytes of a file", `UPDATE attachment_parts SET bytes = (SELECT bytes FROM attachment_parts WHERE content_id = 1) WHERE content_id = 2`, "attachments 2", "Its bytes do not have the digest"},
		{"bytes of a file that cannot be read", `UPDATE attachment_parts SET bytes = 'x' WHERE content_id = 2`, "attachments 2", "Its bytes cannot be read"},
		{"the file of another", `UPDATE attachments SET content_id = 2 WHERE id = 1`, "attachments 1", "Its decision or its content"},
		{"who may see a file", `UPDATE attachments SET tier = 'public' WHERE id = 1`, "attachments 1", "who may see it"},
		{"a file that is gone", `DELETE FROM attachments WHERE id = 2`, "attachments 2", "The row is missing"},
		{"a file past the register", `INSERT INTO attachments (decision_id, content_id, title, filename, type, media, tier, by_name, at) SELECT decision_id, content_id, title, filename, type, media, tier, by_name, at FROM attachments WHERE id = 1`, "attachments 3", "written past the register"},
		{"the state of a decision", `UPDATE decisions SET state = 'approved'`, "decisions health-2026-0001", "its state was changed without a move"},
		{"the reference of a decision", `UPDATE decisions SET ref = 'health-2026-0009'`, "decisions health-2026-0009", "It was logged as health-2026-0001"},
		{"the digest of a dossier", `UPDATE decisions SET digest = sha256('x')`, "decisions health-2026-0001", "The digest of its dossier"},
		{"the title of a decision", `UPDATE decisions SET title = 'Another'`, "decisions health-2026-0001", "title"},
		{"the function of a decision", `UPDATE decisions SET function = 'OTHER'`, "decisions health-2026-0001", "function"},
		{"the value of a decision", `UPDATE decisions SET value = 1.51`, "decisions health-2026-0001", "value"},
		{"the currency of a decision", `UPDATE decisions SET currency = 'USD'`, "decisions health-2026-0001", "value"},
		{"the kind of a decision", `UPDATE decisions SET kind = 'renewal'`, "decisions health-2026-0001", "kind"},
		{"the track of a decision", `UPDATE decisions SET track = 'short'`, "decisions health-2026-0001", "track"},
		{"whose decision it is", `WITH a AS (INSERT INTO agencies (uri, code, name, kind) VALUES ('https://b.example.gov', 'b', 'B', 'ministry') RETURNING id) UPDATE decisions SET agency_id = a.id FROM a`, "decisions health-2026-0001", "agency"},
		{"the law of a decision", `WITH v AS (INSERT INTO regime_versions (regime_id, number, state, text, digest) SELECT regime_id, 2, 'draft', text, digest FROM regime_versions RETURNING id) UPDATE decisions SET regime_version_id = v.id FROM v`, "decisions health-2026-0001", "regime"},
		{"who asked for a decision", `WITH u AS (INSERT INTO users (email, name) VALUES ('u@health.example.gov', 'U') RETURNING id) UPDATE decisions SET requested_by_id = u.id FROM u`, "decisions health-2026-0001", "requester"},
		{"who may see a decision", `UPDATE decisions SET visibility = 'agency'`, "decisions health-2026-0001", "visibility"},
		{"the next day of a decision", `UPDATE decisions SET due_on = '2027-01-01'`, "decisions health-2026-0001", "next day"},
		{"the end of a standstill", `UPDATE decisions SET standstill_on = '2026-01-01'`, "decisions health-2026-0001", "last day of the standstill"},
		{"the review of a decision", `UPDATE decisions SET review_on = '2036-01-01'`, "decisions health-2026-0001", "day of the review"},
		{"when a decision was approved", `UPDATE decisions SET approved_at = '2026-01-01'`, "decisions health-2026-0001", "time of the approval"},
		{"when a decision was published", `UPDATE decisions SET published_at = '2026-01-01'`, "decisions health-2026-0001", "time of the publication"},
		{"when a decision ended", `UPDATE decisions SET closed_at = '2026-01-01'`, "decisions health-2026-0001", "time of its end"},
		{"which software a decision is about", `WITH a AS (INSERT INTO assets (name, origin, steward_id, lifecycle, visibility) SELECT 'Other', 'open-source', id, 'planned', 'public' FROM agencies LIMIT 1 RETURNING id) UPDATE decisions SET asset_id = a.id FROM a`, "decisions health-2026-0001", "software"},
		{"which decision it follows", `UPDATE decisions SET prior_id = id`, "decisions health-2026-0001", "prior decision"},
		{"the last day of a law", `UPDATE regime_versions SET valid_to = valid_from`, "regime_versions 1 (TT, version 1)", "The day until which"},
		{"what was chosen", `UPDATE decisions SET chosen = 'b'`, "decisions health-2026-0001", "chosen candidate"},
		{"when a part was written", `UPDATE decision_parts SET at = at - interval '1 day' WHERE number = 1`, "decision_parts of health-2026-0001, cost/b, number 1", "When it was written"},
		{"at which state a part was written", `UPDATE decision_parts SET state = 'approved' WHERE number = 1`, "decision_parts of health-2026-0001, cost/b, number 1", "at which state"},
		{"the name of who wrote a part", `UPDATE decision_parts SET by_name = 'Another' WHERE number = 1`, "decision_parts of health-2026-0001, cost/b, number 1", "Who wrote it"},
		{"the text of a law", `UPDATE regime_versions SET text = 'z'`, "regime_versions 1 (TT, version 1)", "The text of the law"},
		{"the rules of a law", `UPDATE regime_versions SET book = 'z'`, "regime_versions 1 (TT, version 1)", "The rules"},
		{"the digest of a law", `UPDATE regime_versions SET digest = sha256('x')`, "regime_versions 1 (TT, version 1)", "The digest of the law"},
		{"the first day of a law", `UPDATE regime_versions SET valid_from = valid_from - 1`, "regime_versions 1 (TT, version 1)", "The day from which"},
		{"a law past the register", `INSERT INTO regime_versions (regime_id, number, state, text, digest, valid_from, activated_at) SELECT regime_id, 2, 'superseded', text, digest, valid_from, activated_at FROM regime_versions`, "regime_versions 2 (TT, version 2)", "past the register"},
		{"a law made a draft", `UPDATE regime_versions SET state = 'draft', activated_at = NULL`, "regime_versions 1", "The law is missing"},
		{"a decision written past the register", `INSERT INTO decisions (ref, agency_id, kind, track, title, regime_version_id, digest) SELECT 'health-2026-0002', agency_id, kind, track, title, regime_version_id, digest FROM decisions`, "decisions health-2026-0002", "written past the register"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, dsn := keyed(t, 0)
			filed(t, r)
			checkpoint(t, r)
			if report := verified(t, r, LogCheck{}); !report.Same() || report.Rows[tableParts] != 2 || report.Rows[tableMoves] != 1 || report.Rows[tablePapers] != 1 || report.Rows["decisions"] != 1 || report.Rows[tableFiles] != 2 || report.Rows[tableLaws] != 1 || report.Size != 8 {
				t.Fatalf("before anything was changed: %+v", report)
			}
			tamper(t, dsn, c.sql)
			report := verified(t, r, LogCheck{})
			if report.Total != 1 || report.Differences[0].Row != c.row || !strings.Contains(report.Differences[0].Sentence, c.want) {
				t.Errorf("not %s: %q alone, but %+v", c.row, c.want, report.Differences)
			}
		})
	}
}
