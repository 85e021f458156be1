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

// mostChecks bounds the documents that are being checked at once, those included that are still arriving: anybody may ask.
const mostChecks = 16

// ErrBusy says that there is no room for one more document to be checked now. Asking again a little later is what helps.
var ErrBusy = errors.New("too many documents are being checked")

// CheckSBOM reads a document and says what the register would: what it is, what was found in it, and how complete it is.
// Nothing is stored. What cannot be read is a result too, refused with one fatal finding; the error is one of ours, or ErrBusy.
func (r *Register) CheckSBOM(ctx context.Context, name string, body io.Reader, lim Limits) (*SBOMCheck, error) {
	select {
	case r.checks <- struct{}{}:
		defer func() { <-r.checks }()
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
	p := spool.parcel(name)
	read, leave, err := r.admission.enter(ctx, p.body, p.size)
	if err != nil {
		return nil, err
	}
	defer leave()
	result := importers.Check(fileName(name), read, lim)
	return &result, nil
}
