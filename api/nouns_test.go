package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

func TestAMergedEntryLeadsToTheOneThatWasKept(t *testing.T) {
	s := newServer(t)
	gone, kept := s.state.CaseDeskToo.ID, s.state.CaseDesk.ID
	dup := s.get("officer", path("/assets/%d/duplicates", gone)).items(t)
	if len(dup) == 0 || dup[0]["id"] != float64(kept) || dup[0]["reason"] != "repository" {
		t.Errorf("duplicates are %v", dup)
	}
	a := s.expect(http.StatusOK, "officer", http.MethodPost, path("/assets/%d/merges", gone), map[string]any{"intoId": kept, "reason": "One product."})
	if a.object(t)["id"] != float64(kept) || !strings.Contains(fmt.Sprint(a.object(t)["aliases"]), "Case-Desk") {
		t.Errorf("kept is %s", a.body)
	}
	for _, below := range []string{"", "/releases?limit=1", "/sboms", "/duplicates", "/events"} {
		a := s.expect(http.StatusPermanentRedirect, public, http.MethodGet, path("/assets/%d%s", gone, below), nil)
		want := path("/assets/%d%s", kept, below)
		if a.header.Get("Location") != want || !strings.Contains(a.object(t)["detail"].(string), want) {
			t.Errorf("%s: Location %q, %s", below, a.header.Get("Location"), a.body)
		}
		s.get(public, want)
	}
	s.expect(http.StatusConflict, "officer", http.MethodPatch, path("/assets/%d", gone), `{"edition":"x"}`, "If-Match: *")
	s.expect(http.StatusConflict, "officer", http.MethodPost, path("/assets/%d/merges", gone), map[string]any{"intoId": s.state.Portal.ID, "reason": "r"})
	s.expect(http.StatusBadRequest, "officer", http.MethodPost, path("/assets/%d/merges", kept), map[string]any{"intoId": kept, "reason": "r"})
}

func TestAnAgencyThatMergesHandsOverWhatItHad(t *testing.T) {
	s := newServer(t)
	a := s.expect(http.StatusOK, "officer", http.MethodPost, path("/agencies/%d/merges", s.state.Insurance.ID), map[string]any{"successorId": s.state.Clinic.ID})
	if got := a.object(t); got["state"] != "merged" || got["successorId"] != float64(s.state.Clinic.ID) {
		t.Errorf("got %s", a.body)
	}
	if run := s.get("officer", path("/deployments/%d", s.state.Confirmed.ID)).object(t); run["agencyId"] != float64(s.state.Clinic.ID) {
		t.Errorf("the deployment is of %v", run["agencyId"])
	}
	s.expect(http.StatusConflict, "officer", http.MethodPatch, path("/agencies/%d", s.state.Insurance.ID), `{"phone":"1"}`, "If-Match: *")
}

func TestAMovedAgencyShowsWhereItStood(t *testing.T) {
	s := newServer(t)
	p := path("/agencies/%d", s.state.Clinic.ID)
	s.expect(http.StatusOK, "admin", http.MethodPatch, p, map[string]any{"parentId": s.state.Finance.ID}, "If-Match: *")
	got := s.get(public, p).object(t)
	parents := got["parents"].([]any)
	if len(parents) != 2 || at(parents[0], "untilOn") == nil || at(parents[1], "parentId") != float64(s.state.Finance.ID) || at(parents[1], "untilOn") != nil {
		t.Errorf("parents are %v", parents)
	}
	var names []any
	for _, step := range got["path"].([]any) {
		names = append(names, at(step, "name"))
	}
	if diff := cmp.Diff([]any{"Republic of Arcadia", "Ministry of Finance", "Port Clinic"}, names); diff != "" {
		t.Error(diff)
	}
	a := s.expect(http.StatusBadRequest, "admin", http.MethodPatch, path("/agencies/%d", s.state.Finance.ID), map[string]any{"parentId": s.state.Clinic.ID}, "If-Match: *")
	if diff := cmp.Diff([]string{"parentId circle"}, a.mistakes(t)); diff != "" {
		t.Error(diff)
	}
}

func TestADeploymentIsConfirmedAndWithdrawnByTransitions(t *testing.T) {
	s := newServer(t)
	p := path("/deployments/%d", s.state.Claimed.ID)
	until := models.DateOf(time.Now()).AddDays(30).String()
	a := s.expect(http.StatusOK, "registrar", http.MethodPost, p+"/transitions", map[string]any{"to": "confirmed", "validUntilOn": until, "statement": "Seen in the console."}, `If-Match: "1"`).object(t)
	first := a["attestations"].([]any)[0]
	if a["state"] != "confirmed" || a["validUntilOn"] != until || at(first, "by") != "Rosa Registrar" || at(first, "statement") != "Seen in the console." {
		t.Errorf("got %v", a)
	}
	s.expect(http.StatusBadRequest, "registrar", http.MethodPost, p+"/transitions", map[string]any{"to": "confirmed", "validUntilOn": "2020-01-01"})
	if got := s.expect(http.StatusOK, "registrar", http.MethodPost, p+"/transitions", map[string]any{"to": "withdrawn"}).object(t); got["state"] != "withdrawn" || got["lifecycle"] != "ended" {
		t.Errorf("got %v", got)
	}
	s.expect(http.StatusConflict, "registrar", http.MethodPost, p+"/transitions", map[string]any{"to": "confirmed"})
	var actions []any
	for _, e := range s.get("registrar", p+"/transitions").items(t) {
		actions = append(actions, e["action"])
	}
	if diff := cmp.Diff([]any{"deployment.registered", "deployment.attested", "deployment.withdrawn"}, actions); diff != "" {
		t.Error(diff)
	}
}

func TestSpellingsOfARepositoryAddressAreShownAsDuplicates(t *testing.T) {
	s := newServer(t)
	for i, url := range []string{"HTTPS://Git.Example.gov/Health/Case-Desk", "https://git.example.gov:443/health/case-desk/", "http://git.example.gov/health/case-desk.git", "git@git.example.gov:health/case-desk.git",
		"https://git.example.gov/health/case-desk/tree/main/src", "git+https://git.example.gov/health/case-desk#readme", "https://www.git.example.gov/health/case-desk/-/blob/main/LICENSE"} {
		made := s.expect(http.StatusCreated, "registrar", http.MethodPost, "/v1/assets", map[string]any{"name": fmt.Sprint("Zebra ", i), "origin": "gov-built", "stewardId": s.state.Health.ID, "urls": []any{map[string]any{"kind": "repository", "url": url}}})
		found := fmt.Sprint(s.get("registrar", path("/assets/%.0f/duplicates", made.object(t)["id"])).items(t))
		if !strings.Contains(found, fmt.Sprintf("id:%d ", s.state.CaseDesk.ID)) || !strings.Contains(found, "repository") {
			t.Errorf("%s: duplicates are %s", url, found)
		}
	}
}

func TestTheFeedNeverMissesOrRepeatsAndEndsInTombstones(t *testing.T) {
	s := newServer(t)
	var seen []float64
	next := 0.0
	read := func() (last map[string]any) {
		for {
			a := s.get(public, path("/events?after=%.0f&limit=3", next))
			for _, e := range a.items(t) {
				seen = append(seen, e["id"].(float64))
				last = e
			}
			next = a.object(t)["next"].(float64)
			if a.next(t) == "" {
				return last
			}
		}
	}
	read()
	was := len(seen)
	s.expect(http.StatusOK, "officer", http.MethodPatch, path("/assets/%d", s.state.Portal.ID), `{"name":"Hidden Name","visibility":"agency"}`, "If-Match: *")
	last := read()
	if len(seen) != was+1 || last["gone"] != true || last["title"] != "" || last["full"] != false || last["before"] != nil || last["actor"] != "" || last["nounId"] != float64(s.state.Portal.ID) {
		t.Errorf("the tombstone is %v", last)
	}
	s.expect(http.StatusOK, "officer", http.MethodPatch, path("/assets/%d", s.state.Portal.ID), `{"edition":"Unseen"}`, "If-Match: *")
	if read(); len(seen) != was+1 {
		t.Error("the public hears of what it cannot see")
	}
	for i := 1; i < len(seen); i++ {
		if seen[i] <= seen[i-1] {
			t.Errorf("out of order: %v", seen)
		}
	}
	full := s.get("auditor", "/v1/events?sort=latest&limit=1").items(t)[0]
	if full["actor"] != "Olu Officer" || at(full, "after", "edition") != "Unseen" || full["full"] != true {
		t.Errorf("the auditor reads %v", full)
	}
}

func TestATokenMayDoNoMoreThanItSays(t *testing.T) {
	s := newServer(t)
	v, err := s.store.Viewer(t.Context(), s.state.Registrar.ID)
	s.must(err)
	for name, token := range map[string]models.Token{
		"only read": {Actions: models.StringList{"government:read"}},
		"only nib":  {Actions: models.StringList{"government:read", "deployments:write", "assets:write"}, AgencyID: &s.state.Insurance.ID},
	} {
		token.Name, token.ExpiresAt = name, time.Now().AddDate(0, 0, 1)
		s.tokens[name], err = register.New(s.store).CreateToken(t.Context(), v, &token)
		s.must(err)
	}
	run := func(agency *models.Agency) map[string]any {
		return map[string]any{"agencyId": agency.ID, "assetId": s.state.Portal.ID, "service": fresh("s")}
	}
	s.expect(http.StatusForbidden, "only read", http.MethodPost, "/v1/deployments", run(s.state.Insurance))
	s.expect(http.StatusCreated, "only nib", http.MethodPost, "/v1/deployments", run(s.state.Insurance))
	s.expect(http.StatusForbidden, "only nib", http.MethodPost, "/v1/deployments", run(s.state.Clinic))
	s.expect(http.StatusForbidden, "only nib", http.MethodPatch, path("/assets/%d", s.state.CaseDesk.ID), `{"edition":"x"}`, "If-Match: *")
	me := s.get("only read", "/v1/me").object(t)
	if me["name"] != "Rosa Registrar" || fmt.Sprint(me["actions"]) != "[government:read]" || at(me["roles"].([]any)[0], "agency") != "Ministry of Health" {
		t.Errorf("me is %v", me)
	}
	byKey := s.ask(public, http.MethodGet, "/v1/me", nil, "X-Api-Key: "+s.tokens["only read"])
	if byKey.object(t)["signedIn"] != true {
		t.Error("X-Api-Key is not read")
	}
	tokens := s.get("registrar", "/v1/tokens")
	if strings.Contains(string(tokens.body), s.tokens["only read"]) || len(tokens.items(t)) != 3 {
		t.Errorf("the tokens are %s", tokens.body)
	}
	spent := tokens.items(t)[0]
	s.expect(http.StatusNoContent, "registrar", http.MethodPost, path("/tokens/%.0f/transitions", spent["id"]), `{"to":"revoked"}`)
	s.expect(http.StatusUnauthorized, spent["name"].(string), http.MethodGet, "/v1/me", nil)
}

func TestARoleThatEndsAndAnAccountThatClosesEndAccessAtOnce(t *testing.T) {
	s := newServer(t)
	id := s.get("admin", path("/users/%d/memberships", s.state.Buyer.ID)).items(t)[0]["id"]
	s.get("buyer", path("/assets/%d", s.state.Secret.ID))
	s.expect(http.StatusNoContent, "admin", http.MethodPost, path("/memberships/%.0f/transitions", id), `{"to":"ended"}`)
	s.expect(http.StatusNotFound, "buyer", http.MethodGet, path("/assets/%d", s.state.Secret.ID), nil)
	s.expect(http.StatusConflict, "admin", http.MethodPost, path("/memberships/%.0f/transitions", id), `{"to":"ended"}`)
	s.expect(http.StatusOK, "admin", http.MethodPost, path("/users/%d/transitions", s.state.Buyer.ID), `{"to":"closed"}`)
	s.expect(http.StatusUnauthorized, "buyer", http.MethodGet, "/v1/assets", nil)
}

func TestLicenceStringsAreReadForWhoeverAsks(t *testing.T) {
	s := newServer(t)
	got := s.expect(http.StatusOK, public, http.MethodPost, "/v1/license-readings", `{"text":"GPLv2+"}`).object(t)
	if got["canonical"] != "GPL-2.0-or-later" || got["guessed"] != true || got["class"] != "strong-copyleft" {
		t.Errorf("got %v", got)
	}
	if l := s.get(public, "/v1/licenses/eupl-1.2").object(t); l["id"] != "EUPL-1.2" || l["osiApproved"] != true {
		t.Errorf("got %v", l)
	}
	s.expect(http.StatusNotFound, public, http.MethodGet, "/v1/licenses/NOPE-1.0", nil)
}

func TestANationalListIsImportedRowByRow(t *testing.T) {
	s := newServer(t)
	file := "National code;Name;Type;Parent;URI\nmoe;Ministry of Education;Ministry;arcadia;https://www.example.gov/agency/moe\nsch;School Board;authority;moe;https://www.example.gov/agency/sch\nbad;;palace;nowhere;x\nhealth;Ministry of Health;ministry;;\n"
	for _, tc := range []struct {
		name, keys string
		want       []float64 // created, changed, unchanged, refused
		events     int
	}{
		{"a rehearsal", "?dryRun=true", []float64{2, 0, 1, 1}, 0},
		{"the import", "", []float64{2, 0, 1, 1}, 2},
		{"the import once more", "?dryRun=false", []float64{0, 0, 3, 1}, 0},
	} {
		before := len(s.events())
		got := s.expect(http.StatusOK, "officer", http.MethodPost, "/v1/agency-imports"+tc.keys, file, "Content-Type: text/csv").object(t)
		if diff := cmp.Diff(tc.want, []float64{got["created"].(float64), got["changed"].(float64), got["unchanged"].(float64), got["refused"].(float64)}); diff != "" {
			t.Errorf("%s: %s %v", tc.name, diff, got)
		}
		rows := got["rows"].([]any)
		if len(rows) != 4 || at(rows[2], "outcome") != "refused" || len(at(rows[2], "errors").([]any)) < 3 || at(rows[2], "agencyId") != nil || at(rows[3], "row") != 5.0 {
			t.Errorf("%s: rows are %v", tc.name, rows)
		}
		if n := len(s.events()) - before; n != tc.events {
			t.Errorf("%s: %d events", tc.name, n)
		}
	}
	s.expect(http.StatusBadRequest, "officer", http.MethodPost, "/v1/agency-imports", "no,such,headings\n1,2,3\n")
	s.expect(http.StatusBadRequest, "officer", http.MethodPost, "/v1/agency-imports", "")
	s.expect(http.StatusUnsupportedMediaType, "officer", http.MethodPost, "/v1/agency-imports", file, "Content-Type: multipart/form-data; boundary=x")
}
