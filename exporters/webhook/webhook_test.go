package webhook_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/exporters/webhook"
	"github.com/ospo-register/ospo/models"
)

var (
	at  = time.Date(2026, 11, 23, 12, 30, 0, 0, time.FixedZone("", 2*3600))
	one = int64(12)
)

func TestAMessageIsWrittenInBothFormats(t *testing.T) {
	tests := []struct {
		name   string
		m      webhook.Message
		format models.WebhookFormat
		want   string
	}{
		{"software", webhook.Message{ID: "msg_1", Source: "https://r.example", Event: 7, Type: "asset.changed", At: at, Noun: "asset", NounID: 12, Title: `A & <B>`, AssetID: &one}, models.CloudEvents,
			`{"specversion":"1.0","id":"msg_1","source":"https://r.example","type":"asset.changed","subject":"asset/12","time":"2026-11-23T10:30:00Z","datacontenttype":"application/json","data":{"event":7,"noun":"asset","nounId":12,"title":"A & <B>","assetId":12,"agencyId":null,"gone":false,"link":"https://r.example/v1/assets/12"}}`},
		{"a tombstone of a register without an address", webhook.Message{ID: "msg_2", Event: 8, Type: "asset.changed", At: at, Noun: "asset", NounID: 12, Gone: true}, models.CloudEvents,
			`{"specversion":"1.0","id":"msg_2","source":"/","type":"asset.changed","subject":"asset/12","time":"2026-11-23T10:30:00Z","datacontenttype":"application/json","data":{"event":8,"noun":"asset","nounId":12,"title":"","assetId":null,"agencyId":null,"gone":true,"link":"/v1/events?after=7&limit=1"}}`},
		{"software that is new", webhook.Message{Noun: "repository", UUID: "u-1", Made: true}, models.OpenCatalogEvents, `{"event":"create","subject":"/software/u-1"}`},
		{"a publisher that has changed", webhook.Message{Noun: "publisher", UUID: "u-2"}, models.OpenCatalogEvents, `{"event":"update","subject":"/publishers/u-2"}`},
		{"software that is gone", webhook.Message{Noun: "repository", UUID: "u-3", Gone: true}, models.OpenCatalogEvents, `{"event":"delete","subject":"/software/u-3"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := webhook.Body(&test.m, test.format)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, string(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestEverySecretSignsAndTheOpenCatalogHasItsOwnHeader(t *testing.T) {
	body := []byte(`{"event":"update","subject":"/software/u-1"}`)
	h, err := webhook.Headers(models.OpenCatalogEvents, "msg_1", body, at, "a secret of sixteen", "whsec_c2VjcmV0IG9mIGJlZm9yZQ==")
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, []byte("a secret of sixteen"))
	mac.Write(body)
	if h.Get("X-Webhook-Signature") != hex.EncodeToString(mac.Sum(nil)) || len(strings.Split(h.Get("Webhook-Signature"), " ")) != 2 || h.Get("Webhook-Timestamp") != "1795429800" || h.Get("Content-Type") != "application/json" {
		t.Errorf("the headers are %v", h)
	}
	if h, err := webhook.Headers(models.CloudEvents, "msg_1", body, at, "a secret of sixteen"); err != nil || h.Get("X-Webhook-Signature") != "" || h.Get("Content-Type") == http.DetectContentType(body) {
		t.Errorf("the headers are %v, %v", h, err)
	}
	if _, err := webhook.Headers(models.CloudEvents, "msg_1", body, at, "whsec_~"); err == nil {
		t.Error("a secret that is no key signs")
	}
}
