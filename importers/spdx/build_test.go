package spdx

import (
	"strings"
	"testing"

	"github.com/ospo-register/ospo/importers/sbom"
)

func TestSuppliersAreReadWithoutTheirAddresses(t *testing.T) {
	for stated, want := range map[string]string{
		"Organization: ACME (oss@acme.test)":     "ACME",
		"Organization: ACME ()":                  "ACME",
		"Organization: ACME (Europe)":            "ACME",
		"Person: Jo Doe <jo@acme.test>":          "Jo Doe",
		"Organization:ACME":                      "ACME",
		"organization: ACME":                     "ACME",
		"Jo Doe <jo@acme.test>":                  "Jo Doe",
		"Jo Doe (jo@acme.test)":                  "Jo Doe",
		"The Apache Software Foundation (ASF)":   "The Apache Software Foundation (ASF)",
		"Organization: NOASSERTION":              "",
		"NOASSERTION":                            "",
		"noassertion":                            "",
		"Organization: Red Hat: the company (x)": "Red Hat: the company",
		"http://acme.test":                       "http://acme.test",
	} {
		t.Run(stated, func(t *testing.T) {
			got := read(t, withPackage(`"supplier":"`+stated+`"`))
			if got.packages[0].Supplier != want {
				t.Errorf("read as %q", got.packages[0].Supplier)
			}
		})
	}
}

func TestAnIDIsTheSameHoweverItIsWritten(t *testing.T) {
	ids := sbom.NewIDTable()
	ids.Spell(sbom.Spelling{Trim: trimID, Class: classOf, Write: writeID})
	a := ids.Number([]byte("SPDXRef-a"))
	for _, same := range []string{"a", "#SPDXRef-a", "https://sbom.test/d#SPDXRef-a", " SPDXRef-a "} {
		if ids.Number([]byte(same)) != a {
			t.Errorf("%q is another element", same)
		}
	}
	for _, other := range []string{"b", "SPDXRef-A", "DocumentRef-x:SPDXRef-a"} {
		if ids.Number([]byte(other)) == a {
			t.Errorf("%q is the same element", other)
		}
	}
	for i := range 10_000 {
		id := []byte("SPDXRef-" + strings.Repeat("x", i%7) + string(rune('a'+i%26)) + strings.Repeat("y", i/182))
		if n := ids.Number(id); n != ids.Number(id) || string(ids.Bytes(n)) != string(id[len("SPDXRef-"):]) {
			t.Fatalf("%q got the number of %q", id, ids.Bytes(n))
		}
	}
}
