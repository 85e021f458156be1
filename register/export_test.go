package register_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/ospo-register/ospo/importers"
	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func (f *fixture) exported(x *register.Export, err error) *models.WholeSBOM {
	f.t.Helper()
	f.must(err)
	defer func() { f.must(x.Close()) }()
	data, err := io.ReadAll(x)
	f.must(err)
	if int64(len(data)) != x.Size || x.MediaType == "" || !strings.HasSuffix(x.Filename, ".json") {
		f.t.Errorf("export %+v of %d bytes", x, len(data))
	}
	doc := &models.WholeSBOM{}
	read, err := importers.Read(bytes.NewReader(data), register.Limits{}, doc.Add)
	f.must(err)
	doc.SBOMDocument = *read
	return doc
}

// written writes a portfolio as SPDX.
func (f *fixture) written(p *register.Portfolio, err error) (*register.Export, error) {
	f.t.Helper()
	if err != nil {
		return nil, err
	}
	return f.r.ExportPortfolio(ctx, p, register.ExportSPDX)
}

func (f *fixture) whole(p *register.Portfolio, err error) *models.WholeSBOM {
	f.t.Helper()
	return f.exported(f.written(p, err))
}

func (f *fixture) portfolio(asset int64) *register.Portfolio {
	f.t.Helper()
	p, err := f.r.AssetPortfolio(ctx, system, asset, 0)
	f.must(err)
	return p
}

// said lists packages as "name version licence" and edges as "name > name".
func said(doc *models.WholeSBOM) (packages, edges []string) {
	for _, p := range doc.List {
		license := p.Concluded
		if license == "" || license == "NOASSERTION" {
			license = p.Declared
		}
		packages = append(packages, strings.TrimSpace(p.Name+" "+p.Version+" "+license))
	}
	for _, e := range doc.Edges {
		edges = append(edges, doc.List[e.From].Name+" > "+doc.List[e.To].Name)
	}
	slices.Sort(packages)
	slices.Sort(edges)
	return packages, edges
}

func TestADocumentIsServedBackWithAllThatTheOriginalSays(t *testing.T) {
	f := newFixture(t)
	text := strings.Replace(document, `"name":"web",`, `"name":"web","copyrightText":"© Example","checksums":[{"algorithm":"SHA1","checksumValue":"da39a3ee5e6b4b0d3255bfef95601890afd80709"}],`, 1)
	receipt := f.receive(system, f.release(f.asset("Case Desk", f.health, models.VisiblePublic), "1.0"), text)
	doc := f.exported(f.r.ExportSBOM(ctx, models.Viewer{}, receipt.SBOM.ID, register.ExportSPDX))
	packages, edges := said(doc)
	if diff := cmp.Diff([]string{"libssl3 3.0.7-1+deb12u1 Apache-2.0", "product 1.0 EUPL-1.2", "web 2.1 LicenseRef-1"}, packages); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"product > web", "web > libssl3"}, edges); diff != "" {
		t.Error(diff)
	}
	if web := doc.List[1]; web.Copyright != "© Example" || len(web.Checksums) != 1 || doc.Extracted[0].Text != "Do as you like." {
		t.Errorf("lost: %+v %+v", web, doc.Extracted)
	}
	if doc.Namespace == "https://example.gov/spdx/1" || !strings.Contains(doc.Comment, "SHA-256") {
		t.Errorf("it passes itself off as the original: %q, %q", doc.Namespace, doc.Comment)
	}
	again := f.exported(f.r.ExportSBOM(ctx, system, receipt.SBOM.ID, register.ExportSPDX))
	if diff := cmp.Diff(doc, again); diff != "" {
		t.Errorf("a second export differs: %s", diff)
	}
	x, err := f.r.ExportSBOM(ctx, system, receipt.SBOM.ID, register.ExportCycloneDX)
	f.must(err)
	defer func() { f.must(x.Close()) }()
	if x.Filename != "case-desk-1.0.cdx.json" || x.Packages != 3 {
		t.Errorf("export %+v", x)
	}
}

func TestWhatMayNotBeSeenOrIsNotThereIsNotExported(t *testing.T) {
	f := newFixture(t)
	asset := f.asset("Secret", f.health, models.VisibleAgency)
	release := f.release(asset, "1")
	receipt := f.receive(system, release, document)
	empty := f.asset("Empty", f.health, models.VisiblePublic)
	for _, tt := range []struct {
		name, code string
		do         func() (*register.Export, error)
	}{
		{"a hidden document", "sbom-not-found", func() (*register.Export, error) {
			return f.r.ExportSBOM(ctx, models.Viewer{}, receipt.SBOM.ID, register.ExportSPDX)
		}},
		{"a hidden asset", "asset-not-found", func() (*register.Export, error) {
			return f.written(f.r.AssetPortfolio(ctx, models.Viewer{}, asset.ID, 0))
		}},
		{"a portfolio of which nothing may be seen", "nothing-to-export", func() (*register.Export, error) {
			return f.written(f.r.AgencyPortfolio(ctx, models.Viewer{}, f.health.ID))
		}},
		{"another's release", "release-not-found", func() (*register.Export, error) {
			return f.written(f.r.AssetPortfolio(ctx, system, empty.ID, release.ID))
		}},
		{"an asset without documents", "nothing-to-export", func() (*register.Export, error) {
			return f.written(f.r.AssetPortfolio(ctx, system, empty.ID, 0))
		}},
		{"a format nobody writes", "invalid-input", func() (*register.Export, error) {
			return f.r.ExportPortfolio(ctx, f.portfolio(receipt.SBOM.AssetID), "spdx")
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if x, err := tt.do(); !models.HasCode(err, tt.code) {
				t.Errorf("%v, %v", x, err)
			}
		})
	}
}

func TestWhatARetentionRuleLetGoIsRefusedWithItsReason(t *testing.T) {
	f := newFixture(t)
	release := f.release(f.asset("Case Desk", f.health, models.VisiblePublic), "1.0")
	old := f.receive(system, release, document).SBOM.ID
	kept := f.receive(system, release, strings.Replace(document, `"versionInfo":"2.1"`, `"versionInfo":"2.2"`, 1)).SBOM.ID
	f.must(store.Write(ctx, f.s, func(tx *store.Tx) error { return tx.ReduceSBOM(ctx, old, time.Now()) }))
	_, exported := f.r.ExportSBOM(ctx, system, old, register.ExportSPDX)
	_, compared := f.r.CompareSBOMs(ctx, system, kept, old)
	_, graph := f.r.PackageGraph(ctx, system, old, 0)
	for _, err := range []error{exported, compared, graph} {
		if !models.HasCode(err, "sbom-reduced") {
			t.Errorf("got %v", err)
		}
	}
}

func TestAnAssetIsExportedWithItsPartsAndEachComponentOnce(t *testing.T) {
	f := newFixture(t)
	suite := f.asset("Suite", f.health, models.VisiblePublic)
	part := f.asset("Part", f.health, models.VisiblePublic)
	f.must2(f.r.ChangeAsset(ctx, system, part.ID, 0, func(a *models.Asset) { a.ParentID = &suite.ID }))
	one := f.release(suite, "1.0")
	f.receive(system, one, document)
	f.receive(system, f.release(suite, "2.0"), strings.Replace(document, `"Do as you like."`, `"Do not."`, 1))
	f.receive(system, f.release(part, "7"), strings.Replace(document, `"name":"web"`, `"name":"web two"`, 1))
	whole := f.whole(f.r.AssetPortfolio(ctx, models.Viewer{}, suite.ID, 0))
	packages, edges := said(whole)
	want := []string{"Part 7", "Suite 1.0", "Suite 2.0", "libssl3 3.0.7-1+deb12u1 Apache-2.0", "product 1.0 EUPL-1.2",
		"web 2.1 LicenseRef-1-48b60961", "web 2.1 LicenseRef-1-afae25b2", "web two 2.1 LicenseRef-1-48b60961"} // one id, two texts
	if diff := cmp.Diff(want, packages); diff != "" {
		t.Error(diff)
	}
	if len(whole.Roots) != 2 || !slices.Contains(edges, "Suite > Part") || !slices.Contains(edges, "Part > product") || !slices.Contains(edges, "web two > libssl3") {
		t.Errorf("roots %v, edges %q", whole.Roots, edges)
	}
	texts := map[string]bool{}
	for _, x := range whole.Extracted {
		texts[x.Text] = true
	}
	if !texts["Do as you like."] || !texts["Do not."] || len(whole.Extracted) != 2 {
		t.Errorf("texts %+v", whole.Extracted)
	}
	packages, _ = said(f.whole(f.r.AssetPortfolio(ctx, models.Viewer{}, suite.ID, one.ID)))
	if slices.Contains(packages, "Suite 2.0") || !slices.Contains(packages, "Part 7") {
		t.Errorf("of one release: %q", packages)
	}
}

func TestAPortfolioKeepsItsMarkAndItsBytesUntilOneOfItsDocumentsIsAnother(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	one := f.release(a, "1.0")
	f.receive(system, one, document)
	written := func() (string, string) {
		p := f.portfolio(a.ID)
		x, err := f.r.ExportPortfolio(ctx, p, register.ExportSPDX)
		f.must(err)
		data, err := io.ReadAll(x)
		f.must(errors.Join(err, x.Close()))
		return p.Mark(), string(data)
	}
	mark, data := written()
	if again, same := written(); again != mark || same != data {
		t.Errorf("the same documents are marked %s and %s, and differ: %s", mark, again, cmp.Diff(data, same))
	}
	marks := map[string]bool{mark: true}
	for _, change := range []func(){
		func() { f.receive(system, one, strings.Replace(document, `"2.1"`, `"2.2"`, 1)) },
		func() { f.receive(system, f.release(a, "2.0"), document) },
		func() {
			f.must2(f.r.ChangeAsset(ctx, system, a.ID, 0, func(a *models.Asset) { a.Name = "Cases" }))
		},
	} {
		change()
		marks[f.portfolio(a.ID).Mark()] = true
	}
	if len(marks) != 4 {
		t.Errorf("marks %v", marks)
	}
}

func TestAPortfolioMayHaveMorePackagesThanADocumentThatIsHeld(t *testing.T) {
	dsn := testkit.OwnDSN(t)
	s, err := store.Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	f := &fixture{t: t, s: s, r: register.New(s)}
	health := f.agency("health", nil)
	kept := f.receive(system, f.release(f.asset("Large", health, models.VisiblePublic), "1"), document).SBOM.ID
	conn, err := pgx.Connect(ctx, dsn)
	f.must(err)
	defer conn.Close(ctx)
	const more = register.MaxExportPackages
	for _, sql := range []string{ // as if the document had had so many: taking them in would take longer than all else here
		`INSERT INTO components (id, hash, name, declared_id, concluded_id, effective_id)
			SELECT 1000 + g, decode(md5(g::text), 'hex'), 'package ' || g, c.declared_id, c.concluded_id, c.effective_id FROM generate_series(1, $1::int) g, (SELECT * FROM components ORDER BY id LIMIT 1) c`,
		`UPDATE sbom_contents SET component_ids = component_ids || (SELECT array_agg(1000 + g) FROM generate_series(1, $1::int) g), ordinals = ordinals || (SELECT array_agg(1000 + g) FROM generate_series(1, $1::int) g)`,
	} {
		var args []any
		if strings.Contains(sql, "$1") {
			args = []any{more}
		}
		_, err := conn.Exec(ctx, sql, args...)
		f.must(err)
	}
	x, err := f.written(f.r.AgencyPortfolio(ctx, models.Viewer{}, health.ID))
	f.must(err)
	defer func() { f.must(x.Close()) }()
	packages := 0
	read, err := importers.Read(x, register.Limits{}, func(*models.SBOMPackage) error { packages++; return nil })
	f.must(err)
	if want := more + 4; packages != want || x.Packages != want || len(read.Edges) != more+3 {
		t.Errorf("%d packages and %d relationships of document %d, want %d packages", packages, len(read.Edges), kept, want)
	}
}

func TestAPortfolioIsWhatAnAgencyRunsOrAnswersForAndTheViewerMaySee(t *testing.T) {
	f := newFixture(t)
	run, kept, hidden, foreign := f.asset("Run", f.education, models.VisiblePublic), f.asset("Kept", f.hospitals, models.VisiblePublic), f.asset("Hidden", f.hospitals, models.VisibleAgency), f.asset("Foreign", f.education, models.VisiblePublic)
	for i, a := range []*models.Asset{run, kept, hidden, foreign} {
		f.receive(system, f.release(a, "1.0"), strings.ReplaceAll(document, "spdx/1", "spdx/"+string(rune('a'+i))))
	}
	f.deployment(system, f.hospitals, run, "1.0", "Appointments")
	top := func(v models.Viewer) []string {
		doc := f.whole(f.r.AgencyPortfolio(ctx, v, f.health.ID))
		var names []string
		for _, r := range doc.Roots {
			names = append(names, doc.List[r].Name)
		}
		if len(doc.List) != len(names)+3 {
			t.Errorf("%d packages below %d releases", len(doc.List), len(names))
		}
		return names
	}
	if diff := cmp.Diff([]string{"Hidden", "Kept", "Run"}, top(system)); diff != "" {
		t.Error(diff)
	}
	// The public knows neither the hidden entry nor which version the hospitals run.
	if diff := cmp.Diff([]string{"Kept"}, top(models.Viewer{})); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Kept", "Run"}, top(f.person("reader@example.gov", models.Reader, f.education))); diff != "" {
		t.Error(diff)
	}
}

func TestTwoDocumentsAreComparedAndHiddenOnesAreNot(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	from := f.receive(system, f.release(a, "1.0"), document).SBOM.ID
	later := strings.NewReplacer(`"versionInfo":"2.1"`, `"versionInfo":"2.2"`, "pkg:npm/web@2.1", "pkg:npm/web@2.2", "Do as you like.", "Do not.", `"licenseDeclared":"Apache-2.0"`, `"licenseDeclared":"MIT"`, `{"spdxElementId":"SPDXRef-P","relatedSpdxElement":"SPDXRef-W"`, `{"spdxElementId":"SPDXRef-P","relatedSpdxElement":"SPDXRef-O"`).Replace(document)
	to := f.receive(system, f.release(a, "2.0"), later).SBOM.ID
	got, err := f.r.CompareSBOMs(ctx, models.Viewer{}, from, to)
	f.must(err)
	var changes []string
	for _, c := range got.Changes {
		kinds := []string{c.From.Version, c.To.Version}
		for _, k := range c.Kinds {
			kinds = append(kinds, string(k))
		}
		changes = append(changes, c.Name()+" "+strings.Join(kinds, " "))
	}
	if diff := cmp.Diff([]string{"libssl3 3.0.7-1+deb12u1 3.0.7-1+deb12u1 license", "web 2.1 2.2 version license"}, changes); diff != "" {
		t.Error(diff)
	}
	if got.Unchanged != 1 || got.EdgesAdded != 1 || got.EdgesRemoved != 1 || got.From.Release != "1.0" || got.To.Release != "2.0" {
		t.Errorf("comparison %+v", got.Comparison)
	}
	hidden := f.receive(system, f.release(f.asset("Hidden", f.health, models.VisibleAgency), "1"), document).SBOM.ID
	if _, err := f.r.CompareSBOMs(ctx, models.Viewer{}, from, hidden); !models.HasCode(err, "sbom-not-found") {
		t.Errorf("got %v", err)
	}
}

func TestAPackageKnowsWhyItIsThere(t *testing.T) {
	f := newFixture(t)
	sbom := f.receive(system, f.release(f.asset("Case Desk", f.health, models.VisiblePublic), "1.0"), document).SBOM.ID
	got, err := f.r.PackageGraph(ctx, models.Viewer{}, sbom, 2)
	f.must(err)
	if diff := cmp.Diff([][]int32{{0, 1, 2}}, got.Paths); diff != "" {
		t.Error(diff)
	}
	if got.Package == nil || got.Package.Name != "libssl3" || got.Depth != 2 || got.Names[0] != "product 1.0" || got.DependantCount != 1 || len(got.Picture.Nodes) != 3 || got.Picture.Nodes[0].Label != "product 1.0" {
		t.Errorf("graph %+v", got)
	}
	whole, err := f.r.PackageGraph(ctx, models.Viewer{}, sbom, -1)
	f.must(err)
	if whole.Package != nil || len(whole.Picture.Nodes) != 3 || !slices.Equal(whole.Depths, []int{1, 1, 1}) {
		t.Errorf("graph %+v", whole)
	}
	if _, err := f.r.PackageGraph(ctx, models.Viewer{}, sbom, 3); !models.HasCode(err, "package-not-found") {
		t.Errorf("got %v", err)
	}
}

func (f *fixture) must2(_ any, err error) {
	f.t.Helper()
	f.must(err)
}
