package build

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jobgen-dev/jobgen/internal/escape"
	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/manifest"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/spec"
)

// This file says where the values in the output come from.

// withOrigins writes behind each line of an encoded object where it comes from.
func withOrigins(o compile.Object, encoded []byte) ([]byte, error) {
	return render.Comment(encoded, func(at []string) string {
		field := o.Origin(at)
		values := o.Job.Values(field)
		switch {
		case slices.Equal(at, []string{"metadata", "name"}) && len(values) > 0 && len(values[0]) > len(field):
			place, _ := o.Job.Place(field) // the name is the key of the entry
			return position(place)
		case len(at) == 3 && at[1] == "labels" && values == nil:
			return origin(o.Job, at) // the labels of the Job are on all that is made beside it
		}
		return origin(o.Job, field)
	})
}

// origin says which lines of the user's set the value of a field, and which layer where
// that is not the spec itself; "" for what jobgen adds to every Job.
func origin(job *spec.Job, field spec.Path) string {
	if values := job.Values(field); len(field) > 1 && values != nil {
		var all []string
		for _, one := range values {
			if text := setBy(job, one); !slices.Contains(all, text) {
				all = append(all, text)
			}
		}
		return strings.Join(all, ", ")
	}
	// What jobgen adds within what the user wrote leads there.
	for len(field) > 2 && field[0] == "spec" {
		field = field[:len(field)-1]
		switch values := job.Values(field); {
		case len(values) == 1 && len(values[0]) == len(field):
			return setBy(job, field)
		case values != nil:
			place, _ := job.Place(field)
			return position(place)
		}
	}
	return ""
}

// setBy says where a value was set.
func setBy(job *spec.Job, value spec.Path) string {
	layer, _ := job.Layer(value)
	place, _ := job.Place(value)
	switch layer {
	case spec.LayerSpec:
		return position(place)
	case spec.LayerSchema, spec.LayerSet:
		return layer.String()
	}
	return position(place) + " " + layer.String()
}

// withLines writes behind each line of an encoded manifest where it stands.
func withLines(o manifest.Object, encoded []byte) ([]byte, error) {
	return render.Comment(encoded, func(at []string) string {
		place, _ := o.Place(at)
		return position(place)
	})
}

func position(place diag.Place) string {
	return fmt.Sprintf("%s:%d", escape.Line(place.File), place.Line)
}
