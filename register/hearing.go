package register

import (
	"context"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/store"
)

// subjects are some assets' subjects with what their documents hold.
type subjects struct {
	list    []store.Subject
	rollups map[int64][]store.LicenseRollup // by document
	named   map[int64][]store.PartOf        // components that somebody concluded a licence for, by document
	parts   map[int64][]store.PartOf        // all components, of documents whose judgement needs them
}

// outcome is the verdict on one subject.
type outcome struct {
	subject *store.Subject
	table   *verdictTable
	verdict licenses.Verdict
	counts  map[string]int // packages by verdict
	flags   []flag         // what is not allowed
}

// flag is a licence statement that is not allowed, or one component with it.
type flag struct {
	judged
	expression int32         // effective, as stated; 0 for a concluded one
	part       *store.PartOf // when it is about one component
	license    string        // the effective expression, or what stood in its place
	packages   int
}

// gather reads what is to be judged of assets.
func (s *sitting) gather(ctx context.Context, assets []int64) (*subjects, error) {
	list, err := s.r.store.Subjects(ctx, assets)
	if err != nil {
		return nil, err
	}
	g := &subjects{list: list, rollups: map[int64][]store.LicenseRollup{}, named: map[int64][]store.PartOf{}, parts: map[int64][]store.PartOf{}}
	documents := map[int64]bool{}
	for _, one := range list {
		documents[one.SBOMID] = true
	}
	sboms := sortedKeys(documents)
	expressions := map[int32]bool{}
	for some := range slices.Chunk(sboms, 2000) {
		rollups, err := s.r.store.LicenseRollups(ctx, some)
		if err != nil {
			return nil, err
		}
		for _, l := range rollups {
			g.rollups[l.SBOMID] = append(g.rollups[l.SBOMID], l)
			expressions[l.ExpressionID] = true
		}
	}
	if err := s.read(ctx, sortedKeys(expressions)); err != nil {
		return nil, err
	}
	return g, s.gatherParts(ctx, g, sboms)
}

// gatherParts reads the components that are judged one by one.
func (s *sitting) gatherParts(ctx context.Context, g *subjects, sboms []int64) error {
	var bases, names []string
	for _, c := range s.conclusions {
		if c.Base != "" {
			bases = append(bases, c.Base)
		} else {
			names = append(names, c.Name)
		}
	}
	if len(s.conclusions) > 0 && len(sboms) > 0 {
		list, err := s.r.store.PartsNamed(ctx, sboms, bases, names)
		if err != nil {
			return err
		}
		for _, p := range list {
			g.named[p.SBOMID] = append(g.named[p.SBOMID], p)
		}
	}
	needing := map[int64]bool{}
	for _, one := range g.list {
		p, err := s.program(one.AgencyID)
		if err != nil {
			return err
		}
		if p != nil && p.NeedsComponent() {
			needing[one.SBOMID] = true
		}
	}
	for some := range slices.Chunk(sortedKeys(needing), 200) {
		list, err := s.r.store.Parts(ctx, some)
		if err != nil {
			return err
		}
		for _, p := range list {
			g.parts[p.SBOMID] = append(g.parts[p.SBOMID], p)
		}
	}
	return nil
}

// hear judges one subject; nil where no policy binds its agency.
func (s *sitting) hear(ctx context.Context, g *subjects, one *store.Subject) (*outcome, error) {
	program, err := s.program(one.AgencyID)
	if err != nil || program == nil {
		return nil, err
	}
	situation := situationOf(one, s.line(one.AgencyID))
	table, err := s.table(ctx, program, program.Key(situation))
	if err != nil {
		return nil, err
	}
	o := &outcome{subject: one, table: table, verdict: licenses.Allowed, counts: map[string]int{}}
	apart := map[int32]int32{} // packages by expression that are judged by themselves
	for _, p := range s.oneByOne(g, one, program) {
		st, concluded := s.effective(one, &p)
		if !concluded && !program.NeedsComponent() {
			continue
		}
		apart[p.ExpressionID] += p.Packages
		situation.Component = &policy.Component{Name: p.Name, Version: p.Version, PURL: p.PURL, Ecosystem: p.Ecosystem, Supplier: p.Supplier, Direct: licenses.Unstated}
		j := condense(s, program.Judge(ctx, st, situation))
		expression := p.ExpressionID
		if concluded {
			expression = 0
		}
		o.add(j, flag{expression: expression, part: &p, license: wordsOf(st), packages: int(p.Packages)})
	}
	situation.Component = nil
	for _, l := range g.rollups[one.SBOMID] {
		rest := l.Packages - apart[l.ExpressionID]
		if rest <= 0 {
			continue
		}
		st, chosen := s.choose(one, s.statements[l.ExpressionID])
		o.add(table.judge(ctx, s, program, situation, l.ExpressionID, st, chosen), flag{expression: l.ExpressionID, license: wordsOf(st), packages: int(rest)})
	}
	return o, nil
}

func (o *outcome) add(j judged, f flag) {
	o.counts[string(j.Verdict)] += f.packages
	o.verdict = o.verdict.Worse(j.Verdict)
	if j.Verdict != licenses.Allowed {
		f.judged = j
		o.flags = append(o.flags, f)
	}
}

// oneByOne lists the components of a subject's document that cannot be judged by their licence alone.
func (s *sitting) oneByOne(g *subjects, one *store.Subject, program *policy.Program) []store.PartOf {
	if program.NeedsComponent() {
		return g.parts[one.SBOMID]
	}
	return g.named[one.SBOMID]
}

// judge finds the verdict on a statement in the table, or asks the program.
func (t *verdictTable) judge(ctx context.Context, s *sitting, program *policy.Program, situation policy.Situation, expression int32, st policy.Statement, chosen bool) judged {
	if chosen {
		key := wordsOf(st)
		j, done := t.other[key]
		if !done {
			j = condense(s, program.Judge(ctx, st, situation))
			t.other[key] = j
		}
		return j
	}
	j, done := t.known[expression]
	if !done {
		j = condense(s, program.Judge(ctx, st, situation))
		t.known[expression] = j
		t.fresh = append(t.fresh, expression)
	}
	return j
}

// condense keeps of a judgement what the verdict table holds.
func condense(s *sitting, j policy.Judgement) judged {
	out := judged{Verdict: j.Verdict}
	if j.Verdict == licenses.Allowed {
		return out
	}
	for _, r := range j.Reasons {
		if r.Verdict == licenses.Allowed || !r.Decisive {
			continue
		}
		missing := strings.Join(r.Missing, ", ")
		if r.Trouble != "" {
			missing = r.Trouble
		}
		out.Reasons = append(out.Reasons, judgedReason{Version: s.byName[r.Agency], Rule: r.Rule, Leaf: r.Leaf, Verdict: r.Verdict, Severity: models.FindingSeverity(r.Severity), Missing: missing})
	}
	return out
}

// effective is what holds of a component in a subject: a reviewer's conclusion, or what its document states, with the choices that were made.
func (s *sitting) effective(one *store.Subject, p *store.PartOf) (policy.Statement, bool) {
	name := ""
	if p.Base == "" {
		name = p.Name
	}
	best := -1
	for _, i := range s.concluded[p.Base+"\n"+name] {
		c := &s.conclusions[i]
		if (c.Version == "" || c.Version == p.Version) && s.reaches(one, c.Reach, c.AgencyID, c.AssetID) && (best < 0 || s.nearer(&c.LicenseConclusion, &s.conclusions[best].LicenseConclusion)) {
			best = i
		}
	}
	if best >= 0 {
		if e, err := licenses.Parse(s.conclusions[best].Concluded); err == nil {
			st, _ := s.choose(one, policy.Statement{Kind: licenses.ReadExpression, Expression: e})
			return st, true
		}
	}
	st, _ := s.choose(one, s.statements[p.ExpressionID])
	return st, false
}

// nearer says whether a conclusion goes before another that reaches the same component: a version before all, the software before the agency before everywhere, the deeper agency before the one above.
func (s *sitting) nearer(a, b *models.LicenseConclusion) bool {
	if (a.Version != "") != (b.Version != "") {
		return a.Version != ""
	}
	if a.Reach != b.Reach {
		return slices.Index(models.Reaches, a.Reach) < slices.Index(models.Reaches, b.Reach)
	}
	return len(s.lines[value(a.AgencyID)]) > len(s.lines[value(b.AgencyID)])
}

// choose puts in the choices that reach a subject, the nearest first.
func (s *sitting) choose(one *store.Subject, st policy.Statement) (policy.Statement, bool) {
	if len(s.choices) == 0 || st.Kind != licenses.ReadExpression {
		return st, false
	}
	made := false
	for _, reach := range models.Reaches {
		for i := range s.choices {
			c := &s.choices[i]
			if c.Reach != reach || !s.reaches(one, c.Reach, c.AgencyID, c.AssetID) {
				continue
			}
			after := st.Expression.Choose(refExpression(c.Expression), refExpression(c.Chosen))
			made = made || !after.Equal(st.Expression)
			st.Expression = after
		}
	}
	return st, made
}

func (s *sitting) reaches(one *store.Subject, reach models.Reach, agency, asset *int64) bool {
	switch reach {
	case models.ReachAsset:
		return value(asset) == one.AssetID
	case models.ReachAgency:
		return slices.Contains(s.lines[one.AgencyID], value(agency))
	}
	return true
}

// line is the codes of an agency and of those above it, its own first.
func (s *sitting) line(agency int64) []string {
	var codes []string
	for _, a := range s.lines[agency] {
		if code := s.codes[a]; code != "" {
			codes = append([]string{code}, codes...)
		}
	}
	return codes
}

// wordsOf is the effective expression of a statement, or what stands in its place.
func wordsOf(st policy.Statement) string {
	switch st.Kind {
	case licenses.ReadExpression:
		return st.Expression.String()
	case licenses.ReadNone:
		return "NONE"
	case licenses.ReadNoAssertion:
		return "NOASSERTION"
	case licenses.ReadUnreadable:
		return st.Stated
	}
	return ""
}
