package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/jobgen-dev/jobgen/pkg/source"
)

// This file is where commands touch files themselves, except those of rendered trees.
// Each path that is written goes through target.

// target returns where writing to a path ends, which a link does not lead out of the
// project.
func target(name string) (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("finding the working directory: %w", err)
	}
	return (*source.Disk)(nil).Target(dir, name)
}

// exists reports whether there is anything at a path, be it a link that leads nowhere.
func exists(name string) bool {
	_, err := (*source.Disk)(nil).Lstat(name)
	return err == nil
}

// isFolder reports whether a path is, or leads to, a folder.
func isFolder(name string) bool {
	info, err := (*source.Disk)(nil).Stat(name)
	return err == nil && info.IsDir()
}

// makeFolder makes a folder, and those above it.
func makeFolder(name string) error {
	at, err := target(name)
	if err == nil {
		err = os.MkdirAll(at, 0o755)
	}
	if err != nil {
		return fmt.Errorf("making the folder %s: %w", name, err)
	}
	return nil
}

// createFile makes or empties a file that is written bit by bit.
func createFile(name string) (*os.File, error) {
	if _, err := target(name); err != nil {
		return nil, fmt.Errorf("writing %s: %w", name, err)
	}
	return os.Create(name)
}

// writeFile writes a file in one step, so that nothing that goes wrong leaves half of it,
// or none where there was one. A link stays one, and a file keeps its mode.
func writeFile(name string, text []byte) error {
	if err := replace(name, text); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	return nil
}

func replace(name string, text []byte) error {
	target, err := target(name)
	if err != nil {
		return err
	}
	beside := filepath.Join(filepath.Dir(target), fmt.Sprintf(".jobgen-%016x", rand.Uint64()))
	file, err := os.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	err = errors.Join(err, file.Close())
	if info, there := os.Stat(target); there == nil && err == nil {
		err = os.Chmod(beside, info.Mode().Perm())
	}
	if err == nil {
		err = os.Rename(beside, target)
	}
	if err != nil {
		return errors.Join(err, os.Remove(beside))
	}
	return nil
}

// thisProgram tells this program from any other jobgen, also from one that was built of
// the same version with changes.
func thisProgram() string {
	file, err := os.Executable()
	if err != nil {
		return ""
	}
	program, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer program.Close()
	info, err := program.Stat()
	if err != nil {
		return ""
	}
	head := make([]byte, headSize)
	n, err := io.ReadFull(program, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return ""
	}
	return fmt.Sprintf("%s %s %d %d %x", version(), file, info.Size(), info.ModTime().UnixNano(), sha256.Sum256(head[:n]))
}

// headSize is how much of a program is sure to hold its build ID, a digest of all that
// it was built from: cmd/go looks for it in 32 KiB.
const headSize = 64 << 10
