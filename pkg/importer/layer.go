package importer

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/schema"
)

// This file takes specs of several environments apart: into what a document says, and
// what an overlay has to say over that. Whether the language puts them together again
// as is meant here is proved for each document that is made.

// absent stands for a field that is not there; null is a value, which removes one.
type absent struct{}

func isAbsent(value any) bool {
	_, is := value.(absent)
	return is
}

// valueOf returns the value of a key, absent if there is none.
func valueOf(m map[string]any, key string) any {
	if value, ok := m[key]; ok {
		return value
	}
	return absent{}
}

// base returns what the document says where the environments say all of these: what
// most of them say, of as many what the first says. It says nothing where overlays then
// have less to say, or as much and no more environments have the field than lack it.
func base(all []any, t *schema.Type) any {
	there := slices.DeleteFunc(slices.Clone(all), isAbsent)
	lack := len(all) - len(there)
	chosen := most(there, func(value any) string { return shape(value, t) })
	// A null in a layer would not take a label away, but say that there must be none.
	fewer := len(chosen) < lack || len(chosen) == lack && len(there) <= lack
	if fewer || t != nil && t.Nullable && lack > 0 {
		return absent{}
	}
	switch first := chosen[0].(type) {
	case map[string]any:
		return baseOfMaps(chosen, t)
	case []any:
		if isContainer(inside(t, "")) {
			return baseOfContainers(chosen, t)
		}
		return first
	default:
		return first
	}
}

// most returns the largest group of values that are alike, of as large ones the first.
func most(all []any, alike func(value any) string) []any {
	var best []any
	groups := map[string][]any{}
	for _, value := range all {
		groups[alike(value)] = append(groups[alike(value)], value)
	}
	for _, value := range all {
		if group := groups[alike(value)]; len(group) > len(best) {
			best = group
		}
	}
	return best
}

// shape tells values apart that a layer does not merge: maps of different choices,
// images of different repositories, and all that is no map.
func shape(value any, t *schema.Type) string {
	switch v := value.(type) {
	case map[string]any:
		if t != nil && t.Name == "Image" {
			return "image " + textAt(v, "repository")
		}
		return "map " + member(v, t)
	case []any:
		if isContainer(inside(t, "")) {
			return "containers"
		}
	}
	return "value " + string(encode(value))
}

// member returns which of the fields that exclude each other a map has, "" for none.
func member(m map[string]any, t *schema.Type) string {
	if t != nil {
		for _, name := range t.OneOf {
			if m[name] != nil {
				return name
			}
		}
	}
	return ""
}

func baseOfMaps(all []any, t *schema.Type) any {
	union, filled := map[string]any{}, true
	for _, m := range all {
		maps.Copy(union, m.(map[string]any))
		filled = filled && len(m.(map[string]any)) > 0
	}
	out := map[string]any{}
	for _, key := range keys(union) {
		var values []any
		for _, m := range all {
			values = append(values, valueOf(m.(map[string]any), key))
		}
		if value := base(values, inside(t, key)); !isAbsent(value) {
			out[key] = value
		}
	}
	if len(out) == 0 && filled {
		return absent{} // an empty map says something of its own
	}
	return out
}

// baseOfContainers merges lists of containers by name. They keep the order of each list;
// where no order does, the document says nothing of them.
func baseOfContainers(lists []any, t *schema.Type) any {
	items := map[string]any{}
	for _, name := range namesIn(lists) {
		var values []any
		for _, list := range lists {
			values = append(values, container(list.([]any), name))
		}
		if item := base(values, inside(t, "")); !isAbsent(item) {
			items[name] = item
		}
	}
	for i := range lists {
		var order []string
		for _, name := range namesIn(slices.Concat(lists[i:i+1], lists)) {
			if items[name] != nil {
				order = append(order, name)
			}
		}
		if len(order) > 0 && !slices.ContainsFunc(lists, func(list any) bool { return !keepsOrder(order, namesIn([]any{list})) }) {
			out := make([]any, len(order))
			for j, name := range order {
				out[j] = items[name]
			}
			return out
		}
	}
	return absent{}
}

// namesIn returns the names of the containers in lists, each once.
func namesIn(lists []any) []string {
	var names []string
	for _, list := range lists {
		for _, item := range list.([]any) {
			if name := textAt(item, "name"); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// container returns the container of a name, absent for none.
func container(list []any, name string) any {
	for _, item := range list {
		if textAt(item, "name") == name {
			return item
		}
	}
	return absent{}
}

// keepsOrder reports whether an overlay can make the wanted order of a base's: what it
// adds comes last.
func keepsOrder(base, want []string) bool {
	var kept, added []string
	for _, name := range base {
		if slices.Contains(want, name) {
			kept = append(kept, name)
		}
	}
	for _, name := range want {
		if !slices.Contains(base, name) {
			added = append(added, name)
		}
	}
	return slices.Equal(append(kept, added...), want)
}

// whole writes a value in its short form.
func whole(value any, t *schema.Type) any { return shorten(render.Clone(value), t) }

// over returns what a layer has to say over a base for a value to come of it: null to
// remove it, absent for nothing.
func over(base, want any, t *schema.Type) any {
	switch {
	case isAbsent(base) && isAbsent(want):
		return absent{}
	case isAbsent(want):
		return nil
	case isAbsent(base):
		return whole(want, t)
	case string(encode(base)) == string(encode(want)):
		return absent{}
	}
	short := whole(want, t)
	b, w := mapAt(base), mapAt(want)
	_, merges := short.(map[string]any)
	switch {
	case b != nil && w != nil && t != nil && t.Name == "Image" && shape(b, t) == shape(w, t):
		return overImage(b, w, t)
	case b != nil && w != nil && merges && t != nil && t.Short == "podFailurePolicy":
		return short
	case b != nil && w != nil && merges && t != nil && t.Name == "Volume":
		return oneMount(overMap(b, w, t))
	case b != nil && w != nil && merges && shape(b, t) == shape(w, t):
		return overMap(b, w, t)
	}
	if c, d := listAt(base), listAt(want); c != nil && d != nil && isContainer(inside(t, "")) {
		return overContainers(c, d, inside(t, ""))
	}
	return short
}

// overImage names only the tag or the digest where that is what differs.
func overImage(base, want map[string]any, t *schema.Type) any {
	part := overMap(base, want, t)
	for _, value := range part {
		if value == nil {
			return whole(want, t)
		}
	}
	return part
}

// rivals are fields of which a layer that sets one drops the other of a lower layer.
var rivals = map[string][2]string{"Image": {"tag", "digest"}, "Spec": {"serviceAccount", "serviceAccountName"}}

func overMap(base, want map[string]any, t *schema.Type) map[string]any {
	out := map[string]any{}
	union := maps.Clone(base)
	maps.Copy(union, want)
	other := t != nil && member(base, t) != member(want, t)
	for _, key := range keys(union) {
		b, w := valueOf(base, key), valueOf(want, key)
		if other && isAbsent(w) && slices.Contains(t.OneOf, key) {
			continue // the other member replaces it
		}
		value := over(b, w, inside(t, key))
		switch more := appended(b, w, t, key); {
		case more != nil:
			out[key+"+"] = more
		case !isAbsent(value):
			out[key] = value
		}
	}
	if t == nil {
		return out
	}
	if pair, ok := rivals[t.Name]; ok {
		settleRivals(out, want, pair, t)
	}
	// What suspend speaks of depends on the schedule, so the layer must say it.
	if t.Name == "Spec" && isAbsent(valueOf(base, "schedule")) != isAbsent(valueOf(want, "schedule")) && want["suspend"] != nil {
		out["suspend"] = want["suspend"]
	}
	return out
}

// settleRivals says both of two rivals where one alone would drop the other, and
// removes none that is dropped.
func settleRivals(out, want map[string]any, pair [2]string, t *schema.Type) {
	for i, set := range pair {
		other := pair[1-i]
		if out[set] == nil || out[other] != nil {
			continue
		}
		delete(out, other)
		if value := valueOf(want, other); !isAbsent(value) {
			out[other] = whole(value, inside(t, other))
		}
	}
}

// appended returns what is to be appended to a list of a field for another to come of
// it, nil where that is not all.
func appended(base, want any, t *schema.Type, key string) any {
	b, w := listAt(base), listAt(want)
	if t == nil || t.Kind != schema.Struct || len(b) == 0 || len(w) <= len(b) || isContainer(inside(inside(t, key), "")) {
		return nil
	}
	if f := t.Field(key); f == nil || f.Type.Kind != schema.List || string(encode(w[:len(b)])) != string(encode(b)) {
		return nil
	}
	return whole(w[len(b):], inside(t, key))
}

func overContainers(base, want []any, t *schema.Type) any {
	var out []any
	for _, name := range namesIn([]any{base}) {
		if isAbsent(container(want, name)) {
			out = append(out, map[string]any{"name": name, "$patch": "delete"})
		}
	}
	for _, item := range want {
		name := textAt(item, "name")
		switch value := over(container(base, name), item, t).(type) {
		case absent:
		case map[string]any:
			value["name"] = name
			out = append(out, value)
		}
	}
	if out == nil {
		return absent{}
	}
	return out
}

// split writes images as maps, in which layers can change the tag alone.
func split(value any, t *schema.Type) any {
	switch v := value.(type) {
	case string:
		if t != nil && t.Name == "Image" {
			return splitImage(v)
		}
	case map[string]any:
		for name, inner := range v {
			v[name] = split(inner, inside(t, name))
		}
	case []any:
		for i, inner := range v {
			v[i] = split(inner, inside(t, ""))
		}
	}
	return value
}

func splitImage(text string) any {
	rest, digest, hasDigest := strings.Cut(text, "@")
	image := map[string]any{"repository": rest}
	if i := strings.LastIndexByte(rest, ':'); i > strings.LastIndexByte(rest, '/') {
		image["repository"], image["tag"] = rest[:i], rest[i+1:]
	}
	if hasDigest {
		image["digest"] = digest
	}
	return image
}

// imageText writes an image as one text.
func imageText(value any) any {
	image, ok := value.(map[string]any)
	if !ok {
		return value
	}
	text := textAt(image, "repository")
	for _, part := range [][2]string{{"tag", ":"}, {"digest", "@"}} {
		if value := textAt(image, part[0]); value != "" {
			text += part[1] + value
		}
	}
	return cmp.Or[any](text, value)
}
