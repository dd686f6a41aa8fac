package schema

import (
	"embed"
	"io/fs"
	"slices"
	"sync"
	"unicode/utf8"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
)

//go:embed *.cue
var files embed.FS

// Kind is what sort of value a type describes.
type Kind uint8

// The kinds of types.
const (
	Any         Kind = iota // shaped by a Go type of Kubernetes alone
	String                  // text
	Int                     // a whole number
	Bool                    // true or false
	IntOrString             // a whole number, or text
	Struct                  // named fields
	Map                     // user's own keys
	List
)

// Type is what the CUE schema says of one value, in a form that a checker can
// walk beside the user's own tree. Bounds that are nil do not apply.
type Type struct {
	Kind     Kind
	Name     string // the CUE definition that it comes from, without "#"; "" for none
	Doc      string // that definition's comment
	Enum     []string
	Default  string // the word that stands for an absent field
	Patterns []Pattern
	MaxRunes int // 0: no limit
	NotEmpty bool
	Nullable bool // null stands for "leave out what jobgen would add"
	Min, Max *int64
	Format   string // of @format: a check that no regular expression can do
	Short    string // of @short: the short forms that stand for it
	Fields   []*Field
	Key      *Type // of a Map
	Elem     *Type // of a Map or List
	MinItems int
	MaxItems int      // 0: no limit
	OneOf    []string // exactly one of these fields must be there

	index *index // of a Struct
}

// Field is one field of a struct.
type Field struct {
	Name     string
	Doc      string // its comment: what it does, its unit, its default
	Required bool
	Type     *Type
	Hint     Hint // of @hint
	Secret   bool // of @secret: its value is never shown
}

// Hint is what to say to a value that a field cannot have; without Say there is none.
type Hint struct{ Value, Say string }

// index finds fields by name. It is made when a field is first asked for.
type index struct {
	once   sync.Once
	byName map[string]*Field
}

// Field returns the field name of a struct, or nil.
func (t *Type) Field(name string) *Field {
	if t.index == nil {
		return nil
	}
	t.index.once.Do(func() {
		t.index.byName = make(map[string]*Field, len(t.Fields))
		for _, f := range t.Fields {
			t.index.byName[f.Name] = f
		}
	})
	return t.index.byName[name]
}

// Pattern is a regular expression that a text must match, or must not.
type Pattern struct {
	Not bool
	*lazyregexp.Regexp
}

// Allows reports whether the pattern lets s pass.
func (p Pattern) Allows(s string) bool {
	return p.MatchString(s) != p.Not
}

// Allows reports whether a text passes the words, lengths and patterns of t.
// Formats are for the caller to check.
func (t *Type) Allows(text string) bool {
	if len(t.Enum) > 0 && !slices.Contains(t.Enum, text) || t.NotEmpty && text == "" {
		return false
	}
	if t.MaxRunes > 0 && utf8.RuneCountInString(text) > t.MaxRunes {
		return false
	}
	return !slices.ContainsFunc(t.Patterns, func(p Pattern) bool { return !p.Allows(text) })
}

// Model returns the type of a whole document, #Document.
func Model() *Type { return model }

// Written returns the type of a document as it is written, with its overlays:
// #Written.
func Written() *Type { return written }

// ProjectModel returns the type of a project file, #Project.
func ProjectModel() *Type { return project }

// Files returns the CUE files of the schema.
func Files() fs.FS { return files }
