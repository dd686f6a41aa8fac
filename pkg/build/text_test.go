package build_test

import (
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/jobgen-dev/jobgen/internal/golden"
	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/source"
)

// A text becomes what the file of the same name and folder does, in any language and
// environment, with the files and the project beside it, and with other inputs.
func TestTexts(t *testing.T) {
	dir := t.TempDir()
	golden.WriteFiles(t, dir, []txtar.File{
		{Name: "jobgen.yaml", Data: []byte("apiVersion: jobgen.dev/v1alpha1\nkind: Project\ndefaults: {spec: {ttlSecondsAfterFinished: 60}}\n")},
		{Name: "jobs/settings.ini", Data: []byte("a=b\n")},
	})
	files := []txtar.File{
		{Name: "jobs/one.yaml", Data: []byte("apiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata: {name: one}\nspec: {image: alpine, configMaps: {one: {files: [settings.ini]}}}\noverlays: {dev: {spec: {image: busybox}}}\n")},
		{Name: "jobs/two.json", Data: []byte(`{"apiVersion": "jobgen.dev/v1alpha1", "kind": "Job", "metadata": {"name": "two"}, "spec": {"image": "alpine"}}`)},
		{Name: "jobs/three.cue", Data: []byte("apiVersion: \"jobgen.dev/v1alpha1\"\nkind: \"Job\"\nmetadata: name: \"th\" + \"ree\"\nspec: image: \"alpine\"\n")},
	}
	stdin := "{apiVersion: jobgen.dev/v1alpha1, kind: Job, metadata: {name: four}, spec: {image: alpine}}"
	run := func(opts build.Options) string {
		t.Helper()
		yaml, _ := render.Lookup("yaml")
		opts.Dir, opts.Environment, opts.Format, opts.Stdin = dir, "dev", &yaml, strings.NewReader(stdin)
		opts.Args = append(opts.Args, "-")
		result, err := build.Run(opts)
		if err != nil || result.Diagnostics.HasErrors() {
			t.Fatal(err, result)
		}
		var b strings.Builder
		if err := result.Write(&b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	var opts build.Options
	for _, f := range files {
		opts.Inputs = append(opts.Inputs, source.Input{Name: f.Name, Text: f.Data, Dir: filepath.Join(dir, "jobs")})
	}
	got := run(opts)
	golden.WriteFiles(t, dir, files)
	if want := run(build.Options{Args: []string{"jobs"}}); got != want || strings.Count(got, "kind: Job") != 4 {
		t.Errorf("the texts become\n%s\nand the files\n%s", got, want)
	}
}

// Without a format there is nothing to write.
func TestWriteWithoutFormat(t *testing.T) {
	result, err := build.Run(build.Options{Inputs: []source.Input{{Name: "a.yaml", Text: []byte{}}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := result.Write(&strings.Builder{}); err == nil {
		t.Error("it writes nothing, without a word")
	}
}
