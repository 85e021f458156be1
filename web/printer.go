package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/ospo-register/ospo/models"
)

// Printer makes PDF files of pages with a browser of the Chromium kind. One file is made at a time. It is safe for concurrent use.
type Printer struct {
	browser string
	turn    chan struct{}
}

// printTime is how long a browser may take for one file, and a reader may wait for their turn.
const printTime = 30 * time.Second

// NewPrinter makes a Printer of the browser at a path.
func NewPrinter(browser string) *Printer {
	return &Printer{browser: browser, turn: make(chan struct{}, 1)}
}

// Print prints one HTML document that needs nothing besides and whose own policy forbids scripts, as the template “bare” makes it. The browser reaches no network, and is ended after half a
// minute, as when ctx ends. The error is *models.Error of kind conflict when there is no turn in time or the browser gives no file.
func (p *Printer) Print(ctx context.Context, html []byte) ([]byte, error) {
	ctx, stop := context.WithTimeout(ctx, printTime)
	defer stop()
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return nil, models.Refuse(models.Conflict, "printer-busy", "Other documents are being printed. Try again in half a minute, or print the page with your own browser.")
	}
	dir, err := os.MkdirTemp("", "ospo-print-")
	if err != nil {
		return nil, fmt.Errorf("making a folder to print in: %w", err)
	}
	defer os.RemoveAll(dir)
	page, out := filepath.Join(dir, "page.html"), filepath.Join(dir, "out.pdf")
	if err := os.WriteFile(page, html, 0o600); err != nil {
		return nil, fmt.Errorf("writing the page to print: %w", err)
	}
	said, err := p.run(ctx, dir, page, out)
	if err != nil {
		return nil, err
	}
	file, err := os.ReadFile(out)
	if err != nil || !bytes.HasPrefix(file, []byte("%PDF-")) {
		return nil, fmt.Errorf("the browser %s gave no PDF: %s", p.browser, said)
	}
	return file, nil
}

// run starts the browser and waits for it. What it says is for the log.
func (p *Printer) run(ctx context.Context, dir, page, out string) (said string, err error) {
	// A proxy that is not there and a resolver that finds nothing: whatever a page asks for fails. The page itself is a file. Switching scripts off for the whole browser would leave
	// it without the script of its own that prints, so that is the page's policy.
	args := []string{"--headless", "--disable-gpu", "--no-first-run", "--disable-extensions", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
		"--proxy-server=127.0.0.1:9", "--proxy-bypass-list=<-loopback>", "--host-resolver-rules=MAP * ~NOTFOUND", "--user-data-dir=" + filepath.Join(dir, "profile"),
		"--no-pdf-header-footer", "--print-to-pdf=" + out, "file://" + page}
	if os.Geteuid() == 0 {
		args = append([]string{"--no-sandbox"}, args...) // a browser refuses to keep itself in for root
	}
	cmd := exec.CommandContext(ctx, p.browser, args...)
	cmd.Dir, cmd.Env = dir, []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + dir}
	var b strings.Builder
	cmd.Stdout, cmd.Stderr = &b, &b
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // so that its helpers end with it
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 2 * time.Second
	err = cmd.Run()
	switch {
	case ctx.Err() != nil:
		return "", models.Refuse(models.Conflict, "printer-slow", "The document could not be printed in time. Try again, or print the page with your own browser.")
	case err != nil && !errors.Is(err, exec.ErrWaitDelay):
		return "", fmt.Errorf("printing with %s: %w: %s", p.browser, err, shorten(b.String(), 400))
	}
	return shorten(b.String(), 400), nil
}
