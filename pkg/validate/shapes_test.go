package validate

import (
	"bytes"
	"flag"
	"fmt"
	"go/format"
	"maps"
	"slices"
	"strings"
	"testing"

	kubeproto "k8s.io/kube-openapi/pkg/util/proto"

	"github.com/jobgen-dev/jobgen/internal/golden"
)

var update = flag.Bool("update", false, "write shapes_gen.go")

// TestShapesAreUpToDate makes sure that the Go data is what the documents say.
func TestShapesAreUpToDate(t *testing.T) {
	w := shapeWriter{known: map[string]int{}}
	var b, minors bytes.Buffer
	for _, minor := range Minors() {
		kinds := load(minor)
		fmt.Fprintf(&minors, "{%q, []shapeField{\n", minor)
		for _, kind := range slices.Sorted(maps.Keys(kinds)) {
			fmt.Fprintf(&minors, "{%q, %d},\n", kind, w.shape(kinds[kind]))
		}
		minors.WriteString("}},\n")
	}
	b.WriteString("// Code generated from the OpenAPI documents by `make generate`. DO NOT EDIT.\n\npackage validate\n\n")
	fmt.Fprintf(&b, "// documentsShapes has the kinds of each document, the oldest first.\nvar documentsShapes = []documentShapes{\n%s}\n\n", minors.String())
	fmt.Fprintf(&b, "// shapes has each shape of any document once.\nvar shapes = [...]shape{\n%s}\n", w.body.String())
	want, err := format.Source(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	golden.Generated(t, "pkg/validate/shapes_gen.go", want, *update)
}

// shapeWriter writes shapes as Go data, those that are equal once. None of the kinds
// has itself in it.
type shapeWriter struct {
	known map[string]int
	body  bytes.Buffer
}

// shape returns the index of what a schema wants.
func (w *shapeWriter) shape(schema kubeproto.Schema) int {
	text := w.text(schema)
	at, known := w.known[text]
	if !known {
		at = len(w.known)
		w.known[text] = at
		fmt.Fprintf(&w.body, "/* %d */ {%s},\n", at, text)
	}
	return at
}

func (w *shapeWriter) text(schema kubeproto.Schema) string {
	if ref, ok := schema.(kubeproto.Reference); ok && strings.HasSuffix(ref.Reference(), ".resource.Quantity") {
		return "is: aQuantity"
	}
	switch s := resolve(schema).(type) {
	case *kubeproto.Kind:
		text := "is: anObject, fields: []shapeField{"
		for _, name := range slices.Sorted(maps.Keys(s.Fields)) {
			text += fmt.Sprintf("{%q, %d},", name, w.shape(s.Fields[name]))
		}
		text += "}"
		if len(s.RequiredFields) > 0 {
			text += fmt.Sprintf(", required: %#v", s.RequiredFields)
		}
		return text
	case *kubeproto.Map:
		return fmt.Sprintf("is: aMap, inner: %d", w.shape(s.SubType))
	case *kubeproto.Array:
		return fmt.Sprintf("is: aList, inner: %d", w.shape(s.SubType))
	case *kubeproto.Primitive:
		return "is: " + map[string]string{
			kubeproto.String: "aString", kubeproto.Boolean: "aBoolean", kubeproto.Integer: "aNumber", kubeproto.Number: "aNumber",
		}[s.Type]
	case *kubeproto.Arbitrary:
		return "is: anything"
	}
	panic(fmt.Sprintf("%T has no shape", schema))
}
