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
	s.expect(http.StatusRequestEntityTooLarge, public, http.MethodPost, "/v1/description-checks", bytes.Repeat([]byte("#"), 1<<20+1))
	if refused := s.expect(http.StatusOK, public, http.MethodPost, "/v1/sbom-checks", publiccodeSent).object(t); refused["verdict"] != "refused" {
		t.Errorf("at the door for SBOMs: %v", refused)
	}
	if after := len(s.events()); after != before {
		t.Errorf("%d events were written", after-before)
	}
}
