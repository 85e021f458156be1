package catalog

import (
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// Field is where in an entry a word stands.
type Field string

// fieldNames are the fields by their bit, with what a word in it weighs.
var fieldNames = [...]struct {
	field  Field
	weight float32
}{{"name", 10}, {"alias", 9}, {"generic-name", 7}, {"category", 6}, {"tag", 5}, {"function", 5}, {"summary", 4}, {"feature", 3}, {"description", 2}, {"publisher", 3}, {"used-by", 2}, {"license", 3}, {"standard", 4}}

const (
	inName fieldSet = 1 << iota
	inAlias
	inGeneric
	inCategory
	inTag
	inFunction
	inSummary
	inFeature
	inDescription
	inPublisher
	inUsedBy
	inLicense
	inStandard
)

// fieldSet is a set of fields.
type fieldSet uint16

// fields lists the fields of a set, the weightiest first.
func (s fieldSet) fields() []Field {
	var out []Field
	for i, f := range fieldNames {
		if s>>i&1 != 0 {
			out = append(out, f.field)
		}
	}
	return out
}

// weights says what a word weighs that stands in a set of fields: as much as in the weightiest, and a tenth of each of the others.
var weights = func() (w [1 << len(fieldNames)]float32) {
	for s := range w {
		var most, sum float32
		for i, f := range fieldNames {
			if s>>i&1 != 0 {
				most, sum = max(most, f.weight), sum+f.weight
			}
		}
		w[s] = most + (sum-most)/10
	}
	return w
}()

// termID is a place in terms.
type termID uint32

// term is a word as it stands in entries, folded.
type term struct {
	text     string
	postings []posting // by slot
}

// posting is an entry that has a word.
type posting struct {
	slot   uint32
	fields fieldSet
	guard  guard
}

// vocabulary knows every word of every entry.
type vocabulary struct {
	terms   []term
	ids     map[string]termID
	sorted  []termID             // by text
	fresh   []termID             // not in sorted yet
	stems   map[stemKey][]termID // words of a language by their stem
	stemmed []map[termID]bool    // by place in stemmers: words whose stem is known
	spoken  []int                // places in stemmers of the languages that entries are described in
	cut     map[cutKey]fieldSet  // of the entry that is read
}

type cutKey struct {
	term  termID
	guard guard
}

// slotTerm is a word that tells what an entry is for.
type slotTerm struct {
	term  termID
	guard guard
}

func newVocabulary() vocabulary {
	return vocabulary{ids: map[string]termID{}, stems: map[stemKey][]termID{}, stemmed: make([]map[termID]bool, len(stemmers)), cut: map[cutKey]fieldSet{}}
}

func (v *vocabulary) id(folded string) termID {
	id, ok := v.ids[folded]
	if !ok {
		id = termID(len(v.terms))
		folded = strings.Clone(folded)
		v.terms = append(v.terms, term{text: folded})
		v.ids[folded] = id
		v.fresh = append(v.fresh, id)
	}
	return id
}

// settle sorts in what is new.
func (v *vocabulary) settle() {
	compare := func(a, b termID) int { return strings.Compare(v.terms[a].text, v.terms[b].text) }
	if len(v.fresh) > few {
		v.sorted = append(v.sorted, v.fresh...)
		slices.SortFunc(v.sorted, compare)
	} else {
		for _, id := range v.fresh {
			at, _ := slices.BinarySearchFunc(v.sorted, id, compare)
			v.sorted = slices.Insert(v.sorted, at, id)
		}
	}
	v.fresh = v.fresh[:0]
}

// take notes the words of a text that stands in a field. language is a place in stemmers or -1.
func (v *vocabulary) take(text string, language int, in fieldSet, g guard) {
	eachWord(text, func(word string) { v.takeWord(word, language, in, g) })
}

func (v *vocabulary) takeWord(word string, language int, in fieldSet, g guard) {
	folded := fold(word)
	if folded == "" {
		return
	}
	id := v.id(folded)
	v.cut[cutKey{id, g}] |= in
	if language < 0 {
		return
	}
	if v.stemmed[language] == nil {
		v.stemmed[language] = map[termID]bool{}
		v.spoken = append(v.spoken, language)
	}
	if v.stemmed[language][id] {
		return
	}
	v.stemmed[language][id] = true
	stemKeys(language, strings.ToLower(word), folded, func(k stemKey) { v.stems[k] = append(v.stems[k], id) })
}

// takeName notes a name: also in one word, and the parts that capitals divide.
func (v *vocabulary) takeName(name string, languages []int, in fieldSet, g guard) {
	words := 0
	eachWord(name, func(word string) {
		words++
		for _, l := range languages {
			v.takeWord(word, l, in, g)
		}
		humps(word, func(part string) {
			for _, l := range languages {
				v.takeWord(part, l, in, g)
			}
		})
	})
	if words > 1 {
		if key := nameKey(name); key != "" && len(key) <= longestWord {
			v.takeWord(key, -1, in, g)
		}
	}
}

// read notes every word of an entry.
func (x *Index) read(slot uint32, e *Entry) {
	clear(x.cut)
	languages := languagesOf(e)
	x.takeName(e.Name, languages, inName, 0)
	x.take(e.Edition, -1, inName, 0)
	for _, alias := range e.Aliases {
		x.takeName(alias, languages, inAlias, 0)
	}
	if a, ok := x.agencies[e.Steward]; ok {
		x.take(a.Name, -1, inPublisher, 0)
	}
	x.take(e.Source, -1, inPublisher, 0)
	for _, u := range e.Uses {
		x.take(x.agencies[u.Agency].Name, -1, inUsedBy, x.guards.within(e, u.Visibility, u.Agency))
	}
	for i := range e.Parts {
		x.readPart(x.guards.within(e, e.Parts[i].Visibility, e.Parts[i].Owner), &e.Parts[i], languages)
	}
	x.starts = append(x.starts, uint32(len(x.traits)))
	for k, in := range x.cut {
		t := &x.terms[k.term]
		t.postings = append(t.postings, posting{slot, in, k.guard})
		if in&(inGeneric|inTag|inSummary|inFeature) != 0 && !stopWords[t.text] && !plainWords[t.text] && len(t.text) > 2 {
			x.traits = append(x.traits, slotTerm(k))
		}
	}
}

func (x *Index) readPart(g guard, p *Part, languages []int) {
	english := stemmerOf(models.DefaultLanguage)
	for tag, t := range p.Texts {
		l := stemmerOf(tag)
		x.takeName(t.Name, languages, inName, g)
		x.take(t.Generic, l, inGeneric, g)
		x.take(t.Short, l, inSummary, g)
		x.take(t.Long, l, inDescription, g)
		for _, feature := range t.Features {
			x.take(feature, l, inFeature, g)
		}
	}
	for _, list := range []struct {
		in    fieldSet
		texts []string
	}{{inCategory, p.Categories}, {inTag, p.Tags}, {inFunction, p.Functions}, {inStandard, p.Standards}} {
		for _, text := range list.texts {
			x.take(text, english, list.in, g)
		}
	}
	x.take(p.Publisher, -1, inPublisher, g)
	for _, id := range x.licensed(p.License).ids {
		x.take(id, -1, inLicense, g)
		x.takeName(id, []int{-1}, inLicense, g)
	}
}

// languagesOf gives places in stemmers of the languages that an entry is described in, that of names without language among them.
func languagesOf(e *Entry) []int {
	out := []int{stemmerOf(models.DefaultLanguage)}
	for i := range e.Parts {
		for tag := range e.Parts[i].Texts {
			if l := stemmerOf(tag); l >= 0 && !slices.Contains(out, l) {
				out = append(out, l)
			}
		}
	}
	return out
}
