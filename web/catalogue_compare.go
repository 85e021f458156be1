package web

import (
	"slices"
	"strings"
	"time"

	"github.com/ospo-register/ospo/catalog"
	"github.com/ospo-register/ospo/models"
)

// mostCompared is how many entries stand side by side.
const mostCompared = 5

// entriesPage shows entries of the catalogue side by side.
type entriesPage struct {
	Entries []catalogHit
	Lines   []entryLine
	Missing int // entries that were asked for and are not there
}

// entryLine is one thing that is compared.
type entryLine struct {
	Label string
	Cells []entryCell
}

// entryCell is what one entry has of it.
type entryCell struct {
	Name, Text string // Name is the entry's, for narrow screens
	Lang       string
	Tag        *tag
	Code       bool
}

func (s *site) compareEntries(c *page) error {
	var ids []catalog.ID
	asked := c.request().URL.Query()["id"]
	for _, text := range asked {
		if id, ok := catalog.ParseID(text); ok && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) > mostCompared {
		return &models.Error{Kind: models.Invalid, Code: "invalid-input", Detail: "Five entries can be compared at a time. Go back and untick the others."}
	}
	found, err := s.Store.CatalogEntries(c.ctx(), c.viewer, ids...)
	if err != nil {
		return err
	}
	p := entriesPage{Missing: len(ids) - len(found)}
	for i := range found {
		p.Entries = append(p.Entries, catalogHitOf(&found[i], c.language()))
	}
	if err := c.noteStack(p.Entries, found); err != nil {
		return err
	}
	p.Lines = append(entryLines(found, c.language()), stackLine(p.Entries)...)
	return c.show(view{Name: "catalogue-compare", Title: "Compare software", Nav: "/catalogue", Crumbs: []crumb{{"Catalogue", "/catalogue"}, {Name: "Compare"}}, Page: p})
}

// stackLine says how government stands to each; none when no entry of the stack is about any.
func stackLine(entries []catalogHit) []entryLine {
	l, said := entryLine{Label: "In the stack"}, false
	for _, e := range entries {
		cell := entryCell{Name: e.Title, Text: "Not in it"}
		if len(e.Stack) > 0 {
			cell.Tag, cell.Text, said = &e.Stack[0], "", true
		}
		l.Cells = append(l.Cells, cell)
	}
	if !said {
		return nil
	}
	return []entryLine{l}
}

// entryLines lists what is compared, line by line; what no entry says anything about is left out.
func entryLines(found []catalog.Hit, lang string) []entryLine {
	var out []entryLine
	line := func(label string, say func(*catalog.Hit) entryCell) {
		l, said := entryLine{Label: label}, false
		for i := range found {
			cell := say(&found[i])
			cell.Name = found[i].Entry.Title()
			said = said || cell.Text != "" || cell.Tag != nil
			l.Cells = append(l.Cells, cell)
		}
		if said {
			out = append(out, l)
		}
	}
	list := func(label string, get func(*catalog.Part) []string, say func(string) string) {
		line(label, func(h *catalog.Hit) entryCell { return entryCell{Text: listed(h.Entry, get, say)} })
	}
	one := func(get func(*catalog.Part) string) func(*catalog.Part) []string {
		return func(p *catalog.Part) []string { return []string{get(p)} }
	}
	plain := func(s string) string { return s }
	wordy := func(s string) string { return capital(spaced(s)) }
	line("What it is", func(h *catalog.Hit) entryCell {
		text, tag := h.Entry.Summary(lang)
		return entryCell{Text: shorten(text, 300), Lang: tag}
	})
	line("Origin", func(h *catalog.Hit) entryCell {
		if h.Entry.Origin == "" {
			return entryCell{}
		}
		return entryCell{Text: word(h.Entry.Origin)}
	})
	line("Who answers for it", func(h *catalog.Hit) entryCell { return entryCell{Text: orElse(h.Entry.Answers, h.Entry.Source)} })
	line("Licence", func(h *catalog.Hit) entryCell {
		return entryCell{Text: h.Entry.License(), Code: h.Entry.License() != ""}
	})
	line("Used by", func(h *catalog.Hit) entryCell { return entryCell{Text: usersSaid(h.Entry.Uses)} })
	list("Categories", func(p *catalog.Part) []string { return p.Categories }, wordy)
	list("What it serves", func(p *catalog.Part) []string { return p.Functions }, wordy)
	list("Standards and laws", func(p *catalog.Part) []string { return p.Standards }, plain)
	list("Development", one(func(p *catalog.Part) string { return p.Status }), wordy)
	list("Maintenance", one(func(p *catalog.Part) string { return p.Maintenance }), func(v string) string { return valueLabel(catalog.FacetMaintenance, catalog.ValueCount{Value: v}) })
	list("Platforms", func(p *catalog.Part) []string { return p.Platforms }, plain)
	list("Languages", func(p *catalog.Part) []string { return p.Languages }, plain)
	line("Last commit", func(h *catalog.Hit) entryCell { return entryCell{Text: lastCommit(h.Entry)} })
	for _, flag := range []struct {
		label string
		is    func(catalog.Part) bool
	}{{"Code can be read", func(p catalog.Part) bool { return p.Code }}, {"SBOM", func(p catalog.Part) bool { return p.SBOM }}, {"Archived", func(p catalog.Part) bool { return p.Archived }}} {
		line(flag.label, func(h *catalog.Hit) entryCell {
			if slices.ContainsFunc(h.Entry.Parts, flag.is) {
				return entryCell{Text: "Yes"}
			}
			return entryCell{Text: "No"}
		})
	}
	return out
}

// listed says the values of all statements about an entry, each once.
func listed(e *catalog.Entry, get func(*catalog.Part) []string, say func(string) string) string {
	var out []string
	for i := range e.Parts {
		for _, v := range get(&e.Parts[i]) {
			if v != "" && !slices.Contains(out, say(v)) {
				out = append(out, say(v))
			}
		}
	}
	return strings.Join(out, ", ")
}

// shownUsers is how many agencies are named.
const shownUsers = 4

func usersSaid(uses []catalog.Use) string {
	var names []string
	for _, u := range uses[:min(len(uses), shownUsers)] {
		names = append(names, u.Name)
	}
	said := strings.Join(names, ", ")
	if more := len(uses) - len(names); more > 0 {
		said += " and " + number(more) + " more"
	}
	return orElse(said, "Nobody who says so")
}

func lastCommit(e *catalog.Entry) string {
	var at time.Time
	for i := range e.Parts {
		if a := e.Parts[i].ActiveAt; a != nil && a.After(at) {
			at = *a
		}
	}
	if at.IsZero() {
		return ""
	}
	return at.Format(time.DateOnly)
}
