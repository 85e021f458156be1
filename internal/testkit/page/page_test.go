package page_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit/page"
)

func TestABrowserSeesWhatIsWrongWithAPage(t *testing.T) {
	b := page.Start(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'")
		_, _ = w.Write([]byte(`<!doctype html><html><head><title>Bad</title></head><body><main><h1>Bad</h1><img src="x.png"><div style="width:900px">wide</div><pre>` +
			`aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</pre><a href="/on">on</a></main></body></html>`))
	}))
	t.Cleanup(server.Close)
	b.Open(server.URL, page.Narrow)
	ids := map[string]bool{}
	for _, v := range b.Axe() {
		ids[v.ID] = true
	}
	if !ids["html-has-lang"] || !ids["image-alt"] {
		t.Errorf("axe-core did not see the missing language and text: %v", ids)
	}
	if len(b.Sideways()) == 0 {
		t.Error("the page scrolls sideways and nobody noticed")
	}
	if len(b.Blocked()) == 0 {
		t.Error("the policy forbids the style attribute and nobody noticed")
	}
	if got := b.TabStops(5); len(got) != 1 {
		t.Errorf("the page has one place for the focus, not %q", got)
	}
	if b.Text("h1") != "Bad" || b.Count("a") != 1 || len(b.Links()) != 1 || b.Weight() == 0 || len(b.Requests()) == 0 {
		t.Error("the page was not read as it is")
	}
}
