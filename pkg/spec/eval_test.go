package spec

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/parser"

	"github.com/jobgen-dev/jobgen/schema"
)

// byCUE runs a rule as CUE does.
func byCUE(t *testing.T, context *cue.Context, value cue.Value, inputs map[string]map[string]any) (findings []ruleFinding, decided bool) {
	out := value.Unify(context.Encode(inputs)).LookupPath(cue.ParsePath("out"))
	if err := out.Validate(cue.Concrete(true)); err != nil {
		return nil, false
	}
	if err := out.Decode(&findings); err != nil {
		t.Fatal(err)
	}
	return findings, true
}

// thinned returns a copy of a value from which one in some fields and items is missing.
func thinned(rng *rand.Rand, v any) any {
	switch v := v.(type) {
	case map[string]any:
		m := map[string]any{}
		for key, inner := range v {
			if rng.IntN(12) > 0 {
				m[key] = thinned(rng, inner)
			}
		}
		return m
	case []any:
		var l []any
		for _, inner := range v {
			for range max(1, rng.IntN(4)-1) {
				l = append(l, thinned(rng, inner))
			}
		}
		return l
	}
	return v
}

// TestRulesAsCUE compares what the rules find with what they find in CUE's evaluator, in
// the documents of all cases and in parts of them. CUE decides less where something is missing.
func TestRulesAsCUE(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	context, values := cuecontext.New(), map[string]cue.Value{}
	found, compared := map[string]bool{}, 0
	try := func(rule *schema.Rule, inputs map[string]map[string]any) {
		if _, ok := values[rule.Name]; !ok {
			expr, err := parser.ParseExpr("rules", rule.Text())
			if err != nil {
				t.Fatal(err)
			}
			values[rule.Name] = context.BuildExpr(expr, cue.InferBuiltins(true))
		}
		read := map[string]map[string]any{}
		for _, in := range rule.Inputs {
			if read[in.Name] = inputs[in.Name]; inputs[in.Name] == nil {
				return
			}
		}
		want, decided := byCUE(t, context, values[rule.Name], read)
		var got []ruleFinding
		_, err := rule.Apply(read, &got)
		if !decided {
			return
		}
		compared++
		found[rule.Name] = found[rule.Name] || len(got) > 0
		text := func(f []ruleFinding) string { s, _ := json.Marshal(f); return string(s) }
		if err != nil || len(got)+len(want) > 0 && !reflect.DeepEqual(text(got), text(want)) {
			in, _ := json.Marshal(read)
			t.Errorf("%s: %v\n  finds %s\nCUE finds %s\nin %s", rule.Name, err, text(got), text(want), in)
		}
	}
	for _, rc := range ruleCases {
		broken, mended := rc.documents()
		for _, text := range []string{broken, mended} {
			c := checked(t, text)
			whole := c.plain(c.root).(map[string]any)
			for round := range 4 {
				root := whole
				if round > 0 {
					root = thinned(rng, whole).(map[string]any)
				}
				spec, _ := root["spec"].(map[string]any)
				metadata, _ := root["metadata"].(map[string]any)
				set := alone(rc.rule)
				for _, rule := range set.Document {
					try(rule, map[string]map[string]any{"spec": spec, "metadata": metadata})
				}
				for _, rule := range set.Container {
					try(rule, map[string]map[string]any{"container": spec})
				}
			}
		}
	}
	if compared < 500 || len(found) < 60 {
		t.Errorf("%d comparisons, findings of %d rules", compared, len(found))
	}
}
