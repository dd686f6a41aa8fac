package diff

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode"
)

// leaf is a value that is not the same in both states.
type leaf struct {
	path        []string
	before, now any // nil where it is not there
}

// compare returns what differs between two objects, at the smallest values that do.
func compare(before, now map[string]any) []leaf {
	var leaves []leaf
	descend(nil, before, now, &leaves)
	return leaves
}

func descend(at []string, before, now any, leaves *[]leaf) {
	if reflect.DeepEqual(before, now) {
		return
	}
	a, b := fields(at, before, now)
	if a == nil || b == nil {
		*leaves = append(*leaves, leaf{slices.Clone(at), before, now})
		return
	}
	names := slices.Collect(maps.Keys(a))
	for name := range b {
		if _, there := a[name]; !there {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	n := len(*leaves)
	for _, name := range names {
		descend(append(at[:len(at):len(at)], name), a[name], b[name], leaves)
	}
	if len(*leaves) == n {
		// The same items in another order.
		*leaves = append(*leaves, leaf{slices.Clone(at), before, now})
	}
}

// gathering are the maps whose entries are told apart also where one state has none.
var gathering = []string{"annotations", "data", "labels", "metadata"}

// fields returns what two values hold by names, nil where they cannot be compared so.
// The items of a list that have names of their own are told apart by those.
func fields(at []string, before, now any) (a, b map[string]any) {
	a, isMap := before.(map[string]any)
	b, alsoMap := now.(map[string]any)
	gathers := len(at) > 0 && slices.Contains(gathering, at[len(at)-1])
	if isMap && alsoMap || gathers && (isMap && now == nil || alsoMap && before == nil) {
		return some(a), some(b)
	}
	items, isList := before.([]any)
	others, alsoList := now.([]any)
	if !isList && before != nil || !alsoList && now != nil || !isList && !alsoList {
		return nil, nil
	}
	for _, name := range []string{"name", "mountPath"} {
		a, b = named(items, name), named(others, name)
		if a != nil && b != nil {
			return a, b
		}
	}
	return nil, nil
}

// some returns a map, an empty one for nil.
func some(fields map[string]any) map[string]any {
	if fields == nil {
		return map[string]any{}
	}
	return fields
}

// named returns the items of a list by a field of theirs, nil where one lacks it or
// two have the same.
func named(items []any, field string) map[string]any {
	found := map[string]any{}
	for _, item := range items {
		fields, _ := item.(map[string]any)
		name, ok := fields[field].(string)
		if !ok || found[name] != nil {
			return nil
		}
		found[name] = item
	}
	return found
}

// verb says how a value differs.
func (l leaf) verb() string {
	switch before, now := brief(l.before), brief(l.now); {
	case l.part() && l.before == nil:
		return "was added"
	case l.part() && l.now == nil:
		return "was removed"
	case before != "" && now != "" && l.shown():
		return fmt.Sprintf("changed (%s → %s)", before, now)
	}
	return "changed"
}

// part reports whether the value is all that goes by the name that is told of it: to
// write an env with a value in place of a reference adds no env.
func (l leaf) part() bool {
	i := slices.Index(l.path, "env")
	return i < 0 || i+2 >= len(l.path)
}

// shown reports whether a value may be shown: what stands in data may be secret, and
// so may a variable.
func (l leaf) shown() bool {
	return !slices.ContainsFunc(l.path, func(step string) bool {
		return slices.Contains([]string{"binaryData", "data", "env", "stringData"}, step)
	})
}

// brief writes a value that is short enough for a sentence, and plain.
func brief(value any) string {
	switch value.(type) {
	case map[string]any, []any, nil:
		return ""
	}
	text := fmt.Sprint(value)
	strange := func(r rune) bool { return r == '`' || !unicode.IsGraphic(r) }
	if len(text) > 60 || strings.TrimSpace(text) != text || strings.ContainsFunc(text, strange) {
		return ""
	}
	return text
}

// containers returns how many containers, but for those that come first, the pods of
// a Job or CronJob have.
func (o *Object) containers() int {
	spec := child(o.Tree, "spec")
	if job := child(spec, "jobTemplate"); job != nil {
		spec = child(job, "spec")
	}
	items, _ := child(child(spec, "template"), "spec")["containers"].([]any)
	return len(items)
}

// namer gives the fields of an object the names that a spec has for them.
type namer struct {
	kind    string
	several bool // the pods have several containers
}

// places are where the fields of Jobs and CronJobs stand, the longest first, and what
// they are called there.
var places = []struct{ prefix, name string }{
	{"spec.jobTemplate.spec.template.metadata.annotations.", "pod annotation "},
	{"spec.jobTemplate.spec.template.metadata.labels.", "pod label "},
	{"spec.jobTemplate.spec.template.spec.", ""},
	{"spec.jobTemplate.metadata.annotations.", "job annotation "},
	{"spec.jobTemplate.metadata.labels.", "job label "},
	{"spec.jobTemplate.spec.", ""},
	{"spec.template.metadata.annotations.", "pod annotation "},
	{"spec.template.metadata.labels.", "pod label "},
	{"spec.template.spec.", ""},
	{"metadata.annotations.", "annotation "},
	{"metadata.labels.", "label "},
	{"spec.", ""},
}

func (n namer) name(path []string) string {
	whole := strings.Join(path, ".")
	if n.kind != "Job" && n.kind != "CronJob" && !strings.HasPrefix(whole, "metadata.") {
		return whole
	}
	for _, place := range places {
		rest, found := strings.CutPrefix(whole, place.prefix)
		if !found {
			continue
		}
		if steps := path[strings.Count(place.prefix, "."):]; place.name == "" && len(steps) > 1 {
			return n.inPod(steps, rest)
		}
		return place.name + rest
	}
	return whole
}

// inPod names a field that may be of a container; whole is its path in one text.
func (n namer) inPod(steps []string, whole string) string {
	kind, known := map[string]string{"containers": "container", "initContainers": "init container"}[steps[0]]
	if !known {
		return whole
	}
	of := " of the " + kind + " " + steps[1]
	if kind == "container" && !n.several {
		of = ""
	}
	switch {
	case len(steps) == 2:
		return kind + " " + steps[1]
	case steps[2] == "env" && len(steps) > 3:
		return "env " + steps[3] + of
	}
	return strings.Join(steps[2:], ".") + of
}
