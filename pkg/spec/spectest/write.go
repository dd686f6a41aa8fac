package spectest

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/source"
)

// bare matches texts that may stand without quotes, whatever YAML takes them for.
var bare = regexp.MustCompile(`^[A-Za-z0-9_./][-A-Za-z0-9_./+@]*$`)

// nothing matches the words that YAML takes for null.
var nothing = regexp.MustCompile(`^(null|Null|NULL|~|\.\.\.)$`)

// YAML writes the document, every key on a line of its own. With a source of
// randomness, it shuffles the keys, puts small maps on one line, and adds
// comments. It sets Pos.Line of the nodes and of their keys.
func (d *Document) YAML(r *rand.Rand) []byte {
	w := writer{r: r, line: 1}
	w.node(d.Root, 0, true)
	return w.out.Bytes()
}

// writer writes a tree as YAML.
type writer struct {
	r    *rand.Rand // nil for the plain style
	out  bytes.Buffer
	line int
}

func (w *writer) chance(n int) bool { return w.r != nil && w.r.IntN(n) == 0 }

func (w *writer) write(s string) {
	w.out.WriteString(s)
	w.line += strings.Count(s, "\n")
}

// node writes a value behind its key or dash. First says that it starts at the
// beginning of a line that has its indentation already.
func (w *writer) node(n *source.Node, depth int, first bool) {
	n.Pos.Line = w.line
	switch {
	case n.Kind == source.Map && len(n.Fields) > 0 && !w.small(n):
		w.fields(n, depth, first)
	case n.Kind == source.List && len(n.Items) > 0 && !w.small(n):
		if !first {
			w.write("\n")
		}
		for i, item := range n.Items {
			if i > 0 || !first {
				w.write(strings.Repeat("  ", depth))
			}
			w.write("- ")
			w.node(item, depth+1, true)
		}
	default:
		if !first {
			w.write(" ")
		}
		if n.Kind != source.Scalar || !w.block(n, depth) {
			w.flow(n)
			w.write("\n")
		}
	}
}

func (w *writer) fields(n *source.Node, depth int, first bool) {
	if !first {
		w.write("\n")
	}
	for i, f := range w.shuffled(n.Fields) {
		if i > 0 && w.chance(20) {
			w.write("\n# a comment: [\n")
		}
		if i > 0 || !first {
			w.write(strings.Repeat("  ", depth))
		}
		f.Key.Pos.Line = w.line
		w.write(w.scalar(f.Key) + ":")
		w.node(f.Value, depth+1, false)
	}
}

func (w *writer) shuffled(fields []source.Field) []source.Field {
	if w.r == nil {
		return fields
	}
	fields = slices.Clone(fields)
	w.r.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
	return fields
}

// small reports whether a value is to stand on one line.
func (w *writer) small(n *source.Node) bool {
	return w.chance(3) && size(n) < 8
}

func size(n *source.Node) int {
	sum := 1
	for _, f := range n.Fields {
		sum += size(f.Value)
	}
	for _, item := range n.Items {
		sum += size(item)
	}
	return sum
}

// flow writes a value on one line.
func (w *writer) flow(n *source.Node) {
	n.Pos.Line = w.line
	switch n.Kind {
	case source.Map:
		w.write("{")
		for i, f := range w.shuffled(n.Fields) {
			if i > 0 {
				w.write(", ")
			}
			f.Key.Pos.Line = w.line
			w.write(w.scalar(f.Key) + ": ")
			w.flow(f.Value)
		}
		w.write("}")
	case source.List:
		w.write("[")
		for i, item := range n.Items {
			if i > 0 {
				w.write(", ")
			}
			w.flow(item)
		}
		w.write("]")
	case source.Null:
		w.write("null")
	default:
		w.write(w.scalar(n))
	}
}

// block writes a text of several lines as a block, if it can be one.
func (w *writer) block(n *source.Node, depth int) bool {
	lines := strings.Split(n.Text, "\n")
	odd := func(line string) bool { return line == "" || !bare.MatchString(line) }
	if len(lines) < 2 || !w.chance(2) || slices.ContainsFunc(lines[:len(lines)-1], odd) {
		return false
	}
	head := "|-\n"
	if last := len(lines) - 1; lines[last] == "" {
		head, lines = "|\n", lines[:last]
	}
	w.write(head)
	for _, line := range lines {
		w.write(strings.Repeat("  ", depth+1) + line + "\n")
	}
	return true
}

// scalar writes a text with quotes where it is wanted or needed. Go's escapes
// are YAML's too.
func (w *writer) scalar(n *source.Node) string {
	switch {
	case !n.Quoted && !nothing.MatchString(n.Text):
		return n.Text
	case (w.r == nil || w.chance(2)) && bare.MatchString(n.Text) && !nothing.MatchString(n.Text) && !strings.ContainsAny(n.Text[:1], "0123456789."):
		return n.Text
	case w.chance(3) && !strings.ContainsFunc(n.Text, func(r rune) bool { return r < ' ' || r > '~' }):
		return "'" + strings.ReplaceAll(n.Text, "'", "''") + "'"
	}
	return strconv.QuoteToASCII(n.Text)
}

// JSON writes the document as JSON, the keys shuffled if there is a source of
// randomness.
func (d *Document) JSON(r *rand.Rand) []byte {
	w := writer{r: r}
	w.json(d.Root)
	return w.out.Bytes()
}

func (w *writer) json(n *source.Node) {
	switch n.Kind {
	case source.Map:
		for i, f := range w.shuffled(n.Fields) {
			w.write([]string{"{", ", "}[min(i, 1)] + quoteJSON(f.Key.Text) + ": ")
			w.json(f.Value)
		}
		if len(n.Fields) == 0 {
			w.write("{")
		}
		w.write("}")
	case source.List:
		w.write("[")
		for i, item := range n.Items {
			if i > 0 {
				w.write(",\n")
			}
			w.json(item)
		}
		w.write("]")
	case source.Null:
		w.write("null")
	default:
		if !n.Quoted && n.Text != "null" && json.Valid([]byte(n.Text)) {
			w.write(n.Text)
			return
		}
		w.write(quoteJSON(n.Text))
	}
}

func quoteJSON(s string) string {
	quoted, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always has a JSON form
	}
	return string(quoted)
}
