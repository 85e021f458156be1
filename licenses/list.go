package licenses

import (
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
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

// List is one release of the SPDX licence list with what is known of its entries. It is immutable; make one with Embedded or ReadList.
//
// Names are what the release at hand says. Reading expressions (Parse, Read, Expression.Current, Leaf.Unlisted) keeps to the embedded list whichever
// List is used to judge them, so that what a document says does not change with a list that somebody activates.
type List struct {
	version    Version
	licenses   []License // sorted by identifier
	exceptions []Exception
	byID       map[string]int // keys are identifiers in lower case
	byEx       map[string]int
	successors map[string]Leaf
	digest     string
}

// theList reads the embedded list once, when first asked: a program that judges no licence pays nothing.
var theList = sync.OnceValue(func() *List {
	var licenses []License
	for row := range rows(licensesTSV) {
		licenses = append(licenses, License{
			ID: row[0], Name: row[1], OSI: row[2] == "yes", FSF: Flag(row[3]), Deprecated: row[4] == "yes", SeeAlso: strings.Fields(row[5]),
		})
	}
	var exceptions []Exception
	for row := range rows(exceptionsTSV) {
		exceptions = append(exceptions, Exception{ID: row[0], Name: row[1], Deprecated: row[2] == "yes", SeeAlso: strings.Fields(row[3])})
	}
	var version Version
	first, _, _ := strings.Cut(licensesTSV, "\n")
	if head := strings.Split(first, "\t"); len(head) == 3 {
		version = Version{Number: head[1], Date: head[2]}
	}
	return newList(version, licenses, exceptions)
})

// Embedded is the list that is built in.
func Embedded() *List { return theList() }

// newList completes what a release says of its entries with what the tables of this package know of them.
func newList(version Version, licenses []License, exceptions []Exception) *List {
	l := &List{version: version, licenses: licenses, exceptions: exceptions, byID: map[string]int{}, byEx: map[string]int{}, successors: map[string]Leaf{}}
	for row := range rows(successorsTSV) {
		l.successors[strings.ToLower(row[0])] = Leaf{ID: row[1], Addition: row[2]}
	}
	slices.SortFunc(l.licenses, func(a, b License) int { return compareIDs(a.ID, b.ID) })
	slices.SortFunc(l.exceptions, func(a, b Exception) int { return compareIDs(a.ID, b.ID) })
	index := theCategories()
	for i := range l.licenses {
		license := &l.licenses[i]
		license.URL = "https://spdx.org/licenses/" + license.ID + ".html"
		license.Category = index.of(license.ID)
		if next, ok := l.successors[strings.ToLower(license.ID)]; ok {
			license.Successor = next.String()
			if license.Category == "" {
				license.Category = index.of(cmp.Or(next.Addition, next.ID))
			}
		}
		license.Class = classOf(license.ID, license.Category)
		l.byID[strings.ToLower(license.ID)] = i
	}
	for i := range l.exceptions {
		exception := &l.exceptions[i]
		exception.URL = "https://spdx.org/licenses/" + exception.ID + ".html"
		exception.Category = index.of(exception.ID)
		l.byEx[strings.ToLower(exception.ID)] = i
	}
	l.digest = l.sum()
	return l
}

// compareIDs sorts as the list does: by the bytes of the identifier.
func compareIDs(a, b string) int { return strings.Compare(a, b) }

// sum is the digest over every fact of the list and every table of this package that an answer or a reading rests on.
func (l *List) sum() string {
	hash := sha256.New()
	fmt.Fprintf(hash, "%s\t%s\n", l.version.Number, l.version.Date)
	for _, x := range l.licenses {
		fmt.Fprintf(hash, "%q\t%q\t%t\t%s\t%t\t%q\n", x.ID, x.Name, x.OSI, x.FSF, x.Deprecated, x.SeeAlso)
	}
	for _, x := range l.exceptions {
		fmt.Fprintf(hash, "WITH\t%q\t%q\t%t\t%q\n", x.ID, x.Name, x.Deprecated, x.SeeAlso)
	}
	for _, table := range knownTables() {
		fmt.Fprintf(hash, "%d\n%s", len(table), table)
	}
	return hex.EncodeToString(hash.Sum(nil))
}

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

// Version is the release of the SPDX licence list.
func (l *List) Version() Version { return l.version }

// Digest is the SHA-256 in hexadecimal over the release and over the tables of this package, versions and aliases among them:
// two lists with one digest give the same answers.
func (l *List) Digest() string { return l.digest }

// Get finds a licence by its identifier, in any case. It does not understand "+", LicenseRef or aliases.
func (l *List) Get(id string) (License, bool) {
	i, ok := l.byID[strings.ToLower(id)]
	if !ok {
		return License{}, false
	}
	return l.licenses[i], true
}

// GetException finds a licence exception by its identifier, in any case.
func (l *List) GetException(id string) (Exception, bool) {
	i, ok := l.byEx[strings.ToLower(id)]
	if !ok {
		return Exception{}, false
	}
	return l.exceptions[i], true
}

// All lists every licence, deprecated ones too, sorted by identifier.
func (l *List) All() []License { return slices.Clone(l.licenses) }

// AllExceptions lists every exception, deprecated ones too, sorted by identifier.
func (l *List) AllExceptions() []Exception { return slices.Clone(l.exceptions) }

// ListVersion is the release of the SPDX licence list that is built in.
func ListVersion() Version { return theList().Version() }

// Get finds a licence on the embedded list; see List.Get.
func Get(id string) (License, bool) { return theList().Get(id) }

// All lists every licence of the embedded list; see List.All.
func All() []License { return theList().All() }

// GetException finds an exception on the embedded list; see List.GetException.
func GetException(id string) (Exception, bool) { return theList().GetException(id) }

// AllExceptions lists every exception of the embedded list; see List.AllExceptions.
func AllExceptions() []Exception { return theList().AllExceptions() }

func successor(leaf Leaf) (Leaf, bool) { return theList().successor(leaf) }

// successor gives the leaf with its deprecated identifier replaced, and whether it was.
func (l *List) successor(leaf Leaf) (Leaf, bool) {
	if leaf.IsRef() {
		return leaf, false
	}
	id := leaf.ID
	if leaf.OrLater {
		id += "+"
	}
	next, ok := l.successors[strings.ToLower(id)]
	if !ok || next.Addition != "" && leaf.Addition != "" {
		return leaf, false
	}
	leaf.ID, leaf.OrLater = next.ID, false
	if next.Addition != "" {
		leaf.Addition = next.Addition
	}
	return leaf, true
}
