package importer

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/jobgen-dev/jobgen/schema"
)

// plain is a text that is written without quotes, such as an octal number.
type plain string

// shorts are the short forms that @short names in the schema, made from the long ones.
// A value that has none is returned as it is.
var shorts = map[string]func(value any) any{
	"claimName":        only("claimName"),
	"createNamespace":  emptyAs(true),
	"dns":              dns,
	"envValue":         only("value"),
	"image":            imageText,
	"mode":             octal,
	"name":             only("name"),
	"podFailurePolicy": failurePolicy,
	"secretName":       only("secretName"),
	"value":            only("value"),
	"volume":           oneMount,
}

// shorten writes a value of a type in its short form, and leaves out what the language
// adds itself.
func shorten(value any, t *schema.Type) any {
	if t == nil {
		return value
	}
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			inside := t.Elem
			if t.Kind == schema.Struct {
				inside = nil
				if f := t.Field(name); f != nil {
					inside = f.Type
				}
			}
			if inside != nil && inside.Default != "" && inner == inside.Default {
				delete(v, name)
				continue
			}
			v[name] = shorten(inner, inside)
		}
	case []any:
		for i, item := range v {
			v[i] = shorten(item, t.Elem)
		}
	}
	if short := shorts[t.Short]; short != nil {
		return short(value)
	}
	return value
}

// only stands for {field: NAME} by NAME.
func only(field string) func(any) any {
	return func(value any) any {
		m, _ := value.(map[string]any)
		if text, ok := m[field].(string); ok && len(m) == 1 {
			return text
		}
		return value
	}
}

// dns writes no port as false; port 53 alone is what a policy has without it.
func dns(value any) any {
	m, _ := value.(map[string]any)
	if ports, ok := m["ports"].([]any); ok && len(ports) == 0 {
		return false
	}
	return value
}

func emptyAs(short any) func(any) any {
	return func(value any) any {
		if m, ok := value.(map[string]any); ok && len(m) == 0 {
			return short
		}
		return value
	}
}

func octal(value any) any {
	n, err := strconv.ParseInt(fmt.Sprint(value), 10, 32)
	if err != nil || n < 0 {
		return value
	}
	return plain(fmt.Sprintf("0%o", n))
}

// oneMount puts a single mount beside the volume's source.
func oneMount(value any) any {
	volume, _ := value.(map[string]any)
	mounts, _ := volume["mounts"].([]any)
	if len(mounts) != 1 {
		return value
	}
	mount, _ := mounts[0].(map[string]any)
	if len(mount) == 0 {
		return value
	}
	delete(volume, "mounts")
	maps.Copy(volume, mount)
	return volume
}

// failurePolicy writes the rules of a podFailurePolicy in its short form where that
// makes the same rules in the same order.
func failurePolicy(value any) any {
	m, _ := value.(map[string]any)
	rules, _ := m["rules"].([]any)
	if len(m) != 1 || len(rules) == 0 {
		return value
	}
	short := map[string]any{}
	order := []string{"ignoreDisruptions", "ignoreExitCodes", "failOnExitCodes"}
	for _, rule := range rules {
		name, what := shortRule(rule)
		at := slices.Index(order, name)
		if at < 0 {
			return value
		}
		short[name] = what
		order = order[at+1:]
	}
	return short
}

// shortRule returns the short form of one rule, "" if it has none.
func shortRule(rule any) (name string, value any) {
	text := string(encode(rule))
	if text == `{"action":"Ignore","onPodConditions":[{"type":"DisruptionTarget"}]}` {
		return "ignoreDisruptions", true
	}
	codes := mapAt(rule, "onExitCodes")
	if r, _ := rule.(map[string]any); len(r) != 2 || len(codes) != 2 || codes["operator"] != "In" {
		return "", nil
	}
	return map[string]string{"Ignore": "ignoreExitCodes", "FailJob": "failOnExitCodes"}[textAt(rule, "action")], codes["values"]
}
