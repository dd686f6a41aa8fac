// Package jsontree holds JSON as trees whose maps are lists of fields in order, which
// take less time to make and to walk than Go's maps. It makes them of Go values
// without the text in between.
package jsontree

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// Kind is the shape of a value.
type Kind uint8

// The kinds of values.
const (
	Null Kind = iota
	Bool
	Number
	String
	List
	Map
)

// Value is a value of JSON. It is copied by its head: two copies share fields and
// items.
type Value struct {
	Kind   Kind
	Text   string  // Bool: "true" or "false"; Number: as in JSON; String: what it stands for
	Fields []Field // Map: in the order of the bytes of their names, each name once
	Items  []Value // List
}

// Field is one entry of a map.
type Field struct {
	Name  string
	Value Value
}

// Find returns the value of a field of a map, nil where there is none. It may be
// changed there.
func (v *Value) Find(name string) *Value {
	if i, ok := v.index(name); ok {
		return &v.Fields[i].Value
	}
	return nil
}

// Get returns the text of a field of a map, "" where there is none or it has none.
func (v *Value) Get(name string) string {
	if f := v.Find(name); f != nil && f.Kind == String {
		return f.Text
	}
	return ""
}

// Remove takes a field out of a map, if it is there.
func (v *Value) Remove(name string) {
	if i, ok := v.index(name); ok {
		v.Fields = slices.Delete(v.Fields, i, i+1)
	}
}

func (v *Value) index(name string) (int, bool) {
	return slices.BinarySearchFunc(v.Fields, name, func(f Field, name string) int { return strings.Compare(f.Name, name) })
}

// DropNulls removes the fields that are null, at any depth.
func (v *Value) DropNulls() {
	for i := range v.Items {
		v.Items[i].DropNulls()
	}
	nulls := false
	for i := range v.Fields {
		nulls = nulls || v.Fields[i].Value.Kind == Null
		v.Fields[i].Value.DropNulls()
	}
	if nulls {
		v.Fields = slices.DeleteFunc(v.Fields, func(f Field) bool { return f.Value.Kind == Null })
	}
}

// Equal reports whether two values are the same, numbers by their text.
func (v *Value) Equal(w *Value) bool {
	if v.Kind != w.Kind || v.Text != w.Text || len(v.Fields) != len(w.Fields) || len(v.Items) != len(w.Items) {
		return false
	}
	for i := range v.Fields {
		if v.Fields[i].Name != w.Fields[i].Name || !v.Fields[i].Value.Equal(&w.Fields[i].Value) {
			return false
		}
	}
	for i := range v.Items {
		if !v.Items[i].Equal(&w.Items[i]) {
			return false
		}
	}
	return true
}

// Tree returns the value as maps, lists, strings, booleans, nulls and json.Number. It
// shares nothing with the value.
func (v *Value) Tree() any {
	switch v.Kind {
	case Bool:
		return v.Text == "true"
	case Number:
		return json.Number(v.Text)
	case String:
		return v.Text
	case List:
		list := make([]any, len(v.Items))
		for i := range v.Items {
			list[i] = v.Items[i].Tree()
		}
		return list
	case Map:
		return v.Map()
	}
	return nil
}

// Map is Tree of what is a map.
func (v *Value) Map() map[string]any {
	m := make(map[string]any, len(v.Fields))
	for i := range v.Fields {
		m[v.Fields[i].Name] = v.Fields[i].Value.Tree()
	}
	return m
}

// OfTree is what Tree was made of. It panics where a tree has something that no JSON
// has.
func OfTree(t any) Value {
	switch t := t.(type) {
	case nil:
		return Value{}
	case bool:
		return boolean(t)
	case json.Number:
		return Value{Kind: Number, Text: string(t)}
	case string:
		return Value{Kind: String, Text: t}
	case []any:
		v := Value{Kind: List, Items: make([]Value, len(t))}
		for i, item := range t {
			v.Items[i] = OfTree(item)
		}
		return v
	case map[string]any:
		v := Value{Kind: Map, Fields: make([]Field, 0, len(t))}
		for _, name := range slices.Sorted(maps.Keys(t)) {
			v.Fields = append(v.Fields, Field{name, OfTree(t[name])})
		}
		return v
	}
	panic(fmt.Sprintf("jsontree: no JSON has a %T", t))
}

func boolean(b bool) Value {
	if b {
		return Value{Kind: Bool, Text: "true"}
	}
	return Value{Kind: Bool, Text: "false"}
}

// Parse reads one value of JSON into maps, lists, strings, booleans, nulls and
// json.Number, for a float64 would lose digits of large integers.
func Parse[T any](text []byte) (T, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var t T
	err := dec.Decode(&t)
	return t, err
}

// AppendJSON appends the value as one line of JSON. Only what JSON does not allow in a
// string is escaped, and U+2028 and U+2029, which JavaScript does not.
func (v *Value) AppendJSON(b []byte) []byte {
	switch v.Kind {
	case Null:
		return append(b, "null"...)
	case Bool, Number:
		return append(b, v.Text...)
	case String:
		return AppendString(b, v.Text)
	case List:
		b = append(b, '[')
		for i := range v.Items {
			if i > 0 {
				b = append(b, ',')
			}
			b = v.Items[i].AppendJSON(b)
		}
		return append(b, ']')
	}
	b = append(b, '{')
	for i := range v.Fields {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(AppendString(b, v.Fields[i].Name), ':')
		b = v.Fields[i].Value.AppendJSON(b)
	}
	return append(b, '}')
}

// AppendString appends a string as AppendJSON writes it.
func AppendString(b []byte, s string) []byte {
	if isPlain(s) {
		b = append(b, '"')
		b = append(b, s...)
		return append(b, '"')
	}
	var escaped bytes.Buffer
	enc := json.NewEncoder(&escaped)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		panic("jsontree: a string cannot be written as JSON: " + err.Error())
	}
	return append(b, bytes.TrimSuffix(escaped.Bytes(), []byte("\n"))...)
}

// isPlain reports whether a text stands in a JSON string as it is.
func isPlain[T string | []byte](text T) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c >= utf8.RuneSelf || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// IsPlainInteger reports whether a text is a whole number of at most 18 digits that JSON
// and YAML write in the same way.
func IsPlainInteger(text string) bool {
	digits := strings.TrimPrefix(text, "-")
	return len(digits) > 0 && len(digits) <= 18 && (digits[0] != '0' || text == "0") &&
		!strings.ContainsFunc(digits, func(r rune) bool { return r < '0' || r > '9' })
}
