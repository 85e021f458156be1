package policy

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/licenses"
)

func FuzzParse(f *testing.F) {
	f.Add([]byte("id: p\ntitle: P\nrules:\n  - id: a\n    title: A\n    licenses: {ids: [MIT, 'LicenseRef-x'], statement: guessed}\n    when: |\n      use.service &&\n        known(asset.name)\n    outcome: deny\n    message: \"x: \\\"y\\\"\"\n    cure: >-\n      a\n      b\n"))
	f.Add([]byte("id: p\ntitle: &a P\nrules: [*a, {<<: *a}]\n"))
	f.Add([]byte("sets: {a: [GPL-2.0+, EUPL-1.1+], b: MIT}\notherwise: {outcome: allow}\nrules:\n- {}\n- ? x\n  : y\n"))
	f.Add(governmentYAML)
	f.Add([]byte("a: [b: {c: [- d]}]\n"))
	f.Add([]byte("id: 'a''b'\ntitle: \"\\u00e9\\x41\\n\"\nrules:\n- when: 'a == ''b'''\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := Parse(text)
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
		again, err := Parse(p.YAML())
		if err != nil {
			t.Fatalf("the canonical form is refused: %v\n%s", err, p.YAML())
		}
		if diff := cmp.Diff(p, again); diff != "" {
			t.Fatalf("the canonical form is read as another policy:\n%s\n%s", diff, p.YAML())
		}
		if _, err := Compile([]Source{{Policy: p}}, licenses.Embedded()); err != nil {
			t.Fatalf("a policy that was accepted cannot be compiled: %v", err)
		}
	})
}

func FuzzCondition(f *testing.F) {
	for _, when := range []string{
		"use.service && !known(use.modify)", "asset.categories.exists(c, c.startsWith('a'))", "allows(statement.expression, ['MIT'])", "license.id in ['MIT', 'ISC']",
		"asset.name.matches('^a+$') ? use.service : deployment.criticality > 2", "{'a': 1}[asset.name] == 1", "size(agency.line) > 1 || 1 / 0 == 0", "has(asset.name)",
		"asset.categories.map(c, c + c).filter(c, c != '').size() == 2", "timestamp('2026-01-01T00:00:00Z') < timestamp(asset.name)",
	} {
		f.Add(when)
	}
	leaf := lookUp(licenses.Embedded(), licenses.Leaf{ID: "MIT"})
	f.Fuzz(func(t *testing.T, when string) {
		c, flaws := compileWhen(when)
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
		for _, s := range situations {
			w := &world{statement: StatementOf(licenses.Read("MIT")), leaf: leaf, situation: &s.Situation}
			if a := c.ask(context.Background(), w); a.yes && a.open() {
				t.Fatalf("yes and open at once: %+v", a)
			}
		}
	})
}
