package source

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// readings reads each document of a text in both ways, and returns how many there
// are and how many of them the plain reader reads.
func readings(t testing.TB, text string) (documents, plain int) {
	t.Helper()
	file := newFile(Input{Name: "x.yaml", Dir: "/p", Root: "/p"}, text)
	p := &parsing{file: file, loc: &locator{file: file}}
	if !p.readable() {
		return 0, 0
	}
	for _, c := range p.chunks(1) {
		if !p.printable(c) || c.empty {
			continue
		}
		documents++
		root, ok := p.plain(c)
		if !ok {
			continue
		}
		plain++
		slow := &parsing{file: file, loc: &locator{file: file}}
		want, ok := slow.parsed(c)
		if !ok || len(slow.diags) > 0 {
			t.Fatalf("the plain reader reads what has mistakes: %s\n%s", brief(slow.diags), c.text)
		}
		if !reflect.DeepEqual(root, want) {
			t.Fatalf("%s\nin\n%s", difference(root, want), c.text)
		}
	}
	return documents, plain
}

// difference shows the first node of two trees that differs.
func difference(got, want *Node) string {
	shallow := func(n *Node) string {
		return fmt.Sprintf("%v %q quoted=%v %v last=%d fields=%d items=%d", n.Kind, n.Text, n.Quoted, n.Pos, n.last, len(n.Fields), len(n.Items))
	}
	if one, other := shallow(got), shallow(want); one != other {
		return "read   " + one + "\nparsed " + other
	}
	for i := range got.Fields {
		if d := difference(got.Fields[i].Key, want.Fields[i].Key); d != "" {
			return d
		}
		if d := difference(got.Fields[i].Value, want.Fields[i].Value); d != "" {
			return d
		}
	}
	for i := range got.Items {
		if d := difference(got.Items[i], want.Items[i]); d != "" {
			return d
		}
	}
	return ""
}

// goldenTexts returns the YAML of the goldens and examples: what goes in and what
// comes out.
func goldenTexts(t testing.TB) []string {
	var texts []string
	for _, root := range []string{"../../testdata/golden", "../../examples"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := os.ReadFile(path)
			if filepath.Ext(path) == ".yaml" {
				texts = append(texts, string(text))
			}
			for _, file := range txtar.Parse(text).Files {
				if filepath.Ext(file.Name) == ".yaml" || file.Name == "stdout" {
					texts = append(texts, string(file.Data))
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(texts) < 300 {
		t.Fatalf("only %d texts", len(texts))
	}
	return texts
}

// TestPlainReadsMost makes sure that what people and programs write is mostly read in
// one pass, and in the same way.
func TestPlainReadsMost(t *testing.T) {
	documents, plain := 0, 0
	for _, text := range goldenTexts(t) {
		d, p := readings(t, text)
		documents, plain = documents+d, plain+p
	}
	if plain*10 < documents*7 {
		t.Errorf("only %d of %d documents are read in one pass", plain, documents)
	}
	t.Logf("%d of %d", plain, documents)
}

// plainTexts are documents that the plain reader reads.
var plainTexts = []string{
	"a: 1\n", "---\na: b\n", "a: b", "# c\na: b # c\n# d\n", "a:\n  b: c\nd: e\n", "a:\n- b\n- c\nd:\n  - e\n", "a:\n- b: c\n  d: e\n- f: g\n",
	"a: {b: c, d: [e, {f: g}], h: {}, i: []}\n", "a: [x:y, -1, 'b', \"c\", ~]\n", "a: 'b # c'\n", `a: "b\n\"\\c/"` + "\n", `"a": {"b": 'c'}` + "\n",
	"a: |\n  b\n   c\n\n  d\n\n\ne: f\n", "a: |-\n  b\n\n", "a: |+\n  b\n\n", "- a: b\n"[2:], "a:\n- |\n  b\n- c\n", "a: |\n  b\n     \n  c\n",
	"a:\nb: ~\nc: null\nd:   # e\n", "ä: b\n"[:0] + "a: ä b # ö\nb: {c: ü, d: e}\n", "a:   b\n", "a: b:c\nd: -e\nf: http://x/y#z\n", "a/b.c-d_e: 1\n",
	"a:\n  - b: |\n      c\n    d: e\n", "a: |\n  b\n  \tc\n  d\te\n", "a: b  c   d\n", "a: $(B) ${C} (d) <e> f=g;h\n", "a: |\n  # b\n# c\nd: e\n",
	"a: |\n  b", "a: |+\n  b\n   ", "a: |-\n  b\n   ",
}

// notPlainTexts are documents that only the parser reads, or knows the mistake of.
var notPlainTexts = []string{
	"a: b: c\n", "null: a\n", "a: .inf\n", "a: [-.Inf]\n", "a: b\na: c\n", "a: b\n  c\n", "a: 'b\n  c'\n", "a: [b,\n c]\n", "a: &x b\n", "a: *x\n", "a: !t b\n", "<<: {a: b}\n", "a: >\n  b\n",
	"a: |2\n  b\n", "a:\tb\n", "\ta: b\n", "a: b\n c: d\n", "a:\n  b: c\n d: e\n", "a: 'it''s'\n", `a: "\x41"` + "\n", `a: "\/"` + "\n", "a: {b:c}\n", "a: {b}\n", "? a\n: b\n",
	"- a\n", "a\n", "a: \"b\"c\n", "a: [b] c\n", "a: |\n\n  b\n", "a: |\n  \tb\n", "--- a\n", "%YAML 1.2\n---\na: b\n", "a: b\u0085c\n", "a: @b\n", "a: - b\n", "a:\n- b\n c\n",
	"a: b\r\n", " a: b\n", "a: |\nb: c\n", "a: {b: c}}\n", "a: [b]]\n", "a: [b c: d]\n", "a : b\n", "a:\n-\n  b\n", "a:\n- - b\n", "a: {b: c #\n", "a: \"b\n",
}

func TestPlain(t *testing.T) {
	for _, text := range plainTexts {
		if documents, plain := readings(t, text); documents != plain {
			t.Errorf("left to the parser: %q", text)
		}
	}
	for _, text := range notPlainTexts {
		if _, plain := readings(t, text); plain != 0 {
			t.Errorf("not left to the parser: %q", text)
		}
	}
}

// TestPlainShares makes sure that a field or item that is added to one node is in no
// other, although they are cut from the same memory.
func TestPlainShares(t *testing.T) {
	docs, _ := parseText(t, "x.yaml", "a: {b: c}\nd: {e: [f], g: [h]}\n")
	root := docs[0].Root
	before := dump(at(t, root, "d"))
	inner := at(t, root, "a")
	inner.Fields = append(inner.Fields, Field{Key: &Node{Kind: Scalar, Text: "x"}, Value: &Node{Kind: Null}})
	items := at(t, root, "d", "e")
	if items.Items = append(items.Items, &Node{Kind: Null}); dump(at(t, root, "d", "g")) != "[h]" {
		t.Error("an item is in the list behind too")
	}
	items.Items = items.Items[:1]
	if got := dump(at(t, root, "d")); got != before {
		t.Errorf("%s has become %s", before, got)
	}
}

func FuzzPlain(f *testing.F) {
	for _, text := range slices.Concat(plainTexts, notPlainTexts, goldenTexts(f)) {
		if !strings.Contains(text, "\x00") {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) { readings(t, text) })
}
