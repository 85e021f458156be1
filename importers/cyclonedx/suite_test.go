package cyclonedx

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// defects names, for each kind of invalid document of the specification's suite, a rule that says what is wrong with it; none where
// it lies in a part that the register does not keep.
var defects = map[string][]string{
	"invalid-bomformat":                                    {"bom-format"},
	"invalid-citations":                                    nil,
	"invalid-component-external-version-and-range":         {"version-and-range"},
	"invalid-component-ref":                                {"duplicate-bom-ref", "empty-value"},
	"invalid-component-type":                               {"unknown-component-type"},
	"invalid-component-versionRange-non-external-explicit": {"range-not-external"},
	"invalid-dependency":                                   {"incomplete-relationship"},
	"invalid-hash-alg":                                     {"unknown-checksum-algorithm"},
	"invalid-hash-md5":                                     {"bad-checksum"},
	"invalid-hash-sha1":                                    {"bad-checksum"},
	"invalid-hash-sha512":                                  {"bad-checksum"},
	"invalid-license-declared-concluded-mix":               {"licence-expression-mixed"},
	"invalid-license-encoding":                             {"licence-text-encoding"},
	"invalid-license-id":                                   {"unknown-licence-id"},
	"invalid-license-id-count":                             {"several-licence-ids"},
	"invalid-license-missing-id-and-name":                  {"empty-licence"},
	"invalid-namespace":                                    {"spec-version", "xml-namespace"},
	"invalid-patch-type":                                   nil,
	"invalid-properties":                                   {"property-without-name"},
	"invalid-scope":                                        {"unknown-scope"},
	"invalid-serialnumber":                                 {"serial-number-form"},
}

// defectOf gives the kind of an invalid document: its name up to the version.
func defectOf(name string) string {
	name = strings.TrimSuffix(strings.TrimSuffix(name, ".json"), ".xml")
	if at := strings.LastIndex(name, "-1."); at >= 0 {
		name = name[:at]
	}
	return name
}

func TestEachInvalidDocumentOfTheSpecificationIsReadAndItsDefectNamed(t *testing.T) {
	noticed, elsewhere := 0, 0
	for _, d := range corpusFiles(t, "testdata/suite") {
		if !strings.HasPrefix(d.name, "invalid-") {
			continue
		}
		want, known := defects[defectOf(d.name)]
		if !known {
			t.Errorf("%s: what is wrong with it is not in the table", d.name)
		}
		got := read(t, string(d.data))
		if want == nil {
			elsewhere++
			continue
		}
		if !slices.ContainsFunc(got.Findings, func(f models.ReadFinding) bool { return slices.Contains(want, f.Rule) }) {
			t.Errorf("%s: none of %v, but %v", d.name, want, got.found())
			continue
		}
		noticed++
	}
	t.Logf("the defect of %d documents is named; that of %d is in parts that are not kept", noticed, elsewhere)
	if noticed+elsewhere != 184 {
		t.Errorf("only %d documents were read", noticed+elsewhere)
	}
}

// quibbles are the rules that a valid document may break: they are about what the register would rather have.
var quibbles = []string{"no-main-component", "no-components"}

func TestAValidDocumentOfTheSpecificationGivesNoWarningButThatItHasNoRoot(t *testing.T) {
	read := 0
	for _, d := range corpusFiles(t, "testdata/suite") {
		if !strings.HasPrefix(d.name, "valid-") {
			continue
		}
		doc, err := Read(bytes.NewReader(d.data), sbom.Limits{}, func(*models.SBOMPackage) error { return nil })
		if err != nil {
			t.Errorf("%s is refused: %v", d.name, err)
			continue
		}
		read++
		for _, f := range doc.Findings {
			if f.Severity != models.Note && !slices.Contains(quibbles, f.Rule) {
				t.Errorf("%s: %s %s: %s", d.name, f.Rule, f.Pointer, f.Message)
			}
		}
	}
	if read != 216 {
		t.Errorf("%d documents were read", read)
	}
}
