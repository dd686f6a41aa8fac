package manifest

import (
	"encoding/json"
	"regexp"
	"strconv"

	"sigs.k8s.io/yaml"

	"github.com/jobgen-dev/jobgen/pkg/source"
)

// odd matches the plain scalars that may stand for something else than a text:
// numbers, dates, and the words of YAML 1.1. It may match more than those.
var odd = regexp.MustCompile(`^(?:[-+]?\.?[0-9].*|[-+]?\.(?i:inf|nan)|(?i:y|n|yes|no|on|off|true|false|null)|~|=)$`)

// scalar returns the JSON of a scalar. What a plain one means is decided by the
// library that kubectl reads YAML with, for NO is false to it, and 0123 is 83.
func scalar(n *source.Node) []byte {
	if n.Quoted || !odd.MatchString(n.Text) {
		return quote(n.Text)
	}
	if read, err := yaml.YAMLToJSON([]byte(n.Text)); err == nil && json.Valid(read) && read[0] != '{' && read[0] != '[' {
		return read
	}
	return quote(n.Text)
}

// key returns the name that a key becomes: a plain NO is the key "false".
func key(n *source.Node) string {
	if n.Quoted || !odd.MatchString(n.Text) {
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
