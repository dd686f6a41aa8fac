package build_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/spec/spectest"
)

// The laws of the compiler are properties of random specs. Each is a fuzz
// target whose seeds run in `go test`; a seed that fails shows its spec.

// random makes a property of random choices a fuzz target.
func random(f *testing.F, seeds int, property func(t *testing.T, dir string, r *rand.Rand)) {
	if testing.Short() {
		seeds /= 10
	}
	for seed := range seeds {
		f.Add(fmt.Append(nil, seed))
	}
	dir := folder(f)
	f.Fuzz(func(t *testing.T, choices []byte) { property(t, dir, spectest.Choices(choices)) })
}

// folder is where random specs stand: it holds the files that they name.
func folder(t testing.TB) string {
	dir := t.TempDir()
	for name, content := range spectest.Files {
		write(t, dir, name, content)
	}
	return dir
}

func write(t testing.TB, dir, name, content string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(content), 0o644)); err != nil {
		t.Fatal(err)
	}
}

// run builds a text.
func run(t testing.TB, dir string, text []byte) *build.Result {
	t.Helper()
	return runWith(t, options(dir, text, "yaml"))
}

func options(dir string, text []byte, format string) build.Options {
	f, _ := render.Lookup(format)
	return build.Options{Dir: dir, Args: []string{"-"}, Stdin: bytes.NewReader(text), Format: &f, LookupEnv: variable}
}

func variable(name string) (string, bool) { return "value of " + name, true }

// runWith runs the compiler, and panics when that takes too long.
func runWith(t testing.TB, opts build.Options) *build.Result {
	t.Helper()
	watchdog := time.AfterFunc(5*time.Second, func() {
		stacks := make([]byte, 1<<20)
		panic("the run hangs:\n" + string(stacks[:runtime.Stack(stacks, true)]))
	})
	defer watchdog.Stop()
	result, err := build.Run(opts)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// output is what is printed, "" when anything is wrong.
func output(t testing.TB, result *build.Result) string {
	t.Helper()
	if result.Diagnostics.HasErrors() {
		return ""
	}
	var b strings.Builder
	if err := result.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// accepted makes a random spec that is accepted, or skips the test.
func accepted(t *testing.T, dir string, r *rand.Rand) *spectest.Document {
	t.Helper()
	d := spectest.New(r)
	ok := d.Repair(func(text []byte) (lines []int) {
		for _, d := range run(t, dir, text).Diagnostics {
			if d.Severity == diag.Error {
				lines = append(lines, d.Line)
			}
		}
		return lines
	})
	if !ok {
		t.Skip("the spec could not be repaired")
	}
	return d
}

// shown prints diagnostics for a failing test.
func shown(ds diag.List) string {
	var b strings.Builder
	if err := ds.WriteText(&b, false); err != nil {
		return err.Error()
	}
	return b.String()
}
