package spec

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"

	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/schema"
)

// Layer is where a value of a Job comes from. Of two layers that set one field
// the higher wins.
type Layer uint8

// The layers, lowest first.
const (
	LayerSchema         Layer = iota // a default of the language
	LayerProject                     // the project's defaults
	LayerSpec                        // the document itself
	LayerProjectOverlay              // the project's overlay of the environment
	LayerOverlay                     // the document's overlay of the environment
	LayerSet                         // --set
)

// String names the layer for messages.
func (l Layer) String() string {
	return [...]string{"the schema's default", "the project's defaults", "the spec", "the project's overlay", "an overlay", "--set"}[l]
}

func (l Layer) ofProject() bool { return l == LayerProject || l == LayerProjectOverlay }

// Layer returns the layer that set the value at a path of the long form: of a
// map or list, the highest that changed it. It is false where the Job has no
// such value.
func (j *Job) Layer(p Path) (Layer, bool) {
	field, n := Follow(j.check.root, p)
	if n < len(p) {
		return 0, false
	}
	if field.Value.Pos.Line < 0 {
		return LayerSet, true
	}
	if l, ok := j.check.layers[field.Value]; ok {
		return l, true
	}
	return LayerSpec, true
}

// Values returns the paths of the single values, and of the maps and lists that are
// empty, at and below a path of the long form; nil where the Job has no such value.
func (j *Job) Values(p Path) []Path {
	field, n := Follow(j.check.root, p)
	if n < len(p) {
		return nil
	}
	return valuesIn(field.Value, p)
}

func valuesIn(n *source.Node, at Path) []Path {
	var paths []Path
	for _, f := range n.Fields {
		paths = append(paths, valuesIn(f.Value, at.With(f.Key.Text))...)
	}
	for i, item := range n.Items {
		paths = append(paths, valuesIn(item, at.With(strconv.Itoa(i)))...)
	}
	if paths == nil {
		return []Path{at}
	}
	return paths
}

// Spec is a document with the layers that environments lay over it. Each layer
// was checked by itself; Job merges them and checks the whole.
type Spec struct {
	opts    Options
	written *checker // of the document with its overlays
	// plain says that nothing is ever laid over the document or under it, so
	// that it need not be taken apart.
	plain        bool
	environments []string // those that the Job exists in; nil for every one
	overlays     map[string]*source.Node
	base         func() (*Job, diag.List)
}

// Load reads a document that is Written and checks each of its layers
// by itself. It returns nil where the document is of another kind or version.
func Load(doc source.Document, opts Options) (*Spec, diag.List) {
	c := newChecker(doc.File, doc.Root)
	c.conceal(c.root)
	if !c.known() {
		return nil, c.ds
	}
	s := &Spec{opts: opts, written: c, overlays: map[string]*source.Node{}, plain: !opts.Project.layered() && !isLayered(c.root)}
	if s.plain {
		return s, nil // what is wrong comes with the Job
	}
	c.partial = true
	c.layersOf(c.root.Get("overlays"), func(name string, layer *source.Node) { s.overlays[name] = layer })
	c.shape()
	if list := c.root.Get("environments"); list != nil {
		s.environments = c.names(list)
		c.overlaysExist(s.overlays, s.environments)
	}
	return s, c.ds
}

// isLayered reports whether the document has overlays, or says in the way of a
// layer how a field is merged.
func isLayered(root *source.Node) bool {
	return root.Field("overlays") != nil || root.Field("environments") != nil || hasDirective(root)
}

func hasDirective(n *source.Node) bool {
	for _, f := range n.Fields {
		if key := f.Key.Text; key == patchKey || len(key) > 1 && key[len(key)-1] == '+' || hasDirective(f.Value) {
			return true
		}
	}
	return slices.ContainsFunc(n.Items, hasDirective)
}

// layersOf prepares the layers that stand in a map by name, and visits each.
func (c *checker) layersOf(n *source.Node, visit func(name string, layer *source.Node)) {
	if n == nil {
		return
	}
	for _, f := range n.Fields {
		c.conceal(f.Value)
		c.referredAccount(f.Value.Get("spec"))
		visit(f.Key.Text, f.Value)
	}
}

// names lists the texts of a list that are right.
func (c *checker) names(list *source.Node) []string {
	names := []string{}
	for _, item := range list.Items {
		if item.Kind == source.Scalar && !c.bad[item] {
			names = append(names, item.Text)
		}
	}
	return names
}

// overlaysExist reports overlays of environments that the Job is not in.
func (c *checker) overlaysExist(overlays map[string]*source.Node, environments []string) {
	n := c.root.Get("overlays")
	if n == nil {
		return
	}
	for _, f := range n.Fields {
		if overlays[f.Key.Text] != nil && !c.bad[f.Key] && !slices.Contains(environments, f.Key.Text) {
			c.report(diag.Diagnostic{
				Code: diag.CodeRule, Message: fmt.Sprintf("the Job does not exist in the environment %q, so its overlay has no effect", f.Key.Text),
				Hint:    "add it to environments, or leave the overlay out",
				Related: []diag.Related{{Place: c.place(c.root.Field("environments").Key), Message: "environments stands here"}},
			}, f.Key)
		}
	}
}

// Holed reports whether mistakes that Load reported left holes in the Job.
func (j *Job) Holed() bool { return j.check.holed }

// Environments returns the names of the environments that a document speaks of,
// in order, before anything of it is checked.
func Environments(doc source.Document) []string {
	var names []string
	if overlays := doc.Root.Get("overlays"); overlays != nil {
		for _, f := range overlays.Fields {
			names = append(names, f.Key.Text)
		}
	}
	if list := doc.Root.Get("environments"); list != nil {
		for _, item := range list.Items {
			names = append(names, item.Text)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Limits returns the environments that the Job exists in, nil for every one.
func (s *Spec) Limits() []string { return s.environments }

// In reports whether the Job exists in an environment. A Job that is limited
// to some exists in none of them where no environment is chosen, "".
func (s *Spec) In(env string) bool {
	return s.environments == nil || slices.Contains(s.environments, env)
}

// Varies reports whether the environment lays something over the document or
// under it that others do not: where it does not, Job returns the same as for "".
func (s *Spec) Varies(env string) bool {
	return s.overlays[env] != nil || s.opts.Project.varies(env)
}

// Job merges the layers of an environment, "" for none, and checks the whole.
// It returns what only the whole shows; the Job is never nil.
func (s *Spec) Job(env string) (*Job, diag.List) {
	if s.plain || !s.Varies(env) {
		if s.base == nil {
			job, ds := s.merge("")
			s.base = func() (*Job, diag.List) { return job, ds }
		}
		return s.base()
	}
	return s.merge(env)
}

// merge lays the layers of an environment over each other.
func (s *Spec) merge(env string) (*Job, diag.List) {
	if s.plain {
		return s.written.complete(s.opts)
	}
	c := newChecker(s.written.file, &source.Node{Kind: source.Map, Pos: s.written.root.Pos, File: s.written.file})
	c.merged, c.holed = true, len(s.written.ds) > 0
	maps.Copy(c.secrets, s.written.secrets)
	document := *s.written.root
	c.gone[c.root] = s.written.gone[s.written.root]
	document.Fields = slices.DeleteFunc(slices.Clone(document.Fields), func(f source.Field) bool {
		return f.Key.Text == "overlays" || f.Key.Text == "environments"
	})
	project := s.opts.Project
	if project != nil {
		c.holed = c.holed || len(project.check.ds) > 0
		maps.Copy(c.secrets, project.check.secrets)
		c.layOver(project.check, LayerProject, project.delivered(env))
		c.layOver(project.check, LayerProject, project.defaults)
	}
	c.layOver(s.written, LayerSpec, &document)
	at := map[string]int{} // from 1, so that what the document lacks comes first and is shown at its first field
	for i, f := range document.Fields {
		at[f.Key.Text] = i + 1
	}
	slices.SortStableFunc(c.root.Fields, func(a, b source.Field) int { return at[a.Key.Text] - at[b.Key.Text] })
	if project != nil {
		c.layOver(project.check, LayerProjectOverlay, project.overlays[env])
	}
	c.layOver(s.written, LayerOverlay, s.overlays[env])
	return c.complete(s.opts)
}

// layOver lays a layer over the document; nil is none.
func (c *checker) layOver(from *checker, layer Layer, n *source.Node) {
	if n == nil || n.Kind != source.Map {
		return
	}
	m := &merger{checker: c, from: from, layer: layer}
	before := c.kindFields()
	if layer != LayerSpec {
		n = m.nameless(n)
	}
	m.fields(n, slot{lower: c.root, typ: schema.Model(), goes: reflect.TypeFor[schema.Document]()})
	if layer == LayerProjectOverlay || layer == LayerOverlay {
		m.sameSuspend(before, n)
	}
}

// nameless returns the layer without a name, after reporting one: what is made
// of a Job is told apart by it, so it is the same in every environment.
func (m *merger) nameless(n *source.Node) *source.Node {
	twin := *n
	twin.Fields = nil
	for _, f := range n.Fields {
		if f.Key.Text == "metadata" || f.Key.Text == "spec" { // what else stands beside them is no part of the document
			twin.Fields = append(twin.Fields, f)
		}
	}
	metadata := twin.Field("metadata")
	if metadata == nil || metadata.Value.Kind != source.Map {
		return &twin
	}
	inner := *metadata.Value
	inner.Fields = nil
	for _, f := range metadata.Value.Fields {
		if f.Key.Text != "name" && f.Key.Text != "generateName" {
			inner.Fields = append(inner.Fields, f)
			continue
		}
		if now := m.root.Get("metadata").Get(f.Key.Text); now == nil || now.Text != f.Value.Text || now.Kind != f.Value.Kind {
			m.report(diag.Diagnostic{
				Code: diag.CodeRule, Message: fmt.Sprintf("only the document itself names the Job, and this is %s", m.layer),
				Hint: "leave it out; the Job of an environment may differ in metadata.namespace",
			}, f.Value)
		}
	}
	// The layer may be laid over other documents at the same time.
	m.standsFor = map[*source.Node]*source.Node{&inner: metadata.Value}
	metadata.Value = &inner
	return &twin
}

// kindFields are the fields that decide what suspend speaks of.
func (c *checker) kindFields() (found struct{ schedule, suspend *source.Field }) {
	spec := c.root.Get("spec")
	if f := spec.Field("schedule"); f != nil {
		twin := *f
		found.schedule = &twin
	}
	if f := spec.Field("suspend"); f != nil && f.Value.Text != "false" {
		twin := *f
		found.suspend = &twin
	}
	return found
}

// sameSuspend reports a layer that makes a CronJob of a Job, or the other way
// round, and so gives suspend another meaning without a word about it.
func (m *merger) sameSuspend(before struct{ schedule, suspend *source.Field }, n *source.Node) {
	now := m.kindFields()
	spec := n.Get("spec")
	if before.suspend == nil || (before.schedule == nil) == (now.schedule == nil) || spec.Field("suspend") != nil || m.bad[before.suspend.Value] {
		return
	}
	d := diag.Diagnostic{
		Code: diag.CodeRule, Message: "with a schedule, suspend stops the CronJob from starting Jobs, and no longer the Job from starting pods",
		Hint:    "say which is meant: `suspend: true` here for the CronJob, or `suspend: null` and `jobSuspend: true` for its Jobs",
		Related: []diag.Related{{Place: m.place(before.suspend.Value), Message: "suspend stands here"}},
	}
	if now.schedule == nil {
		d.Message = "without a schedule, suspend stops the Job from starting pods, and no longer the CronJob from starting Jobs"
		d.Hint = "say which is meant: `suspend: true` here for the Job, or `suspend: null`"
	}
	at := spec.Field("schedule")
	if at == nil { // the whole of spec is replaced
		at = n.Field("spec")
	}
	m.report(d, at.Key)
}
