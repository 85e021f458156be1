package register

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/proof"
	"github.com/ospo-register/ospo/store"
)

const tableFiles = "attachments"

// fileOf is the number of the file that a part's address names, as attachmentAddress writes it.
func fileOf(address string) (id int64, ok bool) {
	text, ok := strings.CutPrefix(address, "attachment/")
	if !ok {
		return 0, false
	}
	id, err := strconv.ParseInt(text, 10, 64)
	return id, err == nil
}

// wrongFile says what differs in a file of a case; "" when nothing does.
func wrongFile(f *store.LogFileRow, decision int64, event *models.Event, e *proof.Entry) string {
	switch {
	case f == nil:
		return "The row is missing: it was taken out of the dossier after it was logged."
	case f.DecisionID != decision || hex.EncodeToString(f.Digest) != e.Digest:
		return "Its decision or its content is not what was logged: it was changed after it was logged."
	case event == nil || event.Action != "attachment.filed":
		return ""
	}
	var was struct{ Title, Filename, Type, Tier string }
	if err := json.Unmarshal(event.After, &was); err != nil {
		return "What its event says of it cannot be read: the event was changed after it was logged."
	}
	if f.Title != was.Title || f.Filename != was.Filename || f.Type != was.Type || f.Tier != was.Tier {
		return "Its title, name, type or who may see it is not what was logged: it was changed after it was logged."
	}
	return ""
}

// files names files that no entry speaks of, and works out the digest of the bytes of every other.
func (a *logAudit) files(ctx context.Context, s *store.Store, list []store.LogFileRow, moved map[int64]bool) {
	read := map[int64]bool{}
	for i := range list {
		f := &list[i]
		row := fmt.Sprintf("%s %d", tableFiles, f.ID)
		key := store.LogKey{Decision: f.DecisionID, Address: attachmentAddress(f.ID)}
		if _, ok := a.seen[seenRow{tableFiles, key}]; !ok && !moved[f.DecisionID] {
			a.differs(LogDifference{Row: row, Index: -1, Sentence: "No entry of the log speaks of it: it was written past the register."})
		}
		if read[f.ContentID] {
			continue
		}
		read[f.ContentID] = true
		h := sha256.New()
		if err := copyContent(ctx, s, f.ContentID, h); err != nil {
			a.differs(LogDifference{Row: row, Index: -1, Sentence: "Its bytes cannot be read any more: " + err.Error() + "."})
		} else if string(h.Sum(nil)) != string(f.Digest) {
			a.differs(LogDifference{Row: row, Index: -1, Sentence: "Its bytes do not have the digest that they are kept under: they were changed after they were filed."})
		}
	}
}

func copyContent(ctx context.Context, s *store.Store, content int64, w io.Writer) error {
	body, err := s.AttachmentBytes(ctx, content)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }() // it was read to its end, or not at all
	_, err = io.Copy(w, body)
	return err
}
