package manifest

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"sigs.k8s.io/yaml"

	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
)

func parse(t *testing.T, text string) []Object {
	t.Helper()
	_, docs, ds := source.ParseBytes("x.yaml", []byte(text), "/p", "/p", true)
	if ds.HasErrors() {
		t.Fatalf("%v in\n%s", ds, text)
	}
	var objects []Object
	for _, doc := range docs {
		objects = append(objects, Read(doc)...)
	}
	return objects
}

// same reports whether two texts hold the same JSON, numbers to the digit.
func same(t *testing.T, a, b []byte) bool {
	t.Helper()
	read := func(text []byte) string {
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		var v any
		if err := decoder.Decode(&v); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		again, _ := json.Marshal(v)
		return string(again)
	}
	return read(a) == read(b)
}

// A scalar means here what it means to the library that kubectl reads with.
func TestScalars(t *testing.T) {
	for _, text := range []string{
		"NO", "no", "n", "Y", "off", "On", "true", "True", "FALSE", "null", "Null", "~", "", "nope", "0123", "0o17", "0x1F", "0b11", "1_000", "1e3", "1E400",
		"-.5", ".5", "5.", "+1", "-0", ".inf", "-.INF", ".nan", "1:30", "2024-01-01", "2024-01-01T00:00:00Z", "12345678901234567890", "123456789012345678901234",
		"0.1", "1.10", "a: b # c", "'NO'", `"1"`, "- 1", "!!str 1", "=", "<", ".", "-", "-1a", "0xZZ", "9.9.9", "1.2.3.4", "1e", "010.5",
	} {
		if strings.Contains(text, ": ") || strings.HasPrefix(text, "- ") {
			continue // no scalar
		}
		document := "kind: K\nv: " + text + "\n" + text + "x: 1\n"
		if strings.ContainsAny(text, "'\"!") || text == "" {
			document = "kind: K\nv: " + text + "\n"
		}
		want, err := yaml.YAMLToJSON([]byte(document))
		if err != nil {
			continue // kubectl cannot read it either
		}
		if got := parse(t, document)[0].JSON(); !same(t, got, want) {
			t.Errorf("%q is read as %s, not %s", text, got, want)
		}
	}
}

func TestKeys(t *testing.T) {
	for _, key := range []string{"on", "NO", "1", "1.5", "0x10", "null", "~", "a", "'on'"} {
		document := "kind: K\ndata:\n  " + key + ": x\n"
		want, err := yaml.YAMLToJSON([]byte(document))
		if err != nil {
			continue
		}
		if got := parse(t, document)[0].JSON(); !same(t, got, want) {
			t.Errorf("the key %s is read in %s, not %s", key, got, want)
		}
	}
}

// The goldens' own output is read as kubectl reads it.
func TestGoldenOutput(t *testing.T) {
	archives, err := filepath.Glob("../../testdata/golden/*/*.txtar")
	if err != nil || len(archives) < 50 {
		t.Fatalf("%d archives, error %v", len(archives), err)
	}
	compared := 0
	for _, name := range archives {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range txtar.Parse(text).Files {
			if f.Name != "stdout" || !bytes.HasPrefix(f.Data, []byte("apiVersion")) {
				continue
			}
			for document := range strings.SplitSeq(string(f.Data), "\n---\n") {
				document += "\n" // kubectl reads whole lines
				want, err := yaml.YAMLToJSON([]byte(document))
				if err != nil {
					t.Fatal(err)
				}
				if got := parse(t, document)[0].JSON(); !same(t, got, want) {
					t.Errorf("%s: read as\n%s\nnot\n%s", name, got, want)
				}
				compared++
			}
		}
	}
	if compared < 100 {
		t.Errorf("%d objects were compared", compared)
	}
}

func TestLists(t *testing.T) {
	objects := parse(t, `apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
- apiVersion: batch/v1
  kind: JobList
  items: [{metadata: {name: b}}]
- null
`)
	if len(objects) != 3 {
		t.Fatalf("%d objects", len(objects))
	}
	if o := objects[1]; o.Kind != "Job" || o.Name() != "b" || !same(t, o.JSON(), []byte(`{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"b"}}`)) {
		t.Errorf("the item of a JobList is %s", o.JSON())
	}
	place, _ := objects[0].Place(spec.Path{"metadata", "name"})
	if place.Line != 4 || place.Column != 54 {
		t.Errorf("the name of an item stands at %v", place)
	}
	if place := objects[1].KeyPlace(spec.Path{"metadata"}); place.Line != 7 || place.Column != 12 {
		t.Errorf("the key of an item's field stands at %v", place)
	}
}

// What holds no object is left to the caller.
func TestNoObjects(t *testing.T) {
	for _, text := range []string{"", "replicas: 3", "- a", "text"} {
		if objects := parse(t, text); len(objects) > 0 {
			t.Errorf("%q holds %d objects", text, len(objects))
		}
	}
}
