package spec

import (
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/parser"
	"github.com/jobgen-dev/jobgen/pkg/source"
)

func BenchmarkY(b *testing.B) {
	_, docs, _ := source.ParseBytes("x.yaml", []byte(typical), "/x", "/x", true)
	Check(docs[0], Options{})
	c := &checker{file: docs[0].File, root: docs[0].Root}
	root := c.plain(c.root).(map[string]any)
	ctx := cuecontext.New()
	mk := func(src string) cue.Value {
		inst := build.NewContext().NewInstance("rules", nil)
		inst.AddFile("x.cue", src)
		inst.Complete()
		return ctx.BuildInstance(inst)
	}
	rule := `out: [
			if spec.concurrencyPolicy != _|_
			if spec.concurrencyPolicy == "Indexed"
			if spec.completions == _|_ {
				at: ["spec", "completionMode"]
				say:  "completionMode: Indexed needs completions"
				hint: "add"
				with: [["spec", "completions"]]
			},
		]`
	spec := ctx.Encode(root["spec"])
	for _, head := range []string{"spec: {...}\n", "spec: _\n", "spec?: _\n", "spec: {concurrencyPolicy?: _, completions?: _}\n"} {
		v := mk(head + rule)
		b.Run(head, func(b *testing.B) {
			for b.Loop() {
				var f []ruleFinding
				if err := v.FillPath(cue.ParsePath("spec"), spec).LookupPath(cue.ParsePath("out")).Decode(&f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	v := mk("spec: {...}\n" + rule)
	small := ctx.Encode(map[string]any{"concurrencyPolicy": "Forbid"})
	b.Run("small", func(b *testing.B) {
		for b.Loop() {
			var f []ruleFinding
			if err := v.FillPath(cue.ParsePath("spec"), small).LookupPath(cue.ParsePath("out")).Decode(&f); err != nil {
				b.Fatal(err)
			}
		}
	})
	scope := ctx.Encode(map[string]any{"spec": root["spec"]})
	b.Run("buildexpr", func(b *testing.B) {
		for b.Loop() {
			f, _ := parser.ParseFile("x", rule)
			var x ast.Expr = f.Decls[0].(*ast.Field).Value
			var fs []ruleFinding
			if err := ctx.BuildExpr(x, cue.Scope(scope)).Decode(&fs); err != nil {
				b.Fatal(err)
			}
		}
	})
	f, _ := parser.ParseFile("x", rule)
	var x ast.Expr = f.Decls[0].(*ast.Field).Value
	b.Run("buildexpr-noparse", func(b *testing.B) {
		for b.Loop() {
			var fs []ruleFinding
			if err := ctx.BuildExpr(x, cue.Scope(scope)).Decode(&fs); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkZ(b *testing.B) {
	_, docs, _ := source.ParseBytes("x.yaml", []byte(typical), "/x", "/x", true)
	Check(docs[0], Options{})
	c := &checker{file: docs[0].File, root: docs[0].Root}
	root := c.plain(c.root).(map[string]any)
	ctx := cuecontext.New()
	rule := `out: [
			if spec.concurrencyPolicy != _|_
			if spec.concurrencyPolicy == "Indexed"
			if spec.completions == _|_ {
				at: ["spec", "completionMode"]
				say:  "completionMode: Indexed needs completions"
				hint: "add"
				with: [["spec", "completions"]]
			},
		]`
	b.Run("encode", func(b *testing.B) {
		for b.Loop() {
			ctx.Encode(map[string]any{"spec": root["spec"]})
		}
	})
	scope := ctx.Encode(map[string]any{"spec": root["spec"]})
	for _, n := range []int{1, 5, 10, 20} {
		s := &ast.StructLit{}
		l := &ast.ListLit{}
		for range n {
			f, _ := parser.ParseFile("x", rule)
			s.Elts = append(s.Elts, &ast.Field{Label: ast.NewIdent("x" + string(rune('a'+len(s.Elts)))), Value: f.Decls[0].(*ast.Field).Value})
			l.Elts = append(l.Elts, f.Decls[0].(*ast.Field).Value.(*ast.ListLit).Elts...)
		}
		b.Run("struct"+string(rune('a'+n)), func(b *testing.B) {
			for b.Loop() {
				fs := map[string][]ruleFinding{}
				if err := ctx.BuildExpr(s, cue.Scope(scope)).Decode(&fs); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("list"+string(rune('a'+n)), func(b *testing.B) {
			for b.Loop() {
				var fs []ruleFinding
				if err := ctx.BuildExpr(l, cue.Scope(scope)).Decode(&fs); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
