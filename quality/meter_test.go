package quality

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ospo-register/ospo/models"
)

// noon is the time that the documents of these tests are measured at.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func measure(d *models.SBOMDocument, pkgs ...models.SBOMPackage) map[string]models.Tally {
	m := NewMeter()
	m.Now = noon
	for i := range pkgs {
		pkgs[i].Ordinal = int32(i)
		m.Package(&pkgs[i])
	}
	tallies := map[string]models.Tally{}
	for _, t := range m.Finish(d) {
		tallies[t.Fact] = t
	}
	return tallies
}

// The one letter of an outcome: v(alue), u(nknown), m(issing).
func letter(t models.Tally) string {
	switch (models.Tally{Fact: t.Fact, Value: t.Value, Unknown: t.Unknown, Missing: t.Missing}) {
	case models.Tally{Fact: t.Fact, Value: 1}:
		return "v"
	case models.Tally{Fact: t.Fact, Unknown: 1}:
		return "u"
	case models.Tally{Fact: t.Fact, Missing: 1}:
		return "m"
	}
	return fmt.Sprintf("%+v", t)
}

const (
	hex32  = "0123456789abcdef0123456789abcdef"
	hex64  = hex32 + hex32
	hex128 = hex64 + hex64
)

func sums(pairs ...string) []models.Checksum {
	var list []models.Checksum
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, models.Checksum{Algorithm: pairs[i], Hex: pairs[i+1]})
	}
	return list
}

func TestWhatAPackageStates(t *testing.T) {
	type pkg = models.SBOMPackage
	for _, test := range []struct {
		name string
		pkg  pkg
		fact string
		want string
	}{
		{"a name", pkg{Name: "zlib"}, "name", "v"},
		{"a name of blanks is none", pkg{Name: "  "}, "name", "m"},
		{"a name NOASSERTION is a placeholder", pkg{Name: "NOASSERTION"}, "name", "u"},
		{"a package URL in place of a name was put there by the reader", pkg{Name: "pkg:npm/a@1", PURL: "pkg:npm/a@1"}, "name", "m"},
		{"a version", pkg{Version: "1.2.3"}, "version", "v"},
		{"no version", pkg{}, "version", "m"},
		{"a version said to be unknown by the format", pkg{Unknowns: models.UnknownVersion}, "version", "u"},
		{"the word UNKNOWN for a version", pkg{Version: "UNKNOWN"}, "version", "u"},
		{"a value beats the flag", pkg{Version: "1", Unknowns: models.UnknownVersion}, "version", "v"},
		{"a supplier", pkg{Supplier: "ACME"}, "supplier", "v"},
		{"a supplier NOASSERTION", pkg{Unknowns: models.UnknownSupplier}, "supplier", "u"},
		{"a supplier named unknown, as CycloneDX does it", pkg{Supplier: "unknown"}, "supplier", "u"},
		{"the supplier is no originator", pkg{Supplier: "ACME"}, "originator", "m"},
		{"the supplier stands in for the producer", pkg{Supplier: "ACME"}, "producer", "v"},
		{"a supplier beats an originator that is not known", pkg{Supplier: "ACME", Unknowns: models.UnknownOriginator}, "producer", "v"},
		{"one of two said to be unknown, the other not said", pkg{Unknowns: models.UnknownOriginator}, "producer", "u"},
		{"neither originator nor supplier", pkg{}, "producer", "m"},
		{"an address of the producer", pkg{Contact: "a@example.org"}, "producer-contact", "v"},
		{"a producer without an address", pkg{Supplier: "ACME"}, "producer-contact", "m"},
		{"an unknown producer has an unknown address", pkg{Unknowns: models.UnknownSupplier}, "producer-contact", "u"},
		{"a purl", pkg{PURL: "pkg:deb/debian/zlib1g@1:1.2?arch=amd64"}, "identifier", "v"},
		{"what is not a purl", pkg{PURL: "npm/a@1"}, "identifier", "m"},
		{"a purl without a name", pkg{PURL: "pkg:npm/@1"}, "identifier", "m"},
		{"a CPE", pkg{CPEs: []string{"cpe:2.3:a:gnu:zlib:1.2:*:*:*:*:*:*:*"}}, "identifier", "v"},
		{"one CPE of two can be read", pkg{CPEs: []string{"cpe:2.3:a", "cpe:/a:gnu:zlib:1.2"}}, "identifier", "v"},
		{"a CPE that cannot be read", pkg{CPEs: []string{"cpe:2.3:a:gnu"}}, "identifier", "m"},
		{"an identifier said to be unknown", pkg{Unknowns: models.UnknownIdentifier}, "identifier", "u"},
		{"a SWHID", pkg{Identifiers: []models.Identifier{{Scheme: "swhid", Value: "swh:1:cnt:" + hex32 + "01234567"}}}, "identifier", "v"},
		{"a SWHID that is cut off", pkg{Identifiers: []models.Identifier{{Scheme: "swhid", Value: "swh:1:cnt:0123"}}}, "identifier", "m"},
		{"a gitoid", pkg{Identifiers: []models.Identifier{{Scheme: "gitoid", Value: "gitoid:blob:sha256:" + hex64}}}, "identifier", "v"},
		{"a gitoid of the wrong length", pkg{Identifiers: []models.Identifier{{Scheme: "gitoid", Value: "gitoid:blob:sha1:" + hex64}}}, "identifier", "m"},
		{"an OmniBOR id", pkg{Identifiers: []models.Identifier{{Scheme: "omnibor", Value: hex64}}}, "identifier", "v"},
		{"a SWID tag", pkg{Identifiers: []models.Identifier{{Scheme: "swid", Value: "com.acme.x"}}}, "identifier", "v"},
		{"a UUID", pkg{Identifiers: []models.Identifier{{Scheme: "uuid", Value: "3E671687-395b-41f5-a30f-a58921a69b79"}}}, "identifier", "v"},
		{"the UUID of zeros", pkg{Identifiers: []models.Identifier{{Scheme: "uuid", Value: "00000000-0000-0000-0000-000000000000"}}}, "identifier", "m"},
		{"an identifier of a scheme nobody knows", pkg{Identifiers: []models.Identifier{{Scheme: "isbn", Value: "1"}}}, "identifier", "m"},
		{"a SHA-256", pkg{Checksums: sums("SHA256", hex64)}, "hash", "v"},
		{"a digest of the wrong length", pkg{Checksums: sums("SHA256", hex32)}, "hash", "m"},
		{"a digest with letters beyond f", pkg{Checksums: sums("SHA256", hex32+"g123456789abcdef0123456789abcdef")}, "hash", "m"},
		{"a digest by an algorithm nobody knows", pkg{Checksums: sums("ROT13", hex64)}, "hash", "m"},
		{"a digest said to be unknown", pkg{Unknowns: models.UnknownChecksum}, "hash", "u"},
		{"MD5 is a hash value", pkg{Checksums: sums("MD5", hex32)}, "hash", "v"},
		{"MD5 alone is no algorithm that holds", pkg{Checksums: sums("MD5", hex32)}, "hash-algorithm", "m"},
		{"SHA-1 alone is no algorithm that holds", pkg{Checksums: sums("SHA1", hex32+"01234567")}, "hash-algorithm", "m"},
		{"SHA-1 beside SHA-256", pkg{Checksums: sums("SHA1", hex32+"01234567", "SHA256", hex64)}, "hash-algorithm", "v"},
		{"an algorithm spelt as CycloneDX does", pkg{Checksums: sums("SHA3-512", hex128)}, "hash-algorithm", "v"},
		{"SHA-256 is not SHA-512", pkg{Checksums: sums("SHA256", hex64)}, "hash-sha512", "m"},
		{"SHA3-512 is not SHA-512", pkg{Checksums: sums("SHA3-512", hex128)}, "hash-sha512", "m"},
		{"SHA-512", pkg{Checksums: sums("SHA-512", hex128)}, "hash-sha512", "v"},
		{"a file name", pkg{FileName: "a.jar"}, "filename", "v"},
		{"a file name said to be unknown", pkg{Unknowns: models.UnknownFileName}, "filename", "u"},
		{"no download location is an answer", pkg{Download: "NONE"}, "download", "v"},
		{"a download location NOASSERTION", pkg{Download: "NOASSERTION"}, "download", "u"},
		{"a download location that the reader emptied", pkg{Unknowns: models.UnknownDownload}, "download", "u"},
		{"words about the source are no address", pkg{Source: "acquired from a package database"}, "source", "m"},
		{"the address of the source", pkg{Source: "https://git.example.org/a"}, "source", "v"},
		{"not executable is a statement", pkg{Traits: models.NotExecutable}, "executable", "v"},
		{"executable says nothing about archives", pkg{Traits: models.Executable}, "archive", "m"},
		{"structured", pkg{Traits: models.Structured}, "structured", "v"},
		{"a way to report weaknesses", pkg{Security: "https://example.org/.well-known/security.txt"}, "security-contact", "v"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := letter(measure(&models.SBOMDocument{}, test.pkg)[test.fact]); got != test.want {
				t.Errorf("%s is %s, want %s", test.fact, got, test.want)
			}
		})
	}
}

func TestARangeIsNotAVersion(t *testing.T) {
	for _, text := range []string{"^1.2", "~1.2", ">=1.0", "<2", ">= 1.0, < 2", "1.0 - 2.0", "1 || 2", "1.x", "1.2.*", "*", "[1.0,2.0)", "==1.2",
		"!=3", "latest", "vers:npm/>=1", "${project.version}", "v${VERSION}", "@VERSION@", "%VERSION%", "1.0, !=1.1", "1.0 <2"} {
		if got := versionOf(text); got != missing {
			t.Errorf("%q: %v, want missing", text, got)
		}
	}
	for _, text := range []string{"1", "1.2.3", "v1.2.3+incompatible", "0.0.0-20260101120000-abcdefabcdef", "1:1.2.3-4+deb12u1", "1.0~rc1", "2026-11-22",
		"11.11,REV=2009.11.11", "r12", "1.2.3 (build 5)", "3.0.x1", "abcdef0123", "latest-2"} {
		if got := versionOf(text); got != value {
			t.Errorf("%q: %v, want a value", text, got)
		}
	}
	for _, text := range []string{"NOASSERTION", "unknown", "UNKNOWN", "n/a", "null", "[not provided]", "(devel)", "<unknown>", "unspecified"} {
		if got := versionOf(text); got != unknown {
			t.Errorf("%q: %v, want unknown", text, got)
		}
	}
}

func TestWhatALicenceSays(t *testing.T) {
	extracted := []models.Extract{{Ref: "LicenseRef-Own", Text: "You may."}, {Ref: "LicenseRef-Blank", Text: " "}}
	for _, test := range []struct {
		name, concluded, declared                    string
		license, inferred, distribution, declaration string
	}{
		{"nothing", "", "", "m", "m", "m", "m"},
		{"an expression concluded", "MIT OR Apache-2.0", "", "v", "v", "v", "m"},
		{"an expression declared", "", "MIT", "v", "m", "m", "v"},
		{"NOASSERTION is not known", "NOASSERTION", "NOASSERTION", "u", "u", "u", "u"},
		{"NOASSERTION concluded, MIT declared", "NOASSERTION", "MIT", "v", "u", "u", "v"},
		{"a placeholder", "", "Unknown", "u", "m", "m", "u"},
		{"NONE is an answer, but not a distribution licence", "NONE", "", "v", "v", "m", "m"},
		{"a name that has to be guessed is no expression", "Apache License, Version 2.0", "", "v", "v", "m", "m"},
		{"a licence of its own with its text", "LicenseRef-Own", "", "v", "v", "v", "m"},
		{"a licence of its own in other case", "licenseref-own AND MIT", "", "v", "v", "v", "m"},
		{"a licence of its own without a text", "LicenseRef-Lost", "", "m", "m", "m", "m"},
		{"a text of blanks is none", "LicenseRef-Blank", "", "m", "m", "m", "m"},
		{"one of two licences without a text", "MIT AND LicenseRef-Lost", "", "m", "m", "m", "m"},
		{"a text that another document has", "DocumentRef-x:LicenseRef-Own", "", "m", "m", "m", "m"},
		{"what nobody can read", "see the file", "", "m", "m", "m", "m"},
		{"an unreadable conclusion beside a declaration", "see the file", "MIT", "v", "m", "m", "v"},
		{"NOASSERTION in an expression", "MIT AND NOASSERTION", "", "u", "u", "u", "m"},
	} {
		t.Run(test.name, func(t *testing.T) {
			tallies := measure(&models.SBOMDocument{Extracted: extracted}, models.SBOMPackage{Concluded: test.concluded, Declared: test.declared})
			got := []string{letter(tallies["license"]), letter(tallies["concluded-license"]), letter(tallies["distribution-license"]), letter(tallies["declared-license"])}
			if diff := cmp.Diff([]string{test.license, test.inferred, test.distribution, test.declaration}, got); diff != "" {
				t.Errorf("license, concluded, distribution, declared (-want +got):\n%s", diff)
			}
		})
	}
}

// anyPackage draws from values that mean different things to every fact.
func anyPackage(t *rapid.T) models.SBOMPackage {
	pick := func(label string, values ...string) string { return rapid.SampledFrom(values).Draw(t, label) }
	p := models.SBOMPackage{
		Name: pick("name", "", "a", "NOASSERTION"), Version: pick("version", "", "1", "^1", "unknown"), PURL: pick("purl", "", "pkg:npm/a", "x"),
		Ref: pick("ref", "", "a"), Supplier: pick("supplier", "", "A", "unknown"), Originator: pick("originator", "", "B", "NOASSERTION"),
		Contact: pick("contact", "", "a@b.example"), Declared: pick("declared", "", "MIT", "NONE", "NOASSERTION", "LicenseRef-1"),
		Concluded: pick("concluded", "", "MIT", "NONE", "NOASSERTION", "no words"), Download: pick("download", "", "NONE", "https://a.example/"),
		Unknowns: models.Unknown(rapid.Uint16().Draw(t, "unknowns")), Traits: models.Trait(rapid.Uint8().Draw(t, "traits")),
		Source: pick("source", "", "x", "https://a.example/"), FileName: pick("file", "", "a.jar"),
	}
	if rapid.Bool().Draw(t, "sum") {
		p.Checksums = sums(pick("algorithm", "MD5", "SHA256", "x"), pick("hex", hex32, hex64, "y"))
	}
	return p
}

func TestOutcomesAddUpToThePackages(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := NewMeter()
		n := rapid.IntRange(0, 12).Draw(t, "packages")
		d := &models.SBOMDocument{
			Format:    rapid.SampledFrom(append([]models.SBOMFormat{""}, models.SBOMFormats...)).Draw(t, "format"),
			Namespace: rapid.SampledFrom([]string{"", "https://a.test/1"}).Draw(t, "namespace"), Signed: rapid.Bool().Draw(t, "signed"),
			SpecVersion: rapid.SampledFrom([]string{"", "SPDX-2.3", "1.6"}).Draw(t, "version"),
		}
		for range n {
			p := anyPackage(t)
			m.Package(&p)
			d.Complete = append(d.Complete, models.Completeness(rapid.IntRange(0, 4).Draw(t, "complete")))
		}
		ordinal := rapid.Int32Range(-2, int32(n)+2)
		for range rapid.IntRange(0, 20).Draw(t, "edges") {
			d.Edges = append(d.Edges, models.Edge{From: ordinal.Draw(t, "from"), To: ordinal.Draw(t, "to"), Kind: models.EdgeKind(rapid.IntRange(0, 9).Draw(t, "kind"))})
		}
		d.Roots = rapid.SliceOfN(ordinal, 0, 3).Draw(t, "roots")
		tallies := m.Finish(d)
		if len(tallies) != len(Facts()) {
			t.Fatalf("%d tallies for %d facts", len(tallies), len(Facts()))
		}
		for i, f := range Facts() {
			want := 1
			if f.Scope == OfComponent {
				want = n
			}
			got := tallies[i]
			if got.Fact != f.ID || got.Value < 0 || got.Unknown < 0 || got.Missing < 0 || got.Value+got.Unknown+got.Missing != want {
				t.Fatalf("%+v does not add up to %d", got, want)
			}
			if f.Unknown == "" && got.Unknown > 0 {
				t.Fatalf("%+v: the list of facts has no words for an unknown one", got)
			}
		}
	})
}

// ordinary is a package as generators write it, the i-th of a document.
func ordinary(i int) *models.SBOMPackage {
	declared := []string{"MIT", "Apache-2.0", "GPL-2.0-or-later AND BSD-3-Clause", "NOASSERTION"}[i%4]
	return &models.SBOMPackage{
		Ordinal: int32(i), Ref: "Package-npm-left-pad", Name: "left-pad", Version: "1.3.0", PURL: "pkg:npm/%40scope/left-pad@1.3.0?arch=x64", Supplier: "ACME",
		Declared: declared, Concluded: "NOASSERTION", Download: "NOASSERTION", CPEs: []string{"cpe:2.3:a:left-pad:left-pad:1.3.0:*:*:*:*:*:*:*"},
		Checksums: sums("SHA1", hex32+"01234567", "SHA256", hex64), Unknowns: models.UnknownOriginator | models.UnknownDownload,
	}
}

func TestOrdinaryPackagesNeedNoMemory(t *testing.T) {
	m := NewMeter()
	var pkgs []*models.SBOMPackage
	for i := range 8 {
		pkgs = append(pkgs, ordinary(i))
		m.Package(pkgs[i])
	}
	if n := testing.AllocsPerRun(100, func() {
		for _, p := range pkgs {
			m.Package(p)
		}
	}); n != 0 {
		t.Errorf("%v allocations for packages like those before", n)
	}
}

func BenchmarkMeterPackage(b *testing.B) {
	m := NewMeter()
	var pkgs []*models.SBOMPackage
	for i := range 1024 {
		pkgs = append(pkgs, ordinary(i))
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		m.Package(pkgs[i%1024])
	}
}

func BenchmarkFinishFiftyThousandPackages(b *testing.B) {
	const n = 50000
	d := &models.SBOMDocument{Format: models.SPDXJSON, Roots: []int32{0}}
	for i := range int32(150000) {
		d.Edges = append(d.Edges, models.Edge{From: i % n / 2, To: (i*7 + 1) % n, Kind: models.EdgeDependsOn})
	}
	m := NewMeter()
	for i := range n {
		m.Package(ordinary(i))
	}
	b.ReportAllocs()
	for b.Loop() {
		again := *m
		again.Finish(d)
	}
}
