package main

import (
	"bytes"
	"fmt"
	"os"
	"reflect"

	"sigs.k8s.io/yaml"
)

// digest is an annotation that jobgen computes in its own way.
const digest = "jobgen.dev/content-digest"

// sameObjects fails where two streams of YAML do not have the same objects.
func sameObjects(ours, theirs string) error {
	a, err := objects(ours)
	if err != nil {
		return err
	}
	b, err := objects(theirs)
	if err != nil {
		return err
	}
	for key, object := range a {
		other, there := b[key]
		if !there {
			return fmt.Errorf("it does not make the %s", key)
		}
		if !reflect.DeepEqual(object, other) {
			return fmt.Errorf("its %s differs:\n%v\nand jobgen's\n%v", key, other, object)
		}
	}
	if len(a) != len(b) {
		return fmt.Errorf("it makes %d objects, jobgen %d", len(b), len(a))
	}
	return nil
}

// objects reads a stream, by kind, namespace and name.
func objects(file string) (map[string]any, error) {
	stream, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	all := map[string]any{}
	for doc := range bytes.SplitSeq(append([]byte("\n"), bytes.TrimSuffix(stream, []byte("\n"))...), []byte("\n---\n")) {
		var o map[string]any
		// The line that ends a document may be the last of a text in it.
		if err := yaml.Unmarshal(append(bytes.Clone(doc), '\n'), &o); err != nil {
			return nil, err
		}
		if o == nil {
			continue
		}
		forget(o)
		meta, _ := o["metadata"].(map[string]any)
		all[fmt.Sprint(o["kind"], " ", meta["namespace"], "/", meta["name"])] = o
	}
	return all, nil
}

// forget blanks the digests in a value: each tool computes its own.
func forget(value any) {
	switch value := value.(type) {
	case map[string]any:
		if _, there := value[digest]; there {
			value[digest] = ""
		}
		for _, inner := range value {
			forget(inner)
		}
	case []any:
		for _, inner := range value {
			forget(inner)
		}
	}
}
