package render

import (
	"testing"

	kubectl "sigs.k8s.io/yaml"

	"github.com/jobgen-dev/jobgen/pkg/jsontree"
)

// A 7: what somebody wrote stays as it is, unless some reader of YAML takes it for
// something else than kubectl does.
func TestWritten(t *testing.T) {
	for text, want := range map[string]string{
		"# head\nb: 1 # one\na: {x: \"y\"}\n# foot\n": "",
		"a: 1\r\n# foot\r\n":                          "a: 1\n# foot\n",
		"\n\na: 1 # one":                              "a: 1 # one\n",
		"a: |\n  x\n\nb: >-\n  y\n":                   "",
		"b: |+\n  x\n\n":                              "b: |+\n  x\n\n", // written anew, and not without its last line
		"b: &x 1 # one\na: *x\n":                      "a: 1\nb: 1\n",
		"b: &x {c: 1}\na: {<<: *x} # one\n":           "a:\n  c: 1\nb:\n  c: 1\n",
		"a: !!str 1 # one\n":                          "a: \"1\"\n",
		"a: 0o17 # octal\n":                           "",
		"a: yes # true\n":                             "a: true\n",
		"a: 0644 # octal\n":                           "",
		"a: 2001-01-01 # a date\n":                    "a: \"2001-01-01\"\n",
		"a: 1:30 # a text\n":                          "",
	} {
		inJSON, err := kubectl.YAMLToJSON([]byte(text))
		if err != nil {
			t.Fatal(text, err)
		}
		tree, err := jsontree.Parse[map[string]any](inJSON)
		if err != nil {
			t.Fatal(text, err)
		}
		if want == "" {
			want = text
		}
		if got, err := Written(text, tree); string(got) != want || err != nil {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
	if got, _ := Written("a: 1 # one\n", map[string]any{"a": "b"}); string(got) != "a: b\n" {
		t.Errorf("of another object: %q", got)
	}
	if got, _ := Written("", map[string]any{"a": "b"}); string(got) != "a: b\n" {
		t.Errorf("of no text: %q", got)
	}
}
