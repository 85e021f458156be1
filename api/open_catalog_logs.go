package api

import (
	"net/http"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// crawlerLog is a line of the log: what a crawler said, or what a harvest of the register met.
type crawlerLog struct {
	ID        string    `json:"id"`
	Message   string    `json:"message"`
	Entity    string    `json:"entity,omitempty"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"` // the same: a log is not changed
}

type crawlerLogInput struct {
	Message string `json:"message"`
}

func (in *crawlerLogInput) check(m *catalogMistakes) {
	if m.required("message", in.Message) && len([]rune(in.Message)) < 2 {
		m.add("message", "gt", in.Message)
	}
}

// shapeCrawlerLog tells a line; who is not of government sees no mail addresses of people, which crawlers repeat from files.
func (x *catalogCall) shapeCrawlerLog(l *store.CrawlerLogRow) crawlerLog {
	out := crawlerLog{ID: l.UUID, Message: l.Message, CreatedAt: utc(l.CreatedAt), UpdatedAt: utc(l.CreatedAt)}
	if l.Entity != "" {
		out.Entity = "/" + l.Entity
	}
	if !x.v.InGovernment() {
		out.Message = models.WithoutMailAddresses(l.Message)
	}
	return out
}

func (a *api) listLogs(x *catalogCall, software int64) error {
	f, err := x.catalogFilter()
	if err != nil {
		return err
	}
	f.Search, f.Message = x.c.Query("search"), x.c.Query("filter")
	l, err := a.Store.CrawlerLogs(x.ctx(), x.v, software, f)
	return answerList(x, l, err, x.shapeCrawlerLog)
}

func (a *api) listCrawlerLogs(x *catalogCall) error { return a.listLogs(x, 0) }

func (a *api) listSoftwareLogs(x *catalogCall) error {
	s, err := a.softwareAsked(x)
	if err != nil {
		return err
	}
	return a.listLogs(x, s.ID)
}

// writeLog keeps a line about something, or about nothing in particular.
func (a *api) writeLog(x *catalogCall, about models.CrawlerLog, entity string) error {
	var in crawlerLogInput
	if err := readCatalogBody(a, x, &in); err != nil {
		return err
	}
	about.Message = in.Message
	if err := a.Register.WriteCrawlerLog(x.ctx(), x.v, &about); err != nil {
		return err
	}
	x.c.JSON(http.StatusOK, crawlerLog{ID: about.UUID, Message: about.Message, Entity: entity, CreatedAt: utc(about.CreatedAt), UpdatedAt: utc(about.CreatedAt)})
	return nil
}

func (a *api) writeCrawlerLog(x *catalogCall) error { return a.writeLog(x, models.CrawlerLog{}, "") }

func (a *api) writeSoftwareLog(x *catalogCall) error {
	s, err := a.softwareAsked(x)
	if err != nil {
		return err
	}
	return a.writeLog(x, models.CrawlerLog{RepositoryID: &s.ID}, "/software/"+s.UUID)
}

func (a *api) writeCatalogLog(x *catalogCall) error {
	k, err := a.catalogOf(x)
	if err != nil {
		return err
	}
	if k == nil || k.IsRoot() {
		return a.writeLog(x, models.CrawlerLog{}, "")
	}
	return a.writeLog(x, models.CrawlerLog{CatalogID: &k.ID}, "/catalogs/"+k.UUID)
}
