package forge

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// Problem is why an address could not be read. Every error of this package that has to do with what was asked is one.
type Problem struct {
	Outcome    models.VisitOutcome
	URL        string        // that was asked, without secrets
	Status     int           // of the HTTP answer; 0 when there was none
	RetryAfter time.Duration // how long the host asks to be left alone; 0 when it does not say
	Detail     string        // what happened, for the owner
	Cure       string        // how to mend it; "" when there is nothing to mend
	Err        error         // beneath; may be nil

	header http.Header // of the HTTP answer
}

func (p *Problem) Error() string {
	if p.Cure == "" {
		return p.Detail
	}
	return p.Detail + " " + p.Cure
}

func (p *Problem) Unwrap() error { return p.Err }

// AsProblem gives the problem that err is or wraps. Anything else becomes one: a time that ran out is a timeout, the rest has failed.
// It is nil for nil.
func AsProblem(err error) *Problem {
	var p *Problem
	switch {
	case err == nil:
		return nil
	case errors.As(err, &p):
		return p
	}
	var request *url.Error
	if errors.As(err, &request) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) || errors.Is(err, io.ErrUnexpectedEOF) {
		return asked("", err)
	}
	return failed("", "The register itself could not finish this visit.", "Whoever runs the register finds the reason in its log.", err)
}

// Backoff is how long a repository that failed so many times in a row is left alone: an hour, doubled each time, at most a week.
func Backoff(failures int) time.Duration {
	const most = 7 * 24 * time.Hour
	if failures < 1 {
		return 0
	}
	if failures > 8 {
		return most
	}
	return min(most, time.Hour<<(failures-1))
}

// asked is the problem of a request that got no answer.
func asked(address string, err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	p = &Problem{Outcome: models.VisitFailed, URL: address, Err: err}
	var dns *net.DNSError
	var timeout net.Error
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		p.Detail, p.Cure = fmt.Sprintf("There is no host %s.", dns.Name), "Check the spelling of the address."
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		p.Outcome = models.VisitTimeout
		p.Detail, p.Cure = "The host did not answer in time.", "It is asked again later; when this goes on, check whether the host can be reached from the internet."
	case errors.Is(err, context.Canceled):
		p.Detail = "The visit was called off."
	case strings.Contains(err.Error(), "tls: ") || strings.Contains(err.Error(), "x509: "):
		p.Detail, p.Cure = "The host's certificate is not one that can be trusted.", "Renew the certificate of the host, with the whole chain."
	default:
		p.Detail, p.Cure = "The host could not be reached.", "Check that the host runs and can be reached from the internet."
	}
	return p
}

// answered is the problem of an answer with a status that is not a success.
func answered(address string, status int, wait time.Duration) *Problem {
	p := &Problem{Outcome: models.VisitFailed, URL: address, Status: status, RetryAfter: wait}
	switch {
	case status == 404 || status == 410:
		p.Outcome, p.Detail = models.VisitGone, "The host says that there is nothing at this address."
		p.Cure = "If it moved, give the new address; if it was closed, withdraw it."
	case status == 401 || status == 403 && wait == 0:
		p.Outcome, p.Detail = models.VisitForbidden, "The host says that this is not for everyone, or does not say whether it exists."
		p.Cure = "Make it public, or give the register a token for this host."
	case status == 429 || status == 503 || status == 403:
		p.Outcome, p.Detail = models.VisitBusy, "The host asked to come later."
		p.Cure = "It is asked again later; a token for this host allows more requests."
	case status >= 500:
		p.Detail, p.Cure = fmt.Sprintf("The host answered with an error of its own (%d).", status), "It is asked again later; when this goes on, tell whoever runs the host."
	default:
		p.Detail, p.Cure = fmt.Sprintf("The host answered in a way that is not understood (%d).", status), "Check the address."
	}
	return p
}

func blocked(address, detail, cure string) *Problem {
	return &Problem{Outcome: models.VisitBlocked, URL: address, Detail: detail, Cure: cure}
}

func failed(address, detail, cure string, err error) *Problem {
	return &Problem{Outcome: models.VisitFailed, URL: address, Detail: detail, Cure: cure, Err: err}
}

func tooLarge(address, what string, limit int64) *Problem {
	return &Problem{Outcome: models.VisitTooLarge, URL: address,
		Detail: fmt.Sprintf("%s is larger than %s, the most that is read.", what, sbom.Size(limit)),
		Cure:   "Keep large files out of the repository, or split it."}
}
