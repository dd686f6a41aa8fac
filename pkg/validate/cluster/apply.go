package cluster

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/jsontree"
	"github.com/jobgen-dev/jobgen/pkg/validate"
)

// listMaps are the lists whose items server-side apply tells apart by keys, and
// so refuses twice; those with no keys are sets. A key that is missing has the
// default, where one is given as key=default. They are the x-kubernetes-list-type
// of Kubernetes 1.37, and all but bindMountOptions and evictionResponders of 1.33.
var listMaps = map[string][]string{
	"bindMountOptions": {}, "containers": {"name"}, "env": {"name"}, "ephemeralContainers": {"name"}, "evictionResponders": {"name"},
	"finalizers": {}, "hostAliases": {"ip"}, "imagePullSecrets": {"name="}, "initContainers": {"name"}, "ownerReferences": {"uid"},
	"ports": {"containerPort", "protocol=TCP"}, "resourceClaims": {"name"}, "claims": {"name"}, "schedulingGates": {"name"},
	"secrets": {"name="}, "topologySpreadConstraints": {"topologyKey", "whenUnsatisfiable"}, "volumeDevices": {"devicePath"},
	"volumeMounts": {"mountPath"}, "volumes": {"name"},
}

// The limits of what a request and an annotation may hold, in bytes.
const (
	maxRequest     = 3 << 20
	maxAnnotations = 256 << 10
	lastApplied    = "kubectl.kubernetes.io/last-applied-configuration"
)

// tooLarge reports whether a request cannot hold the object. That is found out first:
// nothing else matters of such an object, and the other checks would take long.
func (r *run) tooLarge(o *object) bool {
	if !r.checks[Apply] || !validate.Emits(o.value.Get("apiVersion"), o.value.Get("kind")) || o.given && len(o.text) <= maxRequest || !o.given && size(&o.value) <= maxRequest {
		return false
	}
	if text := o.json(); len(text) > maxRequest {
		o.large = true
		o.add(r.opts.Minors, Finding{Check: Apply, Large: true, Finding: validate.Finding{Reason: validate.TooLong,
			Message: fmt.Sprintf("the object has %d bytes, a request to the API server may have %d", len(text), maxRequest)}})
	}
	return o.large
}

// apply returns what kubectl apply cannot do with an object.
func (r *run) apply(o *object) []Finding {
	all := r.duplicates(nil, o, "", &o.value)
	if o.given && len(o.text) < maxAnnotations/6 || !o.given && size(&o.value) < maxAnnotations/6 {
		return all // far from any limit
	}
	if size := annotationSize(o); size > maxAnnotations {
		whole, _ := r.newest.Locate(o.tree(), "")
		all = append(all, Finding{Check: Apply, Warning: true, Finding: whole.Finding(validate.TooLong,
			fmt.Sprintf("kubectl apply cannot keep its copy of the object in an annotation, which has %d bytes of at most %d: use kubectl apply --server-side", size, maxAnnotations))})
	}
	return all
}

// annotationSize returns how much the annotations hold when kubectl apply has put
// its copy of the object among them; 0 for an object that is surely small enough.
func annotationSize(o *object) int {
	// No character becomes more than six in the copy.
	if len(o.json()) < maxAnnotations/6 {
		return 0
	}
	tree := maps.Clone(o.tree())
	size := len(lastApplied)
	if meta, ok := tree["metadata"].(map[string]any); ok {
		meta = maps.Clone(meta)
		annotations, _ := meta["annotations"].(map[string]any)
		annotations = maps.Clone(annotations)
		delete(annotations, lastApplied)
		for key, value := range annotations {
			text, _ := value.(string)
			size += len(key) + len(text)
		}
		if annotations == nil {
			annotations = map[string]any{} // kubectl writes them empty
		}
		meta["annotations"] = annotations
		tree["metadata"] = meta
	}
	var text bytes.Buffer
	if json.NewEncoder(&text).Encode(tree) != nil {
		return 0
	}
	return size + text.Len()
}

// duplicates appends the items of list-maps and sets that stand twice.
func (r *run) duplicates(all []Finding, o *object, at string, value *jsontree.Value) []Finding {
	for i := range value.Fields {
		f := &value.Fields[i]
		if f.Value.Kind != jsontree.List && f.Value.Kind != jsontree.Map {
			continue
		}
		inner := strings.TrimPrefix(at+"."+f.Name, ".")
		if keys, ok := listMaps[f.Name]; ok && f.Value.Kind == jsontree.List && !strings.HasSuffix(at, "scheduling") {
			all = append(all, r.repeated(o, inner, f.Value.Items, keys)...)
		}
		all = r.duplicates(all, o, inner, &f.Value)
	}
	for i := range value.Items {
		if item := &value.Items[i]; item.Kind == jsontree.List || item.Kind == jsontree.Map {
			all = r.duplicates(all, o, fmt.Sprintf("%s[%d]", at, i), item)
		}
	}
	return all
}

// repeated returns a finding for each item of a list whose keys an earlier item has.
func (r *run) repeated(o *object, at string, items []jsontree.Value, keys []string) []Finding {
	if len(items) < 2 {
		return nil
	}
	var all []Finding
	seen := map[string]bool{}
	for i := range items {
		identity, ok := identify(&items[i], keys)
		if ok && seen[identity] {
			place, inside := r.newest.Locate(o.tree(), fmt.Sprintf("%s[%d]", at, i))
			if !inside {
				continue // the name of a list of another kind, or of nothing known
			}
			all = append(all, Finding{Check: Apply, Finding: place.Finding(validate.Duplicate,
				fmt.Sprintf("server-side apply refuses a second item with %s", identity))})
		}
		seen[identity] = true
	}
	return all
}

// identify writes the keys of an item; false if it lacks one.
func identify(item *jsontree.Value, keys []string) (string, bool) {
	if len(keys) == 0 {
		return fmt.Sprintf("the value %q", fmt.Sprint(item.Tree())), item.Kind != jsontree.Map
	}
	var parts []string
	for _, key := range keys {
		name, text, hasDefault := strings.Cut(key, "=")
		if value := item.Find(name); value != nil && value.Kind != jsontree.Null {
			text = fmt.Sprint(value.Tree())
		} else if !hasDefault {
			return "", false
		}
		parts = append(parts, name+" "+strconv.Quote(text))
	}
	return "the " + strings.Join(parts, ", "), true
}
