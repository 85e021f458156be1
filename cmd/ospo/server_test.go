package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
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

func TestTheMetricsCountDeliveriesThatAreUnderWayOrWereGivenUpToday(t *testing.T) {
	t.Parallel()
	ctx, st := context.Background(), testkit.Store(t)
	kept := func(state models.DeliveryState, ended time.Duration) {
		at := time.Now().Add(-ended)
		d := &models.Delivery{Door: models.DoorAPI, SHA256: make([]byte, 32), State: state, Sender: "a test", CreatedAt: at}
		if state.Ended() {
			d.FinishedAt = &at
		}
		if err := store.Write(ctx, st, func(tx *store.Tx) error { return tx.KeepDelivery(ctx, d, nil) }); err != nil {
			t.Fatal(err)
		}
	}
	h := newMetrics(st).handler()
	metrics := func(lines ...string) {
		t.Helper()
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
		for _, line := range lines {
			if !strings.Contains(w.Body.String(), line+"\n") {
				t.Errorf("%q is not in the metrics:\n%s", line, w.Body)
			}
		}
	}
	metrics(`ospo_deliveries{state="failed"} 0`, `ospo_deliveries{state="reading"} 0`, `ospo_deliveries{state="waiting"} 0`)
	for range 3 {
		kept(models.DeliveryWaiting, 0)
	}
	for range 2 {
		kept(models.DeliveryReading, 0)
	}
	kept(models.DeliveryFailed, time.Hour)
	kept(models.DeliveryFailed, 25*time.Hour)
	kept(models.DeliveryRefused, time.Hour)
	metrics(`ospo_deliveries{state="failed"} 1`, `ospo_deliveries{state="reading"} 2`, `ospo_deliveries{state="waiting"} 3`)
}

func TestTheMetricsAreThereWhenTheDatabaseIsNot(t *testing.T) {
	t.Parallel()
	st := testkit.OwnStore(t)
	h := newMetrics(st).handler()
	st.Close()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if got := w.Body.String(); w.Code != http.StatusOK || strings.Contains(got, "ospo_deliveries{") || !strings.Contains(got, "ospo_db_connections_open 0\n") {
		t.Errorf("%d: %s", w.Code, got)
	}
}
