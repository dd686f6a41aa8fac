package kustomize

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// directive is the field by which a strategic merge patch says what to do with
// the map or list item that it stands in.
const directive = "$patch"

// merger makes strategic merge patches for objects of a kind, and applies them
// as kustomize does.
type merger struct{ lists map[string]list }

// diff returns the patch that makes want of base. got is what the overlay makes
// of base without a patch: where that is what is wanted, nothing is patched. It
// reports false where no patch can do it.
func (m merger) diff(base, got, want map[string]any, path string) (map[string]any, bool) {
	patch := map[string]any{}
	for _, name := range sortedKeys(got, want) {
		w, wanted := want[name]
		g, exists := got[name]
		if wanted && exists && equal(g, w) {
			continue
		}
		b, hasBase := base[name]
		switch {
		case !wanted && !hasBase:
			return nil, false // the overlay adds it
		case !wanted:
			patch[name] = nil
		case !hasBase:
			patch[name] = w
		default:
			value, ok := m.value(b, g, w, join(path, name))
			if !ok {
				return nil, false
			}
			patch[name] = value
		}
	}
	return patch, true
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "/" + name
}

// value is the patch for one value that is another one in the base.
func (m merger) value(base, got, want any, path string) (any, bool) {
	switch w := want.(type) {
	case map[string]any:
		b, ok := base.(map[string]any)
		g, _ := got.(map[string]any)
		if !ok || g == nil {
			return nil, false
		}
		return m.diff(b, g, w, path)
	case []any:
		b, ok := base.([]any)
		g, _ := got.([]any)
		if !ok || len(g) != len(b) {
			return nil, false
		}
		l, merged := m.lists[path]
		if !merged {
			return w, true
		}
		return m.list(b, g, w, l, path)
	}
	_, isMap := base.(map[string]any)
	_, isList := base.([]any)
	// Over a text kustomize keeps the quotes, and a number becomes a text.
	_, wasText := base.(string)
	_, isText := want.(string)
	return want, !isMap && !isList && base != nil && want != nil && (isText || !wasText)
}

// list is the patch for a list whose items are merged: the shorter one of a
// patch for each item and a new list.
func (m merger) list(base, got, want []any, l list, path string) (any, bool) {
	if l.doubtful || len(l.keys) == 0 {
		return nil, false
	}
	var whole []any
	if len(want) > 0 {
		whole = append([]any{map[string]any{directive: "replace"}}, want...)
	}
	items, ok := m.items(base, got, want, l, path)
	switch {
	case !ok:
		return whole, whole != nil
	case whole != nil && size(whole) < size(items):
		return whole, true
	}
	return items, true
}

// items is the patch for each item of a list. kustomize puts the items that a
// patch names to the front, in the order of the patch, so it names them all up
// to the last one that is not as it was, where it was.
func (m merger) items(base, got, want []any, l list, path string) ([]any, bool) {
	if len(l.keys) > 1 || !distinct(got, l) || !distinct(want, l) {
		return nil, false // kustomize does not move items that two keys tell apart
	}
	at := map[string]int{}
	for i, item := range got {
		at[itemKey(item, l)] = i
	}
	named, last := len(want), len(got)
	for named > 0 {
		i, ok := at[itemKey(want[named-1], l)]
		if !ok || i >= last || !equal(got[i], want[named-1]) {
			break
		}
		named, last = named-1, i
	}
	kept := map[string]bool{}
	patch := []any{}
	for i, w := range want {
		k := itemKey(w, l)
		kept[k] = true
		if i >= named {
			continue
		}
		j, ok := at[k]
		if !ok {
			patch = append(patch, w)
			continue
		}
		item, ok := m.item(base[j], got[j], w, l, path)
		if !ok {
			return nil, false
		}
		patch = append(patch, item)
	}
	for i, g := range got {
		if !kept[itemKey(g, l)] {
			patch = append(patch, map[string]any{directive: "delete", l.keys[0]: base[i].(map[string]any)[l.keys[0]]})
		}
	}
	return patch, true
}

// item is the patch for an item: its key, and what differs.
func (m merger) item(base, got, want any, l list, path string) (map[string]any, bool) {
	b := base.(map[string]any)
	patch, ok := m.diff(b, got.(map[string]any), want.(map[string]any), path)
	if ok {
		patch[l.keys[0]] = b[l.keys[0]]
	}
	return patch, ok
}

// merge applies a patch to an object as kustomize does. It reports false where
// kustomize would do more than the patch says, also to what the patch does not
// name: it goes through the whole object, drops nulls, joins items that have the
// same key, and fails on a field without a name.
func (m merger) merge(base, patch map[string]any, path string) (map[string]any, bool) {
	result := make(map[string]any, len(base)+len(patch))
	for name, b := range base {
		if _, ok := patch[name]; !ok {
			if !m.settled(b, join(path, name)) {
				return nil, false
			}
			result[name] = b
		}
	}
	for name, p := range patch {
		if p == nil {
			continue
		}
		value, ok := p, true
		if b, exists := base[name]; exists {
			value, ok = m.mergeValue(b, p, join(path, name))
		}
		if !ok || !m.settled(value, join(path, name)) {
			return nil, false
		}
		result[name] = value
	}
	return result, true
}

func (m merger) mergeValue(base, patch any, path string) (any, bool) {
	switch p := patch.(type) {
	case map[string]any:
		b, ok := base.(map[string]any)
		if !ok {
			return nil, false
		}
		return m.merge(b, p, path)
	case []any:
		b, ok := base.([]any)
		if l, merged := m.lists[path]; ok && merged {
			return m.mergeList(b, p, l, path)
		}
		return p, ok
	}
	_, isMap := base.(map[string]any)
	_, isList := base.([]any)
	return patch, !isMap && !isList && base != nil
}

func (m merger) mergeList(base, patch []any, l list, path string) (any, bool) {
	if len(patch) > 0 && equal(patch[0], map[string]any{directive: "replace"}) {
		return patch[1:], true
	}
	if len(l.keys) != 1 || l.doubtful || !distinct(base, l) || !distinct(patch, l) {
		return nil, false
	}
	at := make(map[string]int, len(base))
	for i, b := range base {
		at[itemKey(b, l)] = i
	}
	named := map[string]bool{}
	result := []any{}
	for _, p := range patch {
		k, item := itemKey(p, l), p.(map[string]any)
		named[k] = true
		if item[directive] == "delete" {
			continue
		}
		if i, ok := at[k]; ok {
			merged, ok := m.merge(base[i].(map[string]any), item, path)
			if !ok {
				return nil, false
			}
			item = merged
		}
		result = append(result, item)
	}
	for _, b := range base {
		if !named[itemKey(b, l)] {
			result = append(result, b)
		}
	}
	return result, true
}

// settled reports whether kustomize leaves a value as it is when it merges
// nothing into it.
func (m merger) settled(node any, path string) bool {
	switch n := node.(type) {
	case nil:
		return false
	case map[string]any:
		for name, value := range n {
			if name == directive || name == "" || !m.settled(value, join(path, name)) {
				return false
			}
		}
	case []any:
		l, merged := m.lists[path]
		if !merged {
			return true
		}
		if !distinct(n, l) {
			return false
		}
		for _, item := range n {
			if !m.settled(item, path) {
				return false
			}
		}
	}
	return true
}

// distinct reports whether the items of a list can be told apart: each has a
// key, and no two the same. Items that two keys tell apart have both of them,
// or all just the first.
func distinct(items []any, l list) bool {
	seen := make(map[string]bool, len(items))
	second := 0
	for _, item := range items {
		k := itemKey(item, l)
		if k == "" || seen[k] {
			return false
		}
		seen[k] = true
		if fields, ok := item.(map[string]any); ok && len(l.keys) > 1 && fields[l.keys[1]] != nil {
			second++
		}
	}
	return second == 0 || second == len(items)
}

// itemKey is what tells an item of a list from the others, "" if it has none.
func itemKey(item any, l list) string {
	if len(l.keys) == 0 {
		return text(item)
	}
	fields, _ := item.(map[string]any)
	var values []string
	for i, name := range l.keys {
		value := text(fields[name])
		if n, ok := fields[name].(json.Number); ok {
			value = n.String()
		}
		if value == "" && i == 0 {
			return ""
		}
		values = append(values, value)
	}
	return strings.Join(values, "\x00")
}

// equal reports whether two trees are the same. Those of a base and its environments
// share much, so that a look at where they stand tells of most.
func equal(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		if reflect.ValueOf(a).UnsafePointer() == reflect.ValueOf(b).UnsafePointer() {
			return true
		}
		for name, value := range a {
			if other, there := b[name]; !there || !equal(value, other) {
				return false
			}
		}
		return true
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, equal)
	}
	return a == b // strings, booleans, numbers and nil
}

// size measures how much there is to read in a patch.
func size(node any) int {
	switch n := node.(type) {
	case map[string]any:
		total := 0
		for name, value := range maps.All(n) {
			total += len(name) + size(value)
		}
		return total
	case []any:
		total := 0
		for _, item := range n {
			total += 2 + size(item)
		}
		return total
	case string:
		return 2 + len(n)
	}
	return 4
}
