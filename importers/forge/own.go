package forge

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
)

// ownHosts answers requests to hosts that are in this program, and passes on all others.
type ownHosts struct {
	hosts map[string]http.Handler
	next  http.RoundTripper
}

// RoundTrip answers a request.
func (o ownHosts) RoundTrip(r *http.Request) (*http.Response, error) {
	host := o.hosts[r.URL.Host]
	if host == nil {
		return o.next.RoundTrip(r)
	}
	if r.Body != nil {
		defer r.Body.Close()
	} else {
		r = r.Clone(r.Context())
		r.Body = http.NoBody
	}
	a := &ownAnswer{header: http.Header{}, status: http.StatusOK}
	host.ServeHTTP(a, r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return &http.Response{Status: strconv.Itoa(a.status) + " " + http.StatusText(a.status), StatusCode: a.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: a.header, ContentLength: int64(a.body.Len()), Body: io.NopCloser(&a.body), Request: r}, nil
}

// ownAnswer keeps what a host in this program answers.
type ownAnswer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header is what is sent before the body.
func (a *ownAnswer) Header() http.Header { return a.header }

// WriteHeader says how the request ended.
func (a *ownAnswer) WriteHeader(status int) { a.status = status }

// Write adds to the body.
func (a *ownAnswer) Write(b []byte) (int, error) { return a.body.Write(b) }
