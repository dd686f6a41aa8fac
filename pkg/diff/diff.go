// Package diff compares two states of the objects of Jobs, and says in words what
// happens when the second is applied over the first.
package diff

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/diff"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/jobgen-dev/jobgen/pkg/deliver"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/validate"
	"github.com/jobgen-dev/jobgen/pkg/validate/apiserver"
)

// Object is one object of a state.
type Object struct {
	Tree  map[string]any // maps, lists, strings, booleans and json.Number, as render.Tree has it
	Plain string         // its name without a hash; "" where that is not known
	// Delivery and Rerun are those of the spec that it was made from; "" where
	// that is not known.
	Delivery, Rerun string
	File            string // of the spec; "" where that is not known
	Minor           string // the oldest minor of Kubernetes that must take it; "" where that is not known
}

// Effect is what becomes of an object, in a word.
type Effect string

// The effects.
const (
	Created   Effect = "created"
	Runs      Effect = "runs" // a Job that is created, or resumed
	RunsAgain Effect = "runs again"
	Updated   Effect = "updated"
	Refused   Effect = "refused" // by the API server, which then has the object as it was
	Removed   Effect = "removed" // from what is applied; what that does to the cluster is in the words
)

// Change is what happens to one object. Fields may be added to its JSON, and none is
// taken away or changes its meaning.
type Change struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name"`
	Was       string `json:"was,omitempty"` // the name before, where that differs
	Effect    Effect `json:"effect"`
	Words     string `json:"words"` // what happens, and why: a sentence without its subject
	Diff      string `json:"diff"`  // the objects as YAML, compared by lines, without the values of Secrets
	// Assumed is what the words rely on and no state says, "" if that is nothing.
	Assumed string `json:"assumed,omitempty"`
}

// Options say when a change is applied.
type Options struct {
	At time.Time // on it depends what a CronJob has missed
}

// Compare returns what happens to each object that is not the same in both states,
// by kind, namespace and name. Objects are the same that have one kind, namespace and
// plain name.
func Compare(before, now []Object, opts Options) ([]Change, error) {
	old, next := newSide(before, now), newSide(now, before)
	keys := slices.Collect(maps.Keys(old.objects))
	for k := range next.objects {
		if _, there := old.objects[k]; !there {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, key.compare)
	changes := []Change{}
	err := apiserver.Under(oldest(now), func(s *apiserver.Server) {
		for _, k := range keys {
			p := pair{key: k, before: old.objects[k], now: next.objects[k], old: old, next: next, server: s, at: opts.At}
			if c, differs := p.change(); differs {
				changes = append(changes, c)
			}
		}
	})
	return changes, err
}

// oldest returns the oldest minor that must take one of the objects, which allows least.
func oldest(objects []Object) string {
	minor := validate.NewestMinor
	for _, o := range objects {
		if o.Minor != "" {
			minor = min(minor, o.Minor) // all have two digits
		}
	}
	return minor
}

// key tells objects apart.
type key struct{ kind, namespace, plain string }

func (k key) compare(other key) int {
	return cmp.Or(cmp.Compare(k.kind, other.kind), cmp.Compare(k.namespace, other.namespace), cmp.Compare(k.plain, other.plain))
}

// side is one of the two states.
type side struct {
	objects map[key]*Object
	// plain has the plain names of ConfigMaps by their namespaces and names.
	plain map[[2]string]string
	// delivery is the one of all objects, "" if it is not known or there are several.
	delivery string
}

// newSide arranges the objects of a state. Where the plain name of one is not known,
// such as in a tree, the other state tells it.
func newSide(objects, others []Object) side {
	s := side{objects: map[key]*Object{}, plain: map[[2]string]string{}}
	known := map[key]bool{}
	for _, o := range others {
		known[key{o.kind(), o.namespace(), cmp.Or(o.Plain, o.name())}] = true
	}
	var hashed []*Object
	for i := range objects {
		o := &objects[i]
		s.delivers(o.Delivery, i == 0)
		at := key{o.kind(), o.namespace(), cmp.Or(o.Plain, o.name())}
		if o.Plain == "" && !known[at] {
			hashed = append(hashed, o)
			continue
		}
		s.enter(at, o)
	}
	// A name that merely looks hashed must not take the place of one that is known.
	for _, o := range hashed {
		at := key{o.kind(), o.namespace(), deliver.PlainName(o.name())}
		if s.objects[at] != nil || !known[at] {
			at.plain = o.name()
		}
		s.enter(at, o)
	}
	return s
}

func (s *side) enter(at key, o *Object) {
	s.objects[at] = &Object{Tree: masked(o.Tree), Plain: at.plain, Delivery: o.Delivery, Rerun: o.Rerun}
	if at.kind == "ConfigMap" {
		s.plain[[2]string{at.namespace, o.name()}] = at.plain
	}
}

func (s *side) delivers(delivery string, first bool) {
	if first {
		s.delivery = delivery
	}
	if s.delivery != delivery {
		s.delivery = ""
	}
}

func (o *Object) kind() string { return text(o.Tree["kind"]) }

// name returns the name, or the start of one that the cluster completes.
func (o *Object) name() string {
	meta := child(o.Tree, "metadata")
	return cmp.Or(text(meta["name"]), text(meta["generateName"]))
}

func (o *Object) namespace() string { return text(child(o.Tree, "metadata")["namespace"]) }

func (o *Object) annotations() map[string]string {
	found := map[string]string{}
	for name, value := range child(child(o.Tree, "metadata"), "annotations") {
		found[name] = text(value)
	}
	return found
}

// child returns a map in a map, nil if there is none.
func child(fields map[string]any, name string) map[string]any {
	inner, _ := fields[name].(map[string]any)
	return inner
}

func text(value any) string {
	s, _ := value.(string)
	return s
}

// pair is one object in both states; nil where it is not there.
type pair struct {
	key
	before, now *Object
	old, next   side
	server      *apiserver.Server
	at          time.Time
}

// change says what happens to the object; false when nothing does.
func (p pair) change() (Change, bool) {
	c := Change{Kind: p.kind, Namespace: p.namespace}
	switch {
	case p.before == nil:
		c.Name = p.now.name()
		c.Effect, c.Words = p.created()
	case p.now == nil:
		c.Name = p.before.name()
		c.Effect, c.Words = Removed, "is no longer made: "+p.left("it")
	default:
		c.Name = p.now.name()
		if len(compare(p.before.Tree, p.now.Tree)) == 0 {
			c.Effect, c.Words = p.rerun()
			return c, c.Words != ""
		}
		if was := p.before.name(); was != c.Name {
			c.Was = was
		}
		c.Effect, c.Words = p.changed()
	}
	if strings.Contains(c.Words, "catch") && p.kind == "CronJob" {
		c.Assumed = assumption(p.at)
	}
	c.Diff = p.lines()
	return c, true
}

// lines compares the two states of the object as YAML.
func (p pair) lines() string {
	found := diff.Diff("before", yaml(p.before), "now", yaml(p.now))
	_, found, _ = bytes.Cut(found, []byte("\n")) // the line that repeats the names
	return string(found)
}

func yaml(o *Object) []byte {
	if o == nil {
		return nil
	}
	text, err := render.Document(o.Tree)
	if err != nil {
		panic("diff: an object cannot be written as YAML: " + err.Error())
	}
	return text
}

// secrets are the fields of each kind whose values are not shown: of a SealedSecret
// they say nothing.
var secrets = map[string][][]string{
	"Secret":       {{"data"}, {"stringData"}},
	"SealedSecret": {{"spec", "encryptedData"}},
}

// hiddenValue stands for each of them.
const hiddenValue = "***"

// masked returns an object without the values of Secrets.
func masked(tree map[string]any) map[string]any {
	for _, path := range secrets[text(tree["kind"])] {
		tree = replaced(tree, path, hiddenValue)
	}
	return canonical(tree)
}

// canonical returns a tree with its quantities as Kubernetes' own code writes them, whoever
// wrote them: 1024Mi is no other amount than 1Gi.
func canonical(tree map[string]any) map[string]any {
	switch text(tree["kind"]) {
	case "Job", "CronJob", "PersistentVolumeClaim":
		tree = maps.Clone(tree)
		tree["spec"] = canonicalIn(tree["spec"], false)
	}
	return tree
}

func canonicalIn(value any, quantities bool) any {
	switch value := value.(type) {
	case string:
		if q, err := resource.ParseQuantity(value); quantities && err == nil {
			return q.String()
		}
	case []any:
		items := slices.Clone(value)
		for i, item := range items {
			items[i] = canonicalIn(item, false)
		}
		return items
	case map[string]any:
		fields := maps.Clone(value)
		for name, inner := range fields {
			if name != "annotations" && name != "labels" {
				fields[name] = canonicalIn(inner, quantities || slices.Contains(quantityFields, name))
			}
		}
		return fields
	}
	return value
}

// quantityFields hold quantities, or maps of them.
var quantityFields = []string{"divisor", "limits", "overhead", "requests", "sizeLimit"}

// replaced returns a copy of a tree in which each value of the map at a path is
// another one.
func replaced(tree map[string]any, path []string, with string) map[string]any {
	if tree == nil {
		return nil
	}
	tree = maps.Clone(tree)
	if len(path) == 0 {
		for name := range tree {
			tree[name] = with
		}
		return tree
	}
	if inner := child(tree, path[0]); inner != nil {
		tree[path[0]] = replaced(inner, path[1:], with)
	}
	return tree
}
