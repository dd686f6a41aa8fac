package tree

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// The files that this package keeps for itself in a tree. The record belongs into
// version control with the tree, the memory stays on the machine; the others are there
// during a write alone.
const (
	keeping     = ".jobgen"
	recordFile  = keeping + "/record.json"
	memoryFile  = keeping + "/memory.json"
	ignoreFile  = keeping + "/.gitignore"
	lockFile    = keeping + "/lock"
	journalFile = keeping + "/journal.json"
	staging     = keeping + "/staging"
	nextFile    = keeping + "/next" // what a file will be, until it takes its place

	ignored = "/memory.json\n/lock\n/journal.json\n/staging\n/next\n"
)

// recordVersion is the version of the record's form.
const recordVersion = 1

// record says what was written into a tree.
type record struct {
	Version int               `json:"version"`
	Inputs  []string          `json:"inputs"`
	Sources []string          `json:"sources"` // the files that the tree was made from, by path relative to it
	Files   map[string]string `json:"files"`   // the SHA-256 of each file's content, by path
}

func (r record) names() []string { return slices.Sorted(maps.Keys(r.Files)) }

func (r record) equal(other record) bool {
	return r.Version == other.Version && slices.Equal(r.Inputs, other.Inputs) && slices.Equal(r.Sources, other.Sources) && maps.Equal(r.Files, other.Files)
}

// journal is a write that is decided: what its files will hold is in the staged file,
// one behind the other. Whoever finds a journal carries it out.
type journal struct {
	Writes  []staged `json:"writes"`
	Removes []string `json:"removes"`
	Record  record   `json:"record"`
}

// staged is a file that is to be written. It has its Content once that is cut from what
// is staged.
type staged struct {
	File `json:"-"`
	Name string `json:"name"`
	Size int    `json:"size"`
	// New says that nothing stood there when the write was decided. Then nobody can have
	// read what the file was, and it is written without a detour.
	New bool `json:"new,omitempty"`
}

// lock keeps other writers out of a tree until the function it returns is called.
func lock(dir string) (unlock func(), err error) {
	return lockedfile.MutexAt(filepath.Join(dir, filepath.FromSlash(lockFile))).Lock()
}

// read reads what is known of the tree.
func (t *tree) read() error {
	t.record = record{Files: map[string]string{}}
	if err := t.readJSON(recordFile, &t.record); err != nil {
		return err
	}
	if t.record.Version > recordVersion {
		return fmt.Errorf("%s was written by a newer jobgen", recordFile)
	}
	for name := range t.record.Files {
		if err := check(name, map[string]bool{}); err != nil {
			return fmt.Errorf("%s: %w", recordFile, err)
		}
	}
	if _, err := t.disk.Lstat(journalFile); err != nil {
		return nil
	}
	t.interrupted = true
	var j journal
	if err := t.readJSON(journalFile, &j); err != nil {
		return err
	}
	for _, w := range j.Writes { // may be there, in part or as a whole
		if _, there := t.record.Files[w.Name]; !there {
			t.record.Files[w.Name] = "" // nobody knows what it holds
		}
	}
	return nil
}

// readJSON reads a file into a value, which stays as it is where there is none.
func (t *tree) readJSON(name string, into any) error {
	text, err := t.disk.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	}
	switch err := json.Unmarshal(text, into); {
	case err != nil && name == recordFile:
		// Two branches that were rendered have one in conflict.
		return fmt.Errorf("%s cannot be read: %w; take the one of either side, whole, and render again", name, err)
	case err != nil:
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// indented is JSON with one value a line, as people and version control like it.
func indented(value any) ([]byte, error) { return json.MarshalIndent(value, "", "  ") }

// writeJSON writes a file in one step.
func (t *tree) writeJSON(name string, value any, encode func(any) ([]byte, error)) error {
	text, err := encode(value)
	if err != nil {
		return err
	}
	if err := t.disk.WriteFile(name+".new", append(text, '\n'), 0o644); err != nil {
		return err
	}
	return t.disk.Rename(name+".new", name)
}

// stage writes all new content beside the tree, and then the journal. Up to that
// moment the old tree stands; from then on the new one is sure to come. It returns
// both.
func (t *tree) stage(p plan) (j journal, content []byte, err error) {
	if err := t.ignore(); err != nil {
		return journal{}, nil, err
	}
	j = journal{Removes: p.diff.Removed, Record: p.record}
	for _, w := range p.writes {
		content = append(content, w.Content...)
		j.Writes = append(j.Writes, staged{Name: w.Path, Size: len(w.Content), New: w.New})
	}
	if err := t.disk.WriteFile(staging, content, 0o644); err != nil {
		return journal{}, nil, err
	}
	return j, content, t.writeJSON(journalFile, j, json.Marshal)
}

// ignore keeps what is of this machine out of version control.
func (t *tree) ignore() error {
	if text, err := t.disk.ReadFile(ignoreFile); err == nil && string(text) == ignored {
		return nil
	}
	return t.disk.WriteFile(ignoreFile, []byte(ignored), 0o644)
}

// recover carries out the journal, if there is one. What was staged for a write that
// was never decided goes.
func (t *tree) recover() error {
	if _, err := t.disk.Lstat(journalFile); errors.Is(err, fs.ErrNotExist) {
		return t.disk.RemoveAll(staging)
	}
	var j journal
	if err := t.readJSON(journalFile, &j); err != nil {
		return err
	}
	content, err := t.disk.ReadFile(staging)
	if err != nil && len(j.Writes) > 0 {
		return err
	}
	return t.carryOut(j, content)
}

// carryOut carries out a journal. Each of its steps may have been taken before.
func (t *tree) carryOut(j journal, content []byte) error {
	for _, name := range j.Removes {
		if err := t.remove(name); err != nil {
			return err
		}
	}
	if err := t.place(j.Writes, content); err != nil {
		return err
	}
	if err := t.writeJSON(recordFile, j.Record, indented); err != nil {
		return err
	}
	if err := t.disk.Remove(journalFile); err != nil {
		return err
	}
	return t.disk.RemoveAll(staging)
}

// place writes the files whose content is staged.
func (t *tree) place(writes []staged, content []byte) error {
	fresh := make([]staged, 0, len(writes))
	var others []staged
	for _, w := range writes {
		if err := check(w.Name, map[string]bool{}); err != nil {
			return err
		}
		if w.Size < 0 || w.Size > len(content) {
			return fmt.Errorf("%s does not fit %s", staging, journalFile)
		}
		w.Content, content = content[:w.Size], content[w.Size:]
		if w.New {
			fresh = append(fresh, w)
		} else {
			others = append(others, w)
		}
	}
	// All folders come first: a link may lead to one of another worker.
	if err := makeFolders(t.disk, append(slices.Clone(others), fresh...)); err != nil {
		return err
	}
	for _, w := range others {
		if err := t.disk.WriteFile(nextFile, w.Content, 0o644); err != nil {
			return err
		}
		if err := t.disk.Rename(nextFile, w.Name); err != nil {
			return err
		}
	}
	return t.create(fresh)
}

// fewFiles is the number below which several workers save nothing.
const fewFiles = 64

// create writes files that nobody can have read, several at a time.
func (t *tree) create(files []staged) error {
	if len(files) < fewFiles {
		return writeInto(t.disk, files)
	}
	parts := slices.Collect(slices.Chunk(files, len(files)/runtime.GOMAXPROCS(0)+1))
	errs := make([]error, len(parts))
	var workers sync.WaitGroup
	for i, part := range parts {
		workers.Go(func() {
			disk, err := t.disk.again()
			if err == nil {
				err = errors.Join(writeInto(disk, part), disk.Close())
			}
			errs[i] = err
		})
	}
	workers.Wait()
	return errors.Join(errs...)
}

func writeInto(d disk, files []staged) error {
	for _, f := range files {
		if err := d.WriteFile(f.Name, f.Content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// makeFolders makes the folders that files are in.
func makeFolders(d disk, files []staged) error {
	for _, dir := range foldersOf(files) {
		if err := d.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	return nil
}

// remove removes a file, and the folders that it leaves empty.
func (t *tree) remove(name string) error {
	if err := check(name, map[string]bool{}); err != nil {
		return err
	}
	if t.isFolder(name) {
		return nil // removed before, and its place is taken
	}
	if err := t.disk.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, dir := range parents(name) {
		if t.disk.Remove(dir) != nil {
			return nil // other files are in it
		}
	}
	return nil
}
