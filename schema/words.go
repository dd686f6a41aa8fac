package schema

import (
	"slices"
	"strings"
	"sync"
)

// Words is a set of the names that the @when of rules ask for.
type Words [4]uint64

// Join adds the names of another set.
func (w *Words) Join(other Words) {
	for i := range w {
		w[i] |= other[i]
	}
}

// Meets reports whether a name is in both sets.
func (w *Words) Meets(other *Words) bool {
	return w[0]&other[0]|w[1]&other[1]|w[2]&other[2]|w[3]&other[3] != 0
}

func (w *Words) add(number int) { w[number/64] |= 1 << (number % 64) }

// numbered are the names that some @when asks for, each with its number.
type numbered struct {
	exact  map[string]int
	starts []string // of names, which @when writes with a * behind
}

var numbers = sync.OnceValue(func() numbered {
	n := numbered{exact: map[string]int{}}
	for _, rule := range slices.Concat(documentRules, containerRules) {
		for _, word := range slices.Concat(rule.When...) {
			if _, ok := n.exact[word]; ok {
				continue
			}
			n.exact[word] = len(n.exact)
			if strings.HasSuffix(word, "*") {
				n.starts = append(n.starts, word)
			}
		}
	}
	if len(n.exact) > 64*len(Words{}) {
		panic("schema: Words has too few bits for the names in @when")
	}
	return n
})

// wanted returns the set of names that @when lists.
func wanted(names []string) (w Words) {
	for _, name := range names {
		w.add(numbers().exact[name])
	}
	return w
}

// WordsOf returns which of the names a field has that is called so: one at most, and
// those that are a start of it.
func WordsOf(name string) (w Words) {
	n := numbers()
	if number, ok := n.exact[name]; ok {
		w.add(number)
	}
	for _, word := range n.starts {
		if strings.HasPrefix(name, word[:len(word)-1]) {
			w.add(n.exact[word])
		}
	}
	return w
}
