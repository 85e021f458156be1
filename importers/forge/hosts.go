package forge

import (
	"net/http"
	"net/url"
	"strings"
)

// at is the interface at a path of the host itself.
func at(path string) func(*url.URL) string {
	return func(u *url.URL) string { return u.Scheme + "://" + u.Host + path }
}

// named is the interface at a host of its own for the public service, and at a path of the host elsewhere.
func named(public, api, path string) func(*url.URL) string {
	return func(u *url.URL) string {
		if host := strings.ToLower(u.Hostname()); host == public || host == "www."+public {
			return api
		}
		return at(path)(u)
	}
}

// gitHub is GitHub's REST interface, version 2022-11-28, and that of GitHub Enterprise Server.
var gitHub = &hostAPI{
	words: "GitHub API", accept: "application/vnd.github+json",
	base: named("github.com", "https://api.github.com", "/api/v3"),
	groups: func(group string) []string {
		if group == "" {
			return nil
		}
		g := url.PathEscape(group)
		return []string{"/orgs/" + g + "/repos?per_page=100&sort=created&direction=desc", "/users/" + g + "/repos?per_page=100&sort=created&direction=desc"}
	},
	one: func(path string) string { return "/repos/" + escapePath(path) },
	take: func(body []byte) ([]Found, string, error) {
		list, err := decode[[]gitHubRepository](body)
		return convert(list, gitHubRepository.found), "", err
	},
	single: func(body []byte) (Found, error) {
		r, err := decode[gitHubRepository](body)
		return r.found(), err
	},
	lacks: func(f Found) bool { return f.Fork && f.ForkOfURL == "" },
	count: func(api, path, since string) []countListing {
		return []countListing{{address: api + "/repos/" + escapePath(path) + "/issues?state=all&per_page=100&since=" + since}}
	},
	probe: "/api/v3/meta",
	is: func(a *Answer, p *Problem) bool {
		return a != nil && a.Header.Get("X-GitHub-Request-Id") != "" || p != nil && p.header.Get("X-GitHub-Request-Id") != ""
	},
}

type gitHubRepository struct {
	Name          string   `json:"name"`
	HTMLURL       string   `json:"html_url"`
	Description   string   `json:"description"`
	Private       bool     `json:"private"`
	Fork          bool     `json:"fork"`
	Archived      bool     `json:"archived"`
	DefaultBranch string   `json:"default_branch"`
	PushedAt      string   `json:"pushed_at"`
	MirrorURL     string   `json:"mirror_url"`
	Topics        []string `json:"topics"`
	Parent        *struct {
		HTMLURL string `json:"html_url"`
	} `json:"parent"`
}

func (r gitHubRepository) found() Found {
	f := Found{URL: cloneURL(r.HTMLURL), Name: plain(r.Name), Description: plain(r.Description), Private: r.Private, Fork: r.Fork, Archived: r.Archived,
		DefaultBranch: plain(r.DefaultBranch), PushedAt: moment(r.PushedAt), MirrorOfURL: cloneURL(r.MirrorURL), Topics: topics(r.Topics)}
	if r.Parent != nil {
		f.ForkOfURL = cloneURL(r.Parent.HTMLURL)
	}
	return f
}

// gitLab is GitLab's REST interface, version 4.
var gitLab = &hostAPI{
	words: "GitLab API", accept: "application/json",
	base: at("/api/v4"),
	groups: func(group string) []string {
		const order = "per_page=100&order_by=created_at&sort=desc"
		if group == "" {
			return []string{"/projects?" + order}
		}
		return []string{"/groups/" + url.PathEscape(group) + "/projects?include_subgroups=true&" + order, "/users/" + url.PathEscape(group) + "/projects?" + order}
	},
	one: func(path string) string { return "/projects/" + url.PathEscape(path) },
	take: func(body []byte) ([]Found, string, error) {
		list, err := decode[[]gitLabProject](body)
		return convert(list, gitLabProject.found), "", err
	},
	single: func(body []byte) (Found, error) {
		p, err := decode[gitLabProject](body)
		return p.found(), err
	},
	lacks: func(Found) bool { return false },
	count: func(api, path, since string) []countListing {
		project := api + "/projects/" + url.PathEscape(path)
		return []countListing{{address: project + "/issues?scope=all&per_page=100&updated_after=" + since},
			{address: project + "/merge_requests?scope=all&per_page=100&updated_after=" + since, changes: true}}
	},
	probe: "/api/v4/version",
	is: func(a *Answer, p *Problem) bool {
		return a != nil && versionOf(a.Body) != "" ||
			p != nil && p.Status == http.StatusUnauthorized && strings.HasPrefix(p.header.Get("Content-Type"), "application/json")
	},
}

type gitLabProject struct {
	Name           string   `json:"name"`
	WebURL         string   `json:"web_url"`
	Description    string   `json:"description"`
	Visibility     string   `json:"visibility"`
	Archived       bool     `json:"archived"`
	Empty          bool     `json:"empty_repo"`
	DefaultBranch  string   `json:"default_branch"`
	LastActivityAt string   `json:"last_activity_at"`
	Topics         []string `json:"topics"`
	TagList        []string `json:"tag_list"` // before GitLab 14
	ImportURL      string   `json:"import_url"`
	Mirror         bool     `json:"mirror"`
	ForkedFrom     *struct {
		WebURL string `json:"web_url"`
	} `json:"forked_from_project"`
}

func (p gitLabProject) found() Found {
	f := Found{URL: cloneURL(p.WebURL), Name: plain(p.Name), Description: plain(p.Description), Private: p.Visibility != "public" && p.Visibility != "", Archived: p.Archived,
		Empty: p.Empty, DefaultBranch: plain(p.DefaultBranch), PushedAt: moment(p.LastActivityAt), Topics: topics(p.Topics)}
	if f.Topics == nil {
		f.Topics = topics(p.TagList)
	}
	if p.Mirror {
		f.MirrorOfURL = cloneURL(p.ImportURL)
	}
	if p.ForkedFrom != nil {
		f.Fork, f.ForkOfURL = true, cloneURL(p.ForkedFrom.WebURL)
	}
	return f
}

// gitea is the interface that Gitea and Forgejo share, version 1.
var gitea = &hostAPI{
	words: "Gitea API", accept: "application/json",
	base: at("/api/v1"),
	groups: func(group string) []string {
		if group == "" {
			return []string{"/repos/search?limit=50&sort=created&order=desc"}
		}
		return []string{"/orgs/" + url.PathEscape(group) + "/repos?limit=50", "/users/" + url.PathEscape(group) + "/repos?limit=50"}
	},
	one: func(path string) string { return "/repos/" + escapePath(path) },
	take: func(body []byte) ([]Found, string, error) {
		if trimmed := strings.TrimSpace(string(body[:min(len(body), 64)])); strings.HasPrefix(trimmed, "{") {
			search, err := decode[struct {
				Data []giteaRepository `json:"data"`
			}](body)
			return convert(search.Data, giteaRepository.found), "", err
		}
		list, err := decode[[]giteaRepository](body)
		return convert(list, giteaRepository.found), "", err
	},
	single: func(body []byte) (Found, error) {
		r, err := decode[giteaRepository](body)
		return r.found(), err
	},
	lacks: func(Found) bool { return false },
	count: func(api, path, since string) []countListing {
		return []countListing{{address: api + "/repos/" + escapePath(path) + "/issues?state=all&limit=50&since=" + since}}
	},
	probe: "/api/v1/version",
	is:    func(a *Answer, _ *Problem) bool { return a != nil && versionOf(a.Body) != "" },
}

type giteaRepository struct {
	Name          string   `json:"name"`
	HTMLURL       string   `json:"html_url"`
	Description   string   `json:"description"`
	Private       bool     `json:"private"`
	Internal      bool     `json:"internal"`
	Empty         bool     `json:"empty"`
	Fork          bool     `json:"fork"`
	Mirror        bool     `json:"mirror"`
	Archived      bool     `json:"archived"`
	DefaultBranch string   `json:"default_branch"`
	UpdatedAt     string   `json:"updated_at"`
	OriginalURL   string   `json:"original_url"`
	Topics        []string `json:"topics"`
	Parent        *struct {
		HTMLURL string `json:"html_url"`
	} `json:"parent"`
}

func (r giteaRepository) found() Found {
	f := Found{URL: cloneURL(r.HTMLURL), Name: plain(r.Name), Description: plain(r.Description), Private: r.Private || r.Internal, Empty: r.Empty, Fork: r.Fork, Archived: r.Archived,
		DefaultBranch: plain(r.DefaultBranch), PushedAt: moment(r.UpdatedAt), Topics: topics(r.Topics)}
	if r.Mirror {
		f.MirrorOfURL = cloneURL(r.OriginalURL)
	}
	if r.Parent != nil {
		f.ForkOfURL = cloneURL(r.Parent.HTMLURL)
	}
	return f
}

// bitbucket is the interface of Bitbucket Cloud, version 2.0.
var bitbucket = &hostAPI{
	words: "Bitbucket API", accept: "application/json",
	base: named("bitbucket.org", "https://api.bitbucket.org/2.0", "/2.0"),
	groups: func(group string) []string {
		if group == "" {
			return nil
		}
		return []string{"/repositories/" + url.PathEscape(group) + "?pagelen=100&sort=-created_on"}
	},
	one: func(path string) string { return "/repositories/" + escapePath(path) },
	take: func(body []byte) ([]Found, string, error) {
		page, err := decode[struct {
			Values []bitbucketRepository `json:"values"`
			Next   string                `json:"next"`
		}](body)
		return convert(page.Values, bitbucketRepository.found), page.Next, err
	},
	single: func(body []byte) (Found, error) {
		r, err := decode[bitbucketRepository](body)
		return r.found(), err
	},
	lacks: func(Found) bool { return false },
	is:    func(*Answer, *Problem) bool { return false },
}

type bitbucketRepository struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	IsPrivate   bool   `json:"is_private"`
	UpdatedOn   string `json:"updated_on"`
	SCM         string `json:"scm"`
	MainBranch  *struct {
		Name string `json:"name"`
	} `json:"mainbranch"`
	Links  bitbucketLinks `json:"links"`
	Parent *struct {
		Links bitbucketLinks `json:"links"`
	} `json:"parent"`
}

type bitbucketLinks struct {
	HTML struct {
		Href string `json:"href"`
	} `json:"html"`
}

func (r bitbucketRepository) found() Found {
	f := Found{URL: cloneURL(r.Links.HTML.Href), Name: plain(r.Name), Description: plain(r.Description), Private: r.IsPrivate, PushedAt: moment(r.UpdatedOn), Empty: r.MainBranch == nil}
	if r.MainBranch != nil {
		f.DefaultBranch = plain(r.MainBranch.Name)
	}
	if r.Parent != nil {
		f.Fork, f.ForkOfURL = true, cloneURL(r.Parent.Links.HTML.Href)
	}
	return f
}

// versionOf is what a host says of its version; "" when this is no such answer.
func versionOf(body []byte) string {
	said, err := decode[struct {
		Version string `json:"version"`
	}](body)
	if err != nil {
		return ""
	}
	return said.Version
}

func convert[T any](list []T, found func(T) Found) []Found {
	var out []Found
	for _, r := range list {
		out = append(out, found(r))
	}
	return out
}

func escapePath(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return strings.Join(parts, "/")
}
