package web

import (
	"slices"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// foreignPage lists software of other governments' catalogues.
type foreignPage struct {
	Form     *form
	List     []foreignCard
	Pager    pager
	Filtered bool
	Sources  []option
	Same     []option
	Gone     []option
}

// foreignCard is a foreign entry with where it comes from, in words.
type foreignCard struct {
	store.ForeignRow
	Fresh   tag
	Summary string
	Lang    string // of Summary
	License string // of the software
}

func (s *site) foreignCard(r store.ForeignRow) foreignCard {
	card := foreignCard{ForeignRow: r, Fresh: makeTag(r.Freshness(s.now())), License: orElse(r.Description.License, strings.Join(r.Description.Licenses, ", "))}
	text, lang := r.Description.Text(models.DefaultLanguage)
	card.Summary, card.Lang = orElse(text.Short, shorten(text.Long, 300)), lang
	return card
}

func (s *site) foreignEntries(c *page) error {
	f := models.ForeignFilter{Query: c.query("q"), Source: c.queryID("source"), Gone: models.YesNo(c.query("gone")), Same: models.YesNo(c.query("same")), Page: c.at()}
	list, err := s.Store.ForeignEntries(c.ctx(), c.viewer, f)
	if err != nil {
		return err
	}
	p := foreignPage{Form: &form{Values: c.request().URL.Query()}, Pager: pagerOf(c, list, "entry", "entries"), Filtered: f.Query != "" || f.Source != 0 || f.Gone != "" || f.Same != "",
		Same: []option{{Value: "no", Label: "Not in it"}, {Value: "yes", Label: "In it too"}}, Gone: []option{{Value: "no", Label: "Still there"}, {Value: "yes", Label: "Gone"}}}
	for _, r := range list.Items {
		p.List = append(p.List, s.foreignCard(r))
	}
	sources, err := s.Store.Sources(c.ctx(), models.SourceFilter{Page: models.Page{Limit: models.MaxLimit}})
	if err != nil {
		return err
	}
	for _, source := range sources.Items {
		p.Sources = append(p.Sources, option{Value: idText(source.ID), Label: source.Name})
	}
	return c.show(view{Name: "foreign-entries", Title: "Software of other governments", Nav: "/catalogue", Crumbs: []crumb{{"Other governments", "/sources"}, {"Software", ""}}, Page: p})
}

// foreignEntryPage is one foreign entry.
type foreignEntryPage struct {
	foreignCard
	SeenLast time.Time
	Facts    []fact
	Texts    []foreignText
	Kept     []keptMember
}

// foreignText is what a description says in one language.
type foreignText struct {
	Lang string
	models.DescriptionText
}

type keptMember struct{ Key, Text string }

func (s *site) foreignEntry(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	r, err := s.Store.ForeignEntry(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	p := foreignEntryPage{foreignCard: s.foreignCard(*r), SeenLast: r.LastSeenAt(), Facts: statedFacts(&r.Description)}
	for lang, t := range r.Description.Texts {
		p.Texts = append(p.Texts, foreignText{lang, t})
	}
	slices.SortFunc(p.Texts, func(a, b foreignText) int { return strings.Compare(a.Lang, b.Lang) })
	for key, text := range r.Description.Kept {
		p.Kept = append(p.Kept, keptMember{key, shorten(text, 500)})
	}
	slices.SortFunc(p.Kept, func(a, b keptMember) int { return strings.Compare(a.Key, b.Key) })
	return c.show(view{Name: "foreign-entry", Title: r.Name, Nav: "/catalogue", Crumbs: []crumb{{"Other governments", "/sources"}, {r.Source, "/sources/" + idText(r.SourceID)}, {r.Name, ""}}, Page: p})
}
