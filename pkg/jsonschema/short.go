package jsonschema

import (
	"maps"
	"reflect"

	"github.com/jobgen-dev/jobgen/schema"
)

// short returns the schema of a value that has short forms.
type short func(w *writer, t *schema.Type, goes reflect.Type) object

// shortForms returns the schemas of values that have short forms, by the name of @short. nil
// is for a name whose value is written in its long form alone: it is there because
// Kubernetes' form of it is answered in a special way.
func shortForms() map[string]short {
	return map[string]short{
		"claimName":        orField("claimName"),
		"createNamespace":  or(func(*schema.Type) object { return object{"const": true} }),
		"dns":              or(func(*schema.Type) object { return object{"type": "boolean"} }),
		"env":              nil,
		"envFrom":          nil,
		"envValue":         orField("value"),
		"image":            or(func(*schema.Type) object { return object{"type": "string", "minLength": 1} }),
		"imagePullSecrets": nil,
		"mode":             mode,
		"name":             orField("name"),
		"podFailurePolicy": failurePolicy,
		"secretName":       orField("secretName"),
		"secretValue":      nil,
		"serviceAccount":   orField("name"),
		"value":            orField("value"),
		"volume":           volume,
		"volumes":          nil,
	}
}

// or returns the schema of a value that is written in one short form too.
func or(form func(t *schema.Type) object) short {
	return func(w *writer, t *schema.Type, goes reflect.Type) object {
		return object{"anyOf": []object{form(t), w.long(t, goes)}}
	}
}

// orField is or for the value of a field that stands for the whole.
func orField(name string) short {
	return or(func(t *schema.Type) object { return text(t.Field(name).Type) })
}

// mode takes digits behind a 0 as octal ones, whether YAML makes a text or a number
// of them.
func mode(_ *writer, _ *schema.Type, _ reflect.Type) object {
	return object{"anyOf": []object{
		{"type": "integer", "minimum": 0, "maximum": 1777},
		{"type": "string", "pattern": "^0o?[0-7]{1,4}$"},
		{"type": "null"},
	}}
}

// failurePolicy is that of rules, or of the fields that stand for usual ones.
func failurePolicy(w *writer, t *schema.Type, goes reflect.Type) object {
	codes := object{"type": "array", "items": object{"type": "integer"}}
	return object{"anyOf": []object{w.long(t, goes), {
		"type": "object", "additionalProperties": false,
		"properties": object{"ignoreDisruptions": object{"type": "boolean"}, "ignoreExitCodes": codes, "failOnExitCodes": codes},
	}}}
}

// volume has the fields of one mount beside its own.
func volume(w *writer, t *schema.Type, goes reflect.Type) object {
	return w.refer(t.Name, func() object {
		s := describe(w.mapping(t, goes), t.Doc)
		mount := w.fields(t.Field("mounts").Type.Elem, nil)
		own := s["properties"].(object)
		all := maps.Clone(mount["properties"].(object))
		maps.Copy(all, own)
		s["properties"] = all
		maps.Copy(s["patternProperties"].(object), mount["patternProperties"].(object))
		return s
	})
}
