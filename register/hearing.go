package register

import (
	"context"
	"fmt"
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
	rollups map[int64][]store.LicenseRollup   // by document
	named   map[int64][]store.PartOf          // components that somebody concluded a licence for, by document
	roots   map[int64][]store.PartOf          // the products themselves, where their document states no licence of them, by document
	parts   partsByLicense                    // components whose judgement turns on more than their licence
	direct  map[int64]map[int32]licenses.Flag // of such components, by document: whether the product itself depends on them; of documents where a rule asks for it
}

// partsByLicense is components by document and effective expression.
type partsByLicense map[int64]map[int32][]store.PartOf

// outcome is the verdict on one subject.
type outcome struct {
	subject *store.Subject
	table   *verdictTable
	verdict licenses.Verdict
	counts  map[string]int // packages by verdict
	flags   []flag         // what is not allowed
	alone   map[int32]bool // components with a conclusion: what their document states of them does not count
	taken   map[int32]int  // their packages by stated expression
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
	g := &subjects{list: list, rollups: map[int64][]store.LicenseRollup{}}
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
	if err := s.gatherParts(ctx, g, sboms); err != nil {
		return nil, err
	}
	return g, nil
}

// gatherParts reads the components that are judged one by one whatever the policy: those with a conclusion, and silent products.
func (s *sitting) gatherParts(ctx context.Context, g *subjects, sboms []int64) error {
	g.named, g.roots = map[int64][]store.PartOf{}, map[int64][]store.PartOf{}
	roots, err := s.r.store.SilentRoots(ctx, sboms)
	if err != nil {
		return err
	}
	for _, p := range roots {
		g.roots[p.SBOMID] = append(g.roots[p.SBOMID], p)
	}
	if len(s.conclusions) == 0 {
		return nil
	}
	var bases, names []string
	for _, c := range s.conclusions {
		if c.Base != "" {
			bases = append(bases, c.Base)
		} else {
			names = append(names, c.Name)
		}
	}
	list, err := s.r.store.PartsNamed(ctx, sboms, bases, names)
	for _, p := range list {
		g.named[p.SBOMID] = append(g.named[p.SBOMID], p)
	}
	return err
}

// gatherNeeded reads the components whose licence the sittings cannot judge by itself.
func gatherNeeded(ctx context.Context, g *subjects, sittings ...*sitting) error {
	needed := map[int64]map[int32]bool{}
	for _, s := range sittings {
		for i := range g.list {
			if err := s.needs(ctx, g, &g.list[i], needed); err != nil {
				return err
			}
		}
	}
	var err error
	if g.parts, err = sittings[0].withLicenses(ctx, needed); err != nil {
		return err
	}
	return gatherDirect(ctx, g, sittings...)
}

// gatherDirect reads what depends on what in the documents of which a rule asks for it: of most registers in none.
func gatherDirect(ctx context.Context, g *subjects, sittings ...*sitting) error {
	asked := map[int64]bool{}
	for _, s := range sittings {
		for i := range g.list {
			program, err := s.program(g.list[i].AgencyID)
			if err != nil {
				return err
			}
			if program != nil && program.NeedsComponent() && slices.Contains(program.Mentions(), "component.direct") {
				asked[g.list[i].SBOMID] = true
			}
		}
	}
	g.direct = map[int64]map[int32]licenses.Flag{}
	for some := range slices.Chunk(sortedKeys(asked), 50) {
		contents, err := sittings[0].r.store.Content(ctx, some)
		if err != nil {
			return err
		}
		for id, content := range contents {
			g.direct[id] = g.directness(content)
		}
	}
	return nil
}

// directness says of the components of a document that are judged one by one whether the product itself depends on them. Nothing is said of one that no way leads to.
func (g *subjects) directness(c *models.Content) map[int32]licenses.Flag {
	direct := map[int32]licenses.Flag{}
	about := slices.Concat(g.named[c.SBOMID], g.roots[c.SBOMID])
	for _, parts := range g.parts[c.SBOMID] {
		about = append(about, parts...)
	}
	for _, p := range about {
		direct[p.ComponentID] = licenses.Unstated
	}
	graph := models.NewGraph(c)
	for ordinal, id := range c.Components {
		have, wanted := direct[id]
		if depth := graph.Depth(int32(ordinal)); wanted && have != licenses.Yes && depth >= 0 {
			direct[id] = licenses.No
			if depth <= 1 {
				direct[id] = licenses.Yes
			}
		}
	}
	return direct
}

// needs adds the licences of a subject of which the program cannot judge every component alike.
func (s *sitting) needs(ctx context.Context, g *subjects, one *store.Subject, needed map[int64]map[int32]bool) error {
	program, err := s.program(one.AgencyID)
	if err != nil || program == nil || !program.NeedsComponent() {
		return err
	}
	situation := situationOf(one, s.line(one.AgencyID))
	table, err := s.table(ctx, program, program.Key(situation))
	if err != nil {
		return err
	}
	for _, l := range g.rollups[one.SBOMID] {
		if table.judge(ctx, s, program, situation, s.standing(one, l.ExpressionID)).Parts {
			add(needed, one.SBOMID, l.ExpressionID)
		}
	}
	return nil
}

func add(to map[int64]map[int32]bool, sbom int64, expression int32) {
	if to[sbom] == nil {
		to[sbom] = map[int32]bool{}
	}
	to[sbom][expression] = true
}

// withLicenses reads the components of documents that have certain licences.
func (s *sitting) withLicenses(ctx context.Context, wanted map[int64]map[int32]bool) (partsByLicense, error) {
	found := partsByLicense{}
	for sboms := range slices.Chunk(sortedKeys(wanted), 2000) {
		expressions := map[int32]bool{}
		for _, id := range sboms {
			for e := range wanted[id] {
				expressions[e] = true
			}
		}
		list, err := s.r.store.PartsWithLicense(ctx, sboms, sortedKeys(expressions))
		if err != nil {
			return nil, err
		}
		for _, p := range list {
			if found[p.SBOMID] == nil {
				found[p.SBOMID] = map[int32][]store.PartOf{}
			}
			found[p.SBOMID][p.ExpressionID] = append(found[p.SBOMID][p.ExpressionID], p)
		}
	}
	return found, nil
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
	o := &outcome{subject: one, table: table, verdict: licenses.Allowed, counts: map[string]int{}, alone: map[int32]bool{}, taken: map[int32]int{}}
	for i := range g.named[one.SBOMID] {
		p := &g.named[one.SBOMID][i]
		st, concluded := s.concludedFor(one, p)
		if !concluded {
			continue
		}
		situation.Component = g.componentOf(p)
		o.add(condense(s, program.Judge(ctx, st, situation)), flag{part: p, license: wordsOf(st), packages: int(p.Packages)})
		o.taken[p.ExpressionID] += int(p.Packages)
		o.alone[p.ComponentID] = true
	}
	s.hearProduct(ctx, g, o, program, situation)
	for _, l := range g.rollups[one.SBOMID] {
		situation.Component = nil
		st := s.standing(one, l.ExpressionID)
		j := table.judge(ctx, s, program, situation, st)
		if !j.Parts {
			o.add(j, flag{expression: l.ExpressionID, license: wordsOf(st.Statement), packages: int(l.Packages) - o.taken[l.ExpressionID]})
			continue
		}
		parts := g.parts[one.SBOMID][l.ExpressionID]
		for i := range parts {
			if p := &parts[i]; !o.alone[p.ComponentID] {
				situation.Component = g.componentOf(p)
				o.add(condense(s, program.Judge(ctx, st.Statement, situation)), flag{expression: l.ExpressionID, part: p, license: wordsOf(st.Statement), packages: int(p.Packages)})
			}
		}
	}
	if one.Broken || one.Packages == 0 {
		o.verdict = o.verdict.Worse(licenses.UnknownTerms) // nobody knows what is in it
	}
	return o, nil
}

// hearProduct judges what the document describes by the licence of the software's entry, where the document itself states none. Where the entry
// has none either the product is left out: the document is about its parts.
func (s *sitting) hearProduct(ctx context.Context, g *subjects, o *outcome, program *policy.Program, situation policy.Situation) {
	if o.subject.Packages < 2 {
		return
	}
	own := licenses.Read(o.subject.License)
	for i := range g.roots[o.subject.SBOMID] {
		p := &g.roots[o.subject.SBOMID][i]
		if o.alone[p.ComponentID] {
			continue
		}
		o.taken[p.ExpressionID] += int(p.Packages)
		o.alone[p.ComponentID] = true
		if own.Kind == licenses.ReadExpression {
			st, _ := s.choose(o.subject, policy.StatementOf(own))
			situation.Component = g.componentOf(p)
			o.add(condense(s, program.Judge(ctx, st, situation)), flag{part: p, license: wordsOf(st), packages: int(p.Packages)})
		}
	}
}

func (g *subjects) componentOf(p *store.PartOf) *policy.Component {
	direct, known := g.direct[p.SBOMID][p.ComponentID]
	if !known {
		direct = licenses.Unstated
	}
	return &policy.Component{Name: p.Name, Version: p.Version, PURL: p.PURL, Ecosystem: p.Ecosystem, Supplier: p.Supplier, Direct: direct}
}

func (o *outcome) add(j judged, f flag) {
	if f.packages <= 0 {
		return
	}
	o.counts[string(j.Verdict)] += f.packages
	o.verdict = o.verdict.Worse(j.Verdict)
	if j.Verdict != licenses.Allowed {
		f.judged = j
		o.flags = append(o.flags, f)
	}
}

// standing is a statement as it stands after the choices that reach a subject.
type standing struct {
	policy.Statement
	expression int32 // as documents make it; 0 when a choice was put in, so that no document does
}

func (s *sitting) standing(one *store.Subject, expression int32) standing {
	st, chosen := s.choose(one, s.statements[expression])
	if chosen {
		return standing{Statement: st}
	}
	return standing{st, expression}
}

// judge finds the verdict on a statement in the table, or asks the program.
func (t *verdictTable) judge(ctx context.Context, s *sitting, program *policy.Program, situation policy.Situation, st standing) judged {
	if st.expression == 0 {
		key := fmt.Sprint(st.Guessed, wordsOf(st.Statement))
		j, done := t.other[key]
		if !done {
			j = condense(s, program.Judge(ctx, st.Statement, situation))
			t.other[key] = j
		}
		return j
	}
	j, done := t.known[st.expression]
	if !done {
		j = condense(s, program.Judge(ctx, st.Statement, situation))
		t.known[st.expression] = j
		t.fresh = append(t.fresh, st.expression)
	}
	return j
}

// condense keeps of a judgement what the verdict table holds.
func condense(s *sitting, j policy.Judgement) judged {
	out := judged{Verdict: j.Verdict, Parts: slices.ContainsFunc(j.Reasons, func(r policy.Reason) bool {
		return slices.ContainsFunc(r.Missing, func(fact string) bool { return strings.HasPrefix(fact, "component.") })
	})}
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
