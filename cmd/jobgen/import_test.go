package main

import (
	"slices"
	"testing"

	"github.com/jobgen-dev/jobgen/pkg/importer"
)

// J 2: files of specs never collide, and are read back.
func TestFileNames(t *testing.T) {
	for _, c := range []struct {
		specs []importer.Spec
		want  []string
	}{
		{[]importer.Spec{{Name: "a", Kind: "Job"}, {Name: "b", Kind: "Job"}}, []string{"a", "b"}},
		{[]importer.Spec{{Name: "scan", Kind: "Job"}, {Name: "scan", Kind: "CronJob"}}, []string{"scan-job", "scan-cronjob"}},
		{[]importer.Spec{{Name: "scan", Namespace: "x", Kind: "Job"}, {Name: "scan", Namespace: "y", Kind: "Job"}}, []string{"x-scan", "y-scan"}},
		{[]importer.Spec{{Name: "scan", Kind: "Job"}, {Name: "scan", Namespace: "y", Kind: "Job"}}, []string{"scan", "y-scan"}},
		{[]importer.Spec{{Name: "c", Namespace: "a-b", Kind: "Job"}, {Name: "b-c", Namespace: "a", Kind: "Job"}, {Name: "c", Kind: "Job"}, {Name: "b-c", Kind: "Job"}}, []string{"job-c", "job-b-c", "c", "b-c"}},
		{[]importer.Spec{{Name: "scan-job"}, {Name: "scan", Kind: "Job"}, {Name: "scan", Kind: "CronJob"}}, []string{"scan-job", "scan", "scan-cronjob"}},
		{[]importer.Spec{{Name: "jobgen", Kind: "Job"}, {Name: "kustomization", Kind: "CronJob"}, {Name: "con", Kind: "Job"}, {Name: "aux.x", Kind: "Job"}},
			[]string{"jobgen-job", "kustomization-cronjob", "con-job", "job-aux.x"}},
		{[]importer.Spec{{Name: "a", Kind: "Job"}, {Name: "a", Kind: "Job"}, {Name: "a-2", Kind: "Job"}}, []string{"job-a-2", "job-a-3", "a-2"}},
	} {
		if got := fileNames(c.specs); !slices.Equal(got, c.want) {
			t.Errorf("%v: %q, not %q", c.specs, got, c.want)
		}
	}
}
