package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/ospo-register/ospo/importers"
	"github.com/ospo-register/ospo/models"
)

// checkedRemark is one thing to say of a description of software, in a line of --json.
type checkedRemark struct {
	Rule     string          `json:"rule"`
	Severity models.Severity `json:"severity"`
	Key      string          `json:"key"`
	Line     int             `json:"line"`
	Column   int             `json:"column"`
	Message  string          `json:"message"`
}

// printDescription writes what is said of a publiccode.yml, code.json or codemeta.json: a headline, and one line to each remark with its place in the form that editors can jump to.
func printDescription(w io.Writer, r importers.CheckResult) error {
	var b strings.Builder
	name := r.File
	if name == "-" {
		name = "standard input"
	}
	tally := map[models.Severity]int{}
	for _, m := range r.Remarks {
		tally[m.Severity]++
	}
	fmt.Fprintf(&b, "%s: %s\n", name, r.Verdict)
	format := string(r.DescriptionFormat)
	if r.Descriptions > 1 {
		format += " of " + count(r.Descriptions, "piece") + " of software"
	}
	fmt.Fprintf(&b, "  %s, %s: %s, %s, %s\n", format, cmp.Or(r.Version, "no version stated"),
		count(tally[models.Failure]+tally[models.Fatal], "mistake"), count(tally[models.Warning], "warning"), count(tally[models.Note], "note"))
	if r.SHA256 != "" {
		fmt.Fprintf(&b, "  SHA-256 %s\n", r.SHA256)
	}
	for _, m := range r.Remarks {
		b.WriteString(name)
		if m.Line > 0 {
			fmt.Fprintf(&b, ":%d:%d", m.Line, max(m.Column, 1))
		}
		fmt.Fprintf(&b, ": %s: %s [%s]\n", m.Severity, m.Message, m.Rule)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
