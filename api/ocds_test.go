package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ospo-register/ospo/api"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

var publisher = register.OpenContracting{Prefix: "ocds-h6vhtk", Publisher: "Ministry of Health"}

// contracted is a case that was told as open contracting data.
func contracted(s *server) int64 {
	id := published(s)
	reg := register.New(s.store)
	reg.UseOpenContracting(publisher)
	_, err := reg.PublishDecision(context.Background(), s.as(s.state.Registrar), id, 0, "")
	s.must(err)
	return id
}

var contractingReads = map[string][]try{
	"getDecisionOcds": {{path: func(s *server) string { return fmt.Sprintf("/decisions/%d/ocds", contracted(s)) }, want: everybody},
		{name: "of what is not published", path: inCase("/decisions/%d/ocds"), want: "404 404 404 409 404 409 409 409"}},
	"listOcdsReleases": {{path: func(s *server) string { contracted(s); return "/ocds/releases" }, want: everybody}},
	"getOcdsExtension": {{path: fixed("/ocds/extension/extension.json"), want: everybody}},
	"listWatched":      {{path: fixed("/decision-watch"), want: everybody}},
	"countWatched":     {{path: fixed("/decision-watch/counts"), want: everybody}},
	"listUndecided":    {{path: fixed("/decision-watch/undecided"), want: everybody}},
	"getOcdsCodelist":  {{path: fixed("/ocds/extension/codelists/ossModel.csv"), want: everybody}},
}

// example walks the invented case of a ministry that needs file sharing through the register, up to what is in force and published.
type example struct {
	*server
	reg    *register.Register
	people map[string]models.Viewer // by role, and by the number that the example gives them
	id     int64
}

const exampleDir = "../policy/testdata/worked-example"

func (x *example) read(name string, into any) []byte {
	x.t.Helper()
	text, err := os.ReadFile(filepath.Join(exampleDir, name))
	x.must(err)
	if into != nil {
		x.must(json.Unmarshal(text, into))
	}
	return text
}

func newExample(s *server) *example {
	s.t.Helper()
	x := &example{server: s, reg: register.New(s.store), people: map[string]models.Viewer{}}
	x.reg.UseOpenContracting(publisher)
	for name, role := range map[string]models.Role{"requester": models.Requester, "registrar": models.Registrar, "procurement-officer": models.Procurement, "adviser": models.Adviser, "exemption-authority": models.ExemptionAuthority,
		"101": models.Evaluator, "102": models.Evaluator, "104": models.Approver, "105": models.ProceduralReviewer} {
		x.people[name] = s.as(sample.User(s.t, s.store, "Person "+name, role, s.state.Health.ID))
	}
	ctx, counsel, from := context.Background(), s.counsel(), models.DateOf(longAgo)
	then := x.reg.At(longAgo)
	v, err := then.DraftRegime(ctx, s.as(s.state.Officer), register.RegimeDraft{AgencyID: &s.state.Health.ID, Text: presetText("tt-draft")})
	s.must(err)
	s.must(then.ActivateRegime(ctx, counsel, v.ID, 0, &from))
	var n struct {
		Kind, Track, Title, Function string
		Value                        models.Money
	}
	x.read("case.json", &n)
	row, err := x.reg.At(longAgo.AddDate(0, 0, 4)).OpenDecision(ctx, x.people["requester"], register.NewDecision{AgencyID: s.state.Health.ID, Kind: models.DecisionKind(n.Kind), Track: models.DecisionTrack(n.Track), Title: n.Title, Function: n.Function, Value: n.Value})
	s.must(err)
	x.id = row.ID
	return x
}

// fit makes what a file of the example says fit this register: people and software have other numbers here.
func (x *example) fit(name string, text []byte) []byte {
	for number, who := range map[string]string{"101": "101", "102": "102", "103": "adviser"} {
		if strings.HasPrefix(name, "people") {
			text = bytes.Replace(text, []byte(": "+number), fmt.Appendf(nil, ": %d", x.people[who].UserID), 1)
		}
	}
	if strings.HasPrefix(name, "registration") {
		var r models.Registration
		x.must(json.Unmarshal(text, &r))
		r.AssetIDs, r.DeploymentIDs = []int64{x.state.CaseDesk.ID}, nil
		text, _ = json.Marshal(r)
	}
	return text
}

func (x *example) walk() {
	x.t.Helper()
	ctx := context.Background()
	var steps []struct {
		At     time.Time
		By     string
		Person int
		Files  []string
		To     models.DecisionState
	}
	x.read("steps.json", &steps)
	exhibits, err := filepath.Glob(filepath.Join(exampleDir, "exhibits", "*"))
	x.must(err)
	for _, e := range exhibits {
		name := filepath.Base(e)
		text := x.read("exhibits/"+name, nil)
		_, err := x.reg.At(steps[0].At).Attach(ctx, x.people["registrar"], x.id, models.Attachment{Title: name, Filename: name, Type: "marketStudies", Media: "text/plain", Tier: models.VisiblePublic}, bytes.NewReader(text))
		x.must(err)
	}
	for _, s := range steps {
		by, ok := x.people[fmt.Sprint(s.Person)]
		if !ok {
			by = x.people[s.By]
		}
		for _, name := range s.Files {
			part, key, _ := strings.Cut(strings.TrimSuffix(name, ".json"), "_")
			part, _, _ = strings.Cut(part, ".")
			if part == "scores" || part == "approval" {
				key = ""
			}
			_, err := x.reg.At(s.At).FilePart(ctx, by, x.id, 0, models.PartName(part), key, x.fit(part, x.read(name, nil)))
			x.must(err)
		}
		if s.To == models.DecisionInForce {
			_, err := x.reg.At(s.At).PublishDecision(ctx, by, x.id, 0, "")
			x.must(err)
		}
		if s.To != "" {
			_, err := x.reg.At(s.At.Add(time.Minute)).MoveDecision(ctx, by, x.id, 0, register.Step{To: s.To})
			x.must(err)
		}
	}
}

// validOCDS holds a package against the standard's own schema.
func validOCDS(t *testing.T, what string, text []byte) {
	t.Helper()
	file, err := os.ReadFile("../exporters/ocds/testdata/standard.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("standard.json", doc); err != nil {
		t.Fatal(err)
	}
	packed, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%s: %v: %.300s", what, err, text)
	}
	if err := c.MustCompile("standard.json").Validate(packed); err != nil {
		t.Errorf("%s: %v", what, err)
	}
}

func TestTheWorkedExampleIsReadAsOpenContractingData(t *testing.T) {
	s := newServer(t)
	x := newExample(s)
	x.walk()
	record := s.get(public, fmt.Sprintf("/v1/decisions/%d/ocds", x.id))
	if record.status != http.StatusOK || record.header.Get("Content-Type") != "application/json" {
		t.Fatalf("%d %s", record.status, record.body)
	}
	validOCDS(t, "the record", record.body)
	o := record.object(t)
	if got := at(o, "publisher", "name"); got != publisher.Publisher {
		t.Errorf("published by %v", got)
	}
	compiled := at(o, "records").([]any)[0].(map[string]any)
	if compiled["ocid"] != at(compiled, "compiledRelease", "ocid") || !strings.HasPrefix(compiled["ocid"].(string), "ocds-h6vhtk-") {
		t.Errorf("the process is %v", compiled["ocid"])
	}
	if got := at(compiled, "compiledRelease", "planning", "oss_decision", "model"); got != "ladder" {
		t.Errorf("the law puts open source first by %v", got)
	}
	extension := at(o, "extensions").([]any)[0].(string)
	for _, name := range []string{"extension.json", "release-schema.json", "oss-decision.schema.json", "codelists/ossModel.csv"} {
		a := s.get(public, strings.TrimPrefix(strings.Replace(extension, "extension.json", name, 1), s.base))
		if a.status != http.StatusOK || len(a.body) == 0 || a.header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s of the extension: %d %.100s", name, a.status, a.body)
		}
	}
	if a := s.ask(public, http.MethodGet, "/v1/ocds/extension/nothing.json", nil); a.status != http.StatusNotFound {
		t.Errorf("a file that is not there: %d", a.status)
	}
	again := s.get(public, fmt.Sprintf("/v1/decisions/%d/ocds", x.id))
	if !bytes.Equal(again.body, record.body) {
		t.Error("the same record is other bytes when it is asked for again")
	}
}

func TestReleasesAreReadPageByPageToTheEnd(t *testing.T) {
	s := newServer(t)
	if a := s.ask(public, http.MethodGet, "/v1/ocds/releases", nil); a.status != http.StatusNoContent || len(a.body) != 0 {
		t.Errorf("before there is one: %d %s", a.status, a.body)
	}
	for range 3 {
		contracted(s)
	}
	var ids []string
	next := "/v1/ocds/releases?limit=2"
	for next != "" {
		a := s.get(public, next)
		if a.status != http.StatusOK {
			t.Fatalf("%s: %d %s", next, a.status, a.body)
		}
		validOCDS(t, next, a.body)
		for _, r := range at(a.object(t), "releases").([]any) {
			ids = append(ids, r.(map[string]any)["id"].(string))
		}
		next, _, _ = strings.Cut(strings.TrimPrefix(a.header.Get("Link"), "<"), ">")
	}
	if len(ids) != 3 {
		t.Errorf("read %v", ids)
	}
}

func TestWithoutAPrefixTheAnswerNamesTheSetting(t *testing.T) {
	s := newServerWith(t, func(d *api.Deps) { d.Register = register.New(d.Store) })
	id := published(s)
	for _, path := range []string{fmt.Sprintf("/v1/decisions/%d/ocds", id), "/v1/ocds/releases"} {
		if a := s.ask(public, http.MethodGet, path, nil); a.status != http.StatusConflict || !strings.Contains(string(a.body), "OSPO_OCDS_PREFIX") {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
}
