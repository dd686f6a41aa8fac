package seats_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what the programs print now into docs/seats.md")

// consoles are the blocks of a page that show a terminal.
var consoles = regexp.MustCompile("(?s)```console\n(.*?)```\n")

// The page for users shows what the programs print. A `cat` of a file that is not there
// writes it.
func TestPage(t *testing.T) {
	const page = "../../docs/seats.md"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	p := project{t.TempDir()}
	if err := os.CopyFS(filepath.Join(p.dir, "examples"), os.DirFS("../../examples")); err != nil {
		t.Fatal(err)
	}
	// A checkout, so that files beside the kustomization's folder are in the project.
	if err := os.Mkdir(filepath.Join(p.dir, ".git"), 0o755); err != nil {
		t.Fatal(err)
	}
	ran := 0
	got := consoles.ReplaceAllStringFunc(string(text), func(block string) string {
		b := "```console\n"
		for _, shown := range strings.Split("\n"+consoles.FindStringSubmatch(block)[1], "\n$ ")[1:] {
			line, below, _ := strings.Cut(shown, "\n")
			b += "$ " + line + "\n" + p.terminal(t, line, strings.TrimSuffix(below, "\n"))
			ran++
		}
		return b + "```\n"
	})
	if ran < 10 {
		t.Errorf("it shows %d commands", ran)
	}
	if *update {
		if err := os.WriteFile(page, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if got != string(text) {
		t.Errorf("it shows what the programs no longer print; `make seats ARGS=-update` updates it. Now:\n%s", got)
	}
}

// terminal returns what a line prints.
func (p project) terminal(t *testing.T, line, below string) string {
	t.Helper()
	name, isCat := strings.CutPrefix(line, "cat ")
	if _, err := os.Stat(filepath.Join(p.dir, name)); isCat && !strings.Contains(name, "|") && err != nil {
		p.write(t, name, below+"\n")
	}
	stdout, stderr, _ := p.exec("", "", "sh", "-c", line)
	return durations.ReplaceAllString(stdout+stderr, " in 0s")
}

// durations are how long kpt took for something.
var durations = regexp.MustCompile(` in [0-9.]+m?s`)
