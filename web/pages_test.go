package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/page"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
)

// policy is stricter than the server's own: nothing but our style sheet, our script, our pictures and our forms.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// served is the pages on a network, in a browser.
func served(t *testing.T) (*page.Browser, *site, *sample.State, string) {
	t.Helper()
	b := page.Start(t)
	s, g := everybody(t, newSite(t, testkit.OwnStore(t)))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		s.engine.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return b, s, g, server.URL
}

func TestEveryPageCanBeUsedByEverybody(t *testing.T) {
	b, s, g, address := served(t)
	b.SetCookie(address, s.cookie)
	for _, path := range pages(t, s, g) {
		name := strings.ReplaceAll(strings.Trim(path, "/"), "/", " ")
		t.Run(name+" on a phone", func(t *testing.T) {
			b.Open(address+path, page.Narrow)
			judge(t, b, address)
			shoot(b, path, page.Narrow)
		})
		t.Run(name+" on a tablet", func(t *testing.T) {
			b.Resize(page.Middle)
			if wide := b.Sideways(); len(wide) > 0 {
				t.Errorf("the page scrolls sideways because of\n\t%s", strings.Join(wide, "\n\t"))
			}
		})
		t.Run(name+" on a desk", func(t *testing.T) {
			b.Resize(page.Wide)
			judge(t, b, address)
			shoot(b, path, page.Wide)
		})
	}
}

// judge holds the open page to what is promised of every page.
func judge(t *testing.T, b *page.Browser, address string) {
	t.Helper()
	for _, v := range b.Axe() {
		t.Errorf("%s (%s): %s\n\t%s", v.ID, v.Impact, v.Help, strings.Join(v.Nodes, "\n\t"))
	}
	if wide := b.Sideways(); len(wide) > 0 {
		t.Errorf("the page scrolls sideways because of\n\t%s", strings.Join(wide, "\n\t"))
	}
	if blocked := b.Blocked(); len(blocked) > 0 {
		t.Errorf("the browser complains: %q", blocked)
	}
	if n := b.Count("h1"); n != 1 {
		t.Errorf("the page has %d headings of the first level", n)
	}
	if w := b.Weight(); w > 100_000 {
		t.Errorf("the page weighs %d bytes with its style sheet", w)
	}
	for _, r := range b.Requests() {
		if !strings.HasPrefix(r, address) && !strings.HasPrefix(r, "data:") { // the browser draws its own date fields so
			t.Errorf("the page needs %s", r)
		}
	}
}

// shoot keeps a picture of the page when OSPO_SHOTS names a folder.
func shoot(b *page.Browser, path string, width int64) {
	dir := os.Getenv("OSPO_SHOTS")
	if dir == "" {
		return
	}
	name := url.PathEscape(strings.Trim(path, "/"))
	b.Shot(filepath.Join(dir, name+map[int64]string{page.Narrow: ".narrow.png", page.Wide: ".wide.png"}[width]))
}

func TestPagesThatRefuseCanBeUsedByEverybody(t *testing.T) {
	b, _, g, address := served(t)
	for _, path := range []string{"/", "/nowhere", "/users", "/assets/new", assetOf(g.Mail), assetOf(g.CaseDesk), "/deployments", "/components?name=openssl"} {
		t.Run("the public opens "+path, func(t *testing.T) {
			b.Open(address+path, page.Narrow)
			judge(t, b, address)
		})
	}
}

func TestAFormShowsItsMistakesFirst(t *testing.T) {
	b, s, _, address := served(t)
	b.SetCookie(address, s.cookie)
	b.NoScripts()
	b.Open(address+"/assets/new", page.Narrow)
	b.Do(chromedp.Focus(`#f-license`, chromedp.ByQuery), chromedp.KeyEvent("something free"), chromedp.Click(`main form .buttons .button`, chromedp.ByQuery), chromedp.WaitVisible(`#problem`, chromedp.ByQuery))
	b.Scripts()
	judge(t, b, address)
	if got := b.Count("#problem a"); got != 3 {
		t.Errorf("the summary lists %d mistakes, want 3: name, steward, licence\n%s", got, b.Text("#problem"))
	}
	b.Do(chromedp.Click(`#problem a`, chromedp.ByQuery))
	var focused string
	b.Do(chromedp.Evaluate(`document.activeElement.id || location.hash.slice(1)`, &focused))
	if focused != "f-name" {
		t.Errorf("the first mistake leads to %q", focused)
	}
}

func TestSoftwareIsRegisteredWithTheKeyboardAlone(t *testing.T) {
	b, s, g, address := served(t)
	b.SetCookie(address, s.cookie)
	b.NoScripts()
	b.Open(address+"/assets/new", page.Wide)
	stops := b.TabStops(14)
	if len(stops) == 0 || stops[0] != "Skip to main content" {
		t.Errorf("the first stop of the Tab key is not the way past the header: %q", stops)
	}
	for _, stop := range stops {
		if strings.HasSuffix(stop, "(unseen)") {
			t.Errorf("the focus cannot be seen on %s", stop)
		}
	}
	b.Do(chromedp.Focus(`#f-name`, chromedp.ByQuery), chromedp.KeyEvent("Permit Tracker"),
		chromedp.Focus(`#f-stewardId`, chromedp.ByQuery), chromedp.KeyEvent(g.Finance.Name[:12]),
		chromedp.Focus(`#f-name`, chromedp.ByQuery), chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(`.notice-good`, chromedp.ByQuery))
	if got := b.Text("h1"); !strings.HasPrefix(got, "Permit Tracker") {
		t.Errorf("the page after registering is %q", got)
	}
	b.Scripts()
	judge(t, b, address)
}

func assetOf(a *models.Asset) string { return "/assets/" + number(a.ID) }
