package api_test

import (
	"bytes"
	"net/http"
	"testing"
)

const publiccodeSent = `publiccodeYmlVersion: "0.7"
name: Medusa
url: https://example.org/agency/medusa.git
platforms: [web]
developmentStatus: stable
softwareType: standalone/web
description:
  en:
    shortDescription: A register of things
    longDescription: A register of things that many people would like to find again, made by an agency for agencies, with everything that is asked for by those who look for it.
    features: [Finds things]
legal:
  license: EUPL-1.2
maintenance:
  type: none
localisation:
  localisationReady: true
  availableLanguages: [en]
`

func TestAnybodyChecksAPubliccodeAndNothingIsKept(t *testing.T) {
	s := newServer(t)
	before := len(s.events())
	good := s.expect(http.StatusOK, public, http.MethodPost, "/v1/description-checks", publiccodeSent).object(t)
	if good["valid"] != true || good["name"] != "Medusa" || good["formatVersion"] != "0.7" || len(good["remarks"].([]any)) != 0 {
		t.Errorf("a sound one: %v", good)
	}
	bad := s.expect(http.StatusOK, public, http.MethodPost, "/v1/description-checks", bytes.Replace([]byte(publiccodeSent), []byte("EUPL-1.2"), []byte("EUPL"), 1)).object(t)
	remarks := bad["remarks"].([]any)
	if bad["valid"] != false || len(remarks) != 1 || at(remarks[0], "line") != 13.0 || at(remarks[0], "column") != 12.0 || text(remarks[0], "key") != "legal.license" || text(remarks[0], "severity") != "error" {
		t.Errorf("a wrong one: %v", bad)
	}
	other := s.expect(http.StatusOK, public, http.MethodPost, "/v1/description-checks", "hello").object(t)
	if other["valid"] != false || len(other["remarks"].([]any)) != 1 {
		t.Errorf("something else: %v", other)
	}
	long := s.expect(http.StatusOK, public, http.MethodPost, "/v1/description-checks", bytes.Repeat([]byte("#"), 1<<20+1)).object(t)
	if remarks := long["remarks"].([]any); long["valid"] != false || len(remarks) != 1 || text(remarks[0], "rule") != "too-large" {
		t.Errorf("one that is too long: %v", long)
	}
	s.expect(http.StatusRequestEntityTooLarge, public, http.MethodPost, "/v1/description-checks", bytes.Repeat([]byte("#"), 20<<20+1))
	if refused := s.expect(http.StatusOK, public, http.MethodPost, "/v1/sbom-checks", publiccodeSent).object(t); refused["verdict"] != "refused" {
		t.Errorf("at the door for SBOMs: %v", refused)
	}
	if after := len(s.events()); after != before {
		t.Errorf("%d events were written", after-before)
	}
}

func TestEveryDescriptionThatThePageKnowsIsChecked(t *testing.T) {
	s := newServer(t)
	for _, tc := range []struct {
		name, body, format, version string
		count                       float64
		valid                       bool
	}{
		{"a publiccode.yml", publiccodeSent, "publiccode.yml", "0.7", 1, true},
		{"a codemeta.json", `{"@context": "https://doi.org/10.5063/schema/codemeta-2.0", "type": "SoftwareSourceCode", "name": "Medusa", "codeRepository": "https://example.org/medusa", "license": "https://spdx.org/licenses/MIT"}`, "codemeta.json", "2.0", 1, true},
		{"the code.json of an agency", `{"version": "2.0.0", "agency": "DOT", "measurementType": {"method": "modules"}, "releases": [
			{"name": "Medusa", "repositoryURL": "https://example.org/medusa", "description": "Finds things", "permissions": {"usageType": "openSource", "licenses": [{"name": "MIT", "URL": "https://example.org/medusa/LICENSE"}]}, "laborHours": 1, "tags": ["x"], "contact": {"email": "a@example.org"}},
			{"name": "Kraken", "repositoryURL": "https://example.org/kraken", "description": "Loses them", "permissions": {"usageType": "openSource", "licenses": [{"name": "MIT", "URL": "https://example.org/kraken/LICENSE"}]}, "laborHours": 1, "tags": ["x"], "contact": {"email": "a@example.org"}}]}`, "code.json", "2.0.0", 2, true},
		{"a code.json without what it needs", `{"agency": "DOT", "releases": [{"name": 7}]}`, "code.json", "", 1, false},
	} {
		got := s.expect(http.StatusOK, public, http.MethodPost, "/v1/description-checks", tc.body).object(t)
		if got["format"] != tc.format || got["descriptions"] != tc.count || got["valid"] != tc.valid || got["formatVersion"] != tc.version {
			t.Errorf("%s: %v", tc.name, got)
		}
	}
}
