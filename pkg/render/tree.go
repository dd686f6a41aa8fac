package render

// Tree returns the object as maps, lists, strings, booleans and json.Number,
// without what only the cluster may write and without what Kubernetes' Go types
// force out: what Object of a Format encodes.
func Tree(object any) (map[string]any, error) { return tree(object) }

// Document writes maps, lists and scalars, such as a part of an object or a
// patch, as YAML that every reader takes for the same. Keys are sorted, and
// nothing is left out.
func Document(t any) ([]byte, error) { return document(clone(t)) }

// clone copies the maps and lists of a tree.
func clone(t any) any {
	switch t := t.(type) {
	case map[string]any:
		copied := make(map[string]any, len(t))
		for name, value := range t {
			copied[name] = clone(value)
		}
		return copied
	case []any:
		copied := make([]any, len(t))
		for i, item := range t {
			copied[i] = clone(item)
		}
		return copied
	}
	return t
}
