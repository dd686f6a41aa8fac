package spec

import (
	"strconv"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/source"
)

// Path leads from the root of a document to a value: the names of fields, and
// the decimal numbers of list items.
type Path []string

// ParsePath reads a path as jobgen prints it: names joined by dots, list items
// and names with dots in brackets, such as spec.env["a.b"] or spec.args[0].
// It reports whether text is such a path.
func ParsePath(text string) (Path, bool) {
	var p Path
	for rest := text; rest != ""; {
		if rest[0] == '[' {
			step, tail, ok := bracket(rest[1:])
			if !ok {
				return nil, false
			}
			p, rest = append(p, step), strings.TrimPrefix(tail, ".")
			continue
		}
		end := strings.IndexAny(rest, ".[")
		if end < 0 {
			end = len(rest)
		}
		if end == 0 {
			return nil, false
		}
		p, rest = append(p, rest[:end]), strings.TrimPrefix(rest[end:], ".")
	}
	return p, len(p) > 0
}

// bracket reads the inside of a bracket and its end.
func bracket(s string) (step, rest string, ok bool) {
	if strings.HasPrefix(s, `"`) {
		quoted, err := strconv.QuotedPrefix(s)
		if err != nil {
			return "", "", false
		}
		step, err = strconv.Unquote(quoted)
		rest, found := strings.CutPrefix(s[len(quoted):], "]")
		return step, rest, err == nil && found
	}
	step, rest, ok = strings.Cut(s, "]")
	return step, rest, ok && step != ""
}

// String returns the path in the form that ParsePath reads.
func (p Path) String() string {
	var b strings.Builder
	for i, step := range p {
		switch _, err := strconv.ParseUint(step, 10, 31); {
		case err == nil:
			b.WriteString("[" + step + "]")
		case strings.ContainsAny(step, `.["/ `) || step == "":
			b.WriteString("[" + strconv.Quote(step) + "]")
		default:
			if i > 0 {
				b.WriteByte('.')
			}
			b.WriteString(step)
		}
	}
	return b.String()
}

// With returns p followed by steps, as a path of its own.
func (p Path) With(steps ...string) Path {
	return append(p[:len(p):len(p)], steps...)
}

// layer splits the path of a written document or project file into the layer it
// leads into, such as overlays.prod, and the path within that.
func (p Path) layer() (layer, inner Path) {
	switch {
	case len(p) > 0 && p[0] == "defaults":
		return p[:1], p[1:]
	case len(p) > 1 && p[0] == "overlays":
		return p[:2], p[2:]
	}
	return nil, p
}

// inLayer reports whether a field of metadata or spec stands at p, be it of the
// document itself.
func (p Path) inLayer() bool {
	_, inner := p.layer()
	return len(inner) > 1 && (inner[0] == "spec" || inner[0] == "metadata")
}

// Follow follows p from root as far as the document goes. It returns the field
// that it reached (whose Key is nil for list items and the root), and how many
// steps of p led there.
func Follow(root *source.Node, p Path) (source.Field, int) {
	at := source.Field{Value: root}
	for i, step := range p {
		next := child(at.Value, step)
		if next.Value == nil {
			return at, i
		}
		at = next
	}
	return at, len(p)
}

func child(n *source.Node, step string) source.Field {
	switch n.Kind {
	case source.Map:
		if f := n.Field(step); f != nil {
			return *f
		}
	case source.List:
		if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(n.Items) {
			return source.Field{Value: n.Items[i]}
		}
	}
	return source.Field{}
}

// Point returns the node that shows a person where p is: of a field with a single
// value the value, of any other the key. Where the document ends before p does, it
// is that of the last field on the way.
func Point(root *source.Node, p Path) *source.Node {
	field, _ := Follow(root, p)
	return point(field)
}
