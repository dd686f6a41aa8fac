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
