// Package webhook says how an event is told to an address: the body of the message, as CloudEvents 1.0 or as the Open Catalog API writes it, and the headers that
// sign it by Standard Webhooks.
//
// It sends nothing and stores nothing. Start with Body and Headers.
package webhook

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
)

// Message is what one webhook is told of one event.
type Message struct {
	ID      string // the same with every try, and never that of another content
	Source  string // address of the register; "" when it is not known
	Event   int64  // its place in the feed of events; 0 for a trial
	Type    string // noun and past tense
	At      time.Time
	Noun    string
	NounID  int64
	UUID    string // of the noun, as the Open Catalog API knows it
	Title   string // "" in a tombstone
	AssetID *int64
	Agency  *int64
	Gone    bool // a tombstone: the audience could see the thing before, and no longer can
	Made    bool // the audience can see the thing since this event
}

// Subject is noun and number.
func (m *Message) Subject() string { return m.Noun + "/" + strconv.FormatInt(m.NounID, 10) }

// cloudEvent is CloudEvents 1.0 in JSON, structured mode.
type cloudEvent struct {
	SpecVersion     string    `json:"specversion"`
	ID              string    `json:"id"`
	Source          string    `json:"source"`
	Type            string    `json:"type"`
	Subject         string    `json:"subject"`
	Time            time.Time `json:"time"`
	DataContentType string    `json:"datacontenttype"`
	Data            data      `json:"data"`
}

type data struct {
	Event    int64  `json:"event"`
	Noun     string `json:"noun"`
	NounID   int64  `json:"nounId"`
	Title    string `json:"title"`
	AssetID  *int64 `json:"assetId"`
	AgencyID *int64 `json:"agencyId"`
	Gone     bool   `json:"gone"`
	Link     string `json:"link"`
}

// collections are the paths under which the API has things of a noun by their number.
var collections = map[string]string{"asset": "assets", "agency": "agencies", "release": "releases", "deployment": "deployments", "sbom": "sboms", "delivery": "deliveries", "decision": "decisions", "finding": "findings",
	"exemption": "exemptions", "publisher": "publishers", "repository": "repositories", "harvest": "harvests", "source": "sources", "reading": "readings", "call": "calls", "question": "questions", "use-claim": "use-claims",
	"access-request": "access-requests", "regime": "regimes", "policy": "license-policies", "policy-check": "policy-checks", "license-list": "license-lists", "webhook": "webhooks"}

// Path is where the API tells more of the thing: its own address, else its event.
func (m *Message) Path() string {
	if c, ok := collections[m.Noun]; ok && !m.Gone {
		return fmt.Sprintf("/v1/%s/%d", c, m.NounID)
	}
	return fmt.Sprintf("/v1/events?after=%d&limit=1", max(0, m.Event-1))
}

// Body writes the message. The bytes are to be kept: what is signed is sent, and what is sent again is the same.
func Body(m *Message, f models.WebhookFormat) ([]byte, error) {
	if f == models.OpenCatalogEvents {
		return written(openCatalogEvent(m))
	}
	source := m.Source
	if source == "" {
		source = "/" // CloudEvents 1.0, “source”: a non-empty URI reference
	}
	return written(cloudEvent{SpecVersion: "1.0", ID: m.ID, Source: source, Type: m.Type, Subject: m.Subject(), Time: m.At.UTC(), DataContentType: "application/json",
		Data: data{Event: m.Event, Noun: m.Noun, NounID: m.NounID, Title: m.Title, AssetID: m.AssetID, AgencyID: m.Agency, Gone: m.Gone, Link: m.Source + m.Path()}})
}

// written is JSON as people read it: <, > and & as they are.
func written(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// openCatalogEvent is what receivers of the Open Catalog API know: three types of events, and the path of the thing by its UUID. A trial says that nothing is known to have changed.
func openCatalogEvent(m *Message) any {
	said := struct {
		Event   string `json:"event"`
		Subject string `json:"subject"`
	}{"update", "/" + map[string]string{"repository": "software", "publisher": "publishers"}[m.Noun]}
	switch {
	case m.Gone:
		said.Event = "delete"
	case m.Made:
		said.Event = "create"
	}
	if m.UUID != "" {
		said.Subject += "/" + m.UUID
	}
	return said
}

// Headers are those that a message is sent with at a moment: its type, and its signature by each of the secrets, the one in force first
// (Standard Webhooks: v1 is HMAC-SHA256 over id.timestamp.body, in base64).
func Headers(f models.WebhookFormat, id string, body []byte, at time.Time, secrets ...string) (http.Header, error) {
	h := http.Header{"Content-Type": {"application/cloudevents+json; charset=utf-8"}}
	stamp := strconv.FormatInt(at.Unix(), 10)
	var signatures []string
	for i, secret := range secrets {
		key, err := models.WebhookKey(secret)
		if err != nil {
			return nil, fmt.Errorf("reading the secret of a webhook: %w", err)
		}
		signatures = append(signatures, "v1,"+base64.StdEncoding.EncodeToString(sum(key, []byte(id+"."+stamp+"."), body)))
		if i == 0 && f == models.OpenCatalogEvents { // receivers of that API know one header only, and the secret as it was given
			h.Set("X-Webhook-Signature", hex.EncodeToString(sum([]byte(secret), body)))
		}
	}
	if f == models.OpenCatalogEvents {
		h.Set("Content-Type", "application/json")
	}
	h.Set("Webhook-Id", id)
	h.Set("Webhook-Timestamp", stamp)
	h.Set("Webhook-Signature", strings.Join(signatures, " "))
	return h, nil
}

func sum(key []byte, parts ...[]byte) []byte {
	mac := hmac.New(sha256.New, key)
	for _, p := range parts {
		mac.Write(p)
	}
	return mac.Sum(nil)
}
