package explain

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/manifest"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
)

// Manifest is a line of a file with objects that specs have become.
type Manifest struct {
	Dir   string // the folder that File and Specs are relative to
	File  string
	Line  int
	Specs []string // files, folders and globs with the specs; none for those below Dir
	Color bool
}

// Line writes which line of which spec made a line of a manifest, and which layer of
// the spec that is. The error says why it cannot be told.
func Line(out io.Writer, m Manifest) error {
	written, field, err := m.object()
	if err != nil {
		return err
	}
	candidates, err := m.candidates(written)
	if err != nil {
		return err
	}
	who := fmt.Sprintf("%s %s", written.Kind, written.Name())
	if len(candidates) == 0 {
		return fmt.Errorf("%s:%d: no spec in %s makes the %s", m.File, m.Line, strings.Join(m.specs(), " "), who)
	}
	best := slices.MaxFunc(candidates, func(a, b candidate) int { return a.score(m, field) - b.score(m, field) })
	at, ok := aligned(best.written, best.value, field)
	if !ok {
		return fmt.Errorf("%s:%d: the %s that the specs make has no %s: the file is not what they become now", m.File, m.Line, who, field)
	}
	if _, err := fmt.Fprintf(out, "%s:%d: %s\n", m.File, m.Line, strings.TrimSpace(who+" "+at.String())); err != nil {
		return err
	}
	return diag.List{best.says(at)}.WriteText(out, m.Color)
}

// object finds the object that the line belongs to, and its path in it.
func (m Manifest) object() (*manifest.Object, spec.Path, error) {
	inputs, _, err := source.Find(m.Dir, []string{m.File})
	if err != nil {
		return nil, nil, err
	}
	if len(inputs) != 1 {
		return nil, nil, fmt.Errorf("%s is no file", m.File)
	}
	inputs[0].Named = true
	file, docs, ds, err := source.Read(inputs[0], strings.NewReader(""))
	if err != nil {
		return nil, nil, err
	}
	if ds.HasErrors() {
		return nil, nil, fmt.Errorf("%s: %s", ds[0].Place, ds[0].Message)
	}
	if m.Line < 1 || file.Line(m.Line) == "" && file.Line(m.Line+1) == "" && file.Line(m.Line-1) == "" {
		return nil, nil, fmt.Errorf("%s has no line %d", m.File, m.Line)
	}
	var found *manifest.Object
	for _, doc := range docs {
		if spec.ClassOf(doc) == spec.Written {
			return nil, nil, fmt.Errorf("%s is a spec: name a manifest that one has become", m.File)
		}
		for _, o := range manifest.Read(doc) {
			if o.Line() <= m.Line {
				found = &o
			}
		}
	}
	if found == nil || found.Kind == "" || found.Name() == "" {
		return nil, nil, fmt.Errorf("%s:%d: no Kubernetes object with a kind and a name stands there", m.File, m.Line)
	}
	return found, found.At(m.Line), nil
}

func (m Manifest) specs() []string {
	if len(m.Specs) > 0 {
		return m.Specs
	}
	return []string{"."}
}

// candidate is an object that may be the one that was written to the file.
type candidate struct {
	compile.Object
	environment    string
	value, written map[string]any
}

// stands tells what may stand in a file for a Secret.
var stands = map[string]string{"SealedSecret": "Secret", "ExternalSecret": "Secret"}

// candidates makes the objects of all specs, and returns those of the kind and name
// of the one that is written.
func (m Manifest) candidates(written *manifest.Object) ([]candidate, error) {
	var text map[string]any
	if err := json.Unmarshal(written.JSON(), &text); err != nil {
		return nil, err
	}
	var found []candidate
	add := func(environment string, objects []build.Object) error {
		for _, o := range objects {
			if !same(o.Object, text, written) {
				continue
			}
			encoded, err := render.JSON(o.Value)
			if err != nil {
				return err
			}
			c := candidate{Object: o.Object, environment: environment, written: text}
			if err := json.Unmarshal(encoded, &c.value); err != nil {
				return err
			}
			found = append(found, c)
		}
		return nil
	}
	for _, all := range []bool{false, true} {
		_, err := build.Run(build.Options{
			Dir: m.Dir, Args: m.specs(), Stdin: strings.NewReader(""), AllEnvironments: all,
			Made: func(made build.Made) error {
				err := add("", made.Base)
				for _, e := range made.Environments {
					err = errors.Join(err, add(e.Name, e.Objects))
				}
				return err
			},
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// same reports whether an object may be the one that is written. A patch, and what
// kustomize gives a namespace, need not say the namespace.
func same(o compile.Object, text map[string]any, written *manifest.Object) bool {
	kind := written.Kind
	if stood := stands[kind]; stood != "" {
		kind = stood
	}
	meta, _ := text["metadata"].(map[string]any)
	namespace, _ := meta["namespace"].(string)
	name := written.Name()
	return o.Kind == kind && (name == o.Key().Name || name == o.Plain) && (namespace == "" || namespace == o.Meta.Namespace)
}

// score says how probable it is that the candidate is the object in the file.
func (c candidate) score(m Manifest, field spec.Path) int {
	score := 0
	if c.environment != "" && slices.Contains(strings.Split(path.Dir(filepath.ToSlash(m.File)), "/"), c.environment) {
		score += 4
	}
	if reflect.DeepEqual(c.value, c.written) {
		score += 2
	}
	if at, ok := aligned(c.written, c.value, field); ok && reflect.DeepEqual(lead(c.value, at), lead(c.written, field)) {
		score++
	}
	return score
}

// lead returns what a path leads to, nil if there is nothing.
func lead(v any, at spec.Path) any {
	for _, step := range at {
		switch inner := v.(type) {
		case map[string]any:
			v = inner[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(inner) {
				return nil
			}
			v = inner[i]
		default:
			return nil
		}
	}
	return v
}

// aligned returns the path in an object of what stands at a path of a patch of it,
// whose lists may hold fewer items. It is false where the object has nothing there.
func aligned(from, to any, field spec.Path) (spec.Path, bool) {
	var at spec.Path
	for i, step := range field {
		if list, ok := lead(to, at).([]any); ok {
			step = twin(lead(from, field[:i+1]), list, step)
		}
		at = at.With(step)
		if inner, ok := lead(to, at[:i]).(map[string]any); ok {
			if _, there := inner[step]; !there {
				return nil, false
			}
		} else if lead(to, at) == nil {
			return nil, false
		}
	}
	return at, true
}

// twin returns the number of the item that merging takes for another.
func twin(item any, list []any, number string) string {
	fields, _ := item.(map[string]any)
	for _, key := range []string{"name", "mountPath", "devicePath", "containerPort"} {
		if fields[key] == nil {
			continue
		}
		for i, other := range list {
			if o, ok := other.(map[string]any); ok && o[key] == fields[key] {
				return strconv.Itoa(i)
			}
		}
	}
	return number
}

// says tells where a field of the object came from.
func (c candidate) says(field spec.Path) diag.Diagnostic {
	origin := c.origin(field)
	place, _ := c.Job.Place(origin)
	layer, exact := c.Job.Layer(origin)
	for ; !exact && len(origin) > 1; layer, exact = c.Job.Layer(origin) {
		origin = origin[:len(origin)-1]
	}
	d := diag.Diagnostic{Severity: diag.Note, Place: place, Message: fmt.Sprintf("made by %s, set by %s", origin, layer)}
	if len(origin) == 1 || layer == spec.LayerSchema { // no line says so; the Job's name shows which spec it is
		d.Place, _ = c.Job.Place(spec.Path{"metadata", "name"})
	}
	switch {
	case len(origin) == 1:
		d.Message = "made by jobgen itself, of the spec as a whole"
	case layer == spec.LayerSchema:
		d.Message = fmt.Sprintf("made by the language's default of %s", origin)
	default:
		d.Related = c.parts(origin, layer, place)
	}
	if c.environment != "" {
		d.Message += ", in the environment " + c.environment
	}
	return d
}

// origin is Origin, and for a label the field that has it: lowering gathers labels
// from several.
func (c candidate) origin(field spec.Path) spec.Path {
	origin := c.Origin(field)
	if _, exact := c.Job.Layer(origin); exact || len(field) < 2 || field[len(field)-2] != "labels" {
		return origin
	}
	for _, at := range []spec.Path{{"spec", "commonLabels"}, {"metadata", "labels"}} {
		label := at.With(field[len(field)-1])
		if _, exact := c.Job.Layer(label); exact {
			return label
		}
	}
	return origin
}

// parts returns the places of the fields in a map that the layer has set, where the
// map itself stands somewhere else.
func (c candidate) parts(origin spec.Path, layer spec.Layer, place diag.Place) []diag.Related {
	fields, _ := lead(c.Job.Public(), origin).(map[string]any)
	var parts []diag.Related
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		at := origin.With(name)
		stands, _ := c.Job.Place(at)
		if of, ok := c.Job.Layer(at); ok && of == layer && stands.Line != place.Line {
			parts = append(parts, diag.Related{Place: stands, Message: at.String() + " stands here"})
		}
	}
	return parts
}
