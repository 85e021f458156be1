package jobs_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/ospo-register/ospo/importers/forge"
	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/jobs"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

func TestAReceiverThatHangsKeepsNobodyElseWaiting(t *testing.T) {
	s := testkit.OwnStore(t)
	ctx, r := context.Background(), register.New(s)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	asked, release, arrived := make(chan struct{}, 10), make(chan struct{}), make(chan string, 10)
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		asked <- struct{}{}
		<-release
	}))
	defer slow.Close()
	defer close(release)
	quick := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, q *http.Request) { arrived <- q.Header.Get("Webhook-Id") }))
	defer quick.Close()
	r.UseWebhooks(register.Webhooks{Client: forge.NewClient(forge.Limits{AllowPrivate: true, RequestTime: time.Minute})})
	by := models.SystemViewer("Test")
	for _, address := range []string{slow.URL, quick.URL} {
		_, err := r.RegisterWebhook(ctx, by, &models.Webhook{Name: address, URL: address, Scope: models.HookSoftware, Audience: models.VisiblePublic, Format: models.CloudEvents})
		must(err)
	}
	agency := sample.Agency(t, s, func(*models.Agency) {})
	add := func(name string) {
		must(r.RegisterAsset(ctx, by, &models.Asset{Name: name, Origin: models.OpenSource, StewardID: agency.ID, Lifecycle: models.AssetInUse, Visibility: models.VisiblePublic}))
	}
	add("One")
	runner, err := jobs.Start(ctx, jobs.Deps{Store: s, Register: r, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	must(err)
	<-asked // the slow one hangs from here on
	<-arrived
	add("Two")
	if id := <-arrived; id == "" {
		t.Error("the second message has no id")
	}
	stopping, cancel := context.WithCancel(ctx)
	cancel() // what hangs is cut short
	must(runner.Stop(stopping))
}
