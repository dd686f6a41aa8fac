package validate

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"k8s.io/kube-openapi/pkg/util/proto"
)

// Place is where in an object something is, and what may stand there.
type Place struct {
	steps  path
	schema proto.Schema
}

// Locate finds the place that the API server means by a path such as
// spec.containers[0].env[1].name or data[a.b], in an object whose kind is one that
// jobgen emits. The keys of maps are told by the object: they may have dots and
// brackets themselves. Where the path leads out of the schema, the place is the
// last one inside, and the second result is false.
func (s *Schema) Locate(object map[string]any, text string) (Place, bool) {
	kind, _ := object["kind"].(string)
	at := Place{schema: resolve(s.models()[kind])}
	var value any = object
	for text != "" {
		next, rest, ok := at.next(value, text)
		if !ok {
			return at, false
		}
		steps, inner := at.steps.enter(next, at.schema)
		at.steps, at.schema, text = steps, inner, rest
		value = next.of(value)
	}
	return at, true
}

// next reads the first step of a path out of the place, where the object has the
// value.
func (p Place) next(value any, text string) (s step, rest string, ok bool) {
	inside, bracket := strings.CutPrefix(text, "[")
	text = strings.TrimPrefix(text, ".")
	end := len(text)
	if i := strings.IndexAny(text, ".["); i >= 0 {
		end = i
	}
	switch at := p.schema.(type) {
	case *proto.Array:
		number, rest, closed := strings.Cut(inside, "]")
		index, err := strconv.Atoi(number)
		return step{index: index}, rest, bracket && closed && err == nil && index >= 0
	case *proto.Map:
		key := mapKey(value, text, bracket)
		if bracket {
			_, rest, closed := strings.Cut(inside[min(len(key), len(inside)):], "]")
			return field(key), rest, closed
		}
		return field(key), text[len(key):], true
	case *proto.Kind:
		name, rest := text[:end], text[end:]
		if bracket {
			name, rest, _ = strings.Cut(inside, "]")
		}
		if at.Fields[name] == nil {
			// The server writes some names as in Go: HostPID, cephFS.
			for _, known := range at.Keys() {
				if strings.EqualFold(known, name) {
					name = known
				}
			}
		}
		return field(name), rest, at.Fields[name] != nil
	}
	return step{}, "", false
}

// mapKey returns the key of a map that a path goes on with: the longest that the
// map has, else what there is up to the next bracket or dot.
func mapKey(value any, text string, bracket bool) string {
	stops, suffix := ".[", ""
	if bracket {
		text, stops, suffix = text[1:], "]", "]"
	}
	entries, _ := value.(map[string]any)
	for end := len(text); end >= 0; end-- { // the map may have many keys, each with a fault
		key, closed := strings.CutSuffix(text[:end], suffix)
		if !closed || end < len(text) && text[end] != '.' && text[end] != '[' {
			continue
		}
		if _, there := entries[key]; there {
			return key
		}
	}
	if i := strings.IndexAny(text, stops); i >= 0 {
		return text[:i]
	}
	return text
}

// of returns what the step leads to in a value, nil if there is nothing.
func (s step) of(value any) any {
	switch value := value.(type) {
	case map[string]any:
		if s.index < 0 {
			return value[s.key]
		}
	case []any:
		if s.index >= 0 && s.index < len(value) {
			return value[s.index]
		}
	}
	return nil
}

// In returns what the object has at the place, nil if it has nothing.
func (p Place) In(object any) any {
	for _, s := range p.steps {
		object = s.of(object)
	}
	return object
}

// Entry returns the place of a key of the map at the place.
func (p Place) Entry(key string) Place {
	steps, schema := p.steps.enter(field(key), p.schema)
	return Place{steps, schema}
}

// Item returns the place of an item of the list at the place.
func (p Place) Item(index int) Place {
	steps, schema := p.steps.enter(step{index: index}, p.schema)
	return Place{steps, schema}
}

// String returns the place as Finding.Path has it.
func (p Place) String() string { return p.steps.String() }

// Mismatch says which sort of value the place wants, "" if the value is of it.
func (p Place) Mismatch(value any) string {
	is := wrongType("", value)
	wants := wanted(p.schema)
	if p.schema == nil || strings.HasSuffix(is, wants) || wants == "a number or a string" && value != nil {
		return ""
	}
	return wants + is
}

// Finding returns a finding at the place.
func (p Place) Finding(reason Reason, message string) Finding {
	return newFinding(p.steps, reason, message)
}

// Compare orders findings by path, list items by number.
func (f Finding) Compare(g Finding) int {
	return cmp.Or(slices.CompareFunc(f.steps, g.steps, step.compare),
		cmp.Compare(f.Reason, g.Reason), cmp.Compare(f.Name, g.Name), cmp.Compare(f.Message, g.Message))
}

// Without returns a copy of the object that lacks the unknown fields among the
// findings. That is what a server makes of it that is not asked to be strict.
func Without(object map[string]any, findings []Finding) map[string]any {
	var unknown []path
	for _, f := range findings {
		if f.Reason == UnknownField {
			unknown = append(unknown, f.steps)
		}
	}
	return without(object, unknown).(map[string]any)
}

// without returns a copy of a value that lacks what paths from it lead to.
func without(value any, at []path) any {
	if len(at) == 0 {
		return value
	}
	inner := map[step][]path{} // by the first step: the rest of the paths
	for _, p := range at {
		s := step{key: p[0].key, index: p[0].index}
		inner[s] = append(inner[s], p[1:])
	}
	isEnd := func(p path) bool { return len(p) == 0 }
	switch value := value.(type) {
	case map[string]any:
		shallow := make(map[string]any, len(value))
		for key, v := range value {
			if rest := inner[step{key: key, index: -1}]; !slices.ContainsFunc(rest, isEnd) {
				shallow[key] = without(v, rest)
			}
		}
		return shallow
	case []any:
		shallow := slices.Clone(value)
		for s, rest := range inner {
			if i := s.index; i >= 0 && i < len(value) {
				shallow[i] = without(value[i], slices.DeleteFunc(rest, isEnd))
			}
		}
		return shallow
	}
	return value
}
