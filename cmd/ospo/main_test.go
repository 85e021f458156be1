package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
)

func command(t *testing.T, args ...string) (code int, out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), args, strings.NewReader(""), &o, &e)
	return code, o.String(), e.String()
}

func TestAllMistakesInTheSettingsAreReportedAtOnce(t *testing.T) {
	t.Setenv("OSPO_DATABASE_URL", "postgres://%%%")
	t.Setenv("OSPO_LISTEN", "everywhere")
	t.Setenv("OSPO_LISTNE", ":80")
	t.Setenv("OSPO_MAX_DOCUMENT", "lots")
	t.Setenv("OSPO_MAX_ATTACHMENT", "many")
	t.Setenv("OSPO_ATTACHMENT_CHECK", "no-such-program --quick")
	t.Setenv("OSPO_LOG_LEVEL", "loud")
	t.Setenv("OSPO_PUBLIC_URL", "register.example.gov")
	code, _, errOut := command(t, "version", "--log-format", "xml", "--postgres-bin", t.TempDir())
	if code != 2 {
		t.Errorf("exit status %d", code)
	}
	for _, name := range []string{"OSPO_DATABASE_URL", "OSPO_LISTEN", "OSPO_LISTNE", "OSPO_MAX_DOCUMENT", "OSPO_MAX_ATTACHMENT", "OSPO_ATTACHMENT_CHECK", "OSPO_LOG_LEVEL", "OSPO_PUBLIC_URL", "--log-format", "--postgres-bin"} {
		if !strings.Contains(errOut, name) {
			t.Errorf("nothing is said of %s:\n%s", name, errOut)
		}
	}
}

func TestASecretInABadDatabaseAddressIsNotRepeated(t *testing.T) {
	t.Setenv("OSPO_DATABASE_URL", "postgres://ospo:hunter2@host:notaport/ospo")
	if _, out, errOut := command(t, "version"); strings.Contains(out+errOut, "hunter2") {
		t.Errorf("the password was printed:\n%s%s", out, errOut)
	}
}

func TestSizesAreReadInTheUsualSpellings(t *testing.T) {
	for text, want := range map[string]int64{"512MB": 512 << 20, "1 gb": 1 << 30, "900kb": 900 << 10, "17": 17, "5B": 5, "": 0, "-1MB": 0, "MB": 0, "9999999999GB": 0} {
		got, err := parseSize(text)
		if got != want || (err == nil) != (want > 0) {
			t.Errorf("%q is %d, %v; want %d", text, got, err, want)
		}
	}
}

func TestATakenPortNamesTheFlagThatChoosesAnother(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, name := range []string{"demo", "serve"} {
		code, _, errOut := command(t, name, "--listen", l.Addr().String(), "--data-dir", t.TempDir())
		if code != 1 || !strings.Contains(errOut, "--listen") || !strings.Contains(errOut, "taken") {
			t.Errorf("%s: exit status %d, %s", name, code, errOut)
		}
	}
}

var served = regexp.MustCompile(`http://(127\.0\.0\.1:\d+)`)

// start runs a command that serves, and gives its address once it says so, and a function that ends it and gives its exit status.
func start(t *testing.T, args ...string) (address string, said *strings.Builder, end func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	code := make(chan int, 1)
	go func() {
		c := run(ctx, args, strings.NewReader(""), w, w)
		_ = w.Close()
		code <- c
	}()
	said = &strings.Builder{}
	lines := bufio.NewScanner(r)
	lines.Split(bufio.ScanLines)
	for address == "" && lines.Scan() {
		said.WriteString(lines.Text() + "\n")
		if m := served.FindStringSubmatch(lines.Text()); m != nil {
			address = m[1]
		}
	}
	go func() { _, _ = io.Copy(io.Discard, r) }()
	if address == "" {
		cancel()
		t.Fatalf("it did not come to serve:\n%s", said)
	}
	return address, said, func() int { cancel(); return <-code }
}

func get(t *testing.T, url string) string {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v\n%s", url, resp.Status, err, b)
	}
	return string(b)
}

func TestTheDemoStartsIsUsedAndStartsAgainWithItsData(t *testing.T) {
	dir := t.TempDir()
	for _, d := range []string{dir, filepath.Dir(dir)} { // as root the server runs as somebody else, who must get here
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"demo", "--data-dir", dir, "--listen", "127.0.0.1:0", "--log-level", "error"}
	address, said, end := start(t, args...)
	if !strings.Contains(said.String(), "Loaded in") {
		t.Errorf("nothing was loaded:\n%s", said)
	}
	answer := get(t, "http://"+address+"/v1/components?name=openssl&version=%3C3.0.8")
	if !strings.Contains(answer, `"upstream":"openssl"`) {
		t.Errorf("openssl below 3.0.8: %.500s", answer)
	}
	if metrics := get(t, "http://"+address+"/metrics"); !strings.Contains(metrics, `ospo_http_request_seconds_count{method="GET",route="/v1/components",status="200"} 1`) {
		t.Error("the request was not counted")
	}
	// While it runs the command line works beside it, and a second start says who holds the data.
	if code, out, errOut := command(t, "user", "list", "--data-dir", dir+"/demo"); code != 0 || !strings.Contains(out, "administrator") {
		t.Errorf("user list beside it: %d, %s%s", code, out, errOut)
	}
	if code, _, errOut := command(t, args...); code != 1 || !strings.Contains(errOut, "process") {
		t.Errorf("second start: %d, %s", code, errOut)
	}
	if code := end(); code != 0 {
		t.Errorf("ended with %d", code)
	}
	begin := time.Now()
	address, said, end = start(t, args...)
	t.Logf("the second start took %s", time.Since(begin))
	if strings.Contains(said.String(), "Loaded in") {
		t.Error("the second start loaded everything again")
	}
	get(t, "http://"+address+"/readyz")
	if code := end(); code != 0 {
		t.Errorf("ended with %d", code)
	}
}

func TestASignInLinkIsNotWrittenToTheLog(t *testing.T) {
	var log bytes.Buffer
	engine := gin.New()
	engine.Use(newMetrics(nil).watch(slog.New(slog.NewTextHandler(&log, nil))))
	engine.GET("/sign-in/:token", func(c *gin.Context) {})
	engine.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/sign-in/s3cret", nil))
	if strings.Contains(log.String(), "s3cret") || !strings.Contains(log.String(), "/sign-in/:token") {
		t.Error(log.String())
	}
}

func TestBeingBusyIsLoggedAsAWarningAndAFailureAsAnError(t *testing.T) {
	for _, tc := range []struct {
		name, retry string
		status      int
		level       string
	}{
		{"an answer", "", 200, "INFO"},
		{"a mistake of the client", "", 404, "INFO"},
		{"busy, with when to ask again", "5", 503, "WARN"},
		{"not there, without", "", 503, "ERROR"},
		{"a failure", "5", 500, "ERROR"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var log bytes.Buffer
			engine := gin.New()
			engine.Use(newMetrics(nil).watch(slog.New(slog.NewTextHandler(&log, nil))))
			engine.GET("/", func(c *gin.Context) {
				if tc.retry != "" {
					c.Header("Retry-After", tc.retry)
				}
				c.Status(tc.status)
			})
			engine.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
			if !strings.Contains(log.String(), "level="+tc.level) {
				t.Error(log.String())
			}
		})
	}
}
