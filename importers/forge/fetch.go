package forge

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Ask is one request. Only URL is needed.
type Ask struct {
	Method string      // GET when empty; redirects of anything else are not followed
	URL    string      //
	Header http.Header // sent to the host of URL only, and not where a redirect leads to another host
	Body   []byte
	ETag   string        // of an earlier answer: the same content is answered with Unchanged and no body
	Most   int64         // bytes of the answer; Limits.AnswerBytes when 0
	Time   time.Duration // for everything; Limits.RequestTime when 0
	Auth   AuthStyle     // how a token for the host is sent
}

// AuthStyle is how a host wants to be given a token.
type AuthStyle string

const (
	Bearer    AuthStyle = ""          // Authorization: Bearer
	BasicAuth AuthStyle = "basic"     // Authorization: Basic, as git over https does
	NoAuth    AuthStyle = "anonymous" // never
)

// Answer is what came back.
type Answer struct {
	URL       string // that answered in the end
	Moved     bool   // a permanent redirect (301, 308) led to URL
	Status    int
	Header    http.Header
	Body      []byte
	ETag      string
	Unchanged bool // 304
}

// Fetch asks an address, follows redirects of a GET or HEAD, and reads the whole answer. Any status but a success or 304 is a *Problem, and so is everything
// that goes beyond a limit. A host that asked to be left alone is not asked again before its time.
func (c *Client) Fetch(ctx context.Context, ask Ask) (*Answer, error) {
	time := ask.Time
	if time <= 0 {
		time = c.lim.RequestTime
	}
	most := ask.Most
	if most <= 0 {
		most = c.lim.AnswerBytes
	}
	ctx, cancel := context.WithTimeout(ctx, time)
	defer cancel()
	res, moved, err := c.open(ctx, ask)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	address := res.Request.URL.Redacted()
	answer := &Answer{URL: res.Request.URL.String(), Moved: moved, Status: res.StatusCode, Header: res.Header, ETag: res.Header.Get("ETag"), Unchanged: res.StatusCode == http.StatusNotModified}
	if answer.Unchanged {
		return answer, nil
	}
	if res.ContentLength > most {
		return nil, tooLarge(address, "The answer of the host", most)
	}
	body, err := io.ReadAll(&bounded{r: res.Body, left: most, over: tooLarge(address, "The answer of the host", most)})
	if err != nil {
		return nil, asked(address, err)
	}
	answer.Body = body
	return answer, nil
}

// open asks and follows redirects; the caller reads and closes the body, which is not bounded.
func (c *Client) open(ctx context.Context, ask Ask) (res *http.Response, moved bool, err error) {
	u, err := url.Parse(ask.URL)
	if err != nil {
		return nil, false, blocked("", "This is not a web address.", "Give a full address that starts with https://.")
	}
	first, seen := u.Host, map[string]bool{}
	for hop := 0; ; hop++ {
		address := u.Redacted()
		if hop > c.lim.Redirects || seen[u.String()] {
			return nil, false, failed(address, "The host leads in circles from one address to the next.", "Give the address where the code is now.", nil)
		}
		seen[u.String()] = true
		if p := c.guard.checkURL(u); p != nil {
			return nil, false, p
		}
		if wait := c.resting(u.Host); wait > 0 {
			return nil, false, answered(address, http.StatusTooManyRequests, wait)
		}
		res, err := c.once(ctx, ask, u, u.Host == first)
		if err != nil {
			if errors.Is(err, errBlocked) {
				return nil, false, refused(address, err)
			}
			return nil, false, asked(address, err)
		}
		next, permanent, done := follow(res, ask.Method)
		if done {
			if p := c.judge(res, address); p != nil {
				_ = res.Body.Close()
				return nil, false, p
			}
			return res, moved && hop > 0, nil
		}
		_ = res.Body.Close()
		moved = permanent && (moved || hop == 0)
		if u, err = u.Parse(next); err != nil {
			return nil, false, failed(address, "The host leads to something that is no web address.", "Give the address where the code is now.", err)
		}
		u.Fragment = ""
	}
}

func (c *Client) once(ctx context.Context, ask Ask, u *url.URL, home bool) (*http.Response, error) {
	method := ask.Method
	if method == "" {
		method = http.MethodGet
	}
	req, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(ask.Body))
	if err != nil {
		return nil, err
	}
	if home {
		req.Header = ask.Header.Clone()
		if req.Header == nil {
			req.Header = http.Header{}
		}
	} else if accept := ask.Header.Get("Accept"); accept != "" {
		req.Header.Set("Accept", accept)
	}
	req.Header.Set("User-Agent", c.lim.Agent)
	if ask.ETag != "" {
		req.Header.Set("If-None-Match", ask.ETag)
	}
	if token := c.token(u.Host); token != "" {
		switch ask.Auth {
		case Bearer:
			req.Header.Set("Authorization", "Bearer "+token)
		case BasicAuth:
			name := "oauth2"
			if u.Hostname() == "bitbucket.org" {
				name = "x-token-auth"
			}
			req.SetBasicAuth(name, token)
		}
	}
	return c.http.Do(req)
}

// token is what a host is to be given. The hosts that answer programs under another name share it.
func (c *Client) token(host string) string {
	host = strings.ToLower(host)
	if token := c.lim.Tokens[host]; token != "" {
		return token
	}
	return c.lim.Tokens[map[string]string{"api.github.com": "github.com", "api.bitbucket.org": "bitbucket.org"}[host]]
}

// follow says where an answer leads, and whether for good; done when it is the last.
func follow(res *http.Response, method string) (next string, permanent, done bool) {
	if method != "" && method != http.MethodGet && method != http.MethodHead {
		return "", false, true
	}
	switch res.StatusCode {
	case http.StatusMovedPermanently, http.StatusPermanentRedirect:
		permanent = true
	case http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect:
	default:
		return "", false, true
	}
	next = res.Header.Get("Location")
	return next, permanent, next == ""
}

// judge remembers what a host said of its limits and makes a problem of everything that is no success.
func (c *Client) judge(res *http.Response, address string) *Problem {
	wait := waitOf(res.Header, time.Now())
	refusal := res.StatusCode == 429 || res.StatusCode == 503 || res.StatusCode == 403
	if spent(res.Header) || refusal {
		c.rest(res.Request.URL.Host, wait)
	}
	switch {
	case res.StatusCode == http.StatusNotModified, res.StatusCode >= 200 && res.StatusCode < 300:
		return nil
	case res.StatusCode == 403 && !spent(res.Header) && res.Header.Get("Retry-After") == "":
		wait = 0 // the date of the next allowance alone is told with every answer
	}
	p := answered(address, res.StatusCode, wait)
	p.header = res.Header
	return p
}

// spent reports that the host said that nothing is left of what it allows for now.
func spent(h http.Header) bool {
	return h.Get("X-RateLimit-Remaining") == "0" || h.Get("RateLimit-Remaining") == "0"
}

// waitOf is how long a host asks to be left alone: Retry-After in seconds or as a date (RFC 9110, 10.2.3), else until the hosts' own header of when
// their allowance is renewed. At most a day; 0 when nothing is said.
func waitOf(h http.Header, now time.Time) time.Duration {
	const most = 24 * time.Hour
	if after := h.Get("Retry-After"); after != "" {
		if n, err := strconv.ParseInt(after, 10, 64); err == nil {
			return min(most, time.Duration(max(0, min(n, 86400)))*time.Second)
		}
		if at, err := http.ParseTime(after); err == nil {
			return min(most, max(0, at.Sub(now)))
		}
	}
	if !spent(h) {
		return 0
	}
	for _, name := range []string{"X-RateLimit-Reset", "RateLimit-Reset"} {
		n, err := strconv.ParseInt(h.Get(name), 10, 64)
		switch {
		case err != nil || n < 0:
		case n < 1_000_000_000: // seconds from now, by the draft standard; GitHub and GitLab give seconds since 1970
			return min(most, time.Duration(min(n, 86400))*time.Second)
		default:
			return min(most, max(0, time.Unix(n, 0).Sub(now)))
		}
	}
	return time.Minute
}

func (c *Client) rest(host string, wait time.Duration) {
	if wait <= 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rested[host] = time.Now().Add(wait)
}

func (c *Client) resting(host string) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	until, ok := c.rested[host]
	if !ok {
		return 0
	}
	if wait := time.Until(until); wait > 0 {
		return wait
	}
	delete(c.rested, host)
	return 0
}

// bounded reads until its limit, and then gives the problem over.
type bounded struct {
	r    io.Reader
	left int64
	over *Problem
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, b.over
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return n + int(b.left), b.over
	}
	return n, err
}
