package source

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/jobgen-dev/jobgen/pkg/diag"
)

// check parses a text twice and holds the trees against the promises of Node.
func check(t *testing.T, name string, text []byte) ([]Document, diag.List) {
	file, docs, diags := ParseBytes(name, text, "/p", "/p", true)
	_, again, diagsAgain := ParseBytes(name, text, "/p", "/p", true)
	if !reflect.DeepEqual(diags, diagsAgain) || len(docs) != len(again) {
		t.Fatal("two readings differ")
	}
	for i := range docs {
		if !reflect.DeepEqual(docs[i].Root, again[i].Root) {
			t.Fatal("two readings differ")
		}
		checkNode(t, file, docs[i].Root, 0)
	}
	for _, d := range diags {
		checkPlace(t, file, Pos{d.Line, d.Column, d.Width}, d.Message)
		if d.Message == "" || strings.Contains(d.Message+d.Hint, "%!") {
			t.Fatalf("%+v", d)
		}
	}
	return docs, diags
}

func checkPlace(t *testing.T, file *File, p Pos, what string) {
	if p.Line == 0 {
		return
	}
	if p.Line > len(file.starts) || p.Column < 1 || p.Width < 1 || p.Column > utf8.RuneCountInString(file.Line(p.Line))+1 {
		t.Fatalf("%v is no place in the file: %s", p, what)
	}
}

func checkNode(t *testing.T, file *File, n *Node, depth int) {
	if n == nil {
		return
	}
	if n.Pos.Line == 0 || n.Kind > List || depth > maxDepth+1 {
		t.Fatalf("%+v", n)
	}
	checkPlace(t, file, n.Pos, dump(n))
	if n.Kind == Scalar && !n.Quoted && n.last == 0 && n.Text != "" {
		line := []rune(file.Line(n.Pos.Line))
		end := min(n.Pos.Column-1+n.Pos.Width, len(line))
		if got := string(line[n.Pos.Column-1 : end]); got != n.Text && !strings.ContainsAny(got, `'"`) {
			t.Fatalf("%q stands at %v, not %q", got, n.Pos, n.Text)
		}
	}
	seen := map[string]bool{}
	for _, f := range n.Fields {
		if seen[f.Key.Text] || f.Key.Kind != Scalar {
			t.Fatalf("bad key %q", f.Key.Text)
		}
		seen[f.Key.Text] = true
		checkNode(t, file, f.Key, depth+1)
		checkNode(t, file, f.Value, depth+1)
	}
	for _, item := range n.Items {
		checkNode(t, file, item, depth+1)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"apiVersion: jobgen.dev/v1alpha1\nkind: Job\nspec:\n  image: a\n  env: {A: NO, B: 0123}\n",
		"a: &x [1]\nb: *x\nc: {<<: {d: 1}, <<: *x}\n", "a: |\n  x\nb: >-\n  y\n--- \n...\n%YAML 1.1\n---\n",
		"a: 'x\n y'\nb: \"\\u00e9\\\n z\"\n", "? a\n: !!str b\n? - x\n", "\ufeffa: \u2028\r\nb: \r", "{a: [1, 'b'], c: \"d\"}", "a: b: c", "\t- x",
		"&a !!map &b {c: !d e}\n", "[!!int \"1\", ! x, !<tag:yaml.org,2002:str> y, ~]", "secrets: [\n", "a: # c\n  - b # d\n# e\n  - c\n", bomb(),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) { check(t, "x.yaml", text) })
}

func FuzzParseJSON(f *testing.F) {
	for _, seed := range []string{
		`{"a": [1, 1.10, true, null, "é\n\ud83d\ude00"], "b": {}} {"c": 1}`, `{"a":1,}`, `[1,,2]`, `{"a":"\u12"}`, `"\ud800"`, `nul`, `{"a":1,"a":2}`, "[\n1\r\n]", `{"a"`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		docs, diags := check(t, "x.json", text)
		if json.Valid(text) && utf8.Valid(text) && len(docs) != 1 && diags.Count(diag.Error) == 0 {
			t.Fatal("valid JSON is not read")
		}
		if !json.Valid(text) && len(docs) == 1 && len(diags) == 0 && utf8.Valid(text) && !strings.HasPrefix(string(text), "\ufeff") {
			t.Fatal("what is no JSON is read as a document")
		}
	})
}
