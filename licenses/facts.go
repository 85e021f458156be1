package licenses

import "slices"

// Openness says whether a licence makes software open source, as far as somebody with a name for it has said so.
type Openness string

// The values of Openness.
const (
	Open            Openness = "open"             // OSI approved or called free by the FSF
	PublicDomain    Openness = "public-domain"    // no rights are claimed; neither OSI nor FSF has spoken
	PresumablyOpen  Openness = "presumably-open"  // neither has spoken, LicenseDB calls it permissive or copyleft
	SourceAvailable Openness = "source-available" // the source can be read; the use is limited
	Proprietary     Openness = "proprietary"
	OpennessUnknown Openness = "unknown"
)

// Reciprocity says how far a licence reaches when the software is passed on.
type Reciprocity string

// The values of Reciprocity from the least to the most demanding.
const (
	ReciprocityNone    Reciprocity = "none"
	ReciprocityFile    Reciprocity = "file"    // changed files stay under it (MPL, EPL, CDDL)
	ReciprocityLibrary Reciprocity = "library" // the library stays under it and can be exchanged (LGPL)
	ReciprocityProject Reciprocity = "project" // the whole work stays under it (GPL)
	ReciprocityNetwork Reciprocity = "network" // as project, and offering it over a network counts (AGPL, EUPL, OSL)
	ReciprocityUnknown Reciprocity = "unknown"
)

// Limit is a restriction of use that open source does not know.
type Limit string

// The limits.
const (
	NonCommercial Limit = "non-commercial"
	NoDerivatives Limit = "no-derivatives"
	FieldOfUse    Limit = "field-of-use" // who may use it, or what for
)

// Patents says what a licence says of patents.
type Patents string

// The values of Patents.
const (
	PatentsUnstated  Patents = "unstated"  // the text is silent
	PatentsGranted   Patents = "granted"   // contributors grant theirs
	PatentsRetaliate Patents = "retaliate" // granted, and lost by who sues over one
	PatentsWithheld  Patents = "withheld"  // the text says that none are granted
	PatentsUnknown   Patents = "unknown"   // nobody has looked
)

// Use is what somebody does with software.
type Use string

// The uses.
const (
	UseInternal         Use = "internal"          // run within the agency
	UseDistributeBinary Use = "distribute-binary" // pass on built programs
	UseDistributeSource Use = "distribute-source" // pass on, or publish, the source
	UseService          Use = "service"           // offer it to others over a network
	UseModify           Use = "modify"            // change it; on top of one of the others
)

// Uses lists the uses in the order of a form.
func Uses() []Use {
	return []Use{UseInternal, UseDistributeBinary, UseDistributeSource, UseService, UseModify}
}

// Facts is what is known of a leaf, each fact on its own axis.
type Facts struct {
	Leaf        Leaf
	Name        string // the list's name of the licence, with that of its exception after "with"
	Listed      bool   // licence and addition are on the SPDX list, or are LicenseDB's own
	Unspecific  bool   // LicenseDB's name for some licence of a kind, as "other permissive": nobody has published its terms
	Deprecated  bool
	OSI         Flag // Unstated for what is not on the SPDX list
	FSF         Flag
	Category    Category
	Openness    Openness
	Reciprocity Reciprocity
	Limits      []Limit
	Patents     Patents
	Misplaced   bool // the exception frees from what this licence does not ask for, and so is made for another one
	// Sources says for the axes openness, reciprocity, limits and patents where the value comes from, for people: "SPDX list 3.28.0", "LicenseDB category", "read in the licence's text".
	Sources map[string]string
}

// OpenSource reports whether software under the expression is open source by the word of OSI, FSF or LicenseDB: one of the alternatives of an OR is enough, all
// of an AND are needed.
func OpenSource(e Expression) bool {
	switch e.Kind() {
	case KindOr:
		return slices.ContainsFunc(e.Operands(), OpenSource)
	case KindAnd:
		return !slices.ContainsFunc(e.Operands(), func(o Expression) bool { return !OpenSource(o) })
	case "":
		return false
	}
	switch Embedded().Facts(e.Leaf()).Openness {
	case Open, PublicDomain, PresumablyOpen:
		return true
	}
	return false
}
