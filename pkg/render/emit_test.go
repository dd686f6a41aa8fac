package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"sigs.k8s.io/yaml"

	"github.com/jobgen-dev/jobgen/pkg/jsontree"
)

// agrees fails where the emitter writes something else than the library, and
// reports whether it wrote at all.
func agrees(t *testing.T, tree map[string]any) bool {
	t.Helper()
	got, sure := emit(jsontree.OfTree(tree))
	want, err := documentByLibrary(Clone(tree))
	if sure && (err != nil || !bytes.Equal(got, want)) {
		t.Errorf("the emitter writes\n%s\nthe library (%v)\n%s", got, err, want)
	}
	return sure
}

// goldenTrees are the objects that the goldens print.
func goldenTrees(t testing.TB) []map[string]any {
	t.Helper()
	var trees []map[string]any
	err := filepath.WalkDir("../../testdata/golden", func(path string, _ os.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".txtar" {
			return err
		}
		archive, err := txtar.ParseFile(path)
		if err != nil {
			return err
		}
		for _, file := range archive.Files {
			if file.Name != "stdout" {
				continue
			}
			for doc := range bytes.SplitSeq(file.Data, []byte("---\n")) {
				text, err := yaml.YAMLToJSON(doc)
				tree, _ := jsontree.Parse[any](text)
				if m, ok := tree.(map[string]any); ok && err == nil && m["kind"] != nil {
					trees = append(trees, m)
				}
			}
		}
		return nil
	})
	if err != nil || len(trees) < 100 {
		t.Fatalf("%d objects, %v", len(trees), err)
	}
	return trees
}

// TestEmitGoldens shows too that nearly all objects take the fast way.
func TestEmitGoldens(t *testing.T) {
	trees := goldenTrees(t)
	unsure := 0
	for _, tree := range trees {
		if !agrees(t, tree) {
			unsure++
		}
	}
	if unsure > len(trees)/50 {
		t.Errorf("%d of %d objects are left to the library", unsure, len(trees))
	}
}

// randomTree makes a tree of pieces that YAML cares about.
func randomTree(rng *rand.Rand, depth int, texts []string) any {
	text := func() string {
		var b strings.Builder
		for range rng.IntN(5) {
			b.WriteString(texts[rng.IntN(len(texts))])
		}
		return b.String()
	}
	kind := rng.IntN(10)
	if depth <= 0 {
		kind = rng.IntN(6)
	}
	switch kind {
	case 0:
		return nil
	case 1:
		return rng.IntN(2) == 0
	case 2:
		return json.Number([]string{"0", "-1", "12345678901234567890", "9223372036854775807", "1.5", "1e3", "100000000000000000", fmt.Sprint(rng.Int64())}[rng.IntN(8)])
	case 6, 7:
		list := make([]any, rng.IntN(4))
		for i := range list {
			list[i] = randomTree(rng, depth-1, texts)
		}
		return list
	case 8, 9:
		m := map[string]any{}
		for range rng.IntN(5) {
			m[text()] = randomTree(rng, depth-1, texts)
		}
		return m
	}
	return text()
}

var pieces = []string{"a", "b", "Z", "0", "10", "9", "01", "00", "-", ".", "_", "/", ":", " ", "#", ": ", " #", "\n", "\n  ", "\t", "é", "語", "\u0085", "😀", "\x01",
	"true", "no", "~", "null", "1e3", "0x1f", "1:20", "2024-01-02", "'", "\"", "\\", "{", "[", ",", "&", "*", "!", "|", ">", "%", "@", "`", "=", "<<", "?", "+", "$", ";", ".inf", ".nan", "---", "\r", "\u2028", "\ufeff", "\xff", strings.Repeat("word ", 30)}

func TestEmitRandom(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	sure := 0
	for i := range 20000 {
		texts := pieces
		if i%2 == 0 {
			texts = pieces[:12] // keys whose order is the question
		}
		tree := map[string]any{"a": randomTree(rng, 4, texts), "k": randomTree(rng, 3, texts)}
		if !validTree(tree) {
			continue
		}
		if agrees(t, tree) {
			sure++
		}
		if t.Failed() {
			return
		}
	}
	if sure < 3000 {
		t.Errorf("only %d trees were sure", sure)
	}
}

// validTree reports whether a tree can come of JSON.
func validTree(tree map[string]any) bool {
	text, err := json.Marshal(tree)
	if err != nil {
		return false
	}
	back, err := jsontree.Parse[any](text)
	return err == nil && reflect.DeepEqual(back, any(tree))
}

func FuzzEmit(f *testing.F) {
	for _, tree := range goldenTrees(f)[:40] {
		text, err := json.Marshal(tree)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	for _, s := range []string{`{"a10":1,"a9":2,"a09":3,"a":[[],{},[["x"]]]}`, `{"k":"0x1f","l":"a\n b","m":" a\n","y":"n: #","1":"-"}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		tree, err := jsontree.Parse[any](text)
		if m, ok := tree.(map[string]any); ok && err == nil {
			agrees(t, m)
		}
	})
}
