package krm

import (
	"encoding/json"
	"fmt"
	"math"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/jobgen-dev/jobgen/pkg/source"
)

// This file makes the texts that are built of the specs in a list. A spec that stands
// in a file of the project as it stands in the list is built from there, so that
// mistakes are shown at the user's own lines, and files are found beside it. Else its
// text is that of the list, and its lines are counted from its own beginning.

// text is an input of the build that holds one item.
type text struct {
	source.Input
	item        *item
	first, last int // its lines that are the item's
}

// stored is a file of the project that items stand in.
type stored struct {
	source.Input
	file *source.File
	docs []source.Document // those that no item was found in yet
}

// find makes the texts of all specs: of the configuration, if that is one, or else of
// those among the items.
func (f *function) find() error {
	here, _, err := source.Find(f.opts.Dir, []string{"-"})
	if err != nil {
		return err
	}
	f.here, f.stored = here[0], map[string]*stored{}
	if config := f.list.config; config != nil && config.spec {
		return f.add(config)
	}
	for _, i := range f.list.items {
		if !i.spec {
			continue
		}
		if err := f.add(i); err != nil {
			return err
		}
	}
	return nil
}

// add makes the text of an item.
func (f *function) add(i *item) error {
	node, err := untracked(i.node)
	if err != nil {
		return err
	}
	t := &text{Input: f.here, item: i, first: 1}
	file := f.fileOf(i)
	if file != nil {
		t.Input = file.Input
		if file.holds(t, node) {
			f.texts = append(f.texts, t)
			return nil
		}
	}
	content, err := node.String()
	if err != nil {
		return err
	}
	t.Name, t.Path, t.Text, t.last = f.nameOf(i), "", []byte(content), math.MaxInt
	f.texts = append(f.texts, t)
	return nil
}

// nameOf returns the name of a text that is in no file: what the item is.
func (f *function) nameOf(i *item) string {
	if i.index < 0 {
		return configName
	}
	kind, namespace, name := i.node.GetKind(), i.node.GetNamespace(), i.node.GetName()
	for _, one := range []string{kind + "/" + name, kind + "/" + namespace + "/" + name} {
		taken := slices.ContainsFunc(f.texts, func(t *text) bool { return t.Name == one })
		// An ending may say what language a file is in.
		if name != "" && !taken && !slices.Contains([]string{".json", ".cue"}, path.Ext(one)) {
			return one
		}
	}
	return fmt.Sprintf("items[%d]", i.index)
}

// fileOf returns the file of the project that an item is said to stand in, nil if there
// is none.
func (f *function) fileOf(i *item) *stored {
	at, _ := placeOf(i.node)
	name := filepath.FromSlash(at.path)
	if !filepath.IsLocal(name) || !slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(name)) {
		return nil
	}
	if filepath.IsAbs(at.folder) {
		name = source.RelativeName(f.here.Dir, filepath.Join(at.folder, name))
	}
	if known, ok := f.stored[name]; ok {
		return known
	}
	f.stored[name] = f.open(name)
	return f.stored[name]
}

// open reads a file of the project, and returns nil for what is none.
func (f *function) open(name string) *stored {
	if (*source.Disk)(nil).CheckInside(f.here.Dir, name) != nil {
		return nil
	}
	found, ds, err := source.Find(f.here.Dir, []string{name})
	if err != nil || len(ds) > 0 || len(found) != 1 || !found[0].Named {
		return nil
	}
	file, docs, ds, err := source.Read(found[0], nil)
	if err != nil || ds.HasErrors() {
		return nil
	}
	return &stored{found[0], file, docs}
}

// holds looks for the document that says the same as a spec. If there is one it becomes
// the text, at its own lines.
func (s *stored) holds(t *text, node *yaml.RNode) bool {
	for i, doc := range s.docs {
		name := doc.Root.Get("metadata").Get("name")
		if name == nil || name.Text != node.GetName() {
			continue
		}
		first, last := linesOf(s.file, doc.Root.Pos.Line)
		written := s.lines(first, last)
		if !says(written, node) {
			continue
		}
		s.docs = slices.Delete(s.docs, i, i+1)
		t.first, t.last, t.Text = first, last, []byte(strings.Repeat("\n", first-1)+written)
		return true
	}
	return false
}

// lines returns lines of the file.
func (s *stored) lines(first, last int) string {
	var b strings.Builder
	for n := first; n <= last; n++ {
		b.WriteString(s.file.Line(n) + "\n")
	}
	return b.String()
}

// says reports whether a document of YAML says the same as an object.
func says(text string, node *yaml.RNode) bool {
	written, err := yaml.Parse(text)
	if err != nil {
		return false
	}
	if written, err = untracked(written); err != nil {
		return false
	}
	a, errA := treeOf(written)
	b, errB := treeOf(node)
	return errA == nil && errB == nil && reflect.DeepEqual(a, b)
}

func treeOf(node *yaml.RNode) (any, error) {
	text, err := node.MarshalJSON()
	if err != nil {
		return nil, err
	}
	var tree any
	err = json.Unmarshal(text, &tree)
	return tree, err
}

// linesOf returns the lines of the document of YAML that begins at a line of a file.
func linesOf(file *source.File, line int) (first, last int) {
	first = 1
	for n := 1; n <= file.Lines(); n++ {
		switch marker := isMarker(file.Line(n)); {
		case marker && n < line:
			first = n + 1
		case marker && n == line:
			first = n
		case marker:
			return first, n - 1
		}
	}
	return first, file.Lines()
}

// isMarker reports whether a line begins or ends a document.
func isMarker(line string) bool {
	rest, is := strings.CutPrefix(line, "---")
	if !is {
		rest, is = strings.CutPrefix(line, "...")
	}
	return is && (rest == "" || rest[0] == ' ' || rest[0] == '\t')
}
