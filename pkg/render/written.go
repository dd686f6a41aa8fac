package render

import (
	"encoding/json"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
	kubectl "sigs.k8s.io/yaml"

	"github.com/jobgen-dev/jobgen/pkg/jsontree"
)

// Written returns the text of a document, with its comments, if every reader of YAML gets
// the tree from it. Otherwise it is Document.
func Written(text string, tree any) ([]byte, error) {
	// A checkout on Windows may have other line breaks, and must be written as the same file.
	text = strings.Trim(strings.ReplaceAll(text, "\r\n", "\n"), "\n") + "\n"
	var root yaml.Node
	if yaml.Unmarshal([]byte(text), &root) != nil || root.Kind == 0 || special(&root) {
		return Document(tree)
	}
	var read any
	if root.Decode(&read) != nil {
		return Document(tree)
	}
	one, err := json.Marshal(read)
	other, otherErr := kubectl.YAMLToJSON([]byte(text))
	if err != nil || otherErr != nil || !holds(one, tree) || !holds(other, tree) {
		return Document(tree)
	}
	return []byte(text), nil
}

// holds reports whether a text in JSON has the values of a tree.
func holds(text []byte, tree any) bool {
	read, err := jsontree.Parse[any](text)
	return err == nil && reflect.DeepEqual(read, tree)
}

// special reports whether a document has anchors, aliases or tags, which not all readers
// keep or follow.
func special(n *yaml.Node) bool {
	if n.Kind == yaml.AliasNode || n.Anchor != "" || n.Style&yaml.TaggedStyle != 0 {
		return true
	}
	for _, child := range n.Content {
		if special(child) {
			return true
		}
	}
	return false
}
