package query

import "strings"

// Near returns those of words, which are in lower case, that a mistyped word
// may have meant: the ones that the fewest changes make of it, at most three.
// It returns none where every one of them is more than a third of it away.
func Near(word string, words []string) []string {
	word = strings.ToLower(word)
	var found []string
	best := max(len(word)/3, 1) + 1 // fewer changes than that
	for _, have := range words {
		switch d := distance(word, have); {
		case d < best:
			found, best = []string{have}, d
		case d == best && len(found) > 0:
			found = append(found, have)
		}
	}
	return found[:min(len(found), 3)]
}

// distance counts the changes that make b of a: letters put in, left out,
// replaced, or swapped with their neighbour.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
