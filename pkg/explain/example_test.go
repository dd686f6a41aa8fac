package explain_test

import (
	"log"
	"os"

	"github.com/jobgen-dev/jobgen/pkg/explain"
)

// What a field is for, and what becomes of it.
func ExampleField() {
	if err := explain.Field(os.Stdout, "spec.parallelism"); err != nil {
		log.Fatal(err)
	}
	// Output:
	// spec.parallelism
	//   How many pods run at a time. Default: 1.
	//
	//   value    a whole number, 0 to 2147483647
	//   becomes  Job.spec.parallelism
	//            CronJob.spec.jobTemplate.spec.parallelism
	//
	// Example:
	//   spec:
	//     parallelism: 3
}
