package licenses

import (
	"errors"
	"strings"
	"testing"
	"time"
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

func FuzzSets(f *testing.F) {
	for i, seed := range hardSeeds {
		f.Add(seed, "MIT, GPL-2.0-or-later", hardSeeds[(i+7)%len(hardSeeds)])
	}
	f.Add("GPL-2.0+ WITH Bison-exception-2.2 OR EUPL-1.1+ AND (CECILL-2.0 OR LicenseRef-x)", "GPL-3.0-only WITH Bison-exception-2.2,EUPL-1.2", "LicenseRef-x,MIT+")
	f.Add("(GPL-1.0+ OR MIT OR ISC) AND ((MIT OR GPL-2.0-only) AND ISC OR Zlib)", "ISC,MIT", "GPL-2.0-only OR GPL-3.0-only")
	f.Add("GPL-2.0-only+ AND GPL-2.0-with-classpath-exception+", "wxWindows,eCos-2.0,DocumentRef-d:LicenseRef-x", "GPL-3.0-or-later")
	f.Fuzz(func(t *testing.T, text, some, more string) {
		e, _ := Parse(text)
		first, second := strings.Split(some, ","), strings.Split(more, ",")
		checkSets(t, e, first, second)
		if _, err := NewSet(append(first, second...)...); err != nil {
			var wrong *SetError
			if !errors.As(err, &wrong) || len(wrong.Mistakes) == 0 || len(wrong.Mistakes) > len(first)+len(second) {
				t.Fatalf("%q and %q give the error %v", some, more, err)
			}
		}
		for _, leaf := range e.Leaves() {
			for _, version := range leaf.Versions() {
				if !Of(leaf).Offers(Of(version)) {
					t.Fatalf("%s does not offer its version %s", leaf, version)
				}
			}
		}
		if chosen, _ := Parse(more); e.Offers(chosen) {
			// Whoever keeps to what was chosen keeps to the expression: a set that allows all of it allows the expression.
			var entries []string
			for _, leaf := range chosen.Leaves() {
				entries = append(entries, leaf.String())
			}
			set, err := NewSet(entries...)
			if !malformed(err) && !Allows(e, set) {
				t.Fatalf("%s offers %s, whose licences do not suffice", e, chosen)
			}
		}
	})
}

// twentyChoices is an AND of 20 ORs in a little over 2,000 bytes.
func twentyChoices() string {
	parts := make([]string, 20)
	for i := range parts {
		parts[i] = "(MIT OR Apache-2.0 OR GPL-2.0-or-later WITH Classpath-exception-2.0 OR EUPL-1.1+ OR LicenseRef-vendor-" + string(rune('a'+i)) + ")"
	}
	return strings.Join(parts, " AND ")
}

func wideChoices() string {
	var b strings.Builder
	for i := 0; b.Len() < MaxLength-60; i++ {
		if i > 0 {
			b.WriteString(" AND ")
		}
		b.WriteString("(MIT OR GPL-2.0-or-later OR LicenseRef-" + strings.Repeat("a", i%9+1) + strings.Repeat("b", i/9%9+1) + strings.Repeat("c", i/81+1) + ")")
	}
	return b.String()
}

func deepChoices() string {
	return strings.Repeat("(MIT OR ISC AND (EUPL-1.1+ OR Zlib AND ", MaxDepth/2) + "0BSD" + strings.Repeat("))", MaxDepth/2)
}

func BenchmarkSets(b *testing.B) {
	set, err := NewSet("MIT", "ISC", "0BSD", "Zlib", "Apache-2.0", "EUPL-1.2", "MPL-2.0", "GPL-3.0-or-later")
	if err != nil {
		b.Fatal(err)
	}
	ban := set.Complement()
	for _, c := range []struct{ name, text string }{{"TwentyChoices", twentyChoices()}, {"64KiB", wideChoices()}, {"Depth200", deepChoices()}} {
		e := mustParse(b, c.text)
		b.Run(c.name+"/Parse", func(b *testing.B) {
			for b.Loop() {
				mustParse(b, c.text)
			}
		})
		b.Run(c.name+"/Judge", func(b *testing.B) {
			for b.Loop() {
				e.Judge(func(l Leaf) Verdict { return verdictIf(set.Has(l)) })
			}
		})
		b.Run(c.name+"/Allows", func(b *testing.B) {
			for b.Loop() {
				Allows(e, set)
			}
		})
		b.Run(c.name+"/RequiresAny", func(b *testing.B) {
			for b.Loop() {
				RequiresAny(e, ban)
			}
		})
		b.Run(c.name+"/All", func(b *testing.B) {
			b.ReportMetric(float64(len(c.text)), "bytes")
			for b.Loop() {
				e := mustParse(b, c.text)
				if verdict := e.Judge(func(l Leaf) Verdict { return verdictIf(set.Has(l)) }); Allows(e, set) != (verdict != Denied) {
					b.Fatal(verdict)
				}
			}
		})
		b.Run(c.name+"/KeepAndOffers", func(b *testing.B) {
			for b.Loop() {
				if !e.Offers(e.Keep(func(l Leaf) bool { return !l.IsRef() })) {
					b.Fatal("not offered")
				}
			}
		})
	}
}

func TestTwentyChoicesAreJudgedWithinAMillisecond(t *testing.T) {
	text := twentyChoices()
	if len(text) < 2000 {
		t.Fatalf("%d bytes", len(text))
	}
	set := setOf(t, "MIT, Apache-2.0")
	fastest := time.Hour
	for range 50 {
		start := time.Now()
		e := mustParse(t, text)
		verdict := e.Judge(func(l Leaf) Verdict { return verdictIf(set.Has(l)) })
		allowed := Allows(e, set)
		fastest = min(fastest, time.Since(start))
		if verdict != NeedsChoice || !allowed {
			t.Fatalf("%s, allowed %v", verdict, allowed)
		}
	}
	if fastest > time.Millisecond {
		t.Errorf("the fastest of 50 runs took %s", fastest)
	}
}
