package jsontree

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"

	"github.com/ospo-register/ospo/models"
)

const (
	mostRemarks = 5_000
	mostAlike   = 200 // remarks of one rule at one kind of place
)

var index = regexp.MustCompile(`\[\d+\]`)

// Remark notes what a reader has to say of a value; v may be nil for what is missing, then the remark has no place.
func (d *Document) Remark(rule string, severity models.Severity, key string, v *Value, format string, args ...any) {
	at := -1
	if v != nil {
		at = v.start
	}
	d.remarkAt(rule, severity, key, at, fmt.Sprintf(format, args...))
}

// Once notes something that is the same at every place of a kind, releases[3].id and releases[4].id, at the first of them only.
func (d *Document) Once(rule string, severity models.Severity, key string, v *Value, format string, args ...any) {
	if d.noted[rule+" "+index.ReplaceAllString(key, "[]")] == 0 {
		d.Remark(rule, severity, key, v, format, args...)
	}
}

func (d *Document) remarkAt(rule string, severity models.Severity, key string, offset int, message string) {
	alike := rule + " " + index.ReplaceAllString(key, "[]")
	d.noted[alike]++
	if len(d.Remarks) >= mostRemarks || d.noted[alike] > mostAlike {
		d.passed++
		return
	}
	r := models.Remark{Rule: rule, Severity: severity, Key: key, Message: message}
	if offset >= 0 {
		r.Line, r.Column = d.position(offset)
	}
	d.Remarks = append(d.Remarks, r)
}

// Ordered gives the remarks in the order of lines, those without a line first. When there are too many to list, the last says how
// many more there are.
func (d *Document) Ordered() []models.Remark {
	slices.SortStableFunc(d.Remarks, func(a, b models.Remark) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	if d.passed > 0 {
		d.Remarks = append(d.Remarks, models.Remark{Rule: "more-remarks", Severity: models.Note,
			Message: fmt.Sprintf("There are %d more remarks of the kinds above. Mend those listed and check the file again.", d.passed)})
		d.passed = 0
	}
	return d.Remarks
}
