package validate

import (
	"fmt"

	"k8s.io/kube-openapi/pkg/util/proto"
	"k8s.io/kube-openapi/pkg/util/proto/validation"
)

// translate turns an error of kubectl's validation, about an object whose keys are
// masked and whose schema is kind, into a finding.
func translate(err error, kind proto.Schema) Finding {
	var place string
	if at, ok := err.(validation.ValidationError); ok {
		place, err = at.Path, at.Err
	}
	if null, ok := err.(validation.InvalidObjectTypeError); ok {
		// Of an item of a list the other path leads to the list.
		place = null.Path
	}
	at, schema := readPath(place, kind)
	return explainError(err, at, schema)
}

// explainError returns the finding for one error of kubectl's validation.
func explainError(err error, at path, s proto.Schema) Finding {
	switch err := err.(type) {
	case validation.UnknownFieldError:
		return unknownField(at, unmasked.Replace(err.Field), s)
	case validation.MissingRequiredFieldError:
		return missing(at, err.Field)
	case validation.InvalidTypeError:
		return newFinding(at, Type, fmt.Sprintf("%s is wanted, this is %s", wanted(s), article[err.Actual]))
	case validation.InvalidObjectTypeError:
		return newFinding(at, Type, wrongType(wanted(s), nil))
	}
	// kubectl's validation has no other errors for an object whose kind is known.
	return newFinding(at, Type, "Kubernetes' schema does not allow this: "+err.Error())
}

// field is the step to a field of an object.
func field(name string) step { return step{key: name, index: -1} }

// unknownField returns the finding for a field that the object at a path, with
// the schema s, does not have.
func unknownField(at path, name string, s proto.Schema) Finding {
	f := newFinding(at.then(field(name)), UnknownField, fmt.Sprintf("unknown field %q", name))
	f.Name = name
	if kind, ok := resolve(s).(*proto.Kind); ok {
		f.Known = kind.Keys()
	}
	return f
}

// missing returns the finding for a field that the object at a path must have.
func missing(at path, name string) Finding {
	f := newFinding(at, Missing, fmt.Sprintf("required field %q is missing", name))
	f.Name = name
	return f
}

// article names what kubectl's validation calls a value.
var article = map[string]string{
	"array":       "a list",
	"map":         "a map",
	proto.Boolean: "a boolean",
	proto.Integer: "a number",
	proto.Number:  "a number",
	proto.String:  "a string",
}

// wanted names the sort of value that a schema allows.
func wanted(s proto.Schema) string {
	switch s := resolve(s).(type) {
	case *proto.Kind, *proto.Map:
		return "a map"
	case *proto.Array:
		return "a list"
	case *proto.Primitive:
		if s.Format == "int-or-string" {
			return "a number or a string"
		}
		return article[s.Type]
	}
	return "a value"
}

// wrongType says that another sort of value is wanted than the JSON value is of.
func wrongType(wanted string, value any) string {
	is := "a number"
	switch value.(type) {
	case nil:
		is = "null"
	case bool:
		is = "a boolean"
	case string:
		is = "a string"
	case []any:
		is = "a list"
	case map[string]any:
		is = "a map"
	}
	return wanted + " is wanted, this is " + is
}
