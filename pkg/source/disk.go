package source

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// Disk is where inputs are read, and all that is looked up for them: each question
// about a file goes through one of its methods. It keeps what can be read but once, such
// as a pipe, to be read again. One from NewDisk notes the questions and what was
// answered, too; a nil one does neither. It may be used by several at a time.
type Disk struct {
	mutex   sync.Mutex
	answers map[question]string // nil: nothing is noted
	once    map[string][]byte   // what was read of pipes and the like, by path
	unclear bool
	cue     cueBudget
}

// question is something that is asked of a path.
type question struct {
	Ask  asking `json:"ask"`
	Path string `json:"path"` // absolute
}

// asking is a kind of question.
type asking string

const (
	asksContent asking = "content" // the SHA-256 of a regular file's content
	asksKind    asking = "kind"    // what it is, links followed, and the size of a regular file
	asksEntry   asking = "entry"   // whether it is there, be it a link that leads nowhere
	asksNames   asking = "names"   // a digest of the names and kinds of what is in a folder
	asksTarget  asking = "target"  // the path without links
)

// Note is a question and its answer.
type Note struct {
	question
	Answer string `json:"answer"`
}

// NewDisk returns a Disk that notes what it is asked.
func NewDisk() *Disk { return &Disk{answers: map[question]string{}} }

// noting reports whether it notes what it is asked.
func (d *Disk) noting() bool { return d != nil && d.answers != nil }

// Notes returns what was asked, sorted. It is false where not all of it could be noted:
// what was read can be read but once, changed meanwhile, is of CUE packages, or holds
// secret values, of which no digest must be kept.
func (d *Disk) Notes() ([]Note, bool) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	notes := make([]Note, 0, len(d.answers))
	for q, answer := range d.answers {
		notes = append(notes, Note{q, answer})
	}
	slices.SortFunc(notes, func(a, b Note) int { return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Ask, b.Ask)) })
	return notes, !d.unclear
}

// Same reports whether the disk would answer each question as it did: whatever was
// read then would be read now.
func Same(notes []Note) bool {
	for _, n := range notes {
		d := NewDisk()
		switch n.Ask {
		case asksContent:
			if info, err := os.Stat(n.Path); err == nil && !info.Mode().IsRegular() {
				return false // not to be read for this
			}
			_, _ = d.ReadFile(n.Path)
		case asksKind:
			_, _ = d.Stat(n.Path)
		case asksEntry:
			_, _ = d.Lstat(n.Path)
		case asksNames:
			_, _ = d.ReadDir(n.Path)
		case asksTarget:
			_, _ = d.EvalSymlinks(n.Path)
		}
		if answer, asked := d.answers[n.question]; !asked || d.unclear || answer != n.Answer {
			return false
		}
	}
	return true
}

// note keeps the answer to a question, which is the error if there is one.
func (d *Disk) note(ask asking, path, answer string, err error) {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		answer = "none"
	case err != nil:
		answer = "error: " + err.Error()
	}
	d.mutex.Lock()
	defer d.mutex.Unlock()
	q := question{ask, path}
	d.unclear = d.unclear || !utf8.ValidString(path) // which JSON cannot have
	if before, asked := d.answers[q]; asked && before != answer {
		d.unclear = true
	}
	d.answers[q] = answer
}

// Unnoted says that something was read that must not, or cannot, be noted.
func (d *Disk) Unnoted() {
	if d != nil {
		d.mutex.Lock()
		defer d.mutex.Unlock()
		d.unclear = true
	}
}

// ReadFile returns the content of a file. Of one that is larger than MaxBytes it
// returns one byte more than that.
func (d *Disk) ReadFile(path string) ([]byte, error) {
	if text, read := d.wasRead(path); read {
		return text, nil
	}
	text, regular, err := readFile(path)
	switch {
	case d == nil:
	case err == nil && !regular:
		d.keep(path, text)
	case !d.noting():
	case len(text) > MaxBytes:
		d.Unnoted()
	default:
		sum := sha256.Sum256(text)
		d.note(asksContent, path, hex.EncodeToString(sum[:]), err)
	}
	return text, err
}

// wasRead returns the text of what can be read but once, if it was.
func (d *Disk) wasRead(path string) ([]byte, bool) {
	if d == nil {
		return nil, false
	}
	d.mutex.Lock()
	defer d.mutex.Unlock()
	text, read := d.once[path]
	return text, read
}

// keep keeps the text of what can be read but once.
func (d *Disk) keep(path string, text []byte) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if d.once == nil {
		d.once = map[string][]byte{}
	}
	d.once[path], d.unclear = text, true
}

func readFile(path string) (text []byte, regular bool, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, false, err
	}
	defer file.Close()
	var buffer bytes.Buffer
	if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
		regular = true
		buffer.Grow(int(min(info.Size(), MaxBytes)) + bytes.MinRead)
	}
	_, err = buffer.ReadFrom(io.LimitReader(file, MaxBytes+1))
	return buffer.Bytes(), regular, err
}

// Stat is os.Stat, of which the kind and the size of a regular file are noted.
func (d *Disk) Stat(path string) (fs.FileInfo, error) {
	info, err := os.Stat(path)
	if d.noting() {
		answer := ""
		if err == nil {
			answer = info.Mode().Type().String()
			if info.Mode().IsRegular() {
				answer = fmt.Sprintf("%s %d", answer, info.Size())
			}
		}
		d.note(asksKind, path, answer, err)
	}
	return info, err
}

// Lstat is os.Lstat, of which no more is noted than that there is something.
func (d *Disk) Lstat(path string) (fs.FileInfo, error) {
	info, err := os.Lstat(path)
	if d.noting() {
		d.note(asksEntry, path, "there", err)
	}
	return info, err
}

// ReadDir is os.ReadDir, of which names and kinds are noted.
func (d *Disk) ReadDir(path string) ([]fs.DirEntry, error) {
	entries, err := os.ReadDir(path)
	if d.noting() {
		var names strings.Builder
		for _, e := range entries {
			fmt.Fprintf(&names, "%q %s\n", e.Name(), e.Type())
		}
		sum := sha256.Sum256([]byte(names.String()))
		d.note(asksNames, path, hex.EncodeToString(sum[:]), err)
	}
	return entries, err
}

// EvalSymlinks is filepath.EvalSymlinks.
func (d *Disk) EvalSymlinks(path string) (string, error) {
	target, err := filepath.EvalSymlinks(path)
	if d.noting() {
		d.note(asksTarget, path, target, err)
	}
	return target, err
}

// realPath returns the absolute form of a path with its links resolved.
func (d *Disk) realPath(name string) (string, error) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	return d.EvalSymlinks(abs)
}
