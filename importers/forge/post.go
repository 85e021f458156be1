package forge

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Posted is what came back to a Post.
type Posted struct {
	Status int
	Header http.Header
	Head   []byte // how the answer begins
}

// Post sends a document to an address, once, within Limits.RequestTime. Any status is an answer; a redirect is not followed, no token is sent, and a host's wish to be
// left alone is the caller's to keep. At most so many bytes of the answer are read. What goes wrong is a *Problem.
func (c *Client) Post(ctx context.Context, address string, header http.Header, body []byte, most int64) (*Posted, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, blocked("", "This is not a web address.", "Give a full address that starts with https://.")
	}
	if p := c.guard.checkURL(u); p != nil {
		return nil, p
	}
	ctx, cancel := context.WithTimeout(ctx, c.lim.RequestTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(body))
	if err != nil {
		return nil, asked(u.Redacted(), err)
	}
	maps.Copy(req.Header, header.Clone())
	req.Header.Set("User-Agent", c.lim.Agent)
	res, err := c.http.Do(req)
	if err != nil {
		if errors.Is(err, errBlocked) {
			return nil, refused(u.Redacted(), err)
		}
		return nil, asked(u.Redacted(), err)
	}
	defer res.Body.Close()
	head, _ := io.ReadAll(io.LimitReader(res.Body, most)) // what could not be read of it does not change how it was answered
	return &Posted{Status: res.StatusCode, Header: res.Header, Head: head}, nil
}

// Permits says why an address would never be asked, as far as that can be told without looking its name up; nil when it may.
func (c *Client) Permits(address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return blocked("", "This is not a web address.", "Give a full address that starts with https://.")
	}
	if p := c.guard.checkURL(u); p != nil {
		return p
	}
	return nil
}

// Inward reports whether an address plainly is of this machine or of a network of its own, to which the client never goes. Names are not looked up.
func (c *Client) Inward(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if addr, err := netip.ParseAddr(host); err == nil {
		return c.guard.permits(addr) != nil
	}
	return !c.guard.private && (host == "localhost" || strings.HasSuffix(host, ".localhost"))
}

// Waits is how long an answer asks to be left alone, in its headers; at most a day.
func (p *Posted) Waits() time.Duration { return waitOf(p.Header, time.Now()) }
