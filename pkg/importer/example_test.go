package importer_test

import (
	"log"
	"os"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/importer"
)

// A manifest from anywhere becomes a spec that is proved to mean the same.
func ExampleRun() {
	manifest := `
apiVersion: batch/v1
kind: CronJob
metadata: {name: report}
spec:
  schedule: "@daily"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{name: report, image: "acme/report:1.4", command: [report]}]
`
	result, err := importer.Run(importer.Options{Args: []string{"-"}, Stdin: strings.NewReader(manifest)})
	if err != nil || result.Diagnostics.HasErrors() {
		log.Fatal(err, result.Diagnostics)
	}
	for _, spec := range result.Specs {
		os.Stdout.Write(spec.Text)
	}
	// Output:
	// apiVersion: jobgen.dev/v1alpha1
	// kind: Job
	// metadata:
	//   name: report
	// spec:
	//   schedule: '@daily'
	//   image: acme/report:1.4
	//   command: [report]
}
