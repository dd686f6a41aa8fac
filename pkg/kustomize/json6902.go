package kustomize

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// jsonPatch is a JSON patch (RFC 6902) as it is made.
type jsonPatch struct {
	lists map[string]list
	ops   []any
}

func (p *jsonPatch) add(op string, at pointer, value any) {
	fields := map[string]any{"op": op, "path": at.String()}
	if op != "remove" {
		fields["value"] = value
	}
	p.ops = append(p.ops, fields)
}

// pointer is a JSON pointer (RFC 6901).
type pointer []string

// escape writes the characters of a name that mean something in a pointer.
var escape = strings.NewReplacer("~", "~0", "/", "~1")

func (p pointer) String() string {
	var b strings.Builder
	for _, name := range p {
		b.WriteByte('/')
		b.WriteString(escape.Replace(name))
	}
	return b.String()
}

func (p pointer) with(name string) pointer { return append(p[:len(p):len(p)], name) }

// path is the pointer without the indexes of lists.
func (p pointer) path() string {
	return strings.Join(slices.DeleteFunc(slices.Clone(p), func(name string) bool {
		_, err := strconv.Atoi(name)
		return err == nil
	}), "/")
}

// diff appends what makes want of base where got, which the overlay makes of
// base without a patch, is not what is wanted. It returns the patched object.
func (p *jsonPatch) diff(base, got, want map[string]any, at pointer) map[string]any {
	result := maps.Clone(base)
	for _, name := range sortedKeys(got, want) {
		w, wanted := want[name]
		g, exists := got[name]
		if wanted && exists && equal(g, w) {
			continue
		}
		b, hasBase := base[name]
		switch {
		case !wanted:
			if hasBase { // otherwise the overlay adds it, which shows later
				p.add("remove", at.with(name), nil)
				delete(result, name)
			}
		case !hasBase:
			p.add("add", at.with(name), w)
			result[name] = w
		default:
			result[name] = p.value(b, g, w, at.with(name))
		}
	}
	return result
}

func (p *jsonPatch) value(base, got, want any, at pointer) any {
	b, isMap := base.(map[string]any)
	g, gotMap := got.(map[string]any)
	w, wantMap := want.(map[string]any)
	if isMap && gotMap && wantMap {
		return p.diff(b, g, w, at)
	}
	if items, ok := p.items(base, got, want, at); ok {
		return items
	}
	p.add("replace", at, want)
	return want
}

// items goes into a list whose items are the same ones in the same order, as
// their keys say. As an index says nothing to a reader, and nothing to
// kustomize when the base changes, the patch first tests that the item is the
// one that is meant.
func (p *jsonPatch) items(base, got, want any, at pointer) ([]any, bool) {
	b, _ := base.([]any)
	g, _ := got.([]any)
	w, _ := want.([]any)
	l, keyed := p.lists[at.path()]
	if !keyed || len(l.keys) == 0 || len(b) != len(g) || len(b) != len(w) || len(b) == 0 {
		return nil, false
	}
	for i := range w {
		if k := itemKey(b[i], l); k == "" || itemKey(g[i], l) != k || itemKey(w[i], l) != k {
			return nil, false
		}
	}
	result := slices.Clone(b)
	for i := range w {
		if !equal(g[i], w[i]) {
			item := b[i].(map[string]any)
			index := at.with(strconv.Itoa(i))
			p.add("test", index.with(l.keys[0]), item[l.keys[0]])
			result[i] = p.diff(item, g[i].(map[string]any), w[i].(map[string]any), index)
		}
	}
	return result, true
}

// maxExact is the largest integer up to which a float64 holds each one.
const maxExact = 1 << 53

// exact reports whether a tree comes through a JSON patch. kustomize decodes
// all numbers of the patched object into float64, and writes all texts in a
// style of its choice, of which it cannot read one that starts with a tab.
func exact(node any) bool {
	switch n := node.(type) {
	case map[string]any:
		for _, value := range n {
			if !exact(value) {
				return false
			}
		}
	case []any:
		return !slices.ContainsFunc(n, func(item any) bool { return !exact(item) })
	case string:
		return !strings.HasPrefix(n, "\t") || !strings.Contains(n, "\n")
	case json.Number:
		i, err := n.Int64()
		return err == nil && -maxExact <= i && i <= maxExact && strconv.FormatInt(i, 10) == n.String()
	}
	return true
}
