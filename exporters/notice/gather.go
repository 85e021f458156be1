package notice

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/licenses"
)

// page is a notice ready to be printed: clean, sorted, counted. All three notations print this and nothing else.
type page struct {
	Title   string
	Facts   []fact
	Summary []string
	Gaps    []Gap
	Groups  []*group
	Texts   []*text
}

// fact is one line of the head.
type fact struct{ Label, Value string }

// group is the components under one licence, or under none.
type group struct {
	Title      string
	License    licenses.Expression
	Numbers    []int // of its texts, from 1
	Components []*entry
}

// entry is one component as printed.
type entry struct {
	Name, Version, PURL string
	Homepage, Link      string // Link is Homepage where it may be one
	License, Taken      string
	Stated              string
	Copyright           []string
	NoCopyright         bool // the document says that there is none
	Shortened           bool
	Notes               []string
	taken               licenses.Expression
}

// Label is the name of the component with its version.
func (e *entry) Label() string { return strings.TrimSpace(e.Name + " " + e.Version) }

// ErrNoProduct is given when a notice would not say what it is for.
var ErrNoProduct = errors.New("a notice names the product it is for: Product is empty")

// gatherer takes components in. It keeps each distinct copyright text, note and expression once, so that what it needs grows with what
// differs: fifty thousand components take a few dozen megabytes.
type gatherer struct {
	entries    map[[sha256.Size]byte]*entry // by everything that is printed of them
	copyrights map[string]copyrightLines
	strings    map[string]string
	twice      int
}

type copyrightLines struct {
	lines     []string
	shortened bool
}

func gather(d *Document) (*page, error) {
	product := line(d.Product, mostName)
	if product == "" {
		return nil, ErrNoProduct
	}
	g := &gatherer{entries: map[[sha256.Size]byte]*entry{}, copyrights: map[string]copyrightLines{}, strings: map[string]string{}}
	if d.Each != nil {
		if err := d.Each(g.add); err != nil {
			return nil, err
		}
	}
	entries := slices.SortedFunc(maps.Values(g.entries), compare)
	g.copyrights, g.strings, g.entries = nil, nil, nil
	p := &page{Title: "Licences and notices of " + strings.TrimSpace(product+" "+line(d.Release, mostName)), Facts: facts(d)}
	shelf := newShelf(d.Extracts)
	shelf.fill(expressions(entries))
	p.Groups = grouped(entries, shelf)
	p.Texts = shelf.texts
	p.Gaps = gaps(entries, shelf)
	p.Summary = summary(entries, p, g.twice)
	return p, nil
}

func (g *gatherer) add(c *Component) error {
	e := &entry{
		Name: line(c.Name, mostName), Version: g.keep(line(c.Version, mostName)), PURL: line(c.PURL, mostName), Homepage: g.keep(line(c.Homepage, mostName)),
		License: g.keep(c.License.String()), taken: c.License,
	}
	if e.Name == "" {
		e.Name = cmp.Or(e.PURL, "(without a name)")
	}
	e.Link = address(e.Homepage)
	if !c.Chosen.IsZero() && !c.Chosen.Equal(c.License) {
		e.Taken, e.taken = g.keep(c.Chosen.String()), c.Chosen
	}
	if e.taken.IsZero() {
		e.Stated = g.keep(line(c.Stated, mostLine))
	}
	e.Copyright, e.NoCopyright, e.Shortened = g.copyright(c.Copyright)
	for _, note := range c.Notes[:min(len(c.Notes), mostNotes)] {
		if note = line(note, mostLine); note != "" {
			e.Notes = append(e.Notes, g.keep(note))
		}
	}
	key := sha256.Sum256([]byte(e.key()))
	if _, known := g.entries[key]; known {
		g.twice++
		return nil
	}
	g.entries[key] = e
	return nil
}

func (g *gatherer) copyright(stated string) (all []string, none, shortened bool) {
	if strings.TrimSpace(stated) == "NONE" {
		return nil, true, false
	}
	known, ok := g.copyrights[stated]
	if !ok {
		known.lines, known.shortened = lines(stated)
		g.copyrights[strings.Clone(stated)] = known
	}
	return known.lines, false, known.shortened
}

func (g *gatherer) keep(text string) string {
	if known, ok := g.strings[text]; ok {
		return known
	}
	g.strings[text] = text
	return text
}

// key has all that is printed, so that equal keys print alike.
func (e *entry) key() string {
	all := append([]string{e.Name, e.Version, e.PURL, e.Homepage, e.License, e.Taken, e.Stated, strings.Join(e.Copyright, "\n")}, e.Notes...)
	if e.NoCopyright {
		all = append(all, "\x01")
	}
	return strings.Join(all, "\x00")
}

// compare sorts by name as people look names up, and by everything else where names are the same.
func compare(a, b *entry) int {
	return cmp.Or(
		strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.Name, b.Name),
		strings.Compare(a.Version, b.Version), strings.Compare(a.key(), b.key()),
	)
}

// grouped sorts the components under the licence that is taken; those without one come last.
func grouped(entries []*entry, shelf *shelf) []*group {
	by := map[string]*group{}
	for _, e := range entries {
		of := e.taken.String()
		if by[of] == nil {
			by[of] = &group{License: e.taken}
		}
		by[of].Components = append(by[of].Components, e)
	}
	groups := slices.SortedFunc(maps.Values(by), func(a, b *group) int {
		if a.License.IsZero() != b.License.IsZero() {
			if a.License.IsZero() {
				return 1
			}
			return -1
		}
		x, y := a.License.String(), b.License.String()
		return cmp.Or(strings.Compare(strings.ToLower(x), strings.ToLower(y)), strings.Compare(x, y))
	})
	for _, one := range groups {
		one.Title = shelf.title(one.License)
		one.Numbers = shelf.numbers(one.License)
	}
	return groups
}

func facts(d *Document) []fact {
	list := ""
	if d.List.Number != "" {
		list = "SPDX licence list " + strings.TrimSpace(d.List.Number+" "+d.List.Date)
	}
	made := ""
	if !d.MadeOn.IsZero() {
		made = d.MadeOn.Format("2006-01-02")
	}
	var out []fact
	for _, f := range []fact{
		{"Product", d.Product}, {"Release", d.Release}, {"Published by", d.Agency}, {"Made for", d.Use}, {"Date", made}, {"Licences after", list},
		{"Components after", d.Source}, {"SHA-256 of that document", d.Digest},
	} {
		if f.Value = line(f.Value, mostName); f.Value != "" {
			out = append(out, f)
		}
	}
	return out
}
