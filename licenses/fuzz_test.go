package licenses

import (
	"errors"
	"strings"
	"testing"
)

// hardSeeds are texts that made other readers panic, loop or guess wrongly.
var hardSeeds = []string{
	"", "(", "((((", ")", "()", "MIT OR (", "MIT AND", "MIT+", "MIT++", "+", "MIT WITH", "WITH", "NONE", "MIT OR NOASSERTION",
	"mit or apache-2.0", "GPL-2.0-only WITH AdditionRef-x", "DocumentRef-a:LicenseRef-b", "DocumentRef-:LicenseRef-b", "LicenseRef-", "EUPL-1.1+",
	"LGPLv2+", "GPL+ or Artistic", "Apache License, Version 2.0", "GPL-2.0, MIT/X11 (BSD like) LGPL-2+", "http://www.apache.org/licenses/LICENSE-2.0",
	"GPLV2 AND GPLV2+ WITH EXCEPTIONS", "GNU GPL v2 or (at your option) any later version", "License :: OSI Approved :: BSD License", "\xff\xfe", "MIT\x00",
	strings.TrimSuffix(strings.Repeat("(MIT OR Apache-2.0) AND ", 20), " AND "),
	strings.Repeat("(", MaxDepth+1) + "MIT" + strings.Repeat(")", MaxDepth+1),
	strings.TrimSuffix(strings.Repeat("GPL-2.0-only AND LGPL-2.1-or-later AND LicenseRef-x-1.0 AND ", 54), " AND ") + " AND MIT",
}

func FuzzParse(f *testing.F) {
	for _, seed := range hardSeeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := Parse(text)
		if err != nil {
			var syntax *SyntaxError
			if !errors.As(err, &syntax) || syntax.Offset < 0 || syntax.Offset > len(text) || syntax.Sentence == "" {
				t.Fatalf("%q gives the error %v", text, err)
			}
			return
		}
		_, _, _ = e.Class(), e.Leaves(), e.Refs()
		for _, same := range []Expression{e, e.Current()} {
			again, err := Parse(same.String())
			if err != nil {
				if len(same.String()) > MaxLength {
					continue
				}
				t.Fatalf("%q becomes %q: %v", text, same, err)
			}
			if !again.Equal(same) {
				t.Fatalf("%q becomes %q, then %q", text, same, again)
			}
		}
	})
}

func FuzzRead(f *testing.F) {
	for _, seed := range hardSeeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) { checkReading(t, text) })
}

func BenchmarkParse(b *testing.B) {
	text := "(GPL-2.0-or-later OR LGPL-3.0-or-later) AND GPL-3.0-or-later WITH GCC-exception-3.1 AND BSD-3-Clause"
	for b.Loop() {
		if _, err := Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadGuessed(b *testing.B) {
	for b.Loop() {
		Read("GPL-2.0, public-domain, Expat, BSD-3-clause, LGPL-2+ with libtool exception")
	}
}

// BenchmarkJudgeTwentyChoices is the expression that takes a minute in a tool that multiplies choices out.
func BenchmarkJudgeTwentyChoices(b *testing.B) {
	text := "(MIT OR Apache-2.0)"
	for i := range 19 {
		text += " AND (MIT OR Apache-2.0 OR LicenseRef-" + string(rune('a'+i)) + ")"
	}
	for b.Loop() {
		e, err := Parse(text)
		if err != nil || e.Class() != Permissive {
			b.Fatal(err)
		}
	}
}
