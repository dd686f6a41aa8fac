package suggest

import (
	"math/rand/v2"
	"testing"
)

// whole is the distance by the whole table.
func whole(a, b string) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		for j := range d[i] {
			switch {
			case i == 0 || j == 0:
				d[i][j] = i + j
			case a[i-1] == b[j-1]:
				d[i][j] = d[i-1][j-1]
			default:
				d[i][j] = 1 + min(d[i-1][j-1], d[i-1][j], d[i][j-1])
				if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
					d[i][j] = min(d[i][j], d[i-2][j-2]+1)
				}
			}
		}
	}
	return d[len(a)][len(b)]
}

// G 4: the distance of two words is only found out as far as anybody asks.
func TestWithin(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	word := func() string {
		w := make([]byte, random.IntN(9))
		for i := range w {
			w[i] = "abc"[random.IntN(3)]
		}
		return string(w)
	}
	for range 200_000 {
		a, b, most := word(), word(), random.IntN(5)
		want := whole(a, b)
		if got := Distance(a, b); got != want {
			t.Fatalf("Distance(%q, %q) = %d, not %d", a, b, got, want)
		}
		if got := within(a, b, most); got != want && (got <= most || want <= most) {
			t.Fatalf("within(%q, %q, %d) = %d, not %d", a, b, most, got, want)
		}
	}
}
