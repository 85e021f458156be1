package web

import (
	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
)

func (s *site) mountAbout(r *routes) {
	r.get("/how-this-is-counted", s.howCounted)
	r.get("/accessibility", s.accessibility)
}

// countedPage is what the page on numbers fills in.
type countedPage struct {
	AttestationDays int
	TotalCap        int
	Credits         []licenses.Attribution
}

// howCounted says what each number of the home page and the footer means.
func (s *site) howCounted(c *page) error {
	return c.show(view{Name: "counted", Title: "How this is counted", Crumbs: []crumb{{"How this is counted", ""}}, Page: countedPage{models.AttestationDays, models.TotalCap, licenses.Attributions()}})
}

func (s *site) accessibility(c *page) error {
	return c.show(view{Name: "accessibility", Title: "Accessibility", Crumbs: []crumb{{"Accessibility", ""}}})
}
