package quality

import (
	"slices"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
)

// licenseCounts counts packages by the pair of their licences. Documents have thousands of packages and dozens of distinct
// pairs, and whether every LicenseRef has a text is known only at the end.
type licenseCounts struct {
	pairs    map[licensePair]*int
	readings map[string]*licenseReading
	last     licensePair
	lastSeen *int
}

type licensePair struct{ concluded, declared string }

// licenseReading is what is kept of a distinct licence text.
type licenseReading struct {
	kind    licenses.ReadingKind
	guessed bool
	foreign []string // what names no licence we know
	refs    []string // in lower case: LicenseRefs and AdditionRefs, which must have a text
}

func newLicenseCounts() licenseCounts {
	return licenseCounts{pairs: map[licensePair]*int{}, readings: map[string]*licenseReading{}}
}

func (c *licenseCounts) add(concluded, declared string) {
	pair := licensePair{concluded, declared}
	if c.lastSeen != nil && pair == c.last {
		*c.lastSeen++
		return
	}
	seen, ok := c.pairs[pair]
	if !ok {
		// the texts may be part of a larger buffer, which would be kept alive
		pair = licensePair{strings.Clone(concluded), strings.Clone(declared)}
		seen = new(int)
		c.pairs[pair] = seen
	}
	*seen++
	c.last, c.lastSeen = pair, seen
}

func (c *licenseCounts) read(text string) *licenseReading {
	if r, ok := c.readings[text]; ok {
		return r
	}
	reading := licenses.Read(text)
	r := &licenseReading{kind: reading.Kind, guessed: reading.Guessed, foreign: reading.Unknown}
	for _, leaf := range reading.Expression.Leaves() {
		if leaf.IsRef() {
			r.refs = append(r.refs, strings.ToLower(leaf.ID))
		}
		if strings.HasPrefix(leaf.Addition, "AdditionRef-") {
			r.refs = append(r.refs, strings.ToLower(leaf.Addition))
		}
		if leaf.Document != "" || leaf.AdditionDocument != "" {
			r.refs = append(r.refs, "in another document")
		}
	}
	c.readings[text] = r
	return r
}

// finish counts the licence facts; extracted are the texts that the document brings along.
func (c *licenseCounts) finish(m *Meter, extracted []models.Extract) {
	texts := map[string]bool{}
	for _, x := range extracted {
		if said(x.Text) == value {
			texts[strings.ToLower(x.Ref)] = true
		}
	}
	for pair, n := range c.pairs {
		concluded, declared := c.read(pair.concluded), c.read(pair.declared)
		add := func(f fact, o outcome) {
			switch o {
			case value:
				m.value[f] += *n
			case unknown:
				m.unknown[f] += *n
			}
		}
		c, d := concluded.outcome(texts), declared.outcome(texts)
		add(factLicense, max(c, d))
		add(factConcluded, c)
		add(factDeclared, d)
		if c == value && (concluded.kind == licenses.ReadNone || concluded.guessed) {
			c = missing
		}
		add(factDistribution, c)
	}
}

func (r *licenseReading) outcome(texts map[string]bool) outcome {
	switch r.kind {
	case licenses.ReadNone:
		return value
	case licenses.ReadNoAssertion:
		return unknown
	case licenses.ReadExpression:
		if slices.Contains(r.foreign, "NOASSERTION") {
			return unknown // "MIT AND NOASSERTION": part of it is not known
		}
		for _, ref := range r.refs {
			if !texts[ref] {
				return missing
			}
		}
		return value
	}
	return missing
}
