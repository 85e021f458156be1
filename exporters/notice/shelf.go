package notice

import (
	"slices"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/licenses/texts"
)

// text is one licence text, under every name by which components ask for it.
type text struct {
	Number int // from 1, in the order of the titles
	Titles []string
	Body   string // "" when nobody has it
	Page   string // where the SPDX list shows it; "" for what is not listed
	names  []string
}

// shelf fetches each text once.
type shelf struct {
	extracts map[string]Extract
	byName   map[string]*text
	texts    []*text
}

func newShelf(extracts []Extract) *shelf {
	s := &shelf{extracts: map[string]Extract{}, byName: map[string]*text{}}
	for _, x := range extracts {
		if _, twice := s.extracts[x.Ref]; !twice {
			s.extracts[x.Ref] = x
		}
	}
	return s
}

// names are what the texts of an expression are called, in its order: licences and, behind each, its exception.
func names(e licenses.Expression) []string {
	var out []string
	for _, leaf := range e.Leaves() {
		out = append(out, qualified(leaf.Document, leaf.ID))
		if leaf.Addition != "" {
			out = append(out, qualified(leaf.AdditionDocument, leaf.Addition))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func qualified(document, id string) string {
	if document == "" {
		return id
	}
	return document + ":" + id
}

// fill fetches the texts of all expressions, folds equal ones, and numbers them by title.
func (s *shelf) fill(all []licenses.Expression) {
	byBody := map[string]*text{}
	var wanted []string
	for _, e := range all {
		wanted = append(wanted, names(e)...)
	}
	slices.Sort(wanted)
	for _, name := range slices.Compact(wanted) {
		t := s.fetch(name)
		if same := byBody[t.Body]; same != nil && t.Body != "" {
			same.names = append(same.names, name)
			same.Titles = append(same.Titles, t.Titles...)
			s.byName[name] = same
			continue
		}
		byBody[t.Body] = t
		s.byName[name] = t
		s.texts = append(s.texts, t)
	}
	slices.SortStableFunc(s.texts, func(a, b *text) int {
		return strings.Compare(strings.ToLower(a.Titles[0]), strings.ToLower(b.Titles[0]))
	})
	for i, t := range s.texts {
		t.Number = i + 1
	}
}

func (s *shelf) fetch(name string) *text {
	t := &text{names: []string{name}, Titles: []string{line(s.called(name), mostName)}}
	if x, ok := s.extracts[name]; ok {
		if t.Body = body(x.Text); t.Body == "NOASSERTION" {
			t.Body = ""
		}
		return t
	}
	full, _ := texts.Text(name)
	t.Body = body(full)
	if license, ok := licenses.Get(name); ok {
		t.Page = license.URL
	} else if exception, ok := licenses.GetException(name); ok {
		t.Page = exception.URL
	}
	return t
}

// called is the name of a text with its identifier: "MIT License (MIT)".
func (s *shelf) called(name string) string {
	long := ""
	if license, ok := licenses.Get(name); ok {
		long = license.Name
	} else if exception, ok := licenses.GetException(name); ok {
		long = exception.Name
	} else if x, ok := s.extracts[name]; ok {
		long = x.Name
	}
	if long = line(long, mostName); long == "" || long == name {
		return name
	}
	return long + " (" + name + ")"
}

func (s *shelf) title(e licenses.Expression) string {
	switch e.Kind() {
	case "":
		return "No licence known"
	case licenses.KindLicense:
		if leaf := e.Leaf(); !leaf.OrLater {
			return line(s.called(qualified(leaf.Document, leaf.ID)), mostLine)
		}
	}
	return line(e.String(), mostLine)
}

// numbers are those of the texts of an expression.
func (s *shelf) numbers(e licenses.Expression) []int {
	var out []int
	for _, name := range names(e) {
		if t := s.byName[name]; t != nil {
			out = append(out, t.Number)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// unknown are the names in an expression whose text nobody has.
func (s *shelf) unknown(e licenses.Expression) []string {
	return slices.DeleteFunc(names(e), func(name string) bool { return s.byName[name] != nil && s.byName[name].Body != "" })
}

// expressions are the distinct licences of the components.
func expressions(entries []*entry) []licenses.Expression {
	seen := map[string]bool{}
	var out []licenses.Expression
	for _, e := range entries {
		if of := e.taken.String(); !seen[of] {
			seen[of] = true
			out = append(out, e.taken)
		}
	}
	return out
}
