package importer

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/schema"
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
// of what they stand at, or the nearest around those; and says at each edit what it is
// for. It does so for the fields of the document itself, or for those of the overlay.
func (im *importing) comments(w *writer, inOverlay bool) {
	for _, o := range append([]*object{im.job}, im.beside...) {
		if o.remarks == nil {
			continue
		}
		// What stands above a line is about the first that begins in it, what stands
		// behind about the last.
		first, last := map[int]spec.Path{}, map[int]spec.Path{}
		places(o.Node(), nil, func(line int, at spec.Path) {
			if _, ok := first[line]; !ok {
				first[line] = at
			}
			last[line] = at
		})
		for _, line := range sortedLines(o.remarks) {
			if at, ok := first[line]; ok {
				r := o.remarks[line]
				w.comment(im.spot(w, im.fieldOf(o, at)), inOverlay, &remarks{above: r.above, below: r.below})
				w.comment(im.spot(w, im.fieldOf(o, last[line])), inOverlay, &remarks{behind: r.behind})
			}
		}
	}
	for _, e := range im.edits {
		w.comment(im.spot(w, e.at), inOverlay, &remarks{above: []string{e.comment()}})
	}
}

// spot is where in a document a field of a spec stands.
type spot struct {
	at        spec.Path
	inOverlay bool
	depth     int // of the field in the spec
}

// spot returns where a field of the spec stands in the document, or the nearest around
// it: in the overlay of the environment only where that says something of its own.
func (im *importing) spot(w *writer, field spec.Path) spot {
	field = im.byName(field)
	for ; ; field = field[:len(field)-1] {
		base := w.nodes[field.String()]
		over := spec.Path{"overlays", im.run.env}.With(field...)
		if n := w.nodes[over.String()]; im.run.env != "" && len(field) > 1 && n != nil && (base == nil || n.Kind != yaml.MappingNode) {
			return spot{over, true, len(field)}
		}
		if base != nil {
			return spot{field, false, len(field)}
		}
	}
}

// byName names the containers of lists in a path of the spec.
func (im *importing) byName(field spec.Path) spec.Path {
	var named spec.Path
	t := schema.Model()
	for i, name := range field {
		t = inside(t, name)
		if n, err := strconv.Atoi(name); err == nil {
			name = step(get(im.spec, field[:i+1]...), t, n)
		}
		named = append(named, name)
	}
	return named
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

// comment attaches comments to a place of the document, if it is in the overlay or not
// as is asked for. Those of what is not in the spec went along with what is around it.
func (w *writer) comment(at spot, inOverlay bool, r *remarks) {
	if at.inOverlay != inOverlay {
		return
	}
	key, value := w.keys[at.at.String()], w.nodes[at.at.String()]
	behind := strings.Join(r.behind, " ")
	if at.depth < 2 {
		w.foot = joined(w.foot, r.below...)
	} else {
		r = &remarks{above: append(slices.Clip(r.above), r.below...), behind: r.behind}
	}
	if key == nil { // the item of a list, or the document
		value.HeadComment = joined(value.HeadComment, append(slices.Clip(r.above), r.behind...)...)
		return
	}
	key.HeadComment = joined(key.HeadComment, r.above...)
	switch {
	case behind == "" || behind == value.LineComment:
	case value.Kind == yaml.ScalarNode && value.LineComment == "" && !strings.Contains(value.Value, "\n"):
		value.LineComment = behind
	default:
		key.HeadComment = joined(key.HeadComment, behind)
	}
}

// joined adds comments to those that are there. What several manifests say is said once.
func joined(there string, more ...string) string {
	for _, comment := range more {
		if comment == "" || strings.Contains("\n"+there+"\n", "\n"+comment+"\n") {
			continue
		}
		there = strings.TrimPrefix(there+"\n"+comment, "\n")
	}
	return there
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
