package main

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
	"github.com/spf13/pflag"
)

// pages is where `make pages` has the man pages and completions of a release. A
// test makes them, so that neither the program nor who installs it needs the code.
var pages = flag.String("pages", "", "a folder to write the man pages and completions to")

// pagesDir returns a folder below that one, or one that is gone after the test.
func pagesDir(t *testing.T, name string) string {
	t.Helper()
	dir := *pages
	if dir == "" {
		dir = t.TempDir()
	}
	dir = filepath.Join(dir, name)
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Each command has a man page without a date, and man shows on it all that help says.
func TestManPages(t *testing.T) {
	dir := pagesDir(t, "man")
	for _, cmd := range commands(newDocumented()) {
		if !cmd.IsAvailableCommand() {
			continue // help does not list it
		}
		want, page := helpTexts(cmd), manPage(t, cmd)
		file := filepath.Join(dir, strings.ReplaceAll(cmd.CommandPath(), " ", "-")+".1")
		if err := os.WriteFile(file, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(page, ".nh\n.TH ") || strings.Contains(page, "0001") {
			t.Errorf("%s has a date, or is no man page:\n%s", file, page)
		}
		if _, err := exec.LookPath("man"); err != nil && os.Getenv("CI") == "" {
			continue
		}
		shown := shownByMan(t, file)
		for _, text := range want {
			if !strings.Contains(shown, words(text)) {
				t.Errorf("%s lacks\n%s\nman shows\n%s", file, text, shown)
			}
		}
	}
}

// manPage returns the page of a command, the same bytes on any day.
func manPage(t *testing.T, cmd *cobra.Command) string {
	t.Helper()
	cmd.DisableAutoGenTag = true
	if cmd.Parent() == nil || cmd.Parent().Name() != "completion" {
		cmd.Long = markdown(cmd.Long) // that of cobra is Markdown
	}
	var page strings.Builder
	date := time.Time{}
	if err := doc.GenMan(cmd, &doc.GenManHeader{Date: &date, Source: "jobgen", Manual: "jobgen manual"}, &page); err != nil {
		t.Fatal(err)
	}
	return strings.Replace(page.String(), date.Format(`"Jan 2006"`), `""`, 1)
}

// newDocumented returns the root with what cobra adds when it runs.
func newDocumented() *cobra.Command {
	root := newRoot(world{})
	root.InitDefaultCompletionCmd()
	root.InitDefaultHelpFlag()
	return root
}

// markdown makes of a help text, which is plain, the Markdown that looks like it.
func markdown(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "  ") {
			lines[i] = "    " + line // a block of code
			continue
		}
		lines[i] = strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "<", `\<`, "`", "\\`", "#", `\#`).Replace(line)
	}
	return strings.Join(lines, "\n")
}

// helpTexts returns what the page of a command must show.
func helpTexts(cmd *cobra.Command) []string {
	texts := []string{cmd.Short, cmd.UseLine(), strings.ReplaceAll(cmd.Long, "#### ", ""), cmd.Example}
	cmd.NonInheritedFlags().VisitAll(func(f *pflag.Flag) {
		if _, usage := pflag.UnquoteUsage(f); !f.Hidden {
			texts = append(texts, "--"+f.Name, usage)
		}
	})
	return texts
}

// shownByMan returns the words that man shows of a page.
func shownByMan(t *testing.T, file string) string {
	t.Helper()
	cmd := exec.Command("man", "--local-file", "--no-hyphenation", "--no-justification", "--warnings", file)
	cmd.Env = append(os.Environ(), "MANWIDTH=1000", "LC_ALL=C.UTF-8")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	page, err := cmd.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("%s: %v\n%s", file, err, &stderr)
	}
	return words(string(page))
}

func words(text string) string { return strings.Join(strings.Fields(text), " ") }

// The completions are those that the program prints, and bash reads its own.
func TestCompletions(t *testing.T) {
	dir := pagesDir(t, "completions")
	for shell, name := range map[string]string{"bash": "jobgen.bash", "zsh": "_jobgen", "fish": "jobgen.fish", "powershell": "jobgen.ps1"} {
		script, stderr, status := jobgen("completion", shell)
		if status != exitDone || !strings.Contains(script, "__complete") {
			t.Errorf("%s: status %d\n%s%s", shell, status, stderr, script)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command("bash", "-n", filepath.Join(dir, "jobgen.bash")).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
