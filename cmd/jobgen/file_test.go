package main

import (
	"os"
	"path/filepath"
	"testing"
)

// A file is written as a whole or left as it was, and nothing else is left.
func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	file, link, folder := filepath.Join(dir, "a"), filepath.Join(dir, "link"), filepath.Join(dir, "folder")
	if err := writeFile(file, []byte("1")); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("a", link); err != nil {
		t.Fatal(err)
	}
	if err := writeFile(link, []byte("2")); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(file)
	info, err := os.Stat(file)
	if target, _ := os.Readlink(link); err != nil || string(text) != "2" || info.Mode().Perm() != 0o640 || target != "a" {
		t.Errorf("%v, %q, %v, the link leads to %q", err, text, info.Mode(), target)
	}
	if err := os.MkdirAll(filepath.Join(folder, "inner"), 0o755); err != nil {
		t.Fatal(err)
	}
	if writeFile(folder, []byte("3")) == nil {
		t.Error("a folder was replaced")
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 3 {
		t.Errorf("there are %v", entries)
	}
}
