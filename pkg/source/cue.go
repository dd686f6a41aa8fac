package source

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/cuecontext"
	cueerrors "cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/load"
	"cuelang.org/go/mod/modfile"
	"cuelang.org/go/mod/module"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
	"github.com/jobgen-dev/jobgen/pkg/diag"
)

// cue reads the text as CUE: its value is a document, or a list of documents.
func (p *parsing) cue(in Input) {
	// The work is done on a copy, since what is given up after the limit may
	// still write to it.
	r := &cueReader{parsing: &parsing{file: p.file, loc: &locator{file: p.file}}, path: inSmall(in.Path)}
	if outcome := p.file.disk.evaluate(in.Name, cueTime, r.read); outcome != finished {
		p.gaveUp(outcome)
	} else {
		p.docs, p.diags = r.docs, r.diags
	}
	p.hideSecrets(0, p.file.text)
}

// inSmall returns the path with its ending in small letters, by which alone CUE knows its
// files.
func inSmall(path string) string {
	ending := filepath.Ext(path)
	return strings.TrimSuffix(path, ending) + strings.ToLower(ending)
}

// cueReader reads one CUE file.
type cueReader struct {
	*parsing
	path   string // of the file, as CUE's positions have it
	syntax *ast.File
}

// read evaluates the file and makes the documents.
func (r *cueReader) read() {
	instance := r.load()
	for _, file := range instance.Files {
		if file.Filename == r.path {
			r.syntax = file
		}
	}
	if instance.Err != nil {
		r.faults(instance.Err)
		return
	}
	value := cuecontext.New().BuildInstance(instance)
	if err := value.Validate(cue.Concrete(true), cue.Final()); err != nil {
		r.faults(err)
		return
	}
	top := made{value: value, sources: []ast.Node{r.syntax}, at: r.topPos()}
	if value.Kind() != cue.ListKind {
		r.add(top)
		return
	}
	for _, item := range r.items(top) {
		r.add(item)
	}
}

// load parses the file and what it imports. Only CUE's standard library, packages
// of the cue.mod within the project, and jobgen's own schema are there to be imported.
func (r *cueReader) load() *build.Instance {
	module := r.file.Dir
	if dir := nearest(r.file.Dir, r.file.disk.hasModule); dir != "" && within(r.file.Root, dir) {
		module = dir
	}
	files := newCUEFiles(r.file, r.path, module)
	config := &load.Config{
		Dir:                 path.Dir("/" + files.own),
		ModuleRoot:          files.name(module),
		AcceptLegacyModules: true,
		Registry:            registry{files},
		Env:                 []string{"CUE_REGISTRY=none"},
		FS:                  files,
		FromFSPath:          files.path,
	}
	instance := load.Instances([]string{"/" + files.own}, config)[0]
	r.note(module, instance)
	return instance
}

// note tells the disk what CUE has read beside the file. Which files make a package,
// CUE alone knows.
func (r *cueReader) note(module string, instance *build.Instance) {
	if !r.file.disk.noting() {
		return
	}
	_, _ = r.file.disk.ReadFile(filepath.Join(module, "cue.mod", "module.cue"))
	if len(instance.Imports) > 0 || instance.Err != nil { // CUE's own packages are not among the imports
		r.file.disk.Unnoted()
	}
}

// hasModule reports whether dir is the root of a CUE module.
func (d *Disk) hasModule(dir string) bool { return d.isFolder(filepath.Join(dir, "cue.mod")) }

// registry stands where CUE would go to the network. It has jobgen's own module alone.
type registry struct{ files *cueFiles }

var errNoRegistry = errors.New("nothing is read from a registry")

// ModFile returns the module file of a module.
func (r registry) ModFile(_ context.Context, of module.Version) (*modfile.File, error) {
	if of != schemaVersion {
		return nil, errNoRegistry
	}
	return modfile.ParseNonStrict([]byte(schemaModule), "module.cue")
}

// Fetch returns the files of a module.
func (r registry) Fetch(_ context.Context, of module.Version) (module.SourceLoc, error) {
	if of != schemaVersion {
		return module.SourceLoc{}, errNoRegistry
	}
	below, err := fs.Sub(r.files, r.files.schema)
	if err != nil {
		return module.SourceLoc{}, err
	}
	return module.SourceLoc{FS: rootedFS{below.(fs.ReadDirFS), "/" + r.files.schema}, Dir: "."}, nil
}

// ModuleVersions finds none: the versions that are wanted stand in module files.
func (registry) ModuleVersions(context.Context, string) ([]string, error) {
	return nil, errNoRegistry
}

// rootedFS is a folder of the files that CUE may read, and its name among them.
type rootedFS struct {
	fs.ReadDirFS
	root string
}

// OSRoot implements module.OSRootFS.
func (f rootedFS) OSRoot() string { return f.root }

// add adds a document, unless the value has nothing in it but definitions.
func (r *cueReader) add(m made) {
	root := r.node(m, 1)
	if root.Kind != Map || len(root.Fields) > 0 {
		r.docs = append(r.docs, Document{File: r.file, Root: root})
	}
}

// node returns the tree of a value.
func (r *cueReader) node(m made, depth int) *Node {
	n := &Node{Pos: m.at, last: m.last}
	if depth > maxDepth {
		r.report(diag.CodeLimit, m.at, fmt.Sprintf("maps and lists are nested more than %d deep", maxDepth), "")
		return n
	}
	m.value, _ = m.value.Default()
	switch m.value.Kind() {
	case cue.StructKind:
		n.Kind = Map
		for _, member := range r.members(m) {
			n.Add(Field{Key: member.key, Value: r.node(member, depth+1)})
		}
	case cue.ListKind:
		n.Kind = List
		for _, item := range r.items(m) {
			n.Items = append(n.Items, r.node(item, depth+1))
		}
	case cue.NullKind:
		n.Kind = Null
	default:
		r.scalar(n, m)
	}
	return n
}

// scalar fills in the text of a string, number or boolean.
func (r *cueReader) scalar(n *Node, m made) {
	n.Kind = Scalar
	switch m.value.Kind() {
	case cue.StringKind:
		n.Text, _ = m.value.String()
		n.Quoted = true
	case cue.BytesKind:
		n.Kind = Faulty
		r.report(diag.CodeType, n.Pos, "a value of bytes has no place in a spec", `write a string, in double quotes`)
	default:
		text, err := m.value.MarshalJSON()
		if err != nil {
			r.faults(cueerrors.Promote(err, ""))
		}
		n.Text = string(text)
		// As typed, unless it was typed as only CUE does: 1_000, 0x10, 10Mi.
		if literal := literalOf(m.sources); literal != nil && plainNumber.MatchString(literal.Value) {
			n.Text = literal.Value
		}
	}
}

// plainNumber is a number that is the same in CUE, JSON and YAML.
var plainNumber = lazyregexp.New(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)
