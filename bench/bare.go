package main

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

type bareCommand struct {
	DSN    string `required:""`
	Listen string `required:""`
}

// bareAsset is an entry of the list as the register's API shows it.
type bareAsset struct {
	ID          int64     `json:"id"`
	Name        string    `json:"name"`
	Edition     string    `json:"edition"`
	Origin      string    `json:"origin"`
	Description string    `json:"description"`
	StewardID   int64     `json:"stewardId"`
	Steward     string    `json:"steward"`
	Categories  []string  `json:"categories"`
	License     string    `json:"license"`
	Class       string    `json:"class"`
	Lifecycle   string    `json:"lifecycle"`
	Visibility  string    `json:"visibility"`
	Deployments int       `json:"deployments"`
	Agencies    int       `json:"agencies"`
	Version     int64     `json:"version"`
	UpdatedAt   time.Time `json:"updatedAt"`
}

type barePage struct {
	Items []bareAsset `json:"items"`
	Next  string      `json:"next"`
	Total struct {
		Count int  `json:"count"`
		Exact bool `json:"exact"`
	} `json:"total"`
}

const bareList = `SELECT a.id, a.name, a.edition, a.origin, a.descriptions->>'en', a.steward_id, g.name, a.categories, a.license, coalesce(l.class, ''), a.lifecycle, a.visibility,
		run.deployments, run.agencies, a.version, a.updated_at
	FROM assets a JOIN agencies g ON g.id = a.steward_id LEFT JOIN license_expressions l ON l.id = a.license_id
		CROSS JOIN LATERAL (SELECT count(*) AS deployments, count(DISTINCT d.agency_id) AS agencies FROM deployments d WHERE d.asset_id = a.id AND d.state <> 'withdrawn' AND d.visibility = 'public') run
	WHERE a.merged_into_id IS NULL AND a.visibility = 'public' AND (a.name, a.id) > ($1, $2) ORDER BY a.name, a.id LIMIT 25`

// Run serves what ours is compared with: one SQL statement and gin, without accounts, checks, paging words or a total that
// is counted (?count=1 counts it, as ours does).
func (c *bareCommand) Run(ctx context.Context) error {
	pool, err := pgxpool.New(ctx, c.DSN+"&pool_max_conns=8")
	if err != nil {
		return err
	}
	defer pool.Close()
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	ready := make([]byte, 8600)
	for i := range ready {
		ready[i] = 'a'
	}
	engine.GET("/ready", func(g *gin.Context) { g.Data(http.StatusOK, "application/json", ready) })
	engine.GET("/assets", func(g *gin.Context) {
		page, err := bareAssets(g, pool)
		if err != nil {
			g.String(http.StatusInternalServerError, "%v", err)
			return
		}
		g.JSON(http.StatusOK, page)
	})
	server := &http.Server{Addr: c.Listen, Handler: engine, ReadHeaderTimeout: time.Minute}
	go func() {
		<-ctx.Done()
		_ = server.Close() // ends ListenAndServe
	}()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func bareAssets(g *gin.Context, pool *pgxpool.Pool) (*barePage, error) {
	id, err := strconv.ParseInt(g.DefaultQuery("id", "0"), 10, 64)
	if err != nil {
		return nil, err
	}
	rows, err := pool.Query(g.Request.Context(), bareList, g.Query("name"), id)
	if err != nil {
		return nil, err
	}
	page := &barePage{}
	if page.Items, err = pgx.CollectRows(rows, pgx.RowToStructByPos[bareAsset]); err != nil {
		return nil, err
	}
	page.Total.Count = 10_000
	if n := len(page.Items); n > 0 {
		page.Next = page.Items[n-1].Name + strconv.FormatInt(page.Items[n-1].ID, 10)
	}
	if g.Query("count") != "" {
		err = pool.QueryRow(g.Request.Context(), `SELECT count(*) FROM (SELECT 1 FROM assets a WHERE a.merged_into_id IS NULL AND a.visibility = 'public' LIMIT 10001) t`).Scan(&page.Total.Count)
	}
	return page, err
}
