// Package jsonschema writes the language as JSON Schema, for editors. It is draft 07,
// which the YAML language server knows best.
//
// An editor must not mark what jobgen takes. So the schema says what a field is and
// may hold, and leaves to jobgen what only several fields, layers or files together
// show: whether a field is missing from a spec that a project has defaults for,
// which fields exclude each other, and what is checked by more than a pattern.
package jsonschema

//go:generate go test -run TestPublished -update

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/jobgen-dev/jobgen/schema"
)

// Kind is a sort of document that there is a schema of.
type Kind struct {
	Name string // what stands under `kind`
	File string // the published file, in the folder schema
	typ  func() *schema.Type
	goes reflect.Type
}

// kinds has one row for each sort of document, the default first.
var kinds = []Kind{
	{"Job", "jobgen.schema.json", schema.Written, reflect.TypeFor[schema.WrittenDocument]()},
	{"Project", "jobgen-project.schema.json", schema.ProjectModel, reflect.TypeFor[schema.Project]()},
}

// Kinds returns the sorts of documents, the default first.
func Kinds() []Kind { return slices.Clone(kinds) }

// URL is where the schema is published.
func (k Kind) URL() string {
	return "https://raw.githubusercontent.com/jobgen-dev/jobgen/main/schema/" + k.File
}

// object is a JSON object.
type object = map[string]any

// Schema returns the schema of the documents.
func (k Kind) Schema() []byte {
	w := writer{definitions: object{}, shorts: shortForms()}
	root := w.fields(k.typ(), k.goes)
	root["type"] = "object"
	root["required"] = []string{"apiVersion", "kind"}
	root["$schema"] = "http://json-schema.org/draft-07/schema#"
	root["$id"] = k.URL()
	root["title"] = "jobgen " + k.Name
	root["definitions"] = w.definitions
	describe(root, k.typ().Doc)
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(root); err != nil {
		panic(fmt.Sprintf("jsonschema: %v", err)) // there are only maps, lists and scalars
	}
	return out.Bytes()
}

// writer gathers the structs that the schema refers to.
type writer struct {
	definitions object
	shorts      map[string]short
}

// describe adds a comment of the CUE schema, which is Markdown.
func describe(to object, text string) object {
	if text != "" {
		to["description"] = text
		to["markdownDescription"] = text
	}
	return to
}

// value returns the schema of a value: of its long form, or any of its short ones.
func (w *writer) value(t *schema.Type, goes reflect.Type) object {
	if short := w.shorts[t.Short]; short != nil {
		return short(w, t, goes)
	}
	return w.long(t, goes)
}

// long returns the schema of a value in its long form. null is one everywhere,
// since it takes away what a lower layer says.
func (w *writer) long(t *schema.Type, goes reflect.Type) object {
	switch t.Kind {
	case schema.Bool:
		return object{"type": []string{"boolean", "null"}}
	case schema.Int:
		return bounds(object{"type": []string{"integer", "null"}}, t)
	case schema.IntOrString:
		return bounds(text(t), t)
	case schema.String:
		return text(t)
	case schema.Struct:
		return w.structure(t, goes)
	case schema.Map:
		return w.entries(t, goes)
	case schema.List:
		return w.list(t, goes)
	}
	return w.kubernetes(goes)
}

// bounds adds those of a number that are not those of Go's types.
func bounds(to object, t *schema.Type) object {
	if t.Min != nil && *t.Min != math.MinInt64 {
		to["minimum"] = *t.Min
	}
	if t.Max != nil && *t.Max != math.MaxInt64 {
		to["maximum"] = *t.Max
	}
	return to
}

// scalars are the types of a text: what it looks like without quotes does not
// matter, so YAML may take it for any of them.
var scalars = []string{"string", "number", "boolean", "null"}

func text(t *schema.Type) object {
	if len(t.Enum) > 0 {
		return words(t)
	}
	s := object{"type": scalars}
	if t.MaxRunes > 0 {
		s["maxLength"] = t.MaxRunes
	}
	if t.NotEmpty {
		s["minLength"] = 1
	}
	var all []object
	for _, p := range t.Patterns {
		one := object{"pattern": p.Text}
		if p.Not { // of texts alone: a pattern lets everything else pass
			one = object{"not": object{"type": "string", "pattern": p.Text}}
		}
		all = append(all, one)
	}
	switch {
	case len(all) == 1:
		maps.Copy(s, all[0])
	case len(all) > 1:
		s["allOf"] = all
	}
	return s
}

// words returns the schema of a closed set. Those that YAML takes for true and
// false without quotes are in it as such too.
func words(t *schema.Type) object {
	var all []any
	for _, word := range t.Enum {
		all = append(all, word)
		if lower := strings.ToLower(word); lower == "true" || lower == "false" {
			all = append(all, lower == "true")
		}
	}
	s := object{"anyOf": []object{{"enum": all}, {"type": "null"}}}
	if t.Default != "" {
		s["default"] = t.Default
	}
	return s
}

// list returns the schema of a list. Layers may make it shorter than it ends up,
// not longer.
func (w *writer) list(t *schema.Type, goes reflect.Type) object {
	s := object{"type": []string{"array", "null"}, "items": w.value(t.Elem, schema.ElementType(goes))}
	if t.MaxItems > 0 {
		s["maxItems"] = t.MaxItems
	}
	return s
}

// directive lets $patch, which says how a map is merged, stand in it. As a pattern
// it is not offered for completion.
var directive = object{`^\$patch$`: object{"enum": []string{"replace", "delete"}}}

// entries returns the schema of a map with the user's own keys.
func (w *writer) entries(t *schema.Type, goes reflect.Type) object {
	return object{
		"type":                 []string{"object", "null"},
		"additionalProperties": w.value(t.Elem, schema.ElementType(goes)),
		"patternProperties":    directive,
		"propertyNames":        object{"anyOf": []object{text(t.Key), {"const": "$patch"}}},
	}
}

// structure refers to the definition of a struct, or says it here where it has no name.
func (w *writer) structure(t *schema.Type, goes reflect.Type) object {
	if t.Name == "" {
		return w.mapping(t, goes)
	}
	return w.refer(t.Name, func() object { return describe(w.mapping(t, goes), t.Doc) })
}

// refer returns a reference to a definition, and makes it when it is not there yet.
func (w *writer) refer(name string, define func() object) object {
	if w.definitions[name] == nil {
		w.definitions[name] = object{} // one that leads to itself is not made twice
		w.definitions[name] = define()
	}
	return object{"$ref": "#/definitions/" + name}
}

func (w *writer) mapping(t *schema.Type, goes reflect.Type) object {
	s := w.fields(t, goes)
	s["type"] = []string{"object", "null"}
	return s
}

// fields returns the schema of the fields of a struct, and of lists that are
// appended to, KEY+.
func (w *writer) fields(t *schema.Type, goes reflect.Type) object {
	properties, patterns := object{}, maps.Clone(directive)
	for _, f := range t.Fields {
		value := w.value(f.Type, schema.FieldType(goes, f.Name))
		if value["$ref"] != nil { // beside which draft 07 reads nothing
			value = object{"allOf": []object{value}}
		}
		if f.Type.Kind == schema.List {
			patterns["^"+f.Name+`\+$`] = maps.Clone(value)
		}
		properties[f.Name] = describe(value, f.Doc)
	}
	return object{"properties": properties, "patternProperties": patterns, "additionalProperties": false}
}

// kubernetes returns the schema of a value in Kubernetes' own shape, which is read
// from the Go type; of one without, that of anything.
func (w *writer) kubernetes(goes reflect.Type) object {
	if goes == nil {
		return object{}
	}
	for goes.Kind() == reflect.Pointer {
		goes = goes.Elem()
	}
	shape := schema.ShapeOf(goes)
	switch shape.Kind {
	case schema.Any:
		return object{}
	case schema.Struct:
		name := strings.ReplaceAll(goes.PkgPath(), "/", ".") + "." + goes.Name()
		return w.refer(name, func() object { return w.mapping(shape, goes) })
	case schema.Map:
		return object{"type": []string{"object", "null"}, "additionalProperties": w.kubernetes(schema.ElementType(goes))}
	}
	return w.long(shape, goes)
}
