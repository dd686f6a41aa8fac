package format

import (
	"slices"
	"strings"

	"github.com/jobgen-dev/jobgen/schema"
)

// first are the fields that a reader looks for first, in the order in which they are
// written; the others follow as the reference has them. Most are those of a Job and a
// container; the fields that anywhere stand in front are named twice.
var (
	first = []string{
		"name", "requests",
		"schedule", "timeZone", "suspend", "concurrencyPolicy",
		"image", "imagePullPolicy", "interpreter", "script", "command", "args", "workingDir", "env", "envFrom", "resources", "volumes",
	}
	anywhere = []string{"name", "requests"}
)

// Rank returns the place of a field among those of a struct, for sorting; fields of the
// same place, those of short forms, stay as they are. How a map is merged comes first.
func Rank(t *schema.Type, name string) int {
	if name == "$patch" {
		return -len(first) - 1
	}
	name = strings.TrimSuffix(name, "+") // of what a layer appends
	if at := slices.Index(first, name); at >= 0 && t.Field(name) != nil && (slices.Contains(anywhere, name) || t.Field("image") != nil) {
		return at - len(first)
	}
	if at := slices.IndexFunc(t.Fields, func(f *schema.Field) bool { return f.Name == name }); at >= 0 {
		return at
	}
	return len(t.Fields)
}
