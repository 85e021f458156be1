package catalog

import (
	"slices"
	"strings"
	"time"
)

// Sort is an order of results.
type Sort string

const (
	ByRelevance Sort = "relevance" // what fits the words best; by name where there are no words
	ByName      Sort = "name"      // A–Z
	ByUpdated   Sort = "updated"   // most recently changed first
	ByUse       Sort = "used"      // by how many agencies run it, as far as the viewer sees
)

// Sorts lists the orders as a form offers them.
var Sorts = []Sort{ByRelevance, ByName, ByUpdated, ByUse}

// Query asks for entries.
type Query struct {
	Text    string
	Filters map[Facet][]string // several values of a facet: any of them; several facets: all of them
	Sort    Sort               // "" is by relevance
	After   *Place             // nil: from the first
	Limit   int                // most hits to give
	Count   []Facet            // the facets to count
}

// Place is where in a list to go on: behind this entry.
type Place struct {
	ID    ID
	Name  string // as the list by name sorts it
	Score float32
	At    time.Time
	Uses  int
}

// mostWords bounds what is taken of a query.
const mostWords = 24

// queryWord is a word that is looked for.
type queryWord struct {
	lower, folded string
}

// clause is what is looked for as one: a word, or a phrase that has synonyms.
type clause struct {
	typed        string
	words        []queryWord
	alternatives [][]queryWord // other phrases that mean the same
	last         bool          // it may be only the beginning of a word
	optional     bool          // it says little: what does not have it is found too
}

// wordsOf gives the words of a text in the form in which they are looked for.
func wordsOf(text string) []queryWord {
	var out []queryWord
	eachWord(text, func(word string) {
		if folded := fold(word); folded != "" && len(out) < mostWords {
			out = append(out, queryWord{strings.ToLower(word), folded})
		}
	})
	return out
}

// parse reads what somebody typed: words, the longest phrases that have synonyms taken as one. Words that say nothing are left out unless there are no others.
func (s *Synonyms) parse(text string) []clause {
	words := telling(wordsOf(text))
	var out []clause
	for at := 0; at < len(words); {
		c := s.clauseAt(words[at:])
		at += len(c.words)
		c.last = at == len(words) && !strings.HasSuffix(text, " ")
		out = append(out, c)
	}
	return optional(out)
}

// telling leaves out the words that say nothing, unless there are no others.
func telling(words []queryWord) []queryWord {
	out := slices.DeleteFunc(slices.Clone(words), func(w queryWord) bool { return stopWords[w.folded] })
	if len(out) == 0 {
		return words
	}
	return out
}

// clauseAt takes the longest phrase that words begin with, at least one word.
func (s *Synonyms) clauseAt(words []queryWord) clause {
	longest := 1
	if s != nil {
		longest = min(s.longest, len(words))
	}
	for n := longest; n > 0; n-- {
		c := clause{typed: typed(words[:n]), words: words[:n], alternatives: s.alternatives(words[:n])}
		if n == 1 || len(c.alternatives) > 0 {
			return c
		}
	}
	return clause{typed: typed(words[:1]), words: words[:1]}
}

func typed(words []queryWord) string {
	lower := make([]string, len(words))
	for i, w := range words {
		lower[i] = w.lower
	}
	return strings.Join(lower, " ")
}

// optional marks what says little, unless there is nothing else; twice the same is once.
func optional(clauses []clause) []clause {
	telling := false
	var out []clause
	for _, c := range clauses {
		at := slices.IndexFunc(out, func(o clause) bool { return phraseKey(o.words) == phraseKey(c.words) })
		if at >= 0 {
			out[at].last = out[at].last || c.last
			continue
		}
		c.optional = len(c.words) == 1 && plainWords[c.words[0].folded]
		telling = telling || !c.optional
		out = append(out, c)
	}
	for i := range out {
		out[i].optional = out[i].optional && telling
	}
	return out
}

// plainWords say little of software: nearly all is one of these.
var plainWords = wordSet(`software program programs programme application applications app apps system systems solution solutions platform tool tools service services digital online public open source
	logiciel logiciels outil outils systeme plateforme numerique anwendung anwendungen programm werkzeug plattform losung aplicacion aplicaciones sistema sistemas herramienta plataforma applicazione applicativo gestionale
	strumento piattaforma programma toepassing systeem hulpmiddel oplossing aplicativo ferramenta`)

// stopWords say nothing.
var stopWords = wordSet(`a an and are as at be by for from in into is it its of on or our that the their this to we with which who how what need needs want
	au aux avec ce ces dans de des du en et est la le les leur leurs nos notre ou par pour que qui sa ses son sur un une vos votre
	am auf aus bei das dem den der die ein eine einem einen einer eines fur im ist mit nach oder und uns unser vom von vor wie zu zum zur
	al con cual del el ella ellos es esta este las lo los nuestra nuestro para por se su sus una uno y
	ai alla alle allo agli che col come da dal dalla dei del della delle dello di e ed gli i il le ma nel nella nelle per si su sul sulla tra un uno
	aan bij dat deze een en het hun ik met naar niet om op te tot uit van voor wat
	ao aos as com como da das do dos em na nas no nos o os para pela pelo por um uma`)

func wordSet(text string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(text) {
		set[w] = true
	}
	return set
}
