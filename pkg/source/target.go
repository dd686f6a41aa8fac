package source

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
)

// Target returns the absolute path that writing to a path ends at, links resolved; the
// path is relative to the folder cwd. One that is inside a project and leads out of it
// over a link is refused with ErrOutside: whoever means the place outside has to name it.
func (d *Disk) Target(cwd, name string) (string, error) {
	cwd, err := d.realPath(cwd)
	if err != nil {
		return "", fmt.Errorf("finding the working directory: %w", err)
	}
	abs := name
	if !filepath.IsAbs(name) {
		abs = filepath.Join(cwd, name)
	}
	at := roots{disk: d, cwd: cwd, known: map[string]string{}}
	here := at.of(cwd)
	folder, err := d.resolved(filepath.Dir(abs))
	if err != nil {
		return "", err
	}
	target, err := d.resolved(abs)
	switch {
	case err != nil:
		return "", err
	case within(here, abs) && !within(here, target), // named inside, leads outside
		!d.isFolder(target) && !within(here, target) && !within(at.of(folder), target):
		return "", fmt.Errorf("%w over a link: name the place that it leads to", ErrOutside)
	}
	return target, nil
}

// resolved returns a path with its links resolved as far as it exists. A link that leads
// nowhere is what is written itself.
func (d *Disk) resolved(abs string) (string, error) {
	target, err := d.EvalSymlinks(abs)
	parent := filepath.Dir(abs)
	if !errors.Is(err, fs.ErrNotExist) || parent == abs {
		return target, err
	}
	parent, err = d.resolved(parent)
	return filepath.Join(parent, filepath.Base(abs)), err
}
