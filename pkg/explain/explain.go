// Package explain tells people about the language: what a field is for and what
// becomes of it, and which line of a spec made a line of a manifest.
package explain

import (
	"cmp"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/reference"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/pkg/validate"
	"github.com/jobgen-dev/jobgen/schema"
)

// Fields writes every group of fields, with a line for each.
func Fields(out io.Writer) error {
	w := writer{}
	for i, g := range reference.Groups() {
		if i > 0 {
			w.line("")
		}
		w.line("%s", g.Title)
		rows := make([][2]string, len(g.Fields))
		for i, f := range g.Fields {
			path := f.Name
			if g.Prefix == "metadata" || g.Prefix == "spec" {
				path = g.Prefix + "." + f.Name
			}
			rows[i] = [2]string{path, sentence(f.Doc)}
		}
		w.rows(rows)
	}
	w.line("")
	w.line("`jobgen explain FIELD` says more of one.")
	_, err := io.WriteString(out, w.text.String())
	return err
}

// Field writes what there is to say of a field: what it does, what may stand in it,
// the fields of Kubernetes that it becomes, and an example. The path may leave
// out the names of volumes, variables and the like, the numbers of list items, and
// "spec." at its beginning. The error says which field was probably meant.
func Field(out io.Writer, path string) error {
	found, advice, err := lookup(path)
	if err != nil {
		return err
	}
	w := writer{}
	switch {
	case advice != "":
		w.line("%s", advice)
	case len(found) == 1:
		if err := w.field(found[0]); err != nil {
			return err
		}
	default:
		w.line("%q is a field of several:", path)
		w.line("")
		w.rows(summaries(found, true))
	}
	_, err = io.WriteString(out, w.text.String())
	return err
}

// writer holds the text so far.
type writer struct{ text strings.Builder }

func (w *writer) line(format string, args ...any) {
	fmt.Fprintf(&w.text, format+"\n", args...)
}

// rows writes names and what is said of them in two columns.
func (w *writer) rows(rows [][2]string) {
	width := 0
	for _, r := range rows {
		width = max(width, len(r[0]))
	}
	for _, r := range rows {
		w.line("%s", strings.TrimRight(fmt.Sprintf("  %-*s  %s", width, r[0], r[1]), " "))
	}
}

func (w *writer) field(a at) error {
	w.line("%s", orDocument(a.path))
	if doc := a.doc(); doc != "" {
		w.paragraph(doc)
	}
	facts := [][2]string{{"value", a.value()}}
	if a.field != nil && a.field.Required {
		facts = append(facts, [2]string{"required", "yes"})
	}
	if a.typ.Default != "" {
		facts = append(facts, [2]string{"default", a.typ.Default})
	}
	becomes, since, err := a.kubernetes()
	if err != nil {
		return err
	}
	for i, target := range becomes {
		facts = append(facts, [2]string{[]string{"becomes", ""}[min(i, 1)], target})
	}
	if since != "" {
		facts = append(facts, [2]string{"since", since})
	}
	w.line("")
	w.rows(facts)
	if fields := a.fields(); len(fields) > 0 {
		w.line("")
		w.line("Fields:")
		w.rows(summaries(fields, false))
	}
	if text := example(a.path); text != "" {
		w.line("")
		w.line("Example:")
		for line := range strings.Lines(text) {
			w.text.WriteString("  " + line)
		}
	}
	return nil
}

// columns is how wide a paragraph may be.
const columns = 96

func (w *writer) paragraph(text string) {
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && len(line)+1+len(word) > columns {
			w.line("  %s", line)
			line = ""
		}
		line = strings.TrimPrefix(line+" "+word, " ")
	}
	w.line("  %s", line)
}

// summaries makes a row of each place: its name or whole path, and what it is for.
func summaries(places []at, whole bool) [][2]string {
	var rows [][2]string
	for _, a := range places {
		name := a.field.Name
		if whole {
			name = a.path.String()
		}
		rows = append(rows, [2]string{name, sentence(a.doc())})
	}
	return rows
}

// sentence is the first one of a text, no longer than a line.
func sentence(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	first, _, _ := strings.Cut(text+" ", ". ")
	first = strings.TrimSuffix(strings.TrimSpace(first), ".") + "."
	if r := []rune(first); len(r) > columns {
		return strings.TrimSpace(string(r[:columns-1])) + "…"
	}
	return strings.TrimPrefix(first, ".")
}

// doc says what the field is for, of a field in Kubernetes' own shape in the words of
// Kubernetes' API.
func (a at) doc() string {
	if a.field == nil {
		return cmp.Or(a.typ.Doc, schema.Model().Doc)
	}
	if a.field.Doc != "" {
		return a.field.Doc
	}
	for t := a.in; t != nil; {
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
			continue
		}
		if d, ok := reflect.Zero(t).Interface().(interface{ SwaggerDoc() map[string]string }); ok {
			return d.SwaggerDoc()[a.field.Name]
		}
		break
	}
	return ""
}

// value says what may stand in the field.
func (a at) value() string {
	if a.typ.Kind == schema.Any && a.goes != nil {
		return goWords(a.goes)
	}
	if a.typ.Kind == schema.Struct {
		return "a map of the fields below"
	}
	return strings.ReplaceAll(reference.Words(a.typ), "`", "")
}

// goWords says what a value in Kubernetes' own shape is.
func goWords(t reflect.Type) string {
	shape := schema.ShapeOf(t)
	switch {
	case shape.Kind == schema.List && schema.ElementType(t) != nil:
		return "a list; each item " + goWords(schema.ElementType(t))
	case shape.Kind == schema.Map && schema.ElementType(t) != nil:
		return "a map; each value " + goWords(schema.ElementType(t))
	case shape.Kind == schema.Struct:
		return "a map of the fields below"
	}
	return strings.ReplaceAll(reference.Words(shape), "`", "")
}

// kubernetes returns the fields that the field becomes, and since when Kubernetes
// has them, where that is later than the oldest minor that is known.
func (a at) kubernetes() (becomes []string, since string, err error) {
	targets := compile.Becomes(a.path)
	if targets == nil {
		targets = observed(a.path)
	}
	nearest := len(a.path)
	for _, target := range targets {
		path, minor, err := inAPI(target)
		if err != nil {
			return nil, "", err
		}
		cut := len(target.Path) - len(path)
		if cut > nearest {
			continue // of the struct around the field; another target has the field itself
		}
		if cut < nearest {
			becomes, nearest = nil, cut
		}
		becomes = append(becomes, strings.TrimSuffix(target.Kind+"."+items(path), "."))
		if minor != validate.Minors()[0] && !strings.Contains(a.doc(), "Kubernetes 1.") {
			since = "Kubernetes " + minor
		}
	}
	return slices.Compact(becomes), since, nil
}

// inAPI returns the part of a target's path that Kubernetes has, since a field of
// jobgen's own may be inside one of its fields, and the first minor that has it.
func inAPI(target compile.ObjectField) (path spec.Path, minor string, err error) {
	for path = target.Path; ; path = path[:len(path)-1] {
		minor, err = validate.FirstMinor(target.Kind, names(path))
		if err != nil || minor != "" || len(path) == 0 {
			return path, minor, err
		}
	}
}

// names are the fields of a path, without the numbers of list items.
func names(p spec.Path) []string {
	var fields []string
	for _, step := range p {
		if _, err := strconv.Atoi(step); err != nil {
			fields = append(fields, step)
		}
	}
	return fields
}

// items writes a path with [] for every item of a list.
func items(p spec.Path) string {
	var b strings.Builder
	for _, step := range p {
		if _, err := strconv.Atoi(step); err == nil {
			b.WriteString("[]")
			continue
		}
		b.WriteString("." + step)
	}
	return strings.TrimPrefix(b.String(), ".")
}
