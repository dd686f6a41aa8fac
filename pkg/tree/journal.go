package tree

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
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
	staging     = keeping + "/staging" // a folder: what files will be, until they take their places
	unfinished  = ".new"               // ends the name of a file that is being written

	ignored = "/memory.json\n/lock\n/journal.json\n/staging\n/*.new\n"
)

// recordVersion is the version of the record's form.
const recordVersion = 1

// record says what was written into a tree.
type record struct {
	Version int               `json:"version"`
	Inputs  []string          `json:"inputs"`
	Sources []string          `json:"sources"` // the files that the tree was made from, by path relative to it, each once for each of its documents
	Files   map[string]string `json:"files"`   // the SHA-256 of each file's content, by path
}

func (r record) names() []string { return slices.Sorted(maps.Keys(r.Files)) }

func (r record) equal(other record) bool {
	return r.Version == other.Version && slices.Equal(r.Inputs, other.Inputs) && slices.Equal(r.Sources, other.Sources) && maps.Equal(r.Files, other.Files)
}

// check refuses a record that this package cannot have written. Somebody else may have:
// it is in version control.
func (r record) check(opts Options) error {
	switch {
	case r.Version > recordVersion:
		return fmt.Errorf("%s was written by a newer jobgen", recordFile)
	case r.Version < recordVersion && (r.Version != 0 || len(r.Files) > 0):
		return fmt.Errorf("%s has no valid version: restore it from version control", recordFile)
	}
	for _, name := range r.names() {
		sum := r.Files[name]
		if err := opts.checkOwned(name); err != nil {
			return err
		}
		if _, err := hex.DecodeString(sum); err != nil || len(sum) != hex.EncodedLen(sha256.Size) {
			return fmt.Errorf("%s has no valid digest of %s: restore it from version control", recordFile, name)
		}
	}
	return nil
}

// checkOwned refuses a path that render cannot have written, wherever it is listed.
func (o Options) checkOwned(name string) error {
	if check(name, map[string]bool{}) != nil || o.May != nil && !o.May(name) {
		return fmt.Errorf("%s lists %q, which jobgen render cannot have written: restore it from version control, or remove that entry", keeping, name)
	}
	return nil
}

// journal is a write that is decided: the content of its files is staged, each under its
// number. Whoever finds a journal carries it out.
type journal struct {
	Writes  []change `json:"writes"`
	Removes []change `json:"removes"`
	Record  record   `json:"record"`
}

// change is a file that is to be written or removed. It has its content in memory until
// that is staged.
type change struct {
	Name    string `json:"name"`
	Was     string `json:"was"` // the digest of what is replaced or removed; "" for nothing
	content []byte
	staged  string // where the content is staged
}

// check refuses a journal that no write of this package can have left.
func (j journal) check(opts Options) error {
	if err := j.Record.check(opts); err != nil {
		return err
	}
	for _, w := range j.Writes {
		if _, listed := j.Record.Files[w.Name]; !listed {
			return fmt.Errorf("%s writes %q, which its record does not list", journalFile, w.Name)
		}
	}
	for _, r := range j.Removes {
		if err := opts.checkOwned(r.Name); err != nil {
			return err
		}
	}
	return nil
}

// lock keeps other writers out of a tree until the function it returns is called.
func lock(dir string) (unlock func(), err error) {
	return lockedfile.MutexAt(filepath.Join(dir, filepath.FromSlash(lockFile))).Lock()
}

// read reads what is known of the tree.
func (t *tree) read() error {
	if err := t.guard(); err != nil {
		return err
	}
	t.record = record{Files: map[string]string{}}
	if err := t.readJSON(recordFile, &t.record); err != nil {
		return err
	}
	if err := t.record.check(t.opts); err != nil {
		return err
	}
	j, err := t.journal()
	if err != nil || j == nil {
		return err
	}
	t.interrupted = true
	for _, w := range j.Writes { // may be there, in part or as a whole
		if _, there := t.record.Files[w.Name]; !there {
			t.record.Files[w.Name] = "" // nobody knows what it holds
		}
	}
	return nil
}

// journal returns the journal, nil if there is none.
func (t *tree) journal() (*journal, error) {
	if _, err := t.disk.Lstat(journalFile); err != nil {
		return nil, nil
	}
	var j journal
	if err := t.readJSON(journalFile, &j); err != nil {
		return nil, err
	}
	for i := range j.Writes {
		j.Writes[i].staged = stagedAs(i)
	}
	return &j, j.check(t.opts)
}

func stagedAs(i int) string { return staging + "/" + strconv.Itoa(i) }

// guard refuses files of this package's own that are not what it writes, such as links:
// whatever they lead to is not to be read or written.
func (t *tree) guard() error {
	for _, name := range []string{keeping, staging, recordFile, memoryFile, ignoreFile, lockFile, journalFile} {
		info, err := t.disk.Lstat(name)
		if err != nil {
			continue
		}
		if isFolder := name == keeping || name == staging; isFolder && !info.IsDir() || !isFolder && !info.Mode().IsRegular() {
			return fmt.Errorf("%s is not a regular file or folder that jobgen made: remove it", name)
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
	if err := t.disk.WriteFile(name+unfinished, append(text, '\n'), 0o644); err != nil {
		return err
	}
	return t.disk.Rename(name+unfinished, name)
}

// stage writes all that is new beside the tree, and then the journal. Up to that moment
// the old tree stands, and a failure leaves nothing else; from then on the new one is
// sure to come: files only have to be moved.
func (t *tree) stage(p plan) (*journal, error) {
	j := &journal{Writes: p.writes, Removes: p.removes, Record: p.record}
	for i := range j.Writes {
		j.Writes[i].staged = stagedAs(i)
	}
	folders, err := t.prepare(j)
	if err == nil {
		err = t.writeJSON(journalFile, j, json.Marshal)
	}
	if err == nil {
		return j, nil
	}
	slices.Reverse(folders) // those within others first
	for _, dir := range folders {
		_ = t.disk.Remove(dir) // the first error is the one to tell
	}
	return nil, errors.Join(err, t.clean())
}

// prepare stages the content of a journal, and returns the folders that it made for it.
func (t *tree) prepare(j *journal) (made []string, err error) {
	if err := errors.Join(t.ignore(), t.disk.MkdirAll(staging, 0o755)); err != nil {
		return nil, err
	}
	err = t.several(j.Writes, func(d disk, w change) error { return d.WriteFile(w.staged, w.content, 0o644) })
	if err != nil {
		return nil, err
	}
	record, err := indented(j.Record)
	if err == nil {
		err = t.disk.WriteFile(recordFile+unfinished, append(record, '\n'), 0o644)
	}
	if err != nil {
		return nil, err
	}
	for _, dir := range foldersOf(j.Writes) {
		if slices.ContainsFunc(j.Removes, func(r change) bool { return r.Name == dir || within(r.Name, dir) }) {
			continue // it takes the place of a file
		}
		above := parents(dir)
		slices.Reverse(above)
		for _, dir := range append(above, dir) {
			if _, err := t.disk.Lstat(dir); err == nil {
				continue
			}
			made = append(made, dir)
			if err := t.disk.MkdirAll(dir, 0o755); err != nil {
				return made, err
			}
		}
	}
	return made, nil
}

// within reports whether a path is below another.
func within(dir, name string) bool { return strings.HasPrefix(name, dir+"/") }

// clean removes what was staged for a write that was never decided.
func (t *tree) clean() error {
	err := t.disk.RemoveAll(staging)
	for _, name := range []string{recordFile, journalFile} {
		if e := t.disk.Remove(name + unfinished); !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// ignore keeps what is of this machine out of version control.
func (t *tree) ignore() error {
	if text, err := t.disk.ReadFile(ignoreFile); err == nil && string(text) == ignored {
		return nil
	}
	return t.disk.WriteFile(ignoreFile, []byte(ignored), 0o644)
}

// recover carries out the journal, if there is one, and returns the files that somebody
// has edited since and that are overwritten or removed.
func (t *tree) recover() (edited []string, err error) {
	if err := t.guard(); err != nil {
		return nil, err
	}
	j, err := t.journal()
	if err != nil {
		return nil, err
	}
	if j == nil {
		return nil, t.clean()
	}
	if edited, err = t.edits(j); err != nil {
		return nil, err
	}
	// It may have been moved to its place already.
	if err := t.writeJSON(recordFile, j.Record, indented); err != nil {
		return nil, err
	}
	return edited, t.carryOut(j)
}

// edits returns the files of a journal that somebody has edited since it was written, and
// drops the writes from it that were carried out.
func (t *tree) edits(j *journal) (edited []string, err error) {
	left := j.Writes[:0]
	for _, w := range j.Writes {
		content, err := t.disk.ReadFile(w.staged)
		if errors.Is(err, fs.ErrNotExist) {
			continue // it is in its place
		}
		if info, e := t.disk.Lstat(w.staged); err != nil || e != nil || !info.Mode().IsRegular() || digest(content) != j.Record.Files[w.Name] {
			return nil, errors.Join(fmt.Errorf("%s does not fit %s: remove %s, and render again", w.staged, journalFile, journalFile), err, e)
		}
		now, err := t.digestOf(w.Name)
		switch {
		case err != nil:
			return nil, err
		case now == "" || now == w.Was || now == digest(content):
		case w.Was == "":
			return nil, fmt.Errorf("%s: %w; move it away, or render into another folder", w.Name, ErrForeign)
		default:
			edited = append(edited, w.Name)
		}
		left = append(left, w)
	}
	j.Writes = left
	for _, r := range j.Removes {
		switch now, err := t.digestOf(r.Name); {
		case err != nil:
			return nil, err
		case now == "" || now == r.Was:
		case !t.opts.Prune:
			return nil, fmt.Errorf("%w: %s", ErrEdited, r.Name)
		default:
			edited = append(edited, r.Name)
		}
	}
	return edited, nil
}

// digestOf returns the digest of a file, "" if there is none.
func (t *tree) digestOf(name string) (string, error) {
	content, err := t.disk.ReadFile(name)
	switch {
	case err == nil:
		return digest(content), nil
	case errors.Is(err, fs.ErrNotExist), t.isFolder(name), t.belowFile(name):
		return "", nil
	}
	return "", err
}

// belowFile reports whether a folder above a file is a file.
func (t *tree) belowFile(name string) bool {
	return slices.ContainsFunc(parents(name), func(dir string) bool {
		info, err := t.disk.Lstat(dir)
		return err == nil && info.Mode().IsRegular()
	})
}

// carryOut carries out a journal. Each of its steps may have been taken before.
func (t *tree) carryOut(j *journal) error {
	for _, r := range j.Removes {
		if err := t.remove(r.Name); err != nil {
			return err
		}
	}
	// All folders come first: a link may lead to one of another worker.
	for _, dir := range foldersOf(j.Writes) {
		if err := t.disk.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	if err := t.several(j.Writes, func(d disk, w change) error { return d.Rename(w.staged, w.Name) }); err != nil {
		return err
	}
	if err := t.disk.Rename(recordFile+unfinished, recordFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := t.disk.Remove(journalFile); err != nil {
		return err
	}
	return t.disk.RemoveAll(staging)
}

// fewFiles is the number below which several workers save nothing.
const fewFiles = 64

// several does something for each file, for several at a time.
func (t *tree) several(files []change, do func(disk, change) error) error {
	all := func(d disk, files []change) error {
		for _, f := range files {
			if err := do(d, f); err != nil {
				return err
			}
		}
		return nil
	}
	if len(files) < fewFiles {
		return all(t.disk, files)
	}
	parts := slices.Collect(slices.Chunk(files, len(files)/runtime.GOMAXPROCS(0)+1))
	errs := make([]error, len(parts))
	var workers sync.WaitGroup
	for i, part := range parts {
		workers.Go(func() {
			disk, err := t.disk.again()
			if err == nil {
				err = errors.Join(all(disk, part), disk.Close())
			}
			errs[i] = err
		})
	}
	workers.Wait()
	return errors.Join(errs...)
}

// remove removes a file, and the folders that it leaves empty.
func (t *tree) remove(name string) error {
	if t.isFolder(name) {
		return nil // removed before, and its place is taken
	}
	if err := t.disk.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) && !t.belowFile(name) {
		return err
	}
	for _, dir := range parents(name) {
		if t.disk.Remove(dir) != nil {
			return nil // other files are in it
		}
	}
	return nil
}
