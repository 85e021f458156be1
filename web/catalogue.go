package web

import (
	"net/url"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/catalog"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountCatalogue(r *routes) {
	r.get("/catalogue", s.catalogue)
	r.get("/catalogue/compare", s.compareEntries)
}

// cataloguePage is what there is for a need.
type cataloguePage struct {
	Query      string
	Hits       []catalogHit
	Groups     []facetGroupForm
	Chips      []crumb // filters in force, each with the address that takes it away
	Charts     []chart
	Sorts      []option
	Pager      pager
	Plain      string // address with the words and without any filter
	Suggestion crumb  // the words as they were perhaps meant
	Loosely    bool
	Elsewhere  string // address of the search for components, agencies and repositories
	CSV, XLSX  string // addresses of all that was found as a table
	Why        string // nothing is shown because of this
}

// catalogHit is one entry as the list shows it.
type catalogHit struct {
	ID      string
	Title   string
	Path    string
	Origin  string
	License string
	Summary text
	From    string // steward or source
	Uses    int
	Why     []string // what was found otherwise than it was typed, in words
	Notes   []tag    // archived, obsolete
	Stack   []tag    // how government stands to it
}

// longestQuery bounds the words of a search, in characters.
const longestQuery = 200

func (s *site) catalogue(c *page) error {
	p := cataloguePage{Query: c.query("q"), Sorts: sortOptions(c.query("sort")), Elsewhere: address("/search", "q", c.query("q"))}
	v := view{Name: "catalogue", Title: "Catalogue", Nav: "/catalogue", Crumbs: []crumb{{Name: "Catalogue"}}}
	if p.Query != "" {
		v.Title = shorten(p.Query, 60) + " – catalogue"
	}
	f, err := catalogFilter(c)
	if err != nil {
		return err
	}
	if format := c.query("format"); format == "csv" || format == "xlsx" {
		return s.catalogTable(c, f, format)
	}
	found, err := s.Store.SearchCatalog(c.ctx(), c.viewer, f)
	if err != nil {
		return err
	}
	for i := range found.Items {
		p.Hits = append(p.Hits, catalogHitOf(&found.Items[i], c.language()))
	}
	if err := c.noteStack(p.Hits, found.Items); err != nil {
		return err
	}
	here := c.request().URL.Query()
	here.Del("after")
	here.Del("from")
	p.Groups, p.Chips, p.Charts = facetForms(found.Facets), chipsOf(found.Facets, here), catalogCharts(found)
	p.Pager = pagerOf(c, found.List, "entry", "entries")
	p.CSV, p.XLSX = tableAddresses("/catalogue", here)
	p.Plain, p.Loosely = address("/catalogue", "q", p.Query), found.Loosely
	if found.Suggestion != "" {
		meant := cloneQuery(here)
		meant.Set("q", found.Suggestion)
		p.Suggestion = crumb{Name: found.Suggestion, Path: withQuery("/catalogue", meant.Encode())}
	}
	v.Page = p
	return c.show(v)
}

// catalogFilter reads what an address asks the catalogue for.
func catalogFilter(c *page) (store.CatalogFilter, error) {
	f := store.CatalogFilter{Text: c.query("q"), Filters: map[catalog.Facet][]string{}, Sort: catalog.Sort(c.query("sort")), Count: catalog.Facets(), Page: c.at()}
	if len([]rune(f.Text)) > longestQuery {
		return f, &models.Error{Kind: models.Invalid, Code: "invalid-input", Detail: "The search is longer than 200 characters. Use the few words that matter most."}
	}
	if !slices.Contains(catalog.Sorts, f.Sort) {
		f.Sort = catalog.ByRelevance
	}
	given := c.request().URL.Query()
	for _, facet := range catalog.Facets() {
		for _, value := range given[string(facet)] {
			if value = strings.TrimSpace(value); value != "" && len(f.Filters[facet]) < mostChosen {
				f.Filters[facet] = append(f.Filters[facet], value)
			}
		}
	}
	return f, nil
}

// mostChosen bounds the values of one filter.
const mostChosen = 50

func sortOptions(chosen string) []option {
	list := []option{{Value: string(catalog.ByRelevance), Label: "What fits best"}, {Value: string(catalog.ByUse), Label: "Most used"}, {Value: string(catalog.ByUpdated), Label: "Last changed"}, {Value: string(catalog.ByName), Label: "Name, A to Z"}}
	for i := range list {
		list[i].Chosen = list[i].Value == chosen
	}
	return list
}

func cloneQuery(q url.Values) url.Values {
	c := make(url.Values, len(q))
	for k, v := range q {
		c[k] = slices.Clone(v)
	}
	return c
}

func catalogHitOf(h *catalog.Hit, lang string) catalogHit {
	e := h.Entry
	out := catalogHit{ID: e.ID.String(), Title: e.Title(), Path: entryPath(e), License: e.License(), From: orElse(e.Answers, e.Source), Uses: h.Uses}
	if e.Origin != "" {
		out.Origin = word(e.Origin)
	}
	if e.ID.Kind == catalog.Foreign {
		out.Notes = append(out.Notes, tag{"Elsewhere", toneUnknown})
	}
	out.Summary.Text, out.Summary.Lang = e.Summary(lang)
	if slices.ContainsFunc(e.Parts, func(p catalog.Part) bool { return p.Archived }) {
		out.Notes = append(out.Notes, tag{"Archived", toneCaution})
	}
	if slices.ContainsFunc(e.Parts, func(p catalog.Part) bool { return p.Status == "obsolete" }) || e.Lifecycle == models.AssetRetired {
		out.Notes = append(out.Notes, tag{"Not to be taken up", toneCaution})
	}
	for _, w := range h.Why {
		if said := whySaid(w); said != "" {
			out.Why = append(out.Why, said)
		}
	}
	return out
}

// noteStack adds to what was found how government stands to it.
func (c *page) noteStack(hits []catalogHit, found []catalog.Hit) error {
	var ids []int64
	for i := range found {
		if id := found[i].Entry.ID; id.Kind == catalog.Own {
			ids = append(ids, id.Number)
		}
	}
	statuses, err := c.site.Store.StackStatuses(c.ctx(), c.viewer, ids)
	if err != nil {
		return err
	}
	for i := range found {
		if id := found[i].Entry.ID; id.Kind == catalog.Own {
			for _, status := range statuses[id.Number] {
				hits[i].Stack = append(hits[i].Stack, makeTag(status))
			}
		}
	}
	return nil
}

// entryPath is the page of an entry.
func entryPath(e *catalog.Entry) string {
	if e.ID.Kind == catalog.Own {
		return assetPath(e.ID.Number)
	}
	return "/foreign-entries/" + idText(e.ID.Number)
}

// whySaid says where a word was found when that is not plain to see: "permits" as "permit" in its name.
func whySaid(w catalog.Why) string {
	where := ""
	if len(w.Fields) > 0 {
		where = foundIn[w.Fields[0]]
	}
	switch {
	case w.How == catalog.Exactly && (w.Fields[0] == "name" || w.Fields[0] == "summary" || w.Fields[0] == "alias"):
		return ""
	case w.How == catalog.Exactly:
		return "“" + w.Word + "” " + where
	case w.How == catalog.Synonym:
		return "“" + w.Found + "”, which means “" + w.Word + "”, " + where
	}
	return "“" + w.Word + "” as “" + w.Found + "” " + where
}

var foundIn = map[catalog.Field]string{"name": "in its name", "alias": "in another name of it", "generic-name": "in what it is called in general", "category": "in its category", "tag": "in its keywords",
	"function": "in what it serves", "summary": "in its summary", "feature": "in its features", "description": "in its description", "publisher": "in who answers for it", "used-by": "in who uses it", "license": "in its licence", "standard": "in the standards it supports"}
