package manifest

import (
	"strconv"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
	"github.com/jobgen-dev/jobgen/internal/yaml11"
	"github.com/jobgen-dev/jobgen/pkg/jsontree"
	"github.com/jobgen-dev/jobgen/pkg/source"
)

// odd matches the plain scalars without a letter in front that may stand for something
// else than a text: numbers, dates, null and the default. It may match more than those.
var odd = lazyregexp.New(`^(?:[-+]?\.?[0-9].*|[-+]?\.(?i:inf|nan)|~|=)$`)

// scalar returns the JSON of a scalar. What a plain one means is decided by the
// library that kubectl reads YAML with, for NO is false to it, and 0123 is 83.
func scalar(n *source.Node) jsontree.Value {
	text := jsontree.Value{Kind: jsontree.String, Text: n.Text}
	switch {
	case n.Quoted || !isOdd(n.Text):
		return text
	case n.Text == "true" || n.Text == "false":
		return jsontree.Value{Kind: jsontree.Bool, Text: n.Text}
	case jsontree.IsPlainInteger(n.Text):
		return jsontree.Value{Kind: jsontree.Number, Text: n.Text}
	}
	if read, err := yaml.YAMLToJSON([]byte(n.Text)); err == nil {
		if t, err := jsontree.Parse[any](read); err == nil && !isCollection(t) {
			return jsontree.OfTree(t)
		}
	}
	return text
}

func isCollection(tree any) bool {
	switch tree.(type) {
	case map[string]any, []any:
		return true
	}
	return false
}

// isOdd reports whether a plain scalar may stand for something else than a text. It
// saves most of them the expression.
func isOdd(text string) bool {
	if text == "" {
		return false
	}
	switch first := text[0]; {
	case first >= 'a' && first <= 'z' || first >= 'A' && first <= 'Z':
		return yaml11.IsWord(text)
	case first >= '0' && first <= '9' || strings.IndexByte("+-.~=", first) >= 0:
		return odd.MatchString(text)
	}
	return false
}

// key returns the name that a key becomes: a plain NO is the key "false".
func key(n *source.Node) string {
	if n.Quoted || !isOdd(n.Text) {
		return n.Text
	}
	var object map[string]any
	if err := yaml.Unmarshal([]byte(n.Text+": 0"), &object); err == nil && len(object) == 1 {
		for name := range object {
			return name
		}
	}
	return n.Text
}

func number(i int) string { return strconv.Itoa(i) }
