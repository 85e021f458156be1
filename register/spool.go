package register

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// MaxDocument is the largest document taken when nothing else is said, in bytes as sent.
const MaxDocument = 512 << 20

const (
	pieceBytes = 256 << 10
	mostPieces = 16 // of one document: 4 MB, as much as the documents of nineteen products in twenty have
	allPieces  = 128
)

// pieces is memory for documents while they are read, shared by all: at most so many pieces are ever made.
type pieces struct {
	mu   sync.Mutex
	free [][]byte
	made int
	most int
}

// take gives an empty piece, or nil when all are in use.
func (p *pieces) take() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.free); n > 0 {
		piece := p.free[n-1]
		p.free = p.free[:n-1]
		return piece
	}
	if p.made >= p.most {
		return nil
	}
	p.made++
	return make([]byte, 0, pieceBytes)
}

func (p *pieces) give(back [][]byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, piece := range back {
		p.free = append(p.free, piece[:0])
	}
}

// spool is a document while it is read, which is needed twice: in memory while it is small and there is room, else on disk.
type spool struct {
	pieces *pieces
	held   [][]byte
	file   *os.File // nil while all of it is in memory
	digest []byte
	size   int64
}

func (r *Register) spoolBody(body io.Reader, lim sbom.Limits) (*spool, error) {
	s := &spool{pieces: r.pieces}
	most := lim.Bytes
	if most <= 0 {
		most = MaxDocument
	}
	if err := s.fill(body, most); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// Write keeps the next bytes of the document.
func (s *spool) Write(b []byte) (int, error) {
	n := len(b)
	for len(b) > 0 && s.file == nil {
		last := len(s.held) - 1
		if last >= 0 && len(s.held[last]) < pieceBytes {
			fits := min(len(b), pieceBytes-len(s.held[last]))
			s.held[last], b = append(s.held[last], b[:fits]...), b[fits:]
			continue
		}
		var piece []byte
		if len(s.held) < mostPieces {
			piece = s.pieces.take()
		}
		if piece != nil {
			s.held = append(s.held, piece)
		} else if err := s.spill(); err != nil {
			return 0, err
		}
	}
	if len(b) == 0 {
		return n, nil
	}
	_, err := s.file.Write(b)
	return n, err
}

// spill moves the document to disk.
func (s *spool) spill() error {
	f, err := os.CreateTemp("", "ospo-sbom-*")
	if err != nil {
		return err
	}
	s.file = f
	_ = os.Remove(f.Name()) // it lives while it is open: a program that is killed leaves nothing behind
	for _, piece := range s.held {
		if _, err := f.Write(piece); err != nil {
			return err
		}
	}
	s.pieces.give(s.held)
	s.held = nil
	return nil
}

// open reads the document from its beginning.
func (s *spool) open() io.Reader {
	if s.file != nil {
		return io.NewSectionReader(s.file, 0, s.size)
	}
	parts := make([]io.Reader, len(s.held))
	for i, piece := range s.held {
		parts[i] = bytes.NewReader(piece)
	}
	return io.MultiReader(parts...)
}

func (s *spool) fill(body io.Reader, most int64) error {
	h := sha256.New()
	var err error
	s.size, err = io.Copy(io.MultiWriter(s, h), io.LimitReader(body, most+1))
	var tooLarge *models.Error
	var disk *fs.PathError
	switch {
	case errors.As(err, &tooLarge), errors.Is(err, ErrBusy):
		return err
	case errors.As(err, &disk) && (disk.Op == "write" || disk.Op == "open"):
		return fmt.Errorf("keeping the document on disk while it is read: %w", err)
	case err != nil:
		return models.Refuse(models.Invalid, "body-broken-off", "The document did not arrive whole. Send it again.")
	case s.size > most:
		return models.Refuse(models.TooLarge, "sbom-too-large", fmt.Sprintf("The document is larger than %s. Send one document per product, or ask the operator to raise the limit.", sbom.Size(most)))
	case s.size == 0:
		return models.Refuse(models.Invalid, "empty", "The document is empty. Send the file itself as the body.")
	}
	s.digest = h.Sum(nil)
	return nil
}

// close lets go of the document: nobody may read it any more.
func (s *spool) close() {
	s.pieces.give(s.held)
	s.held = nil
	if s.file != nil {
		_ = s.file.Close()
	}
}

// parcel makes the document ready to be read.
func (s *spool) parcel(filename string) *parcel {
	return &parcel{filename: filename, digest: s.digest, size: s.size, body: s.open(), again: s.open}
}
