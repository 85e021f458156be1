package sbom

import (
	"hash/maphash"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
)

// readLicense says of each distinct licence, where it is met first, whether it can be read, and remembers which texts it refers to.
func (b *Builder) readLicense(stated string, place Place, field string) {
	const most = 20_000 // distinct licences looked at; no real document has a tenth of that
	if stated == "" || stated == "NOASSERTION" || stated == "NONE" {
		return
	}
	hash := maphash.String(b.IDs.seed, stated)
	if b.licenses[hash] || len(b.licenses) >= most {
		return
	}
	b.licenses[hash] = true
	b.noteRefs(stated)
	reading := licenses.Read(stated)
	switch {
	case reading.Kind == licenses.ReadUnreadable:
		b.Notes.Add("unreadable-licence", place.Of(field), "The licence %s cannot be read as an SPDX expression; it was kept as stated.", Quote(stated))
	case reading.Guessed:
		b.Notes.Add("guessed-licence", place.Of(field), "The licence %s is no SPDX expression; %s was taken to be meant.", Quote(stated), Quote(reading.Canonical))
	}
}

// noteRefs remembers which licence texts an expression refers to. (Those in other documents, DocumentRef-x:LicenseRef-y, are not looked for.)
func (b *Builder) noteRefs(expression string) {
	const prefix, most = "LicenseRef-", 10_000
	for {
		before, rest, found := strings.Cut(expression, prefix)
		if !found || len(b.refs) >= most {
			return
		}
		end := strings.IndexFunc(rest, func(c rune) bool {
			return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '.' && c != '-'
		})
		if end < 0 {
			end = len(rest)
		}
		if !strings.HasSuffix(before, ":") && !b.refs[prefix+rest[:end]] {
			b.refs[prefix+rest[:end]] = true
		}
		expression = rest[end:]
	}
}

// AddExtract keeps a licence text that the document brings along.
func (b *Builder) AddExtract(x models.Extract, pointer string) {
	switch {
	case x.Ref == "":
		b.Notes.Add("incomplete-licence-text", pointer, "A licence text has no id; it was passed over.")
		return
	case b.extracts[x.Ref]:
		b.Notes.Add("duplicate-licence-text", pointer, "There is already a licence text %s; the first was kept.", Quote(x.Ref))
		return
	case b.textBytes+len(x.Text) > b.Limits.TextBytes:
		b.Notes.Add("licence-text-left-out", pointer, "With the text of %s all licence texts are larger than %s; it was left out.", Quote(x.Ref), Size(int64(b.Limits.TextBytes)))
		x.Text = ""
	case strings.TrimSpace(x.Text) == "":
		b.Notes.Add("incomplete-licence-text", pointer, "%s has no text.", Quote(x.Ref))
	}
	if x.Name == "NOASSERTION" {
		x.Name = ""
	}
	b.textBytes += len(x.Text)
	b.extracts[x.Ref] = true
	b.Doc.Extracted = append(b.Doc.Extracted, x)
}
