package importer

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
)

// remarks are the comments of a file that belong to a line.
type remarks struct{ above, behind, below []string }

// remarksOf returns the comments of a YAML file by line, none for what is no YAML.
func remarksOf(file *source.File) map[int]*remarks {
	var b strings.Builder
	for line := 1; line <= file.Lines(); line++ {
		b.WriteString(file.Line(line) + "\n")
	}
	if !strings.Contains(b.String(), "#") {
		return nil
	}
	found := map[int]*remarks{}
	dec := yaml.NewDecoder(strings.NewReader(b.String()))
	for {
		var doc yaml.Node
		if !decode(dec, &doc) {
			return found
		}
		gather(&doc, found)
	}
}

// decode reads the next document. The parser is old and large; a fault of its own only
// costs the comments.
func decode(dec *yaml.Decoder, doc *yaml.Node) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	return dec.Decode(doc) == nil
}

func gather(n *yaml.Node, found map[int]*remarks) {
	if n.HeadComment+n.LineComment+n.FootComment != "" {
		r := found[n.Line]
		if r == nil {
			r = &remarks{}
			found[n.Line] = r
		}
		r.above = appendText(r.above, n.HeadComment)
		r.behind = appendText(r.behind, n.LineComment)
		r.below = appendText(r.below, n.FootComment)
	}
	for _, inner := range n.Content {
		gather(inner, found)
	}
}

func appendText(to []string, comment string) []string {
	if comment == "" || slices.Contains(to, comment) {
		return to
	}
	return append(to, comment)
}

// comments puts the comments of each object above and behind the fields that are made
// of what they stand at, or the nearest around those.
func (im *importing) comments(w *writer) {
	for _, o := range append([]*object{im.job}, im.beside...) {
		if o.remarks == nil {
			continue
		}
		lines := map[int]spec.Path{}
		places(o.Node(), nil, func(line int, at spec.Path) { lines[line] = at })
		for _, line := range sortedLines(o.remarks) {
			at, ok := lines[line]
			if !ok {
				continue
			}
			im.comment(w, o, at, o.remarks[line])
		}
	}
}

func sortedLines(r map[int]*remarks) []int {
	var lines []int
	for line := range r {
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return lines
}

// places calls visit for each value with the line that its key stands in, or, in a list,
// its first character; the innermost of a line last.
func places(n *source.Node, at spec.Path, visit func(line int, at spec.Path)) {
	for _, f := range n.Fields {
		visit(f.Key.Pos.Line, at.With(f.Key.Text))
		places(f.Value, at.With(f.Key.Text), visit)
	}
	for i, item := range n.Items {
		visit(item.Pos.Line, at.With(strconv.Itoa(i)))
		places(item, at.With(strconv.Itoa(i)), visit)
	}
}

// comment attaches comments to the field that comes from a path of an object. Those of
// what is not in the spec go along with what is around it.
func (im *importing) comment(w *writer, o *object, at spec.Path, r *remarks) {
	field := im.fieldOf(o, at)
	for len(field) > 0 && w.nodes[field.String()] == nil {
		field = field[:len(field)-1]
	}
	key, value := w.keys[field.String()], w.nodes[field.String()]
	behind := strings.Join(r.behind, " ")
	if len(field) < 2 {
		w.foot = joined(append([]string{w.foot}, r.below...))
	} else {
		r = &remarks{above: append(slices.Clip(r.above), r.below...), behind: r.behind}
	}
	if key == nil { // the item of a list, or the document
		value.HeadComment = joined(append([]string{value.HeadComment}, append(r.above, r.behind...)...))
		return
	}
	key.HeadComment = joined(append([]string{key.HeadComment}, r.above...))
	switch {
	case behind == "":
	case value.Kind == yaml.ScalarNode && value.LineComment == "" && !strings.Contains(value.Value, "\n"):
		value.LineComment = behind
	default:
		key.HeadComment = joined([]string{key.HeadComment, behind})
	}
}

func joined(comments []string) string {
	comments = slices.DeleteFunc(comments, func(c string) bool { return c == "" })
	return strings.Join(comments, "\n")
}

// unmoved returns the path of the tree that is written at a path of the manifest, or
// around it.
func (o *object) unmoved(at spec.Path) spec.Path {
	best := origin{}
	for _, m := range o.moves {
		if len(m.at) >= len(best.at) && len(m.at) <= len(at) && slices.Equal(m.at, at[:len(m.at)]) {
			best = m
		}
	}
	return best.field.With(at[len(best.at):]...)
}

// fieldOf returns the field of the spec that comes from a path of an object, or from
// the nearest around it.
func (im *importing) fieldOf(o *object, at spec.Path) spec.Path {
	if o.moves != nil {
		at = o.unmoved(at)
	}
	best := origin{}
	for _, from := range im.origins {
		if from.object == o && len(from.at) >= len(best.at) && len(from.at) <= len(at) && slices.Equal(from.at, at[:len(from.at)]) {
			best = from
		}
	}
	return best.field.With(at[len(best.at):]...)
}
