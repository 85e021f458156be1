package forge

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ospo-register/ospo/models"
)

func TestADocumentIsPostedOnceAndOfTheAnswerOnlyTheBeginningIsRead(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if string(body) != "{}" || r.Header.Get("Webhook-Id") != "msg_1" || r.Header.Get("Authorization") != "" {
			t.Errorf("came %q with %v", body, r.Header)
		}
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.CopyN(w, endless{}, 5<<30)
	}))
	defer s.Close()
	c := here(t, func(l *Limits) { l.Tokens = map[string]string{strings.TrimPrefix(s.URL, "http://"): "secret"} })
	got, err := c.Post(context.Background(), s.URL, http.Header{"Webhook-Id": {"msg_1"}}, []byte("{}"), 100)
	if err != nil || got.Status != http.StatusTeapot || len(got.Head) != 100 {
		t.Errorf("got %+v, %v", got, err)
	}
	s.CloseClientConnections()
}

func TestAPostGoesToNoPrivateNetworkHoweverItIsNamed(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was asked") }))
	defer s.Close()
	named := "https://example.com" + s.URL[strings.LastIndex(s.URL, ":"):]
	for address, c := range map[string]*Client{named: rebound(t, s, Limits{Ports: []int{portOf(t, s.URL)}}, "127.0.0.1"), s.URL: NewClient(Limits{}), "https://169.254.169.254/latest": here(t), "https://ada:pw@example.com/": here(t), "gopher://example.com/": here(t)} {
		_, err := c.Post(context.Background(), address, nil, nil, 10)
		if p := problem(t, err); p.Outcome != models.VisitBlocked {
			t.Errorf("%s is %s: %v", address, p.Outcome, p)
		}
		if address != named && c.Permits(address) == nil {
			t.Errorf("%s is permitted", address)
		}
	}
	if !errors.Is(problem(t, func() error {
		_, err := rebound(t, s, Limits{Ports: []int{portOf(t, s.URL)}}, "127.0.0.1").Post(context.Background(), named, nil, nil, 10)
		return err
	}()), errBlocked) {
		t.Error("the dialler did not refuse it")
	}
}

func TestAReceiverThatHangsIsGivenUp(t *testing.T) {
	release := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer s.Close()
	defer close(release)
	_, err := here(t, func(l *Limits) { l.RequestTime = 50 * time.Millisecond }).Post(context.Background(), s.URL, nil, []byte("x"), 10)
	if p := problem(t, err); p.Outcome != models.VisitTimeout {
		t.Errorf("%s: %v", p.Outcome, p)
	}
}

func portOf(t *testing.T, address string) int {
	t.Helper()
	n, err := strconv.Atoi(address[strings.LastIndex(address, ":")+1:])
	if err != nil {
		t.Fatal(err)
	}
	return n
}
