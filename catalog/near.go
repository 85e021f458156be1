package catalog

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// mistakesIn is how many typing errors are forgiven in a word of so many letters.
func mistakesIn(letters int) int {
	switch {
	case letters < 4:
		return 0
	case letters < 8:
		return 1
	}
	return 2
}

// neighbours walks over words that differ from another in a few letters.
type neighbours struct {
	v     *vocabulary
	word  []rune
	most  int
	rows  [][]int // distances to the beginnings of word, by how many letters of the present one are read
	have  []rune  // those letters
	visit func(id termID, mistakes int)
}

// near visits the words that become the given one by at most so many letters left out, put in, changed or swapped (Damerau and
// Levenshtein, each place edited once). The words are in order, so that what a common beginning costs is paid once.
func (v *vocabulary) near(word string, most int, visit func(id termID, mistakes int)) {
	n := &neighbours{v: v, word: []rune(word), most: most, visit: visit}
	first := make([]int, len(n.word)+1)
	for i := range first {
		first[i] = i
	}
	n.rows = append(n.rows, first)
	for at := 0; at < len(v.sorted); {
		at = n.try(at)
	}
}

// try reads the word at a place and gives the place to go on from: behind all words that begin as hopelessly.
func (n *neighbours) try(at int) int {
	text := n.v.terms[n.v.sorted[at]].text
	letters, read := 0, 0
	for _, r := range text {
		if letters == len(n.have) || n.have[letters] != r {
			n.have = append(n.have[:letters], r)
			if n.step(letters) > n.most {
				return n.skip(at, text[:read+utf8.RuneLen(r)])
			}
		}
		letters++
		read += utf8.RuneLen(r)
	}
	n.have = n.have[:letters]
	if d := n.rows[letters][len(n.word)]; d <= n.most {
		n.visit(n.v.sorted[at], d)
	}
	return at + 1
}

// step reads one letter more and gives the least distance that is still possible.
func (n *neighbours) step(letters int) int {
	if len(n.rows) == letters+1 {
		n.rows = append(n.rows, make([]int, len(n.word)+1))
	}
	before, row, r := n.rows[letters], n.rows[letters+1], n.have[letters]
	row[0] = letters + 1
	least := row[0]
	for i, w := range n.word {
		change := 1
		if w == r {
			change = 0
		}
		row[i+1] = min(before[i+1]+1, row[i]+1, before[i]+change)
		if letters > 0 && i > 0 && r == n.word[i-1] && n.have[letters-1] == w {
			row[i+1] = min(row[i+1], n.rows[letters-1][i-1]+1)
		}
		least = min(least, row[i+1])
	}
	if letters > 0 { // a swap may still come to the rescue of the row before
		least = min(least, n.rescue(letters))
	}
	return least
}

// rescue is the least distance that a swap with the next letter could lead to.
func (n *neighbours) rescue(letters int) int {
	least := n.most + 1
	for _, d := range n.rows[letters] {
		least = min(least, d+1)
	}
	return least
}

// skip gives the place behind all words with the beginning.
func (n *neighbours) skip(at int, beginning string) int {
	rest := n.v.sorted[at:]
	return at + sort.Search(len(rest), func(i int) bool {
		text := n.v.terms[rest[i]].text
		return text > beginning && !strings.HasPrefix(text, beginning)
	})
}

// beginning visits the words that begin with another.
func (v *vocabulary) beginning(with string, visit func(id termID)) {
	at := sort.Search(len(v.sorted), func(i int) bool { return v.terms[v.sorted[i]].text >= with })
	for ; at < len(v.sorted) && strings.HasPrefix(v.terms[v.sorted[at]].text, with); at++ {
		visit(v.sorted[at])
	}
}
