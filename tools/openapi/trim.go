package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	openapi "github.com/google/gnostic-models/openapiv2"
	"go.yaml.in/yaml/v3"
	"google.golang.org/protobuf/proto"
)

// kindExtension is how a definition says which kind it is of.
const kindExtension = "x-kubernetes-group-version-kind"

// gvk is one entry of kindExtension.
type gvk struct{ Group, Version, Kind string }

// kinds are those that jobgen emits; pkg/validate has the same table, and a test
// there that the two agree.
var kinds = []gvk{
	{"", "v1", "ConfigMap"},
	{"", "v1", "Namespace"},
	{"", "v1", "PersistentVolumeClaim"},
	{"", "v1", "Secret"},
	{"", "v1", "ServiceAccount"},
	{"batch", "v1", "CronJob"},
	{"batch", "v1", "Job"},
	{"networking.k8s.io", "v1", "NetworkPolicy"},
	{"rbac.authorization.k8s.io", "v1", "ClusterRole"},
	{"rbac.authorization.k8s.io", "v1", "ClusterRoleBinding"},
	{"rbac.authorization.k8s.io", "v1", "Role"},
	{"rbac.authorization.k8s.io", "v1", "RoleBinding"},
}

// trimmer copies the definitions that the kinds reach.
type trimmer struct {
	full map[string]*openapi.Schema // every definition of the release
	kept map[string]*openapi.Schema // those reached so far, without what is not needed
}

// trim returns a document with the definitions that the kinds reach and nothing
// else: no paths, no descriptions, names in order. A kind that the release does
// not have is an error, as is a rule of a definition that would be lost.
func trim(doc *openapi.Document, version string) (*openapi.Document, error) {
	t := trimmer{full: map[string]*openapi.Schema{}, kept: map[string]*openapi.Schema{}}
	for _, d := range doc.GetDefinitions().GetAdditionalProperties() {
		t.full[d.GetName()] = d.GetValue()
	}
	for _, kind := range kinds {
		if err := t.keepKind(kind); err != nil {
			return nil, err
		}
	}
	definitions := &openapi.Definitions{}
	for _, name := range slices.Sorted(maps.Keys(t.kept)) {
		definitions.AdditionalProperties = append(definitions.AdditionalProperties,
			&openapi.NamedSchema{Name: name, Value: t.kept[name]})
	}
	return &openapi.Document{
		Swagger:     "2.0",
		Info:        &openapi.Info{Title: "Kubernetes", Version: version},
		Definitions: definitions,
	}, nil
}

// keepKind keeps the one definition that is of the kind, with the extension that
// says so: kubectl's validation finds a kind's definition by it.
func (t *trimmer) keepKind(kind gvk) error {
	var found []string
	for name, s := range t.full {
		if extension := kindsOf(s); extension != nil && slices.Contains(extension.kinds, kind) {
			found = append(found, name)
		}
	}
	if len(found) != 1 {
		return fmt.Errorf("%d definitions are of the kind %v, one is wanted", len(found), kind)
	}
	if err := t.keep(found[0]); err != nil {
		return err
	}
	t.kept[found[0]].VendorExtension = []*openapi.NamedAny{kindsOf(t.full[found[0]]).source}
	return nil
}

// keep copies the named definition and all that it refers to.
func (t *trimmer) keep(name string) error {
	if t.kept[name] != nil {
		return nil
	}
	s := t.full[name]
	if s == nil {
		return fmt.Errorf("no definition %s", name)
	}
	t.kept[name] = &openapi.Schema{} // a definition may lead back to itself
	copied, err := t.copy(s)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	t.kept[name] = copied
	return nil
}

// extension is kindExtension of a definition, parsed and as it was.
type extension struct {
	kinds  []gvk
	source *openapi.NamedAny
}

// kindsOf returns which kinds a definition is of, nil for one that is no kind.
func kindsOf(s *openapi.Schema) *extension {
	for _, e := range s.GetVendorExtension() {
		if e.GetName() != kindExtension {
			continue
		}
		var found []gvk
		if err := yaml.Unmarshal([]byte(e.GetValue().GetYaml()), &found); err == nil {
			return &extension{found, e}
		}
	}
	return nil
}

// copy returns the schema with what kubectl's validation reads, and keeps what
// it refers to.
func (t *trimmer) copy(s *openapi.Schema) (*openapi.Schema, error) {
	if err := lost(s); err != nil {
		return nil, err
	}
	copied := &openapi.Schema{
		XRef: s.GetXRef(), Type: s.GetType(), Format: s.GetFormat(),
		Required: slices.Sorted(slices.Values(s.GetRequired())),
	}
	if ref, ok := strings.CutPrefix(s.GetXRef(), "#/definitions/"); ok {
		if err := t.keep(ref); err != nil {
			return nil, err
		}
	}
	if err := t.copyFields(copied, s); err != nil {
		return nil, err
	}
	for _, item := range s.GetItems().GetSchema() {
		c, err := t.copy(item)
		if err != nil {
			return nil, err
		}
		copied.Items = &openapi.ItemsItem{Schema: []*openapi.Schema{c}}
	}
	if values := s.GetAdditionalProperties().GetSchema(); values != nil {
		c, err := t.copy(values)
		if err != nil {
			return nil, err
		}
		copied.AdditionalProperties = &openapi.AdditionalPropertiesItem{
			Oneof: &openapi.AdditionalPropertiesItem_Schema{Schema: c},
		}
	}
	return copied, nil
}

// copyFields copies the fields of an object, in the order of their names.
func (t *trimmer) copyFields(to, from *openapi.Schema) error {
	if from.GetProperties() == nil {
		return nil
	}
	to.Properties = &openapi.Properties{}
	for _, field := range from.GetProperties().GetAdditionalProperties() {
		c, err := t.copy(field.GetValue())
		if err != nil {
			return fmt.Errorf("%s: %w", field.GetName(), err)
		}
		to.Properties.AdditionalProperties = append(to.Properties.AdditionalProperties,
			&openapi.NamedSchema{Name: field.GetName(), Value: c})
	}
	slices.SortFunc(to.Properties.AdditionalProperties, func(a, b *openapi.NamedSchema) int {
		return strings.Compare(a.GetName(), b.GetName())
	})
	return nil
}

// lost returns an error when the schema says something that copy does not carry
// over and that restricts values, so that a release cannot bring such a rule
// unnoticed.
func lost(s *openapi.Schema) error {
	rest := proto.Clone(s).(*openapi.Schema)
	rest.XRef, rest.Type, rest.Format, rest.Required = "", nil, "", nil
	rest.Properties, rest.Items = nil, nil
	if rest.GetAdditionalProperties().GetSchema() != nil {
		rest.AdditionalProperties = nil
	}
	rest.Description, rest.Default, rest.VendorExtension = "", nil, nil
	if proto.Size(rest) > 0 {
		return fmt.Errorf("the schema has rules that would be lost: %v", rest)
	}
	return nil
}
