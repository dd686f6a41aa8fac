package validate

import (
	"fmt"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/apimachinery/pkg/util/json"
	"k8s.io/kube-openapi/pkg/util/proto"
	"k8s.io/kubectl/pkg/util/openapi"
	"k8s.io/kubectl/pkg/validation"
)

// Check returns all that the schema does not allow of an object, given as JSON,
// in the order of the paths; nil if there is nothing. An object of a kind that
// jobgen does not emit, a List among them, is a finding too.
//
// The rules are those of kubectl's client-side validation: unknown fields, required fields, and whether a value is a map, a list, a number, a boolean or a
// string, where a string may be any of the last three. Null counts as no value,
// and is refused as an item of a list or map. Two rules are added: an unknown field
// with the value null is still unknown, as the API server's strict field
// validation has it; and a quantity must be one that can be read in finite time, or else
// nobody should read the object. Formats, ranges and repeated keys are not looked at.
func (s *Schema) Check(object []byte) []Finding {
	var tree any
	if err := json.Unmarshal(object, &tree); err != nil {
		return []Finding{newFinding(nil, Type, "a map is wanted, this is no JSON that can be read")}
	}
	return s.explain(tree)
}

// explain finds all that is wrong with an object.
func (s *Schema) explain(tree any) []Finding {
	fields, ok := tree.(map[string]any)
	if !ok {
		return []Finding{newFinding(nil, Type, wrongType("a map", tree))}
	}
	name, findings := kindOf(fields)
	if findings != nil {
		return sortFindings(findings)
	}
	kind := s.models()[name]
	if kind == nil {
		return nil
	}
	text, err := json.Marshal(maskKeys(tree))
	if err != nil {
		panic("validate: a tree that was JSON cannot be written as JSON: " + err.Error())
	}
	for _, err := range errorsOf(validation.NewSchemaValidation(resources{s}).ValidateBytes(text)) {
		findings = append(findings, translate(err, kind))
	}
	findings = append(findings, s.endlessIn(tree, name)...)
	return sortFindings(unknownNulls(findings, tree, nil, kind))
}

// resources are what kubectl's validation looks up the schema of an object in.
type resources struct{ *Schema }

// OpenAPISchema returns the resources.
func (r resources) OpenAPISchema() (openapi.Resources, error) { return r, nil }

// LookupResource returns the schema of a kind that kindOf has found.
func (r resources) LookupResource(gvk schema.GroupVersionKind) proto.Schema {
	return r.models()[gvk.Kind]
}

// GetConsumes is not asked here: it is about requests.
func (r resources) GetConsumes(schema.GroupVersionKind, string) []string { return nil }

// errorsOf returns the errors that kubectl's validation puts together.
func errorsOf(err error) []error {
	if all, ok := err.(utilerrors.Aggregate); ok {
		return utilerrors.Flatten(all).Errors()
	}
	if err != nil {
		return []error{err}
	}
	return nil
}

// Emits reports whether an object is of a kind that jobgen emits.
func Emits(apiVersion, kind string) bool {
	want, known := groupVersions[kind]
	return known && want.String() == apiVersion
}

// kindOf returns which of the kinds that jobgen emits the object is of, or why it
// is of none.
func kindOf(fields map[string]any) (string, []Finding) {
	var findings []Finding
	text := map[string]string{}
	for _, name := range []string{"apiVersion", "kind"} {
		value, isString := fields[name].(string)
		switch {
		case isString:
			text[name] = value
		case fields[name] == nil:
			findings = append(findings, missing(nil, name))
		default:
			findings = append(findings, newFinding(path{field(name)}, Type, wrongType("a string", fields[name])))
		}
	}
	if findings != nil {
		return "", findings
	}
	want, known := groupVersions[text["kind"]]
	if !known {
		f := newFinding(path{field("kind")}, UnknownKind, fmt.Sprintf("unknown kind %q", text["kind"]))
		f.Name, f.Known = text["kind"], slices.Sorted(maps.Keys(groupVersions))
		return "", []Finding{f}
	}
	if got, err := schema.ParseGroupVersion(text["apiVersion"]); err != nil || got != want {
		f := newFinding(path{field("apiVersion")}, UnknownKind,
			fmt.Sprintf("kind %q has the apiVersion %q, not %q", text["kind"], want, text["apiVersion"]))
		f.Name, f.Known = text["apiVersion"], []string{want.String()}
		return "", []Finding{f}
	}
	return text["kind"], nil
}

// unknownNulls adds the unknown fields that are null: kubectl's validation passes
// over every field that is null, known or not.
func unknownNulls(findings []Finding, value any, at path, s proto.Schema) []Finding {
	switch value := value.(type) {
	case map[string]any:
		kind, _ := resolve(s).(*proto.Kind)
		for key, inner := range value {
			if kind != nil && inner == nil && kind.Fields[key] == nil {
				findings = append(findings, unknownField(at, key, kind))
			} else if next, there := at.enter(field(key), s); there != nil {
				findings = unknownNulls(findings, inner, next, there)
			}
		}
	case []any:
		for i, inner := range value {
			if next, there := at.enter(step{index: i}, s); there != nil {
				findings = unknownNulls(findings, inner, next, there)
			}
		}
	}
	return findings
}
