package web_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/ospo-register/ospo/internal/testkit/page"
	"github.com/ospo-register/ospo/internal/testkit/sample"
)

func TestADocumentIsSentWithAndWithoutScriptsToTheSameEnd(t *testing.T) {
	b, s, g, address := served(t)
	b.SetCookie(address, s.cookie)
	release := address + "/releases/" + number(g.CaseDesk41.ID)
	send := func(name string, body []byte, end string) {
		t.Helper()
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, body, 0o600); err != nil {
			t.Fatal(err)
		}
		b.Open(release, page.Narrow)
		b.Do(chromedp.SetUploadFiles(`#f-file`, []string{file}, chromedp.ByQuery), chromedp.Click(`form[data-send] .button`, chromedp.ByQuery), chromedp.WaitVisible(end, chromedp.ByQuery))
	}
	for _, scripts := range []bool{true, false} {
		if !scripts {
			b.NoScripts()
		}
		send("photo.json", []byte("this is no SBOM"), "#problem")
		send("desk.json", sample.Document(), ".notice-good")
		if got := b.Text(".notice-good"); !strings.Contains(got, "The document is read and kept.") && !strings.Contains(got, "This document was there already") {
			t.Errorf("with scripts %t the page says %q", scripts, got)
		}
		if got := b.Text("h1"); !strings.HasPrefix(got, "What was read of desk.json") {
			t.Errorf("with scripts %t the page is %q", scripts, got)
		}
	}
	b.Scripts()
	judge(t, b, address)
}
