package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"github.com/jobgen-dev/jobgen/pkg/format"
	"github.com/jobgen-dev/jobgen/pkg/source"
)

// fmtFlags are the flags of fmt.
type fmtFlags struct{ check, diff bool }

func newFmt(w world) *cobra.Command {
	var flags fmtFlags
	cmd := &cobra.Command{
		Use:   "fmt [FILE | FOLDER | GLOB | -]...",
		Short: "Put specs into the form of the reference",
		Long: `fmt writes YAML specs and project files anew: what a reader looks for first, then the
other fields in the order of the reference, with two spaces of indentation. Comments,
quotes and short forms stay, and so does what the specs become. Without arguments it
formats every file below the current folder; "-" is standard input, which is printed. It
names the files that it changes.

Documents that are no specs are left alone, and so are JSON and CUE.`,
		Example: `  # Every spec below a folder
  jobgen fmt jobs/

  # In CI: fail when one is not formatted
  jobgen fmt --check jobs/

  # Show what would change
  jobgen fmt --diff jobs/`,
		RunE: func(_ *cobra.Command, args []string) error { return flags.run(w, args) },
	}
	f := cmd.Flags()
	f.BoolVar(&flags.check, "check", false, "write nothing, name the files that would change, and exit 1 if there are any")
	f.BoolVarP(&flags.diff, "diff", "d", false, "write nothing, and print what would change")
	return cmd
}

func (f *fmtFlags) run(w world, args []string) error {
	if slices.Equal(args, []string{"-"}) {
		text, err := io.ReadAll(w.stdin)
		if err != nil {
			return fmt.Errorf("reading standard input: %w", err)
		}
		_, err = f.text(w, "-", text)
		return err
	}
	files, err := formattable(args)
	if err != nil {
		return err
	}
	changed, wrong := 0, false
	var failed error
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		differs, err := f.text(w, name, text)
		switch { // the others are formatted nevertheless
		case errors.Is(err, errWrong):
			wrong = true
		case err != nil:
			failed = errors.Join(failed, err)
		case differs:
			changed++
		}
	}
	if failed == nil && (wrong || f.check && changed > 0) {
		return errWrong
	}
	return failed
}

// formattable returns the YAML files that arguments stand for, project files too,
// which are no inputs of the compiler.
func formattable(args []string) ([]string, error) {
	if len(args) == 0 {
		args = []string{"."}
	}
	if slices.Contains(args, "-") {
		return nil, errors.New(`fmt takes "-" alone`)
	}
	dir, err := os.Getwd()
	if err != nil {
		return nil, fmt.Errorf("finding the working directory: %w", err)
	}
	inputs, _, err := source.Find(dir, args)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, in := range inputs {
		names = append(names, in.Name)
	}
	for _, arg := range args {
		projects, err := projectFiles(arg)
		if err != nil {
			return nil, err
		}
		names = append(names, projects...)
	}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(name string) bool {
		return !strings.HasSuffix(name, ".yaml") && !strings.HasSuffix(name, ".yml")
	}), nil
}

// projectFiles returns an argument that is a project file, or those below a folder, but
// for hidden folders.
func projectFiles(arg string) ([]string, error) {
	info, err := os.Stat(arg)
	if err != nil {
		return nil, nil // a glob
	}
	const project = "jobgen.yaml"
	if !info.IsDir() {
		if filepath.Base(arg) == project {
			return []string{filepath.ToSlash(filepath.Clean(arg))}, nil
		}
		return nil, nil
	}
	var names []string
	err = filepath.WalkDir(arg, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != arg && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case d.Type().IsRegular() && d.Name() == project:
			names = append(names, filepath.ToSlash(name))
		}
		return nil
	})
	return names, err
}

// text formats one text, and reports whether that changed it.
func (f *fmtFlags) text(w world, name string, text []byte) (differs bool, err error) {
	formatted, err := format.YAML(text)
	if err != nil {
		if name != "-" && !bytes.Contains(text, []byte("jobgen.dev/")) {
			return false, nil // such as a template, which is no YAML yet
		}
		return false, f.broken(w, name, text, err)
	}
	differs = !bytes.Equal(formatted, text)
	var out []byte
	switch {
	case f.diff && differs:
		out = diff.Diff(name, text, name+" (formatted)", formatted)
	case f.diff:
	case name == "-" && !f.check:
		out = formatted
	case differs:
		out = []byte(name + "\n")
	}
	if name != "-" && !f.check && !f.diff && differs {
		if err := writeFile(name, formatted); err != nil {
			return false, err
		}
	}
	if _, err := w.stdout.Write(out); err != nil {
		return false, fmt.Errorf("writing the output: %w", err)
	}
	if name == "-" && f.check && differs {
		return true, errWrong
	}
	return differs, nil
}

// broken tells what is wrong with a text that cannot be formatted, as build does, or
// else returns why it cannot be.
func (f *fmtFlags) broken(w world, name string, text []byte, why error) error {
	if _, _, ds := source.ParseBytes(name, text, "", "", true); ds.HasErrors() {
		return tellOf(w, ds)
	}
	return fmt.Errorf("%s: %w", name, why)
}
