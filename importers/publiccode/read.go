package publiccode

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// Latest is the newest version of the standard that is read, as it is to be stated in a file.
const Latest = "0.7"

// MaxBytes is the largest file that is read.
const MaxBytes = 1 << 20

// versions of the standard with their spellings; those marked are not known to the validator that the catalogues run.
var versions = map[string]int{
	"0.2": 2, "0.2.0": 2, "0.2.1": 2, "0.2.2": 2, "0.3": 3, "0.3.0": 3, "0.4": 4, "0.4.0": 4,
	"0.5": 5, "0.5.0": 5, "0.6": 6, "0.6.0": 6, "0.7": 7, "0.7.0": 7,
}

const (
	maxRemarks = 1000
	any0       = 6 // what "0" promises: some 0.x, and so none of the deprecations of the newest
)

// reader reads one file.
type reader struct {
	d        *models.Description
	remarks  []models.Remark
	left     int // remarks that were not kept
	heavy    bool
	minor    int  // of the stated version; rules are those of the latest when it cannot be told
	rolling  bool // "0": whatever 0.x is the latest
	next     bool // 1.0, in which what was deprecated is gone
	aliases  []string
	codeIPA  string
	mentions []mention
	stated   map[string]bool // keys of the first level
}

// Read says what a publiccode.yml says and everything that is wrong with it, in the order of its lines. The description is nil only when
// nothing could be read; otherwise it holds what is sound, and Description.Kept what has no other place. At most 1 MB is read.
// The network is never asked: whether addresses lead anywhere is not known.
func Read(content []byte) (*models.Description, []models.Remark) {
	return read(content, func(*reader) {})
}

func read(content []byte, look func(*reader)) (*models.Description, []models.Remark) {
	r := &reader{d: &models.Description{Format: models.PublicCode, Texts: map[string]models.DescriptionText{}, Kept: map[string]string{}}, minor: versions[Latest], stated: map[string]bool{}}
	if len(content) > MaxBytes {
		r.fatal("too-large", 0, 0, fmt.Sprintf("The file has %d bytes; at most %d are read. A publiccode.yml has some ten thousand.", len(content), MaxBytes))
		return nil, r.remarks
	}
	root := r.parse(r.decode(content))
	switch {
	case root == nil && !r.said(models.Fatal) && !r.said(models.Failure):
		r.fatal("empty-file", 0, 0, "The file says nothing. It must state at least publiccodeYmlVersion, name, url, platforms, developmentStatus, softwareType, description, legal, maintenance and localisation.")
		return nil, r.sorted()
	case root == nil:
		return nil, r.sorted()
	case root.kind != mapping:
		r.fatal("not-a-publiccode", root.line, root.column, "The file is "+root.kind.words()+". A publiccode.yml is a section of keys: “publiccodeYmlVersion: \""+Latest+"\"”, “name: …” and so on.")
		return nil, r.sorted()
	}
	for _, m := range root.members {
		r.stated[m.key] = true
	}
	r.version(root)
	r.section(place{value: root, line: root.line, column: 1}, r.top())
	r.settle()
	look(r)
	return r.d, r.sorted()
}

// Is reports whether a document looks like a publiccode.yml, by the keys that only it has. Its beginning is enough.
func Is(content []byte) bool {
	source := (&reader{}).decode(content[:min(len(content), MaxBytes)])
	found := map[string]bool{}
	for line := range strings.Lines(source) {
		key, _, isKey := strings.Cut(line, ":")
		if !isKey {
			continue
		}
		switch key = strings.Trim(key, "\"'{, \t\ufeff"); key {
		case "publiccodeYmlVersion", "publiccode-yaml-version":
			return true
		case "developmentStatus", "softwareType", "localisation", "intendedAudience", "maintenance", "legal", "description", "platforms":
			found[key] = found[key] || line[0] != ' ' && line[0] != '\t'
		}
	}
	n := 0
	for _, first := range found {
		if first {
			n++
		}
	}
	return n >= 3
}

// version finds the version that is stated, by which the other keys are judged.
func (r *reader) version(root *node) {
	m, stated := root.get("publiccodeYmlVersion")
	if !stated || m.value.empty() {
		return // missing, which is said with the other missing keys
	}
	v := m.value
	at := place{key: m.key, line: m.line, column: m.column, value: v}
	if v.kind != text && v.kind != number {
		r.wrongType(at, "a version in quotes, such as \""+Latest+"\"")
		return
	}
	r.d.FormatVersion = v.text
	if v.kind == number {
		r.fail("version-not-quoted", at, fmt.Sprintf("The version must be in quotes, or YAML takes it for a number: write “publiccodeYmlVersion: \"%s\"”.", shown(v.text)))
	}
	minor, known := versions[v.text]
	switch {
	case v.text == "0":
		r.rolling, r.minor = true, any0
	case v.text == "1" || strings.HasPrefix(v.text, "1."):
		r.next = true
		r.fail("unknown-version", at, "Version 1 of publiccode.yml has not been published; what is known of it was held against the file. Write \""+Latest+"\".")
	case !known:
		r.fail("unknown-version", at, "There is no version “"+shown(v.text)+"” of publiccode.yml that is still in use. The file was judged by "+Latest+"; write \""+Latest+"\" and mend what is said below.")
	default:
		r.minor = minor
		if minor == 6 {
			r.warn("old-version", at, "Version 0.6 changed nothing, and the validator of the catalogues does not know it. Write \""+Latest+"\" or \"0\".")
		} else if minor < versions[Latest] {
			r.warn("old-version", at, "The file follows version "+shown(v.text)+"; the newest is "+Latest+". Write \""+Latest+"\", or \"0\" for whatever 0.x is the newest, and mend what is called deprecated.")
		}
	}
}

func (r *reader) add(rule string, severity models.Severity, key string, line, column int, message string) {
	if len(r.remarks) >= maxRemarks {
		r.left++
		return
	}
	r.remarks = append(r.remarks, models.Remark{Rule: rule, Severity: severity, Key: bounded(key, maxKey), Line: line, Column: column, Message: bounded(message, maxMessage)})
}

// What a remark says of hostile text is bounded, in characters: a page or an answer holds hundreds of them.
const (
	maxKey     = 200
	maxMessage = 600
)

func bounded(text string, most int) string {
	if len(text) <= most {
		return text
	}
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}

func (r *reader) fatal(rule string, line, column int, message string) {
	r.add(rule, models.Fatal, "", line, column, message)
}

func (r *reader) fail(rule string, at place, message string) {
	line, column := at.where()
	r.add(rule, models.Failure, at.key, line, column, message)
}

func (r *reader) warn(rule string, at place, message string) {
	line, column := at.where()
	r.add(rule, models.Warning, at.key, line, column, message)
}

func (r *reader) note(rule string, at place, message string) {
	line, column := at.where()
	r.add(rule, models.Note, at.key, line, column, message)
}

func (r *reader) said(s models.Severity) bool {
	return slices.ContainsFunc(r.remarks, func(m models.Remark) bool { return m.Severity == s })
}

func (r *reader) sorted() []models.Remark {
	slices.SortStableFunc(r.remarks, func(a, b models.Remark) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	if r.left > 0 {
		r.remarks = append(r.remarks, models.Remark{Rule: "more-remarks", Severity: models.Note, Message: fmt.Sprintf("There are %d remarks more. Mend these first.", r.left)})
	}
	return r.remarks
}

// keep puts a value aside that has no place in the description, so that nothing is lost.
func (r *reader) keep(at place) {
	if at.value != nil && at.value.kind != nothing {
		r.d.Kept[at.key] = at.value.json()
	}
}

// place is a value and where it stands.
type place struct {
	key          string // dotted, with indexes
	line, column int    // of the key, or of the entry of a list
	value        *node
}

// where points to the value when there is one, else to its key.
func (p place) where() (line, column int) {
	if p.value != nil && p.value.line > 0 && p.value.kind != mapping && p.value.kind != list && !strings.Contains(p.value.text, "\n") {
		return p.value.line, p.value.column
	}
	return p.line, p.column
}

func (p place) member(m member) place {
	key := m.key
	if p.key != "" {
		key = p.key + "." + m.key
	}
	return place{key: key, line: m.line, column: m.column, value: m.value}
}

func (p place) item(i int) place {
	item := p.value.items[i]
	out := place{key: p.key + "[" + strconv.Itoa(i) + "]", line: item.line, column: item.column, value: item}
	if out.line == 0 {
		out.line, out.column = p.line, p.column
	}
	if item.kind == mapping && len(item.members) > 0 { // the first key stands where the entry begins
		out.line, out.column = item.members[0].line, item.members[0].column
	}
	return out
}

// shown shortens a foreign text for a message.
func shown(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > 80 {
		return string(runes[:80]) + "…"
	}
	return s
}
