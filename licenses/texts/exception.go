package texts

import (
	"slices"
	"strings"
	"sync"

	"github.com/ospo-register/ospo/licenses"
)

// exception is the words of an exception, once with its title and once without.
type exception struct {
	id    string
	forms [][]string
}

// theExceptions are those whose text we have, the longest first, so that one that contains another is found first.
var theExceptions = sync.OnceValue(func() []exception {
	var out []exception
	for _, listed := range licenses.AllExceptions() {
		text, ok := Text(listed.ID)
		if !ok {
			continue
		}
		e := exception{listed.ID, [][]string{wordsOf(text)}}
		if title, rest, _ := strings.Cut(text, "\n"); len(strings.Fields(title)) < 10 {
			e.forms = append(e.forms, wordsOf(rest))
		}
		out = append(out, e)
	}
	slices.SortStableFunc(out, func(a, b exception) int { return len(b.forms[0]) - len(a.forms[0]) })
	return out
})

func wordsOf(text string) []string {
	var out []string
	for _, w := range appendWords(nil, text, 0, len(text)) {
		out = append(out, w.text)
	}
	return out
}

// addException looks among the words left over for an exception, where there is one licence for it to belong to, and gives the words that are left over then.
func (m *Match) addException(text string, left []word) []word {
	if m.Expression.Kind() != licenses.KindLicense {
		return left
	}
	for _, e := range theExceptions() {
		for _, form := range e.forms {
			at := find(left, form)
			if at < 0 {
				continue
			}
			leaf := m.Expression.Leaf()
			leaf.Addition = e.id
			m.Expression = licenses.Of(leaf)
			start, end := left[at].start, left[at+len(form)-1].end
			m.Coverage = min(100, m.Coverage+100*float64(len(form))/float64(max(1, len(wordsOf(text)))))
			if part := (Part{ID: e.id, Start: start, End: end}); !slices.ContainsFunc(m.Parts, part.overlaps) {
				m.Parts = append(m.Parts, part)
				slices.SortFunc(m.Parts, func(a, b Part) int { return a.Start - b.Start })
			}
			return slices.Concat(left[:at], left[at+len(form):])
		}
	}
	return left
}

func (p Part) overlaps(other Part) bool { return p.Start < other.End && other.Start < p.End }

// find is where the words stand in a row, or -1.
func find(in []word, words []string) int {
	for at := 0; at+len(words) <= len(in); at++ {
		n := 0
		for n < len(words) && in[at+n].text == words[n] {
			n++
		}
		if n == len(words) && n > 0 {
			return at
		}
	}
	return -1
}
