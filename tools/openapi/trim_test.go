package main

import (
	"fmt"
	"strings"
	"testing"

	openapi "github.com/google/gnostic-models/openapiv2"
)

// swagger returns a document with every kind of the table, all of the same shape,
// and the given further definitions.
func swagger(t *testing.T, definitions string) *openapi.Document {
	t.Helper()
	var b strings.Builder
	for _, k := range kinds {
		fmt.Fprintf(&b, `"%s.%s": {"description": "d", "type": "object",
			"properties": {"z": {"$ref": "#/definitions/shared"}, "a": {"type": "array", "items": {"type": "string"}}},
			"x-kubernetes-group-version-kind": [{"group": %q, "version": %q, "kind": %q}]},`, k.Group, k.Kind, k.Group, k.Version, k.Kind)
	}
	text := `{"swagger": "2.0", "info": {"title": "Kubernetes", "version": "unversioned"}, "paths": {},
		"definitions": {` + b.String() + definitions + `}}`
	doc, err := openapi.ParseDocument([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestTrimKeepsWhatIsReached(t *testing.T) {
	doc, err := trim(swagger(t, `
		"shared": {"description": "d", "default": {}, "required": ["b", "a"], "properties": {"again": {"$ref": "#/definitions/shared"}}},
		"lonely": {"type": "string"}`), "v1.0.0")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(doc.GetDefinitions().GetAdditionalProperties()), len(kinds)+1; got != want {
		t.Errorf("%d definitions, want %d", got, want)
	}
	for _, d := range doc.GetDefinitions().GetAdditionalProperties() {
		text := d.GetValue().String()
		if strings.Contains(text, "description") || strings.Contains(text, "default") {
			t.Errorf("%s keeps what is not needed: %s", d.GetName(), text)
		}
	}
}

func TestTrimRefuses(t *testing.T) {
	for want, definitions := range map[string]string{
		"no definition shared":                       `"other": {"type": "string"}`,
		"rules that would be lost":                   `"shared": {"type": "string", "enum": ["a"]}`,
		"2 definitions are of the kind { v1 Secret}": `"shared": {"type": "string"}, "second": {"type": "object", "x-kubernetes-group-version-kind": [{"group": "", "version": "v1", "kind": "Secret"}]}`,
	} {
		if _, err := trim(swagger(t, definitions), "v1.0.0"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
}
