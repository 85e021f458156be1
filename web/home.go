package web

func (s *site) mountHome(r *routes) { r.get("/", s.home) }

func (s *site) home(c *page) error {
	return c.show(view{Name: "home", Title: "What your government runs, buys and builds"})
}
