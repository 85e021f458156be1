package register

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/ospo-register/ospo/proof"
	"github.com/ospo-register/ospo/store"
)

// logAudit works the log out again, entry by entry.
type logAudit struct {
	report    *LogReport
	edge      proof.Edge
	expected  []expectedRoot // by size
	passed    int            // of expected
	good      int64          // the newest size whose checkpoint holds
	lastEvent int64
	nodes     int // that differ
	firstNode int64
	last      map[int64]*lastLogged // by decision
	seen      map[seenRow]struct{}  // rows that entries spoke of
	laws      map[int64]loggedLaw   // by version of a regime
}

// expectedRoot is a checkpoint that the log has to agree with.
type expectedRoot struct {
	proof.Checkpoint
	row string
	at  time.Time // zero for one that was kept elsewhere
}

func (a *logAudit) differs(d LogDifference) {
	a.report.Total++
	if len(a.report.Differences) < mostLogDifferences {
		a.report.Differences = append(a.report.Differences, d)
	}
}

// span checks a stretch of the log.
func (a *logAudit) span(span *store.LogSpan) error {
	for i := range span.Entries {
		l, read := &span.Entries[i], &span.Read[i]
		a.gap(span, l.Index)
		a.leaf(span, l, read.At)
		if err := a.rows(span, l, read); err != nil {
			return err
		}
	}
	a.gap(span, span.To)
	return nil
}

// gap names entries that are not there, and goes on with the leaves that are kept of them.
func (a *logAudit) gap(span *store.LogSpan, until int64) {
	for index := a.edge.Size(); index < until; index++ {
		a.differs(LogDifference{Row: fmt.Sprintf("log_entries %d", index), Index: index, Sentence: "The entry is missing: it was taken out of the log."})
		var leaf proof.Hash
		copy(leaf[:], span.Nodes[proof.LeafNumber(index)])
		a.grow(span, leaf)
	}
}

// leaf checks an entry's bytes against its leaf. The tree goes on with the leaf that is kept in it, so that one changed entry
// does not make every node after it differ.
func (a *logAudit) leaf(span *store.LogSpan, l *store.LogEntryRow, at time.Time) {
	leaf, kept := proof.Leaf(l.Body), span.Nodes[proof.LeafNumber(l.Index)]
	row := fmt.Sprintf("log_entries %d", l.Index)
	if string(kept) != string(leaf[:]) && len(kept) == len(leaf) {
		a.differs(LogDifference{Row: row, Index: l.Index, LoggedAt: at, Sentence: "The entry's bytes do not have the hash that its leaf of the tree has: the entry or its leaf was changed after it was logged."})
		copy(leaf[:], kept)
	} else if string(l.Hash) != string(leaf[:]) {
		a.differs(LogDifference{Row: row, Index: l.Index, LoggedAt: at, Sentence: "The entry's column hash is not the hash of its bytes: it was changed after it was logged."})
	}
	a.grow(span, leaf)
}

// grow adds a leaf, compares the nodes that follow with those kept, and the root with the checkpoints of this size.
func (a *logAudit) grow(span *store.LogSpan, leaf proof.Hash) {
	number := proof.Stored(a.edge.Size())
	for i, want := range a.edge.Add(leaf) {
		if string(span.Nodes[number+int64(i)]) != string(want[:]) {
			if a.nodes++; a.nodes == 1 {
				a.firstNode = number + int64(i)
			}
		}
	}
	a.passes()
}

// passes compares the root with the checkpoints of this size.
func (a *logAudit) passes() {
	for ; a.passed < len(a.expected) && a.expected[a.passed].Size == a.edge.Size(); a.passed++ {
		x := a.expected[a.passed]
		if a.edge.Root() == x.Root {
			a.report.Checkpoints++
			if x.at.IsZero() {
				a.report.Kept++
			}
			a.good = x.Size
			continue
		}
		a.differs(LogDifference{Row: x.row, Index: -1, LoggedAt: x.at, Sentence: fmt.Sprintf("The first %d entries are not those that this checkpoint was signed of: one of the entries %d to %d, or their order, was changed after that.", x.Size, a.good, x.Size-1)})
	}
}

// finish says what is left when all entries are added.
func (a *logAudit) finish() {
	if a.nodes > 0 {
		a.report.Total += a.nodes - 1
		a.differs(LogDifference{Row: fmt.Sprintf("log_hashes %d", a.firstNode), Index: -1, Sentence: fmt.Sprintf("The node is not what follows from the entries, and %d more are not: the nodes or the entries below them were changed after they were logged.", a.nodes-1)})
	}
	for _, x := range a.expected[a.passed:] {
		a.differs(LogDifference{Row: x.row, Index: -1, LoggedAt: x.at, Sentence: fmt.Sprintf("This checkpoint was signed of %d entries, and the log has %d: entries were taken away from its end.", x.Size, a.edge.Size())})
	}
	a.report.Size, a.report.Root = a.edge.Size(), a.edge.Root()
}

// rows checks the rows that an entry speaks of.
func (a *logAudit) rows(span *store.LogSpan, l *store.LogEntryRow, e *store.LogRead) error {
	if e.Bad != "" {
		a.differs(LogDifference{Row: fmt.Sprintf("log_entries %d", l.Index), Index: l.Index, Sentence: "The entry's bytes are no entry: " + e.Bad + "."})
		return nil
	}
	if e.Event != l.EventID {
		a.differs(LogDifference{Row: fmt.Sprintf("log_entries %d", l.Index), Index: l.Index, LoggedAt: e.At, Sentence: fmt.Sprintf("The entry speaks of event %d, and its column event_id of %d.", e.Event, l.EventID)})
	}
	if e.Event <= a.lastEvent {
		a.differs(LogDifference{Row: fmt.Sprintf("log_entries %d", l.Index), Index: l.Index, LoggedAt: e.At, Sentence: fmt.Sprintf("The entry speaks of event %d after one of event %d: entries are in the order of events.", e.Event, a.lastEvent)})
	}
	a.lastEvent = e.Event
	if err := a.event(span, l, &e.Entry); err != nil {
		return err
	}
	a.law(span.Events[e.Event], l, &e.Entry)
	return a.dossier(span, l, &e.Entry)
}

func (a *logAudit) event(span *store.LogSpan, l *store.LogEntryRow, e *proof.Entry) error {
	row := fmt.Sprintf("events %d", e.Event)
	have, ok := span.Events[e.Event]
	if !ok {
		a.differs(LogDifference{Row: row, Index: l.Index, LoggedAt: e.At, Sentence: "The event is missing: it was taken out of the audit trail after it was logged."})
		return nil
	}
	text, err := have.Text()
	if err != nil {
		return fmt.Errorf("event %d: %w", e.Event, err)
	}
	a.report.Rows["events"]++
	sum := sha256.Sum256(text)
	if hex.EncodeToString(sum[:]) != e.EventDigest {
		a.differs(LogDifference{Row: row, Index: l.Index, LoggedAt: e.At, Sentence: "The event is not what was logged: one of its fields was changed after it was logged."})
	}
	return nil
}
