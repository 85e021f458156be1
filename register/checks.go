package register

import (
	"context"
	"errors"
	"io"

	"golang.org/x/sync/semaphore"

	"github.com/ospo-register/ospo/importers"
)

// DocumentCheck is what the register would say of a document, with nothing kept.
type DocumentCheck = importers.CheckResult

// MaxCheckBytes bounds a document that is checked only, in bytes as sent.
const MaxCheckBytes = 20 << 20

// What checks may take at once: anybody may ask, and most senders are slow. One that is still sending takes only the room of the
// bytes that have come, in memory or on disk; a place among those that are read is for documents that are there.
const (
	mostArriving = 1 << 30 // bytes
	mostChecks   = 16      // documents
)

// ErrBusy says that there is no room for one more document to be checked now. Asking again a little later is what helps.
var ErrBusy = errors.New("too many documents are being checked")

// CheckDocument reads an SBOM document or a publiccode.yml and says what the register would: what it is, what was found in it, and of an SBOM how complete it
// is. A file with the name publiccode.yml is taken for one, any other is told by its bytes.
// Nothing is stored. What cannot be read is a result too, refused with one fatal finding; the error is one of ours, or ErrBusy.
func (r *Register) CheckDocument(ctx context.Context, name string, body io.Reader, lim Limits) (*DocumentCheck, error) {
	return r.check(ctx, name, body, lim, func(read io.Reader, lim Limits) DocumentCheck { return importers.Check(fileName(name), read, lim) })
}

// CheckDescription is CheckDocument for a publiccode.yml, code.json or codemeta.json, told by its bytes: what is none of them is told what it lacks to be a publiccode.yml.
func (r *Register) CheckDescription(ctx context.Context, body io.Reader) (*DocumentCheck, error) {
	return r.check(ctx, "", body, Limits{}, func(read io.Reader, _ Limits) DocumentCheck { return importers.CheckDescription(read) })
}

func (r *Register) check(ctx context.Context, name string, body io.Reader, lim Limits, judge func(io.Reader, Limits) DocumentCheck) (*DocumentCheck, error) {
	spool, leave, err := r.arrive(ctx, body, &lim)
	if err != nil {
		return nil, err
	}
	defer leave()
	p := spool.parcel(name)
	read, done, err := r.admission.enter(ctx, p.body, p.size)
	if err != nil {
		return nil, err
	}
	defer done()
	result := judge(read, lim)
	return &result, nil
}

// arrive takes a document in that is looked at only, and then a place among those that are read; leave gives both back.
func (r *Register) arrive(ctx context.Context, body io.Reader, lim *Limits) (s *spool, leave func(), err error) {
	if lim.Bytes <= 0 || lim.Bytes > MaxCheckBytes {
		lim.Bytes = MaxCheckBytes
	}
	arriving := &arrivingReader{src: body, room: r.arriving}
	if s, err = r.spoolBody(arriving, *lim); err != nil {
		arriving.leave()
		return nil, nil, err
	}
	away := func() {
		s.close()
		arriving.leave()
	}
	select {
	case r.checks <- struct{}{}:
		return s, func() { <-r.checks; away() }, nil
	case <-ctx.Done():
		away()
		return nil, nil, ctx.Err()
	}
}

// arrivingReader takes room for each byte that comes, and is busy where there is none.
type arrivingReader struct {
	src  io.Reader
	room *semaphore.Weighted
	took int64
}

func (a *arrivingReader) Read(p []byte) (int, error) {
	n, err := a.src.Read(p)
	if !a.room.TryAcquire(int64(n)) {
		return 0, ErrBusy
	}
	a.took += int64(n)
	return n, err
}

func (a *arrivingReader) leave() { a.room.Release(a.took) }
