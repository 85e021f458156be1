package register

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// CheckAttachmentJob asks for the bytes of attachments to be looked at for malware; see CheckAttachment.
type CheckAttachmentJob struct {
	ContentID int64 `json:"contentId"`
}

// Kind names the job in the queue.
func (CheckAttachmentJob) Kind() string { return "check-attachment" }

// longestCheck bounds how long one look at one file may take.
const longestCheck = 10 * time.Minute

// CheckAttachment has the operator's program (AttachmentRules.Check) look at bytes for malware, and notes what it found with one event for each case that holds them. The program gets the
// bytes on its standard input and says what it found by how it ends: with 0 they are clean, with 1 infected, with anything else it has failed, which is the error, so that it is tried
// again. Bytes on which it has decided are left alone, and so are all when there is no program. Nothing is ever deleted.
func (r *Register) CheckAttachment(ctx context.Context, content int64) error {
	if len(r.filing.Check) == 0 {
		return nil
	}
	was, err := r.store.AttachmentVerdict(ctx, content)
	if err != nil || was.Decided() {
		return err
	}
	verdict, failed := r.scan(ctx, content)
	if ctx.Err() != nil {
		return ctx.Err() // the program ends: somebody else goes on
	}
	if verdict == was && was == models.AttachmentFailed {
		return failed
	}
	return errors.Join(failed, store.Write(ctx, r.store, func(tx *store.Tx) error { return r.judgeAttachment(ctx, tx, content, verdict) }))
}

func (r *Register) judgeAttachment(ctx context.Context, tx *store.Tx, content int64, verdict models.AttachmentVerdict) error {
	by := models.SystemViewer("Malware check")
	if err := tx.Hold(ctx, "attachment_contents", content); err != nil {
		return err
	}
	was, err := tx.AttachmentVerdict(ctx, content)
	if err != nil || was.Decided() { // another process was quicker
		return err
	}
	if err := tx.JudgeAttachment(ctx, content, verdict, filepath.Base(r.filing.Check[0]), r.now().Truncate(time.Microsecond)); err != nil {
		return err
	}
	holding, err := tx.AttachmentsOf(ctx, content)
	if err != nil {
		return err
	}
	for _, a := range holding {
		d, err := tx.Decision(ctx, by, a.DecisionID)
		if err != nil {
			return err
		}
		e := attachmentEvent("attachment.checked", &d.Decision, a.Tier, map[string]any{"attachment": a.ID, "checked": verdict})
		e.before = map[string]any{"checked": was}
		l := attachmentLogged(&d.Decision, a.ID, "", a.SHA256)
		if _, err := recordLeaf(ctx, tx, by, e, l); err != nil {
			return err
		}
	}
	return nil
}

// scan runs the operator's program over bytes that are kept.
func (r *Register) scan(ctx context.Context, content int64) (models.AttachmentVerdict, error) {
	body, err := r.store.AttachmentBytes(ctx, content)
	if err != nil {
		return models.AttachmentFailed, err
	}
	defer func() { _ = body.Close() }() // read as far as the program reads it
	within, cancel := context.WithTimeout(ctx, longestCheck)
	defer cancel()
	cmd := exec.CommandContext(within, r.filing.Check[0], r.filing.Check[1:]...)
	said := &firstWords{}
	cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.WaitDelay = body, said, said, 5*time.Second
	err = cmd.Run()
	var ended *exec.ExitError
	switch {
	case errors.As(err, &ended) && ended.ExitCode() == 1:
		return models.AttachmentInfected, nil
	case err != nil:
		return models.AttachmentFailed, fmt.Errorf("looking for malware in content %d of attachments: %w; the program said: %s", content, err, said)
	}
	if left, err := io.Copy(io.Discard, body); err != nil || left > 0 { // what was not read cannot be clean
		return models.AttachmentFailed, errors.Join(fmt.Errorf("looking for malware in content %d of attachments: the program ended before it had read the whole file", content), err)
	}
	return models.AttachmentClean, nil
}

// firstWords keeps the beginning of what a program says.
type firstWords struct{ bytes.Buffer }

func (w *firstWords) Write(b []byte) (int, error) {
	if room := 500 - w.Len(); room > 0 {
		w.Buffer.Write(b[:min(room, len(b))])
	}
	return len(b), nil
}

func (w *firstWords) String() string { return strings.Join(strings.Fields(w.Buffer.String()), " ") }

// mostChecksAtOnce bounds the files that one turn of CheckAttachments looks at.
const mostChecksAtOnce = 50

// CheckAttachments looks at files that nobody has looked at to an end: those that were filed before there was a program, and those on which it failed. A file on which it fails again keeps no
// other waiting.
func (r *Register) CheckAttachments(ctx context.Context) (decided int, err error) {
	if len(r.filing.Check) == 0 {
		return 0, nil
	}
	waiting, err := r.store.UndecidedAttachments(ctx, 0, mostChecksAtOnce)
	if err != nil {
		return 0, err
	}
	var failed error
	for _, content := range waiting {
		if err := r.CheckAttachment(ctx, content); err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		decided++
	}
	return decided, failed
}
