package source

import (
	"bytes"
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// cueFiles is what CUE may read, as a file system: the text of one input, and the
// project that it is in, without what links in it lead to outside.
type cueFiles struct {
	disk *Disk
	root string // of the project, absolute, without links; "" for none
	own  string // the name of the input
	text string // of the input
	left int    // bytes that may still be read
}

// newCUEFiles returns the files that the input at a path may import.
func newCUEFiles(f *File, at string) *cueFiles {
	c := &cueFiles{disk: f.disk, root: f.Root, text: f.text, left: MaxBytes}
	if !filepath.IsAbs(at) || c.root == "" || !within(c.root, at) {
		c.root = ""
		if filepath.IsAbs(at) {
			c.root = filepath.Dir(at)
		}
	}
	c.own = strings.TrimPrefix(c.name(at), "/")
	return c
}

// name returns the absolute name that a path has in the file system.
func (c *cueFiles) name(at string) string {
	if rel, err := filepath.Rel(c.root, at); c.root != "" && err == nil {
		at = rel
	}
	return path.Join("/", filepath.ToSlash(at))
}

// path returns the path that a name in the file system stands for.
func (c *cueFiles) path(name string) string {
	return filepath.Join(c.root, filepath.FromSlash(strings.TrimPrefix(name, "/")))
}

// resolve returns where a name leads, which is inside the project.
func (c *cueFiles) resolve(name string) (string, error) {
	switch {
	case !fs.ValidPath(name):
		return "", fs.ErrInvalid
	case c.root == "":
		return "", fs.ErrNotExist
	case name == ".":
		return c.root, nil
	}
	return c.disk.inside(c.root, c.root, name)
}

// Stat implements fs.StatFS.
func (c *cueFiles) Stat(name string) (fs.FileInfo, error) {
	if name == c.own {
		return textInfo{path.Base(name), int64(len(c.text))}, nil
	}
	target, err := c.resolve(name)
	if err != nil {
		return nil, err
	}
	return c.disk.Stat(target)
}

// ReadDir implements fs.ReadDirFS.
func (c *cueFiles) ReadDir(name string) ([]fs.DirEntry, error) {
	target, err := c.resolve(name)
	if err != nil {
		return nil, err
	}
	entries, err := c.disk.ReadDir(target)
	if err != nil {
		return nil, err
	}
	// CUE may read all files of a module, so one that it cannot read must not be there.
	known := entries[:0]
	for _, entry := range entries {
		info, err := c.Stat(path.Join(name, entry.Name()))
		switch {
		case err != nil || !info.IsDir() && !info.Mode().IsRegular():
		case entry.Type()&fs.ModeSymlink != 0 && !info.IsDir(): // those to folders may go in circles
			known = append(known, linked{fs.FileInfoToDirEntry(info), entry.Name()})
		default:
			known = append(known, entry)
		}
	}
	return known, nil
}

// linked is what a link leads to, under the name of the link.
type linked struct {
	fs.DirEntry
	name string
}

func (l linked) Name() string { return l.name }

// errTooMuchCUE is reported where the packages of one input are larger than an input may be.
var errTooMuchCUE = errors.New("the CUE packages that are imported are larger than 16 MiB")

// ReadFile implements fs.ReadFileFS.
func (c *cueFiles) ReadFile(name string) ([]byte, error) {
	if name == c.own {
		return []byte(c.text), nil
	}
	target, err := c.resolve(name)
	if err != nil {
		return nil, err
	}
	info, err := c.disk.Stat(target)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, &fs.PathError{Op: "read", Path: name, Err: ErrNotFile}
	}
	text, err := c.disk.ReadFile(target)
	if c.left -= len(text); c.left < 0 {
		return nil, errTooMuchCUE
	}
	return text, err
}

// Open implements fs.FS.
func (c *cueFiles) Open(name string) (fs.File, error) {
	text, err := c.ReadFile(name)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return textFile{bytes.NewReader(text), textInfo{path.Base(name), int64(len(text))}}, nil
}

// textFile is a text as an open file.
type textFile struct {
	*bytes.Reader
	info textInfo
}

func (f textFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f textFile) Close() error               { return nil }

// textInfo describes a text as a regular file.
type textInfo struct {
	name string
	size int64
}

func (i textInfo) Name() string       { return i.name }
func (i textInfo) Size() int64        { return i.size }
func (i textInfo) Mode() fs.FileMode  { return 0o444 }
func (i textInfo) ModTime() time.Time { return time.Time{} }
func (i textInfo) IsDir() bool        { return false }
func (i textInfo) Sys() any           { return nil }
