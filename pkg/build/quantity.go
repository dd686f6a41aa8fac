package build

import (
	"slices"
	"strconv"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/jsontree"
	"github.com/jobgen-dev/jobgen/pkg/spec"
)

// asTyped returns the JSON of an object with its quantities as the spec has them, such as
// 1.2Gi, for which Kubernetes' own code writes 1288490188800m. What is hashed and compared
// is always the latter.
func asTyped(o compile.Object, v jsontree.Value) jsontree.Value {
	if o.Kind != "Job" && o.Kind != "CronJob" && o.Kind != "PersistentVolumeClaim" {
		return v
	}
	return typedIn(o, v, nil, false)
}

// typedIn returns a value at a path, which shares what is the same.
func typedIn(o compile.Object, v jsontree.Value, at spec.Path, quantities bool) jsontree.Value {
	switch v.Kind {
	case jsontree.String:
		if !quantities {
			return v
		}
		if text := o.Job.Text(o.Origin(at)); text != v.Text && sameQuantity(text, v.Text) {
			v.Text = text
		}
	case jsontree.Map:
		v.Fields = slices.Clone(v.Fields)
		for i, f := range v.Fields {
			within := f.Name == "limits" || f.Name == "requests" || f.Name == "overhead"
			v.Fields[i].Value = typedIn(o, f.Value, at.With(f.Name), within || quantities || f.Name == "sizeLimit" || f.Name == "divisor")
		}
	case jsontree.List:
		v.Items = slices.Clone(v.Items)
		for i, item := range v.Items {
			v.Items[i] = typedIn(o, item, at.With(strconv.Itoa(i)), false)
		}
	}
	return v
}

func sameQuantity(a, b string) bool {
	x, err := resource.ParseQuantity(a)
	y, other := resource.ParseQuantity(b)
	return err == nil && other == nil && x.Cmp(y) == 0
}
