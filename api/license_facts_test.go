package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit/sample"
)

func TestALicenceSaysWhatIsKnownAndOwed(t *testing.T) {
	s := newServer(t)
	l := s.get(public, "/v1/licenses/agpl-3.0-or-later").object(t)
	if l["id"] != "AGPL-3.0-or-later" || l["openness"] != "open" || l["reciprocity"] != "network" || l["hasText"] != true || text1(l["sources"], "reciprocity") == "" {
		t.Errorf("got %v", l)
	}
	if versions := fmt.Sprint(l["versions"]); !strings.Contains(versions, "AGPL-3.0-only") {
		t.Errorf("versions are %s", versions)
	}
	uses := map[string]int{}
	for _, u := range l["obligations"].([]any) {
		uses[text1(u, "use")] = len(at(u, "items").([]any))
	}
	if uses["service"] == 0 || uses["distribute-binary"] <= uses["internal"] {
		t.Errorf("it asks for %v", uses)
	}
	text := s.get(public, "/v1/licenses/mit/text")
	if !strings.Contains(string(text.body), "Permission is hereby granted") || text.header.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("the text is %s", text.body)
	}
	found := s.expect(http.StatusOK, public, http.MethodPost, "/v1/license-identifications", map[string]any{"text": string(text.body)}).object(t)
	if found["expression"] != "MIT" || found["certain"] != true {
		t.Errorf("identified as %v", found)
	}
	c := s.get(public, "/v1/license-compatibility?inbound=GPL-3.0-only%20OR%20MIT&outbound=EUPL-1.2&linking=included").object(t)
	if c["answer"] != "yes" || c["via"] != "MIT" || len(c["reasons"].([]any)) != 2 {
		t.Errorf("compatible: %v", c)
	}
	for _, unknown := range []string{"nonsense", "LicenseRef-foo", "MIT%20AND%20Foo"} {
		a := s.expect(http.StatusBadRequest, public, http.MethodGet, "/v1/license-compatibility?inbound=MIT&outbound="+unknown, nil)
		if !slices.Contains(a.mistakes(t), "outbound unknown-license") {
			t.Errorf("%s: %s", unknown, a.body)
		}
	}
	a := s.expect(http.StatusBadRequest, public, http.MethodGet, "/v1/license-compatibility?inbound=MIT%20AND&outbound=(", nil)
	if m := a.mistakes(t); !slices.Contains(m, "inbound not-an-expression") || !slices.Contains(m, "outbound not-an-expression") {
		t.Errorf("mistakes are %v", m)
	}
}

func TestALicenceListIsBroughtInLookedAtAndPutInForce(t *testing.T) {
	s := newServer(t)
	s.policyID()
	for name, bad := range map[string]any{
		"no list":           map[string]any{"licenses": map[string]any{}, "exceptions": map[string]any{}},
		"text in its place": map[string]any{"licenses": "x", "exceptions": 1},
		"nothing":           map[string]any{},
	} {
		if a := s.ask("officer", http.MethodPost, "/v1/license-lists", bad); a.status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	files := listFiles("3.99")
	list := files["licenses"].(map[string]any)["licenses"].([]map[string]any)
	files["licenses"].(map[string]any)["licenses"] = append(list, map[string]any{"licenseId": "Arcadia-1.0", "name": "Arcadia Licence 1.0", "isDeprecatedLicenseId": false, "isOsiApproved": false})
	made := s.expect(http.StatusCreated, "officer", http.MethodPost, "/v1/license-lists", files)
	address := made.header.Get("Location")
	preview := s.get("officer", address+"/preview").object(t)
	if changes := fmt.Sprint(preview["changes"]); !strings.Contains(changes, "Arcadia-1.0") || text1(preview["to"], "number") != "3.99" || at(preview, "impact", "releases") == 0.0 {
		t.Errorf("the preview says %.300v", preview)
	}
	s.expect(http.StatusNotFound, public, http.MethodGet, "/v1/licenses/arcadia-1.0", nil)
	if a := s.expect(http.StatusOK, "officer", http.MethodPost, address+"/transitions", map[string]any{"to": "active"}); a.object(t)["state"] != "active" {
		t.Errorf("got %s", a.body)
	}
	s.expect(http.StatusConflict, "officer", http.MethodPost, address+"/transitions", map[string]any{"to": "active"})
	if l := s.get(public, "/v1/licenses/arcadia-1.0").object(t); l["listVersion"] != "3.99" {
		t.Errorf("got %v", l)
	}
	if all := s.get(public, "/v1/license-lists").object(t); text1(all["inForce"], "number") != "3.99" || text1(all["builtIn"], "number") == "3.99" {
		t.Errorf("lists are %v", all)
	}
}

func TestChoicesAndConclusionsChangeWhatIsJudged(t *testing.T) {
	s := newServer(t)
	asset := s.state.CaseDesk.ID
	choice := map[string]any{"reach": "asset", "assetId": asset, "expression": "MIT OR GPL-2.0", "chosen": "MIT", "reason": "It asks for less."}
	made := s.expect(http.StatusCreated, "registrar", http.MethodPost, "/v1/license-choices", choice)
	if c := made.object(t); c["expression"] != "GPL-2.0-only OR MIT" || c["createdBy"] != "Rosa Registrar" || c["asset"] != "Case Desk" {
		t.Errorf("got %v", c)
	}
	s.expect(http.StatusConflict, "registrar", http.MethodPost, "/v1/license-choices", choice)
	for field, bad := range map[string]map[string]any{
		"chosen not-offered":  {"reach": "asset", "assetId": asset, "expression": "MIT OR ISC", "chosen": "Apache-2.0", "reason": "r"},
		"assetId required":    {"reach": "asset", "expression": "MIT OR ISC", "chosen": "MIT", "reason": "r"},
		"reach unknown-value": {"reach": "world", "expression": "MIT OR ISC", "chosen": "MIT", "reason": "r"},
	} {
		if a := s.expect(http.StatusBadRequest, "registrar", http.MethodPost, "/v1/license-choices", bad); !slices.Contains(a.mistakes(t), field) {
			t.Errorf("%s: %s", field, a.body)
		}
	}
	s.expect(http.StatusForbidden, "registrar", http.MethodPost, "/v1/license-choices", map[string]any{"reach": "everywhere", "expression": "MIT OR ISC", "chosen": "MIT", "reason": "r"})
	if l := s.get("reader", path("/license-choices?asset=%d", asset)).items(t); len(l) != 1 {
		t.Errorf("choices are %v", l)
	}
	s.expect(http.StatusNotFound, "reader", http.MethodGet, path("/license-choices?asset=%d", s.state.Secret.ID), nil)
	s.expect(http.StatusNoContent, "registrar", http.MethodPost, made.header.Get("Location")+"/transitions", map[string]any{"to": "ended"})
	s.expect(http.StatusConflict, "registrar", http.MethodPost, made.header.Get("Location")+"/transitions", map[string]any{"to": "ended"})
	if l := s.get("reader", made.header.Get("Location")+"/transitions").items(t); len(l) != 2 || l[0]["action"] != "license-choice.made" || l[1]["action"] != "license-choice.ended" {
		t.Errorf("its history is %v", l)
	}
	s.expect(http.StatusNotFound, "reader", http.MethodGet, "/v1/license-choices/987654/transitions", nil)
	unknown := s.expect(http.StatusCreated, "registrar", http.MethodPost, "/v1/license-choices", map[string]any{"reach": "asset", "assetId": asset, "expression": "GPL-2.0-only OR LicenseRef-own", "chosen": "LicenseRef-own", "reason": "We know them."}).object(t)
	if list, _ := unknown["unknownLicenses"].([]any); len(list) != 1 || list[0] != "LicenseRef-own" {
		t.Errorf("a choice of what nobody knows answers %v", unknown)
	}
	c := s.expect(http.StatusCreated, "officer", http.MethodPost, "/v1/license-conclusions", map[string]any{"reach": "everywhere", "base": "pkg:npm/left-pad@1.2", "concluded": "mit", "reason": "Read.", "evidence": "LICENSE"}).object(t)
	if c["base"] != "pkg:npm/left-pad" || c["componentVersion"] != "1.2" || c["concluded"] != "MIT" {
		t.Errorf("got %v", c)
	}
}

func TestAReleaseSaysWhetherItMayBePublishedAndWhatIsOwed(t *testing.T) {
	s := newServer(t)
	release := s.state.CaseDesk42.ID
	p := s.get(public, path("/releases/%d/publication?outbound=EUPL-1.2", release)).object(t)
	if p["sentence"] == "" || p["outbound"] != "EUPL-1.2" || len(p["counts"].([]any)) != 4 || len(p["components"].([]any)) == 0 || len(p["assumptions"].([]any)) == 0 {
		t.Errorf("publication: %v", p)
	}
	if a := s.expect(http.StatusBadRequest, public, http.MethodGet, path("/releases/%d/publication?outbound=MIT+AND", release), nil); !slices.Contains(a.mistakes(t), "outbound not-an-expression") {
		t.Errorf("got %s", a.body)
	}
	if a := s.expect(http.StatusConflict, public, http.MethodGet, path("/releases/%d/publication", s.state.CaseDesk41.ID), nil); a.object(t)["code"] != "no-document" {
		t.Errorf("got %s", a.body)
	}
	key, license := s.line()
	said := map[string]any{"use": "distribute-binary", "license": license, "obligation": key, "state": "met"}
	if a := s.expect(http.StatusBadRequest, "registrar", http.MethodPost, path("/releases/%d/obligations", release), said); !slices.Contains(a.mistakes(t), "evidence required") {
		t.Errorf("got %s", a.body)
	}
	said["evidence"] = "NOTICE.txt"
	s.expect(http.StatusCreated, "insurance", http.MethodPost, path("/releases/%d/obligations", release), said)
	inside, outside := s.get("registrar", path("/releases/%d/obligations", release)).object(t), s.get(public, path("/releases/%d/obligations", release))
	if inside["met"] != 1.0 || !strings.Contains(fmt.Sprint(inside), "Ines Registrar") || strings.Contains(string(outside.body), "NOTICE.txt") || outside.object(t)["met"] != 1.0 {
		t.Errorf("inside %v, outside %s", inside["met"], outside.body)
	}
	for format, kind := range map[string]string{"text": "text/plain", "markdown": "text/markdown", "html": "text/html"} {
		a := s.get(public, path("/releases/%d/notice?format=%s", release, format))
		if !strings.HasPrefix(a.header.Get("Content-Type"), kind) || !strings.HasPrefix(a.header.Get("Content-Disposition"), "attachment") || !strings.Contains(string(a.body), "Case Desk") {
			t.Errorf("%s: %v %.100s", format, a.header, a.body)
		}
		s.expect(http.StatusNotModified, public, http.MethodGet, path("/releases/%d/notice?format=%s", release, format), nil, "If-None-Match: "+a.header.Get("ETag"))
	}
}

func TestAPipelineIsDoneWithOneCall(t *testing.T) {
	s := newServer(t)
	if a := s.expect(http.StatusConflict, public, http.MethodPost, "/v1/policy-checks", map[string]any{"expression": "MIT"}); a.object(t)["code"] != "no-policy" {
		t.Errorf("without a policy: %s", a.body)
	}
	s.policyID()
	for name, c := range map[string]struct {
		keys string
		body any
		want string
	}{
		"a document":             {"", sample.Document(), "denied"},
		"an expression":          {"", map[string]any{"expression": "MIT OR Apache-2.0"}, "needs-choice"},
		"packages":               {"", map[string]any{"purls": []string{"pkg:npm/nobody@1"}}, "unknown"},
		"no licence":             {"?use=service&use=modify&fact=asset.origin%3Dgov-built", map[string]any{"expression": "NONE"}, "none"},
		"nonsense for a licence": {"", map[string]any{"expression": "Ask the vendor for terms"}, "unparsable"},
	} {
		v := s.expect(http.StatusOK, public, http.MethodPost, "/v1/policy-checks"+c.keys, c.body).object(t)
		if v["verdict"] != c.want || text1(v, "digest") == "" {
			t.Errorf("%s: %v", name, v["verdict"])
		}
	}
	for name, c := range map[string]struct {
		keys, body string
		status     int
	}{
		"nothing":                     {"", "", 400},
		"no document":                 {"", "hello", 400},
		"two questions":               {"", `{"expression":"MIT","purls":[]}`, 400},
		"a question asked twice":      {"", `{"expression":"MIT","expression":"GPL-3.0-only"}`, 400},
		"a question in other case":    {"", `{"expression":"MIT","Expression":"GPL-3.0-only"}`, 400},
		"a question and something":    {"", `{"expression":"MIT"} {}`, 400},
		"a question about nothing":    {"", `{"expression":null}`, 400},
		"a question with more":        {"", `{"expression":"MIT","keep":true}`, 400},
		"a question that breaks off":  {"", `{"purls":["pkg:npm/a`, 400},
		"no purls":                    {"", `{"purls":["left-pad"]}`, 400},
		"a purl of two lines":         {"", `{"purls":["pkg:npm/a\npkg:npm/b"]}`, 400},
		"a fact without a value":      {"?fact=asset.origin", `{"expression":"MIT"}`, 400},
		"a fact that nobody knows":    {"?fact=weather%3Dfine", `{"expression":"MIT"}`, 400},
		"a use that nobody knows":     {"?use=fly", `{"expression":"MIT"}`, 400},
		"an agency that is not there": {"?agency=987654", `{"expression":"MIT"}`, 404},
		"keeping it as nobody":        {"?keep=true", `{"expression":"MIT"}`, 401},
	} {
		if a := s.ask(public, http.MethodPost, "/v1/policy-checks"+c.keys, c.body); a.status != c.status || a.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %.300s", name, a.status, a.body)
		}
	}
}

func TestAVerdictIsKeptFoundAndVerified(t *testing.T) {
	s := newServer(t)
	s.policyID()
	s.expect(http.StatusForbidden, "registrar", http.MethodPost, path("/policy-checks?keep=true&agency=%d", s.state.Finance.ID), sample.Document())
	kept := s.expect(http.StatusOK, "registrar", http.MethodPost, path("/policy-checks?keep=true&filename=delivery.json&agency=%d", s.state.Health.ID), sample.Document())
	address := kept.header.Get("Location")
	found := s.get("registrar", address)
	if string(found.body) != string(kept.body) {
		t.Errorf("kept %s", found.body)
	}
	s.expect(http.StatusNotFound, "buyer", http.MethodGet, address, nil)
	same := s.expect(http.StatusOK, "registrar", http.MethodPost, "/v1/verdict-verifications", kept.body).object(t)
	if same["same"] != true || same["verdict"] != "denied" {
		t.Errorf("verified: %v", same)
	}
	stored := s.get(public, path("/sboms/%d/verdict?agency=%d&use=service", s.state.Current.ID, s.state.Finance.ID))
	if v := stored.object(t); v["verdict"] != "denied" || at(v, "situation", "agency.code") != "finance" || at(v, "situation", "use.service") != true {
		t.Errorf("the verdict is %.500s", stored.body)
	}
	if v := s.expect(http.StatusOK, public, http.MethodPost, "/v1/verdict-verifications", stored.body).object(t); v["same"] != true {
		t.Errorf("verified: %v", v)
	}
	changed := strings.Replace(string(kept.body), `"denied"`, `"allowed"`, 1)
	if v := s.expect(http.StatusOK, public, http.MethodPost, "/v1/verdict-verifications", changed).object(t); v["same"] != false || len(v["differences"].([]any)) != 1 {
		t.Errorf("a changed one: %v", v)
	}
	for _, bad := range []string{"", "x", "{}", "[]", `{"verdictVersion":99}`, strings.Repeat("[", 100_000)} {
		if a := s.ask(public, http.MethodPost, "/v1/verdict-verifications", bad); a.status != http.StatusBadRequest || !json.Valid(a.body) {
			t.Errorf("%.20q: %d %.200s", bad, a.status, a.body)
		}
	}
	s.expect(http.StatusNotFound, public, http.MethodGet, path("/sboms/%d/verdict", 987654), nil)
}
