package validate

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/json"
	"k8s.io/kube-openapi/pkg/util/proto"
	kubectl "k8s.io/kubectl/pkg/util/openapi"
	"k8s.io/kubectl/pkg/validation"
)

// Check returns all that the schema does not allow of an object, given as JSON,
// in the order of the paths; nil if there is nothing. An object of a kind that
// jobgen does not emit, a List among them, is a finding too.
//
// The rules are those of kubectl's client-side validation: unknown fields,
// required fields, and whether a value is a map, a list, a number, a boolean or a
// string, where a string may be any of the last three. Null counts as no value,
// and is refused as an item of a list or map. One rule is added: an unknown field
// with the value null is still unknown, as the API server's strict field
// validation has it. Formats, ranges and repeated keys are not looked at.
func (s *Schema) Check(object []byte) []Finding {
	if s.accepts(object) {
		return nil
	}
	return s.explain(object)
}

// lookups counts how many kinds of a schema were looked up and found: kubectl's
// validation passes over an object of a kind that the schema does not have.
type lookups struct {
	kubectl.Resources
	found int
}

// OpenAPISchema makes lookups what kubectl's validation takes its schema from.
func (l *lookups) OpenAPISchema() (kubectl.Resources, error) { return l, nil }

// LookupResource returns the schema of a kind, nil if there is none.
func (l *lookups) LookupResource(gvk schema.GroupVersionKind) proto.Schema {
	found := l.Resources.LookupResource(gvk)
	if found != nil {
		l.found++
	}
	return found
}

// doubts are what an object may have that kubectl's validation sees otherwise than
// Check: an unknown field that is null, and a List, which it looks into. The
// letters of List may be written as \u004c and so on.
var doubts = [][]byte{[]byte("null"), []byte("List"), []byte(`\u004`), []byte(`\u006`), []byte(`\u007`)}

// accepts reports whether the object is certain to have no findings. It saves
// explain's work for the objects that are right, which are nearly all.
func (s *Schema) accepts(object []byte) bool {
	// Whatever does not start like this, kubectl's validation would read as YAML.
	if !bytes.HasPrefix(bytes.TrimSpace(object), []byte("{")) {
		return false
	}
	for _, doubt := range doubts {
		if bytes.Contains(object, doubt) {
			return false
		}
	}
	kinds := lookups{Resources: s.resources}
	return validation.NewSchemaValidation(&kinds).ValidateBytes(object) == nil && kinds.found == 1
}

// explain finds all that is wrong with an object.
func (s *Schema) explain(object []byte) []Finding {
	var tree any
	if err := json.Unmarshal(object, &tree); err != nil {
		return []Finding{newFinding(nil, Type, "a map is wanted, this is no JSON that can be read")}
	}
	fields, ok := tree.(map[string]any)
	if !ok {
		return []Finding{newFinding(nil, Type, wrongType("a map", tree))}
	}
	gvk, findings := kindOf(fields)
	if findings != nil {
		return sortFindings(findings)
	}
	kind := s.resources.LookupResource(gvk)
	text, err := json.Marshal(maskKeys(tree))
	if err != nil {
		panic("validate: a tree that was JSON cannot be written as JSON: " + err.Error())
	}
	err = validation.NewSchemaValidation(&lookups{Resources: s.resources}).ValidateBytes(text)
	findings = translate(err, kind)
	return sortFindings(unknownNulls(findings, tree, nil, kind))
}

// kindOf returns which of the kinds that jobgen emits the object is of, or why it
// is of none.
func kindOf(fields map[string]any) (schema.GroupVersionKind, []Finding) {
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
		return schema.GroupVersionKind{}, findings
	}
	want, known := groupVersions[text["kind"]]
	if !known {
		f := newFinding(path{field("kind")}, UnknownKind, fmt.Sprintf("unknown kind %q", text["kind"]))
		f.Name, f.Known = text["kind"], slices.Sorted(maps.Keys(groupVersions))
		return schema.GroupVersionKind{}, []Finding{f}
	}
	if got, err := schema.ParseGroupVersion(text["apiVersion"]); err != nil || got != want {
		f := newFinding(path{field("apiVersion")}, UnknownKind,
			fmt.Sprintf("kind %q has the apiVersion %q, not %q", text["kind"], want, text["apiVersion"]))
		f.Name, f.Known = text["apiVersion"], []string{want.String()}
		return schema.GroupVersionKind{}, []Finding{f}
	}
	return want.WithKind(text["kind"]), nil
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
