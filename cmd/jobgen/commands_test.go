package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/jobgen-dev/jobgen/internal/golden"
	"github.com/jobgen-dev/jobgen/pkg/reference"
)

//go:generate go test -run TestCommandsPageIsUpToDate -update

func TestCommandsPageIsUpToDate(t *testing.T) {
	root := newRoot(world{})
	root.InitDefaultCompletionCmd()
	golden.Generated(t, "docs/cli.md", reference.Commands(root), *update)
}

var (
	mentions = regexp.MustCompile("jobgen ([a-z]+)((?: [^`\n|>;]*)?)")
	codes    = regexp.MustCompile("(?ms)^```.*?^```|`[^`\n]+`")
	named    = regexp.MustCompile(`(^|\s)--?([a-z][a-z-]*)`)
)

// Every command and flag that a page names in its code is there.
func TestPagesNameCommandsAndFlags(t *testing.T) {
	root := golden.Root(t)
	var pages []string
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/lint/*.md", "pkg/reference/*.md"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, found...)
	}
	seen := 0
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, code := range codes.FindAllString(string(text), -1) {
			for _, m := range mentions.FindAllStringSubmatch(code, -1) {
				seen++
				if complaint := unknown(m[1], m[2]); complaint != "" {
					t.Errorf("%s: %s in %q", filepath.Base(page), complaint, m[0])
				}
			}
		}
	}
	if seen < 100 {
		t.Errorf("%d commands are named", seen)
	}
}

// unknown says what in a command line jobgen does not have, "" for nothing.
func unknown(name, args string) string {
	root := newRoot(world{})
	root.InitDefaultCompletionCmd()
	cmd, _, err := root.Find([]string{name})
	if err != nil || cmd == root {
		return "no command " + name
	}
	args, _, _ = strings.Cut(args, " -- ")
	for _, flag := range named.FindAllStringSubmatch(args, -1) {
		if !has(cmd, flag[2]) {
			return "no flag " + flag[2]
		}
	}
	return ""
}

// has reports whether a command has a flag of a long or short name.
func has(cmd *cobra.Command, flag string) bool {
	if len(flag) == 1 {
		return flag == "h" || cmd.Flags().ShorthandLookup(flag) != nil
	}
	return flag == "help" || cmd.Flags().Lookup(flag) != nil
}

// A 3: a flag that holds one value is refused when it is given twice; one of a list is not.
func TestFlagsGivenTwice(t *testing.T) {
	for _, cmd := range commands(newRoot(world{})) {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			// The value is of the flag's kind, and nothing is read before flags are.
			arg := "--" + f.Name + "=" + map[bool]string{true: "true", false: "x=y"}[f.NoOptDefVal == "true"]
			_, stderr, status := jobgen(append(strings.Fields(cmd.CommandPath())[1:], arg, arg, "nothing.yaml")...)
			_, list := f.Value.(pflag.SliceValue)
			if refused := status == exitError && strings.Contains(stderr, "given twice"); refused == list && f.Name != "help" {
				t.Errorf("%s %s %s: %s", cmd.CommandPath(), arg, arg, stderr)
			}
		})
	}
}

// A 5: output that cannot be written is an error of every command, its help among them.
func TestOutputIsLost(t *testing.T) {
	spec := filepath.Join(t.TempDir(), "job.yaml")
	copyFile(t, "../../examples/primes.yaml", spec)
	rendered := filepath.Join(t.TempDir(), "rendered")
	if _, stderr, status := jobgen("render", "--out", rendered, spec); status != exitDone {
		t.Fatal(stderr)
	}
	args := map[string][]string{
		"jobgen build": {spec}, "jobgen validate": {spec}, "jobgen init": {"--print", "--image", "a:1", "x"}, "jobgen import": {"-"}, "jobgen fmt": {"-"},
		"jobgen render": {"--dry-run", "--out", filepath.Join(t.TempDir(), "out"), spec}, "jobgen diff": {"--against", rendered, spec},
	}
	for _, cmd := range commands(newRoot(world{})) {
		path := strings.Fields(cmd.CommandPath())[1:]
		for _, line := range [][]string{append(slices.Clone(path), "--help"), append(slices.Clone(path), args[cmd.CommandPath()]...)} {
			var stderr bytes.Buffer
			input := map[string]string{"import": someCronJob, "fn": someList}[cmd.Name()]
			status := run(line, world{stdin: strings.NewReader(input), stdout: full{}, stderr: &stderr, lookupEnv: noEnv})
			if status != exitError || !strings.Contains(stderr.String(), errFull.Error()) {
				t.Errorf("%s: status %d, %s", line, status, stderr.String())
			}
		}
	}
}

// full is a disk with no space left.
type full struct{}

var errFull = errors.New("no space left on device")

func (full) Write([]byte) (int, error) { return 0, errFull }
