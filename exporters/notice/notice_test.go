package notice_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/exporters/notice"
	"github.com/ospo-register/ospo/internal/testkit/documents"
	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
)

var update = flag.Bool("update", false, "write what the tests got into their golden files")

var notations = []struct {
	name  string
	write func(io.Writer, notice.Document) error
}{{"notice.txt", notice.Text}, {"notice.md", notice.Markdown}, {"notice.html", notice.HTML}}

func expression(t testing.TB, text string) licenses.Expression {
	t.Helper()
	if text == "" {
		return licenses.Expression{}
	}
	e, err := licenses.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// document is a notice of these components.
func document(components ...notice.Component) notice.Document {
	return notice.Document{
		Product: "Case file viewer", Release: "4.2.1", Agency: "Agency for Digital Government", MadeOn: time.Date(2026, 11, 23, 22, 0, 0, 0, time.UTC),
		List: licenses.Version{Number: "3.28.0", Date: "2026-02-20"}, Source: "viewer.spdx.json", Digest: strings.Repeat("ab", 32),
		Each: func(each func(*notice.Component) error) error {
			for _, c := range components {
				if err := each(&c); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func written(t testing.TB, write func(io.Writer, notice.Document) error, d notice.Document) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// component is a package of a document as a notice names it, by the concluded licence or else the declared one.
func component(p *models.SBOMPackage) notice.Component {
	c := notice.Component{Name: p.Name, Version: p.Version, PURL: p.PURL, Homepage: p.Homepage, Copyright: p.Copyright}
	for _, stated := range []string{p.Concluded, p.Declared} {
		if reading := licenses.Read(stated); !reading.Expression.IsZero() {
			c.License = reading.Expression
			return c
		} else if stated != "" {
			c.Stated = stated
		}
	}
	return c
}

func real(t testing.TB) notice.Document {
	t.Helper()
	data, err := os.ReadFile("testdata/sbomqs.spdx.json")
	if err != nil {
		t.Fatal(err)
	}
	whole := documents.Read(t, data)
	var all []notice.Component
	for i := range whole.List {
		all = append(all, component(&whole.List[i]))
	}
	d := document(all...)
	d.Product, d.Release, d.Source = "sbomqs", "0.0.15", "sbomqs.spdx.json"
	for _, x := range whole.Extracted {
		d.Extracts = append(d.Extracts, notice.Extract{Ref: x.Ref, Name: x.Name, Text: x.Text})
	}
	return d
}

func TestTheNoticeOfARealDocument(t *testing.T) {
	for _, n := range notations {
		got := written(t, n.write, real(t))
		path := filepath.Join("testdata", n.name)
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatalf("reading a golden file (make it with -update): %v", err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s differs (-want +got):\n%s", path, diff)
		}
	}
}

func TestTheOrderOfComponentsDoesNotMatter(t *testing.T) {
	a := notice.Component{Name: "b", License: expression(t, "MIT")}
	b := notice.Component{Name: "A", Version: "2", License: expression(t, "MIT"), Copyright: "© A"}
	c := notice.Component{Name: "a", Version: "1", License: expression(t, "ISC OR MIT"), Notes: []string{"Changed."}}
	for _, n := range notations {
		want := written(t, n.write, document(a, b, c))
		for _, order := range [][]notice.Component{{c, b, a}, {b, c, a}, {a, b, c, b, c}} {
			got := written(t, n.write, document(order...))
			got = strings.Replace(got, "2 entries of the document that say the same as another one are named once.", "", 1)
			if squeeze(got) != squeeze(want) {
				t.Errorf("%s depends on the order:\n%s", n.name, cmp.Diff(squeeze(want), squeeze(got)))
			}
		}
	}
}

func squeeze(text string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "<p></p> ", "")
}

func TestWhatANoticeSays(t *testing.T) {
	mit := expression(t, "MIT")
	for _, c := range []struct {
		name       string
		components []notice.Component
		extracts   []notice.Extract
		says       []string
		not        []string
	}{
		{"a document without components", nil, nil, []string{"names no components"}, []string{"It is not complete", "Licence texts"}},
		{
			"a complete notice", []notice.Component{{Name: "left-pad", Version: "1.3.0", License: mit, Copyright: "Copyright (c) 2018 Cameron Westland"}}, nil,
			[]string{"This notice names one component under one licence or combination of licences. It holds one licence text, printed once.",
				"Nothing is missing", "  * left-pad 1.3.0\n", "    Copyright (c) 2018 Cameron Westland\n", "Text 1: MIT License (MIT)", "    Permission is hereby granted"},
			[]string{"What is missing"},
		},
		{
			"nobody stated a licence or a copyright line", []notice.Component{{Name: "x", Stated: "see website"}, {Name: "y", License: mit}, {Name: "z", License: mit, Copyright: "NONE"}}, nil,
			[]string{"It is not complete: one component has no licence that is known; 2 components have no copyright line.", "No licence known\n\n  * x\n    Stated instead of a licence: see website",
				"Copyright lines: not known", "Copyright lines: none, says the document", "What is missing to make it complete"}, nil,
		},
		{
			"nobody has given a licence", []notice.Component{{Name: "x", Stated: "NONE", Copyright: "© X"}, {Name: "y", Stated: "NOASSERTION", Copyright: "© Y"}}, nil,
			[]string{"It is not complete: one component has no licence, as the document says itself; one component has no licence that is known."}, nil,
		},
		{
			"a choice that was made", []notice.Component{{Name: "x", License: expression(t, "GPL-2.0-only OR MIT"), Chosen: mit, Copyright: "© X"}}, nil,
			[]string{"MIT License (MIT)\nText 1\n\n  * x\n    Offered under: GPL-2.0-only OR MIT\n    Taken: MIT\n"}, []string{"GNU GENERAL PUBLIC", "choice of licences"},
		},
		{
			"a choice that nobody made", []notice.Component{{Name: "x", License: expression(t, "GPL-2.0-only OR MIT"), Copyright: "© X"}}, nil,
			[]string{"One component offers a choice of licences that nobody has made", "GNU GENERAL PUBLIC LICENSE", "Permission is hereby granted", "Texts 1 and 2"}, nil,
		},
		{
			"an exception has a text of its own", []notice.Component{{Name: "x", License: expression(t, "GPL-2.0-only WITH Classpath-exception-2.0"), Copyright: "© X"}}, nil,
			[]string{"An independent module is a module", "GNU GENERAL PUBLIC LICENSE", "It holds 2 licence texts"}, nil,
		},
		{
			"the same text under two identifiers", []notice.Component{{Name: "x", License: expression(t, "GPL-2.0-only"), Copyright: "© X"}, {Name: "y", License: expression(t, "GPL-2.0-or-later"), Copyright: "© Y"}}, nil,
			[]string{"It holds one licence text", "GNU General Public License v2.0 only (GPL-2.0-only); GNU General Public License v2.0 or later (GPL-2.0-or-later)"}, nil,
		},
		{
			"a text that the document brings along", []notice.Component{{Name: "x", License: expression(t, "LicenseRef-1"), Copyright: "© X"}}, []notice.Extract{{Ref: "LicenseRef-1", Name: "House rules", Text: "Be kind.\r\n\tAlways.\f"}},
			[]string{"House rules (LicenseRef-1)", "    Be kind.\n    \tAlways.\n", "Nothing is missing"}, nil,
		},
		{
			"texts that nobody has", []notice.Component{{Name: "x", License: expression(t, "LicenseRef-2 AND GPL-2.0-only WITH Swift-exception"), Copyright: "© X"}}, nil,
			[]string{"One component has a licence whose text is not here.", "  * x (LicenseRef-2, Swift-exception)", "Nobody has brought this text along.", "https://spdx.org/licenses/Swift-exception.html"}, nil,
		},
		{
			"lines that stand there twice", []notice.Component{{Name: "x", License: mit, Copyright: "© X\n\n  ©  X \n© Y"}}, nil,
			[]string{"    © X\n    © Y\n"}, []string{"© X\n    © X"},
		},
		{
			"hostile marks", []notice.Component{{Name: "x\x1b[31m\u202eevil\n\nLicence texts\n---", License: mit, Copyright: "© \x00X\u2028\u200bY"}}, nil,
			[]string{"  * x[31mevil Licence texts ---\n", "    © X\n    Copyright: Y\n"}, []string{"\x1b", "\u202e", "\x00", "\u200b"},
		},
		{
			"more than can be printed", []notice.Component{{Name: strings.Repeat("n", 600), License: mit, Copyright: strings.Repeat("© someone\n© no one ", 1) + strings.Repeat("c", 5000)}}, nil,
			[]string{strings.Repeat("n", 500) + "…\n", "ccc…\n", "Copyright lines: shortened here", "One component has copyright lines that are too long to be printed whole."}, []string{strings.Repeat("n", 501)},
		},
	} {
		d := document(c.components...)
		d.Extracts = c.extracts
		got := written(t, notice.Text, d)
		for _, words := range c.says {
			if !strings.Contains(got, words) {
				t.Errorf("%s: the notice does not say %q:\n%.3000s", c.name, words, got)
			}
		}
		for _, words := range c.not {
			if strings.Contains(got, words) {
				t.Errorf("%s: the notice says %.60q", c.name, words)
			}
		}
	}
}

func TestTheHeadSaysWhatWhoAndWhen(t *testing.T) {
	got := written(t, notice.Text, document())
	for _, words := range []string{
		"Licences and notices of Case file viewer 4.2.1\n====", "Published by: Agency for Digital Government\n", "Date: 2026-11-23\n",
		"Licences after: SPDX licence list 3.28.0 2026-02-20\n", "Components after: viewer.spdx.json\n", "SHA-256 of that document: abab",
	} {
		if !strings.Contains(got, words) {
			t.Errorf("the head does not say %q:\n%s", words, got)
		}
	}
}

func TestErrorsAreThoseOfTheInputAndTheOutput(t *testing.T) {
	broken := errors.New("broken")
	for _, n := range notations {
		if err := n.write(io.Discard, notice.Document{Product: " \x00 "}); !errors.Is(err, notice.ErrNoProduct) {
			t.Errorf("%s without a product: %v", n.name, err)
		}
		d := document()
		d.Each = func(func(*notice.Component) error) error { return broken }
		if err := n.write(io.Discard, d); !errors.Is(err, broken) {
			t.Errorf("%s of an input that breaks: %v", n.name, err)
		}
		if err := n.write(fails{broken}, real(t)); !errors.Is(err, broken) {
			t.Errorf("%s to an output that breaks: %v", n.name, err)
		}
	}
}

type fails struct{ err error }

func (f fails) Write([]byte) (int, error) { return 0, f.err }

// many hands over n components of which every hundredth has copyright lines of its own.
func many(t testing.TB, n int) notice.Document {
	all := []licenses.Expression{expression(t, "MIT"), expression(t, "Apache-2.0 OR MIT"), expression(t, "GPL-2.0-only WITH Classpath-exception-2.0"), expression(t, "LicenseRef-9"), {}}
	shared := strings.Repeat("Copyright (c) 2020 The Authors of Something Large, all rights reserved\nand more words that all of them share\n", 20)
	d := document()
	d.Each = func(each func(*notice.Component) error) error {
		for i := range n {
			c := notice.Component{Name: fmt.Sprintf("component-%d", i%(n/2+1)), Version: fmt.Sprintf("1.%d", i), PURL: fmt.Sprintf("pkg:npm/component-%d@1.%d", i, i),
				License: all[i%len(all)], Copyright: strings.Clone(shared)}
			if i%100 == 0 {
				c.Copyright = fmt.Sprintf("Copyright %d Somebody", i)
			}
			if err := each(&c); err != nil {
				return err
			}
		}
		return nil
	}
	return d
}

func TestFiftyThousandComponentsTakeLittleMemory(t *testing.T) {
	d := many(t, 50_000)
	var peak uint64
	before := heap()
	if err := notice.Text(writerFunc(func(p []byte) (int, error) {
		if peak == 0 { // everything is gathered and nothing is printed yet
			peak = heap()
		}
		return len(p), nil
	}), d); err != nil {
		t.Fatal(err)
	}
	if mb := (int64(peak) - int64(before)) >> 20; mb > 40 {
		t.Errorf("%d MB are held for 50,000 components", mb)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func BenchmarkFiftyThousandComponents(b *testing.B) {
	for _, n := range notations {
		b.Run(n.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := n.write(io.Discard, many(b, 50_000)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
