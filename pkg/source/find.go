package source

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/jobgen-dev/jobgen/pkg/diag"
)

// Input is one file, or standard input, that may hold specs.
type Input struct {
	Name  string // as the user named it, slash-separated; "-" is standard input
	Path  string // absolute, links resolved; "" is standard input
	Dir   string // the folder that paths written in it are relative to, absolute
	Root  string // its project root, absolute
	Named bool   // the user named this very file, not a folder or a glob
	Text  []byte // what is read in place of the file, if not nil
	Disk  *Disk  // where it is read, and all that it refers to; nil is that of the machine
}

// Find returns the inputs that args stand for, sorted by name, each file once.
// An argument is a file, a folder, a glob (with ** for any folders) or "-";
// cwd is the folder that they are relative to. Folders are walked for .yaml,
// .yml, .json and .cue; project files, dot files, dot folders and cue.mod are
// left out. Bad links are diagnostics; an argument that stands for nothing is
// an error.
func Find(cwd string, args []string) ([]Input, diag.List, error) {
	return (*Disk)(nil).FindExcept(cwd, args, func(_, _ string) bool { return false })
}

// FindExcept is Find on this disk, without the files and folders that are ignored. The
// function gets a project root and a path in it, both absolute and without
// links; it is not asked about what the user named.
func (d *Disk) FindExcept(cwd string, args []string, ignored func(root, path string) bool) ([]Input, diag.List, error) {
	cwd, err := d.realPath(cwd)
	if err != nil {
		return nil, nil, fmt.Errorf("finding the working directory: %w", err)
	}
	f := &finder{disk: d, cwd: cwd, roots: roots{disk: d, cwd: cwd, known: map[string]string{}}, ignored: ignored}
	var missing []error
	for _, arg := range args {
		missing = append(missing, f.argument(arg))
	}
	if err := errors.Join(missing...); err != nil {
		return nil, nil, err
	}
	f.diags.Sort()
	return f.inputs(), f.diags, nil
}

// finder gathers what Find returns.
type finder struct {
	disk    *Disk
	cwd     string
	roots   roots
	ignored func(root, path string) bool
	found   []found
	diags   diag.List
}

// found is an input before those that are the same file become one.
type found struct {
	Input
	link bool // reached through a link: another name for it is better
}

// inputs returns what was found, each file once: under the name that does not
// lead over a link, and named if any of its names was.
func (f *finder) inputs() []Input {
	slices.SortStableFunc(f.found, func(a, b found) int {
		link := map[bool]int{true: 1}
		return cmp.Or(cmp.Compare(a.Path, b.Path), link[a.link]-link[b.link], cmp.Compare(a.Name, b.Name))
	})
	var inputs []Input
	for _, one := range f.found {
		if n := len(inputs); n > 0 && inputs[n-1].Path == one.Path {
			inputs[n-1].Named = inputs[n-1].Named || one.Named
			continue
		}
		one.Disk = f.disk
		inputs = append(inputs, one.Input)
	}
	slices.SortFunc(inputs, func(a, b Input) int { return cmp.Compare(a.Name, b.Name) })
	return inputs
}

// argument adds what one argument stands for.
func (f *finder) argument(arg string) error {
	if arg == "-" {
		f.found = append(f.found, found{Input: Input{Name: "-", Dir: f.cwd, Root: f.roots.of(f.cwd), Named: true}})
		return nil
	}
	name, abs := filepath.ToSlash(filepath.Clean(arg)), f.absolute(arg)
	_, err := f.disk.Lstat(abs)
	switch {
	case arg == "":
		return errors.New("an argument is empty; name a file, a folder or a glob")
	case err == nil:
		return f.path(name, abs, true)
	case errors.Is(err, fs.ErrNotExist) && strings.ContainsAny(arg, "*?[{"):
		return f.glob(filepath.ToSlash(arg))
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	}
	return fmt.Errorf("reading %s: %w", name, err)
}

// absolute returns the absolute form of a path relative to the working directory.
func (f *finder) absolute(name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(f.cwd, name)
}

// path adds a file, or walks a folder, that is there.
func (f *finder) path(name, abs string, named bool) error {
	info, err := f.disk.Stat(abs)
	switch {
	case err == nil && info.IsDir():
		return f.walk(name, abs)
	case isProjectFile(abs):
		// A shell's *.yaml names it too; it is read as what it is, not as a spec.
		return nil
	case err == nil && !info.Mode().IsRegular():
		// A pipe, such as that of <(command), has no folder of its own.
		if named {
			f.found = append(f.found, found{Input: Input{Name: name, Path: abs, Dir: f.cwd, Root: f.roots.of(f.cwd), Named: true}})
		}
		return nil
	}
	return f.file(name, abs, named, false)
}

// glob adds what a pattern matches, and refuses one that matches nothing.
func (f *finder) glob(pattern string) error {
	base, rest := doublestar.SplitPattern(pattern)
	matches, err := f.disk.glob(f.absolute(base), rest)
	if err != nil {
		return fmt.Errorf("%s: %w", pattern, err)
	}
	before, told := len(f.found), len(f.diags)
	for _, match := range matches {
		abs := filepath.Join(f.absolute(base), filepath.FromSlash(match))
		if info, err := f.disk.Stat(abs); !isSpecFile(match) && (err != nil || !info.IsDir()) {
			continue
		}
		if err := f.path(path.Join(base, match), abs, false); err != nil {
			return err
		}
	}
	if len(f.found) == before && len(f.diags) == told {
		return fmt.Errorf("%s matches no .yaml, .yml, .json or .cue file: %w", pattern, fs.ErrNotExist)
	}
	return nil
}

// folder is a folder that is still to be walked.
type folder struct {
	name, dir string
	link      bool
}

// walk adds the files below a folder. Links to folders come last, so that a
// file is found under its own name first, and none is entered twice.
func (f *finder) walk(name, abs string) error {
	dir, err := f.disk.realPath(abs)
	if err != nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	queue, visited := []folder{{name: name, dir: dir}}, map[string]bool{}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		if visited[at.dir] {
			continue
		}
		visited[at.dir] = true
		folders, links, err := f.list(at)
		if err != nil {
			return fmt.Errorf("reading %s: %w", at.name, err)
		}
		queue = append(append(folders, queue...), links...)
	}
	return nil
}

// list adds the files of one folder, and returns the folders in it and those
// that links in it lead to.
func (f *finder) list(at folder) (folders, links []folder, err error) {
	entries, err := f.disk.ReadDir(at.dir)
	for _, entry := range entries {
		name, abs := path.Join(at.name, entry.Name()), filepath.Join(at.dir, entry.Name())
		switch {
		case strings.HasPrefix(entry.Name(), ".") || entry.Name() == "cue.mod" || f.ignored(f.roots.of(at.dir), abs):
		case entry.IsDir():
			folders = append(folders, folder{name, abs, at.link})
		case entry.Type()&fs.ModeSymlink != 0 && f.disk.isFolder(abs):
			links = append(links, f.linkedFolder(name, abs)...)
		case !isSpecFile(abs) || isProjectFile(abs):
		case entry.Type().IsRegular():
			f.found = append(f.found, found{Input{Name: name, Path: abs, Dir: at.dir, Root: f.roots.of(at.dir)}, at.link})
		case entry.Type()&fs.ModeSymlink != 0:
			if err := f.file(name, abs, false, at.link); err != nil {
				return nil, nil, err
			}
		}
	}
	return folders, links, err
}

// linkedFolder returns the folder that a link leads to, if it may be entered:
// inside the project, and not around the link itself.
func (f *finder) linkedFolder(name, abs string) []folder {
	target, err := f.disk.realPath(abs)
	if err != nil || within(target, filepath.Dir(abs)) {
		return nil
	}
	if !within(f.roots.of(filepath.Dir(abs)), target) {
		f.report(diag.CodeSkipped, diag.Note, name, "this link to a folder outside the project is left alone",
			"name the folder itself to read the specs in it")
		return nil
	}
	return []folder{{name, target, true}}
}

// file adds one file, which may be a link to one inside the project.
func (f *finder) file(name, abs string, named, link bool) error {
	dir, err := f.disk.realPath(filepath.Dir(abs))
	if err != nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	abs = filepath.Join(dir, filepath.Base(abs))
	target, err := f.disk.realPath(abs)
	root := f.roots.of(dir)
	switch {
	case !named && f.ignored(root, abs):
		return nil
	case f.disk.isLoop(err, abs):
		f.report(diag.CodeUnreadable, diag.Error, name, "this link leads back to itself", "")
		return nil
	case errors.Is(err, fs.ErrNotExist):
		f.report(diag.CodeUnreadable, diag.Error, name, "this link leads to a file that does not exist", "")
		return nil
	case err != nil:
		return fmt.Errorf("reading %s: %w", name, err)
	case !within(root, target):
		f.report(diag.CodeUnreadable, diag.Error, name, "this link leaves the project",
			"put the file into the project, or name it by its own path")
		return nil
	}
	if info, err := f.disk.Stat(target); err != nil || !info.Mode().IsRegular() || isProjectFile(target) {
		return err
	}
	in := Input{Name: name, Path: target, Dir: filepath.Dir(target), Root: root, Named: named}
	f.found = append(f.found, found{in, link || target != abs})
	return nil
}

// report adds a diagnostic about a whole file.
func (f *finder) report(code string, severity diag.Severity, name, message, hint string) {
	f.diags = append(f.diags, diag.Diagnostic{
		Code: code, Severity: severity, Place: diag.Place{File: name, Width: 1}, Message: message, Hint: hint,
	})
}

// isLoop reports whether err, from resolving name, is for links that go in a
// circle. EvalSymlinks has no error value for that, but the system has.
func (d *Disk) isLoop(err error, name string) bool {
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return false
	}
	_, statErr := d.Stat(name)
	return errors.Is(err, syscall.ELOOP) || errors.Is(statErr, syscall.ELOOP)
}

// isFolder reports whether a path is, or leads to, a folder.
func (d *Disk) isFolder(name string) bool {
	info, err := d.Stat(name)
	return err == nil && info.IsDir()
}

// isSpecFile reports whether a file found in a folder may hold specs.
func isSpecFile(name string) bool {
	return slices.Contains([]string{".yaml", ".yml", ".json", ".cue"}, strings.ToLower(filepath.Ext(name)))
}

// isProjectFile reports whether a file is a project file by its name.
func isProjectFile(name string) bool {
	return slices.Contains(projectNames, filepath.Base(name))
}
