package licenses

import (
	_ "embed"
	"strings"
	"sync"
)

// Category is the sorting of a licence by LicenseDB (AboutCode), spelled as in a URL.
type Category string

// The categories of LicenseDB. The empty category means that LicenseDB does not know the licence.
const (
	CategoryPermissive      Category = "permissive"
	CategoryPublicDomain    Category = "public-domain"
	CategoryCopyleftLimited Category = "copyleft-limited"
	CategoryCopyleft        Category = "copyleft"
	CategoryNonCommercial   Category = "non-commercial"
	CategoryFreeRestricted  Category = "free-restricted"
	CategoryProprietaryFree Category = "proprietary-free"
	CategorySourceAvailable Category = "source-available"
	CategoryCommercial      Category = "commercial"
	CategoryCLA             Category = "cla"
	CategoryPatentLicense   Category = "patent-license"
	CategoryUnstated        Category = "unstated-license"
)

// Class is the coarse sorting that the pictures show. It says how much a licence asks of those who pass the software on; it is no verdict.
type Class string

// The classes from the least to the most demanding, and Unknown after them.
const (
	Permissive     Class = "permissive"      // attribution at most; public domain too
	WeakCopyleft   Class = "weak-copyleft"   // changes to the files or the library stay open
	StrongCopyleft Class = "strong-copyleft" // the whole work stays open, network copyleft included
	RestrictedUse  Class = "restricted-use"  // who may use it, or what for, is limited
	Unknown        Class = "unknown"         // nobody has said, or we cannot read it
)

// Classes lists every class in the order in which people see them, Unknown last.
func Classes() []Class {
	return []Class{Permissive, WeakCopyleft, StrongCopyleft, RestrictedUse, Unknown}
}

func (c Class) rank() int {
	switch c {
	case Permissive:
		return 0
	case WeakCopyleft:
		return 1
	case StrongCopyleft:
		return 2
	case RestrictedUse:
		return 3
	}
	return 4
}

// Class is the coarse class of the category. A contributor agreement or a patent grant is no licence to the software, so they are Unknown.
func (c Category) Class() Class {
	switch c {
	case CategoryPermissive, CategoryPublicDomain:
		return Permissive
	case CategoryCopyleftLimited:
		return WeakCopyleft
	case CategoryCopyleft:
		return StrongCopyleft
	case CategoryNonCommercial, CategoryFreeRestricted, CategoryProprietaryFree, CategorySourceAvailable, CategoryCommercial:
		return RestrictedUse
	}
	return Unknown
}

// Class sorts the whole expression: an AND is as demanding as its most demanding operand, an OR as its least demanding known one.
//
// Unknown counts as more demanding than everything in an AND, so one unknown part makes the whole unknown; in an OR it is passed over as
// long as another operand is known, since that one may be chosen. In other words: the class is Unknown exactly when no choice
// avoids every unknown licence. The zero Expression is Unknown.
func (e Expression) Class() Class {
	switch e.Kind() {
	case "":
		return Unknown
	case KindLicense, KindWith:
		return e.node.leaf.Class()
	}
	class := e.node.operands[0].Class()
	for _, operand := range e.node.operands[1:] {
		other := operand.Class()
		if (other.rank() > class.rank()) == (e.node.kind == KindAnd) {
			class = other
		}
	}
	return class
}

// Class sorts the leaf. An exception of the SPDX list loosens a strong copyleft licence to weak copyleft when it frees the rest of the work
// (data/exceptions.tsv: Classpath, GCC runtime, fonts), and changes nothing when it only frees what a tool writes (Autoconf, Bison) or programs that
// call it (Linux), only lets the work be combined with a named library such as OpenSSL or with other open licences, or when the licence asks for the source of what is offered over a network.
// Any other addition may say anything and makes the leaf Unknown.
func (l Leaf) Class() Class {
	class := classOf(l.ID, l.Category())
	if l.Addition == "" {
		return class
	}
	exception, ok := GetException(l.Addition)
	if !ok {
		return Unknown
	}
	effect, read := theKnown().effects[strings.ToLower(exception.ID)]
	current, _ := successor(Leaf{ID: l.ID, OrLater: l.OrLater})
	network := Reciprocity(theKnown().reciprocity[strings.ToLower(current.ID)].value) == ReciprocityNetwork
	if class == StrongCopyleft && read && effect.value != effectSame && !network {
		return WeakCopyleft
	}
	return class
}

// classOf is the class of the category, put right where the licence's own text says more: licences that LicenseDB calls permissive and that demand
// that changes stay open, and limits of use that it overlooks or sees where there are none. A deprecated identifier has the class of its successor.
func classOf(id string, category Category) Class {
	class := category.Class()
	limits, read := theKnown().limits[strings.ToLower(id)]
	switch {
	case len(limits.limits()) > 0:
		return RestrictedUse
	case class != Permissive && (class != RestrictedUse || !read):
		return class
	}
	switch Reciprocity(theKnown().reciprocity[strings.ToLower(id)].value) {
	case ReciprocityFile, ReciprocityLibrary:
		return WeakCopyleft
	case ReciprocityProject, ReciprocityNetwork:
		return StrongCopyleft
	}
	return Permissive
}

// Category is what LicenseDB says of the licence, without its addition; empty when it does not know it. A "LicenseRef-scancode-…" is
// LicenseDB's own name and is known; every other LicenseRef means what its document says and is not.
func (l Leaf) Category() Category {
	if license, ok := Get(l.ID); ok {
		return license.Category
	}
	if l.Document == "" && strings.HasPrefix(l.ID, scancodePrefix) {
		return theCategories().of(l.ID)
	}
	return ""
}

const scancodePrefix = licenseRefPrefix + "scancode-"

//go:embed data/licensedb-categories.tsv
var categoriesTSV string

// categories is LicenseDB's index; keys of the maps are in lower case.
type categories struct {
	byID map[string]Category // by SPDX identifier or LicenseRef-scancode
	keys map[string]string   // LicenseDB's own key to the SPDX identifier or LicenseRef-scancode
}

var theCategories = sync.OnceValue(func() categories {
	index := categories{byID: make(map[string]Category, 4096), keys: make(map[string]string, 4096)}
	for row := range rows(categoriesTSV) {
		category := Category(strings.ReplaceAll(strings.ToLower(row[1]), " ", "-"))
		for i, id := range strings.Fields(row[2]) {
			if id == "-" {
				id = scancodePrefix + row[0]
			}
			if i == 0 {
				index.keys[row[0]] = id
			}
			if _, taken := index.byID[strings.ToLower(id)]; !taken {
				index.byID[strings.ToLower(id)] = category
			}
		}
	}
	return index
})

func (c categories) of(id string) Category { return c.byID[strings.ToLower(id)] }
