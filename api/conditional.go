package api

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// One is the answer with one record.
type One[T any] struct {
	ETag string `header:"ETag" doc:"Version of the record and a mark of this representation; send it back in If-Match"`
	Body T
}

// Made is the answer to having made a record.
type Made[T any] struct {
	Location string `header:"Location" doc:"Address of the new record"`
	ETag     string `header:"ETag" doc:"Version of the record; send it back in If-Match"`
	Body     T
}

// Unless lets a client ask for a record only if it has changed.
type Unless struct {
	IfNoneMatch string `header:"If-None-Match" doc:"ETag of the representation you have; if it still holds, the answer is 304 without a body"`
}

// has reports whether the asker has the representation with this mark (RFC 9110, 13.1.2: proxies may have made it weak).
func (u Unless) has(etag string) bool {
	return slices.ContainsFunc(strings.Split(u.IfNoneMatch, ","), func(t string) bool {
		t = strings.TrimPrefix(strings.TrimSpace(t), "W/")
		return t == etag || t == "*"
	})
}

// Based says which version a change is based on.
type Based struct {
	IfMatch string `header:"If-Match" doc:"ETag of the record you have read, or * for whatever it is now" example:"\"7\""`
}

// tag is the ETag of a representation: the record's version, which If-Match compares, and a mark of the whole body, since
// that also shows what belongs to other records.
func tag(version int64, body any) (string, error) {
	b, err := json.Marshal(body)
	if err != nil {
		return "", fmt.Errorf("marking a representation: %w", err)
	}
	h := sha256.Sum256(b)
	return `"` + strconv.FormatInt(version, 10) + "-" + hex.EncodeToString(h[:4]) + `"`, nil
}

// one answers with a record, or with 304 when the client has this very representation.
func one[T any](version int64, body T, unless Unless) (*One[T], error) {
	etag, err := tag(version, body)
	if err != nil {
		return nil, err
	}
	if unless.has(etag) {
		return nil, notModified(etag)
	}
	return &One[T]{ETag: etag, Body: body}, nil
}

// made answers with a record that has just come into being.
func made[T any](path string, id, version int64, body T) (*Made[T], error) {
	etag, err := tag(version, body)
	return &Made[T]{Location: fmt.Sprintf("%s/%s/%d", prefix, path, id), ETag: etag, Body: body}, err
}

func notModified(etag string) *Problem {
	return (&Problem{Status: http.StatusNotModified, Code: "not-modified"}).with("ETag", etag)
}

// version is the version in If-Match, 0 for "*" and when there is none.
func (b Based) version() (int64, error) {
	s := strings.TrimPrefix(strings.TrimSpace(b.IfMatch), "W/") // a compressing proxy makes tags weak
	if s == "" || s == "*" {
		return 0, nil
	}
	text, _, _ := strings.Cut(strings.Trim(s, `"`), "-")
	v, err := strconv.ParseInt(text, 10, 64)
	if err != nil || v < 1 || strings.Count(s, `"`) != 2 {
		return 0, invalid([]models.FieldError{{Field: "If-Match", Code: "bad-format", Detail: `Send the ETag as you received it, such as "7-1f0c88aa", or just the version: "7".`}})
	}
	return v, nil
}

// required is version for changes that must say what they are based on.
func (b Based) required() (int64, error) {
	if strings.TrimSpace(b.IfMatch) == "" {
		return 0, newProblem(http.StatusPreconditionRequired, "if-match-missing",
			"Say which version your change is based on: send the ETag of the record in If-Match. Then a change that somebody else made meanwhile is not lost.")
	}
	return b.version()
}
