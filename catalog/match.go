package catalog

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// How says in what way a word was found.
type How string

const (
	Exactly   How = "exact"
	Form      How = "form"      // another form of the word: permits for permit
	Beginning How = "beginning" // a word that begins so
	Synonym   How = "synonym"
	Mistyped  How = "mistyped" // a word like it
)

// quality is what a find is worth beside an exact one.
var quality = map[How]float32{Exactly: 1, Form: 0.9, Beginning: 0.75, Synonym: 0.7, Mistyped: 0.5}

// candidate is a word of the vocabulary that stands for one that is looked for.
type candidate struct {
	id      termID
	how     How
	quality float32
}

// wanted is a clause with the words that stand for it.
type wanted struct {
	clause
	phrases [][][]candidate // by phrase, the typed one first, and word
	loose   bool            // only words like it are found
	idf     float32
}

// matches is what a text finds.
type matches struct {
	clauses []wanted
	found   set
	total   []float32
	loosely bool // not all clauses are found together: what has half of them counts
}

// match finds the visible entries that have what a text asks for, and scores them.
func (x *Index) match(text string, l *lens, sc *scratch) matches {
	m := matches{found: sc.copy(l.visible), total: sc.floats(&sc.total)}
	any, tries := sc.set(x.words()), sc.counts()
	required := 0
	clauses := x.synonyms.parse(text)
	for i := 0; i < len(clauses); i++ {
		w := x.resolve(clauses[i], l)
		mark := sc.used
		found := sc.set(x.words())
		score := x.score(&w, found, l, sc)
		df := found.count()
		if df == 0 && len(w.words) > 1 { // nothing has the phrase: its words are worth a look
			clauses = append(clauses, w.apart()...)
			sc.used = mark
			continue
		}
		w.idf = float32(math.Log1p(float64(l.visible.count()) / float64(max(df, 1))))
		found.each(func(slot uint32) {
			m.total[slot] += w.idf * score[slot]
			if !w.optional {
				tries[slot]++
			}
		})
		if !w.optional {
			required++
			m.found.keep(found)
			any.join(found)
		}
		sc.used = mark
		m.clauses = append(m.clauses, w)
	}
	if len(m.clauses) == 0 {
		clear(m.found) // there is no word in it
	}
	if required > 1 && m.found.count() == 0 {
		m.loosely = true
		any.each(func(slot uint32) {
			if int(tries[slot])*2 >= required {
				m.found.add(slot)
				m.total[slot] *= float32(tries[slot]) / float32(required)
			}
		})
	}
	x.addNamesakes(text, &m, l)
	return m
}

// apart gives the words of a phrase by themselves.
func (w *wanted) apart() []clause {
	out := make([]clause, len(w.words))
	for i := range w.words {
		out[i] = clause{typed: w.words[i].lower, words: w.words[i : i+1], last: w.last && i == len(w.words)-1}
	}
	return out
}

// What the whole text scores as the name of an entry, and as another name of it: more than any words can.
const (
	isName    = 1000
	isAlias   = 900
	isSpelled = 100 // besides, when it is spelled as the name is
)

func (x *Index) addNamesakes(text string, m *matches, l *lens) {
	key := nameKey(text)
	if key == "" {
		return
	}
	for _, n := range x.byName[key] {
		if !l.visible.has(n.slot) {
			continue
		}
		m.found.add(n.slot)
		switch {
		case n.alias:
			m.total[n.slot] += isAlias
		case strings.TrimSpace(fold(text)) == x.names[n.slot]:
			m.total[n.slot] += isName + isSpelled
		default:
			m.total[n.slot] += isName
		}
	}
}

// resolve finds the words of the vocabulary that stand for a clause. Words like it are taken only where the viewer sees nothing else.
func (x *Index) resolve(c clause, l *lens) wanted {
	w := wanted{clause: c}
	var own [][]candidate
	for i, word := range c.words {
		own = append(own, x.candidates(word, c.last && i == len(c.words)-1, 1))
	}
	w.phrases = append(w.phrases, own)
	for _, phrase := range c.alternatives {
		var list [][]candidate
		for _, word := range phrase {
			candidates := x.candidates(word, false, quality[Synonym])
			for i := range candidates {
				candidates[i].how = Synonym
			}
			list = append(list, candidates)
		}
		if !slices.ContainsFunc(list, func(c []candidate) bool { return len(c) == 0 }) {
			w.phrases = append(w.phrases, list)
		}
	}
	if !slices.ContainsFunc(w.phrases, func(p [][]candidate) bool { return x.seenAll(p, l) }) {
		w.loose = true
		for i, word := range c.words {
			if !x.seenAny(own[i], l) {
				own[i] = x.alike(word, l)
			}
		}
	}
	return w
}

// candidates are the words that are another one or a form of it, and where it may be unfinished those that begin with it.
func (x *Index) candidates(word queryWord, unfinished bool, worth float32) []candidate {
	var out []candidate
	take := func(id termID, how How) {
		if !slices.ContainsFunc(out, func(c candidate) bool { return c.id == id }) {
			out = append(out, candidate{id, how, worth * quality[how]})
		}
	}
	if id, ok := x.ids[word.folded]; ok {
		take(id, Exactly)
	}
	if utf8.RuneCountInString(word.folded) > 2 {
		for _, language := range x.spoken {
			stemKeys(language, word.lower, word.folded, func(k stemKey) {
				for _, id := range x.stems[k] {
					take(id, Form)
				}
			})
		}
	}
	if unfinished && utf8.RuneCountInString(word.folded) > 1 {
		known := len(out)
		x.beginning(word.folded, func(id termID) {
			if !slices.ContainsFunc(out[:known], func(c candidate) bool { return c.id == id }) {
				out = append(out, candidate{id, Beginning, worth * quality[Beginning]})
			}
		})
	}
	return out
}

// alike are the words that differ from one by typing errors, among those that the viewer sees: only the likest.
func (x *Index) alike(word queryWord, l *lens) []candidate {
	least, out := mistakesIn(utf8.RuneCountInString(word.folded)), []candidate(nil)
	x.near(word.folded, least, func(id termID, mistakes int) {
		if mistakes > least || !x.sees(id, l) {
			return
		}
		if mistakes < least {
			least, out = mistakes, out[:0]
		}
		out = append(out, candidate{id, Mistyped, quality[Mistyped] / float32(max(mistakes, 1))})
	})
	return out
}

func (x *Index) seenAll(phrase [][]candidate, l *lens) bool {
	return !slices.ContainsFunc(phrase, func(c []candidate) bool { return !x.seenAny(c, l) })
}

func (x *Index) seenAny(list []candidate, l *lens) bool {
	return slices.ContainsFunc(list, func(c candidate) bool { return x.sees(c.id, l) })
}

// sees reports whether a word stands in anything that the viewer sees.
func (x *Index) sees(id termID, l *lens) bool {
	for _, p := range x.terms[id].postings {
		if l.open[p.guard] && l.visible.has(p.slot) {
			return true
		}
	}
	return false
}

// score fills the set with the entries that have one of a clause's phrases, and gives what they score by slot.
func (x *Index) score(w *wanted, into set, l *lens, sc *scratch) []float32 {
	score := sc.floats(&sc.single)
	for _, phrase := range w.phrases {
		if len(phrase) == 1 {
			x.scoreWord(phrase[0], into, score, l)
			continue
		}
		mark := sc.used
		all, least := sc.copy(l.visible), sc.floats(&sc.phrase)
		one := sc.set(x.words())
		for i, candidates := range phrase {
			points := sc.floats(&sc.word)
			clear(one)
			x.scoreWord(candidates, one, points, l)
			all.keep(one)
			all.each(func(slot uint32) {
				if i == 0 || points[slot] < least[slot] {
					least[slot] = points[slot]
				}
			})
		}
		all.each(func(slot uint32) { score[slot] = max(score[slot], least[slot]) })
		into.join(all)
		sc.used = mark
	}
	return score
}

func (x *Index) scoreWord(candidates []candidate, into set, score []float32, l *lens) {
	for _, c := range candidates {
		for _, p := range x.terms[c.id].postings {
			if !l.visible.has(p.slot) || !l.open[p.guard] {
				continue
			}
			into[p.slot>>6] |= 1 << (p.slot & 63)
			if points := c.quality * weights[p.fields]; points > score[p.slot] {
				score[p.slot] = points
			}
		}
	}
}
