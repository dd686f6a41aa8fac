// Package kustomize_test runs the kustomize program, and the one that is built
// into kubectl, over the cases of pkg/kustomize. It is a module of its own, so
// that nobody who builds jobgen downloads them.
package kustomize_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

var (
	cases = flag.Int("cases", 150, "how many random environments to try")
	seed  = flag.Uint64("seed", 1, "where the random environments start")
)

// programs are the kustomize programs, by the module that pins each.
var programs = []struct{ name, module string }{
	{"kustomize 5.8.2", "."},
	{"kustomize 5.5.0, as in kubectl", "kubectl"},
}

// Both programs build each overlay to the objects of its environment: of random
// environments, and of the trees that are rendered of all goldens.
func TestOverlayLaw(t *testing.T) {
	dir := t.TempDir()
	written := filepath.Join(dir, "cases")
	run(t, "../..", "go", "test", "./pkg/kustomize", "-run", "TestOverlayLaw|TestGolden", "-count=1",
		"-args", "-cases", fmt.Sprint(*cases), "-seed", fmt.Sprint(*seed), "-write", written)
	run(t, "../..", "go", "test", "./pkg/layout", "-run", "TestGoldensInATree", "-count=1", "-args", "-write", written)
	folders, err := os.ReadDir(written)
	if err != nil || len(folders) < *cases+100 {
		t.Fatalf("%d cases are written, error %v", len(folders), err)
	}
	for i, p := range programs {
		t.Run(p.name, func(t *testing.T) {
			program := filepath.Join(dir, fmt.Sprint("kustomize", i))
			run(t, p.module, "go", "build", "-o", program, "sigs.k8s.io/kustomize/kustomize/v5")
			failed := 0
			for _, f := range folders {
				if err := builds(program, filepath.Join(written, f.Name())); err != nil {
					t.Errorf("%s: %v", f.Name(), err)
					failed++
				}
			}
			t.Logf("%d of %d overlays are as wanted", len(folders)-failed, len(folders))
		})
	}
}

func run(t *testing.T, dir string, command ...string) {
	t.Helper()
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(command, " "), err, out)
	}
}

// builds runs a program on a case and compares what it prints.
func builds(program, dir string) error {
	var out, failure bytes.Buffer
	cmd := exec.Command(program, "build", filepath.Join(dir, "overlay"))
	cmd.Stdout, cmd.Stderr = &out, &failure
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%w\n%s", err, failure.Bytes())
	}
	text, err := os.ReadFile(filepath.Join(dir, "wanted.json"))
	if err != nil {
		return err
	}
	var wanted []any
	if err := decode(text, &wanted); err != nil {
		return err
	}
	built, err := documents(&out)
	if err != nil {
		return err
	}
	left := map[string]any{}
	for _, o := range built {
		left[key(o)] = o
	}
	if len(left) != len(wanted) {
		return fmt.Errorf("%d objects are built, not %d", len(left), len(wanted))
	}
	for _, w := range wanted {
		if !reflect.DeepEqual(left[key(w)], w) {
			return fmt.Errorf("%s is built as\n%v\nnot\n%v", key(w), left[key(w)], w)
		}
	}
	return nil
}

// documents reads a stream as JSON would have it.
func documents(r io.Reader) (all []any, err error) {
	dec := yaml.NewDecoder(r)
	for {
		var node, object any
		if err := dec.Decode(&node); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		text, err := json.Marshal(node)
		if err != nil {
			return nil, err
		}
		if err := decode(text, &object); err != nil {
			return nil, err
		}
		if object != nil {
			all = append(all, object)
		}
	}
}

func decode(text []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	return dec.Decode(into)
}

func key(object any) string {
	o, _ := object.(map[string]any)
	meta, _ := o["metadata"].(map[string]any)
	return fmt.Sprint(o["apiVersion"], " ", o["kind"], " ", meta["namespace"], " ", meta["name"])
}
