package verdicts

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
)

// described is a document of a product with two parts; the first of them has the very facts of the product.
func described(product string) string {
	return `{"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{"component":{"type":"application","bom-ref":"p","name":"app","version":"1"` + product + `}},
	"components":[{"type":"library","bom-ref":"a","name":"app","version":"1"},{"type":"library","bom-ref":"b","name":"part","version":"1","licenses":[{"license":{"id":"MIT"}}]}],
	"dependencies":[{"ref":"p","dependsOn":["a","b"]}]}`
}

func TestOfTheProductItselfItsEntrySpeaksWhereTheDocumentIsSilent(t *testing.T) {
	for _, c := range []struct {
		name, entry, product string
		allowed, unknown     int
		verdict              licenses.Verdict
		said                 *Product
	}{
		{"the entry has a licence that is allowed", "MIT", "", 2, 1, licenses.UnknownTerms, &Product{"app", "1", "MIT", true}},
		{"the entry has a licence that is denied", "GPL-3.0-only", "", 1, 1, licenses.Denied, &Product{"app", "1", "GPL-3.0-only", true}},
		{"the entry has none", "", "", 1, 1, licenses.UnknownTerms, &Product{"app", "1", "", false}},
		{"the entry has words that nobody can read", "see contract", "", 1, 1, licenses.UnknownTerms, &Product{"app", "1", "", false}},
		{"the document states one itself", "GPL-3.0-only", `,"licenses":[{"license":{"id":"Apache-2.0"}}]`, 2, 1, licenses.UnknownTerms, nil},
		{"the document says that it has none", "", `,"licenses":[{"license":{"name":"NONE"}}]`, 1, 1, licenses.NoLicense, nil},
	} {
		v := judge(t, program(t, ours), policy.Situation{Asset: &models.Asset{License: c.entry}}, Words{}, described(c.product))
		if v.Packages[licenses.Allowed] != c.allowed || v.Packages[licenses.UnknownTerms] != c.unknown || v.Subject.Packages != 3 || v.Verdict != c.verdict {
			t.Errorf("%s: %s, %v", c.name, v.Verdict, v.Packages)
		}
		if diff := cmp.Diff(c.said, v.Product); diff != "" {
			t.Errorf("%s: (-want +got):\n%s", c.name, diff)
		}
	}
	v := judge(t, program(t, ours), policy.Situation{Asset: &models.Asset{License: "GPL-3.0-only"}}, Words{}, described(""))
	for _, f := range v.Findings {
		if f.Rule == "copyleft" && (len(f.Components) != 1 || f.Components[0].DecidedBy != ByEntry || f.Components[0].License != "GPL-3.0-only") {
			t.Errorf("the finding about the product is %+v", f)
		}
	}
	read, err := ReadVerdict(v.JSON())
	if err != nil || len(Compare(v, read)) > 0 {
		t.Errorf("it does not read back: %v", err)
	}
}

func TestAProductOfWhichNobodyStatesALicenceIsLeftOutWhereThereAreParts(t *testing.T) {
	app, part, other := pkg{name: "app"}, pkg{name: "part", declared: "MIT"}, pkg{name: "other", declared: "NOASSERTION"}
	tied := [][2]int{{0, 1}}
	described := `,"documentDescribes":["SPDXRef-0","SPDXRef-1"]`
	for _, c := range []struct {
		name     string
		document string
		words    Words
		verdict  licenses.Verdict
		judged   int
		sentence string
	}{
		{"a product and a part", document([]pkg{app, part}, tied, ""), Words{}, licenses.Allowed, 1, "Allowed: the only package. The product itself is not judged: nobody states its licence."},
		{"a product and parts of which one is silent", document([]pkg{app, part, other}, tied, ""), Words{}, licenses.UnknownTerms, 2, "Unknown: for 1 of 2 packages nobody has said which licence holds, or nobody knows its terms. The product itself is not judged: nobody states its licence."},
		{"a product alone", document([]pkg{app}, nil, ""), Words{}, licenses.UnknownTerms, 1, "Unknown: for the only package nobody has said which licence holds, or nobody knows its terms."},
		{"a reviewer spoke of the product", document([]pkg{app, part}, tied, ""), Words{Conclusions: []Conclusion{{Name: "app", Expression: "GPL-3.0-only"}}}, licenses.Denied, 2, "Denied: 1 of 2 packages."},
		{"several packages are described", strings.Replace(document([]pkg{other, other, part}, tied, ""), `,"packages":`, described+`,"packages":`, 1), Words{}, licenses.UnknownTerms, 3, ""},
	} {
		text := c.document
		if c.sentence == "" {
			text = strings.Replace(text, `"documentDescribes":["SPDXRef-0"],`, "", 1)
		}
		v := judge(t, program(t, ours), policy.Situation{}, c.words, text)
		judged := 0
		for _, n := range v.Packages {
			judged += n
		}
		if v.Verdict != c.verdict || judged != c.judged || c.sentence != "" && v.Sentence() != c.sentence {
			t.Errorf("%s: %s, %v, %q", c.name, v.Verdict, v.Packages, v.Sentence())
		}
	}
}
