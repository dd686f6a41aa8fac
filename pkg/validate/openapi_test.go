package validate

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	openapi "github.com/google/gnostic-models/openapiv2"
	"google.golang.org/protobuf/proto"
	"k8s.io/apimachinery/pkg/runtime/schema"
	kubeproto "k8s.io/kube-openapi/pkg/util/proto"
)

// newest returns the schema that most tests check against.
func newest(t testing.TB) *Schema {
	t.Helper()
	s, err := OpenAPI(NewestMinor)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSchemaIsSharedByGoroutines(t *testing.T) {
	var wait sync.WaitGroup
	got := make([]*Schema, 8)
	for i := range got {
		wait.Go(func() {
			got[i], _ = OpenAPI(NewestMinor)
			for _, object := range []string{`{"apiVersion": "v1", "kind": "Secret"}`, `{"apiVersion": "v1", "kind": "Secret", "x": 1}`} {
				got[i].Check([]byte(object))
			}
		})
	}
	wait.Wait()
	for _, s := range got {
		if s != got[0] {
			t.Fatal("two schemas of one minor")
		}
	}
}

func TestOpenAPIRefusesUnknownMinor(t *testing.T) {
	for _, minor := range []string{"", "1.1", "../openapi/1.37", "v1.37"} {
		if s, err := OpenAPI(minor); err == nil || s != nil {
			t.Errorf("OpenAPI(%q) = %v, %v; want an error", minor, s, err)
		} else if !strings.Contains(err.Error(), NewestMinor) {
			t.Errorf("%v: does not say which minors there are", err)
		}
	}
}

func TestMinorsEndWithTheNewest(t *testing.T) {
	minors := Minors()
	if len(minors) == 0 || minors[len(minors)-1] != NewestMinor || !slices.IsSorted(minors) {
		t.Errorf("Minors() = %q, the last is to be %q", minors, NewestMinor)
	}
}

// TestDocuments holds what tools/openapi promises of every document.
func TestDocuments(t *testing.T) {
	for _, minor := range Minors() {
		t.Run(minor, func(t *testing.T) {
			document, err := readDocument(minor)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(document.GetInfo().GetVersion(), "v"+minor+".") {
				t.Errorf("the document is of %q", document.GetInfo().GetVersion())
			}
			if document.GetPaths() != nil {
				t.Error("the document has paths")
			}
			reached := map[string]bool{}
			for _, d := range document.GetDefinitions().GetAdditionalProperties() {
				walk(d.GetValue(), func(s *openapi.Schema) { checkSchema(t, d.GetName(), s, reached) })
			}
			for _, d := range document.GetDefinitions().GetAdditionalProperties() {
				if isKind := d.GetValue().GetVendorExtension() != nil; !isKind && !reached["#/definitions/"+d.GetName()] {
					t.Errorf("nothing refers to %s", d.GetName())
				}
			}
			again, err := proto.MarshalOptions{Deterministic: true}.Marshal(document)
			if was, _ := documents.ReadFile("openapi/" + minor + ".pb"); err != nil || string(again) != string(was) {
				t.Error("the document is not stored deterministically")
			}
		})
	}
}

// checkSchema checks one schema of a document and notes what it refers to.
func checkSchema(t *testing.T, where string, s *openapi.Schema, reached map[string]bool) {
	if s.GetDescription() != "" {
		t.Errorf("%s has a description: %q", where, s.GetDescription())
	}
	for _, e := range s.GetVendorExtension() {
		if e.GetName() != "x-kubernetes-group-version-kind" {
			t.Errorf("%s has the extension %s", where, e.GetName())
		}
	}
	for _, field := range s.GetProperties().GetAdditionalProperties() {
		if !plainField.MatchString(field.GetName()) {
			t.Errorf("%s has the field %q, which a path cannot show", where, field.GetName())
		}
	}
	reached[s.GetXRef()] = true
}

// walk calls visit for a schema and all schemas in it.
func walk(s *openapi.Schema, visit func(*openapi.Schema)) {
	visit(s)
	for _, field := range s.GetProperties().GetAdditionalProperties() {
		walk(field.GetValue(), visit)
	}
	for _, item := range s.GetItems().GetSchema() {
		walk(item, visit)
	}
	if values := s.GetAdditionalProperties().GetSchema(); values != nil {
		walk(values, visit)
	}
}

// TestDocumentsHaveTheKinds checks that the table of kinds and the documents
// agree both ways.
func TestDocumentsHaveTheKinds(t *testing.T) {
	if len(groupVersions) != 12 {
		t.Errorf("%d kinds, want 12", len(groupVersions))
	}
	for _, minor := range Minors() {
		s, err := OpenAPI(minor)
		if err != nil {
			t.Fatal(err)
		}
		for kind := range groupVersions {
			model, ok := s.models()[kind].(*kubeproto.Kind)
			if !ok || model.Fields["metadata"] == nil {
				t.Errorf("%s: no usable definition of %s", minor, kind)
			}
		}
		document, err := readDocument(minor)
		if err != nil {
			t.Fatal(err)
		}
		kinds := 0
		for _, d := range document.GetDefinitions().GetAdditionalProperties() {
			kinds += len(d.GetValue().GetVendorExtension())
		}
		if kinds != len(groupVersions) {
			t.Errorf("%s: %d kinds in the document, want %d", minor, kinds, len(groupVersions))
		}
	}
}

// kindNames returns the kinds in order.
func kindNames() []string { return slices.Sorted(maps.Keys(groupVersions)) }

// gvkOf returns the full name of a kind.
func gvkOf(kind string) schema.GroupVersionKind { return groupVersions[kind].WithKind(kind) }

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		load(NewestMinor)
	}
}
