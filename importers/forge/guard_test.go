package forge

import (
	"context"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ospo-register/ospo/models"
)

func TestOnlyPublicAddressesAreDialled(t *testing.T) {
	const (
		public  = "public"  // always
		inside  = "inside"  // when it is allowed
		nowhere = "nowhere" // never
	)
	for text, want := range map[string]string{
		"8.8.8.8": public, "2606:4700:4700::1111": public, "::ffff:8.8.8.8": public, "172.15.0.1": public, "172.32.0.1": public, "100.128.0.1": public,
		"127.0.0.1": inside, "127.8.8.8": inside, "::1": inside, "10.1.2.3": inside, "172.16.0.1": inside, "192.168.1.1": inside, "100.64.0.1": inside, "fd12::1": inside,
		"::ffff:127.0.0.1": inside, "::ffff:10.0.0.1": inside,
		"169.254.169.254": nowhere, "fe80::1": nowhere, "fe80::1%eth0": nowhere, "fd00:ec2::254": nowhere, "100.100.100.200": nowhere, "0.0.0.0": nowhere, "::": nowhere,
		"224.0.0.1": nowhere, "ff02::1": nowhere, "255.255.255.255": nowhere, "192.0.2.1": nowhere, "198.18.0.1": nowhere, "64:ff9b::7f00:1": nowhere, "2002:7f00:1::": nowhere,
		"::ffff:169.254.169.254": nowhere, "2001:0:0:1::": nowhere, "::ffff:0.0.0.0": nowhere,
	} {
		addr := netip.MustParseAddr(text)
		closed, open := (&guard{}).permits(addr) == nil, (&guard{private: true}).permits(addr) == nil
		if closed != (want == public) || open != (want != nowhere) {
			t.Errorf("%s is %s, and is dialled: %v, with private networks allowed: %v", text, want, closed, open)
		}
	}
}

func TestAddressesThatAreNotAskedAreRefusedBeforeAnybodyIs(t *testing.T) {
	tests := []struct{ name, address string }{
		{"plain http", "http://code.example/a"}, {"git's own protocol", "git://code.example/a"}, {"a file", "file:///etc/passwd"}, {"ssh", "ssh://git@code.example/a"},
		{"no scheme", "code.example/a"}, {"no host", "https:///a"}, {"a password", "https://ada:secret@code.example/a"}, {"a name", "https://ada@code.example/a"},
		{"another port", "https://code.example:5432/"}, {"this machine", "https://127.0.0.1/"}, {"this machine, mapped", "https://[::ffff:127.0.0.1]/"},
		{"the secrets of a cloud", "https://169.254.169.254/latest/meta-data/"}, {"a private network", "https://10.0.0.1/"}, {"shared space", "https://100.64.1.1/"},
		{"all addresses", "https://0.0.0.0/"}, {"multicast", "https://224.0.0.1/"}, {"no address", "https://%zz/"}, {"nothing", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for door, ask := range map[string]func(*Client) error{
				"fetch": func(c *Client) error { _, err := c.Fetch(context.Background(), Ask{URL: test.address}); return err },
				"visit": func(c *Client) error {
					_, err := c.Visit(context.Background(), VisitAsk{URL: test.address})
					return err
				},
				"list": func(c *Client) error {
					_, err := c.List(context.Background(), models.CodeHosting{URL: test.address, Group: true}, nil)
					return err
				},
			} {
				p := problem(t, ask(NewClient(Limits{})))
				if p.Outcome != models.VisitBlocked || p.Cure == "" || strings.Contains(p.Error()+p.URL, "secret") && test.name == "a password" {
					t.Errorf("%s: %s: %s (%s)", door, p.Outcome, p.Error(), p.URL)
				}
			}
		})
	}
}

// names answers questions for addresses of names over UDP, each time with the next of its addresses.
func names(t *testing.T, addresses ...string) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	var turn atomic.Int64
	go func() {
		buf := make([]byte, 1024)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			end := 12
			for end < n && buf[end] != 0 {
				end += int(buf[end]) + 1
			}
			end += 5
			a := binary.BigEndian.Uint16(buf[end-4:]) == 1
			reply := append([]byte{buf[0], buf[1], 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}, buf[12:end]...)
			if a {
				reply[7] = 1
				ip := netip.MustParseAddr(addresses[min(int(turn.Add(1))-1, len(addresses)-1)]).As4()
				reply = append(append(reply, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4), ip[:]...)
			}
			_, _ = conn.WriteTo(reply, from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// rebound is a client for which names mean what a test says, and that trusts the test's server.
func rebound(t *testing.T, s *httptest.Server, lim Limits, addresses ...string) *Client {
	t.Helper()
	c := NewClient(lim)
	c.guard.resolver = names(t, addresses...)
	tr := c.http.Transport.(*http.Transport)
	tr.DisableKeepAlives = true
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	tr.TLSClientConfig.RootCAs = pool
	return c
}

func TestANameThatLeadsIntoAPrivateNetworkIsBlockedWhenItIsDialled(t *testing.T) {
	asked := atomic.Int64{}
	s := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer s.Close()
	port := s.URL[strings.LastIndex(s.URL, ":")+1:]
	var n int
	fmt.Sscan(port, &n)
	c := rebound(t, s, Limits{Ports: []int{n}}, "127.0.0.1")
	_, err := c.Fetch(context.Background(), Ask{URL: "https://example.com:" + port + "/"})
	if p := problem(t, err); p.Outcome != models.VisitBlocked || !errors.Is(p, errBlocked) || asked.Load() != 0 {
		t.Errorf("%s: %v; the server was asked %d times", p.Outcome, p, asked.Load())
	}
}

func TestANameThatLeadsElsewhereTheSecondTimeIsBlocked(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "welcome") }))
	defer s.Close()
	address := "https://example.com" + s.URL[strings.LastIndex(s.URL, ":"):]
	c := rebound(t, s, Limits{AllowPrivate: true}, "127.0.0.1", "169.254.169.254")
	if answer, err := c.Fetch(context.Background(), Ask{URL: address}); err != nil || string(answer.Body) != "welcome" {
		t.Fatal(err)
	}
	_, err := c.Fetch(context.Background(), Ask{URL: address})
	if p := problem(t, err); p.Outcome != models.VisitBlocked {
		t.Errorf("the second time it was %s: %v", p.Outcome, p.Err)
	}
}

func TestARedirectIsARequestLikeAnyOther(t *testing.T) {
	tests := []struct {
		name, to string
		outcome  models.VisitOutcome
	}{
		{"to the secrets of a cloud", "http://169.254.169.254/latest/", models.VisitBlocked},
		{"to the secrets of a cloud over https", "https://169.254.169.254/latest/", models.VisitBlocked},
		{"to a file", "file:///etc/passwd", models.VisitBlocked},
		{"to a name with a password", "https://a:b@code.example/", models.VisitBlocked},
		{"to itself", "/", models.VisitFailed},
		{"always further", "/next", models.VisitFailed},
		{"to no address", "http://[::1", models.VisitFailed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			asked := 0
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked++
				to := test.to
				if to == "/next" {
					to = fmt.Sprintf("/next%d?service=git-upload-pack", asked)
				}
				w.Header().Set("Location", to)
				w.WriteHeader(http.StatusFound)
			}))
			defer s.Close()
			_, err := here(t).Fetch(context.Background(), Ask{URL: s.URL + "/"})
			if p := problem(t, err); p.Outcome != test.outcome || asked > 6 {
				t.Errorf("%s after %d requests: %v", p.Outcome, asked, p)
			}
			if _, err := here(t).Visit(context.Background(), VisitAsk{URL: s.URL + "/"}); problem(t, err).Outcome != test.outcome {
				t.Errorf("a visit: %v", err)
			}
		})
	}
}

func TestAPostIsNotFollowed(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	}))
	defer s.Close()
	_, err := here(t).Fetch(context.Background(), Ask{Method: http.MethodPost, URL: s.URL, Body: []byte("{}")})
	if p := problem(t, err); p.Outcome != models.VisitFailed || p.Status != 307 {
		t.Errorf("%s, status %d", p.Outcome, p.Status)
	}
}

// endless gives zeros for ever.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestAnAnswerOfFiveGigabytesIsGivenUp(t *testing.T) {
	const five = 5 << 30
	for _, stated := range []bool{true, false} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if stated {
				w.Header().Set("Content-Length", fmt.Sprint(five))
			}
			w.Header().Set("Content-Type", "application/x-git-upload-pack-advertisement")
			_, _ = io.CopyN(w, endless{}, five)
		}))
		c := here(t, func(l *Limits) { l.AnswerBytes = 1 << 20 })
		_, err := c.Fetch(context.Background(), Ask{URL: s.URL})
		if p := problem(t, err); p.Outcome != models.VisitTooLarge || !strings.Contains(p.Detail, "1 MB") {
			t.Errorf("length stated %v: %s: %v", stated, p.Outcome, p)
		}
		if _, err := c.Visit(context.Background(), VisitAsk{URL: s.URL}); problem(t, err).Outcome != models.VisitTooLarge {
			t.Errorf("a visit: %v", err)
		}
		c.http.CloseIdleConnections()
		s.CloseClientConnections()
		s.Close()
	}
}

func TestAHostThatHangsIsGivenUp(t *testing.T) {
	release := make(chan struct{})
	silent := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer silent.Close()
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "first")
		_ = http.NewResponseController(w).Flush()
		<-release
	}))
	defer slow.Close()
	defer close(release)
	for _, s := range []*httptest.Server{silent, slow} {
		c := here(t, func(l *Limits) { l.RequestTime = 50 * time.Millisecond })
		_, err := c.Fetch(context.Background(), Ask{URL: s.URL})
		if p := problem(t, err); p.Outcome != models.VisitTimeout || p.Cure == "" {
			t.Errorf("%s: %v", p.Outcome, p)
		}
		if _, err := c.Visit(context.Background(), VisitAsk{URL: s.URL}); problem(t, err).Outcome != models.VisitTimeout {
			t.Errorf("a visit: %v", err)
		}
	}
}

func TestAHostThatIsNotThereIsNamed(t *testing.T) {
	s := httptest.NewTLSServer(nil)
	untrusted, gone := s.URL, httptest.NewServer(nil)
	gone.Close()
	defer s.Close()
	for address, words := range map[string]string{gone.URL: "could not be reached", untrusted: "certificate"} {
		_, err := here(t).Fetch(context.Background(), Ask{URL: address})
		if p := problem(t, err); p.Outcome != models.VisitFailed || !strings.Contains(p.Detail, words) {
			t.Errorf("%s: %v (%v)", p.Outcome, p, p.Err)
		}
	}
}

func TestFailuresAreLeftAloneEverLonger(t *testing.T) {
	for failures, want := range map[int]time.Duration{-1: 0, 0: 0, 1: time.Hour, 2: 2 * time.Hour, 5: 16 * time.Hour, 8: 128 * time.Hour, 9: 168 * time.Hour, 1000: 168 * time.Hour} {
		if got := Backoff(failures); got != want {
			t.Errorf("after %d failures %s, want %s", failures, got, want)
		}
	}
}

func TestAnythingIsAProblem(t *testing.T) {
	if AsProblem(nil) != nil {
		t.Error("nothing is none")
	}
	for _, test := range []struct {
		err  error
		want models.VisitOutcome
	}{{context.DeadlineExceeded, models.VisitTimeout}, {fmt.Errorf("reading: %w", &Problem{Outcome: models.VisitGone}), models.VisitGone}, {io.ErrUnexpectedEOF, models.VisitFailed},
		{&url.Error{Op: "Get", Err: context.Canceled}, models.VisitFailed}} {
		if got := AsProblem(test.err); got.Outcome != test.want {
			t.Errorf("%v is %s", test.err, got.Outcome)
		}
	}
}
