package source

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// A glob may cost as much as its author likes: each pair of braces doubles the paths to
// try, and each ** walks everything below what the one before it found. These bounds are
// far above what a list of files needs.
const (
	maxAlternatives = 1000      // of one glob, after its braces are expanded
	maxAnyFolders   = 4         // ** in one glob
	maxVisited      = 1_000_000 // entries of folders that one glob may look at
	folderCost      = 20        // of opening a folder, in entries
)

// The reasons why a glob is rejected.
var (
	ErrPattern      = errors.New("the glob is not well formed")
	ErrAlternatives = fmt.Errorf("its braces expand to more than %d alternatives", maxAlternatives)
	ErrAnyFolders   = fmt.Errorf("it has more than %d ** segments", maxAnyFolders)
	ErrVisited      = errors.New("it searches too many files and folders")
)

// CheckGlob returns the reason why a glob is rejected before any file is looked at, or nil.
func CheckGlob(pattern string) error {
	_, err := simplified(pattern)
	return err
}

// MatchGlob reports whether a slash-separated path matches a glob. Nothing matches a glob
// that CheckGlob rejects.
func MatchGlob(pattern, path string) bool {
	pattern, err := simplified(pattern)
	return err == nil && doublestar.MatchUnvalidated(pattern, path)
}

// simplified returns a glob that matches the same paths with no ** right after another,
// or the reason why it is rejected.
func simplified(pattern string) (string, error) {
	if !doublestar.ValidatePattern(pattern) {
		return "", ErrPattern
	}
	if alternatives(pattern) > maxAlternatives {
		return "", ErrAlternatives
	}
	segments := strings.Split(pattern, "/")
	for i := len(segments) - 1; i > 0; i-- {
		if segments[i] == "**" && segments[i-1] == "**" {
			segments = slices.Delete(segments, i, i+1)
		}
	}
	pattern = strings.Join(segments, "/")
	if strings.Count(pattern, "**") > maxAnyFolders {
		return "", ErrAnyFolders
	}
	return pattern, nil
}

// alternatives returns the number of globs that a well formed one expands to when its
// braces are written out, or a number above the limit. For example, {a,b}{c,{d,e}} has 6.
func alternatives(pattern string) int {
	type level struct{ sum, product int } // of the finished alternatives, of the current one
	stack := []level{{0, 1}}
	class := false
	for i := 0; i < len(pattern); i++ {
		top := &stack[len(stack)-1]
		switch c := pattern[i]; {
		case c == '\\':
			i++
		case class:
			class = c != ']'
		case c == '[':
			class = true
		case c == '{':
			stack = append(stack, level{0, 1})
		case c == ',' && len(stack) > 1:
			top.sum, top.product = min(top.sum+top.product, maxAlternatives+1), 1
		case c == '}' && len(stack) > 1:
			inner := top.sum + top.product
			stack = stack[:len(stack)-1]
			top = &stack[len(stack)-1]
			top.product = min(top.product*inner, maxAlternatives+1)
		}
	}
	return stack[0].product
}

// glob returns the names in a folder that match a pattern, sorted, each once. Wildcards
// match no dot files and do not go through links to folders.
func (d *Disk) glob(folder, pattern string) ([]string, error) {
	pattern, err := simplified(pattern)
	if err != nil {
		return nil, err
	}
	below := &globbed{disk: d, folder: folder}
	names, err := doublestar.Glob(below, pattern, doublestar.WithNoHidden(), doublestar.WithNoFollow(), doublestar.WithFailOnIOErrors())
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// globbed is what is in a folder as a file system for one glob. Its errors end the glob,
// except fs.ErrNotExist.
type globbed struct {
	disk    *Disk
	folder  string
	visited int
}

// visit returns the path of a name, which cannot leave the folder, and counts it.
func (g *globbed) visit(name string) (string, error) {
	if !fs.ValidPath(name) {
		return "", fs.ErrNotExist
	}
	local, err := filepath.Localize(name)
	if err != nil {
		return "", fs.ErrNotExist
	}
	return filepath.Join(g.folder, local), g.count(1)
}

func (g *globbed) count(entries int) error {
	if g.visited += entries; g.visited > maxVisited {
		return ErrVisited
	}
	return nil
}

// absent turns the error about a path that cannot match into fs.ErrNotExist. What may
// match and cannot be looked at stays an error.
func absent(err error) error {
	if err == nil || errors.Is(err, fs.ErrPermission) {
		return err
	}
	return fs.ErrNotExist
}

// Open implements fs.FS; globs open nothing.
func (g *globbed) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: errors.ErrUnsupported}
}

// Stat implements fs.StatFS.
func (g *globbed) Stat(name string) (fs.FileInfo, error) {
	path, err := g.visit(name)
	if err != nil {
		return nil, err
	}
	info, err := g.disk.Stat(path)
	return info, absent(err)
}

// ReadDir implements fs.ReadDirFS.
func (g *globbed) ReadDir(name string) ([]fs.DirEntry, error) {
	path, err := g.visit(name)
	if err != nil {
		return nil, err
	}
	entries, err := g.disk.ReadDir(path)
	if err != nil {
		return nil, absent(err)
	}
	return entries, g.count(folderCost + len(entries))
}
