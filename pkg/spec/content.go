package spec

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/schema"
)

// maxContent is how much a ConfigMap or Secret may hold: the API server refuses
// more than 1 MiB of values, keys not counted (pkg/apis/core/validation,
// ValidateConfigMap and ValidateSecret).
const maxContent = 1 << 20

// contents reads what the made ConfigMaps and Secrets hold.
func (c *checker) contents(job *Job, lookup func(string) (string, bool)) {
	job.ConfigMaps = make(map[string]Content, len(job.Spec.ConfigMaps))
	for _, name := range slices.Sorted(maps.Keys(job.Spec.ConfigMaps)) {
		cm := job.Spec.ConfigMaps[name]
		r := contentReader{c: c, at: Path{"spec", "configMaps", name}, content: Content{}, read: true}
		for key, v := range cm.Data {
			switch {
			case v.Value != nil:
				r.content[key] = []byte(*v.Value)
			case v.File != "":
				r.file(r.at.With("data", key, "file"), v.File, key)
			}
		}
		r.files(cm.Files)
		r.size("ConfigMap")
		job.ConfigMaps[name] = r.content
	}
	job.Secrets = make(map[string]Content, len(job.Spec.Secrets))
	for _, name := range slices.Sorted(maps.Keys(job.Spec.Secrets)) {
		s := job.Spec.Secrets[name]
		r := contentReader{c: c, at: Path{"spec", "secrets", name}, content: Content{}, read: lookup != nil}
		for _, key := range slices.Sorted(maps.Keys(s.Data)) {
			r.secret(r.at.With("data", key), key, s.Data[key], lookup)
		}
		r.files(s.Files)
		if s.Registry != nil {
			r.registry(s, lookup)
		}
		r.size("Secret")
		job.Secrets[name] = r.content
	}
}

// contentReader fills the content of one ConfigMap or Secret.
type contentReader struct {
	c       *checker
	at      Path
	content Content
	read    bool // whether values are read, or only looked for
	login   bool // of a login, which has no line breaks: those at the end are left out
}

func (r *contentReader) secret(at Path, key string, v schema.SecretValue, lookup func(string) (string, bool)) {
	r.content[key] = []byte{}
	switch {
	case v.Value != nil:
		r.content[key] = []byte(*v.Value)
	case v.File != "":
		r.file(at.With("file"), v.File, key)
	case v.Env != "" && lookup != nil:
		value, ok := lookup(v.Env)
		if !ok {
			r.report(diag.CodeFile, at.With("env"), fmt.Sprintf("the environment variable %s is not set", v.Env),
				"set it before running jobgen, or take the value from a file")
		}
		r.content[key] = []byte(value)
		r.newline(at.With("env"), r.content[key])
	case v.Remote != nil && lookup != nil:
		r.report(diag.CodeFile, at.With("remote"), "a remote value cannot go into a Secret: jobgen does not fetch it",
			"write {env: VARIABLE} or {file: PATH} where a Secret is made here")
	}
}

// fileOf returns the file that the field at a path stands in, which the paths
// written in it are relative to.
func (c *checker) fileOf(at Path) *source.File {
	if field, _ := Follow(c.root, at); field.Value.File != nil {
		return field.Value.File
	}
	return c.file
}

// relativeTo says what a path is relative to.
func (c *checker) relativeTo(at Path) string {
	if c.fileOf(at) != c.file {
		return "paths are relative to the folder of the project file, where this one stands"
	}
	return "paths are relative to the folder of the spec"
}

func (r *contentReader) report(code string, at Path, message, hint string) {
	if !r.c.tainted(at) {
		field, _ := Follow(r.c.root, at)
		r.c.report(diag.Diagnostic{Code: code, Message: message, Hint: hint}, point(field))
	}
}

// file puts a file under a key.
func (r *contentReader) file(at Path, name, key string) {
	home := r.c.fileOf(at)
	abs, err := home.Resolve(name)
	if err == nil {
		err = r.load(home.Disk(), abs, key)
	}
	if err != nil {
		r.report(diag.CodeFile, at, fmt.Sprintf("the file %s cannot be read: %s", name, Reason(err)),
			r.c.relativeTo(at))
		return
	}
	if r.at[1] == "secrets" {
		r.newline(at, r.content[key])
	}
}

func (r *contentReader) load(disk *source.Disk, abs, key string) error {
	if r.at[1] == "secrets" {
		disk.Unnoted()
	}
	info, err := disk.Stat(abs)
	if err != nil {
		return err
	}
	if info.Size() > maxContent {
		return fmt.Errorf("it has %d bytes, at most %d fit", info.Size(), maxContent)
	}
	r.content[key] = []byte{}
	if !r.read {
		return nil
	}
	r.content[key], err = disk.ReadFile(abs)
	return err
}

// newline warns of a line break at the end of a secret, which is hardly ever
// part of it and never seen.
func (r *contentReader) newline(at Path, value []byte) {
	if !r.login && strings.HasSuffix(string(value), "\n") && !strings.HasPrefix(string(value), "-----BEGIN") && !r.c.tainted(at) {
		field, _ := Follow(r.c.root, at)
		r.c.report(diag.Diagnostic{
			Code: diag.CodeNote, Severity: diag.Warning, Message: "the secret's value ends in a line break, which is kept",
			Hint: "if it is not meant, write the value without it (printf instead of echo)",
		}, point(field))
	}
}

// files adds the files that a list of globs stands for, under their base names.
func (r *contentReader) files(globs []string) {
	for i, glob := range globs {
		at := r.at.With("files", strconv.Itoa(i))
		home := r.c.fileOf(at)
		matches, err := home.ResolveGlob(glob)
		switch {
		case err != nil:
			r.report(diag.CodeFile, at, fmt.Sprintf("the files %s cannot be read: %s", glob, Reason(err)), "")
		case len(matches) == 0:
			r.report(diag.CodeFile, at, fmt.Sprintf("no file matches %s", glob), r.c.relativeTo(at)+"; * skips dot files")
		}
		for _, m := range matches {
			r.match(home.Disk(), at, m)
		}
	}
}

func (r *contentReader) match(disk *source.Disk, at Path, m source.Match) {
	if m.Err != nil {
		r.report(diag.CodeFile, at, fmt.Sprintf("the file %s cannot be read: %s", m.Name, Reason(m.Err)), "")
		return
	}
	key := path.Base(m.Name)
	if _, ok := r.content[key]; ok {
		r.report(diag.CodeFile, at, fmt.Sprintf("the key %q of the file %s is the key of another file or entry too", key, m.Name), "name one of them under data: {KEY: {file: PATH}}")
		return
	}
	if !schema.Model().Field("spec").Type.Field("configMaps").Type.Elem.Field("data").Type.Key.Allows(key) {
		r.report(diag.CodeFile, at, fmt.Sprintf("the file name %q cannot be a key", key), "name it under data: {KEY: {file: PATH}}")
		return
	}
	if err := r.load(disk, m.Path, key); err != nil {
		r.report(diag.CodeFile, at, fmt.Sprintf("the file %s cannot be read: %s", m.Name, Reason(err)), "")
	}
}

func (r *contentReader) size(kind string) {
	sum := 0
	for _, v := range r.content {
		sum += len(v)
	}
	if sum > maxContent {
		r.report(diag.CodeSize, r.at, fmt.Sprintf("the %s holds %d bytes, at most %d (1 MiB) are allowed", kind, sum, maxContent), "split it")
	}
}

// Reason says why a file cannot be read, without the path that the message has
// already and without the words of the operating system where ours are clearer.
func Reason(err error) string {
	for _, known := range []error{source.ErrEmptyPath, source.ErrAbsolutePath, source.ErrOutside, source.ErrGit, source.ErrLoop, source.ErrNotFile,
		source.ErrPattern, source.ErrAlternatives, source.ErrAnyFolders, source.ErrVisited} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return "it does not exist"
	}
	if errors.Is(err, fs.ErrPermission) {
		return "permission denied"
	}
	return err.Error()
}
