package krm_test

import (
	"bytes"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/jobgen-dev/jobgen/internal/golden"
	"github.com/jobgen-dev/jobgen/pkg/krm"
)

// FuzzItems holds that items which are none of jobgen's come out as they went in, for
// whoever reads YAML, with a spec beside them and without.
func FuzzItems(f *testing.F) {
	f.Add("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a} # here\ndata:\n  # there\n  a: 'yes'\n  b: 1.10\n  c: |2\n     x\n\n  d: \"\\ttab\"\n")
	f.Add("{\"apiVersion\": \"v1\", \"kind\": \"Secret\", \"data\": {\"a\": \"\\u0085\\u2028 \\u0000\"}}")
	f.Add("a: &a [1, 0o7, 0x1F, 1e3, .inf, ~, 2001-01-01]\nb: *a\nc: {<<: {x: 1}, y: !!str 2}\nd: >-\n  folded\n  text\n\n  more\n")
	for _, c := range golden.Cases(f) {
		if c.Args[0] == "build" {
			for text := range strings.SplitSeq(c.Want["stdout"], "---\n") {
				f.Add(text)
			}
		}
	}
	f.Fuzz(func(t *testing.T, item string) {
		var node yaml.Node
		if yaml.Unmarshal([]byte(item), &node) != nil || len(node.Content) != 1 || node.Content[0].Kind != yaml.MappingNode {
			return
		}
		if strings.Contains(item, "jobgen.dev/") || strings.Contains(item, "managed-by") {
			return
		}
		var list yaml.Node
		if err := yaml.Unmarshal([]byte(head+"items: []\n"), &list); err != nil {
			t.Fatal(err)
		}
		spec := "{apiVersion: jobgen.dev/v1alpha1, kind: Job, metadata: {name: a}, spec: {image: a}}"
		var specNode yaml.Node
		if err := yaml.Unmarshal([]byte(spec), &specNode); err != nil {
			t.Fatal(err)
		}
		items := list.Content[0].Content[5]
		items.Style = 0
		items.Content = []*yaml.Node{node.Content[0], specNode.Content[0], node.Content[0]}
		text, err := yaml.Marshal(&list)
		if err != nil {
			return
		}
		var want any
		if yaml.Unmarshal(text, &want) != nil {
			return
		}
		result, err := krm.Run(bytes.NewReader(text), krm.Options{Dir: t.TempDir()})
		if err != nil || result.Diagnostics.HasErrors() {
			return // of YAML that jobgen does not read
		}
		var out bytes.Buffer
		if err := result.Write(&out); err != nil {
			t.Fatal(err)
		}
		var got any
		if err := yaml.Unmarshal(out.Bytes(), &got); err != nil {
			t.Fatalf("%v in\n%s\nof\n%s", err, out.Bytes(), text)
		}
		wanted, gotten := itemsOf(want), itemsOf(got)
		if len(gotten) != 3 || !equal(gotten[0], wanted[0]) || !equal(gotten[2], wanted[2]) {
			t.Errorf("the items of\n%s\ncame out as\n%s", text, out.Bytes())
		}
	})
}

func itemsOf(list any) []any {
	items, _ := list.(map[string]any)["items"].([]any)
	return items
}

// equal compares values by what they are written as: NaN is no NaN to Go.
func equal(a, b any) bool {
	x, errX := yaml.Marshal(a)
	y, errY := yaml.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}
