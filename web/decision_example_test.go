package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
	"github.com/ospo-register/ospo/web"
)

const exampleDir = "../policy/testdata/worked-example"

// exampleStep is one line of steps.json.
type exampleStep struct {
	Title  string
	At     time.Time
	By     models.Role
	Person int64
	Files  []string
	To     models.DecisionState
}

// example is the worked example in a government of its own: the people of the case, and the case once it is open.
type example struct {
	t      *testing.T
	store  *store.Store
	base   *register.Register
	pages  *site
	agency *models.Agency
	people map[string]*models.User // by role, and by the number that the files give them
	asset  int64
	runs   []int64
	id     int64
	steps  []exampleStep
	state  models.DecisionState // where the case stands, and what is asked until there
	gates  []models.Gate
	now    time.Time
}

func readExample[T any](t *testing.T, name string) T {
	t.Helper()
	var into T
	text, err := os.ReadFile(filepath.Join(exampleDir, name))
	if err == nil {
		err = json.Unmarshal(text, &into)
	}
	if err != nil {
		t.Fatal(err)
	}
	return into
}

// newExample makes the agency with the people of the case, and puts the draft for Trinidad and Tobago in force.
func newExample(t *testing.T, s *store.Store) *example {
	t.Helper()
	e := &example{t: t, store: s, people: map[string]*models.User{}, steps: readExample[[]exampleStep](t, "steps.json")}
	e.agency = sample.Agency(t, s, func(a *models.Agency) { a.Name, a.Code, a.Kind = "Ministry of Works", "works", models.Ministry })
	for _, one := range []struct {
		key, name string
		role      models.Role
	}{
		{"requester", "Rita Requester", models.Requester}, {"registrar", "Ravi Registrar", models.Registrar}, {"procurement-officer", "Pia Procurement", models.Procurement}, {"101", "Eva Evaluator", models.Evaluator},
		{"102", "Emil Evaluator", models.Evaluator}, {"adviser", "Ada Adviser", models.Adviser}, {"104", "Abel Approver", models.Approver}, {"105", "Pat Panel", models.ProceduralReviewer}, {"106", "Xenia Authority", models.ExemptionAuthority},
	} {
		e.people[one.key] = sample.User(t, s, one.name, one.role, e.agency.ID)
	}
	for key, role := range map[string]models.Role{"101": models.Approver, "requester": models.ExemptionAuthority} { // two that the law keeps apart from their other role
		if err := register.New(s).GiveRole(context.Background(), sample.By, &models.Membership{UserID: e.people[key].ID, AgencyID: &e.agency.ID, Role: role}); err != nil {
			t.Fatal(err)
		}
	}
	e.people["103"], e.people["approver"], e.people["procedural-reviewer"], e.people["100"] = e.people["adviser"], e.people["104"], e.people["105"], e.people["requester"]
	a := sample.Asset(t, s, func(a *models.Asset) { a.Name, a.Edition, a.StewardID = "Nextcloud", "enterprise", e.agency.ID })
	e.asset = a.ID
	for range 2 {
		e.runs = append(e.runs, sample.Deployment(t, s, e.agency.ID, a.ID, func(d *models.Deployment) { d.Service = fmt.Sprint("Files ", len(e.runs)) }).ID)
	}
	e.law()
	return e
}

// law puts the draft for Trinidad and Tobago in force for the agency.
func (e *example) law() {
	e.t.Helper()
	counsel := sample.Viewer(e.t, e.store, sample.User(e.t, e.store, "Cara Counsel", models.Counsel, e.agency.ID))
	reg := register.New(e.store).At(time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC))
	text, err := os.ReadFile("../policy/regimes/tt-draft.yaml")
	if err != nil {
		e.t.Fatal(err)
	}
	v, err := reg.DraftRegime(context.Background(), counsel, register.RegimeDraft{AgencyID: &e.agency.ID, Text: string(text), Note: "For the example."})
	if err != nil {
		e.t.Fatal(err)
	}
	if err := reg.ActivateRegime(context.Background(), counsel, v.ID, v.Version, nil); err != nil {
		e.t.Fatal(err)
	}
}

// at is the pages at a moment.
func (e *example) at(moment time.Time) *site {
	e.t.Helper()
	if e.pages == nil {
		e.base = register.New(e.store)
		if err := e.base.UseLogKey(logKey()); err != nil {
			e.t.Fatal(err)
		}
		e.pages = newSiteWith(e.t, e.store, func(d *web.Deps) { d.Register = e.base.At(moment) })
	}
	*e.pages.deps.Register = *e.base.At(moment)
	return e.pages
}

// who takes a step.
func (e *example) who(s exampleStep) *models.User {
	e.t.Helper()
	key := string(s.By)
	if s.Person != 0 {
		key = fmt.Sprint(s.Person)
	}
	u := e.people[key]
	if u == nil {
		e.t.Fatalf("nobody is %s", key)
	}
	return u
}

// open opens the case through the guided page.
func (e *example) open() {
	e.t.Helper()
	s := e.at(e.steps[0].At).as(e.people["requester"].ID)
	answers := []string{"agencyId", number(e.agency.ID), "kind", "new", "title", "File sharing for the health sector", "function", "FILES.SHARE", "purpose", "share files", "value.amount", "790 000.00", "value.currency", "ttd"}
	s.post("/decisions/new", append(answers, "do", "check")...).want(e.t, 200, "What there is already", "Open the case all the same")
	a := s.post("/decisions/new", append(answers, "track", "full", "do", "open")...).want(e.t, 303)
	if _, err := fmt.Sscanf(a.Location, "/decisions/%d", &e.id); err != nil {
		e.t.Fatalf("the case is at %q", a.Location)
	}
	e.attach()
}

// attach files the exhibits that the parts name by their digests.
func (e *example) attach() {
	e.t.Helper()
	files, err := filepath.Glob(filepath.Join(exampleDir, "exhibits", "*"))
	if err != nil || len(files) == 0 {
		e.t.Fatalf("there are no exhibits: %v", err)
	}
	by := sample.Viewer(e.t, e.store, e.people["registrar"])
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			e.t.Fatal(err)
		}
		_, err = register.New(e.store).At(e.steps[0].At).Attach(context.Background(), by, e.id, models.Attachment{Title: filepath.Base(file), Filename: filepath.Base(file), Type: "marketStudies", Tier: models.VisibleAgency}, bytes.NewReader(text))
		if err != nil {
			e.t.Fatal(err)
		}
	}
}

// content reads a file of the example, with the people and things of this government.
func (e *example) content(dir, file string) (kind models.Part, key string, content map[string]any) {
	e.t.Helper()
	text, err := os.ReadFile(filepath.Join(exampleDir, dir, file))
	if err != nil {
		e.t.Fatal(err)
	}
	name, _, _ := strings.Cut(file, ".")
	name, key, _ = strings.Cut(name, "_")
	if kind, err = models.PartOf(models.PartName(name)); err != nil {
		e.t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&content); err != nil {
		e.t.Fatal(err)
	}
	e.fit(kind.Name, content)
	return kind, key, content
}

// answers reads a file of the example as the answers of its form.
func (e *example) answers(dir, file string) (kind models.Part, key string, v url.Values) {
	e.t.Helper()
	kind, key, content := e.content(dir, file)
	if kind.Name == models.PartRegistration {
		content["assetIds"] = []any{"Nextcloud enterprise"} // people write names
	}
	v = url.Values{}
	flatten(v, "", content)
	return kind, key, v
}

// fit gives the people and things of the files the numbers that they have here.
func (e *example) fit(name models.PartName, content map[string]any) {
	switch name {
	case models.PartPeople:
		for _, list := range []string{"evaluators", "advisers"} {
			for _, one := range content[list].([]any) {
				person := one.(map[string]any)
				person["userId"] = json.Number(number(e.people[fmt.Sprint(person["userId"])].ID))
			}
		}
	case models.PartRegistration:
		content["assetIds"] = []any{e.asset}
		content["deploymentIds"] = []any{e.runs[0], e.runs[1]}
	}
}

// flatten writes a part as a form sends it.
func flatten(v url.Values, name string, of any) {
	switch x := of.(type) {
	case map[string]any:
		for key, one := range x {
			flatten(v, strings.TrimPrefix(name+"."+key, "."), one)
		}
	case []any:
		if len(x) > 0 {
			if _, rows := x[0].(map[string]any); rows || strings.HasSuffix(name, ".years") {
				v.Set(name+".count", fmt.Sprint(len(x)))
				for i, one := range x {
					flatten(v, fmt.Sprintf("%s[%d]", name, i), one)
				}
				return
			}
		}
		for _, one := range x {
			v.Add(name, fmt.Sprint(one))
		}
	case bool:
		v.Set(name, map[bool]string{true: "yes", false: "no"}[x])
	default:
		v.Set(name, fmt.Sprint(x))
	}
}

// partAddress is where a part is filed.
func (e *example) partAddress(kind models.Part, key string) string {
	to := fmt.Sprintf("/decisions/%d/%s", e.id, kind.Name)
	if kind.Keying == models.KeyCandidate {
		to += "/" + key
	}
	return to
}

// file sends a part through its page.
func (e *example) file(s *site, dir, file string) answer {
	e.t.Helper()
	kind, key, v := e.answers(dir, file)
	if kind.Name == models.PartScores {
		return e.score(s, v)
	}
	to := e.partAddress(kind, key)
	if kind.Name == models.PartCandidate && s.get(to).Status == 404 {
		to = path.Dir(to)
		v.Set("key", key)
	}
	v.Set("version", e.version())
	v.Set("do", "save")
	return s.submit(to, v)
}

// score sends a sheet, a candidate at a time.
func (e *example) score(s *site, v url.Values) (last answer) {
	e.t.Helper()
	by := map[string]url.Values{}
	for i := 0; v.Get(fmt.Sprintf("scores[%d].on", i)) != ""; i++ {
		at := func(name string) string { return strings.Join(v[fmt.Sprintf("scores[%d].%s", i, name)], "\n") }
		if by[at("candidate")] == nil {
			by[at("candidate")] = url.Values{"candidate": {at("candidate")}}
		}
		for _, name := range []string{"value", "evidence", "comment"} {
			by[at("candidate")].Set(name+"."+at("on"), at(name))
		}
	}
	for _, sheet := range by {
		sheet.Set("version", e.version())
		if last = s.submit(fmt.Sprintf("/decisions/%d/scores", e.id), sheet); last.Status != 303 {
			return last
		}
	}
	return last
}

// version is the present version of the case.
func (e *example) version() string {
	e.t.Helper()
	row, err := e.store.Decision(context.Background(), models.SystemViewer("example"), e.id)
	if err != nil {
		e.t.Fatal(err)
	}
	return number(row.Version)
}

// submit posts answers.
func (s *site) submit(to string, v url.Values) answer {
	s.t.Helper()
	var pairs []string
	for name, values := range v {
		for _, one := range values {
			pairs = append(pairs, name, one)
		}
	}
	return s.post(to, pairs...)
}
