package register

import (
	"context"
	"net/url"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/ospo-register/ospo/importers/forge"
	"github.com/ospo-register/ospo/importers/opencatalog"
	"github.com/ospo-register/ospo/importers/publiccode"
	"github.com/ospo-register/ospo/models"
)

// mostListed bounds how many addresses of one list are asked.
const mostListed = 5_000

// askList reads a list of publishers, repositories or files, and then the publiccode.yml at each address. What an address
// that does not answer now said last stands; one that says that there is nothing is gone.
func (c *sourceReader) askList(ctx context.Context) error {
	answer, err := c.fetch(ctx, c.source.URL)
	if err != nil || answer == nil {
		return err
	}
	c.pages++
	list, remarks := opencatalog.ReadAddresses(answer.Body)
	if list == nil {
		list = &opencatalog.List{}
	}
	count := len(list.Files) + len(list.Repos) + len(list.Groups)
	if err := c.told(ctx, c.source.URL, count, c.refused, remarks); err != nil {
		return err
	}
	if count == 0 {
		return c.unreadable()
	}
	if err := c.listGroups(ctx, list); err != nil {
		return err
	}
	if len(list.Files)+len(list.Repos) > mostListed {
		c.partial = true
	}
	return c.askEach(ctx, list)
}

// listGroups asks hosts for the repositories of groups. A group that does not answer makes the reading partial.
func (c *sourceReader) listGroups(ctx context.Context, list *opencatalog.List) error {
	for _, group := range list.Groups {
		_, err := c.r.harvesting.Client.List(ctx, models.CodeHosting{URL: group, Host: models.HostOf(group), Group: true}, func(f forge.Found) error {
			if !f.Private && !f.Empty && !f.Archived {
				list.Repos = append(list.Repos, f.URL)
			}
			return nil
		})
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil {
			continue
		}
		c.partial = true
		if err := c.line(ctx, group, 0, forge.AsProblem(err), nil); err != nil {
			return err
		}
	}
	return nil
}

// listed is one address of a list, and what came back.
type listed struct {
	address, repository string
	content             []byte
	problem             *forge.Problem
}

// askEach asks the addresses of a list, a few at a time, and takes what they say in the order of the list.
func (c *sourceReader) askEach(ctx context.Context, list *opencatalog.List) error {
	var all []listed
	for _, u := range list.Files {
		all = append(all, listed{address: u})
	}
	for _, u := range list.Repos {
		all = append(all, listed{address: u, repository: u})
	}
	all = all[:min(len(all), mostListed)]
	for len(all) > 0 {
		some := all[:min(len(all), batch)]
		all = all[len(some):]
		if stop, err := c.cancelled(ctx); stop || err != nil {
			return err
		}
		work, each := errgroup.WithContext(ctx)
		work.SetLimit(c.r.harvesting.Workers)
		for i := range some {
			work.Go(func() error { some[i].ask(each, c.r.harvesting.Client); return each.Err() })
		}
		if err := work.Wait(); err != nil {
			return err
		}
		for i := range some {
			if err := c.answered(ctx, &some[i]); err != nil {
				return err
			}
			some[i].content = nil
		}
	}
	return c.flush(ctx)
}

func (c *sourceReader) answered(ctx context.Context, l *listed) error {
	key := shortKey(addressKey(l.address))
	switch {
	case l.problem == nil:
		d, remarks := publiccode.Read(l.content)
		if d == nil {
			c.refused++
			c.keys[key] = true // it is there, and what it said last stands
			return c.told(ctx, l.address, 0, c.refused, remarks)
		}
		d.URL = orElse(d.URL, l.repository)
		return c.described(ctx, l.address, l.address, d, remarks)
	case l.problem.Outcome == models.VisitUndescribed && l.repository != "":
		return nil // most repositories of a group describe nothing
	case l.problem.Outcome != models.VisitGone:
		c.keys[key] = true
	}
	return c.line(ctx, l.address, 0, l.problem, nil)
}

// ask gets the publiccode.yml at an address. Of repositories on hosts that hand out single files only that is asked for, others are visited.
func (l *listed) ask(ctx context.Context, client *forge.Client) {
	if l.repository == "" {
		l.content, l.problem = file(ctx, client, l.address)
		return
	}
	names := rawFiles(l.repository)
	for _, u := range names {
		if l.content, l.problem = file(ctx, client, u); l.problem == nil || l.problem.Outcome != models.VisitGone {
			return
		}
	}
	if len(names) > 0 {
		l.problem.Outcome = models.VisitUndescribed
		return
	}
	visited, err := client.Visit(ctx, forge.VisitAsk{URL: l.repository})
	if err != nil {
		l.problem = forge.AsProblem(err)
		return
	}
	for i := range visited.Files {
		if f := &visited.Files[i]; f.Format == models.PublicCode && f.Content != nil {
			l.content = f.Content
			return
		}
	}
	l.problem = &forge.Problem{Outcome: models.VisitUndescribed, URL: l.repository, Detail: "No publiccode.yml was found at its root."}
}

func file(ctx context.Context, client *forge.Client, address string) ([]byte, *forge.Problem) {
	answer, err := client.Fetch(ctx, forge.Ask{URL: address, Most: maxDescription})
	if err != nil {
		return nil, forge.AsProblem(err)
	}
	return answer.Body, nil
}

// rawFiles are the addresses at which large hosts hand out the file of a repository's default branch; nil for others.
func rawFiles(repository string) []string {
	u, err := url.Parse(strings.TrimSuffix(strings.TrimRight(repository, "/"), ".git"))
	if err != nil {
		return nil
	}
	u.RawQuery, u.Fragment = "", ""
	base := u.String()
	switch models.HostOf(repository) {
	case models.GitHub:
		base = "https://raw.githubusercontent.com" + u.Path + "/HEAD/"
	case models.GitLab:
		base += "/-/raw/HEAD/"
	case models.Gitea, models.Bitbucket:
		base += "/raw/HEAD/"
	default:
		return nil
	}
	return []string{base + "publiccode.yml", base + "publiccode.yaml"}
}
