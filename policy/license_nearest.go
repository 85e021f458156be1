package policy

import (
	"fmt"
	"strings"
)

// didYouMean is " Did you mean X?" when one of the candidates is close to the word, and else "".
func didYouMean(word string, candidates []string) string {
	if best := nearest(word, candidates); best != "" {
		return fmt.Sprintf(" Did you mean %s?", best)
	}
	return ""
}

// nearest is the candidate that takes the fewest typing mistakes from the word, "" when none is near. Letters' case makes no difference.
func nearest(word string, candidates []string) string {
	const longest = 100
	if len(word) > longest {
		return ""
	}
	lower := strings.ToLower(word)
	best, least := "", 1+max(1, len(word)/4)
	for _, candidate := range candidates {
		if len(candidate) > longest || abs(len(candidate)-len(word)) >= least {
			continue
		}
		if d := mistypings(lower, strings.ToLower(candidate)); d < least {
			best, least = candidate, d
		}
	}
	return best
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// mistypings counts the letters to add, drop, exchange or swap with their neighbour to make b of a (optimal string alignment).
func mistypings(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
