package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"github.com/jobgen-dev/jobgen/internal/escape"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/format"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
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
		_, err = f.text(w, source.Input{Name: "-", Named: true}, text)
		return err
	}
	files, ds, err := formattable(args)
	if err != nil {
		return err
	}
	if err := tellOf(w, ds); err != nil && !errors.Is(err, errWrong) {
		return err
	}
	changed, wrong := 0, ds.HasErrors()
	var failed error
	for _, in := range files {
		text, err := readText(in.Name)
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		differs, err := f.text(w, in, text)
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

// readText reads a file that may be written to again.
func readText(name string) ([]byte, error) {
	if _, err := target(name); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	text, err := (*source.Disk)(nil).ReadFile(name)
	if len(text) > source.MaxBytes {
		err = fmt.Errorf("%s is larger than 16 MiB", name)
	}
	return text, err
}

// formattable returns the YAML files that arguments stand for, project files too,
// which are no inputs of the compiler, and reports links that cannot be followed.
func formattable(args []string) ([]source.Input, diag.List, error) {
	if len(args) == 0 {
		args = []string{"."}
	}
	if slices.Contains(args, "-") {
		return nil, nil, errors.New(`fmt takes "-" alone`)
	}
	dir, err := os.Getwd()
	if err != nil {
		return nil, nil, fmt.Errorf("finding the working directory: %w", err)
	}
	inputs, ds, err := source.Find(dir, args)
	if err != nil {
		return nil, nil, err
	}
	for _, arg := range args {
		projects, err := projectFiles(filepath.ToSlash(filepath.Clean(arg)))
		if err != nil {
			return nil, nil, err
		}
		for _, name := range projects {
			inputs = append(inputs, source.Input{Name: name, Named: true})
		}
	}
	slices.SortFunc(inputs, func(a, b source.Input) int { return cmp.Compare(a.Name, b.Name) })
	inputs = slices.CompactFunc(inputs, func(a, b source.Input) bool { return a.Name == b.Name })
	return slices.DeleteFunc(inputs, func(in source.Input) bool {
		return !strings.HasSuffix(in.Name, ".yaml") && !strings.HasSuffix(in.Name, ".yml")
	}), ds, nil
}

// projectFiles returns an argument that is a project file, or those below a folder, but
// for hidden folders.
func projectFiles(arg string) ([]string, error) {
	const project = "jobgen.yaml"
	if !isFolder(arg) {
		if path.Base(arg) == project && exists(arg) {
			return []string{arg}, nil
		}
		return nil, nil // another file, or a glob
	}
	entries, err := (*source.Disk)(nil).ReadDir(arg)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, entry := range entries {
		name := path.Join(arg, entry.Name())
		switch {
		case entry.IsDir() && !strings.HasPrefix(entry.Name(), "."):
			below, err := projectFiles(name)
			if err != nil {
				return nil, err
			}
			names = append(names, below...)
		case entry.Type().IsRegular() && entry.Name() == project:
			names = append(names, name)
		}
	}
	return names, nil
}

// text formats one text, and reports whether that changed it. What is wrong with it is
// printed as build would.
func (f *fmtFlags) text(w world, in source.Input, text []byte) (differs bool, err error) {
	name := in.Name
	_, docs, ds := source.ParseBytes(name, text, "", "", in.Named)
	formatted, err := format.YAML(text)
	if err == nil {
		ds = headers(docs) // the other faults leave the specs as they are
	}
	switch {
	case ds.HasErrors():
		return false, tellOf(w, ds)
	case err != nil && len(ds) > 0:
		return false, nil // it is skipped, as a template is
	case err != nil:
		return false, fmt.Errorf("%s: %w", name, err)
	}
	differs = !bytes.Equal(formatted, text)
	var out []byte
	switch {
	case f.diff && differs:
		out = []byte(escape.Text(string(diff.Diff(name, public(name, text), name+" (formatted)", public(name, formatted)))))
	case f.diff:
	case name == "-" && !f.check:
		out = formatted
	case differs:
		out = []byte(escape.Line(name) + "\n")
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

// headers reports the documents that are meant as specs and have the header of something else.
func headers(docs []source.Document) diag.List {
	var ds diag.List
	for _, doc := range docs {
		if spec.ClassOf(doc) == spec.Mistyped {
			ds = append(ds, spec.Header(doc))
		}
	}
	return ds
}

// public returns a text without the lines that may hold secrets: what changes is for a log.
func public(name string, text []byte) []byte {
	file, docs, _ := source.ParseBytes(name, text, "", "", true)
	for _, doc := range docs {
		spec.Conceal(doc)
	}
	return []byte(file.Public())
}
