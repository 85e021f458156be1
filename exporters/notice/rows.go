package notice

import (
	"strconv"
	"strings"
)

// row is one line below the name of a component. A copyright line that says what it is has no label.
type row struct{ Label, Text, Link string }

// Rows are what is printed of a component besides its name, in every notation the same.
func (e *entry) Rows() []row {
	var out []row
	add := func(label, value string) {
		if value != "" {
			out = append(out, row{Label: label, Text: value})
		}
	}
	add("Package", e.PURL)
	if e.Homepage != "" {
		out = append(out, row{"Home page", e.Homepage, e.Link})
	}
	if e.Taken != "" {
		add("Offered under", e.License)
		add("Taken", e.Taken)
	}
	add("Stated instead of a licence", e.Stated)
	switch {
	case e.NoCopyright:
		add("Copyright lines", "none, says the document")
	case len(e.Copyright) == 0:
		add("Copyright lines", "not known")
	}
	for _, one := range e.Copyright {
		if says(one) {
			add("", one)
		} else {
			add("Copyright", one) // "2013-2023 The Cobra Authors" alone would not tell what it is
		}
	}
	if e.Shortened {
		add("Copyright lines", "shortened here; all of them are in the document")
	}
	for _, note := range e.Notes {
		add("Note", note)
	}
	return out
}

// says reports whether a copyright line says itself that it is one.
func says(line string) bool {
	line = strings.ToLower(line)
	return strings.Contains(line, "copyright") || strings.Contains(line, "©") || strings.Contains(line, "(c)")
}

// Line is the row as one line of words.
func (r row) Line() string {
	if r.Label == "" {
		return r.Text
	}
	return r.Label + ": " + r.Text
}

// Refers says where the texts of a group stand: "Texts 3 and 7"; "" when there are none.
func (g *group) Refers() string {
	var all []string
	for _, n := range g.Numbers {
		all = append(all, strconv.Itoa(n))
	}
	switch len(all) {
	case 0:
		return ""
	case 1:
		return "Text " + all[0]
	}
	return "Texts " + strings.Join(all[:len(all)-1], ", ") + " and " + all[len(all)-1]
}

// Title is what the text is called, with every name it is asked for by.
func (t *text) Title() string { return strings.Join(t.Titles, "; ") }

// Absence says why there is no text; "" when there is one.
func (t *text) Absence() string {
	switch {
	case t.Body != "":
		return ""
	case t.Page != "":
		return "The text is not kept here. It can be read at " + t.Page
	}
	return "Nobody has brought this text along."
}

// The headings and sentences that every notation has.
const (
	headSummary    = "In short"
	headGaps       = "What is missing to make it complete"
	headComponents = "Components by licence"
	headTexts      = "Licence texts"
	aboutTexts     = "Where a text has words in angle brackets, such as the year and the copyright holders, the copyright lines of each component stand for them."
)

// MoreSentence says how many components a gap does not name; "" when it names all.
func (g Gap) MoreSentence() string {
	if g.More == 0 {
		return ""
	}
	return "and " + lower(count(g.More, "more; it is marked where it stands above", "more; they are marked where they stand above"))
}
