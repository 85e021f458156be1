package documents

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/packages"
)

// Fact is what of a package must survive being written and read again.
type Fact struct {
	Name, Version, PURL, Supplier, Declared, Concluded string
	Checksums, CPEs                                    []string
}

// Kept is what of a document must survive.
type Kept struct {
	Packages []Fact
	Edges    []string
	Roots    []int32
}

// Facts says what must survive. The kinds of edges are told apart by kind.
func Facts(w *models.WholeSBOM, kind func(models.EdgeKind) string) Kept {
	var k Kept
	for _, p := range w.List {
		f := Fact{Name: line(p.Name), Version: line(p.Version), PURL: p.PURL, Supplier: line(mailAtEnd.ReplaceAllString(p.Supplier, "")), Declared: License(p.Declared), Concluded: License(p.Concluded)}
		for _, c := range p.Checksums {
			if strings.HasPrefix(c.Algorithm, "STREEBOG") {
				continue // CycloneDX 1.7 alone has it; elsewhere it is a remark
			}
			f.Checksums = append(f.Checksums, strings.ReplaceAll(c.Algorithm, "-", "")+":"+c.Hex)
		}
		for _, c := range p.CPEs {
			if _, err := packages.ParseCPE(c); err == nil { // what is no CPE is kept as a remark
				f.CPEs = append(f.CPEs, c)
			}
		}
		k.Packages = append(k.Packages, f)
	}
	for _, e := range w.Edges {
		if text := kind(e.Kind); text != "" {
			k.Edges = append(k.Edges, fmt.Sprintf("%d %s %d", e.From, text, e.To))
		}
	}
	slices.Sort(k.Edges)
	k.Edges = slices.Compact(k.Edges)
	k.Roots = slices.Compact(slices.Sorted(slices.Values(w.Roots)))
	return k
}

// mailAtEnd is an address that some formats keep with the name and others apart from it.
var mailAtEnd = regexp.MustCompile(`\s*<[^<>]*@[^<>]*>$`)

func line(text string) string { return strings.Join(strings.Fields(text), " ") }

// Meaning is what of a document every format can say: its packages in any order, each with the licence that decides, and
// which needs which. A package that stands for a document with several roots is left out.
func Meaning(w *models.WholeSBOM) (packages, needs []string) {
	names := make([]string, len(w.List))
	for i, f := range Facts(w, func(models.EdgeKind) string { return "" }).Packages {
		license := f.Concluded
		if license == "" || license == "NOASSERTION" {
			license = f.Declared
		}
		if license == "NONE" || license == "NOASSERTION" {
			license = ""
		}
		names[i] = f.Name + " " + f.Version
		packages = append(packages, strings.Join([]string{names[i], f.PURL, f.Supplier, license}, " | "))
	}
	for _, e := range w.Edges {
		if e.Kind.Carries() || e.Kind == models.EdgeDevDepends {
			needs = append(needs, names[e.From]+" > "+names[e.To])
		}
	}
	slices.Sort(packages)
	slices.Sort(needs)
	return packages, slices.Compact(needs)
}

// License is what a stated licence means, with every reference as one: what could not be read stays unread.
func License(stated string) string {
	r := licenses.Read(stated)
	switch r.Kind {
	case licenses.ReadUnreadable:
		return unknown.String()
	case licenses.ReadExpression:
		return references(r.Expression).String()
	}
	return r.Canonical
}

var unknown = licenses.Of(licenses.Leaf{ID: "LicenseRef-x"})

// references writes an expression with LicenseRef-x for every reference and whatever is not listed.
func references(e licenses.Expression) licenses.Expression {
	switch e.Kind() {
	case licenses.KindLicense, licenses.KindWith:
		leaf := e.Leaf()
		if strings.HasPrefix(leaf.Addition, "AdditionRef-") {
			leaf.Addition, leaf.AdditionDocument = "", ""
			return licenses.And(references(licenses.Of(leaf)), unknown)
		}
		if leaf.IsRef() || len(leaf.Unlisted()) > 0 {
			return unknown
		}
		return e
	}
	var operands []licenses.Expression
	for _, o := range e.Operands() {
		operands = append(operands, references(o))
	}
	if e.Kind() == licenses.KindAnd {
		return licenses.And(operands...)
	}
	return licenses.Or(operands...)
}

// Distinct counts the values of a list.
func Distinct(list []int32) int { return len(slices.Compact(slices.Sorted(slices.Values(list)))) }

// Complaints lists what a reader had to say beyond what a document itself lacks.
func Complaints(w *models.WholeSBOM) []models.ReadFinding {
	lacks := []string{"no-packages", "no-root", "bad-date", "unreadable-licence"} // the date of a document that has none is written as that of 1970
	return slices.DeleteFunc(slices.Clone(w.Findings), func(f models.ReadFinding) bool {
		return f.Severity == models.Note || slices.Contains(lacks, f.Rule)
	})
}
