package validate

import (
	"cmp"
	"strconv"
	"strings"

	"k8s.io/kube-openapi/pkg/util/proto"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
)

// step leads from a value to one inside it.
type step struct {
	key   string // the field or map key, "" for a list item
	index int    // the list item, -1 for a field or map key
	inMap bool   // key is of a map, where the schema names no fields
}

// path leads from an object to a value inside it.
type path []step

// compare orders the steps out of one value.
func (s step) compare(t step) int {
	return cmp.Or(cmp.Compare(s.index, t.index), cmp.Compare(s.key, t.key))
}

// plainField matches the names that can be written without brackets.
var plainField = lazyregexp.New(`^[$A-Za-z_][-$A-Za-z0-9_]*$`)

// String returns the path as Finding.Path promises it.
func (p path) String() string {
	var b strings.Builder
	for _, s := range p {
		switch {
		case s.index >= 0:
			b.WriteString("[" + strconv.Itoa(s.index) + "]")
		case s.inMap || !plainField.MatchString(s.key):
			b.WriteString("[" + strconv.Quote(s.key) + "]")
		case b.Len() > 0:
			b.WriteString("." + s.key)
		default:
			b.WriteString(s.key)
		}
	}
	return b.String()
}

// then returns the path with one more step, leaving p as it is.
func (p path) then(s step) path {
	return append(p[:len(p):len(p)], s)
}

// The characters that kubectl's validation writes between the keys of a path, and
// their stand-ins inside a key. A key of a label or annotation may have them, and
// with them one path would have several readings.
var (
	masked   = strings.NewReplacer("%", "%25", ".", "%2E", "[", "%5B", "]", "%5D")
	unmasked = strings.NewReplacer("%25", "%", "%2E", ".", "%5B", "[", "%5D", "]")
)

// maskKeys returns a copy of the JSON tree that differs only in its keys, such
// that a path of kubectl's validation has one reading.
func maskKeys(tree any) any {
	switch tree := tree.(type) {
	case map[string]any:
		m := make(map[string]any, len(tree))
		for key, value := range tree {
			m[masked.Replace(key)] = maskKeys(value)
		}
		return m
	case []any:
		l := make([]any, len(tree))
		for i, value := range tree {
			l[i] = maskKeys(value)
		}
		return l
	}
	return tree
}

// readPath reads a path of kubectl's validation, such as Job.spec.template, of an
// object whose keys are masked, along the schema of the object. It starts after
// the kind, and returns the schema at its end too, nil if that says nothing.
func readPath(text string, at proto.Schema) (path, proto.Schema) {
	var p path
	_, text, inside := strings.Cut(text, ".")
	if !inside {
		return nil, resolve(at)
	}
	for name := range strings.SplitSeq(text, ".") {
		key, items, _ := strings.Cut(name, "[")
		p, at = p.enter(step{key: unmasked.Replace(key), index: -1}, at)
		for item := range strings.SplitSeq(strings.TrimSuffix(items, "]"), "][") {
			if index, err := strconv.Atoi(item); err == nil {
				p, at = p.enter(step{index: index}, at)
			}
		}
	}
	return p, at
}

// enter takes one step out of a value with the schema at, and returns the path
// and the schema there; nil where the schema says nothing of what is inside.
func (p path) enter(s step, at proto.Schema) (path, proto.Schema) {
	var inner proto.Schema
	switch at := resolve(at).(type) {
	case *proto.Kind:
		inner = at.Fields[s.key]
	case *proto.Map:
		s.inMap = s.index < 0
		inner = at.SubType
	case *proto.Array:
		inner = at.SubType
	}
	return p.then(s), resolve(inner)
}

// resolve follows references.
func resolve(s proto.Schema) proto.Schema {
	for {
		ref, ok := s.(proto.Reference)
		if !ok {
			return s
		}
		s = ref.SubSchema()
	}
}
