package catalog

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed synonyms.txt
var ownSynonyms string

// Synonyms knows words and phrases that mean the same.
type Synonyms struct {
	groups  []group
	of      map[string][]int // groups by the keys of their phrases
	longest int              // words of the longest phrase
}

// group is phrases that mean the same.
type group [][]queryWord

// Limits of a file of synonyms.
const (
	mostGroups  = 20_000
	mostPhrases = 100
)

// OwnSynonyms are those that come with the program: for the needs of government, in seven languages.
var OwnSynonyms = sync.OnceValue(func() *Synonyms {
	s, err := (&Synonyms{}).With(ownSynonyms)
	if err != nil {
		panic("catalog: the synonyms that come with the program: " + err.Error()) // a test reads them
	}
	return s
})

// With gives these and more synonyms: a group of words or phrases a line, divided by commas; lines that begin with # are remarks. It reports
// every line that cannot be used.
func (s *Synonyms) With(text string) (*Synonyms, error) {
	var wrong []string
	out := &Synonyms{groups: slices.Clone(s.groups), of: make(map[string][]int, len(s.of)), longest: s.longest}
	for key, at := range s.of {
		out.of[key] = slices.Clone(at)
	}
	for i, line := range strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		g := readGroup(line)
		switch {
		case len(g) < 2:
			wrong = append(wrong, fmt.Sprintf("line %d: “%s” is only one word or phrase; write at least two that mean the same, divided by commas", i+1, short(line)))
		case len(g) > mostPhrases:
			wrong = append(wrong, fmt.Sprintf("line %d: more than %d words and phrases; divide the group", i+1, mostPhrases))
		case len(out.groups) == mostGroups:
			wrong = append(wrong, fmt.Sprintf("line %d: more than %d groups", i+1, mostGroups))
		default:
			out.add(g)
		}
		if len(wrong) == mostWrong {
			break
		}
	}
	if wrong != nil {
		return nil, fmt.Errorf("these synonyms cannot be used:\n  %s", strings.Join(wrong, "\n  "))
	}
	return out, nil
}

// mostWrong bounds how many lines are complained of.
const mostWrong = 50

func (s *Synonyms) add(g group) {
	s.groups = append(s.groups, g)
	at := len(s.groups) - 1
	for _, phrase := range g {
		for _, key := range phraseKeys(phrase) {
			if !slices.Contains(s.of[key], at) {
				s.of[key] = append(s.of[key], at)
			}
		}
		s.longest = max(s.longest, len(phrase))
	}
}

func readGroup(line string) group {
	var g group
	for _, phrase := range strings.Split(line, ",") {
		words := telling(wordsOf(phrase))
		if len(words) > 0 && !slices.ContainsFunc(g, func(other []queryWord) bool { return phraseKey(other) == phraseKey(words) }) {
			g = append(g, words)
		}
	}
	return g
}

func phraseKey(words []queryWord) string {
	folded := make([]string, len(words))
	for i, w := range words {
		folded[i] = w.folded
	}
	return strings.Join(folded, " ")
}

// phraseKeys are the keys under which a phrase is known: its words, and the stems of its words in each language, so that building permits
// is found by building permit. Short words have no stem: too many are alike.
func phraseKeys(phrase []queryWord) []string {
	keys := []string{phraseKey(phrase)}
	for language := range stemmers {
		stems := make([]string, 0, len(phrase))
		for _, w := range phrase {
			if len(w.folded) < 4 {
				stems = append(stems, w.folded)
				continue
			}
			stemKeys(language, w.folded, w.folded, func(k stemKey) { stems = append(stems, k.stem) })
		}
		if key := stemmers[language].language + ":" + strings.Join(stems, " "); len(key) > 6 {
			keys = append(keys, key)
		}
	}
	return keys
}

// alternatives gives the phrases that mean the same as one.
func (s *Synonyms) alternatives(phrase []queryWord) [][]queryWord {
	if s == nil || len(s.groups) == 0 {
		return nil
	}
	seen := map[string]bool{phraseKey(phrase): true}
	var out [][]queryWord
	for _, key := range phraseKeys(phrase) {
		for _, at := range s.of[key] {
			for _, other := range s.groups[at] {
				if k := phraseKey(other); !seen[k] {
					seen[k] = true
					out = append(out, other)
				}
			}
		}
	}
	return out
}

func short(text string) string {
	if r := []rune(text); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return text
}
