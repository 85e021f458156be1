package register

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/ospo-register/ospo/exporters/opendata"
	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// OpenData is what the operator says of the register as a publisher of open data.
type OpenData struct {
	License string // SPDX identifier of the licence of the data; "": DefaultDataLicense
	Address string // where people find the register, without a slash at its end; "": addresses in the data have no beginning
}

// DefaultDataLicense is the licence of the data where the operator says nothing else.
const DefaultDataLicense = "CC0-1.0"

// UseOpenData has the catalogue told as open data under these terms from now on. It is to be called before anything else is.
func (r *Register) UseOpenData(o OpenData) {
	o.Address = strings.TrimSuffix(o.Address, "/")
	r.open.terms = o
}

// OpenDataTerms is what the operator said of the register as a publisher of open data.
func (r *Register) OpenDataTerms() OpenData {
	o := r.open.terms
	if o.License == "" {
		o.License = DefaultDataLicense
	}
	return o
}

// LicenseAddress is where the text of the licence of the data is.
func (o OpenData) LicenseAddress() string {
	if l, ok := licenses.Get(o.License); ok {
		for _, u := range l.SeeAlso {
			if strings.HasPrefix(u, "https://creativecommons.org/") {
				return u
			}
		}
		return "https://spdx.org/licenses/" + l.ID + ".html"
	}
	return ""
}

// Dump is a file with the whole public catalogue, ready to be read; every Dump is read on its own.
type Dump struct {
	*io.SectionReader
	Format  opendata.Format
	Entries int
	SHA256  string    // of the bytes, in hexadecimal
	At      time.Time // when what is in it was read
	event   int64     // the last one then
}

// Filename is the name to keep it under.
func (d *Dump) Filename() string { return "catalogue." + string(d.Format) }

// opened is what the register knows of itself as a publisher, with the last file of each format. They lie on disk, without a name, until
// nobody reads them any more.
type opened struct {
	terms OpenData
	mu    sync.Mutex
	last  map[opendata.Format]*Dump
}

// OpenDump gives the public catalogue in one file: every entry that the public sees in the list of software, once, and nothing else, as it
// stood at one moment. The same data give the same bytes. It is written anew only when something happened in the register since, or on
// another day, when attestations have run out.
func (r *Register) OpenDump(ctx context.Context, format opendata.Format) (*Dump, error) {
	r.open.mu.Lock()
	defer r.open.mu.Unlock()
	last, err := r.store.LastEvent(ctx)
	if err != nil {
		return nil, err
	}
	d := r.open.last[format]
	if d == nil || d.event != last || models.DateOf(d.At) != models.DateOf(r.now()) {
		done, err := r.writing(ctx)
		if err != nil {
			return nil, err
		}
		defer done()
		if d, err = r.writeDump(ctx, format); err != nil {
			return nil, fmt.Errorf("writing the open data: %w", err)
		}
		d.event = last
		r.open.last[format] = d
	}
	mine := *d
	mine.SectionReader = io.NewSectionReader(d.SectionReader, 0, d.Size())
	return &mine, nil
}

func (r *Register) writeDump(ctx context.Context, format opendata.Format) (*Dump, error) {
	f, err := temporary()
	if err != nil {
		return nil, err
	}
	d, digest := &Dump{Format: format, At: r.now()}, sha256.New()
	out := bufio.NewWriterSize(io.MultiWriter(f, digest), 1<<16)
	w, err := opendata.NewWriter(out, format, r.open.terms.Address)
	if err != nil {
		return nil, err
	}
	err = store.Snapshot(ctx, r.store, func(s *store.Store) error {
		return eachDescribed(ctx, s, models.Viewer{}, models.AssetFilter{}, func(one *models.Described) error {
			d.Entries++
			return w.Write(one)
		})
	})
	if err == nil {
		err = errors.Join(w.Close(), out.Flush())
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	size, err := f.Seek(0, io.SeekCurrent)
	d.SectionReader, d.SHA256 = io.NewSectionReader(f, 0, size), hex.EncodeToString(digest.Sum(nil))
	return d, err
}

// eachDescribed walks all pages of a list.
func eachDescribed(ctx context.Context, s *store.Store, v models.Viewer, f models.AssetFilter, do func(*models.Described) error) error {
	f.Limit = models.MaxLimit
	for {
		l, err := s.Described(ctx, v, f)
		if err != nil {
			return err
		}
		for i := range l.Items {
			if err := do(&l.Items[i]); err != nil {
				return err
			}
		}
		if l.Next == "" {
			return nil
		}
		f.After = l.Next
	}
}
