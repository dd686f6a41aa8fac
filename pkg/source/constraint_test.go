package source

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// constraint reads a text as one.
func constraint(t *testing.T, text string) *Constraint {
	t.Helper()
	path := filepath.Join(t.TempDir(), "policy.cue")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	c, ds, err := ReadConstraint(Input{Name: "policy.cue", Path: path, Dir: filepath.Dir(path), Root: filepath.Dir(path), Named: true})
	if err != nil || len(ds) > 0 {
		t.Fatalf("%v %v", ds, err)
	}
	return c
}

// Every violation is found, be one of them an error of the whole struct.
func TestConstraintFindsAll(t *testing.T) {
	c := constraint(t, `
a: <3
// Two is enough.
b: <3
list: [...{n: <2}]
"0": {x!: int, y?: string}
deep: {
	c!: string
	if m > 2 {
		error("m is \(m)")
	}
	d: !="x"
}
m: int
_twice: m + m & <5
`)
	for range 2 { // a check leaves nothing behind
		found, ok := c.Check(map[string]any{
			"a": 4, "b": 4, "m": 4, "0": map[string]any{"y": 1}, "list": []any{map[string]any{"n": 1}, map[string]any{"n": 2}}, "deep": map[string]any{"d": "x"}, "more": nil,
		})
		var got []string
		for _, v := range found {
			got = append(got, fmt.Sprintf("%s %q %v", strings.Join(v.Path, "."), v.Said, v.Lacks))
		}
		want := `0.x "" true; 0.y "" false; _twice "" false; a "" false; b "Two is enough." false; deep "m is 4" false; deep.c "" true; deep.d "" false; list.1.n "" false`
		if joined := strings.Join(got, "; "); joined != want || !ok {
			t.Errorf("got  %s\nwant %s", joined, want)
		}
	}
	if found, ok := c.Check(map[string]any{"a": 1, "b": 1, "m": 1, "list": []any{}, "0": map[string]any{"x": 1}, "deep": map[string]any{"c": "", "d": "y"}}); len(found) > 0 || !ok {
		t.Errorf("found %v in what satisfies it", found)
	}
}

// A check that takes too long is given up, and so is every later one.
func TestConstraintTakesTooLong(t *testing.T) {
	c := constraint(t, "import \"list\"\nn: int\nsize: len(list.Range(0, n, 1))")
	c.limit = 50 * time.Millisecond
	for range 2 {
		if _, ok := c.Check(map[string]any{"n": 50_000_000}); ok {
			t.Fatal("the check came to an end")
		}
	}
	if d := c.Unusable(); !strings.Contains(d.Message, "cannot be held against a Job") {
		t.Error(d)
	}
}
