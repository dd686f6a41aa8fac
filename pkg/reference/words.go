package reference

import (
	"fmt"
	"math"
	"strings"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
	"github.com/jobgen-dev/jobgen/schema"
)

// formats has the words for the checks of @format that a field adds to a text;
// the others belong to a definition, whose comment has the words.
var formats = map[string]string{
	"cron":       "a cron schedule",
	"indexes":    "indexes and ranges of them",
	"repository": "an image's repository",
	"timezone":   "a time zone",
}

// titles are the headings of definitions that have a section of their own.
var titles = map[string]string{
	"Metadata": "name-and-labels", "Spec": "when-it-runs-fields-of-a-cronjob",
	"Container": "containers-in-lists", "Volume": "volumes",
}

// link is a link of the page.
var link = lazyregexp.New(`\[([^]]+)\]\(#[^)]+\)`)

// Words says in plain words what is wanted of a value, as the page does, without
// its links.
func Words(t *schema.Type) string {
	return link.ReplaceAllString(newWriter().words(t), "$1")
}

// words says in plain words what is wanted of a value.
func (w *writer) words(t *schema.Type) string {
	text := w.plain(t)
	if t.Nullable {
		text += " or `null`"
	}
	return text
}

func (w *writer) plain(t *schema.Type) string {
	switch t.Kind {
	case schema.Bool:
		return "`true` or `false`"
	case schema.Int:
		return number(t)
	case schema.String, schema.IntOrString:
		return w.text(t)
	case schema.Struct:
		return w.structure(t)
	case schema.Map:
		return fmt.Sprintf("a map; each key %s, each value %s", w.words(t.Key), w.words(t.Elem))
	case schema.List:
		return "a list" + items(t) + "; each item " + w.words(t.Elem)
	}
	return "in Kubernetes' own shape"
}

// structure links to the definition of a struct, or announces its fields.
func (w *writer) structure(t *schema.Type) string {
	if t.Name == "" {
		return "a map of the fields below"
	}
	if anchor := titles[t.Name]; anchor != "" {
		return fmt.Sprintf("[%s](#%s)", t.Name, anchor)
	}
	if !w.written[t.Name] {
		w.written[t.Name] = true
		w.waiting = append(w.waiting, t.Name)
	}
	return fmt.Sprintf("[%s](#%s)", t.Name, strings.ToLower(t.Name))
}

func isScalar(t *schema.Type) bool {
	return t.Kind == schema.String || t.Kind == schema.Int || t.Kind == schema.IntOrString
}

// form links to the definition of a text whose comment explains it at length,
// and says it whole where the comment is short.
func form(t *schema.Type) string {
	title, _, long := strings.Cut(t.Doc, ": ")
	if !long {
		return t.Doc
	}
	return fmt.Sprintf("[%s](#%s)", title, t.Name)
}

func (w *writer) text(t *schema.Type) string {
	var said string
	switch {
	case len(t.Enum) == 1:
		return "the word " + codes(t.Enum, "or")
	case len(t.Enum) > 1:
		return codes(t.Enum, "or")
	case formats[t.Format] != "":
		said = formats[t.Format]
	case t.Name != "":
		said = form(t)
	case t.NotEmpty:
		said = "a text that is not empty"
	default:
		said = "a text"
	}
	if own := w.types[t.Name]; own != nil && own.MaxRunes == t.MaxRunes && strings.Contains(t.Doc, ": ") {
		return said // the link leads to it
	}
	return said + limit(t)
}

// limit says how long a text may be where its comment does not.
func limit(t *schema.Type) string {
	if t.MaxRunes == 0 || strings.Contains(t.Doc, fmt.Sprint(t.MaxRunes)) {
		return ""
	}
	return fmt.Sprintf(", at most %d characters", t.MaxRunes)
}

// number says what a whole number may be. The bounds of Go's own types are
// nothing that anybody runs into.
func number(t *schema.Type) string {
	if t.Short == "mode" {
		return fmt.Sprintf("[a file mode](#Mode), 0 to 0%o", *t.Max)
	}
	low, high := t.Min != nil && *t.Min != math.MinInt64, t.Max != nil && *t.Max != math.MaxInt64
	switch {
	case low && high:
		return fmt.Sprintf("a whole number, %d to %d", *t.Min, *t.Max)
	case low:
		return fmt.Sprintf("a whole number, %d or more", *t.Min)
	case high:
		return fmt.Sprintf("a whole number, at most %d", *t.Max)
	}
	return "a whole number"
}

// items says how many items a list may have.
func items(t *schema.Type) string {
	switch {
	case t.MinItems > 0 && t.MaxItems > 0:
		return fmt.Sprintf(" of %d to %d items", t.MinItems, t.MaxItems)
	case t.MinItems == 1:
		return " of at least one item"
	case t.MinItems > 0:
		return fmt.Sprintf(" of at least %d items", t.MinItems)
	case t.MaxItems > 0:
		return fmt.Sprintf(" of at most %d items", t.MaxItems)
	}
	return ""
}

// codes lists words for a sentence.
func codes(words []string, last string) string {
	var b strings.Builder
	for i, word := range words {
		switch {
		case i > 0 && i == len(words)-1:
			b.WriteString(" " + last + " ")
		case i > 0:
			b.WriteString(", ")
		}
		if word == "" {
			word = `""`
		}
		b.WriteString("`" + word + "`")
	}
	return b.String()
}
