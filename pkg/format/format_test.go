package format

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jobgen-dev/jobgen/internal/golden"
	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/secret"
	"github.com/jobgen-dev/jobgen/pkg/spec/spectest"
)

func isYAML(name string) bool {
	return filepath.Ext(name) == ".yaml" || filepath.Ext(name) == ".yml"
}

// formatted formats a text and checks that there is nothing more to do then.
func formatted(t *testing.T, name string, text []byte) []byte {
	t.Helper()
	once, err := YAML(text)
	if err != nil {
		t.Errorf("%s: %v\n%s", name, err, text)
		return text
	}
	twice, err := YAML(once)
	if err != nil || !bytes.Equal(once, twice) {
		t.Errorf("%s: formatted twice it is another text, error %v\n%s\n%s", name, err, once, twice)
	}
	return once
}

// output is what a build of a folder prints.
func output(t *testing.T, dir string, args []string, env string, stdin []byte) (string, bool) {
	t.Helper()
	yaml := render.Formats()[0]
	result, err := build.Run(build.Options{
		Dir: dir, Args: args, Stdin: bytes.NewReader(stdin), Format: &yaml, Environment: env,
		Secrets:   secret.Options{Mode: secret.Plain},
		LookupEnv: func(name string) (string, bool) { return "value of " + name, true },
	})
	if err != nil || result.Diagnostics.HasErrors() {
		return "", false
	}
	var out bytes.Buffer
	if err := result.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.String(), true
}

// The goldens that build, formatted, build to the same bytes.
func TestGoldensBuildToTheSame(t *testing.T) {
	held := 0
	for _, c := range golden.Cases(t) {
		if c.Args[0] != "build" || c.Want["stdout"] == "" || len(c.Input) == 0 {
			continue
		}
		env := ""
		for i, arg := range c.Args {
			if arg == "--env" {
				env = c.Args[i+1]
			}
		}
		dir := c.Dir(t)
		want, ok := output(t, dir, []string{"."}, env, nil)
		if !ok {
			continue
		}
		for _, f := range c.Input {
			if isYAML(f.Name) {
				write(t, filepath.Join(dir, filepath.FromSlash(f.Name)), formatted(t, c.Name+" "+f.Name, f.Data))
			}
		}
		if got, _ := output(t, dir, []string{"."}, env, nil); got != want {
			t.Errorf("%s: formatted it builds to\n%s\nnot\n%s", c.Name, got, want)
		}
		held++
	}
	if held < 55 {
		t.Errorf("%d goldens were compared", held)
	}
}

// And the examples.
func TestExamplesBuildToTheSame(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(golden.Root(t), "examples"))); err != nil {
		t.Fatal(err)
	}
	before := map[string]string{}
	for _, env := range []string{"", "prod"} {
		before[env], _ = output(t, dir, []string{"."}, env, nil)
	}
	if before[""] == "" || before["prod"] == "" {
		t.Fatal("the examples do not build")
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !isYAML(path) {
			return err
		}
		text, err := os.ReadFile(path)
		write(t, path, formatted(t, path, text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for env, want := range before {
		if got, _ := output(t, dir, []string{"."}, env, nil); got != want {
			t.Errorf("formatted they build to something else in %q", env)
		}
	}
}

// And random specs.
func TestRandomSpecsBuildToTheSame(t *testing.T) {
	dir := t.TempDir()
	for name, content := range spectest.Files {
		write(t, filepath.Join(dir, filepath.FromSlash(name)), []byte(content))
	}
	held := 0
	for seed := range 150 {
		d := spectest.New(spectest.Choices(fmt.Append(nil, seed)))
		d.Repair(func(text []byte) (lines []int) {
			result, err := build.Run(build.Options{Dir: dir, Args: []string{"-"}, Stdin: bytes.NewReader(text)})
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range result.Diagnostics {
				if d.Severity == diag.Error {
					lines = append(lines, d.Line)
				}
			}
			return lines
		})
		text := d.YAML(nil)
		want, ok := output(t, dir, []string{"-"}, "", text)
		if !ok {
			continue
		}
		held++
		if got, _ := output(t, dir, []string{"-"}, "", formatted(t, "random", text)); got != want {
			t.Fatalf("seed %d: formatted it builds to\n%s\nnot\n%s", seed, got, want)
		}
	}
	if held < 20 {
		t.Errorf("only %d random specs build", held)
	}
}

// No text makes it panic, or changes what other documents beside it say.
func TestStrangeTexts(t *testing.T) {
	const spec = "apiVersion: jobgen.dev/v1alpha1\nkind: Job\n"
	for _, text := range []string{"", "---", "---\n", "...\n", "- a\n", "a\n", "--- {kind: Job, apiVersion: jobgen.dev/v1alpha1}\n---\na: 1\n", spec + "...\n", "\ufeff" + spec, spec + "a: \"x\u2028y\"\nb: 'c'\n", spec + "spec:\r\n  image: a\r\n", spec + "? [a]\n: b\n", spec + "a: &x {b: c}\nspec: *x\n"} {
		if once, err := YAML([]byte(text)); err == nil {
			formatted(t, text, once)
		}
	}
	unlike := "a: 1\n--- {kind: Job, apiVersion: jobgen.dev/v1alpha1}\n"
	if got := string(formatted(t, "unlike", []byte(unlike))); got != unlike {
		t.Errorf("got %q", got)
	}
	for _, c := range golden.Cases(t) {
		for _, f := range c.Input {
			if once, err := YAML(f.Data); err == nil && isYAML(f.Name) {
				formatted(t, c.Name+" "+f.Name, once)
			}
		}
	}
}

func write(t *testing.T, path string, text []byte) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

// Comments and blank lines go with what they stand above; everything has its place.
func TestFormat(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"order": {`# What this is for.

# Of the kind.
kind: Job
apiVersion: jobgen.dev/v1alpha1
spec:
    # Of the image.
    image: acme/report:1   # pinned

    # Of the schedule,
    # in two lines.
    schedule: '30 2 * * *'
    args:
    - --all

    - "x"
    volumes:
        b: {mountPath: /b, emptyDir: {}}
        a: {emptyDir: {}}
    # At the end.
metadata: {name: report}
`, `# What this is for.

# Of the kind.
apiVersion: jobgen.dev/v1alpha1
kind: Job
metadata: {name: report}
spec:
  # Of the schedule,
  # in two lines.
  schedule: '30 2 * * *'
  # Of the image.
  image: acme/report:1 # pinned
  args:
    - --all

    - "x"
  volumes:
    b: {emptyDir: {}, mountPath: /b}
    a: {emptyDir: {}}
    # At the end.
`},
		"several": {"a: 1\n---  \n   # left alone\nb:    [ 1 ]\n---\napiVersion: jobgen.dev/v1alpha1\nspec: {image: a}\nkind: Job\n--- # c\n", "a: 1\n---  \n   # left alone\nb:    [ 1 ]\n---\napiVersion: jobgen.dev/v1alpha1\nkind: Job\nspec: {image: a}\n--- # c\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := string(formatted(t, name, []byte(c.text))); got != c.want {
				t.Errorf("got\n%s", strings.ReplaceAll(got, " ", "·"))
			}
		})
	}
}

// TestExamplesAreFormatted makes sure that what people copy is in the form that fmt
// gives it.
// G 4: many scalars on one line take time in proportion, within the 10 seconds of a large input.
func TestLongLine(t *testing.T) {
	var env strings.Builder
	for i := range 16_000 {
		fmt.Fprintf(&env, "'ä%d': \"x\", ", i)
	}
	text := "apiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata: {name: a}\nspec:\n  image: a:1\n  podAnnotations: {" + env.String() + "}\n"
	start := time.Now()
	if got, err := YAML([]byte(text)); err != nil || !strings.Contains(string(got), "'ä15999': \"x\"") {
		t.Error(err)
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Error(took)
	}
}

func TestExamplesAreFormatted(t *testing.T) {
	files := 0
	root := filepath.Join(golden.Root(t), "examples")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".yaml" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		if got, err := YAML(text); err != nil || !bytes.Equal(got, text) {
			t.Errorf("%s: `jobgen fmt examples` changes it (%v)", path, err)
		}
		return nil
	})
	if err != nil || files < 50 {
		t.Errorf("%d files, %v", files, err)
	}
}
