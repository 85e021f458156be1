package licenses

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// ObligationKind says whether a licence demands, forbids or allows, spelled as in a URL.
type ObligationKind string

// The kinds of an Obligation.
const (
	Must    ObligationKind = "must"
	MustNot ObligationKind = "must-not"
	May     ObligationKind = "may" // a right worth knowing, as a patent grant
)

// Obligation is one thing that licences ask for, in words of this register.
type Obligation struct {
	Key      string
	Title    string // in the imperative
	Sentence string // plain words for the person who has to do it
	Kind     ObligationKind
	Uses     []Use // in which it arises unless a licence says otherwise
}

// Duty is an obligation that a licence brings in one use.
type Duty struct {
	Obligation Obligation
	Source     string // where it comes from, for people
	Certain    bool   // false when it was derived from what kind of licence it is, and not read in its text
}

var (
	//go:embed data/obligations.tsv
	obligationsTSV string
	//go:embed data/duties.tsv
	dutiesTSV string
)

// duties is the catalogue and what each licence takes from it; the keys of byID are identifiers in lower case, or "derived:" and a kind of licence.
type duties struct {
	catalogue []Obligation
	byID      map[string]dutyRow
}

type dutyRow struct {
	source string
	uses   map[Use][]int // indexes into the catalogue, in its order
}

var theDuties = sync.OnceValue(func() *duties {
	d := &duties{byID: map[string]dutyRow{}}
	at := map[string]int{}
	for row := range rows(obligationsTSV) {
		at[row[0]] = len(d.catalogue)
		d.catalogue = append(d.catalogue, Obligation{Key: row[0], Kind: ObligationKind(row[1]), Uses: usesOf(row[2]), Title: row[3], Sentence: row[4]})
	}
	for row := range rows(dutiesTSV) {
		entry := dutyRow{source: row[2], uses: map[Use][]int{}}
		for key := range strings.FieldsSeq(row[1]) {
			name, where, special := strings.Cut(key, "@")
			i, ok := at[name]
			if !ok {
				continue // a test holds that this does not happen
			}
			uses := d.catalogue[i].Uses
			if special {
				uses = usesOf(where)
			}
			for _, use := range uses {
				entry.uses[use] = append(entry.uses[use], i)
			}
		}
		for use := range entry.uses {
			slices.Sort(entry.uses[use])
			entry.uses[use] = slices.Compact(entry.uses[use])
		}
		for id := range strings.FieldsSeq(row[0]) {
			d.byID[strings.ToLower(id)] = entry
		}
	}
	return d
})

// useLetters is how the tables write uses.
var useLetters = map[rune]Use{'i': UseInternal, 'b': UseDistributeBinary, 's': UseDistributeSource, 'n': UseService, 'm': UseModify}

func usesOf(letters string) []Use {
	var uses []Use
	for _, letter := range letters {
		uses = append(uses, useLetters[letter])
	}
	return uses
}

// Obligations is the catalogue, in the order in which a checklist shows it.
func Obligations() []Obligation {
	catalogue := slices.Clone(theDuties().catalogue)
	for i := range catalogue {
		catalogue[i].Uses = slices.Clone(catalogue[i].Uses)
	}
	return catalogue
}

// Owes lists what the licence asks of somebody who uses the software so, in the order of the catalogue. UseModify gives what changing
// it adds to the use beside which it happens. A licence whose text has not been gone through gets the duties of its kind, which are not certain; of
// a licence that nobody knows the only duty is to read it.
func (l *List) Owes(leaf Leaf, use Use) []Duty {
	d := theDuties()
	leaf = l.current(leaf)
	if row, ok := d.byID[strings.ToLower(leaf.String())]; ok {
		return d.list(row, use, row.source, true)
	}
	facts := l.Facts(leaf)
	row, ok := d.byID[strings.ToLower(leaf.ID)]
	if !ok || !facts.Listed {
		kind := kindOf(facts)
		row = d.byID["derived:"+kind]
		return d.list(row, use, "derived: "+row.source, false)
	}
	owed := d.list(row, use, row.source, true)
	if leaf.Addition == "" {
		return owed
	}
	return withException(owed, facts, leaf)
}

// withException leaves out the duties that bind the rest of the work when the exception frees it from them.
func withException(owed []Duty, facts Facts, leaf Leaf) []Duty {
	freed := facts.Reciprocity == ReciprocityLibrary || facts.Reciprocity == ReciprocityFile || facts.Reciprocity == ReciprocityNone
	kept := owed[:0]
	for _, duty := range owed {
		if freed && (duty.Obligation.Key == "same-licence" || duty.Obligation.Key == "same-licence-network") {
			continue
		}
		duty.Source += "; with " + leaf.Addition
		kept = append(kept, duty)
	}
	return kept
}

func (d *duties) list(row dutyRow, use Use, source string, certain bool) []Duty {
	owed := make([]Duty, 0, len(row.uses[use]))
	for _, i := range row.uses[use] {
		obligation := d.catalogue[i]
		obligation.Uses = slices.Clone(obligation.Uses)
		owed = append(owed, Duty{obligation, source, certain})
	}
	return owed
}

// kindOf is the kind of licence by whose usual duties one is judged that has not been gone through.
func kindOf(f Facts) string {
	switch {
	case f.Openness == OpennessUnknown || !f.Listed:
		return "unknown"
	case f.Openness == Proprietary:
		return "proprietary"
	case len(f.Limits) > 0:
		return "limited"
	case f.Openness == PublicDomain || f.Category == CategoryPublicDomain:
		return "public-domain"
	case f.Reciprocity == ReciprocityUnknown:
		return "unknown"
	}
	return string(f.Reciprocity)
}
