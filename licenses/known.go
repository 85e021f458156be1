package licenses

import (
	"cmp"
	_ "embed"
	"slices"
	"strings"
	"sync"
)

var (
	//go:embed data/reciprocity.tsv
	reciprocityTSV string
	//go:embed data/exceptions.tsv
	exceptionEffectsTSV string
	//go:embed data/exceptions-permissive.tsv
	permissiveExceptionsTSV string
	//go:embed data/limits.tsv
	limitsTSV string
	//go:embed data/patents.tsv
	patentsTSV string
	//go:embed data/unspecific.tsv
	unspecificTSV string
)

// knownTables are the tables behind Facts, Owes and Compatible, in an order that does not change.
func knownTables() []string {
	return []string{
		successorsTSV, categoriesTSV, reciprocityTSV, exceptionEffectsTSV, permissiveExceptionsTSV, limitsTSV, patentsTSV,
		obligationsTSV, dutiesTSV, osadlTSV, alikeTSV, compatibilityTSV, versionsTSV, aliasesTSV, unspecificTSV,
	}
}

// readValue is one row of a table that people filled by reading licences: the value and where it is to be seen.
type readValue struct{ value, reason string }

// known is what the tables say of single licences; keys of the maps are identifiers in lower case.
type known struct {
	reciprocity map[string]readValue
	effects     map[string]readValue // of exceptions
	limits      map[string]readValue
	patents     map[string]readValue
	unspecific  map[string]bool
	permissive  map[string][]string // of exceptions: the licences without reciprocity that they are made for
}

var theKnown = sync.OnceValue(func() *known {
	unspecific := map[string]bool{}
	for row := range rows(unspecificTSV) {
		for id := range strings.FieldsSeq(row[0]) {
			unspecific[strings.ToLower(id)] = true
		}
	}
	permissive := map[string][]string{}
	for row := range rows(permissiveExceptionsTSV) {
		for id := range strings.FieldsSeq(row[1]) {
			permissive[strings.ToLower(id)] = strings.Fields(row[0])
		}
	}
	return &known{readValues(reciprocityTSV), readValues(exceptionEffectsTSV), readValues(limitsTSV), readValues(patentsTSV), unspecific, permissive}
})

// readValues reads rows of value, identifiers with spaces between them, and reason.
func readValues(table string) map[string]readValue {
	values := map[string]readValue{}
	for row := range rows(table) {
		for id := range strings.FieldsSeq(row[1]) {
			values[strings.ToLower(id)] = readValue{row[0], row[2]}
		}
	}
	return values
}

// limits is the value of a row of limits.tsv; nil for "none".
func (r readValue) limits() []Limit {
	var limits []Limit
	for limit := range strings.FieldsSeq(r.value) {
		if limit != "none" {
			limits = append(limits, Limit(limit))
		}
	}
	return limits
}

// effectSame says that an exception leaves the reach of its licence as it is.
const effectSame = "same"

const readInText = "read in the licence's text"

// Facts is what is known of a leaf. A deprecated identifier has the facts of its successor; a LicenseRef other than LicenseDB's own, and an
// identifier that is not on this list, are unknown on every axis. Limits is nil when none is known.
func (l *List) Facts(leaf Leaf) Facts {
	f := Facts{Leaf: leaf, OSI: Unstated, FSF: Unstated, Openness: OpennessUnknown, Reciprocity: ReciprocityUnknown, Patents: PatentsUnknown, Sources: map[string]string{}}
	license, listed := l.Get(leaf.ID)
	own := leaf.Document == "" && strings.HasPrefix(leaf.ID, scancodePrefix)
	if !listed && (!own || leaf.Category() == "") {
		return f
	}
	f.Listed, f.Name, f.Deprecated, f.Category = true, license.Name, license.Deprecated, license.Category
	if own {
		f.Name, f.Category = strings.TrimPrefix(leaf.ID, scancodePrefix), leaf.Category()
		f.Unspecific = theKnown().unspecific[strings.ToLower(leaf.ID)]
	}
	current, id := l.current(leaf), leaf.ID
	if listed {
		id = current.ID
		f.OSI, f.FSF = license.approved(), license.FSF
		if next, ok := l.Get(id); ok && next.ID != license.ID {
			f.OSI, f.FSF = cmp.Or(yesOf(f.OSI), next.approved()), cmp.Or(yesOf(f.FSF), next.FSF)
		}
	}
	l.limits(&f, id)
	l.openness(&f, id)
	l.reciprocity(&f, id)
	l.patents(&f, id)
	if current.Addition != "" {
		l.with(&f, current)
	}
	return f
}

func yesOf(f Flag) Flag {
	if f == Yes {
		return f
	}
	return ""
}

// current is the leaf with a deprecated identifier replaced, as this list sees it.
func (l *List) current(leaf Leaf) Leaf {
	next, _ := l.successor(leaf)
	return next
}

func (l *List) limits(f *Facts, id string) {
	if row, ok := theKnown().limits[strings.ToLower(id)]; ok {
		f.Limits = row.limits()
		f.Sources["limits"] = readInText + ": " + row.reason
		return
	}
	switch f.Category {
	case CategoryNonCommercial:
		f.Limits = []Limit{NonCommercial}
		f.Sources["limits"] = sourceCategory(f.Category)
	case CategoryFreeRestricted, CategorySourceAvailable:
		f.Limits = []Limit{FieldOfUse}
		f.Sources["limits"] = sourceCategory(f.Category)
	}
}

func sourceCategory(c Category) string { return "LicenseDB category " + string(c) }

func (l *List) openness(f *Facts, id string) {
	list := "SPDX list " + l.version.Number
	value, source := OpennessUnknown, "nobody has said"
	switch {
	case f.OSI == Yes && f.FSF == Yes:
		value, source = Open, list+": approved by the OSI, free for the FSF"
	case f.OSI == Yes:
		value, source = Open, list+": approved by the OSI"
	case f.FSF == Yes:
		value, source = Open, list+": free for the FSF"
	case strings.HasPrefix(strings.ToLower(id), "any-osi"):
		value, source = Open, list+": stands for some licence that the OSI approved"
	case len(f.Limits) > 0:
		value, source = SourceAvailable, f.Sources["limits"]
	case f.FSF == No:
		value, source = SourceAvailable, list+": not free for the FSF"
	case f.Sources["limits"] != "": // somebody looked for the limits that LicenseDB sees, and there are none
		value, source = PresumablyOpen, f.Sources["limits"]
	default:
		switch f.Category {
		case CategoryPublicDomain:
			value = PublicDomain
		case CategoryPermissive, CategoryCopyleftLimited, CategoryCopyleft:
			value = PresumablyOpen
		case CategoryProprietaryFree, CategoryCommercial:
			value = Proprietary
		}
		if value != OpennessUnknown {
			source = sourceCategory(f.Category)
		}
	}
	f.Openness, f.Sources["openness"] = value, source
}

func (l *List) reciprocity(f *Facts, id string) {
	value, source := ReciprocityUnknown, "nobody has looked"
	if row, ok := theKnown().reciprocity[strings.ToLower(id)]; ok {
		value, source = Reciprocity(row.value), readInText+": "+row.reason
	} else {
		switch f.Category {
		case CategoryPermissive, CategoryPublicDomain:
			value, source = ReciprocityNone, sourceCategory(f.Category)
		case CategoryCopyleft:
			value, source = ReciprocityProject, sourceCategory(f.Category)+", which does not say how far"
		case CategoryCopyleftLimited:
			value, source = ReciprocityLibrary, sourceCategory(f.Category)+", which does not say how far"
		}
	}
	f.Reciprocity, f.Sources["reciprocity"] = value, source
}

func (l *List) patents(f *Facts, id string) {
	f.Patents, f.Sources["patents"] = PatentsUnknown, "nobody has looked"
	if row, ok := theKnown().patents[strings.ToLower(id)]; ok {
		f.Patents, f.Sources["patents"] = Patents(row.value), readInText+": "+row.reason
	}
}

// with changes what is known of the licence by what its exception says. Every exception of the list gives further permission and takes none, so
// openness and limits stay; any other addition may say anything. An exception lifts the reach over the works that its text names and never what the
// licence asks for the component itself: its source, and that of what is offered over a network. So only a reach over the whole work becomes less.
func (l *List) with(f *Facts, leaf Leaf) {
	exception, ok := l.GetException(leaf.Addition)
	if !ok {
		f.Listed, f.Openness, f.Reciprocity, f.Patents = false, OpennessUnknown, ReciprocityUnknown, PatentsUnknown
		for _, axis := range []string{"openness", "reciprocity", "patents"} {
			f.Sources[axis] = "the addition is not on the SPDX list and may say anything"
		}
		f.Name += " with " + leaf.Addition
		return
	}
	if f.Leaf.Addition != "" {
		f.Name += " with " + exception.Name
	}
	f.Deprecated = f.Deprecated || exception.Deprecated
	f.Misplaced = f.Reciprocity == ReciprocityNone && !slices.Contains(theKnown().permissive[strings.ToLower(exception.ID)], leaf.ID)
	effect, ok := theKnown().effects[strings.ToLower(exception.ID)]
	switch {
	case !ok:
		f.Sources["reciprocity"] += "; what the exception changes has not been read"
	case effect.value == effectSame:
	case f.Reciprocity == ReciprocityProject:
		f.Reciprocity, f.Sources["reciprocity"] = Reciprocity(effect.value), "read in the exception's text: "+effect.reason
	case f.Reciprocity == ReciprocityNetwork:
		f.Sources["reciprocity"] += "; the exception frees works beside it, and not those who offer it over a network"
	}
}

// Reciprocities lists the values from the least to the most demanding, unknown last.
func Reciprocities() []Reciprocity {
	return []Reciprocity{ReciprocityNone, ReciprocityFile, ReciprocityLibrary, ReciprocityProject, ReciprocityNetwork, ReciprocityUnknown}
}

func (r Reciprocity) rank() int { return slices.Index(Reciprocities(), r) }
