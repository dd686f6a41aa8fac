package source

import (
	"bytes"
	"cmp"
	"errors"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"cuelang.org/go/mod/modfile"
	"cuelang.org/go/mod/module"

	"github.com/jobgen-dev/jobgen/schema"
)

// cueFiles is what CUE may read, as a file system: the text of one input, the
// project that it is in, without what links in it lead to outside, and jobgen's own schema.
type cueFiles struct {
	disk  *Disk
	root  string            // of the project, absolute, without links; "" for none
	own   string            // the name of the input
	texts map[string]string // files that are not read from the disk, the input among them, by name
	left  int               // bytes that may still be read

	schema string // the folder of jobgen's own module
	hidden string // a file or folder that is not seen
}

// newCUEFiles returns the files that the input at a path may import, within the root of
// a module.
func newCUEFiles(f *File, at, moduleRoot string) *cueFiles {
	c := &cueFiles{disk: f.disk, root: f.Root, texts: map[string]string{}, left: MaxBytes}
	if !filepath.IsAbs(at) || c.root == "" || !within(c.root, at) {
		c.root = ""
		if filepath.IsAbs(at) {
			c.root = filepath.Dir(at)
		}
	}
	c.own = strings.TrimPrefix(c.name(at), "/")
	c.texts[c.own] = f.text
	if strings.Contains(f.text, schema.ImportPath) || f.disk.hasModule(moduleRoot) { // a package of which may import it
		c.addSchema(strings.TrimPrefix(path.Join(c.name(moduleRoot), "cue.mod"), "/"))
	}
	return c
}

// The module that has jobgen's own schema. A version is no more than a name here: there
// is one.
var schemaVersion = module.MustNewVersion("github.com/jobgen-dev/jobgen@v0", "v0.0.0")

const (
	schemaFile   = "cue.mod/jobgen/schema/schema.cue" // below the root of the user's module
	schemaModule = "module: \"github.com/jobgen-dev/jobgen@v0\"\nlanguage: version: \"v0.15.0\"\n"
	// madeModule is that of specs in no module.
	madeModule = "module: \"jobgen.dev/specs@v0\"\nlanguage: version: \"v0.15.0\"\n"
)

// addSchema adds the module with jobgen's own schema, and makes the module of the
// project, whose cue.mod folder is given, depend on it. A copy in that folder, which is
// there for editors, is not seen.
func (c *cueFiles) addSchema(mod string) {
	own := path.Join(mod, "module.cue")
	text, err := c.ReadFile(own)
	if err != nil {
		text = []byte(madeModule)
	}
	c.hidden = path.Join(mod, "pkg", schemaVersion.BasePath())
	c.schema = path.Join(mod, "jobgen")
	c.texts[path.Join(c.schema, "cue.mod", "module.cue")] = schemaModule
	c.texts[path.Join(path.Dir(mod), schemaFile)] = schema.CUE()
	f, err := modfile.FixLegacy(text, own)
	if err != nil {
		return // CUE tells
	}
	if f.Deps == nil {
		f.Deps = map[string]*modfile.Dep{}
	}
	f.Deps[schemaVersion.Path()] = &modfile.Dep{Version: schemaVersion.Version(), Default: true}
	if whole, err := modfile.Format(f); err == nil {
		c.texts[own] = string(whole)
	}
}

// texted returns the names in a folder of the files that are not read from the disk,
// and of the folders that lead to them.
func (c *cueFiles) texted(folder string) map[string]fs.DirEntry {
	found := map[string]fs.DirEntry{}
	for name, text := range c.texts {
		rest, below := strings.CutPrefix(name, folder+"/")
		if folder == "." {
			rest, below = name, true
		}
		if entry, _, isFolder := strings.Cut(rest, "/"); below && isFolder {
			found[entry] = fs.FileInfoToDirEntry(textInfo{entry, 0, fs.ModeDir | 0o555})
		} else if below {
			found[entry] = fs.FileInfoToDirEntry(textInfo{entry, int64(len(text)), 0o444})
		}
	}
	return found
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
	case c.root == "" || name == c.hidden || strings.HasPrefix(name, c.hidden+"/"):
		return "", fs.ErrNotExist
	case name == ".":
		return c.root, nil
	}
	return c.disk.inside(c.root, c.root, name)
}

// Stat implements fs.StatFS.
func (c *cueFiles) Stat(name string) (fs.FileInfo, error) {
	if text, ok := c.texts[name]; ok {
		return textInfo{path.Base(name), int64(len(text)), 0o444}, nil
	}
	if len(c.texted(name)) > 0 {
		return textInfo{path.Base(name), 0, fs.ModeDir | 0o555}, nil
	}
	target, err := c.resolve(name)
	if err != nil {
		return nil, err
	}
	return c.disk.Stat(target)
}

// ReadDir implements fs.ReadDirFS.
func (c *cueFiles) ReadDir(name string) ([]fs.DirEntry, error) {
	texted := c.texted(name)
	entries, err := c.onDisk(name)
	if err != nil && len(texted) == 0 {
		return nil, err
	}
	for _, entry := range entries {
		if texted[entry.Name()] == nil {
			texted[entry.Name()] = entry
		}
	}
	return slices.SortedFunc(maps.Values(texted), func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) }), nil
}

// onDisk returns the entries of a folder of the disk.
func (c *cueFiles) onDisk(name string) ([]fs.DirEntry, error) {
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
	if text, ok := c.texts[name]; ok {
		return []byte(text), nil
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
	return textFile{bytes.NewReader(text), textInfo{path.Base(name), int64(len(text)), 0o444}}, nil
}

// textFile is a text as an open file.
type textFile struct {
	*bytes.Reader
	info textInfo
}

func (f textFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f textFile) Close() error               { return nil }

// textInfo describes a text as a file, or a folder of texts.
type textInfo struct {
	name string
	size int64
	mode fs.FileMode
}

func (i textInfo) Name() string       { return i.name }
func (i textInfo) Size() int64        { return i.size }
func (i textInfo) Mode() fs.FileMode  { return i.mode }
func (i textInfo) ModTime() time.Time { return time.Time{} }
func (i textInfo) IsDir() bool        { return i.mode.IsDir() }
func (i textInfo) Sys() any           { return nil }
