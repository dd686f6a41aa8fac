// Package precommit tries the hooks of .pre-commit-hooks.yaml with the real
// pre-commit, in a repository made for the purpose.
package precommit

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const (
	wrong = `apiVersion: jobgen.dev/v1alpha1
kind: Job
metadata: {name: report}
spec:
  image: acme/report:1.4
  restartPolcy: Never
`
	refused = `apiVersion: batch/v1
kind: Job
metadata: {name: report}
spec:
  podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: [1]}}]}
  template: {spec: {restartPolicy: OnFailure, containers: [{name: main, image: "acme/report:1.4"}]}}
`
)

// A commit with a mistake is refused with the diagnostics, and accepted when the
// mistake is mended.
func TestHooks(t *testing.T) {
	if _, err := exec.LookPath("pre-commit"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("pre-commit is not installed")
		}
		t.Skip("pre-commit is not installed")
	}
	project := t.TempDir()
	r := repository{t, t.TempDir(), environment(t)}
	r.git("init", "-q")
	r.write(".pre-commit-config.yaml", `repos:
- repo: `+hooks(t, project)+`
  rev: test
  hooks:
  - id: jobgen-validate
    args: [jobs]
  - id: jobgen-validate-manifests
    files: ^rendered/
`)
	r.run("pre-commit", "install")

	r.write("jobs/report.yaml", wrong)
	r.write("rendered/report.yaml", refused)
	r.write("values.yaml", "replicas: 3\n")
	r.git("add", ".")
	said := r.refused("git", "commit", "-q", "-m", "wrong")
	for _, want := range []string{
		`jobs/report.yaml:6:3: error: unknown field "restartPolcy" in spec`, `did you mean "restartPolicy"?`,
		`rendered/report.yaml:6:36: error: the API server does not allow this value, "OnFailure"`,
	} {
		if !strings.Contains(said, want) {
			t.Errorf("the refusal lacks %q:\n%s", want, said)
		}
	}

	r.write("jobs/report.yaml", strings.Replace(wrong, "restartPolcy", "restartPolicy", 1))
	r.write("rendered/report.yaml", strings.Replace(refused, "OnFailure", "Never", 1))
	r.git("add", ".")
	r.git("commit", "-q", "-m", "right")
}

// hooks makes a repository of this project as it stands, and returns its path: the
// hooks are tried before they are committed.
func hooks(t *testing.T, dir string) string {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	files := output(t, root, "git", "ls-files", "--cached", "--others", "--exclude-standard")
	r := repository{t, dir, os.Environ()}
	for name := range strings.Lines(files) {
		name = strings.TrimSpace(name)
		content, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			continue // deleted, and not committed yet
		}
		r.write(name, string(content))
	}
	r.git("init", "-q")
	r.git("add", ".")
	r.git("commit", "-q", "-m", "jobgen")
	r.git("tag", "test")
	return dir
}

// environment has a cache of its own for pre-commit, and Go's caches of this
// machine, so that nothing is downloaded twice.
func environment(t *testing.T) []string {
	env := append(os.Environ(), "PRE_COMMIT_HOME="+t.TempDir())
	for _, name := range []string{"GOCACHE", "GOMODCACHE"} {
		env = append(env, name+"="+strings.TrimSpace(output(t, ".", "go", "env", name)))
	}
	return env
}

// repository is a git repository in a folder of the test.
type repository struct {
	t   *testing.T
	dir string
	env []string
}

func (r repository) write(name, content string) {
	r.t.Helper()
	path := filepath.Join(r.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

func (r repository) git(args ...string) { r.t.Helper(); r.run("git", args...) }

func (r repository) run(name string, args ...string) {
	r.t.Helper()
	if out, err := r.command(name, args...); err != nil {
		r.t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

// refused runs what must fail, and returns what it says.
func (r repository) refused(name string, args ...string) string {
	r.t.Helper()
	out, err := r.command(name, args...)
	if err == nil {
		r.t.Fatalf("%s %s is not refused:\n%s", name, strings.Join(args, " "), out)
	}
	return out
}

func (r repository) command(name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = r.dir
	cmd.Env = append(r.env, "GIT_AUTHOR_NAME=test", "GIT_AUTHOR_EMAIL=test@example.com", "GIT_COMMITTER_NAME=test",
		"GIT_COMMITTER_EMAIL=test@example.com", "GIT_CONFIG_GLOBAL="+os.DevNull)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func output(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v", name, strings.Join(args, " "), err)
	}
	return string(out)
}
