package register

import (
	"slices"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/store"
)

// conclusionFor finds the conclusion that holds of a component in a subject; nil when there is none. The name counts where there is no purl.
func (s *sitting) conclusionFor(one *store.Subject, base, name, version string) *models.LicenseConclusion {
	if base != "" {
		name = ""
	}
	var best *models.LicenseConclusion
	for _, i := range s.concluded[base+"\n"+name] {
		c := &s.conclusions[i].LicenseConclusion
		if (c.Version == "" || c.Version == version) && s.reaches(one, c.Reach, c.AgencyID, c.AssetID) && (best == nil || s.nearer(c, best)) {
			best = c
		}
	}
	return best
}

// concludedFor is what a reviewer concluded for a component as far as a subject is reached, with the choices that were made.
func (s *sitting) concludedFor(one *store.Subject, p *store.PartOf) (policy.Statement, bool) {
	c := s.conclusionFor(one, p.Base, p.Name, p.Version)
	if c == nil {
		return policy.Statement{}, false
	}
	st, _ := s.choose(one, policy.Statement{Kind: licenses.ReadExpression, Expression: refExpression(c.Concluded)})
	return st, true
}

// effective is what holds of a component in a subject: a reviewer's conclusion, or what its document states, with the choices that were made.
func (s *sitting) effective(one *store.Subject, p *store.PartOf) (st policy.Statement, concluded bool) {
	if st, concluded = s.concludedFor(one, p); !concluded {
		st, _ = s.choose(one, s.statements[p.ExpressionID])
	}
	return st, concluded
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
	for i := range s.choices {
		c := &s.choices[i]
		if !s.reaches(one, c.Reach, c.AgencyID, c.AssetID) {
			continue
		}
		after := st.Expression.Choose(c.offer, c.chosen)
		made = made || !after.Equal(st.Expression)
		st.Expression = after
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
