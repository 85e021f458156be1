package register

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/store"
)

// The bounds of an Explanation.
const (
	MostAffected = 200 // components
	MostOffers   = 12  // branches of a licence
)

// Explanation is why a finding is there and what would cure it.
type Explanation struct {
	*store.FindingRow
	Rule    RuleWords
	Missing []MissingFact // facts without which the rule could not be judged
	Trouble string        // why the rule could not be judged otherwise; "" when it could

	// Components are what it is about, by name; none where the document is gone, is not for the viewer, or the finding is closed.
	Components []Affected
	More       int // components besides
	// Offers are the ways in which a licence with an OR can be taken, the best first; none where there is nothing to choose.
	Offers     []Offer
	MoreOffers bool // there are more ways than are listed
}

// RuleWords is what a policy says of a rule.
type RuleWords struct {
	Title, Message, Basis, Cure, Reference string
}

// MissingFact is something that nobody has recorded.
type MissingFact struct {
	Name     string // "deployment.dataClass"
	Sentence string // what it is
}

// Affected is a component that a finding is about.
type Affected struct {
	ComponentID         int32
	Name, Version, PURL string
	Base                string // purl without version; "" when it has none
	License             string // as it was before anybody chose
	Concluded           bool   // by a reviewer, and not by the document
	Packages            int
	Ordinal             int32    // where it stands nearest to the product; -1 when no way leads there
	Path                []string // the shortest way from the product to it, both included
}

// Offer is one way to take a licence that offers a choice.
type Offer struct {
	License string
	Verdict licenses.Verdict // of the policies in force; "" where none binds the agency
}

// ExplainFinding says why a finding is there: what its rule says, which components it is about and how they got in, and what may be chosen. Not found where
// the viewer may not see the finding.
func (r *Register) ExplainFinding(ctx context.Context, v models.Viewer, id int64) (*Explanation, error) {
	f, err := r.store.Finding(ctx, v, id)
	if err != nil {
		return nil, err
	}
	x := &Explanation{FindingRow: f}
	words, err := r.RuleWords(ctx, []store.FindingRow{*f})
	if err != nil {
		return nil, err
	}
	x.Rule = words[f.ID]
	x.missing()
	if f.State == models.FindingClosed {
		return x, nil
	}
	s, err := r.sit(ctx)
	if err != nil {
		return nil, err
	}
	if err := r.offers(ctx, s, x); err != nil {
		return nil, err
	}
	return x, r.affected(ctx, v, s, x)
}

// RuleWords says what their rules say, for findings by number.
func (r *Register) RuleWords(ctx context.Context, list []store.FindingRow) (map[int64]RuleWords, error) {
	policies, said := map[int64]*policy.Policy{}, make(map[int64]RuleWords, len(list))
	for i := range list {
		f := &list[i]
		var p *policy.Policy
		if f.PolicyVersionID != nil {
			known, done := policies[*f.PolicyVersionID]
			if !done {
				version, err := r.store.PolicyVersion(ctx, *f.PolicyVersionID)
				if err != nil {
					return nil, err
				}
				if known, err = policy.Parse([]byte(version.Text)); err != nil {
					return nil, err
				}
				policies[*f.PolicyVersionID] = known
			}
			p = known
		}
		said[f.ID] = ruleWords(p, &f.Finding)
	}
	return said, nil
}

// RuleTitles names the rules of the policies in force, by their keys; where two policies have a rule of one key, that of all of government is named.
func (r *Register) RuleTitles(ctx context.Context) (map[string]string, error) {
	versions, err := r.store.ActivePolicies(ctx)
	if err != nil {
		return nil, err
	}
	titles := map[string]string{}
	for i := range versions {
		p, err := policy.Parse([]byte(versions[len(versions)-1-i].Text))
		if err != nil {
			return nil, err
		}
		for _, rule := range p.Rules {
			titles[rule.ID] = rule.Title
		}
	}
	return titles, nil
}

func ruleWords(p *policy.Policy, f *models.Finding) RuleWords {
	switch {
	case f.OfDocument() && f.Rule == models.RuleBrokenOff:
		return RuleWords{Title: "The document breaks off", Message: "The document of this release cannot be read to its end. What comes after that place is not judged, so that nobody can say what the software contains.",
			Cure: "Transfer the document again, or have whoever made it correct it at the place that its page names."}
	case f.OfDocument():
		return RuleWords{Title: "The document names no packages", Message: "The document of this release says nothing about what the software contains, so that there is nothing to judge.",
			Cure: "Have a document made of what is built and delivered, with all its parts, and send it."}
	}
	if p != nil {
		if found, ok := p.Rule(f.Rule); ok {
			return RuleWords{Title: found.Title, Message: found.Message, Basis: found.Basis, Cure: found.Cure, Reference: found.Reference}
		}
		if p.Otherwise.Message != "" {
			return RuleWords{Title: "No rule of the policy speaks of this licence", Message: p.Otherwise.Message, Basis: p.Basis, Cure: p.Otherwise.Cure}
		}
	}
	return RuleWords{Title: "No rule of a policy speaks of this licence", Message: "No policy says what holds of this licence, so that a person has to look.",
		Cure: "Record the licence that holds as a conclusion, or name the licence in a rule of the policy."}
}

// missing says what the facts are that a finding names as missing.
func (x *Explanation) missing() {
	if x.FindingRow.Missing == "" {
		return
	}
	sentences := map[string]string{}
	for _, f := range policy.Facts() {
		sentences[f.Name] = f.Sentence
	}
	for _, name := range strings.Split(x.FindingRow.Missing, ", ") {
		sentence, known := sentences[name]
		if !known {
			x.Trouble, x.Missing = x.FindingRow.Missing, nil
			return
		}
		x.Missing = append(x.Missing, MissingFact{name, sentence})
	}
}

// offers finds the ways to take a licence with an OR, and what the policies say of each.
func (r *Register) offers(ctx context.Context, s *sitting, x *Explanation) error {
	e := refExpression(x.License)
	if e.IsZero() { // a statement that is no expression offers nothing
		return nil
	}
	ways, whole := alternatives(e, MostOffers)
	if len(ways) < 2 {
		return nil
	}
	x.MoreOffers = !whole
	program, err := s.program(x.AgencyID)
	if err != nil {
		return err
	}
	subjects, err := r.store.Subjects(ctx, []int64{x.AssetID})
	if err != nil {
		return err
	}
	at := slices.IndexFunc(subjects, func(one store.Subject) bool { return one.ReleaseID == x.ReleaseID && one.AgencyID == x.AgencyID })
	for _, way := range ways {
		offer := Offer{License: way.String()}
		if program != nil && at >= 0 {
			situation := situationOf(&subjects[at], s.line(x.AgencyID))
			offer.Verdict = program.Judge(ctx, policy.Statement{Kind: licenses.ReadExpression, Expression: way}, situation).Verdict
		}
		x.Offers = append(x.Offers, offer)
	}
	slices.SortStableFunc(x.Offers, func(a, b Offer) int {
		return cmp.Compare(slices.Index(licenses.Verdicts(), a.Verdict), slices.Index(licenses.Verdicts(), b.Verdict))
	})
	return nil
}

// alternatives lists the ways to take every OR of an expression, at most some; whole reports whether these are all.
func alternatives(e licenses.Expression, most int) (ways []licenses.Expression, whole bool) {
	whole = true
	switch e.Kind() {
	case licenses.KindOr:
		for _, operand := range e.Operands() {
			more, all := alternatives(operand, most)
			ways, whole = append(ways, more...), whole && all
		}
	case licenses.KindAnd:
		ways = []licenses.Expression{{}}
		for _, operand := range e.Operands() {
			more, all := alternatives(operand, most)
			whole = whole && all && len(ways)*len(more) <= most
			var joined []licenses.Expression
			for _, before := range ways {
				for _, one := range more[:min(len(more), most)] {
					if len(joined) < most {
						joined = append(joined, licenses.And(before, one))
					}
				}
			}
			ways = joined
		}
	default:
		return []licenses.Expression{e}, true
	}
	if len(ways) > most {
		return ways[:most], false
	}
	return ways, whole
}

// affected finds the components that a finding is about, and the shortest way to each.
func (r *Register) affected(ctx context.Context, v models.Viewer, s *sitting, x *Explanation) error {
	sbom, err := r.store.SBOM(ctx, v, x.SBOMID)
	switch {
	case models.IsKind(err, models.NotFound):
		return nil
	case err != nil:
		return err
	case sbom.ReducedAt != nil, sbom.Packages > mostLicensed:
		return nil
	}
	contents, err := r.store.Content(ctx, []int64{sbom.ID})
	if err != nil || contents[sbom.ID] == nil {
		return err
	}
	list, err := r.store.Parts(ctx, []int64{sbom.ID})
	if err != nil {
		return err
	}
	asset, err := r.store.Asset(ctx, v, x.AssetID)
	if err != nil {
		return err
	}
	l := &licensed{sbom: sbom, sitting: s, content: contents[sbom.ID], graph: models.NewGraph(contents[sbom.ID]),
		subject: store.Subject{ReleaseID: x.ReleaseID, AssetID: x.AssetID, SBOMID: sbom.ID, AgencyID: x.AgencyID, License: asset.License}}
	if err := l.fill(ctx, list); err != nil {
		return err
	}
	var about []*licensedPart
	for i := range l.parts {
		if p := &l.parts[i]; concerns(x.FindingRow, p) {
			about = append(about, p)
		}
	}
	slices.SortFunc(about, byName)
	x.More = max(0, len(about)-MostAffected)
	for _, p := range about[:len(about)-x.More] {
		x.Components = append(x.Components, Affected{ComponentID: p.ComponentID, Name: p.Name, Version: p.Version, PURL: p.PURL, Base: p.Base, License: p.stated, Concluded: p.concluded, Packages: int(p.Packages), Ordinal: p.nearest, Path: l.path(p)})
	}
	return nil
}

// concerns reports whether a finding is about a component of its document.
func concerns(f *store.FindingRow, p *licensedPart) bool {
	if f.OfDocument() || p.silent || f.Component != "" && f.Component != cmp.Or(p.Base, p.Name) {
		return false
	}
	if f.License == "" {
		return p.license == "" || strings.HasPrefix(p.license, "NOASSERTION")
	}
	return p.license == f.License
}
