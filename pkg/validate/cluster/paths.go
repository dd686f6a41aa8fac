package cluster

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
	"github.com/jobgen-dev/jobgen/pkg/validate"
	"github.com/jobgen-dev/jobgen/pkg/validate/apiserver"
)

// podPath is the start of the paths inside a Pod's template.
const podPath = `^((?:spec\.jobTemplate\.)?spec\.template\.spec)`

// odd are the paths of the server that are not those of a field one can write,
// and what stands for them.
var odd = []struct {
	at   *lazyregexp.Regexp
	mean string
}{
	// The labels and annotations of a Pod's template are reported without metadata.
	{lazyregexp.New(`^((?:spec\.jobTemplate\.)?spec\.template)\.(labels|annotations)`), "$1.metadata.$2"},
	// The storage that a claim requests is reported beside the requests.
	{lazyregexp.New(`^(.*spec)\.resources\[storage\]`), "$1.resources.requests[storage]"},
	// The sum of a ConfigMap is reported of the object as a whole, with a path of
	// an empty name.
	{lazyregexp.New(`^\[\]$`), "data"},
	// The fields of the Pod that the server keeps in its security context.
	{lazyregexp.New(podPath + `\.securityContext\.(hostNetwork|hostPID|hostIPC|hostUsers|shareProcessNamespace)$`), "$1.$2"},
	// The overhead of a Pod has the rules of limits, and is reported as such.
	{lazyregexp.New(podPath + `\.overhead\.limits\[`), "$1.overhead["},
	// A volume that is called otherwise inside the server.
	{lazyregexp.New(`\.volumes\[(\d+)\]\.persistentDisk\.`), ".volumes[$1].gcePersistentDisk."},
	// One of several namespaces.
	{lazyregexp.New(`((?:Term|Execution\[\d+\]))\.namespace$`), "$1.namespaces"},
	// A container's limit above the Pod's is reported inside the Pod's resources.
	{lazyregexp.New(podPath + `\.resources\.containers\[(\d+)\]\[([^\]]+)\]\.limits$`), "$1.containers[$2].resources.limits[$3]"},
	{lazyregexp.New(podPath + `\.resources\.requests\.limits\[([^\]]+)\]$`), "$1.resources.limits[$2]"},
}

// locate finds the field that a person would change for a fault.
func (v *view) locate(f apiserver.Fault) validate.Place {
	at, _ := v.newest.Locate(v.tree(), v.meant(f))
	return v.entry(at, f)
}

// meant returns the path of the field that the path of a fault stands for.
func (v *view) meant(f apiserver.Fault) string {
	text := f.Field
	for _, o := range odd {
		text = o.at.ReplaceAllString(text, o.mean)
	}
	for _, move := range moves {
		text = move(v, text, f)
	}
	return text
}

// moves are the odd paths that only the object explains.
var moves = []func(v *view, at string, f apiserver.Fault) string{
	// A source of environment variables that names none or two is reported of the
	// whole list.
	func(v *view, at string, f apiserver.Fault) string {
		if !strings.HasSuffix(at, ".envFrom") || f.Type != field.ErrorTypeInvalid {
			return at
		}
		place, _ := v.newest.Locate(v.tree(), at)
		list, _ := place.In(v.tree()).([]any)
		for i, item := range list {
			source, _ := item.(map[string]any)
			if (source["configMapRef"] == nil) == (source["secretRef"] == nil) {
				return at + "[" + strconv.Itoa(i) + "]"
			}
		}
		return at
	},
	// How a volume is mounted is reported of all the mounts of a container.
	func(v *view, at string, f apiserver.Fault) string {
		list, name, ok := strings.Cut(at, ".volumeMounts.")
		if !ok {
			return at
		}
		place, _ := v.newest.Locate(v.tree(), list+".volumeMounts")
		mounts, _ := place.In(v.tree()).([]any)
		for i, item := range mounts {
			mount, _ := item.(map[string]any)
			if mount[name] != nil && (f.Value == "" || mount[name] == f.Value) {
				return fmt.Sprintf("%s.volumeMounts[%d].%s", list, i, name)
			}
		}
		return at
	},
	// What is written in stringData is reported in data.
	func(v *view, at string, _ apiserver.Fault) string {
		key, ok := strings.CutPrefix(at, "data")
		data, _ := v.tree()["data"].(map[string]any)
		text, _ := v.tree()["stringData"].(map[string]any)
		if !ok || v.tree()["kind"] != "Secret" || len(text) == 0 {
			return at
		}
		name := strings.TrimSuffix(strings.TrimPrefix(key, "["), "]")
		if _, there := text[name]; there || len(data) == 0 {
			return "stringData" + key
		}
		return at
	},
	// A name made from a generateName is the generateName's business.
	func(v *view, at string, _ apiserver.Fault) string {
		meta, _ := v.tree()["metadata"].(map[string]any)
		if at == "metadata.name" && meta["name"] == nil && meta["generateName"] != nil {
			return "metadata.generateName"
		}
		return at
	},
	// The Job's name becomes a label of its Pods, and is reported there.
	func(v *view, at string, f apiserver.Fault) string {
		meta, _ := v.tree()["metadata"].(map[string]any)
		name, _ := meta["name"].(string)
		if !strings.HasSuffix(at, "template.metadata.labels") || name == "" || !strings.HasPrefix(f.Value, name) {
			return at
		}
		place, _ := v.newest.Locate(v.tree(), at)
		labels, _ := place.In(v.tree()).(map[string]any)
		for _, value := range labels {
			if value == f.Value {
				return at
			}
		}
		return "metadata.name"
	},
}

// entry finds the entry of a map or list that a fault of the whole is about: labels,
// annotations and selectors are reported so, with the bad key or value.
func (v *view) entry(at validate.Place, f apiserver.Fault) validate.Place {
	if list, ok := at.In(v.tree()).([]any); ok && f.Value != "" {
		if i := slices.Index(list, any(f.Value)); i >= 0 {
			return at.Item(i)
		}
	}
	entries, ok := at.In(v.tree()).(map[string]any)
	if !ok || f.Value == "" {
		return at
	}
	if _, isKey := entries[f.Value]; isKey {
		return at.Entry(f.Value)
	}
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		// The keys of annotations are compared in lower case.
		if entries[key] == f.Value || strings.EqualFold(key, f.Value) {
			return at.Entry(key)
		}
	}
	return at
}
