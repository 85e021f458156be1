package web

import (
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// crawlerLogsPage is what crawlers said of their work, with the visits of our own harvests.
type crawlerLogsPage struct {
	Form       *form
	List       []crawlerLine
	Next       string
	Filtered   bool
	Repository *store.RepositoryRow // nil when it is the log of everything
}

// crawlerLine is one line of the log.
type crawlerLine struct {
	At          time.Time
	About, Text string
}

// mostLogText bounds what a page shows of a line.
const mostLogText = 800

var aboutTerms = map[string]string{"software": "A repository", "publishers": "A publisher", "catalogs": "A catalogue"}

func (s *site) crawlerLogs(c *page) error {
	p := crawlerLogsPage{Form: &form{Values: c.request().URL.Query()}}
	repository := c.queryID("repository")
	if repository != 0 {
		row, err := s.Store.Repository(c.ctx(), c.viewer, repository)
		if err != nil {
			return err
		}
		p.Repository = row
	}
	f := c.openList()
	f.Search = c.query("q")
	list, err := s.Store.CrawlerLogs(c.ctx(), c.viewer, repository, f)
	if err != nil {
		return err
	}
	p.Filtered, p.Next = f.Search != "" || repository != 0, c.onward(list.Next)
	for _, l := range list.Items {
		kind, _, _ := strings.Cut(l.Entity, "/")
		p.List = append(p.List, crawlerLine{At: l.CreatedAt, About: orElse(aboutTerms[kind], "Nothing in particular"), Text: shorten(l.Message, mostLogText)})
	}
	return c.show(view{Name: "crawler-logs", Title: "What crawlers said", Nav: "/catalogue", Crumbs: []crumb{{"Catalogues for crawlers", "/crawler-catalogs"}, {"What crawlers said", ""}}, Page: p})
}

// bundlePath is the page of a bundle, by the id that the Open Catalog API knows it by.
func bundlePath(b *models.SoftwareBundle) string { return "/software-bundles/" + b.UUID }
