package build_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/jobgen-dev/jobgen/pkg/build"
)

// A pipe, such as that of <(command), gives its text once.
func TestPipeIsReadOnce(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	written := make(chan error)
	go func() {
		written <- os.WriteFile(pipe, []byte("apiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata: {name: a}\nspec: {image: b:1}\noverlays: {prod: {spec: {image: b:2}}}\n"), 0o600)
	}()
	result, err := build.Run(build.Options{Dir: dir, Args: []string{"pipe"}, AllEnvironments: true})
	if err != nil || result.Jobs != 1 || result.Diagnostics.HasErrors() {
		t.Errorf("%d specs, %v, %v", result.Jobs, result.Diagnostics, err)
	}
	if err := <-written; err != nil {
		t.Error(err)
	}
}
