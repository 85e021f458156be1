package web

import "github.com/ospo-register/ospo/models"

func (s *site) mountAbout(r *routes) {
	r.get("/how-this-is-counted", s.howCounted)
	r.get("/accessibility", s.accessibility)
}

// howCounted says what each number of the home page and the footer means.
func (s *site) howCounted(c *page) error {
	return c.show(view{Name: "counted", Title: "How this is counted", Crumbs: []crumb{{"How this is counted", ""}}, Page: struct{ AttestationDays, TotalCap int }{models.AttestationDays, models.TotalCap}})
}

func (s *site) accessibility(c *page) error {
	return c.show(view{Name: "accessibility", Title: "Accessibility", Crumbs: []crumb{{"Accessibility", ""}}})
}
