package main

import (
	"bytes"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	"golang.org/x/tools/txtar"
)

// This file runs the steps of action.yml as GitHub's runner does.

// action is what the runner reads of action.yml.
type action struct {
	Inputs map[string]struct {
		Description string
		Default     *string
	}
	Outputs map[string]struct{ Value string }
	Runs    struct {
		Using string
		Steps []actionStep
	}
}

type actionStep struct {
	Uses, Run, Shell, ID string
	With, Env            map[string]string
}

// top is the root of the repository, whatever the working directory is later.
var top, _ = filepath.Abs("../..")

func readAction(t *testing.T) action {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(top, "action.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var a action
	if err := yaml.Unmarshal(text, &a); err != nil {
		t.Fatal(err)
	}
	if len(a.Runs.Steps) != 3 || a.Runs.Using != "composite" {
		t.Fatalf("the steps are %+v", a.Runs)
	}
	return a
}

// expression is one of the runner's.
var expression = regexp.MustCompile(`\$\{\{ *(\S+) *\}\}`)

// runner is a machine on which a step runs, in the working directory.
type runner struct {
	t       *testing.T
	temp    string
	context map[string]string // what expressions stand for
	path    string
}

func newRunner(t *testing.T, a action, with map[string]string) runner {
	t.Helper()
	r := runner{t, t.TempDir(), map[string]string{"github.action_path": top}, os.Getenv("PATH")}
	for name, input := range a.Inputs {
		r.context["inputs."+name] = *input.Default
	}
	for name, value := range with {
		if _, known := a.Inputs[name]; !known {
			t.Fatalf("there is no input %s", name)
		}
		r.context["inputs."+name] = value
	}
	return r
}

// evaluate puts values in the place of expressions.
func (r runner) evaluate(text string) string {
	return expression.ReplaceAllStringFunc(text, func(found string) string {
		name := expression.FindStringSubmatch(found)[1]
		value, known := r.context[name]
		if !known {
			r.t.Errorf("the runner does not know %s", name)
		}
		return value
	})
}

// run runs a step, and returns its output, its exit status, and what it wrote for the
// steps that follow.
func (r runner) run(step actionStep) (stdout, stderr string, status int, written string) {
	r.t.Helper()
	if step.Shell != "bash" || strings.Contains(step.Run, "${{") {
		r.t.Fatalf("a value that a pull request may choose stands in a script:\n%s", step.Run)
	}
	file := filepath.Join(r.temp, "step.sh")
	if err := os.WriteFile(file, []byte(step.Run), 0o644); err != nil {
		r.t.Fatal(err)
	}
	var out, said bytes.Buffer
	cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", file)
	cmd.Stdout, cmd.Stderr = &out, &said
	outputs := filepath.Join(r.temp, "written")
	cmd.Env = append(os.Environ(), "RUNNER_TEMP="+r.temp, "GITHUB_PATH="+outputs, "GITHUB_OUTPUT="+outputs, "PATH="+r.path)
	for name, value := range step.Env {
		cmd.Env = append(cmd.Env, name+"="+r.evaluate(value))
	}
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		r.t.Fatal(err)
	}
	text, _ := os.ReadFile(outputs) // none where nothing was written
	return out.String(), said.String(), cmd.ProcessState.ExitCode(), string(text)
}

// The commands of the action succeed where all is well, and fail with annotations where
// something is not.
func TestAction(t *testing.T) {
	a := readAction(t)
	const (
		good    = "apiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata: {name: report}\nspec: {image: acme/report:1}\n"
		wrong   = "apiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata: {name: report}\nspec: {image: acme/report:1, comand: [x]}\n"
		mistake = "::error file=jobs/report.yaml,line=4,col=30,endColumn=36,title=JG201 spec::unknown field \"comand\" in spec%0Adid you mean \"command\"?\n"
		stale   = "::error title=jobgen render::What is rendered is not up to date"
	)
	for _, c := range []struct {
		name, spec string
		with       map[string]string
		status     int
		stdout     []string // what it holds
		not        string   // and what not
	}{
		{"validate", good, nil, 0, nil, "::error"},
		{"validate", wrong, nil, 1, []string{mistake}, ""},
		{"validate, with flags", good, map[string]string{"files": "jobs\n*.yaml", "args": "--kubernetes 1.36-1.37\n--strict"}, 0, nil, "::error"},
		{"validate, no such flag", good, map[string]string{"args": "--stict"}, 2, nil, ""},
		{"validate, words of a shell", good, map[string]string{"files": "jobs;touch$IFS\"$RUNNER_TEMP/made\" $(touch made)"}, 2, nil, ""},
		{"build", good, map[string]string{"command": "build", "files": "jobs", "args": "--set spec.parallelism=3"}, 0, nil, "::error"},
		{"build", wrong, map[string]string{"command": "build", "files": "jobs"}, 1, []string{mistake}, ""},
		{"render-check", good, map[string]string{"command": "render-check", "files": "jobs", "args": "--out manifests"}, 0, nil, "::error"},
		{"render-check", wrong, map[string]string{"command": "render-check", "files": "jobs", "args": "--out manifests"}, 1, []string{mistake, stale}, ""},
		{"render-check, stale", strings.Replace(good, "report:1", "report:2", 1), map[string]string{"command": "render-check", "files": "jobs", "args": "--out manifests"}, 1, []string{"changed manifests/", stale}, ""},
		{"no such command", good, map[string]string{"command": "explode"}, 2, []string{"::error title=jobgen::There is no command explode"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRunner(t, a, c.with)
			dir := t.TempDir()
			writeFiles(t, dir, []txtar.File{{Name: "jobs/report.yaml", Data: []byte(good)}, {Name: "other.yaml", Data: []byte(someManifest)}})
			t.Chdir(dir)
			if _, stderr, status := jobgen("render", "--out", "manifests", "jobs"); status != exitDone {
				t.Fatal(stderr)
			}
			writeFiles(t, dir, []txtar.File{{Name: "jobs/report.yaml", Data: []byte(c.spec)}})
			stdout, stderr, status, written := r.run(a.Runs.Steps[2])
			if status != c.status || c.not != "" && strings.Contains(stdout, c.not) {
				t.Errorf("status %d\n%s%s", status, stdout, stderr)
			}
			for _, want := range c.stdout {
				if !strings.Contains(stdout, want) {
					t.Errorf("it lacks %q:\n%s%s", want, stdout, stderr)
				}
			}
			if made, _ := filepath.Glob(filepath.Join(r.temp, "made")); made != nil {
				t.Error("a script runs what an input says")
			}
			r.made(a, c.with["command"] == "build" && status == 0, written)
		})
	}
}

// made checks the output of the command build, which no other has.
func (r runner) made(a action, has bool, written string) {
	r.t.Helper()
	name, ok := strings.CutPrefix(strings.TrimSpace(written), "manifests=")
	if ok != has || a.Outputs["manifests"].Value != "${{ steps.run.outputs.manifests }}" || a.Runs.Steps[2].ID != "run" {
		r.t.Fatalf("the step writes %q", written)
	}
	if !has {
		return
	}
	got, err := os.ReadFile(name)
	if err != nil {
		r.t.Fatal(err)
	}
	if want, _, _ := jobgen("build", "jobs", "--set", "spec.parallelism=3"); string(got) != want {
		r.t.Errorf("what is made is\n%s\nnot\n%s", got, want)
	}
}

// The action installs the version that is asked for, or what stands beside it, with a
// Go that can build it.
func TestActionInstalls(t *testing.T) {
	a := readAction(t)
	module, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(string(module), "module "), "\n")
	for version, want := range map[string]string{"": "build -C ACTION -trimpath -o BIN/jobgen ./cmd/jobgen", "v1.2.3": "install " + name + "/cmd/jobgen@v1.2.3"} {
		r := newRunner(t, a, map[string]string{"version": version})
		// It says what it is asked for, in place of downloading anything.
		program := "#!/bin/sh\n[ \"$1\" = env ] || echo \"$GOBIN|$@\" >&2\n"
		if err := os.WriteFile(filepath.Join(r.temp, "go"), []byte(program), 0o755); err != nil {
			t.Fatal(err)
		}
		r.path = r.temp + string(os.PathListSeparator) + r.path
		_, asked, status, written := r.run(a.Runs.Steps[1])
		bin := strings.TrimSpace(written)
		want = strings.NewReplacer("ACTION", r.context["github.action_path"], "BIN", bin).Replace(want)
		if into, args, _ := strings.Cut(strings.TrimSpace(asked), "|"); status != 0 || args != want || version != "" && into != bin {
			t.Errorf("status %d, and go is asked for %q into %q, not %q", status, args, into, want)
		}
		if _, err := os.Stat(bin); err != nil {
			t.Errorf("what is put on the path: %v", err)
		}
		setup := a.Runs.Steps[0]
		if _, err := os.Stat(r.evaluate(setup.With["go-version-file"])); err != nil || !strings.HasPrefix(setup.Uses, "actions/setup-go@v") {
			t.Errorf("Go is set up by %+v", setup)
		}
	}
	used := map[string]bool{}
	for _, step := range a.Runs.Steps {
		for _, value := range step.Env {
			for _, m := range expression.FindAllStringSubmatch(value, -1) {
				used[strings.TrimPrefix(m[1], "inputs.")] = true
			}
		}
	}
	for _, input := range slices.Sorted(maps.Keys(a.Inputs)) {
		if !used[input] || a.Inputs[input].Description == "" {
			t.Errorf("the input %s does nothing, or is not described", input)
		}
	}
}
