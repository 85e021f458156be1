package sbom

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
)

// Licenses writes the stated licences of one document as valid SPDX expressions, each distinct one once, and gathers the
// texts that the LicenseRefs in them stand for.
type Licenses struct {
	brought  map[string]models.Extract // by the ref the document uses
	said     map[string]Statement      // by stated text
	refs     map[string]string         // ref as the document uses it → as written
	taken    map[string]int            // refs as written, and their place in extracts
	extracts []models.Extract
}

// Statement is a stated licence as it is written.
type Statement struct {
	Kind licenses.ReadingKind
	// Text is "" when nothing was stated, NONE, NOASSERTION, or an expression of listed identifiers and LicenseRefs.
	// What could not be read is one LicenseRef whose text is what was stated.
	Text string
	// Stated is the text as found where Text says it in other words, else "".
	Stated string
	// Leaf is the licence where Text is a single one without exception, else the zero Leaf.
	Leaf licenses.Leaf
}

// Says reports whether the statement names a licence, or says that there is none.
func (s Statement) Says() bool {
	return s.Kind != licenses.ReadAbsent && s.Kind != licenses.ReadNoAssertion
}

// NewLicenses begins with the texts that the document brings along.
func NewLicenses(brought []models.Extract) *Licenses {
	l := &Licenses{brought: map[string]models.Extract{}, said: map[string]Statement{}, refs: map[string]string{}, taken: map[string]int{}}
	for _, x := range brought {
		if _, twice := l.brought[x.Ref]; !twice && strings.TrimSpace(x.Ref) != "" {
			l.brought[x.Ref] = x
		}
	}
	for _, x := range brought { // in their order, used or not: nothing is lost
		if _, known := l.brought[x.Ref]; known {
			l.ref(x.Ref)
		}
	}
	return l
}

// Extracts are the texts of every LicenseRef that was written so far and of all that the document brought, each once.
func (l *Licenses) Extracts() []models.Extract { return l.extracts }

// Extract is the text that a LicenseRef stands for, as it is written.
func (l *Licenses) Extract(ref string) (models.Extract, bool) {
	at, ok := l.taken[ref]
	if !ok {
		return models.Extract{}, false
	}
	return l.extracts[at], true
}

// Say gives a stated licence as it is to be written.
func (l *Licenses) Say(stated string) Statement {
	if s, ok := l.said[stated]; ok {
		return s
	}
	reading := licenses.Read(stated)
	s := Statement{Kind: reading.Kind}
	switch reading.Kind {
	case licenses.ReadAbsent:
	case licenses.ReadNone, licenses.ReadNoAssertion:
		s.Text = reading.Canonical
	case licenses.ReadUnreadable:
		if plain := strings.TrimSpace(stated); l.brought[plain].Ref != "" { // a text that an earlier export stood for
			s.Text = l.ref(plain)
		} else {
			s.Text = l.stated(plain)
		}
	default:
		e := l.valid(reading.Expression)
		s.Text = e.String()
		if e.Kind() == licenses.KindLicense {
			s.Leaf = e.Leaf()
		}
	}
	if plain := strings.TrimSpace(stated); plain != s.Text {
		s.Stated = plain
	}
	l.said[strings.Clone(stated)] = s
	return s
}

// valid exchanges what SPDX 2.3, annex D, does not have for LicenseRefs: identifiers that are not listed, references into
// other documents whose digest is not known here, and the AdditionRefs of SPDX 3.
func (l *Licenses) valid(e licenses.Expression) licenses.Expression {
	switch e.Kind() {
	case licenses.KindLicense, licenses.KindWith:
		return l.leaf(e.Leaf())
	}
	var operands []licenses.Expression
	for _, o := range e.Operands() {
		operands = append(operands, l.valid(o))
	}
	if e.Kind() == licenses.KindAnd {
		return licenses.And(operands...)
	}
	return licenses.Or(operands...)
}

// leaf keeps a known licence known where only what was added to it is not: the addition becomes a further demand.
func (l *Licenses) leaf(leaf licenses.Leaf) licenses.Expression {
	if strings.HasPrefix(leaf.Addition, "AdditionRef-") {
		added := leaf.Addition
		if leaf.AdditionDocument != "" {
			added = leaf.AdditionDocument + ":" + added
		}
		leaf.Addition, leaf.AdditionDocument = "", ""
		return licenses.And(l.leaf(leaf), licenses.Of(licenses.Leaf{ID: l.stated(added)}))
	}
	if len(leaf.Unlisted()) > 0 || leaf.Document != "" {
		return licenses.Of(licenses.Leaf{ID: l.stated(leaf.String())})
	}
	if leaf.IsRef() {
		leaf.ID = l.ref(leaf.ID)
	}
	return licenses.Of(leaf)
}

// ref gives the LicenseRef under which one of the document's is written, and notes its text.
func (l *Licenses) ref(id string) string {
	if written, ok := l.refs[id]; ok {
		return written
	}
	x, ok := l.brought[id]
	if !ok {
		x = models.Extract{Ref: id, Text: "The text of " + id + " is not in the document that refers to it."}
	}
	if strings.TrimSpace(x.Text) == "" {
		x.Text = "NOASSERTION"
	}
	l.refs[id] = l.add(x, "LicenseRef-"+idString(strings.TrimPrefix(id, "LicenseRef-")), id)
	return l.refs[id]
}

// stated gives a LicenseRef that stands for a text that names no licence we know.
func (l *Licenses) stated(text string) string {
	key := "\x00" + text // no ref of a document begins so
	if written, ok := l.refs[key]; ok {
		return written
	}
	l.refs[key] = l.add(models.Extract{Name: Cut(Line(text), 100), Text: text}, "LicenseRef-stated-"+digest(text), text)
	return l.refs[key]
}

// add keeps a text under an id that no other text has.
func (l *Licenses) add(x models.Extract, id, origin string) string {
	for {
		if _, taken := l.taken[id]; !taken {
			break
		}
		id += "-" + digest(origin)
	}
	x.Ref = id
	l.taken[id] = len(l.extracts)
	l.extracts = append(l.extracts, x)
	return id
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:4])
}

var noIDString = regexp.MustCompile(`[^A-Za-z0-9.-]+`)

// idString makes what SPDX 2.3, annex D, calls an idstring: letters, digits, "-" and ".".
func idString(text string) string {
	text = Cut(strings.Trim(noIDString.ReplaceAllString(text, "-"), "-"), 200)
	if text == "" {
		return "unnamed"
	}
	return text
}
