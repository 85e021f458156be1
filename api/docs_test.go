package api_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/ospo-register/ospo/internal/testkit/page"
)

func TestTheAPIPageNeedsNoOtherSiteAndNoInlineScript(t *testing.T) {
	s := newServer(t)
	a := s.expect(http.StatusOK, public, http.MethodGet, "/api", nil)
	source, csp := string(a.body), a.header.Get("Content-Security-Policy")
	if !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "script-src 'self';") {
		t.Errorf("the policy is %s", csp)
	}
	if m := regexp.MustCompile(`<script(?: [^>]*)?>\s*[^<\s]|\son\w+=|https?://|//[a-z]`).FindString(source); m != "" {
		t.Errorf("the page has %q", m)
	}
	for _, want := range []string{`<html lang="en">`, "<title>", "<h1>API</h1>", `href="/"`, `aria-label=`, `href="/v1/openapi.json"`} {
		if !strings.Contains(source, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	found := regexp.MustCompile(`(?:src|href)="(/api/assets/[^"]+)"`).FindAllStringSubmatch(source, -1)
	if len(found) != 4 {
		t.Errorf("the page is made of %v", found)
	}
	for _, m := range found {
		plain := s.expect(http.StatusOK, public, http.MethodGet, m[1], nil, "Accept-Encoding: identity")
		if plain.header.Get("Content-Encoding") != "" || plain.header.Get("X-Content-Type-Options") != "nosniff" || len(plain.body) < 100 || plain.body[0] == 0x1f {
			t.Errorf("%s: %v, %d bytes", m[1], plain.header, len(plain.body))
		}
		packed := s.ask(public, http.MethodGet, m[1], nil, "Accept-Encoding: gzip")
		if strings.Contains(m[1], "swagger") && (packed.header.Get("Content-Encoding") != "gzip" || len(packed.body) >= len(plain.body)) {
			t.Errorf("%s is not sent compressed", m[1])
		}
	}
}

func TestTheDescriptionIsThereForAnybodysPage(t *testing.T) {
	s := newServer(t)
	for path, want := range map[string]string{"/v1/openapi.json": "application/json", "/v1/openapi.yaml": "application/yaml"} {
		a := s.get(public, path)
		if a.header.Get("Content-Type") != want || a.header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(string(a.body), "3.0.3") {
			t.Errorf("%s: %v %.80s", path, a.header, a.body)
		}
	}
	start := s.get(public, "/v1")
	for _, link := range start.object(t)["links"].([]any) {
		if a := s.ask("admin", http.MethodGet, text(link, "href"), nil); a.status != http.StatusOK && a.status != http.StatusNoContent && a.status != http.StatusBadRequest && a.status != http.StatusForbidden {
			t.Errorf("%v leads to %d", link, a.status)
		}
	}
	if !strings.Contains(string(start.body), `"/v1/openapi.json"`) || !strings.Contains(string(start.body), `"page":"/api"`) {
		t.Errorf("the start is %s", start.body)
	}
}

func TestTheAPIPageWorksInABrowserForEveryone(t *testing.T) {
	b := page.Start(t)
	s := newServer(t)
	for _, width := range []int64{page.Narrow, page.Wide} {
		b.Open(s.base+"/api", width)
		b.Do(chromedp.WaitVisible("#operations .opblock", chromedp.ByQuery))
		if n := b.Count("#operations .opblock"); n < 50 {
			t.Errorf("at %d px only %d operations are shown", width, n)
		}
		b.Do(chromedp.Click("#operations .opblock-get .opblock-summary-control", chromedp.ByQuery), chromedp.WaitVisible(".try-out__btn", chromedp.ByQuery),
			chromedp.Click(".try-out__btn", chromedp.ByQuery), chromedp.WaitVisible(".execute", chromedp.ByQuery), chromedp.Click(".execute", chromedp.ByQuery), chromedp.WaitVisible(".live-responses-table", chromedp.ByQuery))
		if got := b.Text(".live-responses-table tbody .response-col_status"); !strings.HasPrefix(got, "200") {
			t.Errorf("at %d px trying it out answers %q", width, got)
		}
		for _, blocked := range b.Blocked() {
			t.Errorf("at %d px: %s", width, blocked)
		}
		for _, address := range b.Requests() {
			if !strings.HasPrefix(address, s.base) && !strings.HasPrefix(address, "data:") {
				t.Errorf("at %d px the page asks %s", width, address)
			}
		}
		for _, v := range b.Axe() {
			t.Errorf("at %d px: %+v", width, v)
		}
		if wide := b.Sideways(); len(wide) > 0 {
			t.Errorf("at %d px it scrolls sideways: %v", width, wide)
		}
	}
}
