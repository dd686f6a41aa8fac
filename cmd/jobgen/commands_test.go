package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"

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
