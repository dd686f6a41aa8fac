package lint_test

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/jobgen-dev/jobgen/pkg/jsontree"
	"github.com/jobgen-dev/jobgen/pkg/validate/lint"
)

// odd are values that stand where others are wanted.
var odd = []string{
	`null`, `true`, `-1`, `0.5`, `1e300`, `""`, `"$("`, `"$(A"`, `"*/0 * * * *"`, `"TZ=0"`, `"@every 1ns"`, `"0 0 30 2 *"`, `"="`, `"'"`, `"ü"`,
	`"1e999999"`, `"-1m"`, `"://:@"`, `"-c"`, `"sh"`, `[]`, `[null]`, `[[]]`, `{}`, `{"": null}`,
}

// oddValue returns one of them.
func oddValue(r *rand.Rand) (value any) {
	if err := json.Unmarshal([]byte(odd[r.IntN(len(odd))]), &value); err != nil {
		panic(err)
	}
	return value
}

// mutate returns the value with one thing changed somewhere inside it.
func mutate(r *rand.Rand, value any) any {
	if r.IntN(6) == 0 {
		return oddValue(r)
	}
	switch value := value.(type) {
	case map[string]any:
		// In order, so that a seed shows the same again.
		if keys := slices.Sorted(maps.Keys(value)); len(keys) > 0 {
			key := keys[r.IntN(len(keys))]
			value[key] = mutate(r, value[key])
			return value
		}
	case []any:
		if len(value) > 0 {
			i := r.IntN(len(value))
			value[i] = mutate(r, value[i])
			return value
		}
	}
	return oddValue(r)
}

// Nothing that looks like an object makes the rules panic.
func FuzzObject(f *testing.F) {
	for i := range cases {
		f.Add(i, uint64(i))
	}
	f.Fuzz(func(t *testing.T, number int, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 0))
		var tree any
		if err := yaml.Unmarshal([]byte(cases[uint(number)%uint(len(cases))].object()), &tree); err != nil {
			t.Fatal(err)
		}
		for range 20 {
			spec := tree.(map[string]any)["spec"]
			tree.(map[string]any)["spec"] = mutate(r, spec)
			text, err := json.Marshal(tree)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range lint.Objects([]*jsontree.Value{valueOf(text)}, lint.Options{Now: now})[0] {
				if f.Message == "" || f.Rule.Code == "" {
					t.Errorf("%s: %+v", text, f)
				}
			}
		}
	})
}

func BenchmarkObject(b *testing.B) {
	text, err := yaml.YAMLToJSON([]byte(parts{cron: "schedule: '*/5 * * * *'", c: "image: a, command: [sh, -c, 'set -eu; work --day yesterday'], env: [{name: A, value: b}]"}.object()))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		lint.Objects([]*jsontree.Value{valueOf(text)}, lint.Options{Now: now})
	}
}
