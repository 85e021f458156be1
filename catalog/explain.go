package catalog

import (
	"cmp"
	"slices"
	"strings"
)

// why says where an entry has what was looked for: of each clause the best find, of a phrase that of each word.
func (x *Index) why(slot uint32, m *matches, l *lens) []Why {
	var out []Why
	for i := range m.clauses {
		c := &m.clauses[i]
		var best []Why
		var most float32
		for _, phrase := range c.phrases {
			finds, points := x.whyPhrase(c, phrase, slot, l)
			if points > most {
				best, most = finds, points
			}
		}
		out = append(out, best...)
	}
	return out
}

func (x *Index) whyPhrase(c *wanted, phrase [][]candidate, slot uint32, l *lens) (finds []Why, points float32) {
	for i, candidates := range phrase {
		var best Why
		var most float32
		for _, k := range candidates {
			fields := x.fieldsOf(k.id, slot, l)
			if p := k.quality * weights[fields]; p > most {
				most = p
				best = Why{Word: c.typed, Found: x.terms[k.id].text, How: k.how, Fields: fields.fields()}
				if k.how != Synonym && len(phrase) == len(c.words) {
					best.Word = c.words[i].lower
				}
			}
		}
		if most == 0 {
			return nil, 0
		}
		finds = append(finds, best)
		if points == 0 || most < points {
			points = most
		}
	}
	return finds, points
}

// fieldsOf is where a word stands in an entry, as far as the viewer sees.
func (x *Index) fieldsOf(id termID, slot uint32, l *lens) fieldSet {
	list := x.terms[id].postings
	at, _ := slices.BinarySearchFunc(list, slot, func(p posting, slot uint32) int { return cmp.Compare(p.slot, slot) })
	var in fieldSet
	for ; at < len(list) && list[at].slot == slot; at++ {
		if l.open[list[at].guard] {
			in |= list[at].fields
		}
	}
	return in
}

// suggest writes the query as it was perhaps meant, where a word of it stands nowhere that the viewer sees: "" when every word does.
func (x *Index) suggest(m *matches, l *lens) string {
	words, changed := []string{}, false
	for i := range m.clauses {
		c := &m.clauses[i]
		for j, w := range c.words {
			word := w.lower
			if c.loose {
				if better := x.commonest(c.phrases[0][j], l); better != "" {
					word, changed = better, true
				}
			}
			words = append(words, word)
		}
	}
	if !changed {
		return ""
	}
	return strings.Join(words, " ")
}

// commonest is the word like the typed one that the most entries have which the viewer sees.
func (x *Index) commonest(candidates []candidate, l *lens) string {
	best, most := "", 0
	for _, c := range candidates {
		if c.how != Mistyped {
			continue
		}
		n := 0
		for _, p := range x.terms[c.id].postings {
			if l.open[p.guard] && l.visible.has(p.slot) {
				n++
			}
		}
		if n > most || n == most && n > 0 && x.terms[c.id].text < best {
			best, most = x.terms[c.id].text, n
		}
	}
	return best
}
