package licenses

import (
	"cmp"
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
	at        map[string]int // key to its place in the catalogue
	byID      map[string]dutyRow
}

type dutyRow struct {
	source string
	read   bool
	uses   map[Use][]int // indexes into the catalogue, in its order
}

var theDuties = sync.OnceValue(func() *duties {
	d := &duties{at: map[string]int{}, byID: map[string]dutyRow{}}
	for row := range rows(obligationsTSV) {
		d.at[row[0]] = len(d.catalogue)
		d.catalogue = append(d.catalogue, Obligation{Key: row[0], Kind: ObligationKind(row[1]), Uses: usesOf(row[2]), Title: row[3], Sentence: row[4]})
	}
	for row := range rows(dutiesTSV) {
		entry := d.row(row[1])
		entry.source, entry.read = row[2], row[3] == "yes"
		for id := range strings.FieldsSeq(row[0]) {
			d.byID[strings.ToLower(id)] = entry
		}
	}
	return d
})

// row reads keys as "state-changes keep-notices@s"; the letters are the uses in which this licence asks for it.
func (d *duties) row(keys string) dutyRow {
	row := dutyRow{uses: map[Use][]int{}}
	for key := range strings.FieldsSeq(keys) {
		name, letters, special := strings.Cut(key, "@")
		i := d.at[name]
		uses := d.catalogue[i].Uses
		if special {
			uses = usesOf(letters)
		}
		for _, use := range uses {
			row.uses[use] = append(row.uses[use], i)
		}
	}
	return row
}

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
	d, leaf := theDuties(), l.current(leaf)
	facts := l.Facts(leaf)
	row, ok := d.byID[strings.ToLower(leaf.ID)]
	if !ok || !facts.Listed {
		row = d.byID["derived:"+kindOf(facts)]
	}
	var owed []Duty
	add := func(i int, source string, read bool) {
		if !slices.ContainsFunc(owed, func(have Duty) bool { return have.Obligation.Key == d.catalogue[i].Key }) {
			obligation := d.catalogue[i]
			obligation.Uses = slices.Clone(obligation.Uses)
			owed = append(owed, Duty{obligation, source, read})
		}
	}
	freed := leaf.Addition != "" && facts.Listed && facts.Reciprocity.rank() <= ReciprocityLibrary.rank()
	for _, i := range row.uses[use] {
		if key := d.catalogue[i].Key; !freed || key != "same-licence" && key != "same-licence-network" {
			add(i, row.source, row.read)
		}
	}
	for _, key := range factDuties(facts) {
		if i := d.at[key.key]; slices.Contains(d.catalogue[i].Uses, use) {
			add(i, facts.Sources[key.axis], strings.HasPrefix(facts.Sources[key.axis], readInText))
		}
	}
	slices.SortStableFunc(owed, func(a, b Duty) int { return cmp.Compare(d.at[a.Obligation.Key], d.at[b.Obligation.Key]) })
	return owed
}

type factDuty struct{ key, axis string }

// factDuties are the duties that follow from what is known of patents and limits, so that they stand in one table only.
func factDuties(f Facts) []factDuty {
	var keys []factDuty
	switch f.Patents {
	case PatentsGranted:
		keys = append(keys, factDuty{"patent-grant", "patents"})
	case PatentsRetaliate:
		keys = append(keys, factDuty{"patent-grant", "patents"}, factDuty{"patent-peace", "patents"})
	case PatentsWithheld:
		keys = append(keys, factDuty{"no-patents", "patents"})
	}
	for _, limit := range f.Limits {
		switch limit {
		case NonCommercial:
			keys = append(keys, factDuty{"no-commercial-use", "limits"})
		case NoDerivatives:
			keys = append(keys, factDuty{"no-changed-versions", "limits"})
		case FieldOfUse:
			keys = append(keys, factDuty{"field-of-use", "limits"})
		}
	}
	return keys
}

// kindOf is the kind of licence by whose usual duties one is judged that has not been gone through.
func kindOf(f Facts) string {
	switch {
	case f.Openness == OpennessUnknown || !termsPublished(f):
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
