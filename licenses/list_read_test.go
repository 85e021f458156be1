package licenses

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func listFile(t testing.TB, name string) []byte {
	t.Helper()
	f, err := os.Open("testdata/lists/" + name + ".json.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	zipped, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(zipped)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func readList(t testing.TB, release string) *List {
	t.Helper()
	l, err := ReadList(bytes.NewReader(listFile(t, "licenses-"+release)), bytes.NewReader(listFile(t, "exceptions-"+release)))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestTheEmbeddedListIsTheReleaseWordForWord(t *testing.T) {
	t.Parallel()
	read := readList(t, "3.28.0")
	if diff := cmp.Diff(Embedded().All(), read.All()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(Embedded().AllExceptions(), read.AllExceptions()); diff != "" {
		t.Error(diff)
	}
	if Embedded().Digest() != read.Digest() || Embedded().Version() != read.Version() || len(read.Digest()) != 64 {
		t.Errorf("the digests are %s and %s", Embedded().Digest(), read.Digest())
	}
	if changes := Embedded().Changes(read); len(changes) > 0 {
		t.Errorf("the same release differs: %v", changes)
	}
}

func TestALaterListTellsWhatItChanges(t *testing.T) {
	t.Parallel()
	later := readList(t, "2026-07")
	if later.Digest() == Embedded().Digest() || later.Version() != (Version{"e4c1f27", "2026-07-16"}) {
		t.Errorf("the later list is %v %s", later.Version(), later.Digest())
	}
	var got []string
	for _, c := range Embedded().Changes(later) {
		got = append(got, fmt.Sprintf("%s %s: %s → %s", c.Kind, c.ID, c.Before, c.After))
	}
	want := []string{
		"added Brian-Gladman-3-Clause-no-conversion:  → Brian Gladman 3-Clause License (no conversion clause)",
		"added Bugroff:  → Bugroff License",
		"added CC-BY-NC-3.0-IGO:  → Creative Commons Attribution Non Commercial 3.0 IGO",
		"osi CDDL-1.1: no → yes",
		"added Informatica:  → Informatica License",
		"added MVT-1.1:  → MVT License 1.1",
		"added atc-game:  → atc Game License",
		"added Google-Patent-WebM:  → Google Additional IP Rights Grant (Patents) - WebM",
		"added Spelling-Provider-LGPL-exception:  → Spelling Provider LGPL exception",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	added := 0
	for _, c := range Embedded().Changes(later) {
		if c.Kind != ChangeAdded || c.Exception {
			continue
		}
		added++
		if f := later.Facts(Leaf{ID: c.ID}); !f.Listed || Embedded().Facts(Leaf{ID: c.ID}).Listed {
			t.Errorf("%s is %+v", c.ID, f)
		}
	}
	if back := later.Changes(Embedded()); added == 0 || len(back) != len(got) {
		t.Errorf("%d are added, and the way back has %d changes", added, len(back))
	}
}

func TestFlagsThatChangeAreNamed(t *testing.T) {
	t.Parallel()
	exceptions := `{"licenseListVersion":"9","exceptions":[{"licenseExceptionId":"E-exception","name":"E"}]}`
	list := func(entry string) *List {
		l, err := ReadList(strings.NewReader(`{"licenseListVersion":"9","releaseDate":"2030-01-02","licenses":[`+entry+`]}`), strings.NewReader(exceptions))
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	before := list(`{"licenseId":"mit","name":"M","isOsiApproved":false},{"licenseId":"Gone","name":"G","isOsiApproved":true}`)
	after := list(`{"licenseId":"MIT","name":"MIT License","isOsiApproved":true,"isFsfLibre":false,"isDeprecatedLicenseId":true}`)
	want := []Change{
		{"Gone", false, ChangeRemoved, "G", ""},
		{"MIT", false, ChangeSpelling, "mit", "MIT"}, {"MIT", false, ChangeName, "M", "MIT License"}, {"MIT", false, ChangeDeprecated, "no", "yes"},
		{"MIT", false, ChangeOSI, "no", "yes"}, {"MIT", false, ChangeFSF, "unstated", "no"},
	}
	if diff := cmp.Diff(want, before.Changes(after)); diff != "" {
		t.Error(diff)
	}
}

func TestABadListIsRefusedWithEveryMistake(t *testing.T) {
	t.Parallel()
	good := `{"licenseListVersion":"3.99.0","exceptions":[{"licenseExceptionId":"E-exception","name":"E"}]}`
	for name, c := range map[string]struct {
		licenses, exceptions string
		want                 []string
	}{
		"not JSON":       {"<html>", "[]", []string{"licenses.json is not the JSON", "exceptions.json is not the JSON"}},
		"empty":          {"{}", "{}", []string{"licenseListVersion is missing", "releaseDate", "licenses.json has no licenses", "exceptions.json has no exceptions"}},
		"two releases":   {`{"licenseListVersion":"3.98.0","releaseDate":"2026-01-01","licenses":[{"licenseId":"A","name":"A","isOsiApproved":true}]}`, good, []string{`of release "3.98.0"`}},
		"the wrong file": {good, good, []string{"licenses.json has no licenses", "releaseDate"}},
		"bad entries": {
			`{"licenseListVersion":"3.99.0","releaseDate":"2026-13-01","licenses":[{"licenseId":"A B","name":"A","isOsiApproved":true},{"licenseId":"C"},{"name":"D","isOsiApproved":true},{"licenseId":"c","name":"C","isOsiApproved":false},{"licenseId":"LicenseRef-x","name":"X","isOsiApproved":false}]}`,
			good,
			[]string{`"2026-13-01" is not a date`, `"A B" is not an identifier`, "(C): the name is missing", "(C): isOsiApproved is missing", "entry 3: licenseId is missing", "c is in licenses.json already", `"LicenseRef-x" is not an identifier`},
		},
		"a version that is none": {`{"licenseListVersion":"3 99","releaseDate":"2026-01-01","licenses":[{"licenseId":"A","name":"A","isOsiApproved":true}]}`, good, []string{`"3 99" is not the number of a release`}},
		"too long":               {strings.Repeat(" ", MaxListBytes+1), good, []string{"licenses.json has more than"}},
	} {
		l, err := ReadList(strings.NewReader(c.licenses), strings.NewReader(c.exceptions))
		if err == nil || l != nil {
			t.Errorf("%s is accepted", name)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q is missing in:\n%v", name, want, err)
			}
		}
	}
	if _, err := ReadList(brokenReader{}, strings.NewReader(good)); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("a broken stream is %v", err)
	}
}

func TestManyMistakesAreCountedAndNotAllPrinted(t *testing.T) {
	t.Parallel()
	entries := strings.TrimSuffix(strings.Repeat(`{"licenseId":"A","isOsiApproved":true},`, 1000), ",")
	_, err := ReadList(strings.NewReader(`{"licenseListVersion":"1","releaseDate":"2026-01-01","licenses":[`+entries+`]}`), strings.NewReader(`{"licenseListVersion":"1","exceptions":[]}`))
	if err == nil || strings.Count(err.Error(), "\n") != maxMistakes || !strings.Contains(err.Error(), "and 1980 more mistakes") {
		t.Error(err)
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }

func FuzzReadList(f *testing.F) {
	f.Add([]byte(`{"licenseListVersion":"9","releaseDate":"2030-01-02T00:00:00Z","licenses":[{"licenseId":"MIT","name":"M","isOsiApproved":true,"isFsfLibre":false,"seeAlso":["a"]}]}`), []byte(`{"licenseListVersion":"9","exceptions":[{"licenseExceptionId":"E","name":"E"}]}`))
	f.Add([]byte(`{"licenses":[{"licenseId":"GPL-2.0+"},{"licenseId":"+"},{}]}`), []byte(`[]`))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		l, err := ReadList(bytes.NewReader(a), bytes.NewReader(b))
		if (l == nil) == (err == nil) {
			t.Fatalf("list %v, error %v", l, err)
		}
		if err != nil {
			return
		}
		for _, license := range l.All() {
			if got, ok := l.Get(license.ID); !ok || got.ID != license.ID {
				t.Errorf("%q is listed and not found", license.ID)
			}
			l.Facts(Leaf{ID: license.ID})
		}
		if again, err := ReadList(bytes.NewReader(a), bytes.NewReader(b)); err != nil || again.Digest() != l.Digest() {
			t.Errorf("read twice it differs: %v", err)
		}
	})
}
