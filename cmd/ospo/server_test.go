package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/register"
)

func TestWhatAnotherSiteSendsIsRefusedInWords(t *testing.T) {
	t.Parallel()
	st := testkit.Store(t)
	h := handler(&settings{}, st, register.New(st), slog.New(slog.DiscardHandler), false)
	send := func(path string) *http.Response {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader("{}"))
		r.Header.Set("Origin", "https://elsewhere.example")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Result()
	}
	for _, path := range []string{"/v1/assets", "/tokens"} {
		answer := send(path)
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		if answer.StatusCode != http.StatusForbidden || answer.Header.Get("X-Request-Id") == "" || answer.Header.Get("X-Content-Type-Options") == "" {
			t.Errorf("%s: status %d, headers %v", path, answer.StatusCode, answer.Header)
		}
		if !strings.Contains(string(body), "pass Host on unchanged") || strings.Contains(string(body), "Sec-Fetch-Site") {
			t.Errorf("%s does not say what to do: %s", path, body)
		}
		if path != "/v1/assets" {
			continue
		}
		var problem struct {
			Type, Title, Detail, Code string
			Status                    int
		}
		if err := json.Unmarshal(body, &problem); err != nil || problem.Status != 403 || problem.Code != "other-site" || problem.Type != "about:blank" || problem.Title == "" {
			t.Errorf("%s (%v)", body, err)
		}
		if kind := answer.Header.Get("Content-Type"); kind != "application/problem+json" {
			t.Error(kind)
		}
	}
}

func TestTheSecretOfAnUploadLinkIsNeitherLoggedNorCounted(t *testing.T) {
	t.Parallel()
	st := testkit.Store(t)
	var log bytes.Buffer
	h := handler(&settings{}, st, register.New(st), slog.New(slog.NewTextHandler(&log, nil)), false)
	const secret = register.LinkPrefix + "verysecretindeed"
	for _, path := range []string{"/v1/uploads/" + secret, "/v1/uploads/" + secret + "/", "/upload/" + secret, "/upload/" + secret + "/x", "/v1/upload/" + secret} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(method, path, strings.NewReader("{}")))
		}
	}
	counted := httptest.NewRecorder()
	h.ServeHTTP(counted, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for where, text := range map[string]string{"the log": log.String(), "the metrics": counted.Body.String()} {
		if !strings.Contains(text, "/v1/uploads/:link") || strings.Contains(text, "verysecret") {
			t.Errorf("%s has the secret, or nothing: %s", where, text)
		}
	}
}
