package policy

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func FuzzParseRegime(f *testing.F) {
	for _, code := range []string{"tt-draft", "eu-iea", "uy-19179"} {
		text, err := regimeFiles.ReadFile("regimes/" + code + ".yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	for _, text := range []string{
		"", "code: x\ntitle: X\npreference: {model: ladder}\n", "code: &a x\nlaw: [*a, {<<: *a}]\n", "short: {maxValue: {amount: '1', currency: TTD}}\n",
		"code: x\ntitle: X\npreference: {model: gate}\nownRules: [{id: A1B, title: T, severity: warn, gate: timer, when: 'd.candidates.exists(x, x.tco.lines[\"exit\"] > 1.0)', message: M, cure: C}]\n",
		"code: x\ntitle: X\npreference: {model: gate}\nabout: |\n  a\n\n   b\nclauses: [sbom, {id: y, title: ' ', text: \"\\u00e9\"}]\nholidays: [{on: 2026-01-01, name: N}]\n",
		"code: x\ntitle: X\npreference: {model: tiebreak, equivalenceBand: 0.000001, tcoBand: 5}\nmarketScan: {requiredSources: [a, {id: b, title: null}]}\n",
	} {
		f.Add([]byte(text))
	}
	k := cleanCase()
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := ParseRegime(text)
		if err != nil {
			var mistakes *Mistakes
			if !errors.As(err, &mistakes) || len(mistakes.List) == 0 {
				t.Fatalf("an error without mistakes: %v", err)
			}
			for _, m := range mistakes.List {
				if m.Line < 1 || m.Column < 1 || m.Sentence == "" || m.Code == "" {
					t.Fatalf("a mistake without place or words: %+v", m)
				}
			}
			return
		}
		again, err := ParseRegime(r.YAML())
		if err != nil {
			t.Fatalf("the canonical form is refused: %v\n%s", err, r.YAML())
		}
		if diff := cmp.Diff(r, again, sameDate, cmpopts.IgnoreUnexported(Regime{})); diff != "" {
			t.Fatalf("the canonical form is read as another regime:\n%s\n%s", diff, r.YAML())
		}
		court, err := CompileRegime(r)
		if err != nil {
			t.Fatalf("a regime that was accepted cannot be compiled: %v", err)
		}
		for _, result := range court.Judge(t.Context(), "", k) {
			if result.Outcome == "" || (result.Outcome == "undetermined") != (len(result.Paths) > 0 || result.Trouble != "") {
				t.Fatalf("a result without outcome or reason: %+v", result)
			}
		}
		if c, err := r.WorkingDays(); err != nil || c == nil {
			t.Fatalf("there is no calendar: %v", err)
		}
	})
}

func FuzzClause(f *testing.F) {
	for _, rule := range Rules() {
		f.Add(rule.When)
	}
	for _, when := range []string{"d.candidates[0].tco.lines['x'] > 1.0", "d.candidates.map(x, x.name).filter(n, n != '').size() == 2", "1 / 0 == 0", "has(d.scan)", "d == d", "type(d) == type(chosen)",
		"{'a': d}['a'].ref == ''", "[d, d].exists(d, d.ref == '')", "chosen.health == chosen.health", "dyn(d).foo", "d.need.requirements.all(q, q == q)", "string(now) == ''", "d.candidates[99].oss"} {
		f.Add(when)
	}
	k := cleanCase()
	k.Chosen.Health, k.Decision.Candidates[1].TCO = nil, nil
	f.Fuzz(func(t *testing.T, when string) {
		c, flaws := compileClause(when)
		if (c == nil) == (len(flaws) == 0) {
			t.Fatalf("neither compiled nor wrong, or both: %v", flaws)
		}
		for _, f := range flaws {
			if f.line < 1 || f.column < 1 || f.sentence == "" || f.code == "" {
				t.Fatalf("a flaw without place or words: %+v", f)
			}
		}
		if c == nil {
			return
		}
		if s := c.ask(t.Context(), newFactTree(&ground{Case: *k, Parameters: &RegimeParameters{}})); s.yes && s.open() || len(s.paths) != 0 && len(s.words) == 0 {
			t.Fatalf("yes and open at once, or missing without words: %+v", s)
		}
	})
}
