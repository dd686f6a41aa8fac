package render

import "github.com/jobgen-dev/jobgen/pkg/jsontree"

// Document writes maps, lists and scalars, such as a part of an object or a
// patch, as YAML that every reader takes for the same. Keys are sorted, and
// nothing is left out.
func Document(t any) ([]byte, error) {
	if m, ok := t.(map[string]any); ok {
		if out, ok := emit(jsontree.OfTree(m)); ok {
			return out, nil
		}
	}
	return documentByLibrary(Clone(t))
}

// YAML is Document for a map that is ordered already.
func YAML(v jsontree.Value) ([]byte, error) {
	if out, ok := emit(v); ok {
		return out, nil
	}
	return documentByLibrary(v.Tree())
}

// Clone copies the maps and lists of a tree.
func Clone(t any) any {
	switch t := t.(type) {
	case map[string]any:
		copied := make(map[string]any, len(t))
		for name, value := range t {
			copied[name] = Clone(value)
		}
		return copied
	case []any:
		copied := make([]any, len(t))
		for i, item := range t {
			copied[i] = Clone(item)
		}
		return copied
	}
	return t
}
