package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"
	"golang.org/x/tools/txtar"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/jobgen-dev/jobgen/internal/golden"
)

// This file runs the terminals that pages show, one after the other, as a reader would.

var (
	// terminals find the pages that show what jobgen prints.
	terminals = regexp.MustCompile(`(?m)^\$ (.* \| )?jobgen `)
	// shown are the blocks of a page that its terminals need: what one shows, and the
	// text of a file, whose name stands behind the language, or of its end: >>NAME.
	shown = regexp.MustCompile("(?ms)^```(console|yaml [^ \n]+)\n(.*?)^```\n")
)

// elsewhere is the page that test/seats runs, with the programs that it speaks of.
const elsewhere = "seats.md"

// TestGoldenPages runs the README and every page of docs that shows a terminal: what a
// command prints must be what stands below it.
func TestGoldenPages(t *testing.T) {
	root := golden.Root(t)
	files, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	pages := 0
	for _, file := range append(files, filepath.Join(root, "README.md")) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if terminals.Match(text) && filepath.Base(file) != elsewhere {
			t.Run(filepath.Base(file), func(t *testing.T) { runPage(t, root, file, string(text)) })
			pages++
		}
	}
	if pages < 7 {
		t.Errorf("%d pages show a terminal", pages)
	}
}

func runPage(t *testing.T, root, file, text string) {
	if strings.Contains(text, "\n$ cue ") {
		cueCommand(t, root)
	}
	r := newReader(t, root, strings.TrimSuffix(filepath.Base(file), ".md"))
	t.Chdir(r.dir)
	got := shown.ReplaceAllStringFunc(text, func(block string) string {
		parts := shown.FindStringSubmatch(block)
		if name, ok := strings.CutPrefix(parts[1], "yaml "); ok {
			r.write(t, name, parts[2])
			return block
		}
		return "```console\n" + r.terminal(t, parts[2]) + "```\n"
	})
	if r.ran == 0 {
		t.Error("no command of jobgen ran")
	}
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if got != text {
		t.Errorf("`make golden` updates it:\n%s", diff.Diff("shown", []byte(text), "printed", []byte(got)))
	}
}

// reader is who follows a page: in a folder, with programs that tests do not have.
type reader struct {
	dir      string
	recorded map[string]string // what those print, by command
	ran      int               // commands of jobgen
}

// newReader gives the reader of a page the examples and, where there is an archive
// testdata/pages/PAGE.txtar, its files. One named "$ COMMAND" is what a program printed
// that tests do not have; the archive's text says which version that was.
func newReader(t *testing.T, root, page string) *reader {
	r := &reader{dir: t.TempDir(), recorded: map[string]string{}}
	if err := os.CopyFS(filepath.Join(r.dir, "examples"), os.DirFS(filepath.Join(root, "examples"))); err != nil {
		t.Fatal(err)
	}
	archive, err := txtar.ParseFile(filepath.Join(root, "cmd", "jobgen", "testdata", "pages", page+".txtar"))
	if os.IsNotExist(err) {
		return r
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range archive.Files {
		if command, ok := strings.CutPrefix(file.Name, "$ "); ok {
			r.recorded[command] = string(file.Data)
			continue
		}
		writeFiles(t, r.dir, []txtar.File{file})
	}
	return r
}

// write writes a file, or adds to the end of one.
func (r *reader) write(t *testing.T, name, text string) {
	if end, ok := strings.CutPrefix(name, ">>"); ok {
		name = end
		before, err := os.ReadFile(filepath.Join(r.dir, name))
		if err != nil {
			t.Fatal(err)
		}
		text = string(before) + text
	}
	writeFiles(t, r.dir, []txtar.File{{Name: name, Data: []byte(text)}})
}

// terminal runs the commands of a block, and returns the block with what they print.
func (r *reader) terminal(t *testing.T, block string) string {
	lines := strings.SplitAfter(block, "\n")
	var b strings.Builder
	for len(lines) > 0 && lines[0] != "" {
		next := 1 + slices.IndexFunc(append(lines[1:], "$ "), func(l string) bool { return strings.HasPrefix(l, "$ ") })
		b.WriteString(lines[0])
		b.WriteString(r.command(t, strings.TrimSpace(strings.TrimPrefix(lines[0], "$ ")), strings.Join(lines[1:next], "")))
		lines = lines[next:]
	}
	return b.String()
}

// command returns what a command line prints. A `cat` of a file that is not there makes
// it, of what stands below; what runs programs that tests do not have prints just that.
func (r *reader) command(t *testing.T, line, below string) string {
	if name, ok := strings.CutPrefix(line, "cat "); ok {
		text, err := os.ReadFile(filepath.Join(r.dir, name))
		if os.IsNotExist(err) {
			writeFiles(t, r.dir, []txtar.File{{Name: name, Data: []byte(below)}})
			return below
		}
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if args, ok := strings.CutPrefix(line, "jobgen "); ok && !strings.ContainsAny(args, "|<>'\"") {
		r.ran++
		stdout, stderr, _ := jobgen(strings.Fields(args)...)
		return stdout + stderr
	}
	return r.pipeline(t, line, below)
}

// programs are those that a shell of the tests may run.
var programs = map[string]bool{"jobgen": true, "cat": true, "cue": true, "diff": true, "find": true, "grep": true, "mkdir": true, "sed": true, "sort": true}

// cueCommand builds CUE's command, which go.mod names as a tool, and puts it where a
// shell finds it.
func cueCommand(t *testing.T, root string) {
	cmd := exec.Command("go", "tool", "-n", "cue")
	cmd.Dir = root
	path, err := cmd.Output()
	if err != nil {
		t.Fatalf("building cue: %v", err)
	}
	t.Setenv("PATH", filepath.Dir(string(path))+string(filepath.ListSeparator)+os.Getenv("PATH"))
}

// pipeline runs programs that are joined, the first of which may be one that tests do
// not have.
func (r *reader) pipeline(t *testing.T, line, below string) string {
	first, rest, _ := strings.Cut(line, " | ")
	first, file, redirected := strings.Cut(first, " > ")
	stdin, ok := r.elsewhere(t, first)
	if ok {
		line = "cat"
		if redirected {
			line += " > " + file
		}
		if rest != "" {
			line += " | " + rest
		}
	}
	parts := strings.Split(line, " | ")
	known := slices.IndexFunc(parts, func(part string) bool { return !programs[strings.Fields(part)[0]] })
	if known < 0 {
		return r.shell(t, stdin, line)
	}
	if known > 0 {
		r.shell(t, stdin, strings.Join(parts[:known], " | "))
	}
	return below
}

// shell runs a line as a user's shell would, and returns what it prints.
func (r *reader) shell(t *testing.T, stdin, line string) string {
	r.ran += strings.Count(line, "jobgen ")
	cmd := exec.Command("sh", "-c", line)
	cmd.Dir, cmd.Stdin = r.dir, strings.NewReader(stdin)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatalf("%s: %v", line, err)
	}
	return stdout.String() + stderr.String()
}

// elsewhere returns what a program prints that tests do not have: kustomize is a
// library here, others are recorded.
func (r *reader) elsewhere(t *testing.T, command string) (string, bool) {
	for _, program := range []string{"kustomize build ", "kubectl kustomize "} {
		if folder, ok := strings.CutPrefix(command, program); ok {
			objects, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), filepath.Join(r.dir, folder))
			if err != nil {
				t.Fatal(err)
			}
			text, err := objects.AsYaml()
			if err != nil {
				t.Fatal(err)
			}
			return string(text), true
		}
	}
	text, ok := r.recorded[command]
	return text, ok
}
