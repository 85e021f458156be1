package store

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
)

// CrawlerLogRow is a line of the log as the Open Catalog API tells it: written by a crawler of others, or a visit of a harvest of our own.
type CrawlerLogRow struct {
	UUID      string
	Message   string
	Entity    string // "software/…", "publishers/…" or "catalogs/…"; "" when it is about nothing in particular
	CreatedAt time.Time
}

// What a visit of ours is as a line of that log. Its id is worked out of its number, in the form of a random UUID.
const (
	visitUUID    = `overlay(overlay(md5('visit ' || v.id) placing '4' from 13 for 1) placing '8' from 17 for 1)::uuid`
	visitMessage = `'[' || v.url || '] ' || concat_ws(' ', v.outcome || CASE WHEN v.detail = '' THEN '' ELSE ':' END, nullif(v.detail, ''), nullif(v.cure, ''))`
	entityName   = `CASE WHEN ` + toldSoftware + ` THEN 'software/' || r.uuid WHEN p.id IS NOT NULL THEN 'publishers/' || p.uuid WHEN k.id IS NOT NULL THEN 'catalogs/' || k.uuid ELSE '' END`
)

// CrawlerLogs lists, the newest first, what crawlers said and what harvests of our own met; of one repository when repository is not 0.
func (s *Store) CrawlerLogs(ctx context.Context, v models.Viewer, repository int64, f models.OpenCatalogFilter) (models.OpenCatalogList[CrawlerLogRow], error) {
	var none models.OpenCatalogList[CrawlerLogRow]
	q := &query{}
	told, err := logBranch(q, v, repository, &f, "l.created_at", "l.uuid", "l.message", `crawler_logs l LEFT JOIN repositories r ON r.id = l.repository_id LEFT JOIN publishers p ON p.id = l.publisher_id LEFT JOIN crawler_catalogs k ON k.id = l.catalog_id`)
	if err != nil {
		return none, err
	}
	q.where = nil
	visited, err := logBranch(q, v, repository, &f, "v.at", visitUUID, visitMessage, `visits v LEFT JOIN repositories r ON r.id = v.repository_id LEFT JOIN publishers p ON p.id = v.publisher_id LEFT JOIN crawler_catalogs k ON FALSE`)
	if err != nil {
		return none, err
	}
	q.where = nil
	order, err := inOrder{"created_at", "uuid", true}.turn(q, models.OpenCatalogPage{Way: f.Way, Size: f.Size})
	if err != nil {
		return none, err
	}
	list, err := rows[CrawlerLogRow](ctx, s, `SELECT uuid::text AS uuid, message, entity, created_at FROM (`+told+` UNION ALL `+visited+`) both_logs `+order, q.args...)
	if err != nil {
		return none, err
	}
	return catalogPage(list, f.OpenCatalogPage, func(l *CrawlerLogRow) (time.Time, string) { return l.CreatedAt, l.UUID }), nil
}

// logBranch is the part of the log that lies in one table, no longer than a page.
func logBranch(q *query, v models.Viewer, repository int64, f *models.OpenCatalogFilter, created, uuid, message, from string) (string, error) {
	q.and("r.id IS NULL OR r.withdrawn_at IS NULL AND (" + q.sees(v, "r.visibility", "r.agency_id") + ")")
	if repository != 0 {
		q.and("r.id = ?", repository)
	}
	withinTime(q, created, f)
	if f.Search != "" {
		q.and(message+" ILIKE '%' || ? || '%'", escapeLike(f.Search))
	}
	if f.Message != "" {
		q.and(message+" = ?", f.Message)
	}
	tail, err := inOrder{created, uuid, true}.turn(q, f.OpenCatalogPage)
	return `(SELECT ` + uuid + ` AS uuid, ` + message + ` AS message, ` + entityName + ` AS entity, ` + created + ` AS created_at FROM ` + from + ` WHERE` + q.clause() + tail + `)`, err
}

// AddCrawlerLog keeps what a crawler says.
func (tx *Tx) AddCrawlerLog(ctx context.Context, l *models.CrawlerLog) error {
	return fault(tx.gorm(ctx).Create(l).Error)
}
