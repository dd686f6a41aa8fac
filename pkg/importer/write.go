package importer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
	"github.com/jobgen-dev/jobgen/pkg/format"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/schema"
)

// write writes the document as YAML, in its short form and with the comments of what
// it was made from.
func (im *importing) write() []byte {
	return write(shorten(render.Clone(im.spec), schema.Model()).(map[string]any), im)
}

// write writes a document in its short form, with the comments of what it was made from.
func write(doc map[string]any, from ...*importing) []byte {
	w := writer{nodes: map[string]*yaml.Node{}, keys: map[string]*yaml.Node{}}
	root := w.node(doc, schema.Written(), nil)
	for _, inOverlay := range []bool{false, true} {
		for _, im := range from {
			im.comments(&w, inOverlay)
		}
	}
	w.flows(root, 0)
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(&yaml.Node{Kind: yaml.DocumentNode, FootComment: w.foot, Content: []*yaml.Node{root}}); err != nil {
		panic("importer: a tree cannot be written as YAML: " + err.Error())
	}
	return out.Bytes()
}

// writer makes YAML nodes, and knows where each is in the document. In the paths the
// containers of a list go by their names, as overlays merge them by those.
type writer struct {
	nodes map[string]*yaml.Node // values, by path
	keys  map[string]*yaml.Node // the keys of those that have one
	foot  string                // the comment below the document
}

func (w *writer) node(value any, t *schema.Type, at spec.Path) *yaml.Node {
	var n *yaml.Node
	switch v := value.(type) {
	case map[string]any:
		n = &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		for _, name := range ordered(v, t) {
			key := text(name)
			w.keys[at.With(name).String()] = key
			n.Content = append(n.Content, key, w.node(v[name], inside(t, name), at.With(name)))
		}
	case []any:
		n = &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for i, item := range v {
			n.Content = append(n.Content, w.node(item, inside(t, ""), at.With(step(item, inside(t, ""), i))))
		}
	default:
		n = scalar(v)
	}
	w.nodes[at.String()] = n
	return n
}

// step returns the name of a container in a list, and the number of any other item.
func step(item any, t *schema.Type, i int) string {
	if name := textAt(item, "name"); name != "" && isContainer(t) {
		return "@" + name
	}
	return strconv.Itoa(i)
}

func isContainer(t *schema.Type) bool { return t != nil && t.Name == "Container" }

// inside returns the type of what stands in a value of a type; nil if nobody knows.
func inside(t *schema.Type, name string) *schema.Type {
	if t == nil {
		return nil
	}
	if t.Kind == schema.Struct {
		if f := t.Field(name); f != nil {
			return f.Type
		}
		return nil
	}
	return t.Elem
}

// ordered returns the names in a map: those of a struct as `jobgen fmt` has them, others
// by the alphabet.
func ordered(m map[string]any, t *schema.Type) []string {
	names := keys(m)
	if t != nil && t.Kind == schema.Struct {
		slices.SortStableFunc(names, func(a, b string) int { return format.Rank(t, a) - format.Rank(t, b) })
	}
	return names
}

func scalar(value any) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode}
	switch v := value.(type) {
	case string:
		return text(v)
	case plain:
		n.Value = string(v)
	case json.Number:
		n.Value = v.String()
	case bool:
		n.Value = strconv.FormatBool(v)
	case nil:
		n.Tag, n.Value = "!!null", "null"
	default:
		panic(fmt.Sprintf("importer: a %T in a spec", value))
	}
	return n
}

// text writes a text so that every reader of YAML takes it for that text.
func text(s string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
	lines := strings.Split(s, "\n")
	trails := slices.ContainsFunc(lines, func(line string) bool { return strings.TrimRight(line, " \t") != line })
	switch {
	case odd(s) || older.MatchString(s) || len(lines) > 1 && (trails || strings.TrimLeft(s, " \t\n") != s):
		n.Style = yaml.DoubleQuotedStyle
	case len(lines) > 1:
		n.Style = yaml.LiteralStyle
	}
	return n
}

// older matches what YAML 1.1 takes for a boolean or a number of base 60, and YAML 1.2,
// by which the library decides what needs quotes, for a text.
var older = lazyregexp.New(`^((?i:y|yes|n|no|on|off)|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?)$`)

// odd reports whether a text has characters that hide in YAML or are changed by it, or
// is a key of YAML 1.1.
func odd(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 || r >= 0x2028 && r <= 0x202e || r == 0xfeff || r > 0xffff
	}) || s == "=" || s == "<<"
}

// flows puts small maps and lists on one line.
func (w *writer) flows(n *yaml.Node, depth int) {
	// What stands right under spec is easier to find on a line of its own.
	deep := depth == 2 && n.Kind == yaml.MappingNode && slices.ContainsFunc(n.Content, func(c *yaml.Node) bool {
		return c.Kind == yaml.MappingNode && len(c.Content) > 0
	})
	if (depth > 1 || n.Kind == yaml.SequenceNode) && !deep && width(n, false) <= 76-2*depth {
		n.Style |= yaml.FlowStyle
	}
	for _, inner := range n.Content {
		w.flows(inner, depth+1)
	}
}

// wide is the width of what cannot be on one line.
const wide = 1000

// width returns how wide a node is on one line. A map with more in it than a few scalars
// is easier to read on several.
func width(n *yaml.Node, inner bool) int {
	if n.HeadComment != "" || n.LineComment != "" || n.FootComment != "" {
		return wide
	}
	switch n.Kind {
	case yaml.ScalarNode:
		if strings.Contains(n.Value, "\n") {
			return wide
		}
		return len(n.Value) + 2
	case yaml.MappingNode:
		if inner && len(n.Content) > 4 || len(n.Content) > 8 {
			return wide
		}
	}
	sum := 2
	for _, c := range n.Content {
		if inner && c.Kind != yaml.ScalarNode && len(c.Content) > 0 || n.Kind == yaml.SequenceNode && c.Kind == yaml.MappingNode && len(n.Content) > 1 {
			return wide
		}
		sum += width(c, true)
	}
	return sum
}
