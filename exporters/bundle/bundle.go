// Package bundle says how the files of a decision are handed to others in one: a zip archive with a manifest of digests, which anybody can check with
// sha256sum and needs nothing from us to read.
//
// It decides nothing about who may have what and holds no file in memory. Start with Write.
package bundle

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
)

// Version is the version of the form of the manifest.
const Version = 1

// Manifest is what an archive says of itself, in its first file.
type Manifest struct {
	Version  int       `json:"version"`
	Decision string    `json:"decision"` // reference
	Title    string    `json:"title"`
	Agency   string    `json:"agency"`
	MadeAt   time.Time `json:"madeAt"`
	Audience string    `json:"audience"` // for whom it was made: public, government or agency
	Dossier  string    `json:"dossier,omitempty"`
	Files    []File    `json:"files"`
}

// File is one file of the archive, or one that is named and withheld.
type File struct {
	Path       string    `json:"path,omitempty"` // in the archive; set by Write, "" when it is withheld
	Kind       string    `json:"kind"`           // attachment, part or publication
	ID         int64     `json:"id,omitempty"`   // number of the attachment
	Title      string    `json:"title"`
	Filename   string    `json:"filename"` // as it was filed
	Type       string    `json:"type,omitempty"`
	Media      string    `json:"media"`
	Tier       string    `json:"tier,omitempty"`
	Language   string    `json:"language,omitempty"`
	Part       string    `json:"part,omitempty"` // address of the part that it is, or belongs to
	Number     int       `json:"number,omitempty"`
	Supersedes int64     `json:"supersedes,omitempty"`
	Redacts    int64     `json:"redacts,omitempty"`
	Bytes      int64     `json:"bytes"`
	SHA256     string    `json:"sha256"` // in hexadecimal
	FiledAt    time.Time `json:"filedAt"`
	FiledBy    string    `json:"filedBy,omitempty"`
	Withheld   string    `json:"withheld,omitempty"` // why it is not in the archive

	Open func() (io.ReadCloser, error) `json:"-"`
}

// Write writes the archive to w, one file after the other as they are opened: the manifest first, then SHA256SUMS, then the files. A file of which the bytes
// are not those of its digest ends it with an error, so that what arrived is no whole archive.
func Write(w io.Writer, m *Manifest) error {
	m.Version, m.MadeAt = Version, m.MadeAt.UTC().Truncate(time.Second)
	var sums strings.Builder
	for i := range m.Files {
		f := &m.Files[i]
		if f.Path = ""; f.Withheld != "" {
			continue
		}
		f.Path = f.path()
		fmt.Fprintf(&sums, "%s  %s\n", f.SHA256, f.Path)
	}
	var said bytes.Buffer
	text := json.NewEncoder(&said)
	text.SetEscapeHTML(false)
	text.SetIndent("", "  ")
	if err := text.Encode(m); err != nil {
		return fmt.Errorf("writing the manifest: %w", err)
	}
	z := zip.NewWriter(w)
	for _, own := range []struct {
		name string
		body io.Reader
	}{{"manifest.json", &said}, {"SHA256SUMS", strings.NewReader(sums.String())}} {
		if err := add(z, own.name, m.MadeAt, own.body); err != nil {
			return err
		}
	}
	for i := range m.Files {
		if f := &m.Files[i]; f.Path != "" {
			if err := f.write(z); err != nil {
				return err
			}
		}
	}
	return z.Close()
}

// add writes one file. Most of what is filed is packed already, so nothing is packed again.
func add(z *zip.Writer, name string, at time.Time, body io.Reader) error {
	to, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store, Modified: at})
	if err == nil {
		_, err = io.Copy(to, body)
	}
	if err != nil {
		return fmt.Errorf("writing %s into the archive: %w", name, err)
	}
	return nil
}

func (f *File) write(z *zip.Writer) error {
	body, err := f.Open()
	if err != nil {
		return fmt.Errorf("opening %s: %w", f.Path, err)
	}
	defer func() { _ = body.Close() }() // read to its end, or the error says why not
	sum := sha256.New()
	if err := add(z, f.Path, f.FiledAt.UTC(), io.TeeReader(body, sum)); err != nil {
		return err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != f.SHA256 {
		return fmt.Errorf("the bytes of %s have the digest %s and not %s, under which they were filed", f.Path, got, f.SHA256)
	}
	return nil
}

// path is where the file lies in the archive: a folder for each kind, and names that every system can unpack.
func (f *File) path() string {
	switch f.Kind {
	case "part":
		return fmt.Sprintf("parts/%s.%d.json", strings.ReplaceAll(f.Part, "/", "_"), f.Number)
	case "publication":
		return fmt.Sprintf("publications/%d.json", f.Number)
	}
	return fmt.Sprintf("attachments/%d-%s", f.ID, safe(f.Filename))
}

// mostName is how long a name in the archive may be, in bytes, so that it fits every file system with its folder and number.
const mostName = 120

// safe is a name without what some system gives a meaning to. Its end is kept when it is too long, since that says what it is.
func safe(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(`<>:"/\|?*`, r), unicode.IsControl(r), unicode.In(r, unicode.Cf), r == unicode.ReplacementChar:
			return '_'
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
	if name = strings.Trim(name, ". "); name == "" {
		return "file"
	}
	for len(name) > mostName {
		for i := range name {
			if i > 0 {
				name = name[i:]
				break
			}
		}
	}
	return name
}
