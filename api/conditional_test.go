package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
)

func TestAChangeMustSayWhatItIsBasedOn(t *testing.T) {
	s := newServer(t)
	p := path("/assets/%d", s.state.Portal.ID)
	etag := s.get("officer", p).header.Get("ETag")
	if !strings.HasPrefix(etag, `"1-`) {
		t.Errorf("the ETag is %s", etag)
	}
	for _, tc := range []struct {
		name, match string
		want        int
	}{
		{"nothing", "", http.StatusPreconditionRequired},
		{"an older version", `"77-0badcafe"`, http.StatusPreconditionFailed},
		{"what is no tag", "banana", http.StatusBadRequest},
		{"an unquoted version", "1", http.StatusBadRequest},
		{"an empty tag", `""`, http.StatusBadRequest},
		{"the tag as read", etag, http.StatusOK},
		{"that tag once more", etag, http.StatusPreconditionFailed},
		{"the bare version", `"2"`, http.StatusOK},
		{"a tag a proxy made weak", `W/"3-aaaaaaaa"`, http.StatusOK},
		{"whatever it is now", "*", http.StatusOK},
	} {
		var headers []string
		if tc.match != "" {
			headers = append(headers, "If-Match: "+tc.match)
		}
		a := s.ask("officer", http.MethodPatch, p, map[string]any{"edition": tc.name}, headers...)
		if a.status != tc.want {
			t.Errorf("based on %s: got %d, want %d: %s", tc.name, a.status, tc.want, a.body)
		}
	}
	for _, stale := range []struct{ path, body string }{
		{path("/deployments/%d/transitions", s.state.Claimed.ID), `{"to":"confirmed"}`},
		{path("/agencies/%d/merges", s.state.Clinic.ID), fmt.Sprintf(`{"successorId":%d}`, s.state.Health.ID)},
	} {
		s.expect(http.StatusPreconditionFailed, "officer", http.MethodPost, stale.path, stale.body, `If-Match: "55"`)
	}
}

func TestARecordThatHasNotChangedIsNotSentAgain(t *testing.T) {
	s := newServer(t)
	g := s.state
	for _, p := range []string{path("/assets/%d", g.CaseDesk.ID), path("/agencies/%d", g.Health.ID), path("/releases/%d", g.CaseDesk42.ID), path("/deployments/%d", g.Confirmed.ID),
		path("/sboms/%d", g.Current.ID), path("/sboms/%d/original", g.Current.ID), path("/licenses/MIT")} {
		etag := s.get("officer", p).header.Get("ETag")
		for _, tag := range []string{etag, "W/" + etag, `"other", ` + etag, "*"} {
			a := s.expect(http.StatusNotModified, "officer", http.MethodGet, p, nil, "If-None-Match: "+tag)
			if len(a.body) > 0 || a.header.Get("ETag") != etag {
				t.Errorf("%s: 304 with %q and %q", p, a.header.Get("ETag"), a.body)
			}
		}
		s.expect(http.StatusOK, "officer", http.MethodGet, p, nil, `If-None-Match: "other"`)
	}
}

func TestTheTagChangesWithEverythingTheAnswerShows(t *testing.T) {
	s := newServer(t)
	p := path("/agencies/%d", s.state.Clinic.ID)
	before := s.get(public, p).header.Get("ETag")
	sample.Agency(t, s.store, func(a *models.Agency) { a.ParentID = &s.state.Clinic.ID })
	if after := s.get(public, p).header.Get("ETag"); after == before {
		t.Error("a new child left the tag as it was")
	}
	run := path("/deployments/%d", s.state.Confirmed.ID)
	if s.get(public, run).header.Get("ETag") == s.get("officer", run).header.Get("ETag") {
		t.Error("the redacted and the full form have one tag")
	}
}

func TestOfTwoWritersWhoReadTheSameVersionOneLearnsOfTheOther(t *testing.T) {
	s := newServer(t)
	p := path("/assets/%d", s.state.Portal.ID)
	etag := s.get("officer", p).header.Get("ETag")
	statuses := map[int]int{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range 10 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			a := s.ask("officer", http.MethodPatch, p, map[string]any{"edition": fmt.Sprint("E", i)}, "If-Match: "+etag)
			mu.Lock()
			defer mu.Unlock()
			statuses[a.status]++
		}()
	}
	wg.Wait()
	if statuses[200] != 1 || statuses[412] != 9 {
		t.Errorf("ten writers got %v", statuses)
	}
}

func TestChangesToDifferentFieldsThatFollowEachOtherBothLast(t *testing.T) {
	s := newServer(t)
	p := path("/assets/%d", s.state.Portal.ID)
	var wg sync.WaitGroup
	for _, body := range []map[string]any{{"edition": "Two"}, {"aliases": []string{"Gate"}}} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 20 { // reads again and repeats, as the problem advises
				etag := s.get("officer", p).header.Get("ETag")
				if s.ask("officer", http.MethodPatch, p, body, "If-Match: "+etag).status == http.StatusOK {
					return
				}
			}
			t.Errorf("%v was never accepted", body)
		}()
	}
	wg.Wait()
	now := s.get("officer", p).object(t)
	if now["edition"] != "Two" || fmt.Sprint(now["aliases"]) != "[Gate]" || now["version"] != 3.0 {
		t.Errorf("left is %v", now)
	}
}

func TestWhatWasMadeReadsTheSameAfterwards(t *testing.T) {
	doc, _ := described(t)
	s := newServer(t)
	for _, o := range operations(doc) {
		if object(o.doc, "responses", "201") == nil || o.id == "sendSbom" {
			continue
		}
		row, _ := sampleRow(o)
		who := "officer"
		if o.id == "createUser" || o.id == "giveRole" {
			who = "admin"
		}
		a := s.ask(who, o.method, "/v1"+row.path(s), row.body(s))
		where := a.header.Get("Location")
		if a.status != http.StatusCreated || where == "" {
			continue
		}
		made, read := a.object(t), s.get(who, where).object(t)
		delete(made, "secret") // is shown once
		for field, value := range made {
			if fmt.Sprint(read[field]) != fmt.Sprint(value) {
				t.Errorf("%s: %s was %v, reads %v", o.id, field, value, read[field])
			}
		}
	}
}
