package schema

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"math"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cuelang.org/go/cue/format"
)

// TestJobIsUpToDate holds the definition #Job against the schema, or writes it.
//
// #Job is a spec as people write it: with short forms beside long ones, numbers where
// a text is meant, and overlays of which nothing is required. The CUE files of
// the schema describe the long form alone, which the checker and the Go types are made from.
func TestJobIsUpToDate(t *testing.T) {
	want, err := format.Source([]byte(jobText()))
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(jobFile, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(jobFile); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is not what the schema says now: `make generate` updates it (%v)", jobFile, err)
	}
}

// jobText returns the text of the file.
func jobText() string {
	w := jobWriter{done: map[string]bool{}, choices: map[string][]string{}}
	fields := w.fields(Written(), reflect.TypeFor[WrittenDocument](), false)
	choices := ""
	for _, name := range slices.Sorted(maps.Keys(w.choices)) {
		choices += fmt.Sprintf("%s: [%s]\n", name, quoted(w.choices[name], ", "))
	}
	return generated + fmt.Sprintf(`import "list"

// A Job or CronJob and the objects it needs, as a spec is written.
#Job: {
%s
	_defaults
	if apiVersion != _|_ { // in a spec: the definition itself has no values to check
		_refused: (_#refused & {"metadata": metadata, "spec": spec}).out
	}
} @go(-)

%s
// The fields of which exactly one is set, by the name of the definition.
_choices: {
%s}
`, fields, w.body.String(), choices)
}

func quoted(words []string, separator string) string {
	var all []string
	for _, word := range words {
		all = append(all, strconv.Quote(word))
	}
	return strings.Join(all, separator)
}

// jobWriter writes types as CUE, each struct that has a name once.
type jobWriter struct {
	done    map[string]bool
	choices map[string][]string
	body    strings.Builder
}

func comment(text string) string {
	if text == "" {
		return ""
	}
	return "// " + strings.ReplaceAll(text, "\n", "\n// ") + "\n"
}

// value returns what a value may be. In a layer nothing is required, and null
// takes away what a lower one says.
func (w *jobWriter) value(t *Type, goes reflect.Type, doc string, layer bool) string {
	if t.Kind == Any && goes != nil {
		name := t.Name
		t = ShapeOf(goes)
		if t.Kind == Struct {
			return w.nullable(t, layer, w.named(kubernetesName(goes), t, goes, layer))
		}
		if name == "" && t.Kind == Any {
			return "_"
		}
	}
	long := w.long(t, goes, doc, layer || t.Name == "Overlay" || t.Name == "ProjectOverlay")
	if short := w.short(t); short != "" {
		long = short + " | " + long
	}
	return w.nullable(t, layer, long)
}

func (w *jobWriter) nullable(t *Type, layer bool, value string) string {
	if layer || t.Nullable {
		return "null | " + value
	}
	return value
}

// kubernetesName returns the name of the definition of a Go type of Kubernetes.
func kubernetesName(t reflect.Type) string {
	t = indirect(t)
	parts := strings.Split(t.PkgPath(), "/")
	group := parts[max(0, len(parts)-2)]
	return strings.ToUpper(group[:1]) + group[1:] + t.Name()
}

// long returns what the long form of a value may be.
func (w *jobWriter) long(t *Type, goes reflect.Type, doc string, layer bool) string {
	switch t.Kind {
	case Bool:
		return "bool"
	case Int:
		return wholeNumber(t)
	case IntOrString:
		if t.Name != "" {
			return "#" + t.Name + fmt.Sprintf(" | bool | error(%q)", t.Doc) // a port named true is one
		}
		return "int | string | bool"
	case String:
		return text(t, doc)
	case Map:
		return w.entries(t, goes, layer)
	case List:
		return w.list(t, goes, layer)
	case Struct:
		if t.Name == "" {
			return "{\n" + w.fields(t, goes, layer) + "}"
		}
		return w.named(t.Name, t, goes, layer)
	}
	return "_"
}

// wholeNumber returns what a number may be.
func wholeNumber(t *Type) string {
	if t.Name != "" {
		return "#" + t.Name
	}
	s := "int"
	if t.Min != nil && *t.Min != math.MinInt64 {
		s += fmt.Sprintf(" & >=%d", *t.Min)
	}
	if t.Max != nil && *t.Max != math.MaxInt64 {
		s += fmt.Sprintf(" & <=%d", *t.Max)
	}
	return s
}

// text returns what a text may be. YAML takes a text without quotes for a number or
// boolean, as in `version: 1.10`.
func text(t *Type, doc string) string {
	var parts []string
	switch {
	case len(t.Enum) > 0:
		return words(t)
	case t.Format != "" && t.Format != "quantity" && t.Format != "repository": // which are patterns for CUE
		return "_formats." + t.Format
	case t.Name != "":
		parts = append(parts, "#"+t.Name)
	default:
		for _, p := range t.Patterns {
			op := "=~"
			if p.Not {
				op = "!~"
			}
			parts = append(parts, op+strconv.Quote(p.Text))
		}
		if t.NotEmpty {
			parts = append(parts, `!=""`)
		}
		if t.MaxRunes > 0 {
			parts = append(parts, fmt.Sprintf("=~%q", fmt.Sprintf("^(?s:.{0,%d})$", t.MaxRunes)))
		}
	}
	if parts == nil {
		parts = []string{"string"}
	}
	return "(" + strings.Join(parts, " & ") + ")" + bare(t) + fmt.Sprintf(" | error(%q)", cmp.Or(t.Doc, doc, "a text"))
}

// bare are the values without quotes that are texts of the type.
func bare(t *Type) string {
	if slices.Contains([]string{"DNSLabel", "DNSName", "JobName", "NamePrefix", "RBACName"}, t.Name) {
		return "" // a number or boolean where a name is wanted is a slip
	}
	s := ""
	switch {
	case t.Format != "" && t.Format != "quantity":
		return ""
	case t.Allows("-1") && t.Allows("1.5"):
		s = " | number"
	case t.Allows("1.5"):
		s = " | number & >=0"
	case t.Allows("1"):
		s = " | int & >=0"
	}
	if t.Allows("true") && t.Format == "" {
		s += " | bool"
	}
	return s
}

// words returns the words of a closed set. YAML reads some without quotes as booleans.
func words(t *Type) string {
	var all []string
	for _, word := range t.Enum {
		quoted := strconv.Quote(word)
		if word == t.Default {
			quoted = "*" + quoted
		}
		all = append(all, quoted)
		if lower := strings.ToLower(word); lower == "true" || lower == "false" {
			all = append(all, lower)
		}
	}
	return strings.Join(all, " | ") + fmt.Sprintf(" | error(%q)", "write "+strings.Join(t.Enum, " or "))
}

func (w *jobWriter) entries(t *Type, goes reflect.Type, layer bool) string {
	key := "string"
	if t.Key != nil && t.Key.Name != "" {
		key = "#" + t.Key.Name
	}
	directive := ""
	if layer {
		directive = "\n\"$patch\"?: \"replace\"\n"
	}
	return fmt.Sprintf("{[%s]: %s%s}", key, w.value(t.Elem, ElementType(goes), "", layer), directive)
}

func (w *jobWriter) list(t *Type, goes reflect.Type, layer bool) string {
	s := fmt.Sprintf("[...%s]", w.value(t.Elem, ElementType(goes), "", layer && t.Elem.Name == "Container"))
	if t.MinItems > 0 && !layer {
		s += fmt.Sprintf(" & list.MinItems(%d)", t.MinItems)
	}
	if t.MaxItems > 0 {
		s += fmt.Sprintf(" & list.MaxItems(%d)", t.MaxItems)
	}
	return s
}

// named refers to the definition of a struct, and makes it when it is not there yet.
func (w *jobWriter) named(name string, t *Type, goes reflect.Type, layer bool) string {
	if layer {
		name += "Layer"
	}
	name = "_#" + name
	if !w.done[name] {
		w.done[name] = true
		if len(t.OneOf) > 0 && !layer {
			w.choices[t.Name] = t.OneOf
		}
		text := fmt.Sprintf("%s%s: {\n%s}\n\n", comment(t.Doc), name, w.fields(t, goes, layer))
		w.body.WriteString(text)
	}
	return name
}

// fields returns the fields of a struct. A layer may append to lists, KEY+, and replace
// maps as a whole, $patch.
func (w *jobWriter) fields(t *Type, goes reflect.Type, layer bool) string {
	var b strings.Builder
	for _, f := range w.fieldsOf(t) {
		mark := "?"
		switch {
		case f.Required && (!layer || t.Name == "Container" && f.Name == "name"):
			mark = "!"
		case f.Type.Default != "" && !layer:
			mark = ""
		}
		if !layer {
			b.WriteString(comment(f.Doc))
		}
		value := w.value(f.Type, FieldType(goes, f.Name), f.Doc, layer)
		fmt.Fprintf(&b, "%s%s: %s\n", f.Name, mark, value)
		if f.Type.Kind == List { // a document is a layer over the defaults of its project
			fmt.Fprintf(&b, "%q?: %s\n", f.Name+"+", value)
		}
	}
	if layer {
		words := `"replace"`
		if t.Name == "Container" {
			words += ` | "delete"`
		}
		fmt.Fprintf(&b, "\"$patch\"?: %s\n", words)
	}
	return b.String()
}

// fieldsOf returns the fields of a struct, those of its short form among them.
func (w *jobWriter) fieldsOf(t *Type) []*Field {
	if t.Short != "volume" {
		return t.Fields
	}
	all := slices.Clone(t.Fields)
	for _, f := range t.Field("mounts").Type.Elem.Fields { // of the one mount
		if t.Field(f.Name) == nil {
			beside := *f
			beside.Required = false
			all = append(all, &beside)
		}
	}
	return all
}

// short returns what may stand in place of the long form; "" for nothing.
func (w *jobWriter) short(t *Type) string {
	switch t.Short {
	case "name", "secretName", "claimName":
		return "#" + t.Field(t.Short).Type.Name
	case "serviceAccount":
		return "#" + t.Field("name").Type.Name
	case "value", "envValue":
		return "_#text"
	case "image", "createNamespace", "dns", "mode", "podFailurePolicy":
		return "_shorts." + t.Short
	case "", "env", "envFrom", "imagePullSecrets", "secretValue", "volume", "volumes":
		return "" // Kubernetes' form of these gets a special answer, and volume has more fields
	}
	panic("no CUE for @short(" + t.Short + ")")
}
