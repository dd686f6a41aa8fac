package spec

import (
	"fmt"
	"slices"
	"strings"
)

// nearest returns the candidate that word is most likely a slip of, or "".
func nearest(word string, candidates []string) string {
	best, least := "", 1+max(1, min(len(word)/3, 3))
	for _, c := range slices.Sorted(slices.Values(candidates)) {
		if strings.EqualFold(word, c) {
			return c
		}
		if d := distance(strings.ToLower(word), strings.ToLower(c)); d < least {
			best, least = c, d
		}
	}
	return best
}

// distance counts the insertions, deletions, replacements and swaps of
// neighbours that make a into b (optimal string alignment).
func distance(a, b string) int {
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

// isSlip reports whether word is name with one or two letters wrong, or fewer
// where the name is short. It is stricter than nearest, because the word may
// well mean something that jobgen does not know.
func isSlip(word, name string) bool {
	d := distance(word, name)
	return d >= 1 && d <= 2 && len(name) > 2*d
}

// oneOf lists words for a sentence: "a, b or c".
func oneOf(words []string) string {
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " or " + words[n-1]
	}
}

func didYouMean(word string) string {
	if word == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %q?", word)
}

// hint joins the parts of a hint that are not empty.
func hint(parts ...string) string {
	joined := ""
	for _, part := range parts {
		switch {
		case joined == "" || part == "":
			joined += part
		case strings.HasSuffix(joined, "?"):
			joined += " " + strings.ToUpper(part[:1]) + part[1:]
		default:
			joined += "; " + part
		}
	}
	return joined
}
