package build_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/source"
)

// A quantity that Kubernetes' code does not come to an end with is told at its place,
// and nothing reads the object: no rule of the server, and no lint rule.
func TestEndlessQuantities(t *testing.T) {
	const head = `apiVersion: batch/v1
kind: Job
metadata: {name: a}
spec:
  template:
    spec:
      containers:
      - {name: a, image: "b:1", resources: {limits: {cpu: "1E-2147483648"}, requests: {cpu: 1e2147483647, memory: "1e00003"}}}
      volumes: [{name: x, emptyDir: {sizeLimit: "1e99999999999"}}, {name: y, emptyDir: {sizeLimit: "`
	manifest := head + strings.Repeat("1", 900_000) + "\"}}]\n" // issue 12, item 0: too many digits
	result, err := build.Run(build.Options{
		Inputs:    []source.Input{{Name: "job.yaml", Text: []byte(manifest), Dir: t.TempDir(), Named: true}},
		Manifests: true, Lint: &build.Lint{},
	})
	if err != nil {
		t.Fatal(err)
	}
	var at []string
	for _, d := range result.Diagnostics {
		at = append(at, d.Place.String())
	}
	if want := []string{"job.yaml:8:59", "job.yaml:8:93", "job.yaml:9:49", "job.yaml:9:100"}; !slices.Equal(at, want) {
		t.Errorf("%v, not at %v alone", result.Diagnostics, want)
	}
}
