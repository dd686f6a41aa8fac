package spec

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/schema"
)

// This file holds the words that diagnostics are made of.

var decimal = lazyregexp.New(`^-?(0|[1-9][0-9]*)$`)

func kindOf(n *source.Node) string {
	switch n.Kind {
	case source.Map:
		return "a map"
	case source.List:
		return "a list"
	case source.Null:
		return "nothing"
	}
	return "a single value"
}

func kindName(k schema.Kind) string {
	switch k {
	case schema.Int:
		return "a whole number"
	case schema.Bool:
		return "true or false"
	case schema.IntOrString:
		return "a whole number or a text"
	}
	return "a text"
}

// shown is the value for a message, cut short and quoted; secrets are not shown.
func (v value) shown() string {
	if v.secret {
		return "the value"
	}
	const most = 70
	if r := []rune(v.node.Text); len(r) > most {
		return strconv.Quote(string(r[:most]) + "…")
	}
	return strconv.Quote(v.node.Text)
}

// what names a text by its own words when it is short, else by its field.
func (v value) what() string {
	if v.key != nil {
		return v.name()
	}
	return v.shown()
}

func (v value) forField() string {
	if v.key == nil {
		return ""
	}
	return " for " + strconv.Quote(v.key.Text)
}

// described says what a text of a named pattern looks like.
func described(t *schema.Type) string {
	if t.Doc == "" {
		return ""
	}
	return "write " + t.Doc
}

func plural(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}

func bounds(t *schema.Type) string {
	switch {
	case t.Min != nil && t.Max != nil && *t.Max < math.MaxInt64:
		return fmt.Sprintf("write a number from %d to %d", *t.Min, *t.Max)
	case t.Min != nil:
		return fmt.Sprintf("write a number of at least %d", *t.Min)
	case t.Max != nil:
		return fmt.Sprintf("write a number of at most %d", *t.Max)
	}
	return ""
}

// octalHint is for a file mode that was typed as octal without its leading zero.
func octalHint(v value) string {
	n, err := strconv.ParseInt(v.node.Text, 8, 32)
	if v.typ.Short != "mode" || err != nil || n < *v.typ.Min || n > *v.typ.Max {
		return ""
	}
	return fmt.Sprintf("write 0%s: a leading 0 means octal, other numbers are decimal", v.node.Text)
}

// flowList writes texts as a list on one line.
func flowList(texts []string) string {
	for i, s := range texts {
		if strings.ContainsAny(s, ":#{}[],&*!|>'\"%@`") {
			texts[i] = strconv.Quote(s)
		}
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

// inSecrets reports whether the value is one of the made Secrets or stands in
// one; where something is wrong there, nobody knows which text is the secret.
func (v value) inSecrets() bool {
	_, inner := v.path.layer()
	return v.secret || len(inner) > 1 && inner[0] == "spec" && inner[1] == "secrets"
}

func integerHint(text string) string {
	plain := strings.ReplaceAll(strings.TrimPrefix(text, "+"), "_", "")
	if n, err := strconv.ParseInt(plain, 0, 64); err == nil && decimal.MatchString(strings.TrimLeft(plain, "0")) {
		return "write " + strings.TrimLeft(plain, "0")
	} else if err == nil {
		return fmt.Sprintf("write %d", n)
	}
	if f, err := strconv.ParseFloat(plain, 64); err == nil && f == float64(int64(f)) {
		return fmt.Sprintf("write %d", int64(f))
	}
	if strings.Contains(text, "${") {
		return "write the number, by `overlays` where environments differ: only texts can contain a variable"
	}
	return "write digits alone"
}

// choice says which words there are.
func choice(words []string) string {
	if len(words) == 1 {
		return "write " + words[0]
	}
	return "it is one of " + oneOf(quoteAll(words))
}

func quoteAll(words []string) []string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = w
		if w == "" {
			quoted[i] = `""`
		}
	}
	return quoted
}

// sample is a line to add for a field that is missing.
func sample(f *schema.Field) string {
	switch t := f.Type; {
	case len(t.Enum) > 0:
		return f.Name + ": " + t.Enum[0]
	case t.Name == "Image":
		return f.Name + ": REPOSITORY:TAG"
	case t.Kind == schema.Int || t.Kind == schema.IntOrString:
		return f.Name + ": NUMBER"
	case t.Kind == schema.Struct || t.Kind == schema.Map:
		return f.Name + ": {…}"
	case t.Kind == schema.List:
		return f.Name + ": […]"
	}
	return f.Name + ": …"
}

// fieldsHint lists the fields of a struct that has only a few.
func fieldsHint(t *schema.Type) string {
	if n := len(t.Fields); n == 0 || n > 12 {
		return ""
	}
	return "its fields are " + oneOf(fieldNames(t))
}

func fieldNames(t *schema.Type) []string {
	names := make([]string, len(t.Fields))
	for i, f := range t.Fields {
		names[i] = f.Name
	}
	return names
}

// firstKey is where a map without a key of its own is pointed at.
func firstKey(n *source.Node) *source.Node {
	if n.Kind == source.Map && len(n.Fields) > 0 {
		return n.Fields[0].Key
	}
	return n
}

// mends are small changes that make a text what was meant.
var mends = []func(string) string{
	strings.TrimSpace,
	strings.ToLower,
	func(s string) string {
		if strings.Contains(s, "/") {
			return s
		}
		return strings.Trim(strings.NewReplacer("_", "-", " ", "-", ".", "-").Replace(strings.ToLower(strings.TrimSpace(s))), "-")
	},
	func(s string) string { return strings.ReplaceAll(s, " ", "-") },
	func(s string) string { return strings.TrimLeft(s, "/") },
}
