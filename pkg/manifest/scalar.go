package manifest

import (
	"regexp"
	"strconv"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/jobgen-dev/jobgen/pkg/jsontree"
	"github.com/jobgen-dev/jobgen/pkg/source"
)

// odd matches the plain scalars that may stand for something else than a text:
// numbers, dates, and the words of YAML 1.1. It may match more than those.
var odd = regexp.MustCompile(`^(?:[-+]?\.?[0-9].*|[-+]?\.(?i:inf|nan)|(?i:y|n|yes|no|on|off|true|false|null)|~|=)$`)

// scalar returns the JSON of a scalar. What a plain one means is decided by the
// library that kubectl reads YAML with, for NO is false to it, and 0123 is 83.
func scalar(n *source.Node) jsontree.Value {
	text := jsontree.Value{Kind: jsontree.String, Text: n.Text}
	switch {
	case n.Quoted || !isOdd(n.Text):
		return text
	case n.Text == "true" || n.Text == "false":
		return jsontree.Value{Kind: jsontree.Bool, Text: n.Text}
	case isPlainInteger(n.Text):
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
// saves most of them the expression: words longer than "false" are none of its words.
func isOdd(text string) bool {
	if len(text) > len("false") && (text[0] >= 'a' && text[0] <= 'z' || text[0] >= 'A' && text[0] <= 'Z' || text[0] == '/') {
		return false
	}
	return odd.MatchString(text)
}

// isPlainInteger reports whether a number is written in YAML as in JSON.
func isPlainInteger(text string) bool {
	digits := strings.TrimPrefix(text, "-")
	return text == "0" || len(digits) > 0 && len(digits) <= 18 && digits[0] != '0' &&
		!strings.ContainsFunc(digits, func(r rune) bool { return r < '0' || r > '9' })
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
