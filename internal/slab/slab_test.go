package slab

import (
	"slices"
	"testing"
)

func TestKeep(t *testing.T) {
	var space []int
	var kept [][]int
	for n := range 20 {
		items := make([]int, n)
		for i := range items {
			items[i] = n
		}
		kept = append(kept, Keep(&space, 8, items))
		clear(items)
	}
	if kept[0] != nil {
		t.Error("a list without items is kept")
	}
	for n, list := range kept {
		list = append(list, -1) // must not reach the next one
		if want := append(slices.Repeat([]int{n}, n), -1); !slices.Equal(list, want) {
			t.Errorf("%v, want %v", list, want)
		}
	}
}
