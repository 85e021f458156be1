package verdicts

import (
	"testing"

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
	}{
		{"the entry has a licence that is allowed", "MIT", "", 2, 1, licenses.UnknownTerms},
		{"the entry has a licence that is denied", "GPL-3.0-only", "", 1, 1, licenses.Denied},
		{"the entry has none", "", "", 1, 2, licenses.UnknownTerms},
		{"the entry has words that nobody can read", "see contract", "", 1, 2, licenses.UnknownTerms},
		{"the document states one itself", "GPL-3.0-only", `,"licenses":[{"license":{"id":"Apache-2.0"}}]`, 2, 1, licenses.UnknownTerms},
	} {
		v := judge(t, program(t, ours), policy.Situation{Asset: &models.Asset{License: c.entry}}, Words{}, described(c.product))
		if v.Packages[licenses.Allowed] != c.allowed || v.Packages[licenses.UnknownTerms] != c.unknown || v.Subject.Packages != 3 || v.Verdict != c.verdict {
			t.Errorf("%s: %s, %v", c.name, v.Verdict, v.Packages)
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
