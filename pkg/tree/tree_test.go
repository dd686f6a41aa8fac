package tree

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// content is what a tree holds, by path.
type content map[string]string

func (c content) files() []File {
	var files []File
	for name, text := range c {
		files = append(files, File{name, []byte(text)})
	}
	return files
}

// on returns what stands in a folder, without what the package keeps for itself.
func on(t *testing.T, dir string) content {
	t.Helper()
	c := content{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == keeping:
			return fs.SkipDir
		case d.IsDir():
			return nil
		}
		text, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name)
		c[filepath.ToSlash(rel)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	name = filepath.Join(dir, filepath.FromSlash(name))
	if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(text), 0o644)); err != nil {
		t.Fatal(err)
	}
}

func written(t *testing.T, dir string, c content) Diff {
	t.Helper()
	d, err := Write(dir, c.files(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := on(t, dir); !maps.Equal(got, c) {
		t.Fatalf("the tree is %v, not %v", got, c)
	}
	return d
}

func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "tree")
	first := content{"base/a.yaml": "a", "base/b.yaml": "b", "overlays/prod/x.yaml": "x"}
	if d := written(t, dir, first); !slices.Equal(d.Added, []string{"base/a.yaml", "base/b.yaml", "overlays/prod/x.yaml"}) || d.Empty() {
		t.Errorf("the first write says %+v", d)
	}
	if d := written(t, dir, first); !d.Empty() || d.Unchanged != 3 {
		t.Errorf("the same write says %+v", d)
	}
	second := content{"base/a.yaml": "A", "base/b.yaml": "b", "c.yaml": "c"}
	d := written(t, dir, second)
	if fmt.Sprint(d) != "{[c.yaml] [base/a.yaml] [overlays/prod/x.yaml] [] 1 false}" {
		t.Errorf("the second write says %v", d)
	}
	if _, err := os.Stat(filepath.Join(dir, "overlays")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("an empty folder is left behind")
	}
	// A folder where a file was.
	written(t, dir, content{"c.yaml/d.yaml": "d"})
}

// What only fits the record is not written again: files keep their times.
func TestUnchangedFilesAreLeftAlone(t *testing.T) {
	dir := t.TempDir()
	written(t, dir, content{"a": "1", "b": "2"})
	before, _ := os.Stat(filepath.Join(dir, "a"))
	written(t, dir, content{"a": "1", "b": "3"})
	after, _ := os.Stat(filepath.Join(dir, "a"))
	if !os.SameFile(before, after) || before.ModTime() != after.ModTime() {
		t.Error("a file that did not change was written")
	}
}

func TestForeignFiles(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "notes.txt", "mine")
	put(t, dir, "base/kustomization.yaml", "mine")
	_, err := Write(dir, content{"base/kustomization.yaml": "ours", "base/a.yaml": "a"}.files(), Options{})
	if !errors.Is(err, ErrForeign) || !strings.Contains(err.Error(), "base/kustomization.yaml") {
		t.Errorf("a file in the way: %v", err)
	}
	want := content{"notes.txt": "mine", "base/kustomization.yaml": "mine"}
	if got := on(t, dir); !maps.Equal(got, want) {
		t.Errorf("after a refusal the tree is %v", got)
	}
	// One that is as it should be is taken over.
	if _, err := Write(dir, content{"base/kustomization.yaml": "mine"}.files(), Options{}); err != nil {
		t.Error(err)
	}
	if _, err := Write(dir, nil, Options{}); err != nil {
		t.Error(err)
	}
	if got := on(t, dir); !maps.Equal(got, content{"notes.txt": "mine"}) {
		t.Errorf("after a prune the tree is %v", got)
	}
}

func TestEditedByHand(t *testing.T) {
	dir := t.TempDir()
	written(t, dir, content{"a": "1", "b": "2", "c": "3"})
	put(t, dir, "a", "edited")
	put(t, dir, "b", "edited")
	if err := os.Remove(filepath.Join(dir, "c")); err != nil {
		t.Fatal(err)
	}
	if _, err := Compare(dir, content{"a": "1", "c": "3"}.files(), Options{}); !errors.Is(err, ErrEdited) || !strings.HasSuffix(err.Error(), ": b") {
		t.Errorf("an edited file would be removed, and the error is %v", err) // G 3
	}
	d, err := Compare(dir, content{"a": "1", "c": "3"}.files(), Options{Prune: true})
	if err != nil || fmt.Sprint(d) != "{[c] [a] [b] [a b] 0 false}" {
		t.Errorf("%v, error %v", d, err)
	}
	if got := on(t, dir); got["a"] != "edited" {
		t.Error("Compare writes")
	}
}

func TestOtherInputs(t *testing.T) {
	dir := t.TempDir()
	all := content{"a": "1", "b": "2"}
	if _, err := Write(dir, all.files(), Options{Inputs: []string{"jobs"}}); err != nil {
		t.Fatal(err)
	}
	one := content{"a": "1"}
	if _, err := Write(dir, one.files(), Options{Inputs: []string{"jobs/a.yaml"}}); !errors.Is(err, ErrInputs) {
		t.Errorf("other inputs: %v", err)
	}
	if got := on(t, dir); !maps.Equal(got, all) {
		t.Errorf("after a refusal the tree is %v", got)
	}
	if _, err := Write(dir, one.files(), Options{Inputs: []string{"jobs/a.yaml"}, Prune: true}); err != nil {
		t.Error(err)
	}
	if got := on(t, dir); !maps.Equal(got, one) {
		t.Errorf("after a prune the tree is %v", got)
	}
}

// What is read is what Write wrote, as it is now, and from the same inputs.
func TestRead(t *testing.T) {
	dir := t.TempDir()
	if _, err := Read(dir, Options{}); !errors.Is(err, ErrNoTree) {
		t.Errorf("a folder that is no tree: %v", err)
	}
	files := []File{{"a/x", []byte("1")}, {"a/y", []byte("2")}, {"b", []byte("3")}}
	if _, err := Write(dir, files, Options{Inputs: []string{"jobs"}}); err != nil {
		t.Fatal(err)
	}
	put(t, dir, "a/foreign", "4")
	put(t, dir, "b", "edited")
	if err := os.Remove(filepath.Join(dir, "a", "x")); err != nil {
		t.Fatal(err)
	}
	got, err := Read(dir, Options{Inputs: []string{"jobs"}})
	if want := "[{a/y 2} {b edited}]"; err != nil || fmt.Sprintf("%s", got) != want {
		t.Errorf("got %s, error %v, want %s", got, err, want)
	}
	if _, err := Read(dir, Options{Inputs: []string{"others"}}); !errors.Is(err, ErrInputs) {
		t.Errorf("other inputs: %v", err)
	}
	put(t, dir, journalFile, "{}")
	if _, err := Read(dir, Options{Inputs: []string{"jobs"}}); err == nil {
		t.Error("what an interrupted write left is read")
	}
}

func TestPathsThatAreRefused(t *testing.T) {
	for _, name := range []string{"", ".", "../a", "/a", "a/../b", "a//b", ".jobgen", ".jobgen/record.json"} {
		if _, err := Write(t.TempDir(), []File{{Path: name}}, Options{}); err == nil {
			t.Errorf("%q is taken for a path", name)
		}
	}
	if _, err := Write(t.TempDir(), content{"A": "", "a": ""}.files(), Options{}); err == nil {
		t.Error("two files of one name are written")
	}
	dir, outside := t.TempDir(), t.TempDir()
	if err := os.Symlink(outside, filepath.Join(dir, "base")); err != nil {
		t.Skip(err)
	}
	if _, err := Write(dir, content{"base/a": "1"}.files(), Options{}); err == nil {
		t.Error("a link out of the tree is followed")
	}
	if got := on(t, outside); len(got) > 0 {
		t.Errorf("%v is written outside of the tree", got)
	}
}

// A link that leads nowhere is replaced, and nothing is written where it leads.
func TestLinksThatLeadNowhere(t *testing.T) {
	for _, to := range []string{"nowhere/else", "else"} {
		dir := t.TempDir()
		if err := os.Symlink(to, filepath.Join(dir, "a")); err != nil {
			t.Skip(err)
		}
		written(t, dir, content{"a": "1"})
	}
}

// errCrash is what a broken disk says.
var errCrash = errors.New("crash")

// crashing is a disk that does the first so many changes, and half of the next.
type crashing struct {
	disk
	left  int
	mutex sync.Mutex
}

func (c *crashing) again() (disk, error) { return c, nil }

func (c *crashing) Close() error { return nil }

func (c *crashing) step(half, whole func() error) error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.left--
	switch {
	case c.left > 0:
		return whole()
	case c.left == 0:
		return errors.Join(errCrash, half())
	}
	return errCrash
}

func nothing() error { return nil }

func (c *crashing) WriteFile(name string, content []byte, mode fs.FileMode) error {
	return c.step(func() error { return c.disk.WriteFile(name, content[:len(content)/2], mode) },
		func() error { return c.disk.WriteFile(name, content, mode) })
}

func (c *crashing) MkdirAll(name string, mode fs.FileMode) error {
	return c.step(nothing, func() error { return c.disk.MkdirAll(name, mode) })
}

func (c *crashing) Rename(from, to string) error {
	return c.step(nothing, func() error { return c.disk.Rename(from, to) })
}

// An emptied folder that cannot be removed is no fault of a write, so the crash
// comes at the next step.
func (c *crashing) Remove(name string) error {
	return c.step(nothing, func() error { return c.disk.Remove(name) })
}

func (c *crashing) RemoveAll(name string) error {
	return c.step(nothing, func() error { return c.disk.RemoveAll(name) })
}

// A crash at any step leaves the old tree, or one that the next write makes the new
// one, whatever that write is.
func TestCrashes(t *testing.T) {
	const seed = 1
	random := rand.New(rand.NewPCG(seed, seed))
	for round := range 40 {
		old, next, other := someContent(random), someContent(random), someContent(random)
		for at, done := 1, false; !done; at++ {
			dir := t.TempDir()
			put(t, dir, "foreign", "mine")
			if _, err := Write(dir, old.files(), Options{Memory: memoryOf(t, old)}); err != nil {
				t.Fatal(err)
			}
			root, err := openFolder(dir)
			if err != nil {
				t.Fatal(err)
			}
			broken := &crashing{disk: root, left: at}
			_, err = write(broken, next.files(), Options{Memory: memoryOf(t, next)})
			done = err == nil && broken.left > 0 // a memory that cannot be kept is no error
			state := on(t, dir)
			if kept, intact := remembered(dir); intact && !maps.Equal(state, with(kept)) {
				t.Fatalf("round %d, crash at step %d: the tree is %v, and is remembered to be %v", round, at, state, kept)
			} else if done && !maps.Equal(kept, next) {
				t.Fatalf("round %d: the memory of %v is %v, intact: %v", round, next, kept, intact)
			}
			d, err := Compare(dir, next.files(), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if !d.Interrupted && !maps.Equal(state, with(old)) && !maps.Equal(state, with(next)) {
				t.Fatalf("round %d, crash at step %d: the tree is %v, between %v and %v, and does not say so", round, at, state, old, next)
			}
			then := []content{old, next, other}[at%3]
			if _, err := write(root, then.files(), Options{}); err != nil {
				t.Fatalf("round %d, crash at step %d: the next write: %v", round, at, err)
			}
			if got := on(t, dir); !maps.Equal(got, with(then)) {
				t.Fatalf("round %d, crash at step %d: the next write makes %v, not %v", round, at, got, with(then))
			}
			if left, _ := filepath.Glob(filepath.Join(dir, keeping, "staging")); len(left) > 0 {
				t.Fatalf("round %d, crash at step %d: %v is left behind", round, at, left)
			}
			root.Close()
		}
	}
}

// Large trees are written by several workers, which may all be interrupted.
func TestCrashesOfLargeTrees(t *testing.T) {
	old, next := content{}, content{}
	for i := range 3 * fewFiles {
		next[fmt.Sprintf("d%d/f%d", i%7, i)] = fmt.Sprint(i)
		if i%5 == 0 {
			old[fmt.Sprintf("d%d/f%d", i%3, i)] = "old"
		}
	}
	for at, done := 1, false; !done; at += 29 {
		dir := t.TempDir()
		written(t, dir, old)
		root, err := openFolder(dir)
		if err != nil {
			t.Fatal(err)
		}
		_, err = write(&crashing{disk: root, left: at}, next.files(), Options{})
		done = err == nil
		d, err := Compare(dir, next.files(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if state := on(t, dir); !d.Interrupted && !maps.Equal(state, old) && !maps.Equal(state, next) {
			t.Fatalf("crash at step %d: the tree is a mixture, and does not say so", at)
		}
		written(t, dir, next)
		root.Close()
	}
}

// Of several workers one may write through a link to a folder that is of another.
func TestLinkToAFolderToCome(t *testing.T) {
	for range 10 {
		dir := t.TempDir()
		if err := os.Symlink("a/b", filepath.Join(dir, "z")); err != nil {
			t.Fatal(err)
		}
		c := content{}
		for i := range fewFiles {
			c[fmt.Sprintf("a/b/f%d", i)], c[fmt.Sprintf("z/g%d", i)] = "1", "2"
		}
		if _, err := Write(dir, c.files(), Options{}); err != nil {
			t.Fatal(err)
		}
	}
}

// A link within the tree is read as the file that it leads to.
func TestLinkWithinTheTree(t *testing.T) {
	dir := t.TempDir()
	c := content{"a/x": "1", "b/y": "2"}
	written(t, dir, c)
	link := filepath.Join(dir, "a", "x")
	put(t, dir, "b/x", "1")
	if err := errors.Join(os.Remove(link), os.Symlink("../b/x", link)); err != nil {
		t.Fatal(err)
	}
	if d, err := Compare(dir, c.files(), Options{}); err != nil || !d.Empty() {
		t.Errorf("the tree differs by %+v, %v", d, err)
	}
}

// TestCrashesWhereAFileBecomesAFolder is about the one change that takes a name away
// before it can be used again.
func TestCrashesWhereAFileBecomesAFolder(t *testing.T) {
	old, next := content{"a": "1", "c": "1"}, content{"a/b": "2", "c": "3"}
	for at, done := 1, false; !done; at++ {
		dir := t.TempDir()
		written(t, dir, old)
		root, err := openFolder(dir)
		if err != nil {
			t.Fatal(err)
		}
		_, err = write(&crashing{disk: root, left: at}, next.files(), Options{})
		done = err == nil
		if _, err := Compare(dir, next.files(), Options{}); err != nil {
			t.Errorf("crash at step %d: %v", at, err)
		}
		written(t, dir, next)
		root.Close()
	}
}

// memoryOf is a memory that says what the tree holds.
func memoryOf(t *testing.T, c content) json.RawMessage {
	t.Helper()
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// remembered returns what the memory of a tree says it holds, if that is intact.
func remembered(dir string) (c content, intact bool) {
	m, ok := Recall(dir)
	if !ok || json.Unmarshal(m.Kept, &c) != nil {
		return nil, false
	}
	_, intact = m.Intact(dir)
	return c, intact
}

// A memory holds for the tree that it was kept with, and for no other.
func TestRecall(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tree")
	if _, ok := Recall(dir); ok {
		t.Error("something is remembered of a tree that does not exist")
	}
	c := content{"a": "1", "b/c": "2", "b/d": "3"}
	for _, step := range []struct {
		name   string
		do     func()
		intact bool
	}{
		{"no memory is kept", func() { written(t, dir, c) }, false},
		{"one is kept though no file changes", func() { keepWith(t, dir, c) }, true},
		{"a file is edited", func() { put(t, dir, "b/c", "x") }, false},
		{"and written again", func() { keepWith(t, dir, c) }, true},
		{"a file is removed", func() { os.Remove(filepath.Join(dir, "a")) }, false},
		{"and written again", func() { keepWith(t, dir, c) }, true},
		{"somebody else's file is added", func() { put(t, dir, "mine", "") }, true},
		{"another tree is written without one", func() { c = content{"a": "1"}; _, _ = Write(dir, c.files(), Options{}) }, false},
		{"and one is kept", func() { keepWith(t, dir, c) }, true},
		{"it is cut off", func() { put(t, dir, memoryFile, `{"kept":`) }, false},
	} {
		step.do()
		if _, intact := remembered(dir); intact != step.intact {
			t.Errorf("%s: intact is %v", step.name, intact)
		}
	}
	if text, err := os.ReadFile(filepath.Join(dir, ignoreFile)); err != nil || !strings.Contains(string(text), "/memory.json\n") {
		t.Errorf("the memory is not kept out of git: %q, %v", text, err)
	}
}

// keepWith writes a tree, and keeps a memory with it.
func keepWith(t *testing.T, dir string, c content) {
	t.Helper()
	if _, err := Write(dir, c.files(), Options{Memory: memoryOf(t, c)}); err != nil {
		t.Fatal(err)
	}
}

// with adds the file that nobody may touch.
func with(c content) content {
	c = maps.Clone(c)
	c["foreign"] = "mine"
	return c
}

func someContent(random *rand.Rand) content {
	c := content{}
	for _, name := range []string{"a", "b/c", "b/d/e", "b/d/f", "g/h"} {
		if random.IntN(2) == 0 {
			c[name] = strings.Repeat(name, 1+random.IntN(3))
		}
	}
	return c
}

// Writes to one folder wait for each other: what is there at the end is one of them.
func TestParallelWrites(t *testing.T) {
	dir := t.TempDir()
	errs := make(chan error)
	var trees []content
	for i := range 8 {
		c := content{"same": fmt.Sprint(i), fmt.Sprintf("own/%d", i): "x"}
		trees = append(trees, c)
		go func() {
			_, err := Write(dir, c.files(), Options{})
			errs <- err
		}()
	}
	for range trees {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	got := on(t, dir)
	if !slices.ContainsFunc(trees, func(c content) bool { return maps.Equal(c, got) }) {
		t.Errorf("the tree is %v, which nobody wrote", got)
	}
}
