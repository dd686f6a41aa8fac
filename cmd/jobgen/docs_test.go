package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// This file runs what the pages for users show, on the project of examples/gitops.

// blocks are the blocks of a page that hold YAML or lines of a shell.
var blocks = regexp.MustCompile("(?s)```(yaml|sh)\n(.*?)```\n")

// gitopsProject returns a copy of examples/gitops with its tree rendered into
// manifests, and makes it the working directory.
func gitopsProject(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../examples/gitops")); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	if _, stderr, status := jobgen("render", "--out", "manifests", "--verify", "jobs"); status != exitDone {
		t.Fatalf("status %d\n%s", status, stderr)
	}
	return dir
}

// The YAML that is shown parses, and every command of jobgen in it, or in lines of a
// shell, runs on a project in which all is well.
func TestPagesForUsers(t *testing.T) {
	for page, least := range map[string]int{"gitops": 2, "ci": 8, "pre-commit": 4} {
		t.Run(page, func(t *testing.T) {
			text, err := os.ReadFile("../../docs/" + page + ".md")
			if err != nil {
				t.Fatal(err)
			}
			hooks := hookEntries(t)
			gitopsProject(t)
			ran := 0
			for _, block := range blocks.FindAllStringSubmatch(string(text), -1) {
				lines := strings.Split(block[2], "\n")
				if block[1] == "yaml" {
					document := documentOf(t, block[2])
					lines = commandsIn(t, document, hooks)
					ran += runActions(t, document)
				}
				for _, line := range lines {
					if strings.Contains(line, "jobgen ") {
						shell(t, line)
						ran++
					}
				}
			}
			if ran < least {
				t.Errorf("%d commands ran", ran)
			}
		})
	}
}

// documentOf reads the only document of a text.
func documentOf(t *testing.T, text string) any {
	t.Helper()
	var document any
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return document
}

// commandsIn returns the lines of a shell in a document: what CI runs, the arguments
// of a plugin, and the hooks of pre-commit with their arguments.
func commandsIn(t *testing.T, node any, hooks map[string]string) (lines []string) {
	t.Helper()
	switch node := node.(type) {
	case map[string]any:
		if id, is := node["id"].(string); is {
			entry, _ := node["entry"].(string)
			if entry == "" && hooks[id] == "" {
				t.Errorf("there is no hook %s", id)
			}
			args, _ := node["args"].([]any)
			line := entry + hooks[id]
			for _, arg := range args {
				line += " " + arg.(string)
			}
			return []string{line}
		}
		for _, value := range node {
			lines = append(lines, commandsIn(t, value, hooks)...)
		}
	case []any:
		for _, item := range node {
			lines = append(lines, commandsIn(t, item, hooks)...)
		}
	case string:
		if strings.HasPrefix(strings.TrimPrefix(node, "exec "), "jobgen ") {
			lines = append(lines, node)
		}
	}
	return lines
}

// runActions runs the steps of a workflow that use the action of this repository, and
// returns how many there are.
func runActions(t *testing.T, node any) (ran int) {
	t.Helper()
	switch node := node.(type) {
	case map[string]any:
		if uses, _ := node["uses"].(string); strings.HasPrefix(uses, "jobgen-dev/jobgen@") {
			with := map[string]string{}
			inputs, _ := node["with"].(map[string]any)
			for name, value := range inputs {
				with[name] = value.(string)
			}
			a := readAction(t)
			if stdout, stderr, status, _ := newRunner(t, a, with).run(a.Runs.Steps[2]); status != 0 {
				t.Errorf("the action with %v: status %d\n%s%s", with, status, stdout, stderr)
			}
			return 1
		}
		for _, value := range node {
			ran += runActions(t, value)
		}
	case []any:
		for _, item := range node {
			ran += runActions(t, item)
		}
	}
	return ran
}

// hookEntries returns what each hook of this repository runs.
func hookEntries(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("../../.pre-commit-hooks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var hooks []struct{ ID, Entry string }
	if err := yaml.Unmarshal(text, &hooks); err != nil {
		t.Fatal(err)
	}
	entries := map[string]string{}
	for _, hook := range hooks {
		entries[hook.ID] = hook.Entry
	}
	return entries
}

// shell runs a line as a user's shell would, with jobgen a process of its own, and
// returns its standard output.
func shell(t *testing.T, line string) string {
	t.Helper()
	cmd := exec.Command("sh", "-c", line)
	cmd.Env = append(os.Environ(), "ARGOCD_ENV_ENVIRONMENT=staging")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s%s", line, err, stdout.String(), stderr.String())
	}
	return stdout.String()
}

// The Go code in the page about the library is part of the examples, which run.
func TestLibraryPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/library.md")
	if err != nil {
		t.Fatal(err)
	}
	examples, err := os.ReadFile("../../pkg/build/example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	code := regexp.MustCompile("(?s)```go\n(.*?)```\n").FindAllStringSubmatch(string(page), -1)
	for _, block := range code {
		indented := regexp.MustCompile(`(?m)^(result|\t|\}|if|yaml|spec :=)`).ReplaceAllString(block[1], "\t$1")
		if !strings.Contains(string(examples), indented) {
			t.Errorf("no example has\n%s", indented)
		}
	}
	if len(code) < 2 {
		t.Errorf("it shows %d pieces of code", len(code))
	}
}

// The plugin of Argo CD prints the bytes of `jobgen build`, and finds the project.
func TestArgoPlugin(t *testing.T) {
	dir := gitopsProject(t)
	text, err := os.ReadFile("argocd/plugin.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var plugin struct {
		Spec struct {
			Discover struct {
				FileName string `yaml:"fileName"`
			}
			Generate struct{ Command, Args []string }
		}
	}
	if err := yaml.Unmarshal(text, &plugin); err != nil {
		t.Fatal(err)
	}
	if found, err := filepath.Glob(filepath.Join(dir, plugin.Spec.Discover.FileName)); err != nil || len(found) != 1 {
		t.Errorf("discover finds %v, error %v", found, err)
	}
	line := slices.Concat(plugin.Spec.Generate.Command, plugin.Spec.Generate.Args)
	cmd := exec.Command(line[0], line[1:]...)
	cmd.Env = append(os.Environ(), "ARGOCD_ENV_ENVIRONMENT=staging")
	got, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	want, _, _ := jobgen("build", "--secrets", "omit", "--env", "staging")
	if want == "" || string(got) != want {
		t.Errorf("the plugin prints\n%s\nand jobgen build\n%s", got, want)
	}
}

// The paths that Argo CD and Flux are given are in the rendered tree, and their files
// parse.
func TestDeliveredPathsAreRendered(t *testing.T) {
	gitopsProject(t)
	paths := 0
	for _, name := range []string{"argocd/application.yaml", "argocd/application-plugin.yaml", "flux/ledger.yaml"} {
		file, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		decoder := yaml.NewDecoder(file)
		for {
			var object struct {
				Spec struct {
					Path   string
					Source struct{ Path string }
				}
			}
			if err := decoder.Decode(&object); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			path := object.Spec.Path + object.Spec.Source.Path
			if path == "" || path == "." {
				continue
			}
			if _, err := os.Stat(filepath.Join(path, "kustomization.yaml")); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			paths++
		}
	}
	if paths != 2 {
		t.Errorf("%d paths were looked at", paths)
	}
}
