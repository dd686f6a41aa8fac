package mutate

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
)

// TestNextRepeats makes sure that a case can be made again from its seed, and that
// the objects that it is made of stay as they are.
func TestNextRepeats(t *testing.T) {
	const job = `{"apiVersion":"batch/v1","kind":"Job","metadata":{"labels":{"a":"b"},"name":"a"},"spec":{"template":{"spec":{"containers":[{"image":"a","name":"a"}],"restartPolicy":"Never"}}}}`
	const account = `{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"a"}}`
	bases := make([]Object, 2)
	for i, text := range []string{job, account} {
		if err := json.Unmarshal([]byte(text), &bases[i]); err != nil {
			t.Fatal(err)
		}
	}
	m, seen := New(bases), map[string]bool{}
	for seed := range uint64(500) {
		first, second := written(t, m.Next(rand.New(rand.NewPCG(seed, 0)))), written(t, New(bases).Next(rand.New(rand.NewPCG(seed, 0))))
		if first != second {
			t.Fatalf("seed %d makes\n%s\nand\n%s", seed, first, second)
		}
		seen[first] = true
	}
	if len(seen) < 300 {
		t.Errorf("500 seeds make no more than %d objects", len(seen))
	}
	if written(t, bases[0]) != job || written(t, bases[1]) != account {
		t.Errorf("the bases became\n%s\n%s", written(t, bases[0]), written(t, bases[1]))
	}
}

func written(t *testing.T, o Object) string {
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
