package source

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// G 4: a field of a large map is found without a look at all, whatever was done to the
// map since it was read.
func TestFieldOfLargeMap(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		n := &Node{Kind: Map}
		for range 500 {
			name := fmt.Sprint("a", random.IntN(150))
			at := slices.IndexFunc(n.Fields, func(f Field) bool { return f.Key.Text == name })
			switch f := n.Field(name); {
			case at < 0 && f != nil || at >= 0 && f != &n.Fields[at]:
				t.Fatalf("%s is at %d, not at %v", name, at, f)
			case random.IntN(50) == 0: // a copy, changed by itself
				twin := *n
				twin.Fields = slices.Clone(n.Fields)
				n = &twin
			case at < 0:
				n.Add(Field{Key: &Node{Text: name}})
			case random.IntN(4) == 0:
				n.Fields = slices.Delete(n.Fields, at, at+1)
			}
		}
	}
}
