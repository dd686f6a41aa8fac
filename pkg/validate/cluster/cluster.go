// Package cluster says what a cluster of a given Kubernetes minor would make of
// objects: what its API server refuses or drops, what it refuses later of the Jobs
// and Pods made from them, what apply refuses, what Pod Security refuses.
package cluster

import (
	"cmp"
	"crypto/sha256"
	"slices"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/jobgen-dev/jobgen/pkg/jsontree"
	"github.com/jobgen-dev/jobgen/pkg/validate"
	"github.com/jobgen-dev/jobgen/pkg/validate/apiserver"
)

// Check names what a finding comes from.
type Check string

// The checks, in the order in which findings at one place are told.
const (
	OpenAPI  Check = "openapi"  // the OpenAPI document of the minor
	Server   Check = "server"   // the API server's own rules; with OpenAPI, what a create would answer
	Dropped  Check = "dropped"  // fields that the minor removes without a word
	Simulate Check = "simulate" // what is refused of the Jobs and Pods made later, and what nodes cannot do of them
	Apply    Check = "apply"    // what kubectl apply cannot do
	Security Check = "security" // the Pod Security Standards
)

// Checks lists all checks.
func Checks() []Check { return []Check{OpenAPI, Server, Dropped, Simulate, Apply, Security} }

// Options say what is checked.
type Options struct {
	Minors      []string // Kubernetes minors such as "1.33"; nil: the newest alone
	Checks      []Check  // nil: all
	PodSecurity string   // "baseline" or "restricted"; "" or "privileged": no such check
}

// Finding is one thing that a check found.
type Finding struct {
	validate.Finding
	Check   Check
	Warning bool     // the cluster takes the object nevertheless
	Hint    string   // what to write instead, where the check knows it, in Kubernetes' names
	Minors  []string // those of the options that it holds for, oldest first
	Feature string   // of a dropped field: the feature that keeps it, "" if none does
	Large   bool     // no request can hold the object, and nothing else was looked at
	Since   string   // the first minor that has the feature by default, "" if none has
}

// Objects returns the findings for each object, given as JSON, in the order of
// their paths. An object of a kind that jobgen does not emit has one finding with
// the reason validate.UnknownKind. Only an option that does not exist is an error.
//
// It may be called by many goroutines. Those that ask about one minor run beside
// each other; others wait, because the feature gates of Kubernetes belong to the
// process. So one call with all objects is faster than many about several minors.
func Objects(objects [][]byte, opts Options) ([][]Finding, error) {
	all := make([]object, len(objects))
	for i, text := range objects {
		all[i] = parse(text)
	}
	return checkAll(all, opts)
}

// Prepare reads what the first check with the options would have to wait for.
func Prepare(opts Options) {
	minors := opts.Minors
	if minors == nil {
		minors = []string{validate.NewestMinor}
	}
	// What is wrong with the options is told where they are used.
	if _, err := validate.OpenAPI(minors[0]); err == nil {
		_ = apiserver.Under(minors[0], func(*apiserver.Server) {})
	}
}

// Object is an object that is no text, or not only that.
type Object struct {
	JSON  jsontree.Value
	Typed runtime.Object // the struct of k8s.io/api that its JSON decodes to; nil where it is not known
	// Text is the JSON as a text where that holds more than JSON, such as a name
	// twice; nil elsewhere.
	Text []byte
}

// Made is Objects for objects that need not be parsed. It changes none of them.
func Made(objects []Object, opts Options) ([][]Finding, error) {
	all := make([]object, len(objects))
	for i, o := range objects {
		if o.Text != nil {
			all[i] = parse(o.Text)
			continue
		}
		all[i] = object{value: o.JSON, typed: o.Typed}
	}
	return checkAll(all, opts)
}

func checkAll(objects []object, opts Options) ([][]Finding, error) {
	r := run{opts: opts, checks: map[Check]bool{}, objects: objects}
	if err := r.options(); err != nil {
		return nil, err
	}
	for i := range objects {
		if !r.tooLarge(&objects[i]) {
			objects[i].look(&r)
		}
	}
	for _, minor := range r.opts.Minors {
		if err := r.under(minor); err != nil {
			return nil, err
		}
	}
	all := make([][]Finding, len(objects))
	for i := range objects {
		o := &objects[i]
		if r.checks[Simulate] && o.known {
			o.add(r.opts.Minors, r.onNode(o)...)
		}
		if r.checks[Apply] && o.known {
			o.add(r.opts.Minors, r.apply(o)...)
		}
		if all[i] = o.sorted(); len(all[i]) == 0 && o.comparable {
			setFine(o.digest)
		}
	}
	return all, nil
}

// object is one object and what was found of it.
type object struct {
	given      bool               // as a text, which may hold more than the value
	text       []byte             // see json
	value      jsontree.Value     // a map, or anything for what is no JSON object
	asTree     map[string]any     // see tree
	typed      runtime.Object     // nil if it must be decoded from the text
	digest     [sha256.Size]byte  // what it has in common with others
	comparable bool               // whether there is a digest
	fine       bool               // one like it has no findings
	large      bool               // no request can hold it, which is all that is found of it
	known      bool               // of a kind that jobgen emits
	unknown    []validate.Finding // of fields that the newest minor does not know
	asked      bool               // whether unknown was found out
	refused    bool               // by the server of a minor
	findings   []Finding
	index      map[key]int // into findings
}

// key is what findings of several minors must have in common to be one.
type key struct {
	check         Check
	path, message string
	reason        validate.Reason
	warning       bool
}

func parse(text []byte) object {
	o := object{given: true, text: text}
	// What is no JSON object is a finding of the OpenAPI check.
	if tree, err := jsontree.Parse[map[string]any](text); err == nil && tree != nil {
		o.value = jsontree.OfTree(tree)
	}
	return o
}

func (o *object) isMap() bool { return o.value.Kind == jsontree.Map }

// tree returns the object as maps, lists and scalars, numbers as json.Number; nil for
// what is no JSON object. Most objects are never asked for it.
func (o *object) tree() map[string]any {
	if o.asTree == nil && o.isMap() {
		o.asTree = o.value.Map()
	}
	return o.asTree
}

// look finds out whether one like the object is known to be fine.
func (o *object) look(r *run) {
	if !o.isMap() || o.given && repeats(o.text, &o.value) {
		return
	}
	o.digest, o.comparable = r.digest(&o.value)
	o.fine = o.comparable && isFine(o.digest)
}

// json returns the object as text.
func (o *object) json() []byte {
	if o.text == nil {
		o.text = o.value.AppendJSON(nil)
	}
	return o.text
}

// asTyped returns the struct of k8s.io/api that the object decodes to, nil if that is
// in doubt.
func (o *object) asTyped() runtime.Object {
	// What decodes itself may panic: then the server is asked, which says so.
	defer func() { _ = recover() }()
	if o.typed == nil {
		if empty := apiserver.New(o.value.Get("kind")); empty != nil && o.value.Decode(empty) {
			o.typed = empty
		}
	}
	return o.typed
}

// isKind reports whether the object says of which kind it is.
func (o *object) isKind() bool {
	kind, version := o.value.Find("kind"), o.value.Find("apiVersion")
	return kind != nil && kind.Kind == jsontree.String && version != nil && version.Kind == jsontree.String
}

// add enters findings that hold for the minors.
func (o *object) add(minors []string, findings ...Finding) {
	for _, f := range findings {
		if o.index == nil {
			o.index = map[key]int{}
		}
		k := key{f.Check, f.Path, f.Message, f.Reason, f.Warning}
		i, there := o.index[k]
		if !there {
			i = len(o.findings)
			o.index[k] = i
			o.findings = append(o.findings, f)
		}
		for _, minor := range minors {
			if !slices.Contains(o.findings[i].Minors, minor) {
				o.findings[i].Minors = append(o.findings[i].Minors, minor)
			}
		}
	}
}

// sorted returns the findings in the order of their paths.
func (o *object) sorted() []Finding {
	order := Checks()
	slices.SortStableFunc(o.findings, func(a, b Finding) int {
		return cmp.Or(a.Compare(b.Finding), cmp.Compare(slices.Index(order, a.Check), slices.Index(order, b.Check)))
	})
	return o.findings
}

// run is the state of one call of Objects.
type run struct {
	opts    Options
	checks  map[Check]bool
	newest  *validate.Schema // knows every field that the linked code knows
	guard   *guard
	asked   []byte // the options, which a verdict holds for
	objects []object
}

// under checks all objects against one minor.
func (r *run) under(minor string) error {
	schema, err := validate.OpenAPI(minor)
	if err != nil {
		return err
	}
	needsServer := r.checks[Server] || r.checks[Dropped] || r.checks[Simulate]
	known := make([][]validate.Finding, len(r.objects))
	for i := range r.objects {
		o := &r.objects[i]
		if o.fine || o.large {
			continue
		}
		if !o.isMap() || !schema.Accepts(&o.value) {
			known[i] = schema.Check(o.json())
		}
		o.known = o.isKind() && !slices.ContainsFunc(known[i], bars)
		// Whether the object is one that can be checked at all is told always.
		// Where the server is asked too, it has a say in the rest.
		if r.checks[OpenAPI] && !r.checks[Server] || !o.known {
			o.add([]string{minor}, openAPI(known[i])...)
		}
		if r.guard != nil && o.known {
			o.add([]string{minor}, r.guard.check(r.newest, o, minor)...)
		}
	}
	if !needsServer {
		return nil
	}
	if !slices.ContainsFunc(r.objects, func(o object) bool { return o.known }) {
		return nil
	}
	return apiserver.Under(minor, func(s *apiserver.Server) {
		for i := range r.objects {
			o := &r.objects[i]
			if o.known && known[i] == nil && !o.given && r.newest.Accepts(&o.value) && s.Accepts(o.asTyped()) {
				continue
			}
			if o.known {
				v := view{run: r, object: o, schema: schema, findings: known[i]}
				o.add([]string{minor}, v.create(s)...)
			}
		}
	})
}

// bars reports whether the object of a finding cannot be checked.
func bars(f validate.Finding) bool {
	return f.Reason == validate.UnknownKind || f.Reason == validate.Endless
}

func openAPI(findings []validate.Finding) []Finding {
	all := make([]Finding, len(findings))
	for i, f := range findings {
		all[i] = Finding{Finding: f, Check: OpenAPI}
	}
	return all
}
