package format

import (
	"reflect"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// A folded text keeps its lines, wherever it goes, and says what it said.
func TestFolded(t *testing.T) {
	for name, body := range map[string]string{
		"lines":          "  script: >\n    echo a\n    echo b\n  image: b\n",
		"items":          "  command:\n  - sh\n  - >-\n        a\n        b\n\n          c\n  image: b\n",
		"kept":           "  env:\n      A: >+\n          a\n\n          b\n\n\n      B: c\n  image: b\n",
		"at the end":     "  image: b\n  script: >\n      a\n      b\n",
		"kept at end":    "  image: b\n  script: >+\n      a\n      b\n\n",
		"more indented":  "  script: >-\n    a\n      b\n    c\n  image: b\n",
		"in an item":     "  sidecars:\n  - script: >\n      a\n      b\n    name: s\n  image: b\n",
		"an indentation": "  script: >2\n    a\n    b\n  image: b\n",
		"a comment":      "  script: > # why\n    a\n    b\n  image: b\n",
	} {
		text := "kind: Job\napiVersion: jobgen.dev/v1alpha1\nmetadata: {name: a}\nspec:\n" + body
		once, err := YAML([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		twice, err := YAML(once)
		if err != nil || string(twice) != string(once) {
			t.Errorf("%s: formatted again, %v, it is\n%sfirst it was\n%s", name, err, twice, once)
		}
		var before, after any
		if yaml.Unmarshal([]byte(text), &before) != nil || yaml.Unmarshal(once, &after) != nil || !reflect.DeepEqual(before, after) {
			t.Errorf("%s says something else now:\n%s", name, once)
		}
		if plain := name != "an indentation" && name != "a comment"; plain && strings.Count(string(once), "\n") != strings.Count(text, "\n") {
			t.Errorf("%s: the lines are others:\n%s", name, once)
		}
	}
}
