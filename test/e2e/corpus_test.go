package e2e_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/jobgen-dev/jobgen/test/e2e/controlplane"
)

// TestCorpus compares the verdicts on the manifests below the folder that
// JOBGEN_CORPUS names: whatever people have written.
func TestCorpus(t *testing.T) {
	folder := os.Getenv("JOBGEN_CORPUS")
	if folder == "" {
		t.Skip("JOBGEN_CORPUS names no folder of manifests")
	}
	var all []candidate
	skipped := 0
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if ext := filepath.Ext(path); err != nil || ext != ".yaml" && ext != ".yml" && ext != ".json" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, o := range objects(t, string(text)) {
			if kind, _ := o["kind"].(string); resources[kind].name != "" {
				all = append(all, candidate{filepath.Base(path), o})
			} else {
				skipped++
			}
		}
		return nil
	})
	if err != nil || len(all) == 0 {
		t.Fatalf("%d objects, error %v", len(all), err)
	}
	t.Logf("%d objects of other kinds are passed over", skipped)
	s := start(t, controlplane.Options{Minor: *minor, AnyNamespace: true})
	s.compare(t, all)
}
