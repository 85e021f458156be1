package register

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/proof"
	"github.com/ospo-register/ospo/store"
)

// partLogged is what the log says of a part that is filed, with the digest of the dossier as it is with it.
func partLogged(d *models.Decision, p *models.DecisionPart, dossier []byte) logged {
	return logged{d.ID, proof.Entry{Ref: d.Ref, Role: string(p.Role), Part: p.Address(), Number: p.Number, Digest: hex.EncodeToString(p.Digest), Dossier: hex.EncodeToString(dossier)}}
}

// moveLogged is what the log says of a move.
func moveLogged(d *models.Decision, m *models.DecisionMove) (logged, error) {
	sum, err := moveDigest(m)
	if err != nil {
		return logged{}, err
	}
	return logged{d.ID, proof.Entry{Ref: d.Ref, Role: string(m.Role), From: string(m.From), To: string(m.To), Number: m.Number, Digest: sum, Dossier: hex.EncodeToString(m.Digest)}}, nil
}

func moveDigest(m *models.DecisionMove) (string, error) {
	text, err := m.Text()
	if err != nil {
		return "", fmt.Errorf("writing the move for the log: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// publicationLogged is what the log says of a document that is published.
func publicationLogged(d *models.Decision, p *models.DecisionPublication, role models.Role) logged {
	return logged{d.ID, proof.Entry{Ref: d.Ref, Role: string(role), Number: p.Number, Digest: hex.EncodeToString(p.Digest), Dossier: hex.EncodeToString(d.Digest)}}
}

// lastLogged is how a decision stands by the log.
type lastLogged struct {
	ref, dossier string
	state        string // "" before its first move
	entry        int64
	entryAt      proof.Entry
	told         toldCase
}

// seenRow is a row that an entry spoke of.
type seenRow struct {
	table string
	store.LogKey
}

const (
	tableParts  = "decision_parts"
	tableMoves  = "decision_moves"
	tablePapers = "decision_publications"
)

// speaksOf says which row of a dossier an entry speaks of; no table when it speaks of none.
func speaksOf(e *proof.Entry, decision int64) (table string, key store.LogKey) {
	key = store.LogKey{Decision: decision, Address: e.Part, Number: e.Number}
	switch {
	case e.Digest == "" || decision == 0:
		return "", key
	case strings.HasPrefix(e.Part, "attachment/"):
		return tableFiles, key
	case e.Part != "":
		return tableParts, key
	case e.To != "":
		return tableMoves, key
	}
	return tablePapers, key
}

// wantedRows reads in the entries of a stretch what they speak of.
func wantedRows(entries []store.LogEntryRow, read []store.LogRead) (w store.LogWanted) {
	for i := range entries {
		if read[i].Bad != "" || entries[i].DecisionID == nil {
			continue // said when the entry is looked at
		}
		switch table, key := speaksOf(&read[i].Entry, *entries[i].DecisionID); table {
		case tableParts:
			w.Parts = append(w.Parts, key)
		case tableMoves:
			w.Moves = append(w.Moves, key)
		case tablePapers:
			w.Papers = append(w.Papers, key)
		case tableFiles:
			id, _ := fileOf(key.Address) // which is how it came to this table
			w.Files = append(w.Files, id)
		}
	}
	return w
}

// dossier checks the row of a dossier that an entry speaks of.
func (a *logAudit) dossier(span *store.LogSpan, l *store.LogEntryRow, e *proof.Entry) error {
	if l.DecisionID == nil {
		return nil
	}
	d := a.last[*l.DecisionID]
	if d == nil {
		d = &lastLogged{}
		a.last[*l.DecisionID] = d
	}
	d.ref, d.entry, d.entryAt = e.Ref, l.Index, *e
	d.told.hears(span.Events[e.Event])
	if e.Dossier != "" {
		d.dossier = e.Dossier
	}
	if e.To != "" {
		d.state = e.To
	}
	table, key := speaksOf(e, *l.DecisionID)
	var wrong string
	switch table {
	case "":
		return nil
	case tableParts:
		wrong = wrongPart(span.Parts[key], span.Events[e.Event], e)
	case tablePapers:
		wrong = wrongPart(span.Papers[key], nil, e)
	case tableFiles:
		id, _ := fileOf(key.Address)
		wrong = wrongFile(span.Files[id], key.Decision, span.Events[e.Event], e)
	case tableMoves:
		var err error
		if wrong, err = wrongMove(span.Moves[key], e); err != nil {
			return err
		}
	}
	a.report.Rows[table]++
	a.seen[seenRow{table, key}] = struct{}{}
	if wrong != "" {
		a.differs(LogDifference{Row: rowName(table, e.Ref, key), Index: l.Index, LoggedAt: e.At, Sentence: wrong})
	}
	return nil
}

func rowName(table, ref string, key store.LogKey) string {
	name := fmt.Sprintf("%s %d", table, key.Decision)
	if id, ok := fileOf(key.Address); ok {
		return fmt.Sprintf("%s %d", table, id)
	}
	if ref != "" {
		name = table + " of " + ref
	}
	if key.Address != "" {
		name += ", " + key.Address
	}
	return fmt.Sprintf("%s, number %d", name, key.Number)
}

// wrongPart says what differs in a part or publication; "" when nothing does.
func wrongPart(p *store.LogPartRow, event *models.Event, e *proof.Entry) string {
	switch {
	case p == nil:
		return "The row is missing: it was taken out of the dossier after it was logged."
	case hex.EncodeToString(p.Content) != e.Digest:
		return "Its content is not what was logged: it was changed after it was logged."
	case hex.EncodeToString(p.Digest) != e.Digest:
		return "Its digest is not the one that was logged: it was changed after it was logged."
	case event != nil && (string(p.Role) != e.Role || value(p.ByID) != value(event.ActorID) || p.ByName != event.ActorName):
		return "Who wrote it, or in which role, is not what was logged: it was changed after it was logged."
	case event == nil || event.Action != "decision.filed":
		return ""
	}
	var was struct {
		At    *time.Time
		State models.DecisionState
	}
	if err := json.Unmarshal(event.After, &was); err != nil {
		return "What its event says of it cannot be read: the event was changed after it was logged."
	}
	if was.At != nil && (!was.At.Equal(p.At) || was.State != p.State) {
		return "When it was written, or at which state of the case, is not what was logged: it was changed after it was logged."
	}
	return ""
}

func wrongMove(m *models.DecisionMove, e *proof.Entry) (string, error) {
	if m == nil {
		return "The row is missing: it was taken out of the dossier after it was logged.", nil
	}
	sum, err := moveDigest(m)
	if err != nil {
		return "", err
	}
	if sum != e.Digest {
		return "The move is not what was logged: its states, reason, results, people or time were changed after it was logged.", nil
	}
	return "", nil
}

// standing compares how decisions stand with how they stand by the log, and names rows that no entry speaks of. What was
// logged while the log was read is left to the next time.
func (a *logAudit) standing(ctx context.Context, s *store.Store) error {
	decisions, err := s.LogDecisions(ctx)
	if err != nil {
		return err
	}
	keys, err := s.LogKeys(ctx)
	if err != nil {
		return err
	}
	files, err := s.LogFiles(ctx)
	if err != nil {
		return err
	}
	later, err := s.LoggedSince(ctx, a.report.Size) // last: a row that was read has its entry by now
	if err != nil {
		return err
	}
	moved := make(map[int64]bool, len(later))
	for _, id := range later {
		moved[id] = true
	}
	for i := range decisions {
		if !moved[decisions[i].ID] {
			a.decision(&decisions[i])
		}
	}
	a.unspoken(tableParts, keys.Parts, moved)
	a.unspoken(tableMoves, keys.Moves, moved)
	a.unspoken(tablePapers, keys.Papers, moved)
	a.files(ctx, s, files, moved)
	return ctx.Err()
}

// unspoken names rows that no entry speaks of, unless their decision has moved on.
func (a *logAudit) unspoken(table string, keys []store.LogKey, moved map[int64]bool) {
	for _, k := range keys {
		if _, ok := a.seen[seenRow{table, k}]; !ok && !moved[k.Decision] {
			a.differs(LogDifference{Row: rowName(table, "", k), Index: -1, Sentence: "No entry of the log speaks of it: it was written past the register."})
		}
	}
}

func (a *logAudit) decision(d *store.LogDecisionRow) {
	row := "decisions " + d.Ref
	a.report.Rows["decisions"]++
	was, ok := a.last[d.ID]
	if !ok {
		a.differs(LogDifference{Row: row, Index: -1, Sentence: "No entry of the log speaks of it: it was written past the register."})
		return
	}
	at := was.entryAt.At
	if was.ref != "" && was.ref != d.Ref {
		a.differs(LogDifference{Row: row, Index: was.entry, LoggedAt: at, Sentence: "It was logged as " + was.ref + ": its reference was changed after that."})
	}
	if was.state != "" && was.state != string(d.State) {
		a.differs(LogDifference{Row: row, Index: was.entry, LoggedAt: at, Sentence: fmt.Sprintf("It stands at “%s”, and by the log at “%s”: its state was changed without a move.", d.State, was.state)})
	}
	if sum, err := hex.DecodeString(was.dossier); was.dossier != "" && (err != nil || !bytes.Equal(sum, d.Digest)) {
		a.differs(LogDifference{Row: row, Index: was.entry, LoggedAt: at, Sentence: "The digest of its dossier is not the one that was logged last."})
	}
	if wrong := was.told.wrong(d); len(wrong) > 0 {
		a.differs(LogDifference{Row: row, Index: was.entry, LoggedAt: at, Sentence: "Not what its events say: " + strings.Join(wrong, ", ") + ". It was changed past the register."})
	}
}

// logNouns are the nouns whose every event has an entry in the log.
var logNouns = []string{"decision"}

// unlogged names events that should have an entry and have none: they were written past the register.
func (a *logAudit) unlogged(ctx context.Context, s *store.Store) error {
	for _, noun := range logNouns {
		list, err := s.Unlogged(ctx, noun, mostLogDifferences)
		if err != nil {
			return err
		}
		for i := range list {
			a.unloggedEvent(&list[i])
		}
	}
	return nil
}

func (a *logAudit) unloggedEvent(e *models.Event) {
	a.differs(LogDifference{Row: fmt.Sprintf("events %d", e.ID), Index: -1, LoggedAt: e.At, Sentence: "The event “" + e.Action + "” has no entry in the log: it was written past the register, or its entry was taken away."})
}
