package api_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	dtrack "github.com/DependencyTrack/client-go"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/jobs"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// work reads in the background what was handed in, as the program does.
func (s *server) work() {
	s.t.Helper()
	runner, err := jobs.Start(context.Background(), jobs.Deps{Store: s.store, Register: register.New(s.store), Log: slog.New(slog.DiscardHandler)})
	s.must(err)
	s.t.Cleanup(func() {
		last, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := runner.Stop(last); err != nil {
			s.t.Error(err)
		}
	})
}

// dependencyTrack is the public client, that CI systems use, pointed at the register.
func (s *server) dependencyTrack(who string) *dtrack.Client {
	s.t.Helper()
	c, err := dtrack.NewClient(s.base, dtrack.WithAPIKey(s.tokens[who]))
	s.must(err)
	return c
}

// processed asks as the client does until the upload was read.
func (s *server) processed(c *dtrack.Client, token dtrack.BOMUploadToken) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		processing, err := c.BOM.IsBeingProcessed(ctx, token) //nolint:staticcheck // the old call still runs in pipelines
		s.must(err)
		if !processing {
			return
		}
	}
}

// bom is a CycloneDX document as build tools write it.
func bom(name, version, component string) string {
	return fmt.Sprintf(`{"bomFormat":"CycloneDX","specVersion":"1.5","serialNumber":"urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79","version":1,
"metadata":{"timestamp":"2026-11-20T10:00:00Z","component":{"bom-ref":"root","type":"application","name":%q,"version":%q}},
"components":[{"bom-ref":"c","type":"library","name":%q,"version":"1.2.3","purl":"pkg:npm/%s@1.2.3"}],
"dependencies":[{"ref":"root","dependsOn":["c"]}]}`, name, version, component, component)
}

func TestThePublicClientOfDependencyTrackUploadsAndPolls(t *testing.T) {
	s := newServer(t)
	s.work()
	ctx := context.Background()
	c := s.dependencyTrack("registrar")

	document := bom("Intake Portal", "3.1", "left-pad")
	token, err := c.BOM.Upload(ctx, dtrack.BOMUploadRequest{ProjectName: "Intake Portal", ProjectVersion: "3.1", AutoCreate: true, ProjectTags: []dtrack.Tag{{Name: "Case Management"}, {Name: "GovStack!"}},
		ParentName: "Case Desk", ParentVersion: "4.2.1", BOM: base64.StdEncoding.EncodeToString([]byte(document))})
	s.must(err)
	s.processed(c, token)
	project, err := c.Project.Lookup(ctx, "intake portal", "3.1")
	s.must(err)
	if project.Name != "Intake Portal" || project.Version != "3.1" || !project.Active || project.LastBOMImport == 0 || !slices.Equal(project.Tags, []dtrack.Tag{{Name: "case-management"}, {Name: "govstack"}}) {
		t.Errorf("the project is %+v", project)
	}
	poll := s.ask(public, http.MethodGet, "/api/v1/event/token/"+string(token), nil, "X-Api-Key: "+s.tokens["registrar"]).object(t)
	if poll["state"] != "done" || poll["sbomId"] == nil {
		t.Fatalf("the upload became %v", poll)
	}
	taken := s.get("registrar", path("/sboms/%.0f", poll["sbomId"])).object(t)
	if taken["asset"] != "Intake Portal" || taken["release"] != "3.1" || taken["format"] != "cyclonedx-json" || taken["packages"] != 2.0 {
		t.Errorf("the document is %v", taken)
	}
	asset, err := s.store.Asset(ctx, sample.By, int64(taken["assetId"].(float64)))
	s.must(err)
	if asset.ParentID == nil || *asset.ParentID != s.state.CaseDesk.ID || asset.StewardID != s.state.Health.ID {
		t.Errorf("the software is %+v", asset)
	}

	// the next build sends to the project by its UUID, as a form
	next := bom("Intake Portal", "3.1", "right-pad")
	token, err = c.BOM.PostBom(ctx, dtrack.BOMUploadRequest{ProjectUUID: &project.UUID, BOM: next})
	s.must(err)
	s.processed(c, token)
	release := path("/releases/%.0f/sboms", taken["releaseId"])
	list := s.get("registrar", release).items(t)
	if len(list) != 2 || list[0]["state"] != "current" || list[1]["state"] != "superseded" {
		t.Fatalf("the release has %v", list)
	}
	original := s.ask("registrar", http.MethodGet, path("/sboms/%.0f/original", list[0]["id"]), nil, "Accept-Encoding: identity")
	if string(original.body) != next || original.header.Get("Content-Type") != "application/vnd.cyclonedx+json" {
		t.Errorf("the original is %s of %s", original.body, original.header.Get("Content-Type"))
	}

	// the same bytes again change nothing
	token, err = c.BOM.PostBom(ctx, dtrack.BOMUploadRequest{ProjectName: "Intake Portal", ProjectVersion: "3.1", AutoCreate: true, BOM: next})
	s.must(err)
	s.processed(c, token)
	if again := s.get("registrar", release).items(t); len(again) != 2 {
		t.Errorf("after the same bytes the release has %d documents", len(again))
	}
}

func TestTheClientReadsProjectsPageByPage(t *testing.T) {
	s := newServer(t)
	ctx := context.Background()
	c := s.dependencyTrack("reader")
	first, err := c.Project.GetAll(ctx, dtrack.PageOptions{PageNumber: 1, PageSize: 2})
	s.must(err)
	second, err := c.Project.GetAll(ctx, dtrack.PageOptions{PageNumber: 2, PageSize: 2})
	s.must(err)
	if len(first.Items) != 2 || first.TotalCount < 3 || len(second.Items) == 0 || first.Items[1].UUID == second.Items[0].UUID {
		t.Errorf("the pages are %+v and %+v", first, second)
	}
	named, err := c.Project.GetProjectsForName(ctx, "Case Desk", true, false)
	s.must(err)
	for _, p := range named {
		if p.Name != "Case Desk" || p.UUID.Version() != 8 || p.UUID.Variant() != uuid.RFC4122 {
			t.Errorf("named so is %+v", p)
		}
		same, err := c.Project.Get(ctx, p.UUID)
		s.must(err)
		if diff := cmp.Diff(p, same); diff != "" {
			t.Error(diff)
		}
	}
	if len(named) < 2 {
		t.Errorf("of Case Desk there are %d", len(named))
	}
}

func TestAnUploadThatCannotBeTakenIsRefusedWhileThePipelineListens(t *testing.T) {
	s := newServer(t)
	ctx := context.Background()
	encoded := base64.StdEncoding.EncodeToString([]byte(bom("New Thing", "1", "x")))
	unknown := uuid.MustParse("0f5cbf5c-2b61-4c8a-9a0e-3bd09b4d6c2d")
	for _, tc := range []struct {
		name, who string
		send      dtrack.BOMUploadRequest
		status    int
		says      string
	}{
		{"what is no SBOM", "registrar", dtrack.BOMUploadRequest{ProjectName: "New", ProjectVersion: "1", AutoCreate: true, BOM: base64.StdEncoding.EncodeToString([]byte(`{"hello":"world"}`))}, 400, "not-an-sbom"},
		{"what is not base64", "registrar", dtrack.BOMUploadRequest{ProjectName: "New", ProjectVersion: "1", AutoCreate: true, BOM: "{}"}, 400, "not-base64"},
		{"nothing", "registrar", dtrack.BOMUploadRequest{ProjectName: "New", ProjectVersion: "1", AutoCreate: true}, 400, "empty"},
		{"a project that is not there", "registrar", dtrack.BOMUploadRequest{ProjectName: "New", ProjectVersion: "1", BOM: encoded}, 404, "project-not-found"},
		{"a UUID of somebody else's", "registrar", dtrack.BOMUploadRequest{ProjectUUID: &unknown, BOM: encoded}, 404, "project-not-found"},
		{"a parent that is not there", "registrar", dtrack.BOMUploadRequest{ProjectName: "New", ProjectVersion: "1", AutoCreate: true, ParentName: "Nobody", BOM: encoded}, 404, "parent-not-found"},
		{"a parent whose UUID is somebody else's", "registrar", dtrack.BOMUploadRequest{ProjectName: "New", ProjectVersion: "1", AutoCreate: true, ParentUUID: &unknown, BOM: encoded}, 404, "parent-not-found"},
		{"no project at all", "registrar", dtrack.BOMUploadRequest{BOM: encoded}, 400, "project-missing"},
		{"an agency that is not there", "registrar", dtrack.BOMUploadRequest{ProjectName: "New", ProjectVersion: "1", AutoCreate: true, ProjectTags: []dtrack.Tag{{Name: "agency:nowhere"}}, BOM: encoded}, 400, "agency-unknown"},
		{"somebody who only reads", "reader", dtrack.BOMUploadRequest{ProjectName: "New", ProjectVersion: "1", AutoCreate: true, BOM: encoded}, 403, "not-allowed"},
		{"software of another agency", "buyer", dtrack.BOMUploadRequest{ProjectName: "Case Desk", ProjectVersion: "4.2.1", BOM: encoded}, 403, "not-allowed"},
	} {
		_, err := s.dependencyTrack(tc.who).BOM.Upload(ctx, tc.send)
		var refused *dtrack.APIError
		if !errors.As(err, &refused) || refused.StatusCode != tc.status || !strings.Contains(refused.Message, tc.says) {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
	for _, key := range []string{"", "X-Api-Key: odt_other", "X-Api-Key: ospo_bogus"} {
		headers := []string{"Content-Type: application/json"}
		if key != "" {
			headers = append(headers, key)
		}
		if a := s.ask(public, http.MethodPut, "/api/v1/bom", `{}`, headers...); a.status != http.StatusUnauthorized || a.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("with %q: %d %s", key, a.status, a.body)
		}
	}
	list, err := s.store.Deliveries(ctx, sample.By, store.DeliveryFilter{})
	s.must(err)
	if len(list.Items) != 0 {
		t.Errorf("%d deliveries were kept", len(list.Items))
	}
}

func TestAFormMayComeInAnyOrderAndFromAShell(t *testing.T) {
	s := newServer(t)
	key := "X-Api-Key: " + s.tokens["registrar"]
	form := func(fields ...string) string {
		var b strings.Builder
		for i := 0; i < len(fields); i += 2 {
			fmt.Fprintf(&b, "--XX\r\nContent-Disposition: form-data; name=%q\r\n\r\n%s\r\n", fields[i], fields[i+1])
		}
		return b.String() + "--XX--\r\n"
	}
	document := bom("Shelly", "1", "x")
	for _, tc := range []struct {
		name, body, kind string
		status           int
		code             string
	}{
		{"the document first", form("bom", document, "projectTags", "a, B C,,agency:nib", "autoCreate", "true", "projectName", "Shelly", "projectVersion", "1"), "multipart/form-data; boundary=XX", 200, ""},
		{"everything from the document", form("autoCreate", "TRUE", "bom", document), "multipart/form-data; boundary=XX", 200, ""},
		{"no document", form("autoCreate", "true"), "multipart/form-data; boundary=XX", 400, "bom-missing"},
		{"two documents", form("autoCreate", "true", "bom", document, "bom", document), "multipart/form-data; boundary=XX", 400, "bom-repeated"},
		{"a form that breaks off", form("autoCreate", "true", "bom", document)[:150], "multipart/form-data; boundary=XX", 400, "body-broken-off"},
		{"a field without end", form("projectName", strings.Repeat("n", 1<<17), "bom", document), "multipart/form-data; boundary=XX", 400, "field-too-long"},
		{"a document over the limit", form("autoCreate", "true", "bom", strings.Repeat(" ", 1<<20+1)), "multipart/form-data; boundary=XX", 413, "body-too-large"},
		{"JSON", `{"bom":""}`, "application/json", 415, "form-missing"},
	} {
		a := s.ask(public, http.MethodPost, "/api/v1/bom", tc.body, key, "Content-Type: "+tc.kind)
		if a.status != tc.status || tc.code != "" && a.object(t)["code"] != tc.code {
			t.Errorf("%s: %d %s", tc.name, a.status, a.body)
		}
	}
	put := s.ask(public, http.MethodPut, "/api/v1/bom", `{"projectName":"Shelly","projectVersion":"2","autoCreate":"true","isLatest":true,"bom":"`+base64.StdEncoding.EncodeToString([]byte(document))+`"}`, key)
	if put.status != http.StatusOK || len(put.object(t)["token"].(string)) != 36 {
		t.Errorf("true as text: %d %s", put.status, put.body)
	}
	big := s.ask(public, http.MethodPut, "/api/v1/bom", bytes.Repeat([]byte(" "), 24<<20+1), key)
	if big.status != http.StatusRequestEntityTooLarge || !strings.Contains(string(big.body), "by POST") {
		t.Errorf("over the limit: %d %s", big.status, big.body)
	}
	list, err := s.store.Deliveries(context.Background(), sample.By, store.DeliveryFilter{})
	s.must(err)
	want := []models.Target{{Name: "Shelly", Number: "2", Make: models.MakeAsset}, {Make: models.MakeAsset}, {Name: "Shelly", Number: "1", AgencyID: s.state.Insurance.ID, Categories: models.StringList{"a", "b-c"}, Make: models.MakeAsset}}
	var got []models.Target
	for _, d := range list.Items {
		got = append(got, d.Target)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("targets (-want +got):\n%s", diff)
	}
}

func TestAPipelineSeesOnlyItsOwnUploads(t *testing.T) {
	s := newServer(t)
	token, err := s.dependencyTrack("registrar").BOM.PostBom(context.Background(), dtrack.BOMUploadRequest{ProjectName: "Mine", ProjectVersion: "1", AutoCreate: true, BOM: bom("Mine", "1", "x")})
	s.must(err)
	for who, status := range map[string]int{"registrar": 200, "officer": 200, "buyer": 404, "insurance": 404} {
		if a := s.ask(public, http.MethodGet, "/api/v1/bom/token/"+string(token), nil, "X-Api-Key: "+s.tokens[who]); a.status != status {
			t.Errorf("%s: %d %s", who, a.status, a.body)
		}
	}
	may := s.ask(public, http.MethodGet, "/api/v1/team/self", nil, "X-Api-Key: "+s.tokens["registrar"])
	if !strings.Contains(string(may.body), "BOM_UPLOAD") || !strings.Contains(string(may.body), "PROJECT_CREATION_UPLOAD") {
		t.Errorf("the key may %s", may.body)
	}
}
