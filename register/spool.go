package register

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// maxDocument is the largest document taken when nothing else is said, in bytes as sent.
const maxDocument = 512 << 20

// spool is a document on disk while it is read: it may be larger than memory, and is needed twice.
type spool struct {
	file   *os.File
	digest []byte
	size   int64
}

func spoolBody(body io.Reader, lim sbom.Limits) (*spool, error) {
	f, err := os.CreateTemp("", "ospo-sbom-*")
	if err != nil {
		return nil, fmt.Errorf("making room for the document: %w", err)
	}
	_ = os.Remove(f.Name()) // it lives while it is open: a program that is killed leaves nothing behind
	s := &spool{file: f}
	most := lim.Bytes
	if most <= 0 {
		most = maxDocument
	}
	if err := s.fill(body, most); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *spool) fill(body io.Reader, most int64) error {
	h := sha256.New()
	var err error
	s.size, err = io.Copy(io.MultiWriter(s.file, h), io.LimitReader(body, most+1))
	var tooLarge *models.Error
	var disk *fs.PathError
	switch {
	case errors.As(err, &tooLarge):
		return err
	case errors.As(err, &disk) && disk.Op == "write":
		return fmt.Errorf("keeping the document on disk while it is read: %w", err)
	case err != nil:
		return models.Refuse(models.Invalid, "body-broken-off", "The document did not arrive whole. Send it again.")
	case s.size > most:
		return models.Refuse(models.TooLarge, "sbom-too-large", fmt.Sprintf("The document is larger than %d MB. Send one document per product, or ask the operator to raise the limit.", most>>20))
	case s.size == 0:
		return models.Refuse(models.Invalid, "empty", "The document is empty. Send the SBOM file itself as the body.")
	}
	s.digest = h.Sum(nil)
	_, err = s.file.Seek(0, io.SeekStart)
	return err
}

func (s *spool) close() { _ = s.file.Close() }

// parcel makes the document ready to be read.
func (s *spool) parcel(filename string) (*parcel, error) {
	rewind := func() (io.Reader, error) {
		_, err := s.file.Seek(0, io.SeekStart)
		return s.file, err
	}
	body, err := rewind()
	if err != nil {
		return nil, fmt.Errorf("reading the document: %w", err)
	}
	return &parcel{filename: filename, digest: s.digest, size: s.size, body: body, again: rewind}, nil
}
