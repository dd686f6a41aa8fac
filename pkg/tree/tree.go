// Package tree keeps a folder of generated files as it should be: it writes what
// changed, removes what is no longer wanted, and touches nothing that it did not
// write. A crash leaves the old files or the new ones, never a mixture for good.
package tree

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// File is one file that a tree should have.
type File struct {
	Path    string // below the tree's folder, slash-separated, clean
	Content []byte
}

// Paths returns the paths of files.
func Paths(files []File) []string {
	paths := make([]string, len(files))
	for i, f := range files {
		paths[i] = f.Path
	}
	return paths
}

// Diff says how a tree differs from what it should be, as paths below its folder,
// sorted.
type Diff struct {
	Added, Changed, Removed []string
	// Edited lists those of Changed and Removed that are not as they were written:
	// somebody edited them by hand.
	Edited    []string
	Unchanged int
	// Interrupted says that a write did not come to its end. The next one finishes
	// it first.
	Interrupted bool
}

// Empty reports whether the tree is as it should be.
func (d Diff) Empty() bool {
	return len(d.Added)+len(d.Changed)+len(d.Removed) == 0 && !d.Interrupted
}

// ErrForeign is wrapped by the error for a file that stands where one should be
// written, and was not written by this package.
var ErrForeign = errors.New("jobgen did not write this file")

// ErrInputs is wrapped by the error for a tree that was written from other inputs,
// of which files would be removed.
var ErrInputs = errors.New("the tree was rendered from other inputs")

// ErrSource is wrapped by the error for a tree of which files would be removed, while a
// file that it was made from is still there, with fewer documents.
var ErrSource = errors.New("the tree was rendered from this file, and the file holds fewer objects now")

// ErrEdited is wrapped by the error for files that are no longer wanted, and that somebody
// has edited since they were written.
var ErrEdited = errors.New("edited by hand, and would be removed")

// Options say how a tree is written.
type Options struct {
	// Inputs say what the files were made from. A tree that was made from others
	// loses no file, unless Prune says so.
	Inputs []string
	// Prune also removes files that somebody has edited since they were written.
	Prune bool
	// Sources are the files that Files come from, relative to the tree's folder, each once
	// for each of its documents. If an earlier Write had more documents of one that is still
	// there, no file is removed, unless Prune says so: somebody may have broken it. Find
	// looks for a source, and returns its name for a message.
	Sources []string
	Find    func(source string) (name string, there bool)
	// May reports whether a tree of this kind can have a file of a path; nil: any. No
	// other file is read, written or removed, whatever the tree says of itself.
	May func(path string) bool
	// Memory, if not nil, is kept for Recall when the files are as they should be.
	Memory json.RawMessage
}

// Compare returns how the folder dir differs from the files, and writes nothing. A
// folder that does not exist differs in all of them.
func Compare(dir string, files []File, opts Options) (Diff, error) {
	if err := checkFolder(dir); err != nil {
		return Diff{}, err
	}
	root, err := openFolder(dir)
	if errors.Is(err, fs.ErrNotExist) {
		d := Diff{}
		for _, f := range files {
			d.Added = append(d.Added, f.Path)
		}
		slices.Sort(d.Added)
		return d, nil
	}
	if err != nil {
		return Diff{}, err
	}
	defer root.Close()
	t := tree{disk: root, opts: opts}
	if err := t.read(); err != nil {
		return Diff{}, err
	}
	p, err := t.plan(files)
	return p.diff, err
}

// ErrNoTree is wrapped by the error for a folder that Write did not make.
var ErrNoTree = errors.New("jobgen render did not write this folder")

// Names returns the names of the files that Write made in a folder, sorted. It is false
// for a folder that Write did not make.
func Names(dir string, opts Options) ([]string, bool, error) {
	root, err := openFolder(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	defer root.Close()
	t := tree{disk: root, opts: opts}
	err = t.read()
	return t.record.names(), t.record.Version != 0, err
}

// Read returns the files of a tree as they are now, sorted, but for those that somebody
// removed. The tree must have been written from the inputs of the options.
func Read(dir string, opts Options) ([]File, error) {
	root, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	t := tree{disk: root, opts: opts}
	if err := t.read(); err != nil {
		return nil, err
	}
	switch {
	case t.interrupted:
		return nil, errors.New("a write was interrupted; the next one finishes it")
	case t.record.Version == 0:
		return nil, ErrNoTree
	}
	if !slices.Equal(t.record.Inputs, opts.Inputs) {
		return nil, fmt.Errorf("%w: from %s, not from %s", ErrInputs, strings.Join(t.record.Inputs, " "), strings.Join(opts.Inputs, " "))
	}
	var files []File
	for _, name := range t.record.names() {
		content, err := t.disk.ReadFile(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return nil, err
		}
		files = append(files, File{name, content})
	}
	return files, nil
}

// Write makes the folder dir have the files, and returns how it differed. It
// removes files that an earlier Write made, and never another file: where one is in
// the way, nothing is written, and the error wraps ErrForeign. Writes to one folder
// wait for each other.
func Write(dir string, files []File, opts Options) (Diff, error) {
	if err := checkFolder(dir); err != nil {
		return Diff{}, err
	}
	root, err := makeFolder(dir)
	if err != nil {
		return Diff{}, err
	}
	defer root.Close()
	if err := root.MkdirAll(keeping, 0o755); err != nil {
		return Diff{}, err
	}
	if err := (&tree{disk: root}).guard(); err != nil {
		return Diff{}, err
	}
	unlock, err := lock(dir)
	if err != nil {
		return Diff{}, err
	}
	defer unlock()
	return write(root, files, opts)
}

// write is Write on a folder that is locked.
func write(d disk, files []File, opts Options) (Diff, error) {
	t := tree{disk: d, opts: opts}
	edited, err := t.recover()
	if err != nil {
		return Diff{}, fmt.Errorf("finishing a write that was interrupted: %w", err)
	}
	if err := t.read(); err != nil {
		return Diff{}, err
	}
	p, err := t.plan(files)
	if err != nil {
		return Diff{}, err
	}
	if !p.nothing() {
		j, err := t.stage(p)
		if err == nil {
			err = t.carryOut(j)
		}
		if err != nil {
			return Diff{}, err
		}
	}
	p.diff.Edited = append(p.diff.Edited, edited...)
	slices.Sort(p.diff.Edited)
	p.diff.Edited = slices.Compact(p.diff.Edited)
	t.keep(opts.Memory)
	return p.diff, nil
}

// tree is a folder that is looked at or written.
type tree struct {
	disk   disk
	opts   Options
	record record
	// interrupted says that there is a journal.
	interrupted bool
}

// plan is what a write would do.
type plan struct {
	diff            Diff
	writes, removes []change
	record          record // of the tree after the write
	was             record
}

// nothing reports whether the write would change no file, the record among them.
func (p plan) nothing() bool { return p.diff.Empty() && p.record.equal(p.was) }

// plan compares the folder with the files.
func (t *tree) plan(files []File) (plan, error) {
	opts := t.opts
	files = slices.Clone(files)
	slices.SortFunc(files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	p := plan{was: t.record, record: record{Version: recordVersion, Inputs: opts.Inputs, Sources: opts.Sources, Files: map[string]string{}}}
	p.diff.Interrupted = t.interrupted
	taken := map[string]bool{}
	for _, f := range files {
		if err := check(f.Path, taken); err != nil {
			return plan{}, err
		}
		if opts.May != nil && !opts.May(f.Path) {
			return plan{}, fmt.Errorf("%q is not a path that a tree can have", f.Path)
		}
		p.record.Files[f.Path] = digest(f.Content)
		if err := t.compare(&p, f); err != nil {
			return plan{}, err
		}
	}
	if err := t.removals(&p); err != nil {
		return plan{}, err
	}
	if err := t.loses(p); err != nil {
		return plan{}, err
	}
	slices.Sort(p.diff.Edited)
	return p, nil
}

// loses returns why files must not be removed, nil if they may be.
func (t *tree) loses(p plan) error {
	opts, removed := t.opts, len(p.diff.Removed)
	if removed == 0 || opts.Prune {
		return nil
	}
	if !slices.Equal(t.record.Inputs, opts.Inputs) {
		return fmt.Errorf("%w: from %s, not from %s; %d files would be removed", ErrInputs,
			strings.Join(t.record.Inputs, " "), strings.Join(opts.Inputs, " "), removed)
	}
	if lost := p.lost(); len(lost) > 0 {
		return fmt.Errorf("%w: %s", ErrEdited, strings.Join(lost, ", "))
	}
	documents := map[string]int{} // more than there were, of each source
	for _, source := range opts.Sources {
		documents[source]++
	}
	for _, source := range t.record.Sources {
		if documents[source]--; documents[source] >= 0 {
			continue
		}
		if name, there := opts.Find(source); there {
			return fmt.Errorf("%s: %w; %d files would be removed", name, ErrSource, removed)
		}
	}
	return nil
}

// lost returns the files that would be removed though somebody has edited them.
func (p plan) lost() []string {
	return slices.DeleteFunc(slices.Clone(p.diff.Removed), func(name string) bool { return !slices.Contains(p.diff.Edited, name) })
}

// check refuses paths that lead elsewhere, or that are one on some file systems.
func check(name string, taken map[string]bool) error {
	if !fs.ValidPath(name) || name == "." || name == keeping || strings.HasPrefix(name, keeping+"/") {
		return fmt.Errorf("%q is no path of a file in a tree", name)
	}
	folded := strings.ToLower(name)
	if taken[folded] {
		return fmt.Errorf("%s stands twice in the tree, but for upper and lower case", name)
	}
	taken[folded] = true
	return nil
}

// compare enters how one file differs from what is there.
func (t *tree) compare(p *plan, f File) error {
	content, err := t.disk.ReadFile(f.Path)
	before, owned := t.record.Files[f.Path]
	switch {
	case errors.Is(err, fs.ErrNotExist), err != nil && t.replacesFile(f.Path), !owned && t.renamed(f.Path):
		p.diff.Added = append(p.diff.Added, f.Path)
		w := change{Name: f.Path, content: f.Content}
		if err == nil {
			w.Was = digest(content)
		}
		p.writes = append(p.writes, w)
		return nil
	case err != nil && t.isFolder(f.Path):
		return fmt.Errorf("%s: a folder stands where a file should be: move it away, or render into another folder", f.Path)
	case err != nil:
		return err
	case bytes.Equal(content, f.Content):
		p.diff.Unchanged++
		return nil
	case !owned:
		return fmt.Errorf("%s: %w; move it away, or render into another folder", f.Path, ErrForeign)
	}
	p.diff.Changed = append(p.diff.Changed, f.Path)
	p.writes = append(p.writes, change{Name: f.Path, Was: digest(content), content: f.Content})
	if before != "" && digest(content) != before {
		p.diff.Edited = append(p.diff.Edited, f.Path)
	}
	return nil
}

// replacesFile reports whether a folder above the file is a file so far, which is
// to be removed.
func (t *tree) replacesFile(name string) bool {
	return slices.ContainsFunc(parents(name), func(dir string) bool { _, owned := t.record.Files[dir]; return owned })
}

// isFolder reports whether a folder stands where a file was.
func (t *tree) isFolder(name string) bool {
	info, err := t.disk.Lstat(name)
	return err == nil && info.IsDir()
}

// renamed reports whether what is found under a name was written under one that
// differs in upper and lower case alone, on a file system that does not tell them
// apart.
func (t *tree) renamed(name string) bool {
	for other := range t.record.Files {
		if other != name && strings.EqualFold(other, name) {
			now, err := t.disk.Lstat(name)
			old, oldErr := t.disk.Lstat(other)
			return err == nil && oldErr == nil && os.SameFile(now, old)
		}
	}
	return false
}

// removals enters the files that are there and no longer wanted.
func (t *tree) removals(p *plan) error {
	for _, name := range t.record.names() {
		if _, wanted := p.record.Files[name]; wanted {
			continue
		}
		content, err := t.disk.ReadFile(name)
		switch {
		case errors.Is(err, fs.ErrNotExist), err != nil && t.isFolder(name):
			continue
		case err != nil:
			return err
		}
		p.diff.Removed = append(p.diff.Removed, name)
		p.removes = append(p.removes, change{Name: name, Was: digest(content)})
		if before := t.record.Files[name]; before != "" && digest(content) != before {
			p.diff.Edited = append(p.diff.Edited, name)
		}
	}
	return nil
}

func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
