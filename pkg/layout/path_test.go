package layout_test

import (
	"testing"

	"github.com/jobgen-dev/jobgen/pkg/layout"
)

// G 3: what a tree may have is what layouts make. That they make nothing else, every
// write of TestGoldensInATree shows.
func TestMayHave(t *testing.T) {
	for path, want := range map[string]bool{
		"base/report/job-report.yaml": true, "base/report/kustomization.yaml": true, "overlays/prod/kustomization.yaml": true,
		"overlays/prod/report/patch-job-report.yaml": true, "resources/kustomization.yaml": true, "prod/40-job-report.yaml": true,
		"base/-a.b-/x.yaml": true,

		"src/main.go": false, ".git/HEAD": false, "HEAD": false, "base/kustomization.yaml": false, "base/a/b/c.yaml": false,
		"base/../a.yaml": false, "base/../../a.yaml": false, "base/.git/a.yaml": false, "base/a/.a.yaml": false, ".github/workflows/a.yaml": false,
		".git/40-job-a.yaml": false, "prod/job.yaml": false, "prod/a/40-job-a.yaml": false, "overlays/prod/a/b/c.yaml": false, "overlays/Prod/a/b.yaml": false,
		"base/a/b.yaml\n": false, "base/a/b.json": false, "/base/a/b.yaml": false, "": false, "jobgen.yaml": false, ".jobgen/record.json": false,
	} {
		if got := layout.MayHave(path); got != want {
			t.Errorf("%q: %v", path, got)
		}
	}
}
