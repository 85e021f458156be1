package web

import (
	"crypto/sha256"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/proof"
)

// verifyPage takes files and says what they prove. Nothing of them is stored.
type verifyPage struct {
	Form    *form
	Keyed   bool // this register has a key of its own
	Most    int64
	Finding *proof.Finding // nil until something was checked
	Said    string         // the entry, in words
	OwnKey  bool           // it was checked with the register's key
}

// The files that the page takes.
const (
	fileDocument = "document"
	fileProof    = "proof"
	fileKey      = "key"
	fileOlder    = "older"
	fileNewer    = "newer"
)

// mostVerified is how long a document may be.
const mostVerified = 4 << 20

func (s *site) askVerify(c *page) error { return s.showVerify(c, verifyPage{Form: newForm()}) }

func (s *site) showVerify(c *page, p verifyPage) error {
	p.Keyed, p.Most = len(s.Register.LogKeys()) > 0, mostVerified
	title := "Check a proof"
	if p.Finding != nil {
		title = map[bool]string{true: "It holds", false: "It does not hold"}[p.Finding.Same]
		c.keepNowhere()
	}
	return c.show(view{Name: "log-verify", Title: title, Crumbs: []crumb{{"The public log", "/log"}, {Name: "Check a proof"}}, Form: p.Form, Page: p})
}

// verify checks what was sent, as “ospo verify” does offline.
func (s *site) verify(c *page) error {
	p := verifyPage{Form: newForm()}
	files, err := s.verifyFiles(c)
	if err == nil {
		p.Finding, p.OwnKey, err = s.checkFiles(files)
	}
	if err != nil {
		if !p.Form.refused(err) {
			return err
		}
		return s.showVerify(c, p)
	}
	if p.Finding.Entry != nil {
		p.Said = p.Finding.Entry.Says()
	}
	return s.showVerify(c, p)
}

// verifyFiles reads the files of the form into memory.
func (s *site) verifyFiles(c *page) (map[string][]byte, error) {
	r := c.request()
	paced := s.paced(c.g.Writer, r.Body, bodyTime)
	defer paced.release()
	r.Body = http.MaxBytesReader(c.g.Writer, paced, mostVerified+4*proof.MostBytes+maxForm)
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, models.Refuse(models.Invalid, "form-unreadable", "The form did not arrive whole. Send it again.")
	}
	files := map[string][]byte{}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, broken(err, mostVerified)
		}
		most := int64(proof.MostBytes)
		if part.FormName() == fileDocument {
			most = mostVerified
		}
		text, err := io.ReadAll(io.LimitReader(part, most+1))
		if err != nil {
			return nil, broken(err, mostVerified)
		}
		if int64(len(text)) > most {
			return nil, &models.Error{Kind: models.TooLarge, Code: "file-too-large", Detail: "A file is too large.", Fields: []models.FieldError{{Field: part.FormName(), Code: "file-too-large", Detail: "The file is larger than " + fileSize(most) + "."}}}
		}
		if len(text) > 0 {
			files[part.FormName()] = text
		}
	}
}

// checkFiles finds out what is to be checked, and checks it.
func (s *site) checkFiles(files map[string][]byte) (f *proof.Finding, own bool, err error) {
	mistake := func(field, detail string) error {
		var m models.Mistakes
		m.Add(field, "required", detail)
		return m.Err()
	}
	keys := s.Register.LogKeys()
	if given, ok := files[fileKey]; ok {
		if _, keys, err = proof.ReadKeys(string(given)); err != nil {
			return nil, false, mistake(fileKey, sentence(err.Error()))
		}
	} else {
		own = true
	}
	if len(keys) == 0 {
		return nil, false, mistake(fileKey, "Give the public key of the log: this register has none of its own.")
	}
	older, newer, file := files[fileOlder], files[fileNewer], files[fileProof]
	switch {
	case older != nil && (newer != nil || file != nil):
		f, err = proof.VerifyConsistency(older, newer, file, keys...)
	case older != nil || newer != nil:
		return nil, false, mistake(fileProof, "Two checkpoints are needed, or one with the proof between it and a newer one.")
	case file == nil:
		return nil, false, mistake(fileProof, "Choose the file of the proof.")
	case files[fileDocument] == nil:
		f, err = proof.VerifyEntry(file, keys...)
	default:
		f, err = proof.VerifyInclusion(sha256.Sum256(files[fileDocument]), file, keys...)
	}
	if err != nil {
		return nil, false, mistake(fileProof, sentence(err.Error()))
	}
	return f, own, nil
}

// sentence begins with a capital letter and ends with a point.
func sentence(text string) string { return capital(strings.TrimSuffix(text, ".")) + "." }
