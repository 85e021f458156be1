package sbom

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// keptPerRule is how many findings of one rule are kept, so that a flood of one does not hide the others.
const keptPerRule = 20

// keptNames bounds the field names and tags that are remembered to be reported once each.
const keptNames = 1000

// Findings collects what a reader has to say of one document.
type Findings struct {
	list    []models.ReadFinding
	more    int
	perRule map[string]int
	names   map[string]bool           // unknown names already reported
	passed  map[string]map[string]int // names of fields not kept and how often they stand there, by what has them
}

// NewFindings makes an empty collection.
func NewFindings() *Findings {
	return &Findings{perRule: map[string]int{}, names: map[string]bool{}, passed: map[string]map[string]int{}}
}

// Add notes one finding. The message is made only when it is kept.
func (f *Findings) Add(rule, pointer, format string, args ...any) {
	if !f.room(rule) {
		return
	}
	f.list = append(f.list, models.ReadFinding{Rule: rule, Severity: SeverityOf(rule), Pointer: pointer, Message: fmt.Sprintf(format, args...)})
}

// room counts one finding of the rule and reports whether it is kept. The first of a rule always is, for the verdict hangs on it.
func (f *Findings) room(rule string) bool {
	seen := f.perRule[rule]
	f.perRule[rule] = seen + 1
	if seen >= keptPerRule || (seen > 0 && len(f.list) >= models.MaxFindings-len(severities)) {
		f.more++
		return false
	}
	return true
}

// Once notes a finding about a name the first time that name is met.
func (f *Findings) Once(rule, name, pointer, format string, args ...any) {
	key := rule + "\x00" + name
	if f.names[key] || len(f.names) >= keptNames {
		return
	}
	f.names[key] = true
	f.Add(rule, pointer, format, args...)
}

// OriginalOnly notes that what has, so many times, a field the register does not keep; 0 when nobody counted. It is reported when
// the document has been read, once for all fields of what.
func (f *Findings) OriginalOnly(what, field string, times int) {
	const most = 100
	fields := f.passed[what]
	if fields == nil {
		fields = map[string]int{}
		f.passed[what] = fields
	}
	if _, known := fields[field]; known || len(fields) < most {
		fields[field] += times
	}
}

// notKept reports what OriginalOnly has gathered.
func (f *Findings) notKept() {
	for _, what := range slices.Sorted(maps.Keys(f.passed)) {
		fields := slices.Sorted(maps.Keys(f.passed[what]))
		for i, field := range fields {
			if times := f.passed[what][field]; times > 0 {
				fields[i] = fmt.Sprintf("%s (%d)", field, times)
			}
		}
		f.Add("original-only", "", "Of %s the original alone has: %s.", what, strings.Join(fields, ", "))
	}
	clear(f.passed)
}

// Quote shows a foreign value in a message, cut to what a person can read.
func Quote(value string) string {
	const most = 80
	shown := []rune(value[:min(len(value), 4*most)])
	if len(shown) > most {
		return "“" + string(shown[:most]) + "…”"
	}
	return "“" + string(shown) + "”"
}
