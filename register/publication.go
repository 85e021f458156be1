package register

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// MostPublicationParts bounds the components that a Publication names, the gravest first.
const MostPublicationParts = 1000

// Publication is the answer to whether a release may be published under a licence, given what is in it. It is information, and no advice on a case.
type Publication struct {
	Release  *models.Release
	Asset    *models.Asset
	SBOM     *store.SBOMRow
	List     licenses.Version
	Outbound licenses.Expression
	Answer   licenses.Answer // the worst of all components
	Sentence string          // the answer in words
	Counts   map[licenses.Answer]int
	// Components are those that have an answer other than yes, the gravest first, then the others by name.
	Components []PublicationPart
	More       int // components besides
	NoLicense  int // components passed on with it of which the document says that nobody has licensed them
	Unknown    int // components passed on with it without a licence that can be read
	Separate   int // components that are no part of the product: needed to develop, build or test it, or optional
	Product    string
	Stated     string // what the document says of the product itself
	// Assumptions say what was taken to be so because the document leaves it open.
	Assumptions []string
}

// PublicationPart is the answer for one component.
type PublicationPart struct {
	ComponentID        int32
	Component, Version string
	PURL               string
	License            string // effective, with choices made; NONE, NOASSERTION, or the words that cannot be read
	Guessed            bool   // the licence is our reading of words that are no expression
	Concluded          bool   // by a reviewer of the register, and not by the document
	Packages           int
	Path               []string // the shortest way from the product to it, both included; only where the answer is not yes
	How                licenses.Linking
	licenses.Publication
	Hint string // what would make a better answer, in words
}

// Publication says whether a release may be published under a licence: from its current document, the licences that hold there for the steward of the
// software, and how each part belongs to the product. The product itself is left out where the document says which of its packages that is. Without a
// licence it asks about the one that the software is registered with.
func (r *Register) Publication(ctx context.Context, v models.Viewer, release int64, outbound string) (*Publication, error) {
	l, err := r.licensed(ctx, v, release)
	if err != nil {
		return nil, err
	}
	var m models.Mistakes
	outbound = cmp.Or(strings.TrimSpace(outbound), l.asset.License)
	if outbound == "" {
		m.Add("outbound", "required", "Name the licence to publish under; the software is registered without one.")
	}
	under := expressionIn(&m, "outbound", outbound)
	m.Include(KnownOutbound(l.sitting.list, under))
	if err := m.Err(); err != nil {
		return nil, err
	}
	p := &Publication{Release: l.release, Asset: l.asset, SBOM: l.sbom, List: l.sitting.list.Version(), Outbound: under, Answer: licenses.AnswerYes, Counts: map[licenses.Answer]int{}}
	p.judge(l)
	p.Sentence = p.words()
	p.assume(l)
	return p, nil
}

// KnownOutbound refuses to compare with a licence that is nowhere known, at the field "outbound"; nil when all are known.
func KnownOutbound(list *licenses.List, under licenses.Expression) error {
	unknown := UnknownTerms(list, under)
	if len(unknown) == 0 {
		return nil
	}
	var m models.Mistakes
	m.Add("outbound", "unknown-license", "Nobody here knows the terms of “"+strings.Join(unknown, "”, “")+"”, so that nothing can be compared with them. Give identifiers of the SPDX licence list, such as EUPL-1.2 or BSD-3-Clause.")
	return m.Err()
}

// UnknownTerms lists the licences in an expression whose terms nobody here knows.
func UnknownTerms(list *licenses.List, e licenses.Expression) []string {
	var unknown []string
	for _, leaf := range e.Leaves() {
		if !list.Facts(leaf).Listed {
			unknown = append(unknown, leaf.String())
		}
	}
	return unknown
}

// asked is a question that many components share.
type asked struct {
	license string
	kind    licenses.ReadingKind
	tie     tie
}

func (p *Publication) judge(l *licensed) {
	answers := map[asked]PublicationPart{}
	parts := make([]*licensedPart, 0, len(l.parts))
	about := map[*licensedPart]asked{}
	for i := range l.parts {
		part := &l.parts[i]
		if part.own {
			p.Product, p.Stated = l.names[part.ComponentID], part.license
			continue
		}
		key := asked{part.license, part.Kind, part.tie}
		answer, done := answers[key]
		if !done {
			answer = p.answer(l.sitting.list, part)
			answers[key] = answer
		}
		p.Counts[answer.Answer]++
		p.Answer = worse(p.Answer, answer.Answer)
		if part.tie == apartFromIt {
			p.Separate++
		}
		parts, about[part] = append(parts, part), key
	}
	p.NoLicense, p.Unknown = l.unlicensed()
	if len(parts) == 0 {
		p.Answer = licenses.AnswerCheck
	}
	slices.SortFunc(parts, func(a, b *licensedPart) int {
		return cmp.Or(-cmp.Compare(rankOf(answers[about[a]].Answer), rankOf(answers[about[b]].Answer)), byName(a, b))
	})
	p.More = max(0, len(parts)-MostPublicationParts)
	for _, part := range parts[:len(parts)-p.More] {
		named := answers[about[part]]
		named.ComponentID, named.Component, named.Version, named.PURL, named.Packages = part.ComponentID, part.Name, part.Version, part.PURL, int(part.Packages)
		named.Guessed, named.Concluded = part.Guessed, part.concluded
		if named.Answer != licenses.AnswerYes {
			named.Path = l.path(part)
		}
		p.Components = append(p.Components, named)
	}
}

// answer is what holds of all components with a licence that belong to the product so.
func (p *Publication) answer(list *licenses.List, part *licensedPart) PublicationPart {
	a := PublicationPart{License: part.license, How: part.tie.linking()}
	switch {
	case a.How == licenses.Separate:
		a.Publication = licenses.Publication{Answer: licenses.AnswerYes}
	case part.Kind == licenses.ReadNone:
		a.Publication = licenses.Publication{Answer: licenses.AnswerNo}
		a.Hint = "The document says that nobody has licensed it, so that nobody may pass it on. Ask its owner for a licence, conclude the licence if it has one, or do without it."
		return a
	case part.Kind != licenses.ReadExpression:
		a.Publication = licenses.Publication{Answer: licenses.AnswerUnknown}
		a.Hint = "Nobody has said under which licence it stands. Find the licence and record it as a conclusion."
		return a
	}
	if part.Kind == licenses.ReadExpression {
		a.Publication = list.Publish(p.Outbound, part.Expression, a.How)
	}
	if part.tie == needed && a.Answer == licenses.AnswerNo {
		if loose := list.Publish(p.Outbound, part.Expression, licenses.Linked); loose.Answer != licenses.AnswerNo {
			a.Publication = loose
			a.Answer = licenses.AnswerCheck
			a.Hint = "The document does not say how it is built in. If the product only calls it as a library, this is no obstacle; if its code is copied into the product, it is."
			return a
		}
	}
	a.Hint = hintFor(a.Publication, part.Expression)
	return a
}

func hintFor(p licenses.Publication, whole licenses.Expression) string {
	switch {
	case p.Answer == licenses.AnswerNo:
		return "Replace the component, do without it, ask its owner for another licence, or publish under a licence that goes with " + whole.String() + "."
	case !p.Via.IsZero() && !p.Via.Equal(whole):
		return "This holds when " + p.Via.String() + " is taken of “" + whole.String() + "”. Record that choice."
	case p.Answer == licenses.AnswerUnknown:
		return "Nobody has compared the two licences. Have counsel read " + leavesText(p.Blockers) + "."
	}
	return ""
}

func leavesText(leaves []licenses.Leaf) string {
	texts := make([]string, len(leaves))
	for i, l := range leaves {
		texts[i] = l.String()
	}
	return strings.Join(texts, ", ")
}

func rankOf(a licenses.Answer) int { return slices.Index(licenses.Answers(), a) }

func worse(a, b licenses.Answer) licenses.Answer {
	if rankOf(b) > rankOf(a) {
		return b
	}
	return a
}

// words is the answer as a sentence or two.
func (p *Publication) words() string {
	product := p.Asset.Title() + " " + p.Release.Number
	total := 0
	for _, n := range p.Counts {
		total += n
	}
	if total == 0 {
		return "The document of " + product + " names no parts, so that nothing stands in the way of publishing it under " + p.Outbound.String() + " as far as it tells. Check that it is complete."
	}
	switch p.Answer {
	case licenses.AnswerYes:
		return product + " may be published under " + p.Outbound.String() + ": " + countOf(total, "component goes", "components go") + " with it."
	case licenses.AnswerNo:
		return product + " may not be published under " + p.Outbound.String() + " as it is: " + countOf(p.Counts[licenses.AnswerNo], "component stands", "components stand") + " in the way" + p.besides(licenses.AnswerNo) + "."
	case licenses.AnswerUnknown:
		return "Whether " + product + " may be published under " + p.Outbound.String() + " is not known: the licence of " + countOf(p.Counts[licenses.AnswerUnknown], "component", "components") + " is not known, or nobody has compared it" + p.besides(licenses.AnswerUnknown) + "."
	}
	return product + " may be published under " + p.Outbound.String() + " if " + countOf(p.Counts[licenses.AnswerCheck], "component turns", "components turn") + " out well that a person has to look at."
}

// besides counts what has a better answer than the one given, other than yes.
func (p *Publication) besides(than licenses.Answer) string {
	text := ""
	if n := p.Counts[licenses.AnswerUnknown]; n > 0 && than == licenses.AnswerNo {
		text = fmt.Sprintf("; of %d it is not known", n)
	}
	if n := p.Counts[licenses.AnswerCheck]; n > 0 {
		text += fmt.Sprintf("; %d have to be looked at", n)
	}
	return text
}

func countOf(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// assume says what the document leaves open and how it was taken.
func (p *Publication) assume(l *licensed) {
	if p.Product != "" {
		p.Assumptions = append(p.Assumptions, p.Product+" is the product itself and was left out: its licence is yours to choose if you own it.")
	} else {
		p.Assumptions = append(p.Assumptions, "The document does not say which one of its packages is the product itself, so that all were looked at.")
	}
	open, system := 0, 0
	for i := range l.parts {
		if part := &l.parts[i]; !part.own && part.tie == needed {
			open++
		}
		switch l.parts[i].Ecosystem {
		case "deb", "rpm", "apk":
			system++
		}
	}
	if open > 0 {
		p.Assumptions = append(p.Assumptions, "Of "+countOf(open, "component", "components")+" the document does not say how closely it belongs to the product: it was judged as if its code were in the product.")
	}
	if p.Separate > 0 {
		p.Assumptions = append(p.Assumptions, countOf(p.Separate, "component is", "components are")+" needed only to develop, build or test the product, or optional: they ask nothing of it as long as they are not passed on with it.")
	}
	if system > 0 {
		p.Assumptions = append(p.Assumptions, countOf(system, "component is a package", "components are packages")+" of an operating system. A program that is only passed on beside the product, as in a container image, keeps its own licence and is no obstacle; what it asks of whoever passes it on is among the obligations.")
	}
	if l.sbom.Verdict == models.Salvaged {
		p.Assumptions = append(p.Assumptions, "Not all of the document could be read when it came in; see its findings.")
	}
}
