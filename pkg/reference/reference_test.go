package reference

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jobgen-dev/jobgen/internal/golden"
	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/schema"
)

var update = flag.Bool("update", false, "write docs/language.md")

func TestPageIsUpToDate(t *testing.T) {
	golden.Generated(t, "docs/language.md", Markdown(), *update)
}

// Every field that a spec can have is on the page, and every type once.
func TestEveryFieldHasAnAnchor(t *testing.T) {
	text := string(Markdown())
	var visit func(typ *schema.Type, seen map[string]bool)
	visit = func(typ *schema.Type, seen map[string]bool) {
		if typ == nil || typ.Name != "" && seen[typ.Name] {
			return
		}
		seen[typ.Name] = typ.Name != ""
		for _, f := range typ.Fields {
			if !strings.Contains(text, "**`"+f.Name+"`**") {
				t.Errorf("%s.%s is not on the page", typ.Name, f.Name)
			}
			visit(f.Type, seen)
		}
		visit(typ.Key, seen)
		visit(typ.Elem, seen)
	}
	seen := map[string]bool{}
	visit(schema.Written(), seen)
	visit(schema.ProjectModel(), seen)
	for _, f := range schema.Model().Field("spec").Type.Fields {
		if n := strings.Count(text, `<a id="spec.`+f.Name+`">`); n != 1 {
			t.Errorf("spec.%s is %d times on the page", f.Name, n)
		}
	}
}

var fenced = regexp.MustCompile("(?s)```yaml\n(.*?)```")

// The examples of the introduction are specs, what stands under spec, or a
// project file.
func TestExamples(t *testing.T) {
	yaml := render.Formats()[0]
	for _, m := range fenced.FindAllStringSubmatch(string(introduction), -1) {
		text := m[1]
		if !strings.HasPrefix(text, "apiVersion: ") {
			text = "apiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata: {name: example}\nspec:\n  " + strings.ReplaceAll(text, "\n", "\n  ")
		}
		dir := t.TempDir()
		if strings.Contains(text, "kind: Project") {
			write(t, filepath.Join(dir, "jobgen.yaml"), text)
			write(t, filepath.Join(dir, "policy", "any.cue"), "spec: image!: _")
			write(t, filepath.Join(dir, "infra", "any.yaml"), "{apiVersion: v1, kind: ConfigMap, metadata: {name: any}}")
			text = "apiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata: {name: example}\nspec: {image: example}\n"
		}
		result, err := build.Run(build.Options{Dir: dir, Args: []string{"-"}, Stdin: strings.NewReader(text), Format: &yaml})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range result.Diagnostics {
			t.Errorf("%s\n%v", text, d)
		}
	}
}

func write(t *testing.T, path, text string) {
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
		t.Fatal(err)
	}
}

// The tests and files that docs/architecture.md names are there.
func TestArchitectureNamesWhatIsThere(t *testing.T) {
	text, err := os.ReadFile("../../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	var tests strings.Builder
	err = filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		tests.Write(source)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range regexp.MustCompile("`((Test|Fuzz)[A-Za-z]+)`").FindAllStringSubmatch(string(text), -1) {
		if !strings.Contains(tests.String(), "\nfunc "+name[1]+"(") {
			t.Errorf("there is no test %s", name[1])
		}
	}
	for _, path := range regexp.MustCompile("`((schema|pkg|cmd|testdata|tools)/[^ `*]+)`").FindAllStringSubmatch(string(text), -1) {
		if _, err := os.Stat("../../" + path[1]); err != nil {
			t.Error(err)
		}
	}
}
