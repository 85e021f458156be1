package web

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"net/http"
	"time"

	"github.com/ospo-register/ospo/exporters/opendata"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
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

// sitemap lists the pages of public software for search engines, the last changed first.
func (s *site) sitemap(c *page) error {
	h := c.g.Writer.Header()
	h.Set("Content-Type", "application/xml; charset=utf-8")
	h.Set("Cache-Control", "public, max-age=3600")
	f := models.AssetFilter{Sort: models.ByUpdated, Page: models.Page{Limit: models.MaxLimit}}
	list, err := s.Store.Assets(c.ctx(), models.Viewer{}, f)
	if err != nil {
		return err
	}
	c.sent = true
	c.g.Writer.WriteHeader(http.StatusOK)
	if c.g.Request.Method == http.MethodHead {
		return nil
	}
	w := bufio.NewWriter(c.g.Writer)
	fmt.Fprint(w, xml.Header+`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`+"\n")
	put := func(path string, changed time.Time) {
		fmt.Fprint(w, "<url><loc>")
		_ = xml.EscapeText(w, []byte(c.origin()+path)) // the error is that of Flush
		fmt.Fprint(w, "</loc>")
		if !changed.IsZero() {
			fmt.Fprint(w, "<lastmod>"+changed.UTC().Format(time.RFC3339)+"</lastmod>")
		}
		fmt.Fprint(w, "</url>\n")
	}
	for _, path := range []string{"/", "/catalogue", "/publishers", "/repositories", "/reuse", "/decisions", "/open-data"} {
		put(path, time.Time{})
	}
	for n := 7; ; {
		for i := range list.Items {
			if n++; n <= mostMapped {
				put(assetPath(list.Items[i].ID), list.Items[i].UpdatedAt)
			}
		}
		if f.After = list.Next; f.After == "" || n >= mostMapped {
			break
		}
		if list, err = s.Store.Assets(c.ctx(), models.Viewer{}, f); err != nil {
			return err
		}
	}
	fmt.Fprint(w, "</urlset>\n")
	return w.Flush()
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
