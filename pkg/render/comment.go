package render

import (
	"bytes"
	"fmt"
	"reflect"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// Comment writes what comment says of a value behind the line on which that stands in
// a YAML document: of each text, number, empty list and the like, by the names and
// numbers that lead to it. Nothing is written for "". Whoever reads the document reads
// the same values as before: one in which no comment could stand is returned as it was.
func Comment(doc []byte, comment func(path []string) string) ([]byte, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(doc, &root); err != nil {
		return nil, fmt.Errorf("reading what was encoded: %w", err)
	}
	comments := map[int]string{} // by line, from 1
	for _, node := range root.Content {
		commentValues(node, nil, comment, comments)
	}
	var b bytes.Buffer
	at := 0
	for line := range bytes.Lines(doc) {
		at++
		if text := comments[at]; text != "" {
			fmt.Fprintf(&b, "%s # %s\n", bytes.TrimSuffix(line, []byte("\n")), text)
			continue
		}
		b.Write(line)
	}
	if !sameValues(doc, b.Bytes()) {
		return doc, nil
	}
	return b.Bytes(), nil
}

// commentValues gathers the comments of a value and all in it. The header of a block
// of text is a line that a comment may end.
func commentValues(node *yaml.Node, path []string, comment func([]string) string, comments map[int]string) {
	step := func(name string) []string { return append(path[:len(path):len(path)], name) }
	switch {
	case len(node.Content) == 0:
		comments[node.Line] = comment(path)
	case node.Kind == yaml.MappingNode:
		for i := 0; i < len(node.Content); i += 2 {
			commentValues(node.Content[i+1], step(node.Content[i].Value), comment, comments)
		}
	default:
		for i, item := range node.Content {
			commentValues(item, step(strconv.Itoa(i)), comment, comments)
		}
	}
}

func sameValues(a, b []byte) bool {
	var inA, inB any
	return yaml.Unmarshal(a, &inA) == nil && yaml.Unmarshal(b, &inB) == nil && reflect.DeepEqual(inA, inB)
}
