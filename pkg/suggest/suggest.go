// Package suggest finds the word that was probably meant.
package suggest

import (
	"fmt"
	"slices"
	"strings"
)

// Nearest returns the candidate that word is most likely a slip of, or "".
func Nearest(word string, candidates []string) string {
	best, least := "", 1+max(1, min(len(word)/3, 3))
	for _, c := range slices.Sorted(slices.Values(candidates)) {
		if strings.EqualFold(word, c) {
			return c
		}
		if d := Distance(strings.ToLower(word), strings.ToLower(c)); d < least {
			best, least = c, d
		}
	}
	return best
}

// Question asks whether a word was meant, "" for none.
func Question(meant string) string {
	if meant == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %q?", meant)
}

// Distance counts the insertions, deletions, replacements and swaps of
// neighbours that make a into b (optimal string alignment).
func Distance(a, b string) int {
	row := func() []int { return make([]int, len(b)+1) }
	before, last, next := row(), row(), row()
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next[0] = i
		for j := 1; j <= len(b); j++ {
			replaced := last[j-1]
			if a[i-1] != b[j-1] {
				replaced++
			}
			next[j] = min(last[j]+1, next[j-1]+1, replaced)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, last, next = last, next, before
	}
	return last[len(b)]
}

// IsSlip reports whether word is name with one or two letters wrong, or fewer
// where the name is short. It is stricter than Nearest, because the word may
// well mean something that jobgen does not know.
func IsSlip(word, name string) bool {
	d := Distance(word, name)
	return d >= 1 && d <= 2 && len(name) > 2*d
}
