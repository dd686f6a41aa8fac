package kustomize_test

import (
	"math/rand/v2"
	"testing"

	"github.com/jobgen-dev/jobgen/pkg/kustomize"
)

// BenchmarkMake makes the overlays of an environment in which much is changed,
// and of one in which nothing is. The time is for each object.
func BenchmarkMake(b *testing.B) {
	pool := goldenObjects(b)
	r := rand.New(rand.NewPCG(1, 1))
	var bases, changed [][]kustomize.Object
	for range 100 {
		base := pick(r, pool)
		bases, changed = append(bases, base), append(changed, mutate(r, base, pool))
	}
	for _, bench := range []struct {
		name string
		envs [][]kustomize.Object
	}{{"changed", changed}, {"same", bases}} {
		b.Run(bench.name, func(b *testing.B) {
			objects := 0
			for i := 0; b.Loop(); i = (i + 1) % len(bases) {
				objects += len(bases[i])
				if _, _, err := kustomize.Make(bases[i], kustomize.Environment{Objects: bench.envs[i], Base: "../base"}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(objects), "ns/object")
		})
	}
}
