package register

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/proof"
	"github.com/ospo-register/ospo/store"
)

// LogCheck says what the log is compared with besides its own rows.
type LogCheck struct {
	Keys []string // public keys; those of the register when there are none
	Kept [][]byte // signed checkpoints that somebody kept elsewhere
}

// LogReport is what checking the whole log came to.
type LogReport struct {
	Size        int64 // entries that were checked
	Root        proof.Hash
	Signed      int64            // how many entries the newest checkpoint speaks of
	Checkpoints int              // that hold, those kept elsewhere included
	Kept        int              // of those, kept elsewhere
	Unverified  bool             // no key is there, so that no signature was checked
	Rows        map[string]int64 // how many rows of each table were compared
	Differences []LogDifference  // the first of them, at most mostLogDifferences
	Total       int              // how many differences there are
	Took        time.Duration
}

// Same reports whether nothing differs.
func (r *LogReport) Same() bool { return r.Total == 0 }

// LogDifference is a row that is not what was logged or signed.
type LogDifference struct {
	Row      string    // table and key: "events 812"
	Index    int64     // of the entry that speaks of it; -1 when there is none
	LoggedAt time.Time // since when the log has spoken of it: it was changed after this; zero when that is not known
	Sentence string
}

// mostLogDifferences is how many differences a report names. A log that was written anew differs in every row.
const mostLogDifferences = 200

// logSpan is how many entries are read at once.
const logSpan = 2000

// spansAhead is how many stretches are read at the same time, while another is looked at.
const spansAhead = 2

// VerifyLog works out the whole log again from its entries, and compares it with the nodes kept, with every checkpoint that was
// signed, and with the rows that the entries speak of. It names each row that differs. Progress is told how many entries are
// done; it may be nil. It reads everything and is for operators and auditors.
func (r *Register) VerifyLog(ctx context.Context, check LogCheck, progress func(done, total int64)) (*LogReport, error) {
	began := time.Now()
	a, err := r.startAudit(ctx, check)
	if err != nil {
		return nil, err
	}
	for span, err := range spans(ctx, r.store, a.report.Size, logSpan) {
		if err != nil {
			return nil, err
		}
		if err := a.span(span); err != nil {
			return nil, err
		}
		if progress != nil {
			progress(a.edge.Size(), a.report.Size)
		}
	}
	a.finish()
	if err := a.unlogged(ctx, r.store); err != nil {
		return nil, err
	}
	if err := a.standing(ctx, r.store); err != nil {
		return nil, err
	}
	if err := a.lawsStand(ctx, r.store); err != nil {
		return nil, err
	}
	a.report.Took = time.Since(began)
	return a.report, nil
}

func newAudit() *logAudit {
	return &logAudit{report: &LogReport{Rows: map[string]int64{}}, last: map[int64]*lastLogged{}, seen: map[seenRow]struct{}{}, laws: map[int64]loggedLaw{}}
}

// startAudit reads what the log is to be compared with.
func (r *Register) startAudit(ctx context.Context, check LogCheck) (*logAudit, error) {
	keys := check.Keys
	if len(keys) == 0 {
		keys = r.LogKeys()
	}
	a := newAudit()
	a.report.Unverified = len(keys) == 0
	for i, signed := range check.Kept {
		if err := a.expect(fmt.Sprintf("checkpoint %d that is given", i+1), signed, keys, time.Time{}); err != nil {
			return nil, err
		}
	}
	own, err := r.store.LogCheckpoints(ctx)
	if err != nil {
		return nil, err
	}
	if a.report.Size, err = r.store.LogSize(ctx); err != nil { // after the checkpoints, so that none is newer
		return nil, err
	}
	for i := range own {
		row := fmt.Sprintf("log_checkpoints %d", own[i].Size)
		var refusal *models.Error
		err := a.expect(row, []byte(own[i].Signed), keys, own[i].At)
		if errors.As(err, &refusal) {
			a.differs(LogDifference{Row: row, Index: -1, LoggedAt: own[i].At, Sentence: refusal.Detail})
		} else if err != nil {
			return nil, err
		}
		a.report.Signed = max(a.report.Signed, own[i].Size)
	}
	slices.SortStableFunc(a.expected, func(x, y expectedRoot) int { return int(min(max(x.Size-y.Size, -1), 1)) })
	a.passes() // those of the empty log
	return a, nil
}

// expect notes a checkpoint that the log has to agree with.
func (a *logAudit) expect(row string, signed []byte, keys []string, at time.Time) error {
	open := func() (proof.Checkpoint, error) { return proof.Open(signed, keys...) }
	if a.report.Unverified {
		open = func() (proof.Checkpoint, error) { return proof.Claimed(signed) }
	}
	c, err := open()
	var unsigned *proof.SignatureError
	switch {
	case errors.As(err, &unsigned) && at.IsZero():
		return models.Refuse(models.Invalid, "other-log-key", row+": "+unsigned.Sentence)
	case errors.As(err, &unsigned):
		a.differs(LogDifference{Row: row, Index: -1, LoggedAt: at, Sentence: unsigned.Sentence})
		c = unsigned.Checkpoint
	case err != nil:
		return models.Refuse(models.Invalid, "not-a-checkpoint", row+": "+err.Error())
	}
	a.expected = append(a.expected, expectedRoot{Checkpoint: c, row: row, at: at})
	return nil
}

// spans reads the first size entries of the log in stretches of step, and gives these in their order: the next ones are read
// while the last is looked at. All that is read was there when size was counted and is never changed, so that it is the same whenever it is read.
func spans(ctx context.Context, s *store.Store, size, step int64) func(func(*store.LogSpan, error) bool) {
	type read struct {
		span *store.LogSpan
		err  error
	}
	return func(yield func(*store.LogSpan, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		out, done := make(chan chan read, spansAhead), make(chan struct{})
		go func() {
			defer close(done)
			defer close(out)
			var readers errgroup.Group
			defer func() { _ = readers.Wait() }() // which hand their errors on with what they read
			readers.SetLimit(spansAhead)
			if s.OneConnection() {
				readers.SetLimit(1)
			}
			for from := int64(0); from < size; from += step {
				next := make(chan read, 1)
				select {
				case out <- next:
				case <-ctx.Done():
					return
				}
				readers.Go(func() error {
					span, err := s.LogSpan(ctx, from, min(from+step, size), wantedRows)
					next <- read{span, err}
					return nil
				})
			}
		}()
		defer func() { stop(); <-done }() // a transaction has one connection: nothing else may ask it meanwhile
		for next := range out {
			if r := <-next; !yield(r.span, r.err) || r.err != nil {
				return
			}
		}
	}
}
