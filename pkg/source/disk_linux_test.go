package source

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// A file that has become a pipe is not what it was, and is not read to find that out:
// that would wait for ever, or take the text from who reads it next.
func TestSameReadsNoPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f.yaml")
	if err := os.WriteFile(path, []byte("text"), 0o644); err != nil {
		t.Fatal(err)
	}
	d := NewDisk()
	if _, err := d.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	notes, _ := d.Notes()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if Same(notes) {
		t.Error("a pipe is taken for the file")
	}
}
