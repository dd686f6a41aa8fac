package explain

import (
	"bytes"
	"encoding/json"
	"flag"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/jobgen-dev/jobgen/internal/golden"
	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/schema"
)

var update = flag.Bool("update", false, "write examples.json")

// What examples.json shows of each field is in the examples and goldens now.
func TestExamplesAreUpToDate(t *testing.T) {
	all := map[string]seen{}
	for path, text := range written(t) {
		all[path] = seen{Example: text}
	}
	for path, becomes := range targets(t) {
		all[path] = seen{all[path].Example, becomes}
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(all); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("examples.json", out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(out.Bytes(), examplesJSON) {
		t.Error("examples.json is not what the examples and goldens show now: `make generate` updates it")
	}
}

// most is how many lines an example may have, and enough how many stop the search
// for a shorter one.
const most, enough = 14, 6

// written returns an example of each field that a spec has: of those in examples/
// first, then of the goldens that build.
func written(t *testing.T) map[string]string {
	var texts [][]byte
	root := golden.Root(t)
	err := filepath.WalkDir(filepath.Join(root, "examples"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".yaml" {
			return err
		}
		text, err := os.ReadFile(path)
		texts = append(texts, text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range golden.Cases(t) {
		for _, f := range c.Input {
			if c.Want["stdout"] != "" && c.Args[0] == "build" && filepath.Ext(f.Name) == ".yaml" {
				texts = append(texts, f.Data)
			}
		}
	}
	found := map[string]string{}
	for _, text := range texts {
		for decoder := yaml.NewDecoder(bytes.NewReader(text)); ; {
			var doc yaml.Node
			if decoder.Decode(&doc) != nil {
				break
			}
			if root := doc.Content[0]; strings.HasPrefix(scalarOf(root, "apiVersion"), "jobgen.dev/") {
				start := document()
				if scalarOf(root, "kind") == "Project" {
					start = project()
				}
				gather(t, found, start, root, func(n *yaml.Node) *yaml.Node { return n })
			}
		}
	}
	return found
}

func scalarOf(n *yaml.Node, name string) string {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i+1].Value
		}
	}
	return ""
}

// gather notes an example of every field in n; wrap puts a node back to where it
// stands.
func gather(t *testing.T, found map[string]string, a at, n *yaml.Node, wrap func(*yaml.Node) *yaml.Node) {
	typ := a.shape()
	switch {
	case n.Kind == yaml.SequenceNode && typ.Kind == schema.List:
		for _, item := range n.Content {
			gather(t, found, a.element(), item, func(n *yaml.Node) *yaml.Node {
				return wrap(&yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{n}})
			})
		}
	case n.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := *n.Content[i], n.Content[i+1]
			key.HeadComment, key.LineComment, key.FootComment = "", "", ""
			in := func(n *yaml.Node) *yaml.Node {
				return wrap(&yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{&key, n}})
			}
			switch {
			case typ.Kind == schema.Map:
				gather(t, found, a.element(), value, in)
			case typ.Kind == schema.Struct && a.child(key.Value) != nil:
				inner := a.child(key.Value)
				note(t, found, inner.path.String(), in(value))
				gather(t, found, *inner, value, in)
			}
		}
	}
}

// note keeps the first example that is short, else the shortest.
func note(t *testing.T, found map[string]string, path string, n *yaml.Node) {
	if known, ok := found[path]; ok && strings.Count(known, "\n") <= enough {
		return
	}
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(n); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	lines, known := strings.Count(text, "\n"), strings.Count(found[path], "\n")
	if lines <= most && !strings.Contains(text, "*") && (known == 0 || lines < known) {
		found[path] = text
	}
}

// targets returns what the fields without a target of their own become.
func targets(t *testing.T) map[string][]string {
	found := map[string]map[string]bool{}
	runs := []build.Options{{Dir: golden.Root(t), Args: []string{"examples"}}}
	for _, c := range golden.Cases(t) {
		if c.Want["stdout"] != "" && c.Args[0] == "build" && len(c.Input) > 0 {
			runs = append(runs, build.Options{Dir: c.Dir(t), Args: []string{"."}})
		}
	}
	for _, opts := range runs {
		opts.Made = func(m build.Made) error {
			for _, o := range m.Base {
				origins(t, found, o.Object)
			}
			return nil
		}
		if _, err := build.Run(opts); err != nil {
			t.Fatal(err)
		}
	}
	for _, becomes := range found {
		for target := range becomes {
			if job, ok := strings.CutPrefix(target, "CronJob.spec.jobTemplate."); ok && becomes["Job."+job] {
				delete(becomes, target) // explain says both
			}
		}
	}
	list := map[string][]string{}
	for path, becomes := range found {
		if len(becomes) > 0 && !derived(found, path) {
			list[path] = slices.Sorted(maps.Keys(becomes))
		}
	}
	return list
}

// derived reports whether what a field becomes follows from what the one around it
// does.
func derived(found map[string]map[string]bool, path string) bool {
	dot := strings.LastIndex(path, ".")
	around := found[path[:dot]]
	for target := range found[path] {
		parent, ok := strings.CutSuffix(target, path[dot:])
		if !ok || !around[parent] && !around[strings.TrimSuffix(parent, "[]")] {
			return false
		}
	}
	return true
}

// origins notes where the fields of an object came from.
func origins(t *testing.T, found map[string]map[string]bool, o compile.Object) {
	text, err := json.Marshal(o.Value)
	if err != nil {
		t.Fatal(err)
	}
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	var visit func(at spec.Path, v any, within string)
	visit = func(at spec.Path, v any, within string) {
		from, rest := document().enter(o.Origin(at))
		if from != nil && rest.name == "" && len(from.path) > 1 && len(compile.Becomes(from.path)) == 0 && from.path.String() != within {
			within = from.path.String()
			if found[within] == nil {
				found[within] = map[string]bool{}
			}
			target := strings.TrimSuffix(o.Kind+"."+items(at), ".")
			if !strings.Contains(target, ".metadata.annotations.") { // what a delivery reads
				found[within][target] = true
			}
		}
		switch v := v.(type) {
		case map[string]any:
			for key, inner := range v {
				visit(at.With(key), inner, within)
			}
		case []any:
			for i, inner := range v {
				visit(at.With(strconv.Itoa(i)), inner, within)
			}
		}
	}
	visit(nil, value, "")
}
