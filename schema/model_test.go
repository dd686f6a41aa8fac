package schema

import (
	"strings"
	"testing"

	"cuelang.org/go/cue/ast"
)

// TestEveryFieldHasADoc holds the promise that the schema is the language's
// documentation.
func TestEveryFieldHasADoc(t *testing.T) {
	for name, def := range definitions() {
		if name == "#Elsewhere" || strings.HasPrefix(name, "_") {
			continue
		}
		ast.Walk(def.Value, func(n ast.Node) bool {
			f, ok := n.(*ast.Field)
			if !ok {
				_, isCall := n.(*ast.CallExpr)
				return !isCall
			}
			if _, pattern := f.Label.(*ast.ListLit); !pattern && doc(f) == "" {
				t.Errorf("%s: %s has no comment", name, label(f))
			}
			return true
		}, nil)
	}
}

// Lengths of parts of a text end where those of Kubernetes and of registries end.
func TestLengthsOfParts(t *testing.T) {
	spec, metadata := Model().Field("spec").Type, Model().Field("metadata").Type
	tag := spec.Field("image").Type.Field("tag").Type
	label, annotation := metadata.Field("labels").Type.Key, metadata.Field("annotations").Type.Key
	driver := spec.Field("volumes").Type.Elem.Field("csi").Type.Field("driver").Type
	a := func(n int) string { return strings.Repeat("a", n) }
	for _, test := range []struct {
		typ  *Type
		text string
		want bool
	}{
		{tag, a(128), true},
		{tag, a(129), false},
		{tag, "v${" + a(200) + "}", true},
		{tag, "${A}" + a(120), true},
		{label, a(63), true},
		{label, a(64), false},
		{label, "acme.example/" + a(63), true},
		{label, "acme.example/" + a(64), false},
		{label, a(63) + ".example/" + a(63), true},
		{annotation, "Acme.example/" + a(63), true},
		{annotation, "Acme.example/" + a(64), false},
		{driver, a(63), true},
		{driver, a(64), false},
	} {
		if got := test.typ.Allows(test.text); got != test.want {
			t.Errorf("%s: %v", test.text, got)
		}
	}
}
