package cluster_test

import (
	"fmt"
	"log"

	"github.com/jobgen-dev/jobgen/pkg/validate/cluster"
)

// Clusters of several minors are asked about one object.
func ExampleObjects() {
	job := []byte(`{"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "report"}, "spec": {
		"managedBy": "acme.example/runner", "completions": -1,
		"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "main", "image": "acme/report:1.4"}]}}}}`)
	found, err := cluster.Objects([][]byte{job}, cluster.Options{Minors: []string{"1.29", "1.37"}, PodSecurity: "baseline"})
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range found[0] {
		fmt.Println(f.Path, f.Check, f.Minors, f.Message)
	}
	// Output:
	// spec.completions server [1.29 1.37] the API server does not allow this value, "-1": must be greater than or equal to 0
	// spec.managedBy openapi [1.29] unknown field "managedBy"
}
