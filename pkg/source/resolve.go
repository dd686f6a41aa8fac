package source

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// The reasons why a path that a spec names cannot be used. A file that does
// not exist is fs.ErrNotExist; any other error is the system's.
var (
	ErrEmptyPath    = errors.New("the path is empty")
	ErrAbsolutePath = errors.New("the path is absolute")
	ErrOutside      = errors.New("the path leaves the project")
	ErrLoop         = errors.New("the path leads over links that go in a circle")
	ErrGit          = errors.New("the path leads into .git, which may hold credentials")
	ErrNotFile      = errors.New("the path is not that of a regular file")
)

// Match is a file that a glob of a spec stands for.
type Match struct {
	Name string // as the glob would have it: relative to the spec's folder, slash-separated
	Path string // absolute, links resolved; "" if there is an Err
	Err  error  // why the file cannot be used, one of the reasons above or the system's
}

// Resolve returns the absolute path, links resolved, of the regular file that
// a spec in the folder dir names by a relative, slash-separated path. The file
// must be inside root. The error wraps one of the reasons above.
func (d *Disk) Resolve(root, dir, name string) (string, error) {
	target, err := d.inside(root, dir, name)
	if err != nil {
		return "", err
	}
	info, err := d.Stat(target)
	if err != nil {
		return "", fmt.Errorf("reading %s: %w", name, err)
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("%s: %w", name, ErrNotFile)
	}
	return target, nil
}

// ResolveGlob returns the regular files that a relative glob of a spec in the
// folder dir stands for, sorted by name; none is no error. Wildcards match no
// dot files or dot folders and do not go through links to folders. A match that
// cannot be used, such as a link that leaves root, has an Err, as from Resolve.
func (d *Disk) ResolveGlob(root, dir, pattern string) ([]Match, error) {
	if err := CheckGlob(pattern); err != nil {
		return nil, fmt.Errorf("%s: %w", pattern, err)
	}
	base, rest := doublestar.SplitPattern(pattern)
	if strings.HasPrefix(pattern, "/") {
		base = "/"
	}
	folder, err := d.inside(root, dir, base)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	names, err := d.glob(folder, rest)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", pattern, err)
	}
	var matches []Match
	for _, name := range names {
		if at := filepath.Join(folder, filepath.FromSlash(name)); d.isFolder(at) {
			continue
		}
		name = path.Join(base, name)
		target, err := d.Resolve(root, dir, name)
		matches = append(matches, Match{Name: name, Path: target, Err: err})
	}
	return matches, nil
}

// CheckInside returns why an argument of Find, relative to the folder cwd, leads out of the
// project that cwd is in, or to what is not a regular file or a folder; nil if it does
// not. One that does not exist is left to Find. It is for arguments that somebody else
// than the user wrote.
func (d *Disk) CheckInside(cwd, arg string) error {
	cwd, err := d.realPath(cwd)
	if err != nil {
		return fmt.Errorf("finding the working directory: %w", err)
	}
	at := roots{disk: d, cwd: cwd, known: map[string]string{}}
	target, err := d.inside(at.of(cwd), cwd, arg)
	if errors.Is(err, fs.ErrNotExist) {
		base, _ := doublestar.SplitPattern(filepath.ToSlash(arg))
		if _, err = d.inside(at.of(cwd), cwd, base); errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	if err != nil {
		return err
	}
	if info, err := d.Stat(target); err == nil && !info.IsDir() && !info.Mode().IsRegular() {
		return fmt.Errorf("%s: %w", arg, ErrNotFile)
	}
	return nil
}

// inside returns the absolute path, links resolved, of a relative path, which
// must be inside root.
func (d *Disk) inside(root, dir, name string) (string, error) {
	local := filepath.FromSlash(name)
	switch {
	case name == "":
		return "", ErrEmptyPath
	case filepath.IsAbs(local) || strings.HasPrefix(name, "/") || filepath.VolumeName(local) != "":
		return "", fmt.Errorf("%s: %w", name, ErrAbsolutePath)
	}
	root, err := d.realPath(root)
	if err != nil {
		return "", fmt.Errorf("finding the project root: %w", err)
	}
	dir, err = d.realPath(dir)
	if err != nil {
		return "", fmt.Errorf("finding the spec's folder: %w", err)
	}
	abs := filepath.Join(dir, local)
	if !within(root, abs) {
		// Before the disk is asked: what exists out there is nobody's business.
		return "", fmt.Errorf("%s: %w", name, ErrOutside)
	}
	target, err := d.EvalSymlinks(abs)
	switch {
	case d.isLoop(err, abs):
		return "", fmt.Errorf("%s: %w", name, ErrLoop)
	case err != nil:
		return "", fmt.Errorf("reading %s: %w", name, err)
	case !within(root, target):
		return "", fmt.Errorf("%s: %w", name, ErrOutside)
	case slices.Contains(strings.Split(strings.ToLower(filepath.ToSlash(target[len(root):])), "/"), ".git"): // file systems may not tell .GIT apart
		return "", fmt.Errorf("%s: %w", name, ErrGit)
	}
	return target, nil
}

// Resolve is that of the disk that the file was read from, for a path that stands in
// it.
func (f *File) Resolve(name string) (string, error) { return f.disk.Resolve(f.Root, f.Dir, name) }

// ResolveGlob is that of the disk that the file was read from, for a glob that stands
// in it.
func (f *File) ResolveGlob(pattern string) ([]Match, error) {
	return f.disk.ResolveGlob(f.Root, f.Dir, pattern)
}

// Disk returns where the file was read.
func (f *File) Disk() *Disk { return f.disk }
