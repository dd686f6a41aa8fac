package tree

import (
	"bytes"
	"encoding/json"
	"errors"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// Memory is what the caller of Write wanted kept with a tree, to find out sooner that
// the next Write would change nothing. It is of one machine, and not for version control.
type Memory struct {
	// Kept is what Options.Memory was, as JSON.
	Kept json.RawMessage `json:"kept"`
	// Record is the digest of the record of the tree that it was kept with.
	Record string `json:"record"`
}

// Recall returns what was kept with a tree, and whether anything was.
func Recall(dir string) (m Memory, ok bool) {
	root, err := openFolder(dir)
	if err != nil {
		return Memory{}, false
	}
	defer root.Close()
	t := tree{disk: root}
	if t.guard() != nil {
		return Memory{}, false
	}
	return m, t.readJSON(memoryFile, &m) == nil && m.Record != ""
}

// Intact reports whether each file of the tree holds what it held when the memory was
// kept, and how many there are.
func (m Memory) Intact(dir string) (files int, ok bool) {
	root, err := openFolder(dir)
	if err != nil {
		return 0, false
	}
	defer root.Close()
	t := tree{disk: root}
	if text, err := root.ReadFile(recordFile); err != nil || digest(text) != m.Record || t.read() != nil || t.interrupted {
		return 0, false
	}
	names := t.record.names()
	var changed atomic.Bool
	var workers sync.WaitGroup
	for part := range slices.Chunk(names, len(names)/runtime.GOMAXPROCS(0)+1) {
		workers.Go(func() {
			if !t.record.holds(dir, part, &changed) {
				changed.Store(true)
			}
		})
	}
	workers.Wait()
	return len(names), !changed.Load()
}

// holds reports whether some files of a tree hold what the record says, as far as it
// comes before somebody says that it does not matter any more.
func (r record) holds(dir string, names []string, enough *atomic.Bool) bool {
	root, err := openFolder(dir)
	if err != nil {
		return false
	}
	defer root.Close()
	for _, name := range names {
		if content, err := root.ReadFile(name); err != nil || digest(content) != r.Files[name] || enough.Load() {
			return false
		}
	}
	return true
}

// keep keeps a memory with the tree as it is now. One that cannot be kept, such as on a
// full disk, is missing the next time: the tree is as it should be nevertheless.
func (t *tree) keep(memory json.RawMessage) {
	if memory == nil {
		return
	}
	record, err := t.disk.ReadFile(recordFile)
	if err != nil {
		return
	}
	text, err := json.Marshal(Memory{Record: digest(record), Kept: memory})
	if err != nil {
		return
	}
	if before, err := t.disk.ReadFile(memoryFile); err == nil && bytes.Equal(before, text) {
		return
	}
	if errors.Join(t.ignore(), t.disk.WriteFile(memoryFile, text, 0o644)) != nil {
		_ = t.disk.Remove(memoryFile) // half of one
	}
}
