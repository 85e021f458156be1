package importers

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

const document = `{"spdxVersion":"SPDX-2.3","dataLicense":"CC0-1.0","SPDXID":"SPDXRef-DOCUMENT","name":"d","documentNamespace":"https://sbom.test/d",
"creationInfo":{"created":"2026-01-02T03:04:05Z","creators":["Tool: t-1"]},"documentDescribes":["SPDXRef-a"],"packages":[
{"SPDXID":"SPDXRef-a","name":"alpha","licenseDeclared":"MIT","licenseConcluded":"NOASSERTION"},
{"SPDXID":"SPDXRef-b","name":"beta","licenseDeclared":"(MIT)","licenseConcluded":"Apache 2.0"},
{"SPDXID":"SPDXRef-c","name":"gamma","licenseDeclared":"NONE","licenseConcluded":"Apache-2.0"}],
"relationships":[{"spdxElementId":"SPDXRef-a","relationshipType":"CONTAINS","relatedSpdxElement":"SPDXRef-b"}]}
`

func TestACheckSaysWhatADocumentHolds(t *testing.T) {
	got := Check("some.txt", strings.NewReader(document), sbom.Limits{})
	want := CheckResult{File: "some.txt", SHA256: "5f0159a093c779ec5fc57374b76bd4c74860b4ff06380b77be9491fb059e131a", Kind: SBOM, Format: models.SPDXJSON,
		Version: "SPDX-2.3", Packages: 3, Relationships: 1, Licenses: 2, Verdict: models.Accepted,
		Findings: []models.ReadFinding{{Rule: "guessed-licence", Severity: models.Note, Pointer: "/packages/1/licenseConcluded",
			Message: "The licence “Apache 2.0” is no SPDX expression; “Apache-2.0” was taken to be meant."}}}
	if len(got.Tallies) == 0 {
		t.Error("nothing was counted for the lists of what a document shall have")
	}
	got.Tallies = nil // package quality holds them
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestACheckOfWhatCannotBeReadIsRefusedWithOneFatalFinding(t *testing.T) {
	for _, c := range []struct {
		name string
		r    io.Reader
		lim  sbom.Limits
		kind Kind
		rule string
	}{
		{"no document", strings.NewReader("Hello."), sbom.Limits{}, Unknown, "not-an-sbom"},
		{"nothing", strings.NewReader(""), sbom.Limits{}, Unknown, "empty"},
		{"another format", strings.NewReader("PK\x03\x04"), sbom.Limits{}, SBOM, "sbom-format-not-read"},
		{"too much", strings.NewReader(document), sbom.Limits{Packages: 2}, SBOM, "sbom-too-many-packages"},
		{"a broken disk", iotest.ErrReader(errors.New("input/output error")), sbom.Limits{}, Unknown, "unreadable-file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Check("x", c.r, c.lim)
			if got.Kind != c.kind || got.Verdict != models.Refused || len(got.Findings) != 1 || got.Packages != 0 {
				t.Fatalf("checked as %+v", got)
			}
			if f := got.Findings[0]; f.Rule != c.rule || f.Severity != models.Fatal || f.Message == "" {
				t.Errorf("found %+v", f)
			}
			if hasDigest := got.SHA256 != ""; hasDigest != (c.rule != "unreadable-file") {
				t.Errorf("the digest is %q", got.SHA256)
			}
		})
	}
}

func TestTheDigestIsThatOfAllBytesEvenWhenReadingStopsEarly(t *testing.T) {
	long := `{"bomFormat":"CycloneDX","x":"` + strings.Repeat("x", 1<<16) + `"}`
	if got, want := Check("x", strings.NewReader(long), sbom.Limits{}).SHA256, Check("x", iotest.OneByteReader(strings.NewReader(long)), sbom.Limits{}).SHA256; got != want || len(got) != 64 {
		t.Errorf("the digest is %q, read byte by byte %q", got, want)
	}
}
