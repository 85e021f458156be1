package licenses

import (
	"cmp"
	_ "embed"
	"iter"
	"slices"
	"strings"
	"sync"
)

// Flag is an answer that may be missing; what is not stated is not "no".
type Flag string

// The values of a Flag.
const (
	Yes      Flag = "yes"
	No       Flag = "no"
	Unstated Flag = "unstated"
)

// License is one entry of the SPDX licence list.
type License struct {
	ID   string
	Name string
	// OSI is true when the list says that the Open Source Initiative approved the licence.
	OSI bool
	// FSF says whether the Free Software Foundation calls the licence free; for most licences the list does not say.
	FSF Flag
	// Deprecated is true for an identifier that the list keeps for old documents only.
	Deprecated bool
	// Successor is the expression that replaces a deprecated identifier; empty when the list names none.
	Successor string
	// URL is the licence's page on spdx.org.
	URL string
	// SeeAlso are the other web addresses under which the list knows the text.
	SeeAlso []string
	// Category is the fine sorting of LicenseDB, Class the coarse one made from it.
	Category Category
	Class    Class
}

// Exception is one entry of the SPDX list of licence exceptions.
type Exception struct {
	ID         string
	Name       string
	Deprecated bool
	URL        string
	SeeAlso    []string
	Category   Category
}

// Version names the release of a list.
type Version struct {
	Number string // as "3.28.0"
	Date   string // the day of the release, as "2026-02-20"
}

var (
	//go:embed data/spdx-licenses.tsv
	licensesTSV string
	//go:embed data/spdx-exceptions.tsv
	exceptionsTSV string
	//go:embed data/successors.tsv
	successorsTSV string
)

// list is the SPDX list in memory; keys of the maps are identifiers in lower case.
type list struct {
	version    Version
	licenses   []License
	exceptions []Exception
	byID       map[string]int
	byEx       map[string]int
	successors map[string]Leaf
}

// theList reads the embedded list once, when first asked: a program that judges no licence pays nothing.
var theList = sync.OnceValue(func() *list {
	l := &list{byID: map[string]int{}, byEx: map[string]int{}, successors: map[string]Leaf{}}
	index := theCategories()
	for row := range rows(successorsTSV) {
		l.successors[strings.ToLower(row[0])] = Leaf{ID: row[1], Addition: row[2]}
	}
	for row := range rows(licensesTSV) {
		license := License{
			ID: row[0], Name: row[1], OSI: row[2] == "yes", FSF: Flag(row[3]), Deprecated: row[4] == "yes",
			URL: "https://spdx.org/licenses/" + row[0] + ".html", SeeAlso: strings.Fields(row[5]),
		}
		license.Category = index.of(license.ID)
		if next, ok := l.successors[strings.ToLower(license.ID)]; ok {
			license.Successor = next.String()
			if license.Category == "" {
				license.Category = index.of(cmp.Or(next.Addition, next.ID))
			}
		}
		license.Class = license.Category.Class()
		l.byID[strings.ToLower(license.ID)] = len(l.licenses)
		l.licenses = append(l.licenses, license)
	}
	for row := range rows(exceptionsTSV) {
		l.byEx[strings.ToLower(row[0])] = len(l.exceptions)
		l.exceptions = append(l.exceptions, Exception{
			ID: row[0], Name: row[1], Deprecated: row[2] == "yes", URL: "https://spdx.org/licenses/" + row[0] + ".html",
			SeeAlso: strings.Fields(row[3]), Category: index.of(row[0]),
		})
	}
	first, _, _ := strings.Cut(licensesTSV, "\n")
	if head := strings.Split(first, "\t"); len(head) == 3 {
		l.version = Version{Number: head[1], Date: head[2]}
	}
	return l
})

// rows gives the fields of each line of an embedded table; lines that begin with "#" are headings.
func rows(table string) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for line := range strings.Lines(table) {
			line = strings.TrimSuffix(line, "\n")
			if line == "" || line[0] == '#' {
				continue
			}
			if !yield(strings.Split(line, "\t")) {
				return
			}
		}
	}
}

// ListVersion is the release of the SPDX licence list that is built in.
func ListVersion() Version { return theList().version }

// Get finds a licence by its identifier, in any case. It does not understand "+", LicenseRef or aliases.
func Get(id string) (License, bool) {
	l := theList()
	i, ok := l.byID[strings.ToLower(id)]
	if !ok {
		return License{}, false
	}
	return l.licenses[i], true
}

// All lists every licence, deprecated ones too, sorted by identifier.
func All() []License { return slices.Clone(theList().licenses) }

// GetException finds a licence exception by its identifier, in any case.
func GetException(id string) (Exception, bool) {
	l := theList()
	i, ok := l.byEx[strings.ToLower(id)]
	if !ok {
		return Exception{}, false
	}
	return l.exceptions[i], true
}

// AllExceptions lists every exception, deprecated ones too, sorted by identifier.
func AllExceptions() []Exception { return slices.Clone(theList().exceptions) }

// successor gives the leaf with its deprecated identifier replaced, and whether it was.
func successor(leaf Leaf) (Leaf, bool) {
	if leaf.IsRef() {
		return leaf, false
	}
	id := leaf.ID
	if leaf.OrLater {
		id += "+"
	}
	next, ok := theList().successors[strings.ToLower(id)]
	if !ok || next.Addition != "" && leaf.Addition != "" {
		return leaf, false
	}
	leaf.ID, leaf.OrLater = next.ID, false
	if next.Addition != "" {
		leaf.Addition = next.Addition
	}
	return leaf, true
}
