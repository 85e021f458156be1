package page

import (
	"context"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// The widths that every page is looked at, in CSS pixels: the smallest that WCAG 2.2, 1.4.10 asks for, a tablet's, and a
// desk's.
const (
	Narrow = 320
	Middle = 768
	Wide   = 1280
)

// patience bounds one visit. Nothing waits that long unless the browser hangs.
const patience = 60 * time.Second

// Browser is a running Chromium with one tab. It is for one goroutine.
type Browser struct {
	t   testing.TB
	ctx context.Context //nolint:containedctx // chromedp's handle of the tab
	axe string

	mu       sync.Mutex
	blocked  []string // what the page's policy or the browser complained about
	weight   int64    // bytes of the last visit, as decoded
	requests []string
}

// Start opens a browser, or skips the test where there is none.
func Start(t testing.TB) *Browser {
	t.Helper()
	binary, err := chromium()
	if err != nil {
		missing(t, err)
	}
	source, err := axe()
	if err != nil {
		missing(t, err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(binary), chromedp.NoSandbox, chromedp.Flag("disable-dev-shm-usage", true), chromedp.WindowSize(Wide, 900))
	alloc, stopAlloc := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stop := chromedp.NewContext(alloc)
	t.Cleanup(func() {
		stop()
		stopAlloc()
	})
	b := &Browser{t: t, ctx: ctx, axe: source}
	chromedp.ListenTarget(ctx, b.listen)
	if err := chromedp.Run(ctx, network.Enable(), log.Enable()); err != nil {
		t.Fatalf("starting %s: %v", binary, err)
	}
	return b
}

func missing(t testing.TB, err error) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(err)
	}
	t.Skipf("the pages are not looked at: %v", err)
}

func chromium() (string, error) {
	if p := os.Getenv("OSPO_CHROMIUM"); p != "" {
		return p, nil
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "headless-shell"} {
		if p, err := exec.LookPath(name); err == nil {
			return p, nil
		}
	}
	return "", errors.New("there is no Chromium on this machine; install the package chromium, or set OSPO_CHROMIUM")
}

func axe() (string, error) {
	path := os.Getenv("OSPO_AXE")
	if path == "" {
		dir, err := os.Getwd()
		for err == nil && path == "" && dir != filepath.Dir(dir) {
			candidate := filepath.Join(dir, "tools", "node_modules", "axe-core", "axe.min.js")
			if _, statErr := os.Stat(candidate); statErr == nil {
				path = candidate
			}
			dir = filepath.Dir(dir)
		}
	}
	if path == "" {
		return "", errors.New("axe-core is not installed; run npm install in the folder tools, or set OSPO_AXE to axe.min.js")
	}
	source, err := os.ReadFile(path)
	return string(source), err
}

func (b *Browser) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventDataReceived:
		b.weight += e.DataLength
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.URL)
	case *log.EventEntryAdded:
		// A page with an error status is logged as one; its status is the test's to judge.
		if e.Entry.Source != log.SourceNetwork {
			b.blocked = append(b.blocked, e.Entry.Text)
		}
	case *runtime.EventExceptionThrown:
		b.blocked = append(b.blocked, e.ExceptionDetails.Text)
	}
}

// SetCookie makes the browser send a cookie to address and everything beside it.
func (b *Browser) SetCookie(address string, c *http.Cookie) {
	b.t.Helper()
	if err := b.run(network.SetCookie(c.Name, c.Value).WithURL(address)); err != nil {
		b.t.Fatalf("setting a cookie: %v", err)
	}
}

// Open visits a page at a width.
func (b *Browser) Open(address string, width int64) {
	b.t.Helper()
	b.mu.Lock()
	b.blocked, b.weight, b.requests = nil, 0, nil
	b.mu.Unlock()
	if err := b.run(emulation.SetDeviceMetricsOverride(width, 900, 1, false), network.SetCacheDisabled(true), chromedp.Navigate(address)); err != nil {
		b.t.Fatalf("opening %s: %v", address, err)
	}
}

// Resize changes the width of the open page.
func (b *Browser) Resize(width int64) {
	b.t.Helper()
	if err := b.run(emulation.SetDeviceMetricsOverride(width, 900, 1, false)); err != nil {
		b.t.Fatalf("changing the width: %v", err)
	}
}

// Weight is the bytes of the page and everything it needs, before compression.
func (b *Browser) Weight() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.weight
}

// Requests lists the addresses that the page needed, its own first.
func (b *Browser) Requests() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.requests...)
}

// Blocked lists what the browser complained about, such as a style that the security policy forbids.
func (b *Browser) Blocked() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.blocked...)
}

func (b *Browser) run(actions ...chromedp.Action) error {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, actions...)
}

// Do runs actions of chromedp in the tab: clicking, typing, waiting.
func (b *Browser) Do(actions ...chromedp.Action) {
	b.t.Helper()
	if err := b.run(actions...); err != nil {
		b.t.Fatalf("in the browser: %v", err)
	}
}
