package local

import (
	"strings"
	"unicode/utf8"
)

// nearest is the name that a mistyped word most likely means; "" if none is near.
func nearest(word string, names []string) string {
	word = strings.ToLower(word)
	best, least := "", 3 // two slips at most
	for _, name := range names {
		if word != "" && strings.HasPrefix(name, word) {
			return name
		}
		if d := distance(word, name); d < least && d <= utf8.RuneCountInString(name)/2 {
			best, least = name, d
		}
	}
	return best
}

// distance counts the slips between two words: a letter left out, added, changed, or swapped with its neighbour.
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	rows := make([][]int, len(s)+1)
	for i := range rows {
		rows[i] = make([]int, len(t)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(s); i++ {
		for j := 1; j <= len(t); j++ {
			change := 1
			if s[i-1] == t[j-1] {
				change = 0
			}
			d := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+change)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				d = min(d, rows[i-2][j-2]+1)
			}
			rows[i][j] = d
		}
	}
	return rows[len(s)][len(t)]
}

// didYouMean is the question that ends a message about a mistyped word; "" if nothing is near.
func didYouMean(word, prefix string, names []string) string {
	if name := nearest(word, names); name != "" {
		return "; did you mean " + prefix + name + "?"
	}
	return ""
}
