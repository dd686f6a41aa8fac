package source

import (
	"path/filepath"
	"slices"
	"strings"
)

// roots finds the project root of folders and remembers what it found.
type roots struct {
	disk  *Disk
	cwd   string            // absolute, links resolved
	known map[string]string // folder to root
}

// of returns the project root of a folder, which is absolute and without
// links: the nearest folder at or above it with a project file, else the
// nearest with .git, else the working directory if that is above it, else the
// folder itself.
func (r *roots) of(dir string) string {
	if root, ok := r.known[dir]; ok {
		return root
	}
	root := dir
	if found := nearest(dir, r.disk.isProject); found != "" {
		root = found
	} else if found := nearest(dir, r.disk.isRepository); found != "" {
		root = found
	} else if within(r.cwd, dir) {
		root = r.cwd
	}
	r.known[dir] = root
	return root
}

// projectNames are the names of project files.
var projectNames = []string{"jobgen.yaml", "jobgen.cue"}

// nearest returns the first folder from dir upwards that is one, or "".
func nearest(dir string, is func(string) bool) string {
	for {
		if is(dir) {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}

// ProjectFiles returns the project files of a root, which is absolute and
// without links; more than one is a mistake of the user's. Their names are
// relative to cwd. One that cannot be read, such as a link that leads nowhere, is
// among them: its Path is then "", and Resolve says why.
func (d *Disk) ProjectFiles(cwd, root string) []Input {
	var inputs []Input
	for _, base := range projectNames {
		path := filepath.Join(root, base)
		if !d.isProjectFile(path) {
			continue
		}
		in := Input{Name: RelativeName(cwd, path), Dir: root, Root: root, Named: true, Disk: d}
		if _, err := d.Resolve(root, root, base); err == nil {
			in.Path = path
		}
		inputs = append(inputs, in)
	}
	return inputs
}

// RelativeName returns the name of a file as a user in cwd would write it. The
// path is absolute and without links.
func RelativeName(cwd, path string) string {
	if real, err := (*Disk)(nil).realPath(cwd); err == nil {
		cwd = real
	}
	if rel, err := filepath.Rel(cwd, path); err == nil {
		path = rel
	}
	return filepath.ToSlash(path)
}

// isProject reports whether dir holds a project file.
func (d *Disk) isProject(dir string) bool {
	return slices.ContainsFunc(projectNames, func(base string) bool { return d.isProjectFile(filepath.Join(dir, base)) })
}

// isProjectFile reports whether there is anything but a folder at the path of a project
// file. What cannot be read is reported, not passed over.
func (d *Disk) isProjectFile(path string) bool {
	_, err := d.Lstat(path)
	return err == nil && !d.isFolder(path)
}

// isRepository reports whether dir is the top of a Git checkout. In a
// worktree .git is a file, so any kind will do.
func (d *Disk) isRepository(dir string) bool {
	_, err := d.Lstat(filepath.Join(dir, ".git"))
	return err == nil
}

// within reports whether path is root or below it; both are absolute and
// without links.
func within(root, path string) bool {
	rel, err := filepath.Rel(root, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
