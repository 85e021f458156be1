package spdx

import (
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

func TestEachLimitRefusesWithItsOwnCode(t *testing.T) {
	const relation = `{"spdxElementId":"SPDXRef-a","relationshipType":"CONTAINS","relatedSpdxElement":"SPDXRef-b"}`
	blanks := strings.Repeat(" ", 300_000)
	deep := strings.Repeat("[", 100_000)
	for _, c := range []struct {
		name, text string
		lim        sbom.Limits
		code       string
	}{
		{"JSON of too many bytes", withMembers(`"files":[]`) + blanks, sbom.Limits{Bytes: 200_000}, "sbom-too-large"},
		{"JSON of too many bytes after unpacking", gzipped(withMembers(`"comment":"` + blanks + `"`)), sbom.Limits{Bytes: 200_000}, "sbom-unpacked-too-large"},
		{"tag-value of too many bytes", tagHeader + tagAlpha + blanks, sbom.Limits{TagValueBytes: 200_000}, "sbom-too-large"},
		{"tag-value of a few bytes too many", tagHeader + tagAlpha, sbom.Limits{TagValueBytes: 100}, "sbom-too-large"},
		{"YAML of too many bytes", "spdxVersion: SPDX-2.3\n" + blanks, sbom.Limits{MarkupBytes: 200_000}, "sbom-too-large"},
		{"RDF of too many bytes", rdfText(blanks), sbom.Limits{MarkupBytes: 200_000}, "sbom-too-large"},
		{"XML of too many bytes", "<Document><spdxVersion>SPDX-2.3</spdxVersion>" + blanks, sbom.Limits{MarkupBytes: 200_000}, "sbom-too-large"},
		{"JSON of too many packages", withPackages(`{"name":"b"},{"name":"c"}`), sbom.Limits{Packages: 2}, "sbom-too-many-packages"},
		{"tag-value of too many packages", tagHeader + tagAlpha + "PackageName: b\nSPDXID: SPDXRef-b\n", sbom.Limits{Packages: 1}, "sbom-too-many-packages"},
		{"salvaged tag-value of too many packages", tagHeader + tagAlpha + "PackageName: b\nPackageName: c\n", sbom.Limits{Packages: 2}, "sbom-too-many-packages"},
		{"RDF of too many packages", rdfText(`<spdx:Package rdf:about="#SPDXRef-b"/><spdx:Package rdf:about="#SPDXRef-c"><spdx:name>c</spdx:name></spdx:Package>`), sbom.Limits{Packages: 2}, "sbom-too-many-packages"},
		{"JSON of too many relationships", withMembers(`"relationships":[` + relation + `,` + relation + `]`), sbom.Limits{Relationships: 1}, "sbom-too-many-relationships"},
		{"tag-value of too many relationships", tagHeader + tagAlpha + "Relationship: SPDXRef-a CONTAINS SPDXRef-b\n", sbom.Limits{Relationships: 1}, "sbom-too-many-relationships"},
		{"JSON that nests too deep in what is passed over", sound + `"x":` + deep, sbom.Limits{}, "sbom-too-deep"},
		{"JSON that nests too deep in a package", withPackage(`"versionInfo":[` + deep), sbom.Limits{}, "sbom-too-deep"},
		{"JSON that nests objects too deep", sound + `"x":` + strings.Repeat(`{"x":`, 100_000), sbom.Limits{}, "sbom-too-deep"},
		{"YAML that nests too deep", "spdxVersion: SPDX-2.3\npackages:\n" + strings.Repeat("- ", 300) + "a\n", sbom.Limits{}, "sbom-too-deep"},
		{"XML that nests too deep", "<Document><spdxVersion/>" + strings.Repeat("<a>", 100_000), sbom.Limits{}, "sbom-too-deep"},
		{"RDF that nests too deep", rdfText(strings.Repeat("<a>", 100_000)), sbom.Limits{}, "sbom-too-deep"},
		{"JSON with too long a value", withPackage(`"versionInfo":"` + strings.Repeat("x", 3<<20)), sbom.Limits{StringLength: 1000}, "sbom-string-too-long"},
		{"tag-value with too long a value", tagHeader + tagAlpha + "Odd: 1\nPackageVersion: " + strings.Repeat("x", 2000) + "\n", sbom.Limits{StringLength: 1000}, "sbom-string-too-long"},
	} {
		t.Run(c.name, func(t *testing.T) {
			refusesAs(t, c.text, c.lim, c.code)
		})
	}
}

func TestARunOfBlanksIsNotCalledAValueOnly(t *testing.T) {
	_, err := tryRead(sound+strings.Repeat(" ", 3<<20), sbom.Limits{StringLength: 1000})
	if err == nil || !strings.Contains(err.Error(), "a value or a run of blanks longer than 1000 bytes") {
		t.Errorf("got %v", err)
	}
}

func refusesAs(t *testing.T, text string, lim sbom.Limits, code string) {
	t.Helper()
	got, err := tryRead(text, lim)
	var refusal *models.Error
	if !errors.As(err, &refusal) || got.SBOMDocument != nil {
		t.Fatalf("read %+v, %v", got.SBOMDocument, err)
	}
	if refusal.Kind != models.TooLarge || refusal.Code != code || refusal.Detail == "" {
		t.Errorf("refused as %s %s: %s", refusal.Kind, refusal.Code, refusal.Detail)
	}
}

func TestYAMLThatNestsWithoutEndIsReadUpToThere(t *testing.T) {
	const before = "spdxVersion: SPDX-2.3\nfiles: [{SPDXID: SPDXRef-f}]\npackages:\n"
	for _, text := range []string{strings.Repeat("[", 1_000_000), strings.Repeat("- ", 1_000_000), strings.Repeat("{a: ", 1_000_000), strings.Repeat("? ", 100_000)} {
		if got := read(t, before+text); got.Files != 1 || got.found()[0] != "broken-off line 4" {
			t.Errorf("of %.10q read %d files, %v", text, got.Files, got.found())
		}
	}
}

func TestTextsOverTheLimitAreLeftOutAndTheDocumentIsRead(t *testing.T) {
	text := withMembers(`"hasExtractedLicensingInfos":[{"licenseId":"LicenseRef-1","extractedText":"1234"},{"licenseId":"LicenseRef-2","extractedText":"1234"}]`)
	got, err := tryRead(text, sbom.Limits{TextBytes: 6})
	if err != nil {
		t.Fatal(err)
	}
	if found := got.found(); len(found) != 1 || found[0] != "licence-text-left-out /hasExtractedLicensingInfos/1" {
		t.Errorf("found %v", found)
	}
	if len(got.Extracted) != 2 || got.Extracted[0].Text != "1234" || got.Extracted[1].Text != "" {
		t.Errorf("kept %+v", got.Extracted)
	}
}

// TestFloodsOfDefectsAreReadInLinearTime has inputs on which a reader that removes, searches or reports them one by one takes minutes.
func TestFloodsOfDefectsAreReadInLinearTime(t *testing.T) {
	const many = 200_000
	flood := func(element string) string { return strings.TrimSuffix(strings.Repeat(element+",", many), ",") }
	for _, c := range []struct{ name, text, rule string }{
		{"a million null relationships", withMembers(`"relationships":[` + strings.Repeat("null,", 1_000_000) + `null]`), "null-element"},
		{"empty relationships", withMembers(`"relationships":[` + flood("{}") + `]`), "incomplete-relationship"},
		{"dangling relationships", withMembers(`"relationships":[` + flood(`{"spdxElementId":"SPDXRef-a","relationshipType":"X","relatedSpdxElement":"x"}`) + `]`), "unknown-relationship-type"},
		{"null packages", withPackages(flood("null")), "null-element"},
		{"packages of one id", withPackages(flood(`{"SPDXID":"SPDXRef-a","name":"a"}`)), "duplicate-spdxid"},
		{"unclosed texts", tagHeader + strings.Repeat("PackageComment: <text>\n", many), "unreadable-line"},
		{"lines without a tag", tagHeader + strings.Repeat("x\n", many), "unreadable-line"},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			got := read(t, c.text)
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("it took %s", took)
			}
			kept := 0
			for _, f := range got.Findings {
				if f.Rule == c.rule {
					kept++
				}
			}
			if kept != 20 || got.MoreFindings < many-20-1 {
				t.Errorf("kept %d findings of %s and counted %d more", kept, c.rule, got.MoreFindings)
			}
			if got.Verdict() != models.Salvaged {
				t.Errorf("the verdict is %s", got.Verdict())
			}
		})
	}
}

func TestAYAMLBombIsBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString("spdxVersion: SPDX-2.3\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 12; i++ {
		before, now := string(rune('a'+i-1)), string(rune('a'+i))
		if i == 1 {
			before = "a0"
		}
		b.WriteString(now + ": &" + now + " [" + strings.TrimSuffix(strings.Repeat("*"+before+", ", 10), ", ") + "]\n")
	}
	var start, end runtime.MemStats
	runtime.ReadMemStats(&start)
	_, err := tryRead(b.String(), sbom.Limits{})
	runtime.ReadMemStats(&end)
	if err == nil {
		t.Error("the bomb was read")
	}
	if used := (end.TotalAlloc - start.TotalAlloc) >> 20; used > 1024 {
		t.Errorf("it took %d MB", used)
	} else {
		t.Logf("it took %d MB: %v", used, err)
	}
}
