package policy

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
)

// portfolio is what a government has: 2,000 distinct statements and 50 distinct situations.
func portfolio(b *testing.B) ([]Statement, []Situation) {
	all := licenses.All()
	var statements []Statement
	for i := 0; len(statements) < 2000; i++ {
		one, two, three := all[i%len(all)].ID, all[(i*7+1)%len(all)].ID, all[(i*13+2)%len(all)].ID
		stated := []string{one, one + " OR " + two, one + " AND (" + two + " OR " + three + ")"}[i/len(all)%3]
		s := StatementOf(licenses.Read(stated))
		s.Stated = stated
		statements = append(statements, s)
	}
	var in []Situation
	for i := range 50 {
		in = append(in, Situation{
			Asset:      &models.Asset{Name: "A", Origin: models.Origins[i%4], License: []string{"", "EUPL-1.2", "MIT"}[i%3]},
			Deployment: &models.Deployment{Criticality: int16(i % 5), DataClass: models.DataClasses[i%5], Service: fmt.Sprint("S", i)},
			Uses:       map[licenses.Use]bool{licenses.UseInternal: true, licenses.UseService: i%2 == 0, licenses.UseModify: i%7 == 0},
			Agency:     &models.Agency{Code: fmt.Sprint("A", i)}, Line: []string{fmt.Sprint("A", i), "GOV"},
		})
	}
	return statements, in
}

// twenty is a policy of twenty rules, half of them with conditions about the situation and two about the licence.
func twenty(b *testing.B) *Policy {
	var rules []string
	for i := range 8 {
		rules = append(rules, fmt.Sprintf("s%d review {reciprocity: [project, network]} when deployment.criticality > %d && asset.origin == 'gov-built' && agency.line.exists(c, c == 'A%d')", i, i%4, i))
	}
	rules = append(rules,
		"l1 review {classes: [weak-copyleft, strong-copyleft]} when known(asset.license) && !allows(asset.license, [license.expression])",
		"l2 deny when license.id.startsWith('CC-BY-NC') && use.service")
	for i, class := range []string{"permissive", "weak-copyleft", "strong-copyleft", "restricted-use", "unknown"} {
		rules = append(rules, fmt.Sprintf("c%d review {classes: %s, limits: [field-of-use]}", i, class), fmt.Sprintf("d%d allow {classes: %s}", i, class))
	}
	return written(b, Review, rules...)
}

func BenchmarkAPortfolioJudgedAfresh(b *testing.B) {
	statements, in := portfolio(b)
	for name, p := range map[string]*Policy{"twenty rules": twenty(b), "the policy that ships": Default()} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				program := compiled(b, p)
				for _, s := range statements {
					for _, situation := range in {
						program.Judge(context.Background(), s, situation)
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(statements)*len(in)), "ns/judgement")
		})
	}
}

func BenchmarkAJudgementThatIsRemembered(b *testing.B) {
	statements, in := portfolio(b)
	program := compiled(b, twenty(b))
	i := 0
	for b.Loop() {
		program.Judge(context.Background(), statements[i%100], in[i%len(in)])
		i++
	}
}

func BenchmarkAnExpressionOfTwentyORs(b *testing.B) {
	var ors []string
	all := licenses.All()
	for i := range 20 {
		ors = append(ors, fmt.Sprintf("(%s OR %s OR %s OR %s)", all[i*4].ID, all[i*4+1].ID, all[i*4+2].ID, all[i*4+3].ID))
	}
	s := StatementOf(licenses.Read(strings.Join(ors, " AND ")))
	for b.Loop() {
		b.StopTimer()
		program := compiled(b, Default())
		b.StartTimer()
		program.Judge(context.Background(), s, Situation{})
	}
}

func BenchmarkCompilingThePolicyThatShips(b *testing.B) {
	for b.Loop() {
		compiled(b, Default())
	}
}
