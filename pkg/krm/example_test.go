package krm_test

import (
	"log"
	"os"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/krm"
)

// A program that runs functions of its own can run jobgen without a process.
func ExampleRun() {
	list := `apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: other} # stays as it is
- apiVersion: jobgen.dev/v1alpha1
  kind: Job
  metadata: {name: migrate}
  spec: {image: "acme/shop:1.4"}
`
	result, err := krm.Run(strings.NewReader(list), krm.Options{})
	if err != nil || result.Diagnostics.HasErrors() {
		log.Fatal(err, result.Diagnostics)
	}
	if err := result.Write(os.Stdout); err != nil {
		log.Fatal(err)
	}
	// Output:
	// apiVersion: config.kubernetes.io/v1
	// kind: ResourceList
	// items:
	// - apiVersion: v1
	//   kind: ConfigMap
	//   metadata: {name: other} # stays as it is
	// - apiVersion: batch/v1
	//   kind: Job
	//   metadata:
	//     labels:
	//       app.kubernetes.io/managed-by: jobgen
	//       app.kubernetes.io/name: migrate
	//     name: migrate
	//   spec:
	//     template:
	//       metadata:
	//         labels:
	//           app.kubernetes.io/managed-by: jobgen
	//           app.kubernetes.io/name: migrate
	//       spec:
	//         containers:
	//         - image: acme/shop:1.4
	//           name: migrate
	//         restartPolicy: Never
}
