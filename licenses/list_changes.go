package licenses

import (
	"slices"
	"strings"
)

// ChangeKind says what differs between two releases of the list, spelled as in a URL.
type ChangeKind string

// The kinds of a Change.
const (
	ChangeAdded      ChangeKind = "added"
	ChangeRemoved    ChangeKind = "removed"
	ChangeDeprecated ChangeKind = "deprecated"
	ChangeRevived    ChangeKind = "revived" // no longer deprecated
	ChangeOSI        ChangeKind = "osi"
	ChangeFSF        ChangeKind = "fsf"
	ChangeName       ChangeKind = "name"
	ChangeSpelling   ChangeKind = "spelling" // the identifier in another case
)

// Change is one difference between two releases of the list.
type Change struct {
	ID        string // as the later list spells it; as the earlier one when it was removed
	Exception bool
	Kind      ChangeKind
	Before    string // empty when added
	After     string // empty when removed
}

// Changes lists what other, the later release, says otherwise than this one, sorted by identifier, licences first.
// Web addresses are left out: no verdict depends on them.
func (l *List) Changes(other *List) []Change {
	var changes []Change
	for _, was := range l.licenses {
		is, ok := other.Get(was.ID)
		if !ok {
			changes = append(changes, Change{was.ID, false, ChangeRemoved, was.Name, ""})
			continue
		}
		changes = append(changes, changesOf(Exception{ID: was.ID, Name: was.Name, Deprecated: was.Deprecated}, Exception{ID: is.ID, Name: is.Name, Deprecated: is.Deprecated})...)
		if was.OSI != is.OSI {
			changes = append(changes, Change{is.ID, false, ChangeOSI, string(was.approved()), string(is.approved())})
		}
		if was.FSF != is.FSF {
			changes = append(changes, Change{is.ID, false, ChangeFSF, string(was.FSF), string(is.FSF)})
		}
	}
	for _, is := range other.licenses {
		if _, ok := l.Get(is.ID); !ok {
			changes = append(changes, Change{is.ID, false, ChangeAdded, "", is.Name})
		}
	}
	for _, was := range l.exceptions {
		is, ok := other.GetException(was.ID)
		if !ok {
			changes = append(changes, Change{was.ID, true, ChangeRemoved, was.Name, ""})
			continue
		}
		for _, change := range changesOf(was, is) {
			change.Exception = true
			changes = append(changes, change)
		}
	}
	for _, is := range other.exceptions {
		if _, ok := l.GetException(is.ID); !ok {
			changes = append(changes, Change{is.ID, true, ChangeAdded, "", is.Name})
		}
	}
	slices.SortStableFunc(changes, func(a, b Change) int {
		switch {
		case b.Exception && !a.Exception:
			return -1
		case a.Exception && !b.Exception:
			return 1
		}
		return strings.Compare(a.ID, b.ID)
	})
	return changes
}

// changesOf compares what licences and exceptions have in common.
func changesOf(was, is Exception) []Change {
	var changes []Change
	if was.ID != is.ID {
		changes = append(changes, Change{ID: is.ID, Kind: ChangeSpelling, Before: was.ID, After: is.ID})
	}
	if was.Name != is.Name {
		changes = append(changes, Change{ID: is.ID, Kind: ChangeName, Before: was.Name, After: is.Name})
	}
	switch {
	case is.Deprecated && !was.Deprecated:
		changes = append(changes, Change{ID: is.ID, Kind: ChangeDeprecated, Before: string(No), After: string(Yes)})
	case was.Deprecated && !is.Deprecated:
		changes = append(changes, Change{ID: is.ID, Kind: ChangeRevived, Before: string(Yes), After: string(No)})
	}
	return changes
}

// approved says whether the OSI approved the licence.
func (l License) approved() Flag {
	if l.OSI {
		return Yes
	}
	return No
}
