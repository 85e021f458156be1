package register

import (
	"context"
	"errors"
	"io"

	"github.com/ospo-register/ospo/importers"
)

// SBOMCheck is what the register would say of a document, with nothing kept.
type SBOMCheck = importers.CheckResult

// MaxCheckBytes bounds a document that is checked only, in bytes as sent.
const MaxCheckBytes = 20 << 20

// What checks may take at once: anybody may ask. Most senders are slow, and a document that is still arriving takes no place among
// those that are read.
const (
	mostArriving = 64
	mostChecks   = 16
)

// ErrBusy says that there is no room for one more document to be checked now. Asking again a little later is what helps.
var ErrBusy = errors.New("too many documents are being checked")

// CheckSBOM reads a document and says what the register would: what it is, what was found in it, and how complete it is.
// Nothing is stored. What cannot be read is a result too, refused with one fatal finding; the error is one of ours, or ErrBusy.
func (r *Register) CheckSBOM(ctx context.Context, name string, body io.Reader, lim Limits) (*SBOMCheck, error) {
	select {
	case r.arriving <- struct{}{}:
		defer func() { <-r.arriving }()
	default:
		return nil, ErrBusy
	}
	if lim.Bytes <= 0 || lim.Bytes > MaxCheckBytes {
		lim.Bytes = MaxCheckBytes
	}
	spool, err := r.spoolBody(body, lim)
	if err != nil {
		return nil, err
	}
	defer spool.close()
	select {
	case r.checks <- struct{}{}:
		defer func() { <-r.checks }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	p := spool.parcel(name)
	read, leave, err := r.admission.enter(ctx, p.body, p.size)
	if err != nil {
		return nil, err
	}
	defer leave()
	result := importers.Check(fileName(name), read, lim)
	return &result, nil
}
