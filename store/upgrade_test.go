package store_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// formerRows are rows as programs wrote them when the schema had a version, of the tables that later versions change.
var formerRows = map[int64][]string{
	1: {
		`INSERT INTO agencies (id, uri, code, name, kind) VALUES (1, 'https://example.gov/1', 'A1', 'Ministry of Health', 'ministry')`,
		`INSERT INTO agency_closure (ancestor_id, descendant_id, depth) VALUES (1, 1, 0)`,
		`INSERT INTO users (id, email, name) VALUES (1, 'ada@example.gov', 'Ada'), (2, 'ben@example.gov', 'Ben')`,
		`INSERT INTO memberships (user_id, role, agency_id) VALUES (1, 'registrar', 1), (2, 'ospo-staff', NULL)`,
		`INSERT INTO assets (id, name, origin, steward_id, lifecycle, visibility, descriptions, categories, search_text, search) VALUES (1, 'Case Desk', 'gov-built', 1, 'in-use', 'public', '{"en": "Keeps cases."}', '["workflow-management"]', 'case desk', to_tsvector('simple', 'case desk'))`,
		`INSERT INTO releases (id, asset_id, number) VALUES (1, 1, '1.0')`,
		`INSERT INTO license_expressions (id, hash, stated, kind, class) VALUES (100, '\x00112233445566778899aabbccddeeff', 'MIT', 'id', 'permissive')`,
		`INSERT INTO components (id, hash, name, purl, base, version, declared_id, concluded_id, effective_id) VALUES (100, '\x00112233445566778899aabbccddeeff', 'left-pad', 'pkg:npm/left-pad@1.0.0', 'pkg:npm/left-pad', '1.0.0', 100, 100, 100)`,
		`INSERT INTO sboms (id, release_id, sha256, bytes, format, state, original_id, verdict, packages, components, relations, files) VALUES (1, 1, decode(repeat('ab', 32), 'hex'), 2, 'spdx-json', 'current', 1, 'accepted', 0, 0, 0, 0)`,
	},
	8: {
		`INSERT INTO license_policies (id, agency_id, name) VALUES (1, NULL, 'Policy of the government')`,
		`INSERT INTO findings (agency_id, asset_id, release_id, sbom_id, rule, verdict, severity, packages, state, opened_at) VALUES (1, 1, 1, 1, 'copyleft', 'deny', 'high', 1, 'open', now())`,
	},
	17: {
		`INSERT INTO publishers (id, agency_id, name) VALUES (1, 1, 'Health digital')`,
		`INSERT INTO repositories (id, asset_id, agency_id, publisher_id, url, canonical, host, visibility, state) VALUES (1, 1, 1, 1, 'https://git.example.gov/desk', 'git.example.gov/desk', 'git', 'public', 'new')`,
	},
}

// An upgrade that failed on rows of an older program left the database of a peer of no use.
func TestADatabaseOfEveryFormerVersionIsUpgradedWithItsData(t *testing.T) {
	ctx := context.Background()
	dsn := testkit.OwnDSN(t)
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	s, err := store.Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := conn.Exec(ctx, `DROP SCHEMA public CASCADE; CREATE SCHEMA public`); err != nil {
		t.Fatal(err)
	}
	s.Disconnect()
	versions, err := s.SchemaVersions()
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for _, v := range versions {
		if err := s.MigrateTo(ctx, v); err != nil {
			t.Fatalf("to version %d: %v", v, err)
		}
		for _, sql := range formerRows[v] {
			tag, err := conn.Exec(ctx, sql)
			if err != nil {
				t.Fatalf("at version %d: %v: %s", v, err, sql)
			}
			rows += int(tag.RowsAffected())
		}
	}
	if rows < 15 {
		t.Errorf("only %d rows of former versions were upgraded", rows)
	}
	if have, want, err := s.SchemaVersion(ctx); err != nil || have != want {
		t.Errorf("the schema is at version %d of %d, %v", have, want, err)
	}
	upgraded(t, s)
}

// upgraded asks this program for what former ones wrote.
func upgraded(t *testing.T, s *store.Store) {
	ctx, all := context.Background(), models.SystemViewer("test")
	a, err := s.Asset(ctx, all, 1)
	if err != nil || a.Name != "Case Desk" || a.Descriptions["en"] != "Keeps cases." {
		t.Errorf("the software is %+v, %v", a, err)
	}
	v, err := s.Viewer(ctx, 1)
	if err != nil || !v.May(models.WriteAsset, 1) {
		t.Errorf("the registrar is %+v, %v", v, err)
	}
	documents, err := s.SBOMs(ctx, all, 1, 0, models.Page{})
	if err != nil || len(documents.Items) != 1 {
		t.Errorf("the documents are %+v, %v", documents.Items, err)
	}
	findings, err := s.Findings(ctx, all, models.FindingFilter{})
	if err != nil || len(findings.Items) != 1 {
		t.Errorf("the findings are %+v, %v", findings.Items, err)
	}
	repo, err := s.Repository(ctx, all, 1)
	if err != nil || repo.UUID == "" || repo.PublisherID == nil {
		t.Errorf("the repository is %+v, %v", repo, err)
	}
	if list, err := s.Assets(ctx, models.Viewer{}, models.AssetFilter{Query: "desk"}); err != nil || len(list.Items) != 1 {
		t.Errorf("a search finds %+v, %v", list.Items, err)
	}
}

// A list that was cut off without a word made a peer's counts wrong.
func TestAListOfMoreThanTenThousandSaysSoAndIsWalkedWhole(t *testing.T) {
	ctx := context.Background()
	dsn := testkit.OwnDSN(t)
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	s, err := store.Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, sql := range []string{
		`INSERT INTO agencies (id, uri, code, name, kind) SELECT n, 'https://example.gov/' || n, 'A' || n, 'Agency ' || n, 'department' FROM generate_series(1, 10001) n`,
		`INSERT INTO agency_closure (ancestor_id, descendant_id, depth) SELECT n, n, 0 FROM generate_series(1, 10001) n`,
		`INSERT INTO assets (id, name, origin, steward_id, lifecycle, visibility) SELECT n, 'Software ' || n, 'gov-built', 1, 'in-use', 'public' FROM generate_series(1, 10001) n`,
		`INSERT INTO deployments (agency_id, asset_id, service, environment, data_class, personal_data, hosting, lifecycle, state, visibility, details) SELECT n, n, 'Service', 'production', 'open', 'none', 'on-premises', 'running', 'claimed', 'public', 'public' FROM generate_series(1, 10001) n`,
		`INSERT INTO repositories (agency_id, url, canonical, host, visibility, state) SELECT 1, 'https://git.example.gov/' || n, 'git.example.gov/' || n, 'git', 'public', 'new' FROM generate_series(1, 10001) n`,
	} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			t.Fatalf("%v: %s", err, sql)
		}
	}
	everybody := models.SystemViewer("test")
	for name, list := range map[string]func(models.Page) (int, string, models.Total, error){
		"agencies": func(p models.Page) (int, string, models.Total, error) {
			l, err := s.Agencies(ctx, models.AgencyFilter{Page: p})
			return len(l.Items), l.Next, l.Total, err
		},
		"software": func(p models.Page) (int, string, models.Total, error) {
			l, err := s.Assets(ctx, everybody, models.AssetFilter{Page: p})
			return len(l.Items), l.Next, l.Total, err
		},
		"deployments": func(p models.Page) (int, string, models.Total, error) {
			l, err := s.Deployments(ctx, everybody, models.DeploymentFilter{Page: p})
			return len(l.Items), l.Next, l.Total, err
		},
		"repositories": func(p models.Page) (int, string, models.Total, error) {
			l, err := s.Repositories(ctx, everybody, models.RepositoryFilter{Page: p})
			return len(l.Items), l.Next, l.Total, err
		},
	} {
		walked, pages := 0, 0
		for p := (models.Page{Limit: models.MaxLimit}); ; pages++ {
			n, next, total, err := list(p)
			if err != nil || pages > 100 {
				t.Fatalf("%s, page %d: %v", name, pages, err)
			}
			if total.Exact || total.Count != 10_000 {
				t.Errorf("%s: page %d says %+v", name, pages, total)
			}
			walked += n
			if p.After = next; next == "" {
				break
			}
		}
		if walked != 10_001 {
			t.Errorf("%s: %d were walked, want 10,001", name, walked)
		}
	}
	o, err := s.Overview(ctx, everybody, 0)
	if err != nil || fmt.Sprint(o.Agencies, o.Assets, o.Deployments) != "10001 10001 10001" {
		t.Errorf("the overview counts %d agencies, %d of software, %d deployments: %v", o.Agencies, o.Assets, o.Deployments, err)
	}
}
