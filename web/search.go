package web

import (
	"slices"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountSearch(r *routes) { r.get("/search", s.search) }

// searchPage is what a search found.
type searchPage struct {
	Query   string
	Form    *form
	Hits    []hit
	Facets  []facetGroup
	Narrow  string // the facets that are chosen, in words
	Wide    string // address without any facet
	Similar bool   // nothing is written like the query; these are alike
	Pager   pager
}

// hit is one thing found, with its page.
type hit struct {
	store.Hit
	Noun  tag
	Path  string
	Extra string
}

// facetGroup is one way to narrow the search.
type facetGroup struct {
	Label  string
	Values []facetValue
}

// facetValue is one choice of it.
type facetValue struct {
	Label  string
	Count  int
	Path   string
	Chosen bool
}

var nounTerms = map[string]term{
	"asset": {"Software", tonePlain}, "component": {"Component", tonePlain}, "agency": {"Agency", tonePlain}, "repository": {"Repository", tonePlain},
}

func (s *site) search(c *page) error {
	p := searchPage{Query: c.query("q"), Form: &form{Values: c.request().URL.Query()}}
	title := "Search"
	if p.Query == "" {
		return c.show(view{Name: "search", Title: title, Page: p})
	}
	f := store.SearchFilter{Query: p.Query, Noun: c.query("noun"), Origin: models.Origin(c.query("origin")), Class: c.query("class"), Page: c.at()}
	if len([]rune(f.Query)) > 200 {
		return &models.Error{Kind: models.Invalid, Code: "invalid-input", Detail: "The search is longer than 200 characters. Use the few words that matter most."}
	}
	list, facets, err := s.Store.Search(c.ctx(), c.viewer, f)
	if err != nil {
		return err
	}
	for _, h := range list.Items {
		p.Hits = append(p.Hits, hitOf(h))
	}
	p.Pager = pagerOf(c, list, "result", "results")
	p.Wide = address("/search", "q", p.Query)
	p.Facets = facetGroups(f, facets)
	p.Narrow = narrowed(f)
	p.Similar = c.query("after") == "" && len(list.Items) > 0 && !slices.ContainsFunc(list.Items, func(h store.Hit) bool { return written(h, f.Query) })
	return c.show(view{Name: "search", Title: shorten(p.Query, 60) + " – search", Page: p})
}

// narrowed says in words to what a search is narrowed; "" when it is not.
func narrowed(f store.SearchFilter) string {
	var parts []string
	if f.Noun != "" {
		parts = append(parts, among(nounTerms, f.Noun).word)
	}
	if f.Origin != "" {
		parts = append(parts, word(f.Origin))
	}
	if f.Class != "" {
		parts = append(parts, className(f.Class))
	}
	return strings.ToLower(strings.Join(parts, ", "))
}

// written reports whether the hit says what was looked for, letter by letter.
func written(h store.Hit, query string) bool {
	says := strings.ToLower(h.Title + " " + h.Detail + " " + h.Tag)
	for _, w := range strings.Fields(strings.ToLower(query)) {
		if strings.Contains(says, w) {
			return true
		}
	}
	return false
}

func hitOf(h store.Hit) hit {
	out := hit{Hit: h, Noun: tag{Word: among(nounTerms, h.Noun).word, Tone: tonePlain}}
	switch h.Noun {
	case "asset":
		out.Path, out.Extra = assetPath(h.ID), word(models.Origin(h.Tag))
	case "agency":
		out.Path, out.Extra = agencyPath(h.ID), word(models.AgencyKind(h.Tag))
	case "repository":
		out.Path = assetPath(h.ID)
	case "component":
		out.Path, out.Extra = address("/components", "name", h.Title), h.Tag
	}
	return out
}

// facetGroups makes links of the counts: each narrows the search, or widens it again when it is chosen.
func facetGroups(f store.SearchFilter, facets []store.Facet) []facetGroup {
	groups := []facetGroup{{Label: "Kind"}, {Label: "Origin of software"}, {Label: "Licence class"}}
	for _, v := range facets {
		noun, origin, class := f.Noun, string(f.Origin), f.Class
		var at *string
		g, label := 0, ""
		switch v.Name {
		case "noun":
			at, label = &noun, among(nounTerms, v.Value).word
		case "origin":
			at, g, label = &origin, 1, word(models.Origin(v.Value))
		case "class":
			at, g, label = &class, 2, word(licenses.Class(v.Value))
		default:
			continue
		}
		chosen := *at == v.Value
		if *at = v.Value; chosen {
			*at = ""
		}
		groups[g].Values = append(groups[g].Values, facetValue{Label: label, Count: v.Count, Chosen: chosen,
			Path: address("/search", "q", f.Query, "noun", noun, "origin", origin, "class", class)})
	}
	return slices.DeleteFunc(groups, func(g facetGroup) bool { return len(g.Values) == 0 })
}
