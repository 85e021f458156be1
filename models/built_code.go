package models

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/ospo-register/ospo/licenses"
)

// CodeAccess says who may have the code of software that government built, as far as somebody may know.
type CodeAccess string

const (
	CodeOpen       CodeAccess = "open"            // all that is known of it is open to everybody
	CodePartlyOpen CodeAccess = "partly-open"     // some of it is
	CodeGovernment CodeAccess = "government-only" // other agencies may ask for it
	CodeClosed     CodeAccess = "closed"          // it was decided that nobody else gets it
	CodeNotSaid    CodeAccess = "not-said"        // where it is was not said, and nothing was decided
)

// CodeAccesses lists the values in the order of a report.
var CodeAccesses = []CodeAccess{CodeOpen, CodePartlyOpen, CodeGovernment, CodeClosed, CodeNotSaid}

// BuiltCode is one piece of software that government built, with what is known of its code.
type BuiltCode struct {
	AssetID    int64
	Title      string
	AgencyID   int64 // that answers for it
	Agency     string
	License    string
	Open       bool       // code that everybody can read is known
	Hidden     bool       // code that is not for everybody is known
	Verdicts   StringList // of the newest decision to release it: open, government-only, closed
	Grounds    StringList // why not all of it is open, in the words of the law that decided
	DecisionID int64      // that decision; 0 when there is none to be seen
	Described  bool       // a repository of it has a description
	Valid      bool       // that keeps to its standard
	CommitAt   *time.Time // the last commit in any of its repositories
	ReleasedOn *Date      // the newest release
	Agencies   int        // others that have registered that they run it
	Confirmed  int        // of those, with a confirmation that holds
}

// Access says who may have the code: what was decided, and what is there to be seen.
func (b *BuiltCode) Access() CodeAccess {
	open := b.Open || slices.Contains(b.Verdicts, "open")
	closed, inside := slices.Contains(b.Verdicts, "closed"), b.Hidden || slices.Contains(b.Verdicts, "government-only")
	switch {
	case open && (closed || inside):
		return CodePartlyOpen
	case open:
		return CodeOpen
	case inside:
		return CodeGovernment
	case closed:
		return CodeClosed
	}
	return CodeNotSaid
}

// OpenSource reports whether its stated licence makes it open source.
func (b *BuiltCode) OpenSource() bool {
	return licenses.OpenSource(licenses.Read(b.License).Expression)
}

// AliveDays is within how many days a commit or a release shows that software is worked on.
const AliveDays = 365

// LastActiveOn is the day of its last commit or release, whichever came later; nil when neither is known.
func (b *BuiltCode) LastActiveOn() *Date {
	last := b.ReleasedOn
	if b.CommitAt != nil {
		if day := DateOf(*b.CommitAt); last == nil || last.Before(day) {
			last = &day
		}
	}
	return last
}

// Alive reports whether something happened to it within AliveDays: yes, no, or "" when nothing is known.
func (b *BuiltCode) Alive(today Date) YesNo {
	switch last := b.LastActiveOn(); {
	case last == nil:
		return ""
	case today.DaysSince(*last) <= AliveDays:
		return Yes
	}
	return No
}

// BuiltTally counts what an agency built.
type BuiltTally struct {
	AgencyID   int64
	Agency     string
	Built      int
	Access     map[CodeAccess]int // every value of CodeAccesses
	Licensed   int                // with a stated licence that makes it open source
	Described  int
	Alive      int // worked on within AliveDays
	AliveKnown int // of which that can be told
	Reused     int // run by another agency at least
	ReuseFresh int // of those, confirmed
}

// Open and NotSaid are how many have open code, and of how many nothing is known.
func (t BuiltTally) Open() int    { return t.Access[CodeOpen] }
func (t BuiltTally) NotSaid() int { return t.Access[CodeNotSaid] }

// TallyBuilt counts a list by agency, those that built most first; the first of them is the whole, without an agency.
func TallyBuilt(list []BuiltCode, today Date) []BuiltTally {
	tally := func(id int64, name string) *BuiltTally {
		return &BuiltTally{AgencyID: id, Agency: name, Access: map[CodeAccess]int{}}
	}
	whole, by := tally(0, ""), map[int64]*BuiltTally{}
	for i := range list {
		b := &list[i]
		if by[b.AgencyID] == nil {
			by[b.AgencyID] = tally(b.AgencyID, b.Agency)
		}
		for _, t := range []*BuiltTally{whole, by[b.AgencyID]} {
			t.add(b, today)
		}
	}
	out := make([]BuiltTally, 0, len(by)+1)
	for _, t := range by {
		out = append(out, *t)
	}
	slices.SortFunc(out, func(a, b BuiltTally) int {
		return cmp.Or(b.Built-a.Built, strings.Compare(a.Agency, b.Agency), cmp.Compare(a.AgencyID, b.AgencyID))
	})
	return append([]BuiltTally{*whole}, out...)
}

func (t *BuiltTally) add(b *BuiltCode, today Date) {
	count := func(n *int, holds bool) {
		if holds {
			*n++
		}
	}
	t.Built++
	t.Access[b.Access()]++
	count(&t.Licensed, b.OpenSource())
	count(&t.Described, b.Described)
	alive := b.Alive(today)
	count(&t.Alive, alive == Yes)
	count(&t.AliveKnown, alive != "")
	count(&t.Reused, b.Agencies > 0)
	count(&t.ReuseFresh, b.Confirmed > 0)
}
