package forge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
)

// Found is one repository as its host tells of it.
type Found struct {
	URL           string   // to clone from and to show, without ".git"
	OldURLs       []string // it was asked for by these, and the host says that it moved
	Name          string
	DefaultBranch string
	Description   string
	Topics        []string
	Archived      bool // read-only
	Private       bool // not for everyone
	Empty         bool // nothing was pushed yet
	Fork          bool
	ForkOfURL     string // when the host tells
	MirrorOfURL   string // when the host keeps it as a copy and tells of what
	PushedAt      *time.Time
}

// Listing is how asking for the repositories of a group ended.
type Listing struct {
	Host      models.Host // what the address turned out to be
	ETag      string      // to give back in models.CodeHosting.ETag the next time; "" when the host has none
	Unchanged bool        // the host says that nothing changed; none was told
	Alone     bool        // a group was asked for, and the address is that of one repository
	Count     int         // told
}

// List tells each repository of a hosting: those of the group, or the one at its address. A hosting that says Group and PlainGit is looked at
// to find out which host it is; where there is no such group, the address is tried as that of one repository. Those that were told before an
// error stay told; an error of each ends the listing and is given back as it is. A repository may be told twice when the list changed while
// it was read.
func (c *Client) List(ctx context.Context, hosting models.CodeHosting, each func(Found) error) (Listing, error) {
	listing := Listing{Host: hosting.Host}
	u, err := url.Parse(strings.TrimSpace(hosting.URL))
	if err != nil || u.Host == "" {
		return listing, blocked(hosting.URL, "This is not a web address.", "Give a full address that starts with https://.")
	}
	if p := c.guard.checkURL(u); p != nil {
		return listing, p
	}
	if hosting.Group && (hosting.Host == models.PlainGit || hosting.Host == "") {
		if listing.Host, err = c.Detect(ctx, hosting.URL); err != nil {
			return listing, err
		}
	}
	api := apis[listing.Host]
	switch {
	case api == nil && hosting.Group:
		return c.alone(ctx, hosting.URL, listing, each)
	case api == nil:
		listing.Count = 1
		return listing, each(Found{URL: cloneURL(hosting.URL), Name: u.Path[strings.LastIndex(u.Path, "/")+1:]})
	}
	l := &lister{c: c, api: api, base: api.base(u), each: each, out: &listing}
	if !hosting.Group {
		return listing, l.single(ctx, u, hosting.URL)
	}
	err = l.group(ctx, groupPath(u), hosting.ETag)
	if p := AsProblem(err); p != nil && p.Status == http.StatusNotFound && strings.Contains(repositoryPath(u), "/") {
		single := l.single(ctx, u, hosting.URL)
		if !errors.As(single, &p) {
			listing.Alone = single == nil
			return listing, single
		}
	}
	return listing, err
}

// alone tells the one repository at an address of a host that has no lists.
func (c *Client) alone(ctx context.Context, address string, listing Listing, each func(Found) error) (Listing, error) {
	r, err := c.connect(ctx, address, 0)
	if p := AsProblem(err); p != nil && (p.Outcome == models.VisitGone || p.Outcome == models.VisitFailed) {
		return listing, failed(address, "This host has no list of repositories that the register can read, and at this address there is no git repository either.", "Give the address that “git clone” takes, of each repository by itself.", err)
	}
	if err != nil {
		return listing, err
	}
	listing.Alone, listing.Count = true, 1
	found := Found{URL: cloneURL(r.url)}
	found.Name = found.URL[strings.LastIndex(found.URL, "/")+1:]
	if r.moved {
		found.OldURLs = []string{cloneURL(address)}
	}
	return listing, each(found)
}

// hostAPI is what differs between the interfaces of the hosts.
type hostAPI struct {
	base   func(*url.URL) string                        // where the interface is, by the address of a group
	groups func(group string) []string                  // lists of a group, of which the first that exists is read; each has a question mark
	one    func(path string) string                     // one repository
	take   func(body []byte) ([]Found, string, error)   // a page: its repositories, and the address of the next when the body tells
	single func(body []byte) (Found, error)             // one repository
	lacks  func(Found) bool                             // the list leaves out something that asking for the one tells
	count  func(api, path, since string) []countListing // lists of issues and change requests
	words  string                                       // how the interface is called
	accept string                                       // media type
	probe  string                                       // an address that only this kind of host has
	is     func(*Answer, *Problem) bool                 // whether its answer shows the kind
}

var apis = map[models.Host]*hostAPI{models.GitHub: gitHub, models.GitLab: gitLab, models.Gitea: gitea, models.Bitbucket: bitbucket}

// Detect finds out what kind of host an address is on: by name for the large public ones, else by asking for what only one kind has.
// It is PlainGit when nothing is recognised.
func (c *Client) Detect(ctx context.Context, address string) (models.Host, error) {
	if host := models.HostOf(address); host != models.PlainGit {
		return host, nil
	}
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return models.PlainGit, blocked(address, "This is not a web address.", "Give a full address that starts with https://.")
	}
	for _, host := range []models.Host{models.Gitea, models.GitLab, models.GitHub} {
		api := apis[host]
		answer, err := c.Fetch(ctx, Ask{URL: u.Scheme + "://" + u.Host + api.probe, Auth: NoAuth, Most: 64 << 10})
		p := AsProblem(err)
		if api.is(answer, p) {
			return host, nil
		}
		if p != nil && p.Status == 0 {
			return models.PlainGit, p
		}
	}
	return models.PlainGit, nil
}

// lister reads one hosting.
type lister struct {
	c    *Client
	api  *hostAPI
	base string
	each func(Found) error
	out  *Listing
	told map[string]bool
}

func (l *lister) ask(address, etag string) Ask {
	return Ask{URL: address, ETag: etag, Header: http.Header{"Accept": {l.api.accept}}}
}

// group reads the list of a group. etags are those of all its pages when it was last read.
func (l *lister) group(ctx context.Context, group, etags string) error {
	var first error
	for _, list := range l.api.groups(group) {
		unchanged, err := l.same(ctx, l.base+list, strings.Fields(etags))
		if err == nil && unchanged {
			l.out.Unchanged, l.out.ETag = true, etags
			return nil
		}
		if err == nil {
			err = l.pages(ctx, l.base+list)
		}
		if p := AsProblem(err); p == nil || p.Status != http.StatusNotFound {
			return err
		}
		if first == nil {
			first = err // an organisation that is not there may be a person
		}
	}
	if first == nil {
		first = failed(l.base, "This host has no list of everything that it keeps.", "Give the address of an organisation or group on it.", nil)
	}
	return first
}

// same asks whether every page is what it was.
func (l *lister) same(ctx context.Context, list string, etags []string) (bool, error) {
	for i, etag := range etags {
		answer, err := l.c.Fetch(ctx, l.ask(list+"&page="+strconv.Itoa(i+1), etag))
		if err != nil || !answer.Unchanged {
			return false, err
		}
	}
	return len(etags) > 0, nil
}

// pages reads a list to its end.
func (l *lister) pages(ctx context.Context, list string) error {
	const mostETags = 60
	l.told = map[string]bool{}
	var etags []string
	read := map[string]bool{}
	for next := list + "&page=1"; next != "" && !read[next]; {
		read[next] = true
		answer, err := l.c.Fetch(ctx, l.ask(next, ""))
		if err != nil {
			return err
		}
		found, following, err := l.api.take(answer.Body)
		if err != nil {
			return notAPI(next, l.api, err)
		}
		for _, f := range found {
			if err := l.tell(ctx, f); err != nil {
				return err
			}
		}
		etags = append(etags, answer.ETag)
		if following == "" {
			following = nextOf(answer.Header)
		}
		if next, err = sameHost(next, following); err != nil {
			return err
		}
	}
	if !slices.Contains(etags, "") && len(etags) <= mostETags {
		l.out.ETag = strings.Join(etags, " ")
	}
	return nil
}

// tell gives a repository to the caller, with what the list left out.
func (l *lister) tell(ctx context.Context, f Found) error {
	const mostLooks = 50
	if f.URL == "" || l.told[f.URL] {
		return nil
	}
	if l.out.Count >= l.c.lim.Found {
		return tooMany(l.base, l.c.lim.Found)
	}
	l.told[f.URL] = true
	if u, err := url.Parse(f.URL); err == nil && l.api.lacks(f) && len(l.told) <= mostLooks {
		if answer, err := l.c.Fetch(ctx, l.ask(l.base+l.api.one(repositoryPath(u)), "")); err == nil {
			if more, err := l.api.single(answer.Body); err == nil && more.URL != "" {
				f = more
			}
		}
	}
	l.out.Count++
	return l.each(f)
}

// single reads one repository, which may have moved.
func (l *lister) single(ctx context.Context, u *url.URL, address string) error {
	answer, err := l.c.Fetch(ctx, l.ask(l.base+l.api.one(repositoryPath(u)), ""))
	if err != nil {
		return err
	}
	f, err := l.api.single(answer.Body)
	if err != nil || f.URL == "" {
		return notAPI(address, l.api, err)
	}
	was, _ := models.CanonicalURL(address)
	if now, err := models.CanonicalURL(f.URL); err == nil && now != was {
		f.OldURLs = []string{cloneURL(address)}
	}
	l.out.Count++
	return l.each(f)
}

func notAPI(address string, api *hostAPI, err error) *Problem {
	return failed(address, fmt.Sprintf("The host did not answer as the %s does.", api.words), "Check what kind of host it is.", err)
}

func tooMany(address string, most int) *Problem {
	p := tooLarge(address, "", 0)
	p.Detail, p.Cure = fmt.Sprintf("The group has more than %d repositories, the most that are read.", most), "Give its parts as groups of their own."
	return p
}

var nextLink = regexp.MustCompile(`<([^>]+)>\s*;[^,]*\brel="?next"?`)

// nextOf is the next page by the header Link (RFC 8288).
func nextOf(h http.Header) string {
	if m := nextLink.FindStringSubmatch(h.Get("Link")); m != nil {
		return m[1]
	}
	return ""
}

// sameHost refuses to be led to another host by a list.
func sameHost(now, next string) (string, error) {
	if next == "" {
		return "", nil
	}
	from, err := url.Parse(now)
	if err != nil {
		return "", err
	}
	to, err := from.Parse(next)
	if err != nil || to.Host != from.Host || to.Scheme != from.Scheme {
		return "", failed(from.Redacted(), "The list goes on at another host, where it is not followed.", "Check the address that the host is told to give itself.", err)
	}
	return to.String(), nil
}

// groupPath is the name of a group in its address, without what hosts put around it; "" for the whole host.
func groupPath(u *url.URL) string {
	path, _, _ := strings.Cut(strings.Trim(u.Path, "/"), "/-/")
	for _, prefix := range []string{"orgs/", "groups/", "users/", "org/", "explore"} {
		path = strings.TrimPrefix(path, prefix)
	}
	return strings.Trim(strings.TrimSuffix(path, "/repositories"), "/")
}

// repositoryPath is the path of a repository in its address, without what hosts put behind it.
func repositoryPath(u *url.URL) string {
	path := strings.Trim(u.Path, "/")
	for _, marker := range []string{"/-/", "/tree/", "/blob/", "/src/"} {
		path, _, _ = strings.Cut(path, marker)
	}
	return strings.TrimSuffix(path, ".git")
}

// cloneURL is an address without what says nothing.
func cloneURL(address string) string {
	return strings.TrimSuffix(strings.TrimRight(strings.TrimSpace(address), "/"), ".git")
}

// decode reads JSON of a host, which may be of a shape that nobody expects.
func decode[T any](body []byte) (T, error) {
	var v T
	return v, json.Unmarshal(body, &v)
}

// plain makes of words of a host a line of bearable length.
func plain(text string) string {
	const most = 2000
	text = strings.Join(strings.Fields(strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "�")), " ")
	if r := []rune(text); len(r) > most {
		return string(r[:most])
	}
	return text
}

func topics(list []string) []string {
	const most = 50
	var out []string
	for _, t := range list[:min(len(list), most)] {
		if t = plain(t); t != "" {
			out = append(out, t)
		}
	}
	return out
}

// moment reads a time of a host; nil when it is none.
func moment(text string) *time.Time {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return nil
	}
	at = sane(at)
	return &at
}
