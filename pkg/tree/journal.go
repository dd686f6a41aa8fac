package tree

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// The files that this package keeps for itself in a tree. The record belongs into
// version control with the tree; the others are there during a write alone.
const (
	keeping     = ".jobgen"
	recordFile  = keeping + "/record.json"
	ignoreFile  = keeping + "/.gitignore"
	lockFile    = keeping + "/lock"
	journalFile = keeping + "/journal.json"
	staging     = keeping + "/staging"

	ignored = "/lock\n/journal.json\n/staging/\n"
)

// recordVersion is the version of the record's form.
const recordVersion = 1

// record says what was written into a tree.
type record struct {
	Version int               `json:"version"`
	Inputs  []string          `json:"inputs"`
	Files   map[string]string `json:"files"` // the SHA-256 of each file's content, by path
}

func (r record) names() []string { return slices.Sorted(maps.Keys(r.Files)) }

func (r record) equal(other record) bool {
	return r.Version == other.Version && slices.Equal(r.Inputs, other.Inputs) && maps.Equal(r.Files, other.Files)
}

// journal is a write that is decided: all its files are staged. Whoever finds one
// carries it out.
type journal struct {
	Writes  []string `json:"writes"` // the paths that the staged files go to, by number
	Removes []string `json:"removes"`
	Record  record   `json:"record"`
}

// lock keeps other writers out of a tree until the function it returns is called.
func lock(dir string) (unlock func(), err error) {
	return lockedfile.MutexAt(filepath.Join(dir, filepath.FromSlash(lockFile))).Lock()
}

// read reads what is known of the tree.
func (t *tree) read() error {
	t.record = record{}
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
	_, err := t.disk.Lstat(journalFile)
	t.interrupted = err == nil
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
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// writeJSON writes a file in one step.
func (t *tree) writeJSON(name string, value any) error {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	if err := t.disk.WriteFile(name+".new", append(text, '\n'), 0o644); err != nil {
		return err
	}
	return t.disk.Rename(name+".new", name)
}

// stage writes all new content beside the tree, and then the journal. Up to that
// moment the old tree stands; from then on the new one is sure to come.
func (t *tree) stage(p plan) error {
	if err := t.disk.RemoveAll(staging); err != nil {
		return err
	}
	if err := t.disk.MkdirAll(staging, 0o755); err != nil {
		return err
	}
	if err := t.disk.WriteFile(ignoreFile, []byte(ignored), 0o644); err != nil {
		return err
	}
	j := journal{Removes: p.diff.Removed, Record: p.record}
	for i, f := range p.writes {
		if err := t.disk.WriteFile(staged(i), f.Content, 0o644); err != nil {
			return err
		}
		j.Writes = append(j.Writes, f.Path)
	}
	return t.writeJSON(journalFile, j)
}

func staged(i int) string { return path.Join(staging, strconv.Itoa(i)) }

// recover carries out the journal, if there is one. Each of its steps may have been
// taken before. What was staged for a write that was never decided goes.
func (t *tree) recover() error {
	if _, err := t.disk.Lstat(journalFile); errors.Is(err, fs.ErrNotExist) {
		return t.disk.RemoveAll(staging)
	}
	var j journal
	if err := t.readJSON(journalFile, &j); err != nil {
		return err
	}
	for _, name := range j.Removes {
		if err := t.remove(name); err != nil {
			return err
		}
	}
	for i, name := range j.Writes {
		if err := t.move(staged(i), name); err != nil {
			return err
		}
	}
	if err := t.writeJSON(recordFile, j.Record); err != nil {
		return err
	}
	if err := t.disk.Remove(journalFile); err != nil {
		return err
	}
	return t.disk.RemoveAll(staging)
}

// move puts a staged file into its place.
func (t *tree) move(from, to string) error {
	if err := check(to, map[string]bool{}); err != nil {
		return err
	}
	if _, err := t.disk.Lstat(from); errors.Is(err, fs.ErrNotExist) {
		return nil // moved before
	}
	if err := t.disk.MkdirAll(path.Dir(to), 0o755); err != nil {
		return err
	}
	return t.disk.Rename(from, to)
}

// remove removes a file, and the folders that it leaves empty.
func (t *tree) remove(name string) error {
	if err := check(name, map[string]bool{}); err != nil {
		return err
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
