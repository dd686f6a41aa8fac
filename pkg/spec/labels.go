package spec

import (
	"fmt"
	"slices"

	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/source"
)

// The labels that jobgen adds to what it makes, from Kubernetes' recommended
// labels. A null in a spec leaves one out.
const (
	LabelName      = "app.kubernetes.io/name"
	LabelManagedBy = "app.kubernetes.io/managed-by"
)

// removals reports nulls that leave out a label which nothing adds.
func (c *checker) removals() {
	for _, v := range c.nulls {
		if key := v.path[len(v.path)-1]; !c.removes[v.node] && !c.removable(v.path, key) {
			c.wrong(v, diag.CodeNull, fmt.Sprintf("there is no label %q to remove", key), "leave the line out; null removes a label that jobgen or a broader field adds")
		}
	}
}

// removable reports whether something adds the label that path sets to null:
// jobgen, or a field that speaks of more objects than this one.
func (c *checker) removable(path Path, key string) bool {
	if key == LabelName || key == LabelManagedBy {
		return true
	}
	broader := []Path{{"spec", "commonLabels"}}
	if len(path) > 3 { // of an object beside the Job, which has the Job's labels
		broader = append(broader, Path{"metadata", "labels"})
	}
	return slices.ContainsFunc(broader, func(layer Path) bool {
		at := layer.With(key)
		field, n := Follow(c.root, at)
		return n == len(at) && field.Value.Kind != source.Null && !slices.Equal(at, path)
	})
}
