package cyclonedx

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
)

const (
	licLicense sbom.Field = iota + 1
	licID
	licName
	licText
	licExpression
	licDetails
	licAcknowledgement
	licIdentifier
)

// licenseFields are those of a licence, of an expression, of a part of one, and of the choice between them.
var licenseFields = sbom.FieldsOf(15, "a licence", map[string]sbom.Field{
	"license": licLicense, "id": licID, "name": licName, "text": licText, "expression": licExpression, "expressionDetails": licDetails, "acknowledgement": licAcknowledgement,
	"licenseIdentifier": licIdentifier, "url": sbom.Skipped, "licensing": sbom.Skipped, "bom-ref": sbom.Skipped, "properties": sbom.Skipped,
})

// statedLicense is a licence as a document has it.
type statedLicense struct {
	id                     string
	more                   []string // further ids
	name, expression, text string
	acknowledgement        string
}

// licenseSet gathers the licences of one component.
type licenseSet struct {
	declared, concluded []string
	expressions, others int
}

// licenses reads a list of licences and joins it to one declared and one concluded expression.
func (j *reader) licenses() (declared, concluded string) {
	set := &j.set
	*set = licenseSet{declared: set.declared[:0], concluded: set.concluded[:0]}
	for l, ok := j.Elements("licences"); ok && j.Element(&l); {
		x, found := j.license()
		if !found || j.Err != nil {
			continue
		}
		j.choose(set, x)
	}
	if j.Err != nil {
		return "", ""
	}
	if v := j.b.Doc.SpecVersion; set.expressions > 0 && set.expressions+set.others > 1 && v != "" && v != "1.7" {
		j.b.Notes.Add("licence-expression-mixed", j.Pointer(), "An expression stands beside other licences, which CycloneDX %s does not have; all were taken.", v)
	}
	if n := max(len(set.declared), len(set.concluded)); n > 1 {
		j.b.Notes.Add("several-licences", j.Pointer(), "The component has %d licences and does not say how they go together; they were joined with AND.", n)
	}
	return j.b.texts.join(j.b, set.declared), j.b.texts.join(j.b, set.concluded)
}

// license reads one element of a list of licences, in whatever form.
func (j *reader) license() (x statedLicense, found bool) {
	if kind := j.Dec.PeekKind(); kind == '"' {
		x.expression = j.Word()
		j.b.Notes.Add("licence-form", j.Pointer(), "There is a text in place of a licence; %s was read as an expression.", sbom.Quote(x.expression))
		return x, x.expression != ""
	}
	if !j.Enter("a licence") || j.tooDeep() {
		return x, false
	}
	j.licenseMembers(&x, false)
	return x, true
}

// licenseMembers reads the members of a licence, or of the choice that it is in.
func (j *reader) licenseMembers(x *statedLicense, inner bool) {
	o := sbom.Object{Fields: licenseFields}
	misplaced := false
	for f, ok := j.Next(&o); ok; f, ok = j.Next(&o) {
		switch f {
		case licLicense:
			if j.Dec.PeekKind() == '"' {
				x.name, misplaced = j.Word(), true
			} else if j.Enter("a licence") && !j.tooDeep() {
				j.licenseMembers(x, true)
			}
		case licID, licIdentifier:
			j.licenseIDs(x)
			misplaced = misplaced || !inner
		case licName:
			x.name = strings.Join(j.texts("licence names"), " AND ")
			misplaced = misplaced || !inner
		case licText:
			x.text = j.attachment()
		case licExpression:
			x.expression = strings.TrimSpace(j.Word())
			misplaced = misplaced || inner
		case licDetails:
			j.expressionDetails()
		case licAcknowledgement:
			x.acknowledgement = j.Word()
		}
	}
	if misplaced && j.Err == nil && !j.Loose {
		j.b.Notes.Add("licence-form", j.Pointer(), "A licence is not in the form that CycloneDX has for it; it was read as meant.")
	}
}

// licenseIDs reads the id of a licence; CycloneDX 1.0 had several.
func (j *reader) licenseIDs(x *statedLicense) {
	if j.Err == nil && j.Dec.PeekKind() == '"' {
		x.id = j.Word()
	} else if ids := j.texts("licence ids"); len(ids) > 0 {
		x.id, x.more = ids[0], ids[1:]
	}
}

// expressionDetails reads the texts of the licences in an expression.
func (j *reader) expressionDetails() {
	for l, ok := j.Elements("expression details"); ok && j.Element(&l); {
		if !j.Enter("details of an expression") {
			continue
		}
		var x statedLicense
		o := sbom.Object{Fields: licenseFields}
		for f, ok := j.Next(&o); ok; f, ok = j.Next(&o) {
			switch f {
			case licIdentifier:
				j.licenseIDs(&x)
			case licText:
				x.text = j.attachment()
			default:
				j.Skip()
			}
		}
		if x.id != "" && x.text != "" && j.Err == nil {
			j.listedText(x.id, x.text)
		}
	}
}

// listedText keeps the text of a licence with an id of its own; those of listed licences are known.
func (j *reader) listedText(id, text string) {
	if !strings.HasPrefix(id, "LicenseRef-") {
		j.b.Notes.OriginalOnly("a listed licence", "text", 1)
		return
	}
	j.b.texts.keep(j.b, id, "", text, j.Pointer())
}

const (
	textContent sbom.Field = iota + 1
	textEncoding
)

var attachmentFields = sbom.FieldsOf(16, "a licence text", map[string]sbom.Field{"content": textContent, "encoding": textEncoding, "contentType": sbom.Skipped})

// attachment reads a licence text, plain or in base64.
func (j *reader) attachment() string {
	if j.Dec.PeekKind() == '"' {
		return j.Text()
	}
	if !j.Enter("a licence text") {
		return ""
	}
	content, encoding := "", ""
	o := sbom.Object{Fields: attachmentFields}
	for f, ok := j.Next(&o); ok; f, ok = j.Next(&o) {
		if f == textContent {
			content = j.Text()
		} else {
			encoding = j.Word()
		}
	}
	switch {
	case j.Err != nil || encoding == "":
		return content
	case !strings.EqualFold(encoding, "base64"):
		j.b.Notes.Add("licence-text-encoding", j.Pointer(), "A licence text is encoded as %s, which CycloneDX does not have; it was left out.", sbom.Quote(encoding))
		return ""
	}
	plain, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(content), ""))
	if err != nil {
		j.b.Notes.Add("licence-text-encoding", j.Pointer(), "A licence text is not the base64 that it says to be; it was kept as it stands.")
		return content
	}
	return strings.ToValidUTF8(strings.ReplaceAll(string(plain), "\x00", ""), "\uFFFD")
}

// choose judges one licence and puts it where its acknowledgement says.
func (j *reader) choose(set *licenseSet, x statedLicense) {
	if x.expression != "" {
		set.expressions++
	} else {
		set.others++
	}
	to := &set.declared
	switch strings.ToLower(x.acknowledgement) {
	case "", "declared":
	case "concluded":
		to = &set.concluded
	default:
		j.b.Notes.Add("unknown-acknowledgement", j.Pointer(), "%s is neither declared nor concluded; the licence was read as declared.", sbom.Quote(x.acknowledgement))
	}
	*to = withTerm(*to, j.term(x))
	for _, id := range x.more {
		j.judgeID(id)
		*to = withTerm(*to, id)
	}
}

func withTerm(terms []string, term string) []string {
	if term == "" || slices.Contains(terms, term) {
		return terms
	}
	return append(terms, term)
}

// term gives the licence as an id or expression; "" when it has none.
func (j *reader) term(x statedLicense) string {
	at := j.Pointer
	name := strings.TrimSpace(x.name)
	switch {
	case x.id != "":
		if len(x.more) > 0 {
			j.b.Notes.Add("several-licence-ids", at(), "The licence has %d ids; all were taken.", len(x.more)+1)
		}
		if name != "" || x.expression != "" {
			j.b.Notes.Add("licence-id-and-name", at(), "The licence has an id and another name; the id was taken.")
		}
		j.judgeID(x.id)
		if x.text != "" {
			j.listedText(x.id, x.text)
		}
		return x.id
	case x.expression != "":
		if name != "" {
			j.b.Notes.Add("licence-id-and-name", at(), "The licence has an expression and a name; the expression was taken.")
		}
		return x.expression
	case name != "" || x.text != "":
		if name == "" {
			j.b.Notes.Add("empty-licence", at(), "The licence has a text, but neither id nor name nor expression.")
		}
		return j.b.texts.term(j.b, name, x.text, at)
	}
	j.b.Notes.Add("empty-licence", at(), "The licence has neither id nor name nor expression; it was left out.")
	return ""
}

func (j *reader) judgeID(id string) {
	if _, listed := licenses.Get(id); listed || strings.HasPrefix(id, "LicenseRef-") {
		return
	}
	if _, listed := licenses.GetException(id); !listed {
		j.b.Notes.Add("unknown-licence-id", j.Pointer(), "%s is not an id of the SPDX licence list; it was kept as stated.", sbom.Quote(id))
	}
}

// licenseTexts gives licences that have only a name an id of their own, so that their texts are kept and expressions can hold them.
type licenseTexts struct {
	refs  map[[32]byte]string // by name and text
	taken map[string]int      // ids given, and how often
	names map[string]string   // what names without a text are read as
}

func newLicenseTexts() licenseTexts {
	return licenseTexts{refs: map[[32]byte]string{}, taken: map[string]int{}, names: map[string]string{}}
}

// mostNames bounds the names and ids that are remembered.
const mostNames = 10_000

// term gives a named licence as it stands if it can be read, else under an id of its own. pointer is asked for only when it is wanted.
func (t *licenseTexts) term(b *builder, name, text string, pointer func() string) string {
	if text == "" {
		if term, known := t.names[name]; known {
			return term
		}
	}
	term := name
	if isOwn := strings.HasPrefix(name, "LicenseRef-") && !strings.ContainsAny(name, " \t\r\n"); isOwn && text != "" {
		t.keep(b, name, "", text, pointer())
	} else if !isOwn && (text != "" || !isReadable(name)) {
		term = t.own(b, name, text, pointer)
	}
	if text == "" && len(t.names) < mostNames {
		t.names[name] = term
	}
	return term
}

// isReadable reports whether a name stands for licences that are known.
func isReadable(name string) bool {
	reading := licenses.Read(name)
	switch reading.Kind {
	case licenses.ReadExpression:
		return len(reading.Unknown) == 0
	case licenses.ReadUnreadable:
		return false
	}
	return true
}

// own gives the id made for a name and its text.
func (t *licenseTexts) own(b *builder, name, text string, pointer func() string) string {
	key := sha256.Sum256([]byte(name + "\x00" + text))
	if ref, known := t.refs[key]; known {
		return ref
	}
	ref := "LicenseRef-" + slug(name)
	if len(t.refs) >= mostNames {
		return ref
	}
	t.taken[ref]++
	for n := t.taken[ref]; n > 1; n = t.taken[ref] {
		ref += "-" + strconv.Itoa(n)
		t.taken[ref]++
	}
	t.refs[key] = ref
	if text == "" {
		b.Doc.Extracted = append(b.Doc.Extracted, models.Extract{Ref: ref, Name: name})
	} else {
		b.AddExtract(models.Extract{Ref: ref, Name: name, Text: text}, pointer())
	}
	return ref
}

// keep keeps a text under the id that the document gives it; that it stands at each component that has it is no finding.
func (t *licenseTexts) keep(b *builder, ref, name, text, pointer string) {
	if t.taken[ref] == 0 && len(t.taken) < 2*mostNames {
		t.taken[ref]++
		b.AddExtract(models.Extract{Ref: ref, Name: name, Text: text}, pointer)
	}
}

// slug makes of a name what may stand in an id.
func slug(name string) string {
	const longest = 60
	var b strings.Builder
	for _, c := range name {
		if b.Len() >= longest {
			break
		}
		if (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' {
			b.WriteRune(c)
		} else if s := b.String(); s != "" && s[len(s)-1] != '-' {
			b.WriteByte('-')
		}
	}
	if text := strings.Trim(b.String(), "-"); text != "" {
		return text
	}
	return "unnamed"
}

// join makes one expression of licences that all apply.
func (t *licenseTexts) join(b *builder, terms []string) string {
	switch len(terms) {
	case 0:
		return ""
	case 1:
		return terms[0]
	}
	joined := make([]string, 0, len(terms))
	for _, term := range terms {
		switch reading := licenses.Read(term); {
		case reading.Kind == licenses.ReadExpression && reading.Guessed:
			term = reading.Canonical
		case reading.Kind == licenses.ReadUnreadable:
			term = t.own(b, term, "", func() string { return "" })
		case reading.Kind != licenses.ReadExpression:
			continue // NONE and NOASSERTION say nothing beside a licence
		}
		if strings.Contains(strings.ToUpper(term), " OR ") {
			term = "(" + term + ")"
		}
		joined = append(joined, term)
	}
	if len(joined) == 0 {
		return terms[0]
	}
	return strings.Join(joined, " AND ")
}
