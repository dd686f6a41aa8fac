package tree

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// ours is what render may write in these tests.
func ours(path string) bool {
	return strings.HasPrefix(path, "base/") && strings.HasSuffix(path, ".yaml")
}

// victims are files that no tree has, in a folder that is rendered into.
var victims = content{"src/main.go": "package main", ".git/HEAD": "ref", "base/mine.yaml": "mine"}

func forge(t *testing.T, dir, name string, value any) {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	put(t, dir, name, string(text))
}

// G 3: whatever a record or a journal says, nothing that render cannot have written is
// removed or overwritten, and what somebody has edited only where that is asked for.
func TestForgedRecordsAndJournals(t *testing.T) {
	sum := func(name string) string { return digest([]byte(victims[name])) }
	fine := record{Version: 1, Files: map[string]string{}}
	for name, test := range map[string]struct {
		file  string
		value any
	}{
		"a file of no layout":    {recordFile, record{Version: 1, Files: map[string]string{"src/main.go": sum("src/main.go")}}},
		"git's own":              {recordFile, record{Version: 1, Files: map[string]string{".git/HEAD": sum(".git/HEAD")}}},
		"no version":             {recordFile, map[string]any{"files": map[string]string{"base/mine.yaml": sum("base/mine.yaml")}}},
		"version 0":              {recordFile, record{Files: map[string]string{"base/mine.yaml": sum("base/mine.yaml")}}},
		"a negative version":     {recordFile, record{Version: -1}},
		"a newer version":        {recordFile, record{Version: 2}},
		"no digest":              {recordFile, record{Version: 1, Files: map[string]string{"base/mine.yaml": ""}}},
		"another digest":         {recordFile, record{Version: 1, Files: map[string]string{"base/mine.yaml": digest(nil)}}},
		"a path out":             {recordFile, record{Version: 1, Files: map[string]string{"base/../../out.yaml": digest(nil)}}},
		"a journal that removes": {journalFile, journal{Record: fine, Removes: []change{{Name: "src/main.go", Was: sum("src/main.go")}}}},
		"… what was edited":      {journalFile, journal{Record: fine, Removes: []change{{Name: "base/mine.yaml", Was: digest(nil)}}}},
		"… without a digest":     {journalFile, journal{Record: fine, Removes: []change{{Name: "base/mine.yaml"}}}},
		"a journal that writes": {journalFile, journal{
			Record: record{Version: 1, Files: map[string]string{"src/main.go": digest([]byte("evil"))}}, Writes: []change{{Name: "src/main.go", Was: sum("src/main.go")}},
		}},
		"… what its record lacks": {journalFile, journal{Record: fine, Writes: []change{{Name: "base/mine.yaml", Was: sum("base/mine.yaml")}}}},
		"… over another's file": {journalFile, journal{
			Record: record{Version: 1, Files: map[string]string{"base/mine.yaml": digest([]byte("evil"))}}, Writes: []change{{Name: "base/mine.yaml"}},
		}},
		"… another content": {journalFile, journal{
			Record: record{Version: 1, Files: map[string]string{"base/mine.yaml": digest(nil)}}, Writes: []change{{Name: "base/mine.yaml", Was: sum("base/mine.yaml")}},
		}},
		"a journal of no version": {journalFile, map[string]any{"removes": []string{"src/main.go"}}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range victims {
				put(t, dir, name, text)
			}
			forge(t, dir, test.file, test.value)
			put(t, dir, stagedAs(0), "evil")
			opts := Options{May: ours}
			if _, err := Write(dir, content{"base/a.yaml": "a"}.files(), opts); err == nil {
				t.Error("it is written")
			}
			_, _ = Compare(dir, nil, opts)
			if files, err := Read(dir, opts); err == nil && len(files) > 0 && !ours(files[0].Path) {
				t.Errorf("%v are read", files)
			}
			if got := on(t, dir); !maps.Equal(got, victims) {
				t.Errorf("the folder is %v", got)
			}
		})
	}
}

// G 2: links, pipes and folders in the place of the files that are kept here are neither
// followed nor waited for, and no file of the tree leads out of it.
func TestWhatIsKeptIsNoLink(t *testing.T) {
	names := []string{keeping, recordFile, memoryFile, ignoreFile, lockFile, journalFile, staging}
	for i, name := range append(names, names...) {
		dir, outside := t.TempDir(), t.TempDir()
		put(t, outside, "file", "{}")
		to := filepath.Join(outside, "file")
		if name == keeping || name == staging {
			to = outside
		}
		if i >= len(names) {
			to = filepath.Join(outside, "nothing") // opening it would make it
		}
		at := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(at), 0o755), os.Symlink(to, at)); err != nil {
			t.Skip(err)
		}
		_, err := Write(dir, content{"a": "1"}.files(), Options{Memory: json.RawMessage("1")})
		if err == nil {
			t.Errorf("%s is a link, and the tree is written", name)
		}
		if _, ok := Recall(dir); ok {
			t.Errorf("%s is a link, and something is recalled", name)
		}
		if got := on(t, outside); !maps.Equal(got, content{"file": "{}"}) {
			t.Errorf("%s: outside is %v", name, got)
		}
	}
}

// G 3: a folder of git's is no tree, under whatever name.
func TestFoldersOfGit(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{".git/HEAD", "bare/HEAD", "bare/objects/x", "bare/refs/x"} {
		put(t, dir, name, "")
	}
	if err := os.Symlink(filepath.Join(dir, ".git"), filepath.Join(dir, "link")); err != nil {
		t.Skip(err)
	}
	for _, out := range []string{".git", ".git/new", ".git/a/b", "bare", "bare/hooks", "link", "link/new", ".GIT"} {
		if _, err := Write(filepath.Join(dir, out), content{"a": "1"}.files(), Options{}); !errors.Is(err, errGit) {
			t.Errorf("%s: %v", out, err)
		}
		if _, err := Compare(filepath.Join(dir, out), nil, Options{}); !errors.Is(err, errGit) {
			t.Errorf("%s: %v", out, err)
		}
	}
	if _, err := Write(dir, content{"a": "1"}.files(), Options{}); err != nil {
		t.Error(err)
	}
}

// G 4: a large file is not read whole.
func TestLargeFiles(t *testing.T) {
	for _, name := range []string{recordFile, journalFile, memoryFile, "a"} {
		dir := t.TempDir()
		written(t, dir, content{"a": "1"})
		at := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.WriteFile(at, nil, 0o644), os.Truncate(at, 20<<30)); err != nil {
			t.Skip(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Write(dir, content{"a": "1"}.files(), Options{})
		if wrong := name == recordFile || name == journalFile; wrong != (err != nil) {
			t.Errorf("%s: %v", name, err)
		}
		Recall(dir)
		runtime.ReadMemStats(&after)
		if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 1000 {
			t.Errorf("%s: %d MiB", name, used)
		}
	}
}

// full is a disk that has no room left after so many writes. Nothing else fails.
type full struct {
	disk
	left int
}

var errFull = errors.New("no space left on device")

func (f *full) again() (disk, error) { return f, nil }
func (f *full) Close() error         { return nil }

func (f *full) room() error {
	if f.left--; f.left < 0 {
		return errFull
	}
	return nil
}

func (f *full) WriteFile(name string, content []byte, mode fs.FileMode) error {
	if err := f.room(); err != nil {
		return errors.Join(err, f.disk.WriteFile(name, content[:len(content)/2], mode))
	}
	return f.disk.WriteFile(name, content, mode)
}

func (f *full) MkdirAll(name string, mode fs.FileMode) error {
	if info, err := f.disk.Lstat(name); err == nil && info.IsDir() {
		return nil // that takes no room
	}
	if err := f.room(); err != nil {
		return err
	}
	return f.disk.MkdirAll(name, mode)
}

// G 7: a write that fails on a full disk leaves the old tree and nothing else.
func TestFullDisk(t *testing.T) {
	old := content{"base/a.yaml": "1", "base/b.yaml": "2", "base/c/d.yaml": "3"}
	next := content{"base/a.yaml": "A", "base/c/d.yaml": "3", "new/deep/e.yaml": "5", "new/f.yaml": "6"}
	for left, done := 0, false; !done; left++ {
		dir := t.TempDir()
		written(t, dir, old)
		before := all(t, dir)
		root, err := openFolder(dir)
		if err != nil {
			t.Fatal(err)
		}
		_, err = write(&full{disk: root, left: left}, next.files(), Options{})
		done = err == nil
		after := all(t, dir)
		switch {
		case done && !maps.Equal(on(t, dir), next):
			t.Errorf("after %d writes the tree is %v", left, after)
		case !done && !errors.Is(err, errFull):
			t.Errorf("after %d writes: %v", left, err)
		case !done && !maps.Equal(before, after):
			t.Errorf("after %d writes %v is left, not %v", left, slices.Sorted(maps.Keys(after)), slices.Sorted(maps.Keys(before)))
		}
		root.Close()
		if left > 50 {
			t.Fatal("it never succeeds")
		}
	}
}

// all returns everything in a folder, what is kept for itself and folders too.
func all(t *testing.T, dir string) content {
	t.Helper()
	found := content{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !d.IsDir() {
			text, err := os.ReadFile(name)
			found[name] = string(text)
			return err
		}
		found[name] = "folder"
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// What somebody edits between a crash and the next write is named, or kept.
func TestEditsAfterACrash(t *testing.T) {
	old, next := content{"a": "1", "b": "2", "c": "3"}, content{"a": "A", "n": "N"}
	stopped := func(t *testing.T) string {
		dir := t.TempDir()
		written(t, dir, old)
		root, err := openFolder(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer root.Close()
		for left := 1; ; left++ { // up to the moment when the journal is there
			if _, err := write(&crashing{disk: root, left: left}, next.files(), Options{}); err == nil {
				t.Fatal("it does not stop")
			}
			if _, err := root.Lstat(journalFile); err == nil {
				return dir
			}
		}
	}
	t.Run("one that is written", func(t *testing.T) {
		dir := stopped(t)
		put(t, dir, "a", "edited")
		d, err := Write(dir, next.files(), Options{})
		if err != nil || fmt.Sprint(d.Edited) != "[a]" {
			t.Errorf("%v, %v", d, err)
		}
	})
	t.Run("one that is removed", func(t *testing.T) {
		dir := stopped(t)
		put(t, dir, "b", "edited")
		if _, err := Write(dir, next.files(), Options{}); !errors.Is(err, ErrEdited) || on(t, dir)["b"] != "edited" {
			t.Errorf("%v, and it is %q", err, on(t, dir)["b"])
		}
		d, err := Write(dir, next.files(), Options{Prune: true})
		if err != nil || fmt.Sprint(d.Edited) != "[b]" || !maps.Equal(on(t, dir), next) {
			t.Errorf("%v, %v", d, err)
		}
	})
	t.Run("a new one in the way", func(t *testing.T) {
		dir := stopped(t)
		put(t, dir, "n", "mine")
		if _, err := Write(dir, next.files(), Options{}); !errors.Is(err, ErrForeign) || on(t, dir)["n"] != "mine" {
			t.Errorf("%v, and it is %q", err, on(t, dir)["n"])
		}
	})
}
