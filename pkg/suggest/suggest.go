// Package suggest finds the word that was probably meant.
package suggest

import (
	"fmt"
	"math/bits"
	"strings"
)

// Nearest returns the candidate that word is most likely a slip of, or "".
func Nearest(word string, candidates []string) string {
	best, least, equal := "", 1+max(1, min(len(word)/3, 3)), ""
	lower := strings.ToLower(word)
	for _, c := range candidates {
		if strings.EqualFold(word, c) {
			if equal == "" || c < equal {
				equal = c
			}
			continue
		}
		if more := len(c) - len(lower); more > least || -more > least {
			continue // an edit adds or takes away one letter
		}
		// Of those that are as near the first in order.
		if d := within(lower, strings.ToLower(c), least); d < least || d == least && best != "" && c < best {
			best, least = c, d
		}
	}
	if equal != "" {
		return equal
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
func Distance(a, b string) int { return within(a, b, len(a)+len(b)) }

// within returns the distance of two words where it is most or less, else something
// larger. It takes time in proportion to the shorter word and to most.
func within(a, b string, most int) int {
	if len(a) > len(b) {
		a, b = b, a
	}
	for len(a) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	// An edit takes away or adds one letter: most words are told apart by that.
	inA, inB := letters(a), letters(b)
	if len(b)-len(a) > most || bits.OnesCount64(inA&^inB) > most || bits.OnesCount64(inB&^inA) > most {
		return most + 1
	}
	var short [3 * 64]int
	cells, width := short[:], len(b)+2
	if 3*width > len(cells) {
		cells = make([]int, 3*width)
	}
	before, last, next := cells[:width], cells[width:2*width], cells[2*width:3*width]
	near := true // whether the row before this had a cell of most or less, which a swap may go on from
	for j := range last {
		last[j], before[j], next[j] = j, most+1, most+1
	}
	for i := 1; i <= len(a); i++ {
		// Farther from the diagonal than most, no cell is most or less.
		from, to := max(1, i-most), min(len(b), i+most)
		least := most + 1
		next[0] = i
		if from > 1 {
			next[from-1] = most + 1
		}
		for j := from; j <= to; j++ {
			replaced := last[j-1]
			if a[i-1] != b[j-1] {
				replaced++
			}
			next[j] = min(last[j]+1, next[j-1]+1, replaced)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
			least = min(least, next[j])
		}
		if to < len(b) {
			next[to+1] = most + 1
		}
		if least > most && !near {
			return most + 1
		}
		near = least <= most
		before, last, next = last, next, before
	}
	return last[len(b)]
}

// letters returns the set of the bytes of a word, some of which share a place.
func letters(word string) (set uint64) {
	for i := range len(word) {
		set |= 1 << (word[i] & 63)
	}
	return set
}

// IsSlip reports whether word is name with one or two letters wrong, or fewer
// where the name is short. It is stricter than Nearest, because the word may
// well mean something that jobgen does not know.
func IsSlip(word, name string) bool {
	d := within(word, name, 2)
	return d >= 1 && d <= 2 && len(name) > 2*d
}
