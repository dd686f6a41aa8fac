package source

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// G 4: a glob costs little, or is rejected, whatever it says.
func TestGlobsHaveABudget(t *testing.T) {
	files := map[string]string{}
	for _, name := range []string{"a", "b", "c", "d"} {
		files[strings.Repeat(name+"/", 24)+"x.txt"] = ""
	}
	dir := tree(t, files)
	for _, test := range []struct {
		pattern string
		err     error
	}{
		{strings.Repeat("{a,b}", 30), ErrAlternatives},
		{strings.Repeat("{a,b}", 9), nil},
		{strings.Repeat("{", 40) + strings.Repeat("a,b}", 40), nil}, // 41 alternatives, nested
		{strings.Repeat("{a,b{c,d}}/", 20) + "x", ErrAlternatives},
		{"{" + strings.Repeat("a,", 60) + "}{" + strings.Repeat("a,", 60) + "}", ErrAlternatives},
		{strings.Repeat(`\{a,b\}`, 30), nil}, // no braces at all
		{strings.Repeat("**/", 12) + "*.txt", nil},
		{strings.Repeat("**/", 12) + "**", nil},
		{strings.Repeat("**/*/", 12), ErrAnyFolders},
		{strings.Repeat("**/*/", 4) + "nothing*", ErrVisited},
		{strings.Repeat("{**/,*/}", 5), ErrAnyFolders},
		{"[", ErrPattern},
	} {
		start := time.Now()
		if _, err := (*Disk)(nil).ResolveGlob(dir, dir, test.pattern); !errors.Is(err, test.err) {
			t.Errorf("ResolveGlob of %.40s: %v, want %v", test.pattern, err, test.err)
		}
		_, _, err := (*Disk)(nil).FindExcept(dir, []string{test.pattern + "?"}, func(_, _ string) bool { return false })
		if test.err != nil && !errors.Is(err, test.err) {
			t.Errorf("Find of %.40s: %v, want %v", test.pattern, err, test.err)
		}
		MatchGlob(test.pattern, strings.Repeat("a/", 100)+"x")
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%.40s takes %v", test.pattern, took)
		}
	}
}

func TestAlternatives(t *testing.T) {
	for pattern, want := range map[string]int{
		"a": 1, "{a,b}": 2, "{a,b}{c,{d,e}}": 6, "{a,{b,c}d{e,f}}": 5, `\{a,b\}`: 1, "[{,}]": 1, "a,b": 1, "{a}": 1, "{,}": 2,
	} {
		if got := alternatives(pattern); got != want {
			t.Errorf("%s has %d alternatives, want %d", pattern, got, want)
		}
	}
}

// A ** right after another changes nothing.
func TestMatchGlob(t *testing.T) {
	for _, test := range []struct {
		pattern, path string
		want          bool
	}{
		{"a/**/**/b", "a/b", true},
		{"a/**/**/b", "a/c/d/b", true},
		{"a/**/**", "a/b/c", true},
		{"a**/**/b", "ab/b", true},
		{"a**/**/b", "b", false},
		{strings.Repeat("{a,b}", 30), strings.Repeat("a", 30), false},
	} {
		if got := MatchGlob(test.pattern, test.path); got != test.want {
			t.Errorf("%s matches %s: %v", test.pattern, test.path, got)
		}
	}
}
