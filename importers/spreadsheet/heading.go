package spreadsheet

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// heading finds the row of the headings and where each wanted column stands. It reports every mistake at once.
func (t *Table) heading(records []record, columns []Column) (at int, places map[string]int, err error) {
	if len(records) == 0 {
		return 0, nil, refuse("empty", "The file holds no rows.")
	}
	meant, best := headings(columns), 0
	for i := range records[:min(len(records), headingWithin)] {
		found := locate(records[i], meant)
		if len(found) > best {
			at, best = i, len(found)
		}
		if len(missing(found, columns)) == 0 {
			at = i
			break
		}
	}
	found := locate(records[at], meant)
	var m models.Mistakes
	for _, name := range missing(found, columns) {
		m.Add(name, "column-missing", "There is no column “"+name+"”. The headings read: "+quoted(records[at].cells)+".")
	}
	places = map[string]int{}
	for name, at := range found {
		if len(at) > 1 {
			m.Add(name, "column-twice", fmt.Sprintf("%d columns mean “%s”. Leave one of them.", len(at), name))
		}
		places[name] = at[0]
	}
	var e *models.Error
	if errors.As(m.Err(), &e) {
		e.Code, e.Detail = "bad-headings", "The headings of the list cannot be used."
		return 0, nil, e
	}
	t.describe(records[at], places, at)
	return at, places, nil
}

// headings maps every heading, folded, to the name of the column it means.
func headings(columns []Column) map[string]string {
	meant := map[string]string{}
	for _, c := range columns {
		meant[models.MatchName(c.Name)] = c.Name
		for _, s := range c.Synonyms {
			meant[models.MatchName(s)] = c.Name
		}
	}
	return meant
}

// locate says in which places of a record each wanted column stands.
func locate(rec record, meant map[string]string) map[string][]int {
	found := map[string][]int{}
	for i, c := range rec.cells {
		if name, ok := meant[models.MatchName(c)]; ok && c != "" {
			found[name] = append(found[name], i)
		}
	}
	return found
}

func missing(found map[string][]int, columns []Column) (names []string) {
	for _, c := range columns {
		if c.Required && len(found[c.Name]) == 0 {
			names = append(names, c.Name)
		}
	}
	return names
}

// describe lists the columns in the order of the file and says what was passed over.
func (t *Table) describe(rec record, places map[string]int, above int) {
	used := map[int]string{}
	for name, i := range places {
		used[i] = name
	}
	var unused []string
	for i, c := range rec.cells {
		switch name, ok := used[i]; {
		case ok:
			t.Columns = append(t.Columns, name)
		case c != "" && !slices.Contains(unused, c):
			unused = append(unused, c)
		}
	}
	if above > 0 {
		t.Notes = append(t.Notes, fmt.Sprintf("The headings stand in row %d; what is above was passed over.", rec.number))
	}
	if len(unused) > 0 {
		t.Notes = append(t.Notes, "These columns mean nothing here and were passed over: "+quoted(unused)+".")
	}
}

// quoted joins headings for a sentence, cut where it gets long.
func quoted(cells []string) string {
	const most = 12
	var list []string
	for _, c := range cells {
		if c == "" {
			continue
		}
		if len(list) == most {
			list = append(list, "…")
			break
		}
		if r := []rune(c); len(r) > 40 {
			c = string(r[:40]) + "…"
		}
		list = append(list, "“"+c+"”")
	}
	if list == nil {
		return "nothing"
	}
	return strings.Join(list, ", ")
}
