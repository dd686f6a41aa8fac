package schema

import (
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/errors"
)

// The schema in one file is complete: #Job accepts a spec, has the rules, and fills in defaults.
func TestSchemaInOneFile(t *testing.T) {
	schema := cuecontext.New().CompileString(CUE(), cue.Filename("schema.cue"))
	if err := schema.Validate(); err != nil {
		t.Fatal(errors.Details(err, nil))
	}
	job := schema.LookupPath(cue.ParsePath("#Job"))
	with := func(field string) cue.Value {
		return job.Unify(cuecontext.New().CompileString(`apiVersion: "jobgen.dev/v1alpha1", kind: "Job", metadata: name: "a.b", spec: {image: "a:1", ` + field + `}`))
	}
	if name, err := with("").LookupPath(cue.ParsePath("spec.containerName")).String(); name != "a-b" || err != nil {
		t.Errorf("containerName %q, error %v", name, err)
	}
	for _, wrong := range []string{`imagee: "b"`, `restartPolicy: "Always"`, `timeZone: "UTC"`} {
		if with(wrong).Validate(cue.Concrete(true)) == nil {
			t.Errorf("%s is accepted", wrong)
		}
	}
	if err := with(`schedule: "@daily", timeZone: "UTC"`).Validate(cue.Concrete(true)); err != nil {
		t.Error(errors.Details(err, nil))
	}
}
