package krm

import (
	"slices"
	"strconv"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
)

// This file tells the diagnostics in the results of a list.

// result is one of the results.
type result struct {
	Message  string            `yaml:"message"`
	Severity string            `yaml:"severity"`
	Resource *reference        `yaml:"resourceRef,omitempty"`
	Field    *field            `yaml:"field,omitempty"`
	File     *file             `yaml:"file,omitempty"`
	Tags     map[string]string `yaml:"tags,omitempty"`
}

// reference names an object.
type reference struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string `yaml:"kind"`
	Namespace  string `yaml:"namespace,omitempty"`
	Name       string `yaml:"name"`
}

type field struct {
	Path string `yaml:"path"`
}

type file struct {
	Path  string `yaml:"path"`
	Index int    `yaml:"index"`
}

// severities has one row for each severity.
var severities = [...]string{diag.Error: "error", diag.Warning: "warning", diag.Note: "info"}

// results tells diagnostics. No value of a field is in them, for it may be a secret.
func (f *function) results(ds diag.List) []result {
	var results []result
	for _, d := range ds {
		r := result{Message: d.Message, Severity: severities[d.Severity], Tags: map[string]string{"code": d.Code, "check": diag.Check(d.Code)}}
		if d.Hint != "" {
			r.Message += "\n" + d.Hint
		}
		for _, other := range d.Related {
			r.Message += "\n" + other.Place.String() + ": " + other.Message
		}
		if d.Line > 0 {
			r.Tags["line"], r.Tags["column"] = strconv.Itoa(d.Line), strconv.Itoa(d.Column)
		}
		f.locate(&r, d.Place)
		results = append(results, r)
	}
	return results
}

// locate says which object a result is about, and which field and file.
func (f *function) locate(r *result, at diag.Place) {
	docs := f.documents(at)
	number := -1
	for i, doc := range docs {
		if doc.Root.Pos.Line <= at.Line {
			number = i
		}
	}
	switch t := f.textAt(at); {
	case t != nil:
		if where, index := placeOf(t.item.node); where.path != "" {
			n, _ := strconv.Atoi(index) // without one it is the first
			r.File = &file{where.path, n}
		}
	case at.File != "" && at.File != configName:
		r.File = &file{at.File, max(number, 0)}
	}
	if number < 0 {
		return
	}
	if r.Resource = referenceTo(docs[number].Root); r.Resource == nil {
		return
	}
	if path, ok := pathTo(docs[number].Root, at); ok {
		if i := slices.IndexFunc(path, source.IsSecrets); i >= 0 {
			path = path[:i+1] // what is below may be a secret
		}
		r.Field = &field{path.String()}
	}
}

// documents returns the documents, without empty ones, of the input that a place is in:
// those of the lines of an item alone.
func (f *function) documents(at diag.Place) []source.Document {
	in := source.Input{Name: at.File}
	switch t := f.textAt(at); {
	case t != nil:
		in = t.Input
	case at.File == configName && f.list.config != nil:
		in.Text = []byte(f.list.config.node.MustString())
	default:
		found, _, err := source.Find(f.opts.Dir, []string{at.File})
		if err != nil || len(found) != 1 {
			return nil
		}
		in = found[0]
	}
	_, docs, _, err := source.Read(in, nil)
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(docs, func(doc source.Document) bool { return doc.Root == nil })
}

// referenceTo names the object of a document, nil where a name is missing.
func referenceTo(root *source.Node) *reference {
	text := func(n *source.Node) string {
		if n == nil || n.Kind != source.Scalar {
			return ""
		}
		return n.Text
	}
	meta := root.Get("metadata")
	r := &reference{text(root.Get("apiVersion")), text(root.Get("kind")), text(meta.Get("namespace")), text(meta.Get("name"))}
	if r.APIVersion == "" || r.Kind == "" || r.Name == "" {
		return nil
	}
	return r
}

// pathTo returns the path of the value or key that begins at a place, the innermost.
func pathTo(n *source.Node, at diag.Place) (spec.Path, bool) {
	begins := func(n *source.Node) bool { return n.Pos.Line == at.Line && n.Pos.Column == at.Column }
	for _, f := range n.Fields {
		if inner, ok := pathTo(f.Value, at); ok || begins(f.Key) || begins(f.Value) {
			return append(spec.Path{f.Key.Text}, inner...), true
		}
	}
	for i, item := range n.Items {
		if inner, ok := pathTo(item, at); ok || begins(item) {
			return append(spec.Path{strconv.Itoa(i)}, inner...), true
		}
	}
	return nil, false
}

// encodeResults returns the results as they stand in a list, nil if there are none.
func encodeResults(results []result) (*yaml.RNode, error) {
	if len(results) == 0 {
		return nil, nil
	}
	var node yaml.Node
	if err := node.Encode(results); err != nil {
		return nil, err
	}
	return yaml.NewRNode(&node), nil
}
