// Package apiserver says what the API server itself would answer to the creation
// of an object. It links the server's own code: strict reading, defaults, what
// its strategies do before validation, validation, warnings. Nothing of that is
// an API that Kubernetes keeps stable, so no other package of jobgen imports
// k8s.io/kubernetes, and each Kubernetes minor may ask for an edit here.
//
// The code linked is that of the newest minor. An older one is emulated by its
// feature gates; what no gate tells any more stands in history.go.
package apiserver

import (
	"fmt"
	"sync"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apimachinery/pkg/util/version"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/component-base/featuregate"
	"k8s.io/kubernetes/pkg/capabilities"
	_ "k8s.io/kubernetes/pkg/features" // declares the feature gates
	_ "time/tzdata"                    // a time zone must not depend on the machine that builds
)

// Fault is one thing that the API server refuses, or warns of.
type Fault struct {
	Field  string // as the server writes paths: spec.containers[0].env[1].name, data[key]
	Type   field.ErrorType
	Value  string // the value refused, "" where it says nothing or must not be shown
	Detail string // the server's own words; may be empty

	Feature string // the feature that would allow it, "" if there is none
	Since   string // the first minor that has the feature by default, "" if none has
}

// Drop is a field that the server removes without a word.
type Drop struct {
	Field   string // as the server writes paths
	Feature string // the feature that would keep it, "" if there is none
	Since   string // the first minor that has the feature by default, "" if none has
}

// Result is what the server makes of one object.
type Result struct {
	Faults    []Fault
	Warnings  []string // "path: message", or the message alone
	Dropped   []Drop
	Simulated []Fault // what is refused later, of the Jobs and Pods made from it
}

// emulation guards the feature gates, which a process has only once. Who reads
// them under the minor that is set shares it; who sets another has it alone.
var emulation struct {
	sync.RWMutex
	minor string // that is set, "" for none yet
}

// allowPrivileged makes privileged containers valid, as they are in clusters
// unless the server is started without --allow-privileged.
var allowPrivileged = sync.OnceFunc(func() {
	capabilities.Initialize(capabilities.Capabilities{AllowPrivileged: true})
})

// Server stands for the API server of one minor, inside the function given to
// Under.
type Server struct {
	minor *version.Version
}

// Under calls do with the API server of a Kubernetes minor such as "1.33". Calls
// for the same minor may run beside each other, others wait: the feature gates are
// set for the whole process, and stay set.
func Under(minor string, do func(*Server)) error {
	v, err := version.ParseMajorMinor(minor)
	if err != nil || v.String() != minor {
		return fmt.Errorf("%q is no Kubernetes minor such as 1.37", minor)
	}
	emulation.RLock()
	if emulation.minor == minor {
		defer emulation.RUnlock()
		do(&Server{v})
		return nil
	}
	emulation.RUnlock()
	emulation.Lock()
	defer emulation.Unlock()
	if err := emulate(v); err != nil {
		return err
	}
	do(&Server{v})
	return nil
}

// emulate sets the feature gates as a minor has them by default.
func emulate(v *version.Version) error {
	if emulation.minor == v.String() {
		return nil
	}
	allowPrivileged()
	scheme() // what comes needs it
	// The gates log that they change after they were asked; here they must.
	gates := utilfeature.DefaultMutableFeatureGate.(featuregate.MutableVersionedFeatureGateWithLogger)
	if err := gates.SetEmulationVersionWithLogger(logr.Discard(), v); err != nil {
		return fmt.Errorf("emulating Kubernetes %s: %w", v, err)
	}
	emulation.minor = v.String()
	return nil
}

// Create returns what the server makes of an object, given as JSON, that is
// created. The object's kind must be one of those of kinds, and have no fields
// that the minor does not know.
func (s *Server) Create(object []byte) Result {
	kind, versioned, faults := read(object)
	if versioned == nil {
		return Result{Faults: faults}
	}
	return s.create(kind, versioned, faults)
}

// New returns an empty struct of k8s.io/api for a kind, nil for one that is not among
// kinds.
func New(kind string) runtime.Object {
	k := kinds[kind]
	if k == nil {
		return nil
	}
	object, err := scheme().New(k.version.WithKind(k.name))
	if err != nil {
		panic("apiserver: the scheme lacks the kind " + kind)
	}
	return object
}

// Accepts reports whether the result of creating an object would be empty. The
// object is a struct of k8s.io/api that has its kind, and is not changed. It must be
// what its JSON decodes to; of nil nothing is known.
func (s *Server) Accepts(object runtime.Object) bool {
	if object == nil {
		return false
	}
	gvk := object.GetObjectKind().GroupVersionKind()
	k := kinds[gvk.Kind]
	if k == nil || k.version != gvk.GroupVersion() {
		return false
	}
	r := s.create(k, object.DeepCopyObject(), nil)
	return len(r.Faults)+len(r.Warnings)+len(r.Dropped)+len(r.Simulated) == 0
}

// create returns what the server makes of an object that was read, with the faults
// of reading it. The object is changed.
func (s *Server) create(kind *kind, versioned runtime.Object, unread []Fault) Result {
	r := Result{Faults: unread}
	r.Faults = append(r.Faults, s.undefaulted(versioned)...)
	labels := labelsOf(versioned)
	internal, fault := s.admit(kind, versioned)
	if fault != nil {
		r.Faults = append(r.Faults, *fault)
		return r
	}
	written := internal
	if kind.prepare != nil {
		written = internal.DeepCopyObject()
	}
	faults, ok := guarded(func() []Fault { return s.validate(kind, written, internal) })
	r.Faults = append(r.Faults, withoutCopies(faults, labels)...)
	if !ok {
		return r
	}
	if len(r.Faults) == 0 {
		r.Warnings = kind.warnings(internal)
	}
	r.Dropped = dropped(kind, written, internal)
	r.simulate(s, internal)
	return r
}

// guarded calls what runs upstream code, and reports a panic in it as a fault.
// The server would answer with an internal error.
func guarded(run func() []Fault) (faults []Fault, ok bool) {
	defer func() {
		if recover() != nil {
			faults, ok = []Fault{{Type: field.ErrorTypeInternal}}, false
		}
	}()
	return run(), true
}

func mustMinor(minor string) *version.Version { return version.MustParseMajorMinor(minor) }
