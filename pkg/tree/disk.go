package tree

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"
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
}

// folder is an os.Root that keeps the folder open which it was last in. A root opens
// each folder on the way to a file anew, which for a tree of thousands of files takes
// most of the time.
type folder struct {
	*os.Root
	name string   // of the folder that is open, "" for none
	in   *os.Root // nil where there is no such folder
}

func openFolder(dir string) (*folder, error) {
	root, err := os.OpenRoot(dir)
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
	f.name, f.in = "", nil
	return err
}

// enter returns the root of the folder of a file, and the name of the file in it.
func (f *folder) enter(name string) (in *os.Root, base string, err error) {
	dir, base := path.Dir(name), path.Base(name)
	if dir == "." {
		return f.Root, base, nil
	}
	if dir != f.name || f.in == nil {
		if err := f.leave(); err != nil {
			return nil, "", err
		}
		if f.in, err = f.OpenRoot(dir); err != nil {
			f.in = nil
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
	return in.ReadFile(base)
}

func (f *folder) WriteFile(name string, content []byte, mode fs.FileMode) error {
	in, base, err := f.enter(name)
	if err != nil {
		return err
	}
	return in.WriteFile(base, content, mode)
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
func foldersOf(names []string) []string {
	var dirs []string
	for _, name := range names {
		if dir := path.Dir(name); dir != "." {
			dirs = append(dirs, dir)
		}
	}
	slices.Sort(dirs)
	return slices.Compact(dirs)
}
