package render

import (
	"fmt"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/jsontree"
)

// rule says what becomes of one field that Kubernetes' Go types write although
// nobody set it. Fields without a rule stay as they are: an empty value can
// carry meaning, as podSelector: {} (all pods), emptyDir: {}, or an ingress
// rule that is {} (everything may come in).
type rule struct {
	path string // field names from the object, or from the place in kinds; * is every item
	act  func(parent *jsontree.Value, name string)
}

// everywhere holds for each kind of object, also for custom resources.
var everywhere = []rule{
	{"status", remove},                     // the cluster's to write
	{"metadata.creationTimestamp", remove}, // the cluster's to write
	{"metadata", removeEmpty},              // a struct that cannot be left out
}

// metadata holds for a template that is no pod.
var metadata = []rule{
	{"metadata.creationTimestamp", remove},
	{"metadata", removeEmpty},
}

// pod holds for each pod and pod template.
var pod = []rule{
	{"metadata.creationTimestamp", remove},
	{"metadata", removeEmpty},
	{"spec.containers.*.resources", removeEmpty},
	{"spec.initContainers.*.resources", removeEmpty},
	{"spec.ephemeralContainers.*.resources", removeEmpty},
	{"spec.containers.*.env.*.valueFrom.resourceFieldRef.divisor", removeZero},
	{"spec.initContainers.*.env.*.valueFrom.resourceFieldRef.divisor", removeZero},
	{"spec.volumes.*.downwardAPI.items.*.resourceFieldRef.divisor", removeZero},
	{"spec.volumes.*.projected.sources.*.downwardAPI.items.*.resourceFieldRef.divisor", removeZero},
	{"spec.volumes.*.ephemeral.volumeClaimTemplate.metadata.creationTimestamp", remove},
	{"spec.volumes.*.ephemeral.volumeClaimTemplate.metadata", removeEmpty},
	{"spec.volumes.*.ephemeral.volumeClaimTemplate.spec.resources", removeEmpty},
}

// job holds for each Job spec. A null would ask kubectl to delete the field.
var job = []rule{
	{"podFailurePolicy.rules", nullToList},
	{"successPolicy.rules", nullToList},
}

// kinds has one row for each place where further rules hold.
var kinds = []struct {
	kind  string
	at    string // from here; "" is the object itself
	rules []rule
}{
	{"Pod", "", pod},
	{"Job", "spec", job},
	{"Job", "spec.template", pod},
	{"CronJob", "spec.jobTemplate", metadata},
	{"CronJob", "spec.jobTemplate.spec", job},
	{"CronJob", "spec.jobTemplate.spec.template", pod},
	{"Deployment", "spec.template", pod},
	{"Deployment", "", []rule{{"spec.strategy", removeEmpty}}},
	{"PersistentVolumeClaim", "", []rule{{"spec.resources", removeEmpty}}},
	{"Role", "", []rule{{"rules", nullToList}}},
	{"ClusterRole", "", []rule{{"rules", nullToList}}},
	{"Namespace", "", []rule{{"spec", removeEmpty}}},
}

// byKind has the rules of each kind, their paths from the object.
var byKind = func() map[string][]rule {
	rules := map[string][]rule{}
	for _, k := range kinds {
		for _, r := range k.rules {
			r.path = strings.TrimPrefix(k.at+"."+r.path, ".")
			rules[k.kind] = append(rules[k.kind], r)
		}
	}
	return rules
}()

func remove(parent *jsontree.Value, name string) { parent.Remove(name) }

func removeEmpty(parent *jsontree.Value, name string) {
	if v := parent.Find(name); v != nil && v.Kind == jsontree.Map && len(v.Fields) == 0 {
		parent.Remove(name)
	}
}

// removeZero removes a quantity that nobody set.
func removeZero(parent *jsontree.Value, name string) {
	if parent.Get(name) == "0" {
		parent.Remove(name)
	}
}

func nullToList(parent *jsontree.Value, name string) {
	if v := parent.Find(name); v != nil && v.Kind == jsontree.Null {
		v.Kind = jsontree.List
	}
}

// Tree returns the object as maps, lists, strings, booleans and json.Number, as
// Ordered has it.
func Tree(object any) (map[string]any, error) {
	v, err := Ordered(object)
	if err != nil {
		return nil, err
	}
	return v.Map(), nil
}

// Ordered returns the object as a map, without what only the cluster may write and
// without what Kubernetes' Go types force out: what Object of a Format encodes. It
// shares nothing with the object that can be changed.
func Ordered(object any) (jsontree.Value, error) {
	v, err := jsontree.Of(object)
	if err != nil {
		return v, fmt.Errorf("encoding %T: %w", object, err)
	}
	if v.Kind != jsontree.Map {
		return v, fmt.Errorf("encoding %T: it is no object", object)
	}
	kind := v.Get("kind")
	if kind == "" || v.Get("apiVersion") == "" {
		return v, fmt.Errorf("encoding %T: apiVersion or kind is not set", object)
	}
	prune(&v, everywhere)
	if rules, known := byKind[kind]; known { // in a custom resource a null may mean something
		prune(&v, rules)
		v.DropNulls()
	}
	return v, nil
}

// DropNulls removes what is null: Kubernetes' Go types write it for a few
// pointers that nobody set, and kubectl takes it for a field to delete.
func DropNulls(node any) {
	switch node := node.(type) {
	case map[string]any:
		for name, value := range node {
			if value == nil {
				delete(node, name)
				continue
			}
			DropNulls(value)
		}
	case []any:
		for _, item := range node {
			DropNulls(item)
		}
	}
}

// prune applies the rules to an object.
func prune(v *jsontree.Value, rules []rule) {
	for _, r := range rules {
		visit(v, r.path, r.act)
	}
}

// visit calls act for each field that the path leads to.
func visit(v *jsontree.Value, path string, act func(parent *jsontree.Value, name string)) {
	step, rest, more := strings.Cut(path, ".")
	if v.Kind == jsontree.List && step == "*" {
		for i := range v.Items {
			visit(&v.Items[i], rest, act)
		}
		return
	}
	switch {
	case v.Kind != jsontree.Map:
	case !more:
		act(v, step)
	default:
		if inner := v.Find(step); inner != nil {
			visit(inner, rest, act)
		}
	}
}
