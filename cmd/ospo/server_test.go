package main

import (
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
