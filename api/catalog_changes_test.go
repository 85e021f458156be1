package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"
)

// mirror reads the changes from an address to the end, and gives what they come to.
func (s *server) mirror(who, from string) (have map[string]string, last float64) {
	s.t.Helper()
	have = map[string]string{}
	for at := from; at != ""; {
		a := s.get(who, at)
		body := a.object(s.t)
		for _, item := range body["items"].([]any) {
			x := item.(map[string]any)
			have[fmt.Sprintf("%v %v", x["noun"], x["id"])] = fmt.Sprint(x["change"])
			if (x["link"] == nil) != (x["change"] == "gone") {
				s.t.Errorf("told %v", x)
			}
		}
		last = body["next"].(float64)
		if at = a.next(s.t); at == from {
			s.t.Fatal("it goes round in circles")
		}
	}
	return have, last
}

func TestAMirrorIsToldWhatIsGoneFromItsMomentOn(t *testing.T) {
	s := newServer(t)
	kept, hidden := newAsset(s), newAsset(s)
	_, last := s.mirror(public, "/v1/catalog-changes?limit=7")
	s.expect(http.StatusOK, "registrar", http.MethodPatch, path("/assets/%d", hidden.ID), map[string]any{"visibility": "agency"}, "If-Match: *")
	s.expect(http.StatusOK, "registrar", http.MethodPatch, path("/assets/%d", kept.ID), map[string]any{"edition": "Second"}, "If-Match: *")
	moment, err := time.Parse(time.RFC3339Nano, s.get("officer", fmt.Sprintf("/v1/events?limit=1&after=%.0f", last)).items(t)[0]["occurredAt"].(string))
	s.must(err)
	want := fmt.Sprint(map[string]string{fmt.Sprintf("software %d", hidden.ID): "gone", fmt.Sprintf("software %d", kept.ID): "changed"})
	zone := time.FixedZone("", 2*3600)
	for _, from := range []string{fmt.Sprintf("after=%.0f", last), "updatedSince=" + url.QueryEscape(moment.UTC().Format(time.RFC3339Nano)), "updatedSince=" + url.QueryEscape(moment.In(zone).Format(time.RFC3339Nano)),
		"updatedSince=" + moment.In(zone).Format(time.RFC3339Nano)} { // the last with a + that nobody escaped
		if have, _ := s.mirror(public, "/v1/catalog-changes?limit=1&"+from); fmt.Sprint(have) != want {
			t.Errorf("from %s on the public is told %v", from, have)
		}
	}
	if have, _ := s.mirror(public, fmt.Sprintf("/v1/catalog-changes?noun=repository&after=%.0f", last)); len(have) != 0 {
		t.Errorf("of repositories it is told %v", have)
	}
	for _, bad := range []string{"2026-11-22", "2026-11-22T09:30:00", "yesterday"} {
		a := s.expect(http.StatusBadRequest, public, http.MethodGet, "/v1/catalog-changes?updatedSince="+bad, nil)
		if got := a.mistakes(t); len(got) != 1 || got[0] != "updatedSince bad-instant" {
			t.Errorf("%s is answered with %v", bad, got)
		}
	}
}

func TestForeignEntriesAreListedSinceAMomentWithWhatIsGone(t *testing.T) {
	s := newServer(t)
	newForeign(s)
	if l := s.get(public, "/v1/foreign-entries?updatedSince=2020-01-01T00:00:00Z").items(t); len(l) != 1 {
		t.Errorf("since long ago there are %d", len(l))
	}
	if l := s.get(public, "/v1/foreign-entries?updatedSince=2999-01-01T00:00:00%2B01:00").items(t); len(l) != 0 {
		t.Errorf("since the future there are %d", len(l))
	}
}
