package web

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"net/http"
	"time"

	"github.com/ospo-register/ospo/exporters/opendata"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountOpenData(r *routes) {
	r.get("/assets/:id/description", s.assetDescription)
	r.get("/open-data", s.openData)
	r.get("/sitemap.xml", s.sitemap)
	r.get("/robots.txt", s.robots)
}

// openDataPage is what anybody may take whole.
type openDataPage struct {
	Terms register.OpenData
	Files []*register.Dump
}

func (s *site) openData(c *page) error {
	p := openDataPage{Terms: s.Register.OpenDataTerms()}
	for _, f := range opendata.Formats {
		d, err := s.Register.OpenDump(c.ctx(), f)
		if err != nil {
			return err
		}
		p.Files = append(p.Files, d)
	}
	return c.show(view{Name: "open-data", Title: "Open data", Crumbs: []crumb{{Name: "Open data"}}, Page: p})
}

// mostMapped is how many addresses a sitemap may have (sitemaps.org protocol 0.9).
const mostMapped = 50_000

// siteMap writes the addresses of pages, as far as the protocol allows.
type siteMap struct {
	bytes.Buffer
	origin string
	n      int
}

func (m *siteMap) put(path string, changed time.Time) {
	if m.n++; m.n > mostMapped {
		return
	}
	fmt.Fprint(m, "<url><loc>")
	_ = xml.EscapeText(m, []byte(m.origin+path)) // a buffer takes everything
	fmt.Fprint(m, "</loc>")
	if !changed.IsZero() {
		fmt.Fprint(m, "<lastmod>"+changed.UTC().Format(time.RFC3339)+"</lastmod>")
	}
	fmt.Fprint(m, "</url>\n")
}

// mapped puts what a list holds on the map, page by page.
func mapped[T any](m *siteMap, read func(models.Page) (models.List[T], error), put func(*T)) error {
	for at := (models.Page{Limit: models.MaxLimit}); m.n < mostMapped; {
		list, err := read(at)
		if err != nil {
			return err
		}
		for i := range list.Items {
			put(&list.Items[i])
		}
		if at.After = list.Next; at.After == "" {
			return nil
		}
	}
	return nil
}

// sitemap lists for search engines the pages of what is public: software, published decisions, publishers and open calls, the last changed first.
func (s *site) sitemap(c *page) error {
	m, ctx, public := &siteMap{origin: c.origin()}, c.ctx(), models.Viewer{}
	fmt.Fprint(m, xml.Header+`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`+"\n")
	for _, path := range []string{"/", "/catalogue", "/publishers", "/repositories", "/reuse", "/stack", "/decisions", "/government-code", "/statistics", "/open-data"} {
		m.put(path, time.Time{})
	}
	err := mapped(m, func(p models.Page) (models.List[store.AssetRow], error) {
		return s.Store.Assets(ctx, public, models.AssetFilter{Sort: models.ByUpdated, Page: p})
	}, func(a *store.AssetRow) { m.put(assetPath(a.ID), a.UpdatedAt) })
	if err == nil {
		err = mapped(m, func(p models.Page) (models.List[store.PublishedRow], error) {
			return s.Store.Published(ctx, public, 0, p)
		},
			func(d *store.PublishedRow) { m.put(casePath(d.DecisionID), d.UpdatedAt) })
	}
	if err == nil {
		err = mapped(m, func(p models.Page) (models.List[store.PublisherRow], error) {
			return s.Store.Publishers(ctx, public, models.PublisherFilter{Page: p})
		}, func(p *store.PublisherRow) { m.put("/publishers/"+idText(p.ID), p.UpdatedAt) })
	}
	if err == nil {
		err = mapped(m, func(p models.Page) (models.List[store.CallRow], error) {
			return s.Store.Calls(ctx, public, models.CallFilter{State: models.CallOpen, Page: p})
		}, func(k *store.CallRow) { m.put(callPath(k.ID), k.UpdatedAt) })
	}
	if err != nil {
		return err
	}
	fmt.Fprint(m, "</urlset>\n")
	c.g.Header("Cache-Control", "public, max-age=3600")
	c.sent = true
	c.g.Data(http.StatusOK, "application/xml; charset=utf-8", m.Bytes())
	return nil
}

// robots tells search engines where the map is.
func (s *site) robots(c *page) error {
	c.g.Header("Content-Type", "text/plain; charset=utf-8")
	c.g.Header("Cache-Control", "public, max-age=3600")
	c.sent = true
	c.g.Writer.WriteHeader(http.StatusOK)
	if c.g.Request.Method == http.MethodHead {
		return nil
	}
	_, err := fmt.Fprintf(c.g.Writer, "User-agent: *\nDisallow: /sign-in\nSitemap: %s/sitemap.xml\n", c.origin())
	return err
}
