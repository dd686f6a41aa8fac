package render

// Document writes maps, lists and scalars, such as a part of an object or a
// patch, as YAML that every reader takes for the same. Keys are sorted, and
// nothing is left out.
func Document(t any) ([]byte, error) {
	if m, ok := t.(map[string]any); ok {
		if out, ok := emit(m); ok {
			return out, nil
		}
	}
	return documentByLibrary(Clone(t))
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
