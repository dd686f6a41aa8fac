package kustomize

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"testing"
)

// equal says what reflect.DeepEqual says.
func TestEqual(t *testing.T) {
	const seed = 1
	r := rand.New(rand.NewPCG(seed, seed))
	same := 0
	for range 20_000 {
		a := tree(r, 3)
		b := a
		if r.IntN(3) > 0 {
			b = tree(r, 3)
		} else if r.IntN(2) == 0 {
			b = clone(a)
		}
		want := reflect.DeepEqual(a, b)
		if want {
			same++
		}
		if got := equal(a, b); got != want {
			t.Fatalf("%#v and %#v: %v", a, b, got)
		}
	}
	if same < 1000 || same > 19_000 {
		t.Errorf("%d pairs are the same", same)
	}
}

// tree returns a small tree.
func tree(r *rand.Rand, depth int) any {
	leaves := []any{nil, true, false, "", "a", "1", json.Number("1"), json.Number("2")}
	n := r.IntN(3)
	switch kind := r.IntN(4); {
	case depth > 0 && kind == 0:
		m := map[string]any{}
		for range n {
			m[string(rune('a'+r.IntN(2)))] = tree(r, depth-1)
		}
		return m
	case depth > 0 && kind == 1:
		list := make([]any, n)
		for i := range list {
			list[i] = tree(r, depth-1)
		}
		return list
	}
	return leaves[r.IntN(len(leaves))]
}
