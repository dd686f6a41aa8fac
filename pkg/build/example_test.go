package build_test

import (
	"fmt"
	"log"
	"os"

	batchv1 "k8s.io/api/batch/v1"

	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/source"
)

// Files are built as `jobgen build` does it. A project file above them counts too.
func ExampleRun() {
	yaml, _ := render.Lookup("yaml")
	result, err := build.Run(build.Options{
		Dir:    "../../examples",
		Args:   []string{"hello.yaml"},
		Format: &yaml,
	})
	if err != nil {
		log.Fatal(err) // no such file, no permission
	}
	if result.Diagnostics.HasErrors() {
		log.Fatal(result.Diagnostics.WriteText(os.Stderr, false))
	}
	if err := result.Write(os.Stdout); err != nil {
		log.Fatal(err)
	}
	// Output:
	// apiVersion: batch/v1
	// kind: Job
	// metadata:
	//   labels:
	//     app.kubernetes.io/managed-by: jobgen
	//     app.kubernetes.io/name: hello
	//   name: hello
	// spec:
	//   backoffLimit: 4
	//   template:
	//     metadata:
	//       labels:
	//         app.kubernetes.io/managed-by: jobgen
	//         app.kubernetes.io/name: hello
	//     spec:
	//       containers:
	//       - command:
	//         - echo
	//         - Hello
	//         image: busybox:1.37
	//         name: hello
	//       restartPolicy: Never
}

// A spec that is in no file is an input with a text.
func ExampleRun_text() {
	yaml, _ := render.Lookup("yaml")
	spec := source.Input{Name: "migrate.yaml", Text: []byte(`
apiVersion: jobgen.dev/v1alpha1
kind: Job
metadata: {name: migrate}
spec: {image: "acme/shop:1.4", command: [migrate]}
`)}
	result, err := build.Run(build.Options{Inputs: []source.Input{spec}, Format: &yaml})
	if err != nil || result.Diagnostics.HasErrors() {
		log.Fatal(err, result.Diagnostics)
	}
	if err := result.Write(os.Stdout); err != nil {
		log.Fatal(err)
	}
	// Output:
	// apiVersion: batch/v1
	// kind: Job
	// metadata:
	//   labels:
	//     app.kubernetes.io/managed-by: jobgen
	//     app.kubernetes.io/name: migrate
	//   name: migrate
	// spec:
	//   template:
	//     metadata:
	//       labels:
	//         app.kubernetes.io/managed-by: jobgen
	//         app.kubernetes.io/name: migrate
	//     spec:
	//       containers:
	//       - command:
	//         - migrate
	//         image: acme/shop:1.4
	//         name: migrate
	//       restartPolicy: Never
}

// What specs become is at hand as values of k8s.io/api, too.
func ExampleRun_objects() {
	result, err := build.Run(build.Options{
		Dir:         "../../examples/gitops",
		Args:        []string{"jobs"},
		Environment: "staging",
		Made: func(made build.Made) error {
			for _, object := range made.Environments[0].Objects {
				fmt.Println(object.Kind, object.Meta.Namespace, object.Meta.Name)
				if cron, ok := object.Value.(*batchv1.CronJob); ok {
					fmt.Println("  at", cron.Spec.Schedule)
				}
			}
			return nil
		},
	})
	if err != nil || result.Diagnostics.HasErrors() {
		log.Fatal(err, result.Diagnostics)
	}
	// Output:
	// CronJob ledger-staging ledger-close
	//   at 30 1 * * *
	// ConfigMap ledger-staging ledger-migrate-34bc6175
	// Job ledger-staging ledger-migrate-ac48de68
}

// Mistakes are data: a place, a message, and what to write instead.
func ExampleRun_mistakes() {
	spec := source.Input{Name: "report.yaml", Text: []byte(`apiVersion: jobgen.dev/v1alpha1
kind: Job
metadata: {name: report}
spec:
  image: acme/report:1.4
  schedule: "61 * * * *"
  restartPolcy: Never
`)}
	result, err := build.Run(build.Options{Inputs: []source.Input{spec}})
	if err != nil {
		log.Fatal(err)
	}
	for _, d := range result.Diagnostics {
		fmt.Printf("%s:%d: %s (%s)\n", d.File, d.Line, d.Message, d.Hint)
	}
	// Output:
	// report.yaml:6: "61 * * * *" is no schedule: "61" is no minute (the minute is 0 to 59, a list, a range such as 0-2, or */STEP)
	// report.yaml:7: unknown field "restartPolcy" in spec (did you mean "restartPolicy"?)
}

// Manifests that jobgen did not make are checked when that is asked for.
func ExampleRun_manifests() {
	job := source.Input{Name: "job.yaml", Text: []byte(`apiVersion: batch/v1
kind: Job
metadata: {name: report}
spec:
  backofLimit: 3
  template:
    spec:
      restartPolicy: Always
      containers: [{name: main, image: "acme/report:1.4"}]
`)}
	result, err := build.Run(build.Options{Inputs: []source.Input{job}, Manifests: true})
	if err != nil {
		log.Fatal(err)
	}
	for _, d := range result.Diagnostics {
		fmt.Printf("%s:%d: %s: %s\n", d.File, d.Line, d.Severity, d.Message)
	}
	// Output:
	// job.yaml:5: error: unknown field "backofLimit"
	// job.yaml:8: error: restartPolicy is required here: valid values: "OnFailure", "Never"
}
