package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

const planted = "s3cr3t-4711"

func TestEveryErrorHasItsStatusAndNoneTellsASecret(t *testing.T) {
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	for _, tc := range []struct {
		name   string
		ctx    context.Context
		err    error
		status int
		code   string
		retry  string
	}{
		{"nothing there", nil, models.NoSuch("asset"), 404, "asset-not-found", ""},
		{"bad input", nil, &models.Error{Kind: models.Invalid, Code: "invalid-input"}, 400, "invalid-input", ""},
		{"a conflict", nil, models.Refuse(models.Conflict, "taken", "x"), 409, "taken", ""},
		{"somebody was quicker", nil, models.Refuse(models.Conflict, "changed-meanwhile", "x"), 412, "changed-meanwhile", ""},
		{"not allowed", nil, models.Refuse(models.Forbidden, "not-allowed", "x"), 403, "not-allowed", ""},
		{"nobody", nil, models.Refuse(models.Unauthenticated, "sign-in-first", "x"), 401, "sign-in-first", ""},
		{"too large", nil, models.Refuse(models.TooLarge, "sbom-too-large", "x"), 413, "sbom-too-large", ""},
		{"a wrapped refusal", nil, fmt.Errorf("%s: %w", planted, models.NoSuch("asset")), 404, "asset-not-found", ""},
		{"a statement that took too long", nil, fmt.Errorf("reading: %w", &pgconn.PgError{Code: "57014", Message: planted}), 503, "took-too-long", "30"},
		{"a database that is full", nil, &pgconn.PgError{Code: "53100", Message: planted, Where: planted}, 503, "unavailable", "60"},
		{"a constraint nobody knows", nil, &pgconn.PgError{Code: "23514", ConstraintName: planted, TableName: planted}, 500, "internal", ""},
		{"a syntax error", nil, &pgconn.PgError{Code: "42601", Message: `syntax error at "` + planted + `"`, InternalQuery: planted}, 500, "internal", ""},
		{"anything else", nil, errors.New("dial tcp 10.0.0.7: " + planted), 500, "internal", ""},
		{"a client that has gone", ended, context.Canceled, 503, "broken-off", ""},
	} {
		var log bytes.Buffer
		a := &api{Deps: Deps{Log: slog.New(slog.NewTextHandler(&log, nil))}}
		ctx := tc.ctx
		if ctx == nil {
			ctx = register.WithRequest(context.Background(), "request-1")
		}
		p, ok := a.problem(ctx, tc.err).(*Problem)
		if !ok {
			t.Fatalf("%s: no problem", tc.name)
		}
		b, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		if p.Status != tc.status || p.Code != tc.code || p.Title == "" || p.headers.Get("Retry-After") != tc.retry {
			t.Errorf("%s: %s %v", tc.name, b, p.headers)
		}
		if strings.Contains(string(b), planted) {
			t.Errorf("%s: the secret is out: %s", tc.name, b)
		}
		if tc.status == 500 && (p.RequestID != "request-1" || !strings.Contains(log.String(), planted) && !strings.Contains(log.String(), "23514") || !strings.Contains(log.String(), "request-1")) {
			t.Errorf("%s: the operator cannot find it: %s; log %s", tc.name, b, log.String())
		}
	}
}

func TestWhatHumaFindsIsSaidInTheRegistersWords(t *testing.T) {
	for _, tc := range []struct {
		found huma.ErrorDetail
		want  models.FieldError
	}{
		{huma.ErrorDetail{Location: "body", Message: "expected required property name to be present"}, models.FieldError{Field: "name", Code: "required", Detail: "This is needed."}},
		{huma.ErrorDetail{Location: "urls[2]", Message: "expected required property kind to be present"}, models.FieldError{Field: "urls[2].kind", Code: "required", Detail: "This is needed."}},
		{huma.ErrorDetail{Location: "query.q", Message: "required query parameter is missing"}, models.FieldError{Field: "q", Code: "required", Detail: "This is needed."}},
		{huma.ErrorDetail{Location: "query.kind", Message: `expected value to be one of "a, b"`}, models.FieldError{Field: "kind", Code: "unknown-value", Detail: "Use one of: a, b."}},
		{huma.ErrorDetail{Location: "path.id", Message: "invalid integer"}, models.FieldError{Field: "id", Code: "wrong-type", Detail: "Give a whole number."}},
		{huma.ErrorDetail{Location: "query.limit", Message: "expected number <= 200"}, models.FieldError{Field: "limit", Code: "out-of-range", Detail: "The largest number this can be is 200."}},
		{huma.ErrorDetail{Location: "name", Message: "expected length <= 100"}, models.FieldError{Field: "name", Code: "too-long", Detail: "The longest this can be, in characters, is 100."}},
		{huma.ErrorDetail{Location: "releasedOn", Message: "expected string to be RFC 3339 date"}, models.FieldError{Field: "releasedOn", Code: "bad-date", Detail: "Write the date as 2026-11-22."}},
		{huma.ErrorDetail{Location: "expiresAt", Message: "expected string to be RFC 3339 date-time"}, models.FieldError{Field: "expiresAt", Code: "bad-instant", Detail: "Write the instant as 2026-11-22T09:30:00Z."}},
		{huma.ErrorDetail{Location: "body.x", Message: "something new in huma " + planted}, models.FieldError{Field: "x", Code: "invalid", Detail: "This value cannot be accepted."}},
	} {
		if diff := cmp.Diff(tc.want, mistakeOf(&tc.found)); diff != "" {
			t.Errorf("%q: %s", tc.found.Message, diff)
		}
	}
}

func TestAMergePatchIsThatOfRFC7396(t *testing.T) {
	for _, tc := range []struct{ target, patch, want string }{ // RFC 7396, appendix A
		{`{"a":"b"}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"b"}`, `{"b":"c"}`, `{"a":"b","b":"c"}`},
		{`{"a":"b"}`, `{"a":null}`, `{}`},
		{`{"a":"b","b":"c"}`, `{"a":null}`, `{"b":"c"}`},
		{`{"a":["b"]}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"c"}`, `{"a":["b"]}`, `{"a":["b"]}`},
		{`{"a":{"b":"c"}}`, `{"a":{"b":"d","c":null}}`, `{"a":{"b":"d"}}`},
		{`{"a":[{"b":"c"}]}`, `{"a":[1]}`, `{"a":[1]}`},
		{`["a","b"]`, `["c","d"]`, `["c","d"]`},
		{`{"a":"b"}`, `["c"]`, `["c"]`},
		{`{"a":"foo"}`, `null`, `null`},
		{`{"a":"foo"}`, `"bar"`, `"bar"`},
		{`{"e":null}`, `{"a":1}`, `{"a":1,"e":null}`},
		{`[1,2]`, `{"a":"b","c":null}`, `{"a":"b"}`},
		{`{}`, `{"a":{"bb":{"ccc":null}}}`, `{"a":{"bb":{}}}`},
	} {
		var target, patch any
		if json.Unmarshal([]byte(tc.target), &target) != nil || json.Unmarshal([]byte(tc.patch), &patch) != nil {
			t.Fatal(tc)
		}
		got, err := json.Marshal(merge(target, patch))
		if err != nil || string(got) != tc.want {
			t.Errorf("%s + %s: got %s, want %s", tc.target, tc.patch, got, tc.want)
		}
	}
}
