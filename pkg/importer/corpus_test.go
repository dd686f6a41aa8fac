package importer_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/importer"
	"github.com/jobgen-dev/jobgen/pkg/validate/cluster"
)

// The manifests below the folder that JOBGEN_CORPUS names, whatever people have written:
// all that an API server accepts are proved, improved ones too, and every other is
// proved, as are CronJobs of batch/v1beta1, or refused at a line of it.
func TestCorpus(t *testing.T) {
	folder := os.Getenv("JOBGEN_CORPUS")
	if folder == "" {
		t.Skip("JOBGEN_CORPUS names no folder of manifests")
	}
	files, taken, proved, others := 0, 0, 0, 0
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if ext := filepath.Ext(path); err != nil || ext != ".yaml" && ext != ".yml" && ext != ".json" {
			return err
		}
		files++
		accepted := isTaken(t, path)
		if accepted {
			taken++
		}
		for _, improve := range []bool{false, true} {
			result, err := importer.Run(importer.Options{Dir: folder, Args: []string{path}, Improve: improve})
			if err != nil {
				t.Errorf("%s: %v", path, err)
				continue
			}
			isProved := !result.Diagnostics.HasErrors() && len(result.Specs) == result.Jobs && result.Jobs > 0
			switch {
			case isProved && !improve && accepted:
				proved++
			case isProved && !improve:
				others++
			case isProved:
			case accepted:
				t.Errorf("%s, improved %v, is refused:\n%s", path, improve, shown(result.Diagnostics))
			case !strings.Contains(shown(result.Diagnostics), ": error: "):
				t.Errorf("%s, improved %v, is not refused:\n%s", path, improve, shown(result.Diagnostics))
			}
		}
		return nil
	})
	if err != nil || taken == 0 {
		t.Fatalf("%d files are taken, error %v", taken, err)
	}
	t.Logf("%d files: %d are taken by an API server, %d of them are proved, and %d others", files, taken, proved, others)
}

// isTaken reports whether an API server takes all objects of a file.
func isTaken(t *testing.T, path string) bool {
	result, err := build.Run(build.Options{
		Dir: filepath.Dir(path), Args: []string{path}, Manifests: true, Cluster: cluster.Options{Checks: []cluster.Check{cluster.OpenAPI, cluster.Server}},
	})
	return err == nil && !result.Diagnostics.HasErrors()
}
