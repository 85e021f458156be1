package api_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"

	"github.com/ospo-register/ospo/api"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/register"
)

// handIn hands the sample document in to be read later, for a release of its own.
func (s *server) handIn() int64 {
	s.t.Helper()
	a := s.expect(http.StatusAccepted, "registrar", http.MethodPost, path("/releases/%d/sboms", newRelease(s).ID), sample.Document(), "Prefer: respond-async")
	return int64(a.object(s.t)["id"].(float64))
}

// read reads a delivery as the background work does.
func (s *server) read(id int64) {
	s.t.Helper()
	s.must(register.New(s.store).ReadDelivery(context.Background(), id, register.Limits{}))
}

func TestADocumentMayBeHandedInWithoutWaiting(t *testing.T) {
	s := newServer(t)
	p := path("/releases/%d/sboms", s.state.CaseDesk41.ID)
	sent := s.expect(http.StatusAccepted, "registrar", http.MethodPost, p+"?filename=ci.json", sample.Document(), "Prefer: wait=10, respond-async")
	body := sent.object(t)
	if sent.header.Get("Preference-Applied") != "respond-async" || sent.header.Get("Location") != path("/deliveries/%.0f", body["id"]) || body["state"] != "waiting" || body["filename"] != "ci.json" || body["asset"] != "Case Desk" || body["door"] != "api" {
		t.Errorf("got %v %s", sent.header, sent.body)
	}
	where := sent.header.Get("Location")
	s.read(int64(body["id"].(float64)))
	done := s.get("registrar", where).object(t)
	if done["state"] != "done" || done["sbomId"] == nil || done["bytesRead"] != done["bytes"] || done["finishedAt"] == nil {
		t.Errorf("read: %v", done)
	}
	if got := s.get("registrar", path("/sboms/%.0f", done["sbomId"])).object(t); got["sha256"] != done["sha256"] || got["filename"] != "ci.json" {
		t.Errorf("the document: %v", got)
	}
	var actions []any
	for _, e := range s.get("registrar", where+"/transitions").items(t) {
		actions = append(actions, e["action"])
	}
	if diff := cmp.Diff([]any{"delivery.received", "delivery.done"}, actions); diff != "" {
		t.Error(diff)
	}
}

func TestADeliveryIsStoppedAndTriedAgain(t *testing.T) {
	s := newServer(t)
	id := s.handIn()
	p := path("/deliveries/%d", id)
	s.expect(http.StatusConflict, "registrar", http.MethodPost, p+"/transitions", `{"to":"waiting"}`)
	if got := s.expect(http.StatusOK, "registrar", http.MethodPost, p+"/transitions", `{"to":"cancelled"}`).object(t); got["state"] != "cancelled" || got["code"] != "cancelled" {
		t.Errorf("stopped: %v", got)
	}
	s.expect(http.StatusConflict, "registrar", http.MethodPost, p+"/transitions", `{"to":"cancelled"}`)
	s.expect(http.StatusBadRequest, "registrar", http.MethodPost, p+"/transitions", `{"to":"done"}`)
	s.expect(http.StatusOK, "registrar", http.MethodPost, p+"/transitions", `{"to":"waiting"}`)
	s.read(id)
	for query, want := range map[string]int{"": 1, "?state=done": 1, "?state=failed": 0, fmt.Sprintf("?agency=%d", s.state.Health.ID): 1, fmt.Sprintf("?agency=%d", s.state.Finance.ID): 0} {
		if n := len(s.get("registrar", "/v1/deliveries"+query).items(t)); n != want {
			t.Errorf("%s: %d deliveries, want %d", query, n, want)
		}
	}
	if n := len(s.get("buyer", "/v1/deliveries").items(t)); n != 0 {
		t.Errorf("another agency sees %d", n)
	}
}

func TestADocumentFindsOrMakesItsReleaseFromItsRoot(t *testing.T) {
	s := newServer(t)
	doc := bom("Permit Desk", "7", "x")
	a := s.expect(http.StatusCreated, "registrar", http.MethodPost, "/v1/sboms?category=permits&category=case-management&origin=service", doc).object(t)
	if a["asset"] != "Permit Desk" || a["release"] != "7" {
		t.Errorf("made: %v", a)
	}
	asset := s.get("registrar", path("/assets/%.0f", a["assetId"])).object(t)
	if asset["origin"] != "service" || asset["visibility"] != "agency" || fmt.Sprint(asset["categories"]) != "[case-management permits]" || asset["stewardId"] != float64(s.state.Health.ID) {
		t.Errorf("the software: %v", asset)
	}
	for _, tc := range []struct {
		query  string
		doc    string
		status int
		says   string
	}{
		{"", doc, 200, "Permit Desk"},
		{"?make=nothing&number=8", doc + " ", 400, "number unknown"},
		{"?make=release&number=8", doc + " ", 201, `"release":"8"`},
		{"?make=nothing", bom("Other Desk", "1", "x"), 400, "name unknown"},
		{fmt.Sprintf("?release=%d", s.state.CaseDesk41.ID), doc, 201, "Case Desk"},
		{fmt.Sprintf("?release=%d&name=x&make=asset", s.state.CaseDesk41.ID), doc, 400, "make not-together"},
		{fmt.Sprintf("?asset=%d", s.state.CaseDesk.ID), doc, 201, `"release":"7"`},
		{fmt.Sprintf("?agency=%d", s.state.Finance.ID), bom("Third", "1", "x"), 403, "not-allowed"},
		{"?make=everything", doc, 400, "make unknown-value"},
		{"", bom("Nameless", "", "x"), 400, "number required"},
	} {
		a := s.ask("registrar", http.MethodPost, "/v1/sboms"+tc.query, tc.doc)
		said := string(a.body)
		if a.status == http.StatusBadRequest {
			said = strings.Join(a.mistakes(t), ", ")
		}
		if a.status != tc.status || !strings.Contains(said, tc.says) {
			t.Errorf("%s: %d %s", tc.query, a.status, a.body)
		}
	}
}

// pressed compresses as a client does on the way.
func pressed(t *testing.T, how string, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	var w io.WriteCloser = gzip.NewWriter(&out)
	if how == "zstd" {
		z, err := zstd.NewWriter(&out)
		if err != nil {
			t.Fatal(err)
		}
		w = z
	}
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestWhatIsCompressedForTheWayIsKeptAsItIs(t *testing.T) {
	s := newServer(t)
	for _, how := range []string{"gzip", "zstd"} {
		doc := bytes.Replace(sample.Document(), []byte("case-desk-4.2.1"), []byte("by-"+how), 1)
		a := s.expect(http.StatusCreated, "registrar", http.MethodPost, path("/releases/%d/sboms", newRelease(s).ID), pressed(t, how, doc), "Content-Encoding: "+how)
		if got := a.object(t); got["sha256"] != fmt.Sprintf("%x", sha256.Sum256(doc)) || got["bytes"] != float64(len(doc)) {
			t.Errorf("%s: %s", how, a.body)
		}
		p := path("/releases/%d/sboms", newRelease(s).ID)
		for name, tc := range map[string]struct {
			body   []byte
			status int
			code   string
		}{
			"not compressed": {doc, 400, "encoding-broken"},
			"broken off":     {pressed(t, how, doc)[:200], 400, "encoding-broken"},
			"a bomb":         {pressed(t, how, make([]byte, 64<<20)), 413, "sbom-too-large"},
		} {
			if a := s.ask("registrar", http.MethodPost, p, tc.body, "Content-Encoding: "+how); a.status != tc.status || a.object(t)["code"] != tc.code {
				t.Errorf("%s %s: %d %s", how, name, a.status, a.body)
			}
		}
		file := pressed(t, "gzip", bytes.Replace(doc, []byte("by-"), []byte("as-"), 1))
		kept := s.expect(http.StatusCreated, "registrar", http.MethodPost, p, file).object(t)
		if kept["sha256"] != fmt.Sprintf("%x", sha256.Sum256(file)) {
			t.Errorf("a compressed file: %v", kept)
		}
	}
}

func TestWhatCameAsXZIsKeptPacked(t *testing.T) {
	s := newServer(t)
	var out bytes.Buffer
	w, err := xz.NewWriter(&out)
	s.must(err)
	_, err = w.Write(sample.Document())
	s.must(err)
	s.must(w.Close())
	file, p := out.Bytes(), path("/releases/%d/sboms", newRelease(s).ID)
	got := s.expect(http.StatusCreated, "registrar", http.MethodPost, p, file, "Content-Encoding: xz").object(t)
	if got["sha256"] != fmt.Sprintf("%x", sha256.Sum256(file)) || got["bytes"] != float64(len(file)) || got["packages"] != 10.0 {
		t.Errorf("kept %v", got)
	}
	s.expect(http.StatusOK, "registrar", http.MethodPost, p, file)
	checked := s.expect(http.StatusOK, public, http.MethodPost, "/v1/sbom-checks", file, "Content-Encoding: XZ").object(t)
	if checked["verdict"] == "refused" || checked["packages"] != 10.0 {
		t.Errorf("checked %v", checked)
	}
	for name, body := range map[string][]byte{"not compressed": sample.Document(), "broken off": file[:3]} {
		if a := s.ask("registrar", http.MethodPost, p, body, "Content-Encoding: xz"); a.status != 400 || a.object(t)["code"] != "encoding-broken" {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
}

// follow opens the stream of a delivery.
func (s *server) follow(ctx context.Context, who string, id int64) (*http.Response, *bufio.Scanner) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+path("/deliveries/%d/events", id), nil)
	s.must(err)
	req.Header.Set("Authorization", "Bearer "+s.tokens[who])
	res, err := http.DefaultClient.Do(req)
	s.must(err)
	return res, bufio.NewScanner(res.Body)
}

func TestADeliveryIsFollowedToItsEnd(t *testing.T) {
	s := newServer(t)
	id := s.handIn()
	res, lines := s.follow(context.Background(), "registrar", id)
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/event-stream" || res.Header.Get("X-Accel-Buffering") != "no" {
		t.Fatalf("%d %v", res.StatusCode, res.Header)
	}
	var states []string
	for lines.Scan() { // ends when the stream does
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		var d struct{ State string }
		s.must(json.Unmarshal([]byte(data), &d))
		states = append(states, d.State)
		if d.State == "waiting" {
			s.read(id)
		}
	}
	if states = slices.Compact(states); states[0] != "waiting" || states[len(states)-1] != "done" {
		t.Errorf("the states were %v", states)
	}
	s.expect(http.StatusNotFound, "buyer", http.MethodGet, path("/deliveries/%d/events", id), nil)
}

func TestAStreamThatNobodyReadsEnds(t *testing.T) {
	s := newServer(t)
	id := s.handIn()
	ctx, cancel := context.WithCancel(context.Background())
	for range 10 {
		res, lines := s.follow(ctx, "registrar", id)
		defer res.Body.Close()
		if !lines.Scan() {
			t.Fatal("nothing came")
		}
	}
	if n := streaming(); n != 10 {
		t.Errorf("%d streams run", n)
	}
	cancel()
	for deadline := time.Now().Add(10 * time.Second); streaming() > 0; runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatalf("%d streams still run", streaming())
		}
	}
}

// streaming counts the goroutines that write streams.
func streaming() int {
	b := make([]byte, 4<<20)
	return strings.Count(string(b[:runtime.Stack(b, true)]), "(*api).follow(")
}

func TestABodyThatComesTooSlowlyIsBrokenOff(t *testing.T) {
	s := newServerWith(t, func(d *api.Deps) { d.Patience = 50 * time.Millisecond })
	for _, p := range []string{path("/releases/%d/sboms", s.state.CaseDesk41.ID), "/v1/sboms", "/api/v1/bom"} {
		body, sender := io.Pipe()
		go func() { _, _ = sender.Write([]byte("--X\r\nContent-Disposition: form-data; name=\"bom\"\r\n\r\n")) }() // and no more
		req, err := http.NewRequest(http.MethodPost, s.base+p, body)
		s.must(err)
		req.Header.Set("X-Api-Key", s.tokens["registrar"])
		if strings.HasPrefix(p, "/api/") {
			req.Header.Set("Content-Type", "multipart/form-data; boundary=X")
		}
		res, err := http.DefaultClient.Do(req)
		s.must(err)
		said, err := io.ReadAll(res.Body)
		s.must(err)
		_ = res.Body.Close()
		_ = sender.Close()
		if res.StatusCode != http.StatusRequestTimeout || !strings.Contains(string(said), "body-too-slow") {
			t.Errorf("%s: %d %s", p, res.StatusCode, said)
		}
	}
}

func TestWhatIsWrongWithAnAddressIsNamedAsItWasWritten(t *testing.T) {
	s := newServer(t)
	for _, tt := range []struct{ name, who, query, want string }{
		{"no agency for somebody who acts for all", "officer", "name=Nobody%27s&number=1", "agency unknown"},
		{"a larger system that is not there", "registrar", "name=Part&number=1&parent=999999", "parent "},
		{"a category that is none", "registrar", "name=Odd&number=1&category=Not+One", "category bad-category"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := s.expect(http.StatusBadRequest, tt.who, http.MethodPost, "/v1/sboms?"+tt.query, bom("x", "1", "y"))
			if m := a.mistakes(t); len(m) != 1 || !strings.HasPrefix(m[0], tt.want) {
				t.Errorf("got %q, want %q", m, tt.want)
			}
		})
	}
}
