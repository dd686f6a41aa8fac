package tree

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// G 4: nobody waits for a pipe, whatever file of the tree it takes the place of.
func TestPipes(t *testing.T) {
	for _, name := range []string{recordFile, journalFile, memoryFile, ignoreFile, lockFile, stagedAs(0), "a", "b"} {
		dir := t.TempDir()
		written(t, dir, content{"a": "1", "b": "2"})
		at := filepath.Join(dir, filepath.FromSlash(name))
		_ = os.Remove(at)
		if name == stagedAs(0) {
			put(t, dir, journalFile, `{"writes":[{"name":"a","was":""}],"record":{"version":1,"files":{"a":"`+digest(nil)+`"}}}`)
			put(t, dir, stagedAs(1), "")
		}
		if err := syscall.Mkfifo(at, 0o600); err != nil {
			t.Fatal(err)
		}
		done := make(chan error)
		go func() {
			_, _ = Compare(dir, content{"a": "1"}.files(), Options{})
			_, _ = Read(dir, Options{})
			if m, ok := Recall(dir); ok {
				m.Intact(dir)
			}
			_, err := Write(dir, content{"a": "1"}.files(), Options{})
			done <- err
		}()
		select {
		case err := <-done:
			if err == nil {
				t.Errorf("%s is a pipe, and the tree is written", name)
			}
		case <-time.After(10 * time.Second):
			t.Errorf("%s: it waits for the pipe", name)
		}
	}
}
