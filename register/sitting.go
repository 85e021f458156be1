package register

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/licenses/texts"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/store"
)

// sitting is everything that judging needs and that does not change while it lasts: policies, licence list, people's words about licences, exemptions.
type sitting struct {
	r           *Register
	list        *licenses.List
	versions    []store.PolicyVersionRow   // in force, that of all government first
	lines       map[int64][]int64          // of each agency, from the top down, itself last
	codes       map[int64]string           // of agencies
	programs    map[string]*policy.Program // by the versions they are made of
	ofAgency    map[int64]*policy.Program  // nil where no policy binds it
	byName      map[string]int64           // policy version by who set it
	rehearsal   bool                       // nothing is read from the verdict table or written to it
	statements  map[int32]policy.Statement // by expression
	tables      map[[32]byte]*verdictTable // by digest
	choices     []choice                   // in force
	conclusions []store.ConclusionRow      // in force
	concluded   map[string][]int           // conclusions by component
}

// choice is a choice that somebody made, read once.
type choice struct {
	models.LicenseChoice
	offer, chosen licenses.Expression
}

// verdictTable is the part of the verdict table that belongs to one context.
type verdictTable struct {
	id     int32 // 0 until it is in the database
	digest []byte
	facts  string
	known  map[int32]judged
	fresh  []int32           // known, and not in the database yet
	other  map[string]judged // of statements that no document makes, by their text
}

// judged is what is kept of a judgement.
type judged struct {
	Verdict licenses.Verdict `json:"-"`
	Reasons []judgedReason   `json:",omitempty"`
	Parts   bool             `json:",omitempty"` // it turns on facts of the component: each one is to be judged by itself
}

// judgedReason is one reason, the decisive ones first.
type judgedReason struct {
	Version  int64 `json:",omitempty"` // policy version
	Rule     string
	Leaf     string `json:",omitempty"`
	Verdict  licenses.Verdict
	Severity models.FindingSeverity
	Missing  string `json:",omitempty"`
}

// sit reads what judging needs.
func (r *Register) sit(ctx context.Context) (*sitting, error) {
	s := &sitting{r: r, programs: map[string]*policy.Program{}, ofAgency: map[int64]*policy.Program{}, byName: map[string]int64{}, statements: map[int32]policy.Statement{}, tables: map[[32]byte]*verdictTable{}, concluded: map[string][]int{}, codes: map[int64]string{}}
	var err error
	if s.list, err = r.LicenseList(ctx); err != nil {
		return nil, err
	}
	if s.versions, err = r.store.ActivePolicies(ctx); err != nil {
		return nil, err
	}
	if s.lines, err = r.store.Lines(ctx, nil); err != nil {
		return nil, err
	}
	agencies, err := r.store.AgencyCodes(ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range agencies {
		s.codes[a.ID] = a.Code
	}
	all := models.SystemViewer("Judging")
	choices, err := r.store.LicenseChoices(ctx, all, 0)
	if err != nil {
		return nil, err
	}
	for _, c := range choices {
		s.choices = append(s.choices, choice{c.LicenseChoice, refExpression(c.Expression), refExpression(c.Chosen)})
	}
	slices.SortStableFunc(s.choices, func(a, b choice) int {
		return cmp.Compare(slices.Index(models.Reaches, a.Reach), slices.Index(models.Reaches, b.Reach)) // the nearest first
	})
	if s.conclusions, err = r.store.LicenseConclusions(ctx, all, 0); err != nil {
		return nil, err
	}
	for i, c := range s.conclusions {
		s.concluded[c.Base+"\n"+c.Name] = append(s.concluded[c.Base+"\n"+c.Name], i)
	}
	return s, nil
}

// standIn judges by a draft in place of the version of its policy that is in force.
func (s *sitting) standIn(draft *store.PolicyVersionRow) {
	for i := range s.versions {
		if s.versions[i].PolicyID == draft.PolicyID {
			s.versions[i] = *draft
			return
		}
	}
	s.versions = append(s.versions, *draft)
}

// program compiles the policies that bind an agency: that of all government, then those along its line. It is nil where no policy binds it.
func (s *sitting) program(agency int64) (*policy.Program, error) {
	if p, done := s.ofAgency[agency]; done {
		return p, nil
	}
	var bound []*store.PolicyVersionRow
	key := ""
	for _, above := range append([]int64{0}, s.lines[agency]...) {
		for i := range s.versions {
			if v := &s.versions[i]; value(v.AgencyID) == above {
				bound, key = append(bound, v), key+idText(v.ID)+" "
			}
		}
	}
	p, done := s.programs[key]
	if !done {
		var err error
		if p, err = s.compile(bound); err != nil {
			return nil, err
		}
		s.programs[key] = p
	}
	s.ofAgency[agency] = p
	return p, nil
}

// compile makes a program of versions; nil of none.
func (s *sitting) compile(bound []*store.PolicyVersionRow) (*policy.Program, error) {
	if len(bound) == 0 {
		return nil, nil
	}
	var chain []policy.Source
	for _, v := range bound {
		p, err := policy.Parse([]byte(v.Text))
		if err != nil {
			return nil, fmt.Errorf("version %d of policy %q: %w", v.Number, v.Policy, err)
		}
		source := policy.Source{Policy: p, Version: v.Number, Agency: s.setBy(v)}
		s.byName[source.Agency] = v.ID
		chain = append(chain, source)
	}
	return policy.Compile(chain, s.list)
}

// setBy is how a verdict names who set a policy: the agency's code, or its number; "" for all of government.
func (s *sitting) setBy(v *store.PolicyVersionRow) string {
	if v.AgencyID == nil {
		return ""
	}
	return cmp.Or(s.codes[*v.AgencyID], "agency "+idText(*v.AgencyID))
}

// table finds the verdict table for a program and the facts that it asks for, and reads what was judged there before.
func (s *sitting) table(ctx context.Context, p *policy.Program, facts string) (*verdictTable, error) {
	digest := sha256.Sum256([]byte(p.Digest() + "\n" + facts))
	if t, done := s.tables[digest]; done {
		return t, nil
	}
	t := &verdictTable{digest: digest[:], facts: facts, known: map[int32]judged{}, other: map[string]judged{}}
	s.tables[digest] = t
	if s.rehearsal {
		return t, nil
	}
	id, err := s.r.store.FindLicenseContext(ctx, t.digest)
	if err != nil || id == 0 {
		return t, err
	}
	t.id = id
	rows, err := s.r.store.LicenseVerdicts(ctx, id)
	for _, row := range rows {
		var j judged
		if err := json.Unmarshal(row.Reasons, &j); err != nil {
			return nil, fmt.Errorf("the verdict table of context %d: %w", id, err)
		}
		j.Verdict = licenses.Verdict(row.Verdict)
		t.known[row.ExpressionID] = j
	}
	return t, err
}

// keep writes what a sitting has judged to the verdict table, so that nobody judges it again.
func (s *sitting) keep(ctx context.Context, tx *store.Tx) error {
	for _, t := range s.tables {
		if len(t.fresh) == 0 && t.id != 0 {
			continue
		}
		id, err := tx.LicenseContext(ctx, t.digest, t.facts)
		if err != nil {
			return err
		}
		t.id = id
		rows := make([]store.LicenseVerdict, 0, len(t.fresh))
		for _, e := range t.fresh {
			reasons, err := json.Marshal(t.known[e])
			if err != nil {
				return fmt.Errorf("writing the verdict table: %w", err)
			}
			rows = append(rows, store.LicenseVerdict{ContextID: id, ExpressionID: e, Verdict: string(t.known[e].Verdict), Reasons: reasons})
		}
		if err := tx.AddLicenseVerdicts(ctx, rows); err != nil {
			return err
		}
	}
	return nil
}

// kept says that the transaction which keep wrote in was committed.
func (s *sitting) kept() {
	for _, t := range s.tables {
		t.fresh = nil
	}
}

// read makes statements of expressions: as read at intake, with the texts of LicenseRefs identified where they are a listed licence.
func (s *sitting) read(ctx context.Context, ids []int32) error {
	var unknown []int32
	for _, id := range ids {
		if _, done := s.statements[id]; !done {
			unknown = append(unknown, id)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	list, err := s.r.store.StatedLicenses(ctx, unknown)
	if err != nil {
		return err
	}
	var found []identified
	for _, e := range list {
		st := policy.Statement{Kind: licenses.ReadingKind(e.Kind), Stated: e.Stated, Guessed: e.Guessed}
		if st.Kind == licenses.ReadExpression {
			if st.Expression, err = licenses.Parse(e.Canonical); err != nil {
				return fmt.Errorf("expression %d of the register: %w", e.ID, err)
			}
			for _, t := range e.Texts {
				known, fresh := identify(t)
				if fresh != nil {
					found = append(found, *fresh)
				}
				st.Expression = st.Expression.Choose(refExpression(t.Ref), known)
			}
		}
		s.statements[e.ID] = st
	}
	if len(found) == 0 {
		return nil
	}
	return store.Write(ctx, s.r.store, func(tx *store.Tx) error {
		for _, f := range found {
			if err := tx.IdentifyText(ctx, f.hash, f.expression, f.coverage); err != nil {
				return err
			}
		}
		return nil
	})
}

// identified is which listed licence a text is.
type identified struct {
	hash       []byte
	expression string
	coverage   float64
}

func identify(t store.StatedText) (licenses.Expression, *identified) {
	if t.Identified != nil {
		e, err := licenses.Parse(*t.Identified)
		if err != nil { // "": it is none
			return licenses.Expression{}, nil
		}
		return e, nil
	}
	m := texts.Identify(t.Text)
	if !m.Certain {
		return licenses.Expression{}, &identified{t.TextHash, "", m.Coverage}
	}
	return m.Expression, &identified{t.TextHash, m.Expression.String(), m.Coverage}
}

func refExpression(ref string) licenses.Expression {
	e, err := licenses.Parse(ref)
	if err != nil {
		return licenses.Expression{}
	}
	return e
}
