package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// sampleRow gives the plain request of an operation.
func sampleRow(o operation) (try, bool) {
	if o.method == http.MethodGet {
		rows := reads[o.id]
		if len(rows) == 0 {
			return try{}, false
		}
		return rows[0], true
	}
	rows := append(opens[o.id], writes[o.id]...)
	if len(rows) == 0 {
		return try{}, false
	}
	return rows[0], true
}

// request makes the plain request of an operation as the officer, changed by with.
func (s *server) request(o operation, with func(path string) string, headers ...string) answer {
	s.t.Helper()
	row, ok := sampleRow(o)
	if !ok {
		s.t.Fatalf("%s has no row in the matrix", o.id)
	}
	var b any
	if row.body != nil {
		b = row.body(s)
	}
	if row.header != nil {
		headers = append(headers, row.header(s))
	}
	return s.ask("officer", o.method, "/v1"+with(row.path(s)), b, headers...)
}

func query(path, add string) string {
	if strings.Contains(path, "?") {
		return path + "&" + add
	}
	return path + "?" + add
}

func TestEveryOperationRefusesAQueryKeyItDoesNotHave(t *testing.T) {
	doc, _ := described(t)
	s := newServer(t)
	for _, o := range operations(doc) {
		for _, keys := range []string{"bogus=1", "bogus=1&PerPage=3", "bogus"} {
			a := s.request(o, func(p string) string { return query(p, keys) })
			if a.status != http.StatusBadRequest || !slices.Contains(a.mistakes(t), "bogus unknown-key") {
				t.Errorf("%s with %s: %d %.200s", o.id, keys, a.status, a.body)
			}
		}
		for name, schema := range o.parameters("query") {
			if name == "name" || name == "q" || name == "class" || name == "asset" || name == "release" || name == "use" || name == "inbound" || name == "outbound" {
				continue // the plain request has it already
			}
			if text(schema, "type") == "array" {
				continue // may be there many times
			}
			a := s.request(o, func(p string) string { return query(p, name+"=1&"+name+"=2") })
			if a.status != http.StatusBadRequest || !slices.Contains(a.mistakes(t), name+" repeated") {
				t.Errorf("%s with %s twice: %d %.200s", o.id, name, a.status, a.body)
			}
		}
	}
}

func TestEveryOperationRefusesACredentialThatDoesNotHold(t *testing.T) {
	doc, _ := described(t)
	s := newServer(t)
	for _, o := range operations(doc) {
		for _, header := range []string{"Authorization: Bearer ospo_bogus", "Authorization: Bearer bogus", "Authorization: Basic b2xpOnB3", "X-Api-Key: ospo_bogus"} {
			row, _ := sampleRow(o)
			a := s.ask(public, o.method, "/v1"+row.path(s), nil, header)
			if a.status != http.StatusUnauthorized || !strings.HasPrefix(a.header.Get("WWW-Authenticate"), "Bearer") || a.header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("%s with %s: %d %v %.200s", o.id, header, a.status, a.header, a.body)
			}
		}
	}
}

func TestEveryKnownQueryKeyWorksOnEveryList(t *testing.T) {
	doc, _ := described(t)
	s := newServer(t)
	for _, o := range operations(doc) {
		if o.method != http.MethodGet {
			continue
		}
		row, _ := sampleRow(o)
		path := row.path(s)
		for name, schema := range o.parameters("query") {
			values := []string{"a"}
			if text(schema, "type") == "integer" {
				values = []string{"1", "2", "999999999"}
			}
			if text(schema, "type") == "boolean" {
				values = []string{"true", "false"}
			}
			if enum, ok := schema["enum"].([]any); ok {
				values = nil
				for _, e := range enum {
					values = append(values, e.(string))
				}
			}
			base, _, _ := strings.Cut(path, "?")
			if o.id == "search" && name != "q" {
				base += "?q=desk"
			}
			for _, value := range values {
				a := s.ask("officer", http.MethodGet, "/v1"+query(base, name+"="+value), nil)
				if a.status >= http.StatusInternalServerError {
					t.Errorf("%s with %s=%s: %d %.200s", o.id, name, value, a.status, a.body)
				}
				if a.status == http.StatusBadRequest && slices.Contains(a.mistakes(t), name+" unknown-key") {
					t.Errorf("%s does not know its own key %s", o.id, name)
				}
			}
			if _, ok := schema["enum"]; ok || text(schema, "type") == "integer" {
				a := s.ask("officer", http.MethodGet, "/v1"+query(base, name+"=~no~"), nil)
				if a.status != http.StatusBadRequest || !slices.ContainsFunc(a.mistakes(t), func(m string) bool { return strings.HasPrefix(m, name+" ") }) {
					t.Errorf("%s with a bad %s: %d %.200s", o.id, name, a.status, a.body)
				}
			}
		}
	}
}

func TestThingsThatAreNotThereAreNotFoundAndLeaveNoEvent(t *testing.T) {
	doc, _ := described(t)
	s := newServer(t)
	before := len(s.events())
	for _, o := range operations(doc) {
		if !strings.Contains(o.path, "{id}") || o.id == "listLicenseUses" {
			continue
		}
		row, _ := sampleRow(o)
		var b any
		if row.body != nil {
			b = row.body(s)
		}
		for name, schema := range o.parameters("path") { // a word from its list
			if enum, ok := schema["enum"].([]any); ok {
				o.path = strings.ReplaceAll(o.path, "{"+name+"}", enum[0].(string))
			}
		}
		o.path = strings.NewReplacer("{ordinal}", "0", "{key}", "a", "{number}", "1").Replace(o.path)
		a := s.ask("admin", o.method, "/v1"+strings.Replace(o.path, "{id}", "987654321", 1), b, "If-Match: *")
		if a.status != http.StatusNotFound {
			t.Errorf("%s: %d %.200s", o.id, a.status, a.body)
		}
		if o.id == "getLicense" || o.id == "downloadLicense" || o.id == "listLicenseUses" {
			continue
		}
		for _, id := range []string{"0", "-1", "abc", "99999999999999999999", "1%2F2", "1;drop"} {
			a := s.ask("admin", o.method, "/v1"+strings.Replace(o.path, "{id}", id, 1), b, "If-Match: *")
			if a.status != http.StatusBadRequest && a.status != http.StatusNotFound {
				t.Errorf("%s of %s: %d %.200s", o.id, id, a.status, a.body)
			}
		}
	}
	// making the requests above sent bodies only: nothing was made
	if after := len(s.events()); after != before {
		t.Errorf("%d events were written", after-before)
	}
}

func TestAPatchCannotSetWhatCannotBeChanged(t *testing.T) {
	doc, _ := described(t)
	s := newServer(t)
	for _, o := range operations(doc) {
		if o.method != http.MethodPatch || o.id == "writeAnalyses" { // an open map: every key can be set
			continue
		}
		ref := func(of any) map[string]any {
			name := text(of, "schema", "$ref")
			return object(doc, "components", "schemas", name[strings.LastIndex(name, "/")+1:], "properties")
		}
		shown := ref(at(o.doc, "responses", "200", "content", "application/json"))
		settable := ref(at(o.doc, "requestBody", "content", "application/merge-patch+json"))
		if len(shown) < 5 || len(settable) < 3 {
			t.Fatalf("%s: the schemas were not found", o.id)
		}
		row, _ := sampleRow(o)
		path := "/v1" + row.path(s)
		before := s.get(patcher(o.id), path)
		checked := 0
		for field := range shown {
			if settable[field] != nil {
				continue
			}
			checked++
			for _, value := range []any{1, "x", nil} {
				a := s.ask(patcher(o.id), http.MethodPatch, path, map[string]any{field: value}, "If-Match: *")
				if a.status != http.StatusBadRequest || !slices.Contains(a.mistakes(t), field+" unknown-field") {
					t.Errorf("%s of %s to %v: %d %.200s", o.id, field, value, a.status, a.body)
				}
			}
		}
		if checked < 3 {
			t.Errorf("%s: only %d fields cannot be changed", o.id, checked)
		}
		if after := s.get(patcher(o.id), path); string(after.body) != string(before.body) {
			t.Errorf("%s: refused patches changed\n%s\nto\n%s", o.id, before.body, after.body)
		}
	}
}

// patcher is who may change a record: cases are for the people of their agency.
func patcher(id string) string {
	if id == "amendDecision" {
		return "registrar"
	}
	return "officer"
}

// changes are patches of one field, with the fields of the answer that follow from it.
var changes = map[string][]struct {
	patch   string
	follows []string
}{
	"changeWebhook": {{`{"name":"Other"}`, []string{"owner"}}, {`{"url":"https://hooks.example.org/other"}`, nil}, {`{"scope":"repositories"}`, nil}, {`{"types":["repository.*"]}`, nil}, {`{"types":[]}`, nil}, {`{"audience":"government"}`, nil}},
	"changeSource":  {{`{"everyHours":48}`, nil}, {`{"attribution":"Them"}`, nil}, {`{"active":false}`, nil}, {`{"license":"CC0-1.0"}`, nil}},
	"writeContinuity": {{`{"unit":"Unit 4"}`, nil}, {`{"plan":"Others take over."}`, nil}, {`{"fundedUntilOn":"2030-06-30","fundingSource":"Budget"}`, []string{"fundingSource"}}, {`{"fundedUntilOn":null}`, nil}, {`{"escrowUrl":"https://escrow.example.org"}`, nil},
		{`{"replacementId":2}`, []string{"replacementAsset"}}, {`{"keepers":[{"kind":"sponsor","name":"Treasury"}]}`, nil}, {`{"keepers":[]}`, nil}, {`{"reviewedOn":"2024-02-29"}`, nil}},
	"writeAnalyses":    {{`{"scanner":{"v":2}}`, nil}, {`{"scanner":null}`, nil}},
	"changePublisher":  {{`{"name":"Another"}`, nil}, {`{"alternativeId":"other"}`, nil}, {`{"email":"code@example.gov"}`, nil}, {`{"active":false}`, nil}, {`{"hostings":[{"url":"https://git.example.org/here"}]}`, nil}},
	"changeRepository": {{`{"visibility":"government"}`, nil}, {`{"aliases":["https://git.example.org/old"]}`, nil}, {`{"active":false}`, nil}, {`{"host":"gitlab"}`, nil}},
	"changeCall":       {{`{"title":"Soon"}`, nil}, {`{"text":"For permits"}`, nil}, {`{"neededOn":"2027-05-01"}`, nil}, {`{"neededOn":null}`, nil}, {`{"visibility":"government"}`, nil}},
	"changeAgency":     {{`{"phone":"555"}`, nil}, {`{"email":"new@example.gov"}`, nil}, {`{"website":"https://x.example.gov"}`, nil}, {`{"website":null}`, nil}, {`{"parentId":null}`, nil}, {`{"kind":"authority"}`, nil}},
	"changeAsset": {{`{"edition":"Second"}`, nil}, {`{"descriptions":{"fr":"Bonjour"}}`, nil}, {`{"descriptions":{"en":null}}`, nil}, {`{"license":null}`, nil}, {`{"visibility":"agency"}`, nil}, {`{"categories":["a","b"]}`, nil},
		{`{"urls":[{"kind":"home","url":"https://x.example.gov"}]}`, nil}, {`{"urls":null}`, nil}, {`{"aliases":["Other"]}`, nil}, {`{"parentId":2}`, nil}, {`{"identifiers":[{"kind":"purl","value":"pkg:npm/x"}]}`, nil}},
	"amendDecision": {{`{"title":"Said otherwise"}`, nil}, {`{"function":"MAIL"}`, nil}, {`{"value":{"amount":"5.00","currency":"TTD"}}`, nil}, {`{"value":null}`, nil}},
	"changeRelease": {{`{"notes":"n"}`, nil}, {`{"number":"9.9"}`, nil}, {`{"lifeEndOn":"2030-01-31","lifeEndSource":"notice"}`, []string{"lifeEndSource"}}, {`{"lifeEndOn":null,"lifeEndSource":null}`, []string{"lifeEndSource"}}},
	"changeDeployment": {{`{"provider":"P"}`, nil}, {`{"criticality":4}`, nil}, {`{"criticality":null}`, nil}, {`{"installedOn":"2024-02-29"}`, nil}, {`{"versionText":"4.1"}`, []string{"releaseId"}},
		{`{"versionText":"7"}`, []string{"releaseId"}}, {`{"hosting":"public-cloud"}`, nil}, {`{"hosting":null}`, nil}, {`{"details":"agency"}`, nil}, {`{"technicalEmail":"a@example.gov"}`, nil}},
}

func TestAPatchOfOneFieldIsKeptAndLeavesAllOthers(t *testing.T) {
	doc, _ := described(t)
	s := newServer(t)
	for _, o := range operations(doc) {
		if o.method != http.MethodPatch {
			continue
		}
		row, _ := sampleRow(o)
		path := "/v1" + row.path(s)
		if len(changes[o.id]) == 0 {
			t.Errorf("%s has no changes to try", o.id)
		}
		for _, c := range changes[o.id] {
			before := s.get(patcher(o.id), path)
			a := s.expect(http.StatusOK, patcher(o.id), http.MethodPatch, path, c.patch, "If-Match: "+before.header.Get("ETag"), "Content-Type: application/merge-patch+json")
			after := s.get(patcher(o.id), path).object(t)
			field := strings.Split(c.patch, `"`)[1]
			if fmt.Sprint(a.object(t)[field]) != fmt.Sprint(after[field]) {
				t.Errorf("%s %s: answered %v, kept %v", o.id, c.patch, a.object(t)[field], after[field])
			}
			was := before.object(t)
			if fmt.Sprint(was[field]) == fmt.Sprint(after[field]) {
				t.Errorf("%s %s: nothing was kept: %v", o.id, c.patch, after[field])
			}
			for key := range after {
				if may := append([]string{field, "version", "updatedAt", "path", "parents"}, c.follows...); slices.Contains(may, key) {
					continue
				}
				if fmt.Sprint(was[key]) != fmt.Sprint(after[key]) {
					t.Errorf("%s %s: %s went from %v to %v", o.id, c.patch, key, was[key], after[key])
				}
			}
		}
	}
}
