package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"
	"golang.org/x/tools/txtar"
)

// TestMain lets the scripts run jobgen as a process of its own.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"jobgen": main, plugin: main})
}

// TestScript runs testdata/script: what a user sees of a whole process, its
// output, its diagnostics and its exit status.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds:                map[string]func(ts *testscript.TestScript, neg bool, args []string){"exits": exits},
	})
}

// exits runs a command and compares its exit status: exits STATUS PROGRAM ARG...
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS PROGRAM ARG...")
	}
	got := "0"
	err := ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = strconv.Itoa(exit.ExitCode())
	} else {
		ts.Check(err)
	}
	if got != args[0] {
		ts.Fatalf("exit status %s, not %s", got, args[0])
	}
}

// TestHelpExamples runs every example of every command's help in a folder with
// the files that they name. Of programs joined by "|" jobgen's part is run.
func TestHelpExamples(t *testing.T) {
	dir := t.TempDir()
	for name, example := range map[string]string{"primes.yaml": "primes-sequential", "jobs/hello.yaml": "hello", "jobs/daily.yaml": "daily", "jobs/report.yaml": "overlays/report"} {
		copyFile(t, filepath.Join("../../examples", example+".yaml"), filepath.Join(dir, name))
	}
	writeFiles(t, dir, []txtar.File{{Name: "manifests/settings.yaml", Data: []byte(someManifest)}})
	for _, name := range []string{"cronjob.yaml", "prod/cronjob.yaml", "staging.yaml"} {
		writeFiles(t, dir, []txtar.File{{Name: name, Data: []byte(someCronJob)}})
	}
	t.Chdir(dir)
	committed := commit(t, dir)
	if _, stderr, status := jobgen("render", "--out", "manifests", "jobs/"); status != exitDone {
		t.Fatal(stderr)
	}
	saved, _, _ := jobgen("build", "primes.yaml")
	writeFiles(t, dir, []txtar.File{{Name: "saved.yaml", Data: []byte(saved)}})
	ran := map[string]int{}
	for _, cmd := range commands(newRoot(world{})) {
		for line := range strings.Lines(cmd.Example) {
			args := ofJobgen(line)
			if args == nil {
				if line := strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
					t.Errorf("%s: an example that is not jobgen's: %s", cmd.CommandPath(), line)
				}
				continue
			}
			ran[cmd.CommandPath()]++
			if args[0] == "diff" && !committed {
				continue
			}
			input := map[string]string{"import": someCronJob, "fn": someList}[args[0]]
			if input == "" {
				input = someManifest
			}
			stdout, stderr, status := jobgenOn(input, args...)
			summary := slices.Contains([]string{"validate", "render", "init", "fmt"}, args[0]) ||
				slices.Contains(args, "--out") || slices.Contains(args, "--improve")
			if status != exitDone || stderr != "" && !summary || stdout == "" && !summary {
				t.Errorf("%s: exit status %d, output\n%s\nand\n%s", line, status, stdout, stderr)
			}
		}
		if cmd.Runnable() && ran[cmd.CommandPath()] == 0 {
			t.Errorf("%s has no example", cmd.CommandPath())
		}
	}
	if len(ran) < 4 {
		t.Errorf("examples of %d commands ran", len(ran))
	}
}

// commit makes a folder a git repository with one commit of all files, on main. It is
// false where git is not installed.
func commit(t *testing.T, dir string) bool {
	if _, err := exec.LookPath("git"); err != nil {
		return false
	}
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	for _, args := range []string{"init -q", "checkout -q -b main", "add .", "-c user.name=jobgen -c user.email=jobgen@example.com commit -q -m first"} {
		cmd := exec.Command("git", strings.Fields(args)...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v\n%s", args, err, out)
		}
	}
	return true
}

// ofJobgen returns the arguments of jobgen in a line of a shell, nil if there are none.
func ofJobgen(line string) []string {
	for part := range strings.SplitSeq(line, "|") {
		if args, ok := strings.CutPrefix(strings.TrimSpace(part), "jobgen "); ok {
			return strings.Fields(args)
		}
	}
	return nil
}

const someManifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n"

const someCronJob = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: imported}\n" +
	"spec: {schedule: '@daily', jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: imported, image: busybox}]}}}}}\n"

const someList = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n" +
	"items: [{apiVersion: jobgen.dev/v1alpha1, kind: Job, metadata: {name: listed}, spec: {image: busybox}, overlays: {prod: {}}}]\n"

// commands returns a command and all below it.
func commands(cmd *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{cmd}
	for _, sub := range cmd.Commands() {
		all = append(all, commands(sub)...)
	}
	return all
}

func jobgen(args ...string) (stdout, stderr string, status int) {
	return jobgenOn(someManifest, args...)
}

// jobgenOn runs a command line on a standard input.
func jobgenOn(stdin string, args ...string) (stdout, stderr string, status int) {
	var out, err bytes.Buffer
	status = run(args, world{stdin: strings.NewReader(stdin), stdout: &out, stderr: &err, lookupEnv: noEnv})
	return out.String(), err.String(), status
}

// A terminal gets colours, unless NO_COLOR is set to anything.
func TestColor(t *testing.T) {
	for noColor, want := range map[string]bool{"": true, "1": false} {
		var stdout, stderr bytes.Buffer
		lookup := func(string) (string, bool) { return noColor, noColor != "" }
		w := world{stdin: strings.NewReader("{apiVersion: jobgen.dev/v1alpha1}"), stdout: &stdout, stderr: &stderr, lookupEnv: lookup, terminal: true}
		if status := run([]string{"build", "-"}, w); status != exitWrong || stdout.Len() > 0 {
			t.Errorf("status %d, output %q", status, stdout.String())
		}
		if got := strings.Contains(stderr.String(), "\x1b["); got != want {
			t.Errorf("NO_COLOR=%q: colours %v", noColor, got)
		}
	}
}

func copyFile(t *testing.T, from, to string) {
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	writeFiles(t, filepath.Dir(to), []txtar.File{{Name: filepath.Base(to), Data: text}})
}
