package register

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/proof"
	"github.com/ospo-register/ospo/store"
)

const (
	tableLaws  = "regime_versions"
	lawInForce = "regime.activated"
)

// loggedLaw is what the log says of a version of a regime when it is put in force.
type loggedLaw struct {
	RegimeVersion int64        `json:"regimeVersion"`
	Text          string       `json:"text"` // SHA-256 of the text and of the book, as they are kept
	Book          string       `json:"book"`
	ValidFrom     *models.Date `json:"validFrom"`
	Until         *lawUntil    `json:"until"`
	Ended         []lawUntil   `json:"ended"` // of the versions that it takes the place of

	regime, agency int64
	entry          proof.Entry
	index          int64
}

// lawUntil is until when a version of a regime binds.
type lawUntil struct {
	RegimeVersion int64        `json:"regimeVersion"`
	ValidTo       *models.Date `json:"validTo"` // nil: until the next
}

// lawLogged is what the log says of a law that is put in force. It is an entry of no decision: every decision under the law leans on it.
func lawLogged(v *store.RegimeVersionRow) logged {
	return logged{entry: proof.Entry{Ref: v.Code, Number: v.Number, Digest: hexDigest(v.Digest)}}
}

func textDigest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// law notes what an entry says of a law.
func (a *logAudit) law(event *models.Event, l *store.LogEntryRow, e *proof.Entry) {
	if e.Action != lawInForce || event == nil {
		return // an event that is missing was named
	}
	told := loggedLaw{regime: event.NounID, agency: value(event.AgencyID), entry: *e, index: l.Index}
	if json.Unmarshal(event.After, &told) != nil || told.RegimeVersion == 0 {
		a.differs(LogDifference{Row: fmt.Sprintf("events %d", e.Event), Index: l.Index, LoggedAt: e.At, Sentence: "What the event says of the law cannot be read: it was changed after it was logged."})
		return
	}
	a.laws[told.RegimeVersion] = told
	for i := range told.Ended {
		if before, ok := a.laws[told.Ended[i].RegimeVersion]; ok {
			before.Until = &told.Ended[i]
			a.laws[told.Ended[i].RegimeVersion] = before
		}
	}
}

// lawsStand compares every law that was put in force with what was logged of it then.
func (a *logAudit) lawsStand(ctx context.Context, s *store.Store) error {
	list, err := s.LogLaws(ctx)
	if err != nil {
		return err
	}
	later, err := s.LawsLoggedSince(ctx, a.report.Size) // after the rows: a law that was read has its entry by now
	if err != nil {
		return err
	}
	moved := make(map[int64]bool, len(later))
	for _, id := range later {
		moved[id] = true
	}
	here := make(map[int64]bool, len(list))
	for i := range list {
		v := &list[i]
		here[v.ID] = true
		a.report.Rows[tableLaws]++
		told, ok := a.laws[v.ID]
		row := fmt.Sprintf("%s %d (%s, version %d)", tableLaws, v.ID, v.Code, v.Number)
		switch {
		case !ok && !moved[v.RegimeID]:
			a.differs(LogDifference{Row: row, Index: -1, Sentence: "No entry of the log speaks of it: it was put in force past the register."})
		case ok:
			if wrong := wrongLaw(v, &told); wrong != "" {
				a.differs(LogDifference{Row: row, Index: told.index, LoggedAt: told.entry.At, Sentence: wrong})
			}
		}
	}
	for id, told := range a.laws {
		if !here[id] {
			a.differs(LogDifference{Row: fmt.Sprintf("%s %d", tableLaws, id), Index: told.index, LoggedAt: told.entry.At, Sentence: "The law is missing, or not in force: it was taken away after it was logged."})
		}
	}
	return nil
}

// wrongLaw says what differs in a law; "" when nothing does.
func wrongLaw(v *store.LogLawRow, told *loggedLaw) string {
	switch {
	case hexDigest(v.Text) != told.Text:
		return "The text of the law is not what was logged: it was changed after it was put in force."
	case hexDigest(v.Book) != told.Book:
		return "The rules that it was put in force with are not what was logged: they were changed after that."
	case hexDigest(v.Digest) != told.entry.Digest:
		return "The digest of the law is not the one that was logged: it was changed after it was put in force."
	case v.RegimeID != told.regime || value(v.AgencyID) != told.agency || v.Code != told.entry.Ref || v.Number != told.entry.Number:
		return "Which regime it is a version of, or whom it binds, is not what was logged: it was changed after it was put in force."
	case v.ValidFrom == nil || told.ValidFrom == nil || v.ValidFrom.String() != told.ValidFrom.String():
		return "The day from which it binds is not what was logged: it was changed after it was put in force."
	case told.Until != nil && !sameDay(v.ValidTo, told.Until.ValidTo):
		return "The day until which it binds is not what was logged: it was changed after it was put in force, or after the next one was."
	}
	return ""
}
