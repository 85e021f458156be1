package licenses

import (
	"cmp"
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
		changes = append(changes, changesOf(was.ID, is.ID, false, was.Name, is.Name, was.Deprecated, is.Deprecated)...)
		if was.OSI != is.OSI {
			changes = append(changes, Change{is.ID, false, ChangeOSI, string(stated(was.OSI)), string(stated(is.OSI))})
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
		changes = append(changes, changesOf(was.ID, is.ID, true, was.Name, is.Name, was.Deprecated, is.Deprecated)...)
	}
	for _, is := range other.exceptions {
		if _, ok := l.GetException(is.ID); !ok {
			changes = append(changes, Change{is.ID, true, ChangeAdded, "", is.Name})
		}
	}
	slices.SortStableFunc(changes, func(a, b Change) int {
		if a.Exception != b.Exception {
			return cmp.Compare(rankOf(a.Exception), rankOf(b.Exception))
		}
		return strings.Compare(a.ID, b.ID)
	})
	return changes
}

func changesOf(idWas, id string, exception bool, nameWas, name string, deprecatedWas, deprecated bool) []Change {
	var changes []Change
	if idWas != id {
		changes = append(changes, Change{id, exception, ChangeSpelling, idWas, id})
	}
	if nameWas != name {
		changes = append(changes, Change{id, exception, ChangeName, nameWas, name})
	}
	if deprecatedWas != deprecated {
		kind := ChangeRevived
		if deprecated {
			kind = ChangeDeprecated
		}
		changes = append(changes, Change{id, exception, kind, string(stated(deprecatedWas)), string(stated(deprecated))})
	}
	return changes
}

func stated(is bool) Flag {
	if is {
		return Yes
	}
	return No
}

func rankOf(exception bool) int {
	if exception {
		return 1
	}
	return 0
}
