package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ospo-register/ospo/api"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// exampleFiles is where the invented case of a ministry that needs file sharing is kept.
const exampleFiles = "../policy/testdata/worked-example"

// trial is the API with a clock that steps set, the law of the example, and the people who act in it.
type trial struct {
	*server
	deps    api.Deps
	engines map[time.Time]http.Handler
	clock   time.Time
	users   map[string]*models.User
	gates   map[string]models.Gate // by rule
}

// trialStep is one line of steps.json.
type trialStep struct {
	Title  string
	At     time.Time
	By     string
	Person int
	Files  []string
	To     models.DecisionState
}

// deviation is one line of deviations.json.
type deviation struct {
	Name, Title    string
	State          models.DecisionState
	Files, Without []string
	By             map[string]struct {
		Role   string
		Person int
	}
	Rules, Undetermined []string
}

func newTrial(t *testing.T) *trial {
	t.Helper()
	x := &trial{engines: map[time.Time]http.Handler{}, users: map[string]*models.User{}, gates: map[string]models.Gate{}}
	x.server = newServerWith(t, func(d *api.Deps) { x.deps = *d })
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { x.engine().ServeHTTP(w, r) }))
	t.Cleanup(h.Close)
	x.base, x.clock = h.URL, time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC)
	for who, roles := range map[string][]models.Role{"requester": {models.Requester, models.ExemptionAuthority}, "health-registrar": {models.Registrar}, "procurement-officer": {models.Procurement}, "adviser": {models.Adviser}, "101": {models.Evaluator, models.Approver},
		"102": {models.Evaluator}, "104": {models.Approver}, "105": {models.ProceduralReviewer}, "106": {models.ExemptionAuthority}, "counsel": {models.Counsel}} {
		u := sample.User(t, x.store, "Person "+who, roles[0], x.state.Health.ID)
		for _, role := range roles[1:] {
			x.must(register.New(x.store).GiveRole(t.Context(), sample.By, &models.Membership{UserID: u.ID, AgencyID: &x.state.Health.ID, Role: role}))
		}
		x.users[who], x.tokens[who] = u, x.token(u)
	}
	draft := x.expect(http.StatusCreated, "counsel", http.MethodPost, "/v1/regimes", map[string]any{"agencyId": x.state.Health.ID, "text": presetText("tt-draft"), "note": "For the trial."})
	version := path("/regime-versions/%.0f/transitions", draft.object(t)["id"])
	x.expect(http.StatusPreconditionRequired, "counsel", http.MethodPost, version, map[string]any{"to": "active"})
	if got := x.expect(http.StatusOK, "counsel", http.MethodPost, version, map[string]any{"to": "active"}, "If-Match: "+draft.header.Get("ETag")).object(t); got["state"] != "active" || got["validFromOn"] != "2026-10-01" {
		t.Fatalf("the law in force is %v from %v", got["state"], got["validFromOn"])
	}
	for _, rule := range x.get(public, "/v1/regime-rules").items(t) {
		x.gates[text(rule, "id")] = models.Gate(text(rule, "gate"))
	}
	return x
}

// engine is the API as it is at the time of the clock.
func (x *trial) engine() http.Handler {
	if x.engines[x.clock] == nil {
		d := x.deps
		d.Register = d.Register.At(x.clock)
		engine := gin.New()
		api.Mount(engine, d)
		x.engines[x.clock] = engine
	}
	return x.engines[x.clock]
}

func (x *trial) read(into any, name string) {
	x.t.Helper()
	b, err := os.ReadFile(filepath.Join(exampleFiles, name))
	x.must(err)
	x.must(json.Unmarshal(b, into))
}

// who is the person who acts in a role; the example gives some of them numbers.
func (x *trial) who(role string, number int) string {
	switch {
	case number == 100:
		return "requester"
	case x.users[fmt.Sprint(number)] != nil:
		return fmt.Sprint(number)
	case role == "registrar":
		return "health-registrar"
	}
	return role
}

// fit puts the numbers of this register into a file of the example.
func (x *trial) fit(part string, b []byte) []byte {
	switch part {
	case "people":
		for number, who := range map[string]string{"101": "101", "102": "102", "103": "adviser"} {
			b = bytes.Replace(b, []byte(": "+number), fmt.Appendf(nil, ": %d", x.users[who].ID), 1)
		}
	case "registration":
		var r models.Registration
		x.must(json.Unmarshal(b, &r))
		r.AssetIDs, r.DeploymentIDs = []int64{x.state.CaseDesk.ID}, []int64{x.state.Confirmed.ID}
		b, _ = json.Marshal(r)
	}
	return b
}

// walk is one case on its way through the example.
type walk struct {
	*trial
	id     int64
	state  models.DecisionState
	etag   string
	open   map[models.PartName][]models.DecisionState
	refuse answer // the answer that stopped it; status 0 while nothing did
}

func (x *trial) openCase() *walk {
	x.t.Helper()
	x.clock = time.Date(2026, 10, 5, 9, 0, 0, 0, time.UTC)
	var c map[string]any
	x.read(&c, "case.json")
	made := x.expect(http.StatusCreated, "requester", http.MethodPost, "/v1/decisions", map[string]any{"agencyId": x.state.Health.ID, "kind": c["kind"], "track": c["track"], "title": c["title"], "function": c["function"], "value": c["value"]}, "Idempotency-Key: "+fresh("open"))
	w := &walk{trial: x, id: int64(made.object(x.t)["id"].(float64)), state: models.DecisionDraft, etag: made.header.Get("ETag"), open: map[models.PartName][]models.DecisionState{}}
	for _, p := range x.get(public, "/v1/decision-parts").items(x.t) {
		for _, state := range p["open"].([]any) {
			w.open[models.PartName(text(p, "part"))] = append(w.open[models.PartName(text(p, "part"))], models.DecisionState(state.(string)))
		}
	}
	exhibits, err := filepath.Glob(filepath.Join(exampleFiles, "exhibits", "*"))
	x.must(err)
	for _, e := range exhibits {
		b, err := os.ReadFile(e)
		x.must(err)
		x.expect(http.StatusCreated, "health-registrar", http.MethodPost, path("/decisions/%d/attachments?filename=%s", w.id, url.QueryEscape(filepath.Base(e))), b, "Content-Type: text/plain")
	}
	w.etag = x.get("health-registrar", path("/decisions/%d", w.id)).header.Get("ETag")
	return w
}

func partOfFile(name string) (part, key string) {
	part, key, _ = strings.Cut(strings.TrimSuffix(name, ".json"), "_")
	part, _, _ = strings.Cut(part, ".")
	return part, key
}

// file puts a file on file, with the ETag of the case as it was answered last.
func (w *walk) file(who, dir, name string) answer {
	w.t.Helper()
	part, key := partOfFile(name)
	b, err := os.ReadFile(filepath.Join(exampleFiles, dir, name))
	w.must(err)
	address := path("/decisions/%d/%s", w.id, part)
	kind, err := models.PartOf(models.PartName(part))
	w.must(err)
	switch {
	case part == "candidate":
		address = path("/decisions/%d/candidates/%s", w.id, key)
	case kind.Keying == models.KeyCandidate:
		address = path("/decisions/%d/candidates/%s/%s", w.id, key, part)
	}
	a := w.ask(who, http.MethodPut, address, w.fit(part, b), "If-Match: "+w.etag)
	if a.status == http.StatusOK {
		w.etag = a.header.Get("ETag")
	}
	return a
}

// steps takes the case along, with a deviation in place of what the example files; it ends where the deviation shows, or where a step is refused.
func (w *walk) steps(d *deviation) {
	w.t.Helper()
	var steps []trialStep
	w.read(&steps, "steps.json")
	left := map[string]bool{}
	if d != nil {
		for _, name := range d.Files {
			left[name] = true
		}
	}
	for _, s := range steps {
		w.clock = s.At
		who := w.who(s.By, s.Person)
		for _, name := range s.Files {
			if d != nil && slices.Contains(d.Without, name) {
				continue
			}
			if a := w.file(who, "", name); a.status != http.StatusOK {
				w.t.Fatalf("%s: %s as %s: %d %s", s.Title, name, who, a.status, a.body)
			}
		}
		if s.To == "" {
			continue
		}
		if d != nil && !w.deviate(d, left, steps) || d != nil && w.state == d.State {
			return
		}
		if !w.move(who, s) {
			return
		}
	}
}

// latest is the last state on the way to another in which a part can be filed.
func (w *walk) latest(part models.PartName, until models.DecisionState, steps []trialStep) (state models.DecisionState) {
	at := models.DecisionDraft
	for _, s := range steps {
		if s.To == "" {
			continue
		}
		if at == models.DecisionApproved && part != models.PartProcurement && slices.Contains(w.open[part], models.DecisionEvaluating) {
			break // what was decided upon stays as it was
		}
		if slices.Contains(w.open[part], at) && at != models.InProcurement { // open there only where bids are the candidates
			state = at
		}
		if at == until {
			break
		}
		at = s.To
	}
	return state
}

// deviate files what a deviation says while it can be filed: as late as the case allows. It reports whether nothing was refused.
func (w *walk) deviate(d *deviation, left map[string]bool, steps []trialStep) bool {
	w.t.Helper()
	for _, p := range models.Parts {
		for _, name := range d.Files {
			part, key := partOfFile(name)
			if !left[name] || part != string(p.Name) || w.state != w.latest(p.Name, d.State, steps) {
				continue
			}
			who := "procurement-officer"
			if by, ok := d.By[name]; ok {
				who = w.who(by.Role, by.Person)
			} else if part == "scores" {
				who = key
			}
			left[name] = false
			if a := w.file(who, filepath.Join("deviations", d.Name), name); a.status != http.StatusOK {
				w.refuse = a
				return false
			}
		}
	}
	return true
}

func (w *walk) move(who string, s trialStep) bool {
	w.t.Helper()
	if s.To == models.DecisionInForce {
		a := w.expect(http.StatusOK, who, http.MethodPost, path("/decisions/%d/publications", w.id), map[string]any{"note": "First."}, "If-Match: "+w.etag)
		w.etag = a.header.Get("ETag")
	}
	a := w.ask(who, http.MethodPost, path("/decisions/%d/transitions", w.id), map[string]any{"to": s.To}, "If-Match: "+w.etag)
	if a.status != http.StatusOK {
		w.refuse = a
		return false
	}
	w.etag, w.state = a.header.Get("ETag"), s.To
	return true
}
