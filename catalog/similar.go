package catalog

import (
	"cmp"
	"math"
	"slices"

	"github.com/ospo-register/ospo/models"
)

// Likeness is an entry that serves what another serves, with the reason.
type Likeness struct {
	Entry      *Entry
	Score      float32
	Categories []string // that both have
	Functions  []string // that both serve
	Words      []string // of what both say of themselves, folded; the most telling first, at most mostReasons
	Mentions   bool     // it names the other
	Uses       int      // agencies that run it, as far as the viewer sees
}

// What makes entries alike, beside how rare it is.
const (
	categoryWeight = 3
	functionWeight = 1.5
	wordWeight     = 0.5
	mentionWeight  = 8
	mostReasons    = 5
	mostTraits     = 24 // words of an entry that are looked at, the rarest first
	leastWords     = 3  // shared words that make entries alike that share no category and no function
)

// Similar lists the entries that are most like another, best first. Nothing when the entry is not seen.
func (x *Index) Similar(sight models.Sight, id ID, most int) []Likeness {
	return x.alikeTo(sight, id, most, func(*lens, *scratch) set { return nil })
}

// Alternatives lists the open source entries that serve what another serves, best first: what is archived, obsolete or retired is none.
func (x *Index) Alternatives(sight models.Sight, id ID, most int) []Likeness {
	return x.alikeTo(sight, id, most, func(l *lens, sc *scratch) set {
		open := sc.set(x.words())
		join := func(into set, facet Facet, texts ...string) {
			for _, text := range texts {
				if v, ok := x.facets[facetPlace[facet]].of[text]; ok {
					into.join(v.resolve(l, sc))
				}
			}
		}
		join(open, FacetOpen, yes)
		closed := sc.set(x.words())
		join(closed, FacetOrigin, string(models.Proprietary), string(models.Service))
		join(closed, FacetArchived, yes)
		join(closed, FacetStatus, "obsolete")
		join(closed, FacetLifecycle, string(models.AssetRetired))
		open.drop(closed)
		return open
	})
}

// shared is what one entry has in common with another while they are compared.
type shared struct {
	score                         float32
	categories, functions, traits []string
	mentions                      bool
}

func (x *Index) alikeTo(sight models.Sight, id ID, most int, among func(*lens, *scratch) set) []Likeness {
	slot, ok := x.at[id]
	if !ok {
		return nil
	}
	sc := x.scratch()
	defer x.giveBack(sc)
	l := x.look(sight, sc)
	if !l.visible.has(slot) {
		return nil
	}
	within := sc.copy(l.visible)
	if only := among(&l, sc); only != nil {
		within.keep(only)
	}
	within.remove(slot)
	c := comparing{x: x, l: &l, sc: sc, within: within, found: map[uint32]*shared{}, all: float64(l.visible.count())}
	c.compare(slot)
	return c.best(most)
}

// comparing finds what is like an entry.
type comparing struct {
	x      *Index
	l      *lens
	sc     *scratch
	within set
	found  map[uint32]*shared
	all    float64
}

func (c *comparing) compare(slot uint32) {
	var categories, functions []string
	e := c.x.entries[slot]
	for i := range e.Parts {
		if p := &e.Parts[i]; c.l.sight.Sees(p.Visibility, p.Owner) {
			categories, functions = append(categories, p.Categories...), append(functions, p.Functions...)
		}
	}
	c.values(FacetCategory, categories, categoryWeight, func(s *shared, text string) { s.categories = append(s.categories, text) })
	c.values(FacetFunction, functions, functionWeight, func(s *shared, text string) { s.functions = append(s.functions, text) })
	for _, t := range c.traits(slot) {
		c.word(t)
	}
	c.mentions(e)
}

func (c *comparing) at(slot uint32) *shared {
	s := c.found[slot]
	if s == nil {
		s = &shared{}
		c.found[slot] = s
	}
	return s
}

func (c *comparing) values(facet Facet, texts []string, weight float64, note func(*shared, string)) {
	slices.Sort(texts)
	for _, text := range slices.Compact(texts) {
		v, ok := c.x.facets[facetPlace[facet]].of[text]
		if !ok {
			continue
		}
		mark := c.sc.used
		s := v.resolve(c.l, c.sc)
		points := float32(weight * math.Log1p(c.all/float64(max(countBoth(s, c.l.visible), 1))))
		both := c.sc.copy(s)
		both.keep(c.within)
		both.each(func(slot uint32) {
			one := c.at(slot)
			one.score += points
			note(one, text)
		})
		c.sc.used = mark
	}
}

// trait is a word with how many entries the viewer sees that have it.
type trait struct {
	id    termID
	count int
}

// traits are the rarest words of an entry that tell what it is for.
func (c *comparing) traits(slot uint32) []trait {
	x := c.x
	end := len(x.traits)
	if int(slot)+1 < len(x.starts) {
		end = int(x.starts[slot+1])
	}
	var out []trait
	for _, t := range x.traits[x.starts[slot]:end] {
		if !c.l.open[t.guard] || slices.ContainsFunc(out, func(o trait) bool { return o.id == t.term }) {
			continue
		}
		n := 0
		for _, p := range x.terms[t.term].postings {
			if c.l.open[p.guard] && c.l.visible.has(p.slot) {
				n++
			}
		}
		if n > 1 && float64(n) < max(c.all/20, 8) {
			out = append(out, trait{t.term, n})
		}
	}
	slices.SortFunc(out, func(a, b trait) int {
		return cmp.Or(cmp.Compare(a.count, b.count), cmp.Compare(x.terms[a.id].text, x.terms[b.id].text))
	})
	return out[:min(len(out), mostTraits)]
}

func (c *comparing) word(t trait) {
	points := float32(wordWeight * math.Log1p(c.all/float64(t.count)))
	for _, p := range c.x.terms[t.id].postings {
		if c.within.has(p.slot) && c.l.open[p.guard] && p.fields&^(inName|inAlias|inPublisher|inUsedBy|inLicense) != 0 {
			one := c.at(p.slot)
			if text := c.x.terms[t.id].text; !slices.Contains(one.traits, text) {
				one.score += points
				one.traits = append(one.traits, text)
			}
		}
	}
}

// mentions finds the entries that say the whole name of another: “instead of …”, “replaces …”.
func (c *comparing) mentions(e *Entry) {
	var all set
	for _, w := range wordsOf(e.Name) {
		if stopWords[w.folded] {
			continue
		}
		id, ok := c.x.ids[w.folded]
		if !ok {
			return
		}
		one := c.sc.set(c.x.words())
		for _, p := range c.x.terms[id].postings {
			if c.within.has(p.slot) && c.l.open[p.guard] && p.fields&(inSummary|inFeature|inDescription|inTag|inGeneric) != 0 {
				one.add(p.slot)
			}
		}
		if all == nil {
			all = one
		}
		all.keep(one)
	}
	if n := all.count(); float64(n) > max(c.all/50, 20) {
		return // the name is a common word
	}
	all.each(func(slot uint32) {
		one := c.at(slot)
		one.mentions = true
		one.score += mentionWeight
	})
}

func (c *comparing) best(most int) []Likeness {
	var out []Likeness
	for slot, s := range c.found {
		if len(s.categories)+len(s.functions) == 0 && len(s.traits) < leastWords && !s.mentions {
			continue
		}
		uses := c.x.uses(slot, c.l)
		out = append(out, Likeness{Entry: c.x.entries[slot], Score: s.score * float32(1+0.1*math.Log1p(float64(uses))), Categories: s.categories, Functions: s.functions,
			Words: s.traits[:min(len(s.traits), mostReasons)], Mentions: s.mentions, Uses: uses})
	}
	slices.SortFunc(out, func(a, b Likeness) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(c.x.name.ranks[c.x.at[a.Entry.ID]], c.x.name.ranks[c.x.at[b.Entry.ID]]))
	})
	return out[:min(len(out), most)]
}
