package forge

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/ospo-register/ospo/health"
	"github.com/ospo-register/ospo/models"
)

// countListing is a list of issues, change requests or both that changed since a day.
type countListing struct {
	address string
	changes bool // all are change requests
}

// issue is what the hosts tell alike.
type issue struct {
	CreatedAt   string `json:"created_at"`
	ClosedAt    string `json:"closed_at"`
	MergedAt    string `json:"merged_at"`
	PullRequest *struct {
		URL    string `json:"url"`
		Merged bool   `json:"merged"`
	} `json:"pull_request"`
}

// Counts counts how many issues and change requests of a repository were opened, and how many were closed, since a day. Numbers that the host does not tell are
// nil, with Why; a very busy repository is not counted at all, out of regard for the host.
func (c *Client) Counts(ctx context.Context, address string, host models.Host, since time.Time) (*health.Counts, error) {
	counts := &health.Counts{Since: since}
	api, u := apis[host], (*url.URL)(nil)
	if api == nil || api.count == nil {
		counts.Why = "Its host has no interface that tells of issues and change requests."
		return counts, nil
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, blocked(address, "This is not a web address.", "Give a full address that starts with https://.")
	}
	counts.Source = api.words
	since = since.UTC().Truncate(time.Second)
	var sums [4]int // issues opened and closed, changes opened and closed
	for _, list := range api.count(api.base(u), repositoryPath(u), url.QueryEscape(since.Format(time.RFC3339))) {
		why, err := c.countList(ctx, api, list, since, &sums)
		if err != nil {
			return nil, err
		}
		if why != "" {
			counts.Why = why
			return counts, nil
		}
	}
	counts.IssuesOpened, counts.IssuesClosed, counts.ChangesOpened, counts.ChangesClosed = &sums[0], &sums[1], &sums[2], &sums[3]
	return counts, nil
}

// countList adds up one list; why says that it cannot be.
func (c *Client) countList(ctx context.Context, api *hostAPI, list countListing, since time.Time, sums *[4]int) (why string, err error) {
	const mostPages = 10
	next := list.address
	for page := 1; next != ""; page++ {
		if page > mostPages {
			return fmt.Sprintf("More issues and change requests changed in that time than the register asks a host for (%d pages).", mostPages), nil
		}
		answer, err := c.Fetch(ctx, Ask{URL: next, Header: http.Header{"Accept": {api.accept}}})
		if p := AsProblem(err); p != nil && (p.Outcome == models.VisitForbidden || p.Outcome == models.VisitGone) {
			return "Its host does not tell everyone of issues and change requests, or they are kept elsewhere.", nil
		}
		if err != nil {
			return "", err
		}
		items, err := decode[[]issue](answer.Body)
		if err != nil {
			return "", notAPI(next, api, err)
		}
		for _, i := range items {
			add(sums, i, list.changes || i.PullRequest != nil, since)
		}
		if next, err = sameHost(next, nextOf(answer.Header)); err != nil {
			return "", err
		}
	}
	return "", nil
}

func add(sums *[4]int, i issue, change bool, since time.Time) {
	kind := 0
	if change {
		kind = 2
	}
	if at := moment(i.CreatedAt); at != nil && !at.Before(since) {
		sums[kind]++
	}
	closed := moment(strings.TrimSpace(i.ClosedAt))
	if closed == nil {
		closed = moment(i.MergedAt) // GitLab gives a merged request no closed_at
	}
	if closed != nil && !closed.Before(since) {
		sums[kind+1]++
	}
}
