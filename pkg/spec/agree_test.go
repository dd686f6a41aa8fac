package spec

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/errors"

	"github.com/jobgen-dev/jobgen/internal/golden"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/schema"
)

// The checker reads the schema with its own eyes. These tests hold it against
// CUE's: what the checker accepts CUE accepts too, and a mistake of shape that
// CUE refuses the checker refuses. (The checker may refuse more: formats, and
// the rules that fields must agree on.)

// document returns the definition #Document, compiled by CUE itself, and the
// context for values to compare with it.
func document(t *testing.T) (cue.Value, *cue.Context) {
	v := schemaAsCUE(t)
	return v.LookupPath(cue.ParsePath("#Document")), cuecontext.New()
}

// cueErr is CUE's verdict on a document in its long form.
func cueErr(doc cue.Value, ctx *cue.Context, long any) error {
	return doc.Unify(ctx.Encode(long)).Validate(cue.Concrete(true), cue.Final())
}

// specimen is a document of a golden that the checker accepts, in its long form.
type specimen struct {
	golden string
	long   map[string]any
	size   int
}

// accepted returns all of them, the smallest first.
func accepted(t *testing.T) []specimen {
	var all []specimen
	for _, c := range golden.Cases(t) {
		for _, doc := range c.Documents(t) {
			if ClassOf(doc) != Written {
				continue
			}
			if job, ds := Check(doc, Options{}); job != nil && !ds.HasErrors() {
				text, err := json.Marshal(job.Long())
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, specimen{c.Name, job.Long(), len(text)})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b specimen) int { return a.size - b.size })
	return all
}

func TestWhatIsAcceptedCUEAccepts(t *testing.T) {
	doc, ctx := document(t)
	for _, s := range accepted(t) {
		if err := cueErr(doc, ctx, s.long); err != nil {
			t.Errorf("%s: %v", s.golden, errors.Details(err, nil))
		}
	}
}

// Every accepted document is spoilt at every place once: a field that does not
// exist, one that is missing, a word outside of its set, a number beyond its
// bounds, a text that no pattern lets pass, another kind of value.
func TestWhatCUERefusesIsRefused(t *testing.T) {
	t.Parallel() // it takes a while
	doc, ctx := document(t)
	done, dir := map[string]bool{}, t.TempDir()
	for _, s := range accepted(t) {
		spoil(schema.Model(), s.long, "", func(what string) {
			if done[what] {
				return
			}
			done[what] = true
			if cueErr(doc, ctx, s.long) == nil {
				t.Errorf("%s: CUE accepts %s", s.golden, what)
			}
			if !refused(t, dir, s.long) {
				t.Errorf("%s: the checker accepts %s", s.golden, what)
			}
		})
	}
	t.Logf("%d kinds of mistakes", len(done))
	if len(done) < 500 {
		t.Errorf("only %d kinds of mistakes were tried", len(done))
	}
}

// refused reports whether the checker finds a mistake in a document.
func refused(t *testing.T, dir string, long any) bool {
	text, err := json.Marshal(long)
	if err != nil {
		t.Fatal(err)
	}
	_, docs, ds := source.ParseBytes("job.json", text, dir, dir, true)
	if ds.HasErrors() || len(docs) != 1 {
		t.Fatalf("%v in %s", ds, text)
	}
	if ClassOf(docs[0]) != Written {
		return true // left alone, and not built
	}
	_, ds = Check(docs[0], Options{})
	return ds.HasErrors()
}

// spoil calls try with each mistake in its place, and takes it out again.
func spoil(typ *schema.Type, v any, path string, try func(what string)) {
	if typ.Kind == schema.Struct && typ.Name != "" {
		path = "#" + typ.Name // a definition is the same in every place
	}
	switch v := v.(type) {
	case map[string]any:
		if typ.Kind == schema.Struct {
			v["nonsense"] = "x"
			try("an unknown field in " + path)
			delete(v, "nonsense")
		}
		for _, name := range sortedKeys(v) {
			inner, at, required := typ.Elem, path+".NAME", false
			if typ.Kind == schema.Struct {
				f := typ.Field(name)
				inner, at, required = f.Type, path+"."+name, f.Required
			}
			if inner == nil || inner.Kind == schema.Any {
				continue
			}
			old := v[name]
			for _, bad := range wrongs(inner) {
				v[name] = bad
				try(fmt.Sprintf("%v for %s", bad, at))
			}
			if required {
				delete(v, name)
				try("no " + at)
			}
			v[name] = old
			spoil(inner, old, at, try)
		}
	case []any:
		for i, item := range v {
			for _, bad := range wrongs(typ.Elem) {
				v[i] = bad
				try(fmt.Sprintf("%v in %s", bad, path))
			}
			v[i] = item
			spoil(typ.Elem, item, path+"[]", try)
		}
	}
}

// wrongs are values that a type does not let pass.
func wrongs(typ *schema.Type) []any {
	var bad []any
	switch typ.Kind {
	case schema.Int:
		bad = append(bad, "text", true)
		if typ.Min != nil && *typ.Min > -1<<62 {
			bad = append(bad, *typ.Min-1)
		}
		if typ.Max != nil && *typ.Max < 1<<62 {
			bad = append(bad, *typ.Max+1)
		}
	case schema.Bool:
		bad = append(bad, "true")
	case schema.String:
		if len(typ.Enum) > 0 {
			bad = append(bad, "Nonsense")
		}
		if typ.NotEmpty {
			bad = append(bad, "")
		}
		if typ.MaxRunes > 0 {
			bad = append(bad, strings.Repeat("a", typ.MaxRunes+1))
		}
		for _, text := range []string{"", " ", "a b", "/", "../..", "UPPER_case.", "é\x00=%"} {
			if slices.ContainsFunc(typ.Patterns, func(p schema.Pattern) bool { return !p.Allows(text) }) {
				bad = append(bad, text)
			}
		}
		bad = append(bad, map[string]any{"a": "b"})
	case schema.List:
		if typ.MinItems > 0 {
			bad = append(bad, []any{})
		}
	}
	return bad
}

func sortedKeys(m map[string]any) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
