package lazyregexp

import (
	"regexp"
	"slices"
	"testing"
)

// A Regexp answers as that of the standard library does.
func TestRegexp(t *testing.T) {
	const text, in = `(a+)(b)?`, "xaab aab"
	lazy, plain := New(text), regexp.MustCompile(text)
	if lazy.MatchString(in) != plain.MatchString(in) || lazy.MatchString("c") != plain.MatchString("c") ||
		lazy.FindString(in) != plain.FindString(in) || lazy.ReplaceAllString(in, "<$1>") != plain.ReplaceAllString(in, "<$1>") ||
		!slices.Equal(lazy.FindStringSubmatch(in), plain.FindStringSubmatch(in)) ||
		!slices.EqualFunc(lazy.FindAllStringSubmatchIndex(in, -1), plain.FindAllStringSubmatchIndex(in, -1), slices.Equal[[]int]) {
		t.Errorf("%s does not answer as regexp does", text)
	}
}

// A mistake shows in the tests of the package that it is in.
func TestMistakesShowInTests(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("nothing is said of an expression that is none")
		}
	}()
	New("(")
}
