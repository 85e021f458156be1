package store_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm/schema"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// kept are columns that no model has: store fills and reads them by itself.
var kept = map[string][]string{"assets": {"search", "search_text"}}

func TestEveryModelHasExactlyTheColumnsOfItsTable(t *testing.T) {
	conn := connection(t)
	for _, model := range []any{
		models.Agency{}, models.AgencyParent{}, models.Asset{}, models.AssetURL{}, models.AssetIdentifier{}, models.Release{}, models.Deployment{}, models.Attestation{},
		models.User{}, models.Membership{}, models.Token{}, models.Event{}, models.Component{}, models.LicenseExpression{}, models.SBOM{},
		models.Delivery{}, models.UploadLink{}, models.RetentionRule{}, models.CalendarFeed{}, models.Attachment{}, models.OCDSRelease{}, models.UseClaim{}, models.Referent{}, models.Call{}, models.CallMember{}, models.Question{}, models.QuestionMessage{}, models.Suggestion{}, models.AccessRequest{},
		models.LicensePolicy{}, models.PolicyVersion{}, models.LicenseList{}, models.LicenseChoice{}, models.LicenseConclusion{}, models.Finding{}, models.FindingComment{}, models.Exemption{}, models.ObligationRecord{},
		models.Continuity{}, models.ChecklistAnswer{}, models.AssetSDG{}, models.StackEntry{},
		models.Source{}, models.Reading{}, models.ReadingLine{}, models.ForeignEntry{},
		models.Webhook{}, models.WebhookDelivery{}, models.WebhookAttempt{},
		models.Publisher{}, models.CodeHosting{}, models.Repository{}, models.CrawlerCatalog{}, models.CrawlerLog{}, models.SoftwareBundle{},
	} {
		parsed, err := schema.Parse(model, &sync.Map{}, schema.NamingStrategy{})
		if err != nil {
			t.Fatal(err)
		}
		want := append(slices.Clone(kept[parsed.Table]), parsed.DBNames...)
		slices.Sort(want)
		rows, err := conn.Query(context.Background(), `SELECT column_name::text FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1 ORDER BY 1`, parsed.Table)
		if err != nil {
			t.Fatal(err)
		}
		have, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(have)
		if diff := cmp.Diff(want, have); diff != "" {
			t.Errorf("%s: the model (-) and the table (+) differ; a new field needs a migration and a field in models:\n%s", parsed.Table, diff)
		}
	}
}

func TestEveryConstraintThatAPersonCanBreakHasASentence(t *testing.T) {
	rows, err := connection(t).Query(context.Background(), `SELECT conname::text FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype = 'u'
		UNION SELECT indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE i.indisunique AND NOT i.indisprimary AND c.relnamespace = 'public'::regnamespace`)
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	ours := []string{"agency_parents_one_open", "asset_urls_once", "asset_identifiers_once", "components_hash_once", "license_expressions_hash_once", "tokens_hash_once", "sboms_one_current_per_release", "deliveries_token_once", "upload_links_hash_once", "calendar_feeds_hash_once", "questions_hash_once", "attachment_contents_once", "findings_once", "watch_results_once", "license_contexts_digest_once", "log_entries_event_once", "webhooks_uuid_once", "webhook_deliveries_message_once", "webhook_deliveries_event_once", "webhook_attempts_number_once", "goose_db_version_pkey"}
	for _, name := range names {
		if !slices.Contains(ours, name) && !strings.HasPrefix(name, "river_") && !store.HasSentence(name) {
			t.Errorf("%s has no sentence in faults.go, and is not one that only we could break", name)
		}
	}
}

func TestEventsCannotBeChangedOrDeleted(t *testing.T) {
	conn := connection(t)
	for _, sql := range []string{`UPDATE events SET title = 'x'`, `DELETE FROM events`, `TRUNCATE events`} {
		if _, err := conn.Exec(context.Background(), sql); err == nil {
			t.Errorf("%s was allowed", sql)
		}
	}
}

func connection(t *testing.T) *pgx.Conn {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, testkit.SharedDSN(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(ctx) })
	return conn
}
