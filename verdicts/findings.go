package verdicts

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
)

// Bounds of what a verdict names; the rest is counted.
const (
	mostFindings   = 300
	mostComponents = 500   // of one finding
	mostSilent     = 10    // of one finding about statements that say nothing or cannot be read: there the rule says it all
	mostAll        = 3_000 // of all findings; each names one at least
	mostPath       = 20
	shortText      = 500
	longText       = 2_000
)

// findings are the rules that packages break.
type findings struct {
	*collection
	policies []policy.Source
	graph    *models.Graph
	found    map[findingKey]*finding
}

// findingKey is what tells findings apart.
type findingKey struct {
	verdict, says         licenses.Verdict
	agency, policy, rule  string
	message, miss, hinder string
}

type finding struct {
	Finding
	place int // of the policy in the chain
	parts []part
}

// part is a component of a finding, with the licences in its expression that the rule is about.
type part struct {
	component int32
	leaves    []Leaf
	choose    licenses.Expression
}

func newFindings(c *collection, program *policy.Program, graph *models.Graph) *findings {
	return &findings{collection: c, policies: program.Sources(), graph: graph, found: map[findingKey]*finding{}}
}

// add notes what is not allowed of a component.
func (f *findings) add(component int32, j policy.Judgement) {
	if j.Verdict == licenses.Allowed {
		return
	}
	silent := true
	for _, r := range j.Reasons {
		if r.Decisive && r.Verdict != licenses.Allowed {
			f.reason(component, j, r)
			silent = false
		}
	}
	if silent { // the reasons that decide did not fit
		f.reason(component, j, policy.Reason{Verdict: j.Verdict, Severity: j.Severity()})
	}
}

// broken notes that nobody knows what the rest of the document says.
func (f *findings) broken(message string) {
	f.ofDocument("The document breaks off", clip(message, longText)+" What comes after that place is not judged.", "Transfer the document again, or have it corrected.")
}

// ofDocument notes what keeps everybody from knowing what is in the document.
func (f *findings) ofDocument(title, message, cure string) {
	f.found[findingKey{}] = &finding{Finding: Finding{Verdict: licenses.UnknownTerms, Says: licenses.UnknownTerms, Severity: policy.High, Title: title, Message: message, Cure: cure}}
}

func (f *findings) reason(component int32, j policy.Judgement, r policy.Reason) {
	key := findingKey{j.Verdict, r.Verdict, r.Agency, r.Policy, r.Rule, r.Message, strings.Join(r.Missing, " "), r.Trouble}
	one, known := f.found[key]
	if !known {
		one = &finding{Finding: Finding{Verdict: j.Verdict, Says: r.Verdict, Severity: r.Severity, Policy: r.Policy, PolicyVersion: r.Version, Agency: r.Agency, Rule: r.Rule,
			Title: r.Title, Message: r.Message, Basis: r.Basis, Cure: r.Cure, Reference: r.Reference, Missing: r.Missing, Trouble: r.Trouble}}
		one.place = slices.IndexFunc(f.policies, func(s policy.Source) bool { return s.Agency == r.Agency && s.Policy.ID == r.Policy })
		f.found[key] = one
	}
	if n := len(one.parts); n == 0 || one.parts[n-1].component != component {
		one.parts = append(one.parts, part{component: component, choose: j.Choose})
		one.Packages += f.components[component].packages
	}
	if r.Leaf != "" {
		last := &one.parts[len(one.parts)-1]
		last.leaves = append(last.leaves, Leaf{r.Leaf, r.As})
	}
}

// list gives the findings, the worst first, and how many are left out.
func (f *findings) list() ([]Finding, int) {
	all := make([]*finding, 0, len(f.found))
	for _, one := range f.found {
		all = append(all, one)
	}
	slices.SortFunc(all, func(a, b *finding) int {
		return cmp.Or(compareWorse(licenses.Verdicts(), a.Verdict, b.Verdict), compareWorse(policy.Severities(), a.Severity, b.Severity), cmp.Compare(b.Packages, a.Packages),
			cmp.Compare(a.place, b.place), strings.Compare(a.Rule, b.Rule), compareWorse(licenses.Verdicts(), a.Says, b.Says), strings.Compare(a.Message, b.Message),
			slices.Compare(a.Missing, b.Missing), strings.Compare(a.Trouble, b.Trouble))
	})
	out, room := make([]Finding, 0, min(len(all), mostFindings)), mostAll
	for _, one := range all[:min(len(all), mostFindings)] {
		slices.SortFunc(one.parts, f.compareParts)
		most := max(1, min(f.most(one), room, len(one.parts)))
		most = min(most, len(one.parts))
		room -= most
		one.Components = make([]Component, 0, most)
		for _, p := range one.parts[:most] {
			one.Components = append(one.Components, f.describe(p))
		}
		one.MoreComponents = len(one.parts) - most
		out = append(out, one.Finding)
	}
	return out, len(all) - len(out)
}

func compareWorse[T comparable](all []T, a, b T) int {
	return cmp.Compare(slices.Index(all, b), slices.Index(all, a))
}

// most is how many components of a finding are named.
func (f *findings) most(one *finding) int {
	silent := !slices.ContainsFunc(one.parts, func(p part) bool {
		kind := f.components[p.component].Kind
		return kind == licenses.ReadExpression || kind == licenses.ReadNone
	})
	if silent {
		return mostSilent
	}
	return mostComponents
}

// compareParts sorts by licence and name, so that the order of packages in a document makes no difference.
func (f *findings) compareParts(x, y part) int {
	a, b := &f.components[x.component], &f.components[y.component]
	return cmp.Or(strings.Compare(a.license, b.license), strings.Compare(a.name, b.name), strings.Compare(a.version, b.version), strings.Compare(a.purl, b.purl),
		cmp.Compare(x.component, y.component))
}

func (f *findings) describe(p part) Component {
	k := &f.components[p.component]
	out := Component{Name: clip(k.name, shortText), Version: clip(k.version, shortText), PURL: clip(k.purl, longText), License: clip(k.license, longText), DecidedBy: k.decided,
		Guessed: k.Guessed, Texts: k.texts, Leaves: p.leaves, Packages: k.packages}
	if stated := f.statedText(k); k.Guessed || licenses.Read(stated).Canonical != k.license {
		out.Stated = clip(stated, longText)
	}
	if !p.choose.IsZero() {
		out.Choose = clip(p.choose.String(), longText)
	}
	if f.graph != nil {
		out.Path, out.MorePath = f.path(k.first)
	}
	return out
}

// path names a shortest way to a package. Of a long one the steps before the last are left out.
func (f *findings) path(ordinal int32) (names []string, more int) {
	way := f.graph.Path(ordinal)
	if len(way) > mostPath {
		more = len(way) - mostPath
		way = append(slices.Clone(way[:mostPath-1]), ordinal)
	}
	for _, step := range way {
		k := &f.components[f.ordinals[step]]
		names = append(names, clip(cmp.Or(k.name, k.purl), shortText))
	}
	return names, more
}

// clip shortens a text to at most some bytes.
func clip(text string, most int) string {
	text = clean(text)
	if len(text) <= most {
		return text
	}
	for most -= len("…"); !utf8.RuneStart(text[most]); {
		most--
	}
	return text[:most] + "…"
}
