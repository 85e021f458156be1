package sbom

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"github.com/google/uuid"

	"github.com/ospo-register/ospo/models"
)

// Line makes one line of a text: what cannot be seen becomes a blank, what is no UTF-8 the replacement character.
func Line(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, Valid(text)))
}

// Valid is the text as UTF-8.
func Valid(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }

// Cut shortens a text to so many characters.
func Cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	n := 0
	for i := range text {
		if n == most {
			return text[:i]
		}
		n++
	}
	return text
}

// OneWord reports whether a text can stand as a locator: there is something, and nothing in it ends a word.
func OneWord(text string) bool {
	return text != "" && Valid(text) == text && strings.IndexFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) < 0
}

// unsafeInURL are characters that RFC 3986 and RFC 3987 do not have; generators leave them as they are.
const unsafeInURL = "<>\"{}|\\^`"

// IsURL reports whether a text is an absolute address that every schema takes as one.
func IsURL(text string) bool {
	if !OneWord(text) || strings.ContainsAny(text, unsafeInURL) {
		return false
	}
	u, err := url.Parse(text)
	return err == nil && u.IsAbs() && (u.Host != "" || u.Opaque != "")
}

var mail = regexp.MustCompile(`^[A-Za-z0-9_%+-]+(\.[A-Za-z0-9_%+-]+)*@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$`)

// IsMail reports whether a text is a plain mail address.
func IsMail(text string) bool { return len(text) <= 254 && mail.MatchString(text) }

// Serial is the document's UUID: that of its namespace where this is one, else one that follows from what tells the
// document from others, so that the same document has the same serial number every time.
func Serial(doc *models.SBOMDocument) uuid.UUID {
	if rest, ok := strings.CutPrefix(strings.ToLower(doc.Namespace), "urn:uuid:"); ok && len(rest) == 36 {
		if id, err := uuid.Parse(rest); err == nil {
			return id
		}
	}
	of := doc.Namespace + "\x00" + doc.Name + "\x00" + doc.Edition
	if doc.IssuedAt != nil {
		of += "\x00" + doc.IssuedAt.UTC().String()
	}
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte(of))
}

// Names gives every package an id of its own: its id in the document where that is fit and still free, else its number.
func Names(list []models.SBOMPackage, fit func(ref string) bool, reserved ...string) []string {
	taken := make(map[string]bool, len(list)+len(reserved))
	for _, r := range reserved {
		taken[r] = true
	}
	names := make([]string, len(list))
	for i := range list {
		if ref := list[i].Ref; fit(ref) && !taken[ref] {
			names[i] = ref
			taken[ref] = true
		}
	}
	for i := range list {
		if names[i] != "" {
			continue
		}
		name := numbered(i)
		for taken[name] {
			name += "-x"
		}
		names[i] = name
		taken[name] = true
	}
	return names
}
