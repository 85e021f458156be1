package register_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/importers/forge"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// receiver is an address that is told of events; it keeps what came and answers as the test says.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	got    []received
	answer http.HandlerFunc // nil: 204
}

type received struct {
	header http.Header
	body   []byte
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	rec := &receiver{}
	rec.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, err := io.ReadAll(q.Body)
		if err != nil || q.Method != http.MethodPost {
			t.Errorf("%s: %v", q.Method, err)
		}
		rec.mu.Lock()
		rec.got = append(rec.got, received{q.Header.Clone(), body})
		answer := rec.answer
		rec.mu.Unlock()
		if answer != nil {
			answer(w, q)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(rec.Close)
	return rec
}

func (rec *receiver) answers(status int) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	rec.answer = func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no more today", status) }
}

func (rec *receiver) works() {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	rec.answer = nil
}

// take gives what has come since it was asked last.
func (rec *receiver) take() []received {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	got := rec.got
	rec.got = nil
	return got
}

// told is the type, subject and title of each message.
func told(t *testing.T, got []received) []string {
	t.Helper()
	list := []string{}
	for _, g := range got {
		var e struct {
			Type, Subject string
			Data          struct {
				Title string
				Gone  bool
			}
		}
		if err := json.Unmarshal(g.body, &e); err != nil {
			t.Fatalf("%s: %v", g.body, err)
		}
		text := e.Type + " " + e.Data.Title
		if e.Data.Gone {
			text += "gone"
		}
		list = append(list, text)
	}
	return list
}

// signedBy checks a message as the specification of Standard Webhooks tells a receiver to, without any of our code.
func signedBy(secret string, g received) bool {
	key := []byte(secret)
	if strings.HasPrefix(secret, "whsec_") {
		key, _ = base64.StdEncoding.DecodeString(secret[6:])
	}
	mac := hmac.New(sha256.New, key)
	io.WriteString(mac, g.header.Get("webhook-id")+"."+g.header.Get("webhook-timestamp")+"."+string(g.body))
	want := base64.StdEncoding.EncodeToString(mac.Sum(nil))
	for _, s := range strings.Split(g.header.Get("webhook-signature"), " ") {
		if version, have, _ := strings.Cut(s, ","); version == "v1" && hmac.Equal([]byte(have), []byte(want)) {
			return true
		}
	}
	return false
}

// hooked is a government with a clock of its own.
type hooked struct {
	*fixture
	rec   *receiver
	clock time.Time
}

func newHooked(t *testing.T) *hooked {
	t.Helper()
	h := &hooked{fixture: newFixture(t), rec: newReceiver(t), clock: time.Now().UTC().Truncate(time.Second)}
	h.r.UseWebhooks(register.Webhooks{Client: forge.NewClient(forge.Limits{AllowPrivate: true, RequestTime: 300 * time.Millisecond}), Address: "https://register.example.gov"})
	return h
}

func (h *hooked) hook(by models.Viewer, change func(*models.Webhook)) (*models.Webhook, string) {
	h.t.Helper()
	w := &models.Webhook{Name: "Landscape", URL: h.rec.URL + "/hook", Scope: models.HookSoftware, Audience: models.VisiblePublic, Format: models.CloudEvents}
	if change != nil {
		change(w)
	}
	secret, err := h.r.At(h.clock).RegisterWebhook(ctx, by, w)
	h.must(err)
	return w, secret
}

// pass lets time pass, and gathers and sends what is due then.
func (h *hooked) pass(d time.Duration) []received {
	h.t.Helper()
	h.clock = h.clock.Add(d)
	r := h.r.At(h.clock)
	_, err := r.GatherWebhooks(ctx)
	h.must(err)
	hooks, err := h.s.Webhooks(ctx, system, models.WebhookFilter{Page: models.Page{Limit: 200}})
	h.must(err)
	for _, w := range hooks.Items {
		if w.NotBefore == nil || !w.NotBefore.After(h.clock) {
			h.must(r.SendWebhook(ctx, w.ID))
		}
	}
	return h.rec.take()
}

func (h *hooked) log(w *models.Webhook) []store.WebhookDeliveryRow {
	h.t.Helper()
	l, err := h.s.WebhookDeliveries(ctx, system, models.WebhookDeliveryFilter{Webhook: w.ID})
	h.must(err)
	return l.Items
}

func (h *hooked) state(w *models.Webhook) *store.WebhookRow {
	h.t.Helper()
	row, err := h.s.Webhook(ctx, system, w.ID)
	h.must(err)
	return row
}

func TestAReceiverCanTellThatAMessageCameFromTheRegister(t *testing.T) {
	h := newHooked(t)
	given := "an old shared secret"
	_, made := h.hook(system, nil)
	h.hook(system, func(w *models.Webhook) { w.Name, w.Secret = "Second", given })
	a := h.asset("Intake <Desk>", h.health, models.VisiblePublic)
	got := h.pass(time.Second)
	if len(got) != 2 {
		t.Fatalf("%d messages came", len(got))
	}
	if !strings.HasPrefix(made, "whsec_") || !signedBy(made, got[0]) || signedBy(given, got[0]) || !signedBy(given, got[1]) || signedBy(made, got[1]) {
		t.Errorf("the signatures are %v and %v", got[0].header, got[1].header)
	}
	if got[0].header.Get("Webhook-Id") == got[1].header.Get("Webhook-Id") {
		t.Error("two webhooks were sent the same id")
	}
	forged := got[0]
	forged.body = []byte(strings.Replace(string(forged.body), "asset", "agency", 1))
	if signedBy(made, forged) {
		t.Error("a changed body still agrees with its signature")
	}
	var e map[string]any
	h.must(json.Unmarshal(got[0].body, &e))
	link := "https://register.example.gov/v1/assets/" + number(a.ID)
	want := map[string]any{"specversion": "1.0", "id": got[0].header.Get("Webhook-Id"), "source": "https://register.example.gov", "type": "asset.registered", "subject": "asset/" + number(a.ID), "time": e["time"], "datacontenttype": "application/json",
		"data": map[string]any{"event": at(e, "data", "event"), "noun": "asset", "nounId": float64(a.ID), "title": "Intake <Desk>", "assetId": float64(a.ID), "agencyId": float64(h.health.ID), "gone": false, "link": link}}
	if diff := cmp.Diff(want, e); diff != "" {
		t.Errorf("the body (-want +got):\n%s", diff)
	}
	if _, err := time.Parse(time.RFC3339, e["time"].(string)); err != nil || got[0].header.Get("Content-Type") != "application/cloudevents+json; charset=utf-8" {
		t.Errorf("sent at %v as %v", e["time"], got[0].header)
	}
}

func TestAMessageIsSentAgainAsItWasUntilItArrives(t *testing.T) {
	h := newHooked(t)
	w, secret := h.hook(system, nil)
	h.rec.answers(http.StatusInternalServerError)
	h.asset("Intake", h.health, models.VisiblePublic)
	first := h.pass(time.Second)
	if len(first) != 1 || len(h.pass(time.Second)) != 0 {
		t.Fatal("it was not sent once, and then left for a while")
	}
	again := h.pass(15 * time.Second)
	h.rec.works()
	last := h.pass(6 * time.Minute)
	if len(again) != 1 || len(last) != 1 || string(first[0].body) != string(last[0].body) || first[0].header.Get("Webhook-Id") != last[0].header.Get("Webhook-Id") || first[0].header.Get("Webhook-Timestamp") == last[0].header.Get("Webhook-Timestamp") {
		t.Fatalf("sent %v, %v and %v", first, again, last)
	}
	if !signedBy(secret, last[0]) || len(h.pass(240*time.Hour)) != 0 {
		t.Error("the last try was not signed, or was not the last")
	}
	l := h.log(w)
	tries, err := h.s.WebhookAttempts(ctx, l[0].ID)
	h.must(err)
	var outcomes []models.WebhookOutcome
	for _, x := range tries {
		outcomes = append(outcomes, x.Outcome)
	}
	if diff := cmp.Diff([]models.WebhookOutcome{models.TryDelivered, models.TryRefused, models.TryRefused}, outcomes); diff != "" || tries[1].Status != 500 || tries[1].Head != "no more today" || tries[1].Detail == "" || l[0].State != models.MessageDelivered || l[0].Attempts != 3 {
		t.Errorf("the log has %+v of %+v\n%s", tries, l, diff)
	}
}

func TestWhatHappensMeanwhileIsSentAtOnceWhenTheReceiverIsBack(t *testing.T) {
	h := newHooked(t)
	h.hook(system, nil)
	h.rec.answers(http.StatusBadGateway)
	h.asset("One", h.health, models.VisiblePublic)
	for range 4 {
		h.pass(40 * time.Minute)
	}
	h.asset("Two", h.health, models.VisiblePublic)
	h.rec.works()
	got := told(t, h.pass(2*time.Minute))
	if strings.Join(got, ", ") != "asset.registered Two, asset.registered One" {
		t.Errorf("came %v", got)
	}
}

func TestAMessageThatNeverArrivesIsADeadLetterThatAPersonMaySendAgain(t *testing.T) {
	h := newHooked(t)
	w, _ := h.hook(system, nil)
	h.rec.answers(http.StatusBadRequest)
	h.asset("Intake", h.health, models.VisiblePublic)
	var first received
	sent, begun := 0, h.clock
	for step := 0; len(h.log(w)) == 0 || h.log(w)[0].State == models.MessageWaiting; step++ {
		for _, g := range h.pass(30 * time.Minute) {
			if sent++; sent == 1 {
				first = g
			}
		}
		if step > 400 {
			t.Fatal("it is never given up")
		}
	}
	if days := h.clock.Sub(begun).Hours() / 24; sent != models.MostWebhookTries || days < 3 || days > 4 {
		t.Errorf("it was sent %d times over %.1f days", sent, days)
	}
	if row := h.state(w); row.Failed != 1 || row.State != models.HookActive {
		t.Errorf("the webhook is %+v", row)
	}
	h.rec.works()
	if _, err := h.r.At(h.clock).RedeliverWebhook(ctx, h.person("reader@example.gov", models.Reader, h.health), h.log(w)[0].ID); !models.IsKind(err, models.NotFound) {
		t.Errorf("a reader had it sent again: %v", err)
	}
	row, err := h.r.At(h.clock).RedeliverWebhook(ctx, system, h.log(w)[0].ID)
	h.must(err)
	again := h.pass(0)
	if len(again) != 1 || string(again[0].body) != string(first.body) || again[0].header.Get("Webhook-Id") != first.header.Get("Webhook-Id") || row.State != models.MessageWaiting || h.log(w)[0].State != models.MessageDelivered {
		t.Errorf("sent again: %v", again)
	}
	if row := h.state(w); row.Failed != 0 || row.DeliveredAt == nil {
		t.Errorf("then the webhook is %+v", row)
	}
}

func TestAWebhookToWhichNothingArrivesForDaysIsSwitchedOffAndItsOwnerIsTold(t *testing.T) {
	h := newHooked(t)
	keeper := h.person("keeper@example.gov", models.Registrar, h.health)
	w, _ := h.hook(keeper, func(w *models.Webhook) { w.AgencyID = &h.health.ID })
	h.rec.answers(http.StatusInternalServerError)
	h.asset("One", h.health, models.VisiblePublic)
	for range 125 {
		h.pass(time.Hour)
		if h.clock.Hour() == 5 {
			h.asset("At "+h.clock.Format("02"), h.health, models.VisiblePublic)
		}
	}
	row := h.state(w)
	if row.State != models.HookFailed || !strings.Contains(row.Why, "five days") || row.Waiting != 0 || row.Failed < 4 {
		t.Fatalf("it is %s (%s) with %d waiting and %d dead letters", row.State, row.Why, row.Waiting, row.Failed)
	}
	events, err := h.s.Events(ctx, keeper, models.EventFilter{Noun: "webhook", NounID: w.ID, Latest: true, Limit: 1})
	h.must(err)
	if len(events) != 1 || events[0].Action != "webhook.switched-off" || events[0].ActorName != "Webhooks" {
		t.Errorf("its owner reads %+v", events)
	}
	h.rec.works()
	_, err = h.r.At(h.clock).MoveWebhook(ctx, keeper, w.ID, 0, models.HookActive)
	h.must(err)
	n, err := h.r.At(h.clock).RedeliverFailed(ctx, keeper, w.ID)
	h.must(err)
	if got := h.pass(0); n != row.Failed || len(got) != n {
		t.Errorf("of %d dead letters %d were sent again and %d came", row.Failed, n, len(got))
	}
}

func TestAReceiverThatIsGoneForGoodIsLeftAloneAtOnce(t *testing.T) {
	h := newHooked(t)
	w, _ := h.hook(system, nil)
	h.rec.answers(http.StatusGone)
	h.asset("One", h.health, models.VisiblePublic)
	h.asset("Two", h.health, models.VisiblePublic)
	if got := h.pass(time.Second); len(got) != 1 || h.state(w).State != models.HookFailed || h.state(w).Failed != 2 {
		t.Errorf("%d messages came, and it is %+v", len(got), h.state(w))
	}
}

func TestAReceiverThatAsksToBeLeftAloneIs(t *testing.T) {
	h := newHooked(t)
	h.hook(system, nil)
	h.rec.answer = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7200")
		w.WriteHeader(http.StatusTooManyRequests)
	}
	h.asset("One", h.health, models.VisiblePublic)
	h.asset("Two", h.health, models.VisiblePublic)
	if got := h.pass(time.Second); len(got) != 1 {
		t.Fatalf("%d messages came", len(got))
	}
	h.rec.works()
	if early, late := h.pass(119*time.Minute), h.pass(2*time.Minute); len(early) != 0 || len(late) != 2 {
		t.Errorf("%d came before its time, and %d after", len(early), len(late))
	}
}

func number(id int64) string { return strconv.FormatInt(id, 10) }

func at(v map[string]any, keys ...string) any {
	var x any = v
	for _, k := range keys {
		x = x.(map[string]any)[k]
	}
	return x
}
