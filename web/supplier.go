package web

import (
	"io"
	"net/http"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountSupplier(r *routes) {
	r.get("/upload/:link", s.askSupplier)
	r.get("/upload/:link/progress", s.supplierProgress)
	r.post("/upload/:link", s.takeFromSupplier)
}

// supplierPage is what a supplier without an account sees through an upload link.
type supplierPage struct {
	*register.OpenLink
	Form     *form
	Path     string // of the page itself, which is a secret
	Most     int64
	Going    bool
	Words    string
	Percent  int
	Refusal  string // why the last document was not taken; "" when none was refused
	Report   completeness
	Findings []ruleFindings
}

// openLink finds the link that the address is. Its page is kept out of logs and caches.
func (c *page) openLink() (*register.OpenLink, error) {
	c.keepFromLogs()
	return c.site.Register.OpenUploadLink(c.ctx(), c.g.Param("link"))
}

func (s *site) askSupplier(c *page) error {
	l, err := c.openLink()
	if err != nil {
		return err
	}
	return s.showSupplier(c, l, newForm())
}

func (s *site) showSupplier(c *page, l *register.OpenLink, f *form) error {
	p := supplierPage{OpenLink: l, Form: f, Path: "/upload/" + c.g.Param("link"), Most: min(l.MaxBytes, s.MaxBody)}
	v := view{Name: "supplier", Title: "An SBOM document for " + shorten(l.Asset+" "+l.Release, 100), Form: f}
	if d := l.Delivery; d != nil {
		p.Going, p.Words, p.Percent = !d.State.Ended(), deliveryWords(d), readPercent(d)
		if d.State.Ended() && l.SBOM == nil {
			p.Refusal = orElse(d.Reason, p.Words)
		}
	}
	if p.Going {
		v.Again = lookAgain
	}
	if l.SBOM != nil {
		p.Report = completenessOf(theList().Judge(judged(l.SBOM)), l.SBOM.Format, "your document", len(l.SBOM.Tallies) > 0)
		p.Findings = byRule(l.SBOM.Findings)
	}
	v.Page = p
	return c.show(v)
}

func (s *site) takeFromSupplier(c *page) error {
	l, err := c.openLink()
	if err != nil {
		return err
	}
	f := newForm()
	most := min(l.MaxBytes, s.MaxBody)
	err = s.sent(c, f, most, 6*bodyTime, func(filename string, body io.Reader) error {
		_, err := s.Register.DeliverByLink(c.ctx(), c.g.Param("link"), filename, body, register.Limits{Bytes: most})
		return err
	})
	if err == nil {
		return c.redirect(http.StatusSeeOther, "/upload/"+c.g.Param("link"))
	}
	if !f.refused(err) {
		return err
	}
	f.pointTo("file")
	return s.showSupplier(c, l, f)
}

// supplierProgress is deliveryProgress for who holds the link.
func (s *site) supplierProgress(c *page) error {
	l, err := c.openLink()
	if err != nil {
		return err
	}
	if l.Delivery == nil {
		return models.NoSuch("page")
	}
	return s.stream(c, l.Delivery, func() (*store.DeliveryRow, error) { return s.Store.DeliveryByLink(c.ctx(), l.ID) })
}
