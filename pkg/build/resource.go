package build

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/jsontree"
	"github.com/jobgen-dev/jobgen/pkg/manifest"
	"github.com/jobgen-dev/jobgen/pkg/secret"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/pkg/waiver"
)

// This file is about the manifests that project files list as resources: they are
// checked like any other, and go along with what the specs become.

// Resource is an object that goes along unchanged.
type Resource struct {
	Key  compile.Key
	Tree map[string]any // maps, lists, strings, booleans and json.Number
	// Text is the document that the object was read from; "" where there is none, or
	// where its comments may hold secrets. Its values may be others than those of Tree.
	Text string
}

// carried is a Resource on its way into the environments.
type carried struct {
	Resource
	project *project
	place   diag.Place
	encoded []byte   // nil where nothing stands for it in the output, or there is none
	keys    []string // of a ConfigMap or Secret
}

// carries reports whether an input is one of the project's resources.
func (p *project) carries(in source.Input) bool {
	return slices.ContainsFunc(p.resources, func(r source.Input) bool { return r.Path == in.Path })
}

// resources reads and checks the resources of all projects that have to do with the
// inputs.
func (s *session) resources() error {
	for _, root := range slices.Sorted(maps.Keys(s.projects.known)) {
		project := s.projects.known[root]
		for _, in := range project.resources {
			if err := s.resource(in, project); err != nil {
				return err
			}
		}
	}
	slices.SortStableFunc(s.result.Resources, func(a, b Resource) int { return a.Key.Compare(b.Key) })
	return nil
}

func (s *session) resource(in source.Input, project *project) error {
	file, docs, ds, err := source.Read(in, nil)
	if err != nil {
		return err
	}
	s.result.Files = append(s.result.Files, in.Name)
	objects, wrong := plain(docs)
	s.result.Sources = append(s.result.Sources, slices.Repeat([]string{in.Name}, len(objects))...)
	found, err := s.asks(project).checkManifests(objects)
	if err != nil {
		return err
	}
	ds = slices.Concat(ds, file.Differences(), file.EncodingDifferences(), wrong, found)
	ds = append(ds, lost(in, file, docs, ds)...)
	whole := !ds.HasErrors() // else a name may be missing because of a mistake that was told
	for _, o := range objects {
		clash, err := s.carry(o, project, whole)
		if err != nil {
			return err
		}
		ds = append(ds, clash...)
	}
	if s.opts.Lint != nil {
		ds = waiver.Apply(file, ds, !ds.HasErrors())
	}
	file.Conceal(ds)
	s.result.Diagnostics = append(s.result.Diagnostics, ds...)
	return nil
}

// plain returns the objects of documents, and reports those that hold none.
func plain(docs []source.Document) (objects []manifest.Object, ds diag.List) {
	for _, doc := range docs {
		switch spec.ClassOf(doc) {
		case spec.Empty:
		case spec.Mistyped:
			ds = append(ds, spec.Header(doc))
		case spec.Written:
			ds = append(ds, diag.Diagnostic{
				Code: diag.CodeDocument, Place: doc.File.Place(doc.Root.Get("apiVersion").Pos),
				Message: "this belongs to jobgen, and resources are manifests that go along as they are", Hint: "leave the file out of resources of the project file",
			})
		default:
			found := manifest.Read(doc)
			if len(found) == 0 {
				ds = append(ds, diag.Diagnostic{
					Code: diag.CodeDocument, Place: doc.File.Place(doc.Root.Pos),
					Message: "this is no Kubernetes object", Hint: "an object has an apiVersion and a kind; or leave the file out of resources of the project file",
				})
			}
			objects = append(objects, found...)
		}
	}
	return objects, ds
}

// carry enters an object that goes along. What keeps it from doing so is in the
// diagnostics.
func (s *session) carry(o manifest.Object, project *project, whole bool) (diag.List, error) {
	place, _ := o.Place(spec.Path{"metadata", "name"})
	c := carried{project: project, place: place.Detached()}
	var err error
	if c.Tree, err = jsontree.Parse[map[string]any](o.JSON()); err != nil {
		return nil, fmt.Errorf("%s: %w", place.File, err)
	}
	meta, _ := c.Tree["metadata"].(map[string]any)
	name, _ := meta["name"].(string)
	namespace, _ := meta["namespace"].(string)
	c.Key = compile.Key{Kind: qualified(o), Namespace: namespace, Name: name}
	c.keys = keysOf(c.Tree, "data", "binaryData", "stringData")
	if name == "" {
		if !whole {
			return nil, nil
		}
		return diag.List{{Code: diag.CodeMissing, Place: place, Message: "metadata.name is missing", Hint: "an object goes along under a name of its own; generateName gives none"}}, nil
	}
	ds, err := s.stand(o, project, &c)
	s.carried = append(s.carried, c)
	return ds, err
}

// stand finds what stands for an object in the output.
func (s *session) stand(o manifest.Object, project *project, c *carried) (diag.List, error) {
	tree := c.Tree
	if strings.EqualFold(c.Key.Kind, "Secret") && (s.opts.Format != nil || s.opts.Made != nil) {
		mode := s.secrets(project).Mode
		var possible bool
		if tree, possible = secret.Manifest(tree, mode); !possible {
			return diag.List{{
				Code: diag.CodeSecret, Place: c.place, Message: fmt.Sprintf("the Secret %s would stand in files for git", c.Key.Name),
				Hint: "list a SealedSecret or ExternalSecret in its place, make it in a spec, or say `secrets: {render: omit}` in the project file",
			}}, nil
		}
	}
	if tree == nil {
		return nil, nil
	}
	text := o.Text()
	if strings.EqualFold(c.Key.Kind, "Secret") {
		text = ""
	}
	s.result.Resources = append(s.result.Resources, Resource{c.Key, tree, text})
	if s.opts.Format == nil {
		return nil, nil
	}
	var err error
	if c.encoded, err = s.opts.Format.Encode(jsontree.OfTree(tree)); err != nil {
		return nil, fmt.Errorf("encoding the %s %s: %w", o.Kind, c.Key.Name, err)
	}
	if s.opts.Origins {
		c.encoded, err = withLines(o, c.encoded)
	}
	return nil, err
}

// qualified is the kind of an object, with its group where that is not one of
// Kubernetes' own: two kinds of one name are not the same.
func qualified(o manifest.Object) string {
	group := apiGroup(o.APIVersion)
	if !strings.Contains(group, ".") || strings.HasSuffix(group, ".k8s.io") {
		return o.Kind
	}
	return o.Kind + "." + group
}

// keysOf lists the keys of maps in an object, in order.
func keysOf(tree map[string]any, fields ...string) []string {
	found := map[string]bool{}
	for _, field := range fields {
		values, _ := tree[field].(map[string]any)
		for key := range values {
			found[key] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// carry enters what goes along, where there is anything to go along with. What a spec
// makes too, or what stands twice among the resources, is a conflict.
func (r *run) carry(all []carried) {
	if len(r.result.objects) == 0 {
		return
	}
	for _, c := range all {
		s := r.scope(c.project)
		if first := s.seen[c.Key]; first != nil {
			r.result.Diagnostics = append(r.result.Diagnostics, diag.Diagnostic{
				Code: diag.CodeConflict, Place: c.place,
				Message: fmt.Sprintf("the %s %s is listed in resources and also made elsewhere", c.Key.Kind, c.Key.Name),
				Hint:    "remove one of the two, or give it another name",
				Related: []diag.Related{{Place: first.place, Message: "the other one"}},
			})
			continue
		}
		m := &made{key: c.Key, encoded: c.encoded, place: c.place, keys: c.keys}
		s.seen[c.Key] = m
		r.result.carried = append(r.result.carried, m)
	}
}
