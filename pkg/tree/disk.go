package tree

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// disk is what this package does to a folder; a *folder is one.
type disk interface {
	Lstat(name string) (fs.FileInfo, error)
	ReadFile(name string) ([]byte, error)
	WriteFile(name string, content []byte, mode fs.FileMode) error
	MkdirAll(name string, mode fs.FileMode) error
	Rename(from, to string) error
	Remove(name string) error
	RemoveAll(name string) error
	// again returns the folder for use at the same time, to be closed.
	again() (disk, error)
	Close() error
}

// folder is an os.Root that keeps the folder open which it was last in. A root opens
// each folder on the way to a file anew, which for a tree of thousands of files takes
// most of the time.
type folder struct {
	*os.Root
	name string   // of the folder that is open, "" for none
	in   *os.Root // nil where there is no such folder
	none string   // the name of one that is not there, "" if none is known
}

func openFolder(dir string) (*folder, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &folder{Root: root}, nil
}

// makeFolder is openFolder, of a folder that it makes where there is none.
func makeFolder(dir string) (*folder, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	return openFolder(dir)
}

func (f *folder) again() (disk, error) {
	root, err := f.Root.OpenRoot(".")
	if err != nil {
		return nil, err
	}
	return &folder{Root: root}, nil
}

// Close closes the folder and the one that it is in.
func (f *folder) Close() error { return errors.Join(f.leave(), f.Root.Close()) }

// leave closes the folder that is open: what it stands for may change.
func (f *folder) leave() (err error) {
	if f.in != nil {
		err = f.in.Close()
	}
	f.name, f.in, f.none = "", nil, ""
	return err
}

// enter returns the root of the folder of a file, and the name of the file in it.
func (f *folder) enter(name string) (in *os.Root, base string, err error) {
	dir, base := path.Dir(name), path.Base(name)
	if dir == "." {
		return f.Root, base, nil
	}
	if dir == f.none {
		return nil, "", fs.ErrNotExist
	}
	if dir != f.name || f.in == nil {
		if err := f.leave(); err != nil {
			return nil, "", err
		}
		if f.in, err = f.OpenRoot(dir); err != nil {
			f.in = nil
			if errors.Is(err, fs.ErrNotExist) {
				f.none = dir
			}
			return nil, "", err
		}
		f.name = dir
	}
	return f.in, base, nil
}

func (f *folder) Lstat(name string) (fs.FileInfo, error) {
	in, base, err := f.enter(name)
	if err != nil {
		return nil, err
	}
	return in.Lstat(base)
}

func (f *folder) ReadFile(name string) ([]byte, error) {
	in, base, err := f.enter(name)
	if err != nil {
		return nil, err
	}
	content, err := readFile(in, base)
	if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, errNotFile) {
		return readFile(f.Root, name) // a link may lead out of the folder, and not out of the tree
	}
	return content, err
}

// maxRead is how much is read of a file; no file of a tree is as large.
const maxRead = 64 << 20

// errNotFile is what reading anything but a regular file ends in: a pipe would never end.
var errNotFile = errors.New("this is not a regular file: move it away")

// readFile reads a regular file, and no more than one byte above the limit.
func readFile(root *os.Root, name string) ([]byte, error) {
	info, err := root.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s: %w", name, errNotFile)
	}
	file, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var buffer bytes.Buffer
	buffer.Grow(int(min(info.Size(), maxRead)) + bytes.MinRead)
	_, err = buffer.ReadFrom(io.LimitReader(file, maxRead+1))
	return buffer.Bytes(), err
}

// errGit is what rendering into a git repository's own folder ends in.
var errGit = errors.New("this folder belongs to git: render into another one")

// checkFolder refuses a folder in which git keeps what is its own, and those below it.
func checkFolder(dir string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	for at := dir; ; at = filepath.Dir(at) {
		if real, err := filepath.EvalSymlinks(at); err == nil {
			rest, _ := filepath.Rel(at, dir)
			dir = filepath.Join(real, rest)
			break
		} else if at == filepath.Dir(at) {
			break
		}
	}
	for at := dir; ; at = filepath.Dir(at) {
		if strings.EqualFold(filepath.Base(at), ".git") || isGit(at) {
			return errGit
		}
		if at == filepath.Dir(at) {
			return nil
		}
	}
}

// isGit reports whether a folder is that of a git repository.
func isGit(dir string) bool {
	for _, name := range []string{"HEAD", "objects", "refs"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			return false
		}
	}
	return true
}

// ReadFile returns the content of a file of the folder dir, as far as it is read.
func ReadFile(dir, name string) ([]byte, error) {
	root, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return root.ReadFile(name)
}

func (f *folder) WriteFile(name string, content []byte, mode fs.FileMode) error {
	in, base, err := f.enter(name)
	if err != nil {
		return err
	}
	return in.WriteFile(base, content, mode)
}

// MkdirAll makes a folder, in the open one where that is its parent's.
func (f *folder) MkdirAll(name string, mode fs.FileMode) error {
	f.none = "" // it may be the one
	in, base, err := f.enter(name)
	if err == nil {
		err = in.Mkdir(base, mode)
	}
	if err == nil || errors.Is(err, fs.ErrExist) && f.isFolder(name) {
		return nil
	}
	return errors.Join(f.leave(), f.Root.MkdirAll(name, mode))
}

func (f *folder) isFolder(name string) bool {
	info, err := f.Lstat(name)
	return err == nil && info.IsDir()
}

func (f *folder) Rename(from, to string) error {
	return errors.Join(f.leave(), f.Root.Rename(from, to))
}

func (f *folder) Remove(name string) error {
	return errors.Join(f.leave(), f.Root.Remove(name))
}

func (f *folder) RemoveAll(name string) error {
	return errors.Join(f.leave(), f.Root.RemoveAll(name))
}

// parents returns the folders above a file, the nearest first.
func parents(name string) []string {
	var dirs []string
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		dirs = append(dirs, dir)
	}
	return dirs
}

// foldersOf returns the folders that files are in, each once, in order.
func foldersOf(files []change) []string {
	var dirs []string
	for _, f := range files {
		if dir := path.Dir(f.Name); dir != "." {
			dirs = append(dirs, dir)
		}
	}
	slices.Sort(dirs)
	return slices.Compact(dirs)
}
