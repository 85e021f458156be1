package web

import (
	"slices"
	"strings"
)

// evidence asks for what shows something: files of the case, chosen by their title, and addresses one on each line. What is sent of a file is its digest.
func (a *asker) evidence(q *question, files []option) {
	q.Kind, q.Field.Rows = "evidence", 2
	q.Field.Value, q.Field.Options = evidenceOf(a.form.Values[q.Field.Name], files)
	q.Field.Hint = "Choose files of this case below; write addresses here, one on each line."
	q.Items = []question{{Kind: "select", Field: field{Name: q.Field.Name, ID: q.Field.ID + "-file", Label: q.Field.Label, Options: files}}}
}

// evidenceOf parts evidence into what is written and the files that are chosen.
func evidenceOf(answers []string, files []option) (text string, chosen []option) {
	var written []string
	for _, answer := range answers {
		for _, line := range strings.Split(unixLines(answer), "\n") {
			i := slices.IndexFunc(files, func(o option) bool { return o.Value == strings.TrimSpace(line) })
			switch {
			case i < 0 && line != "":
				written = append(written, line)
			case i >= 0 && !slices.ContainsFunc(chosen, func(o option) bool { return o.Value == files[i].Value }):
				chosen = append(chosen, option{Value: files[i].Value, Label: files[i].Label, Chosen: true})
			}
		}
	}
	return strings.Join(written, "\n"), chosen
}
