package deliver

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"

	"github.com/jobgen-dev/jobgen/internal/flux"
	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/spec"
)

// substitute has Flux fill in the variables that the spec declares, and keeps it away from
// objects without them whose texts it would change: ${ begins a variable, and of $$ it
// leaves one.
func (d *delivery) substitute() {
	filled := d.fillIn()
	for i := range d.objects {
		o := &d.objects[i]
		if !filled[i] && (holds(o.Value, "${") || holds(o.Value, "$$")) && o.Meta.Annotations[fluxSubstitute] == "" {
			d.annotate(o, fluxSubstitute, "disabled", "delivery")
		}
	}
}

// fillIn escapes what Flux must not replace in the objects that contain a variable that
// the spec declares. It returns which they are.
func (d *delivery) fillIn() map[int]bool {
	filled := map[int]bool{}
	variables := d.job.Spec.Substitute
	if len(variables) == 0 {
		return filled
	}
	for i := range d.objects {
		o := &d.objects[i]
		t := tree(o.Value)
		eachText(t, nil, func(_ spec.Path, text string) string {
			filled[i] = filled[i] || flux.Fills(text, variables)
			return text
		})
		if filled[i] {
			eachText(t, nil, func(_ spec.Path, text string) string { return flux.Escape(text, variables) })
			put(o.Value, t)
			d.annotate(o, fluxSubstitute, "enabled", "substitute")
		}
	}
	return filled
}

// put makes an object, which shares parts with the spec, the one of a tree.
func put(object any, t map[string]any) {
	text, err := json.Marshal(t)
	fresh := reflect.New(reflect.TypeOf(object).Elem())
	if err == nil {
		err = json.Unmarshal(text, fresh.Interface())
	}
	if err != nil {
		panic("deliver: an object cannot be read from its JSON: " + err.Error())
	}
	reflect.ValueOf(object).Elem().Set(fresh.Elem())
}

// eachText replaces every text of a tree.
func eachText(value any, at spec.Path, replace func(at spec.Path, text string) string) any {
	switch value := value.(type) {
	case string:
		return replace(at, value)
	case []any:
		for i, item := range value {
			value[i] = eachText(item, at.With(strconv.Itoa(i)), replace)
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			value[name] = eachText(value[name], at.With(name), replace)
		}
	}
	return value
}

// Unfilled returns where a Job or CronJob has a variable such as ${CLUSTER} that nothing
// fills in: Flux would, if the spec declared it. Commands are left out, which mostly mean
// a variable of the shell.
func Unfilled(o compile.Object) (paths []spec.Path) {
	if to, _ := Of(o.Job); to != Flux || o.Job.Metadata.Annotations[fluxSubstitute] != "" || o.Kind != "Job" && o.Kind != "CronJob" {
		return nil
	}
	eachText(tree(o.Value), nil, func(at spec.Path, text string) string {
		if flux.Unfilled(text, o.Job.Spec.Substitute) && !slices.Contains(at, "command") && !slices.Contains(at, "args") {
			paths = append(paths, at)
		}
		return text
	})
	return paths
}
