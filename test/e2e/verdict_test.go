package e2e_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jobgen-dev/jobgen/pkg/validate/cluster"
)

// jobgen returns what jobgen says of the creation of objects.
func (s server) jobgen(t *testing.T, all []object) []verdict {
	t.Helper()
	texts := make([][]byte, len(all))
	for i, o := range all {
		texts[i] = encoded(o)
	}
	findings, err := cluster.Objects(texts, cluster.Options{Minors: []string{s.Minor()}, Checks: []cluster.Check{cluster.OpenAPI, cluster.Server}})
	if err != nil {
		t.Fatal(err)
	}
	verdicts := make([]verdict, len(all))
	for i := range all {
		v := &verdicts[i]
		for _, f := range findings[i] {
			if !f.Warning {
				v.refused = true
				v.fields = append(v.fields, f.Path)
				v.message += fmt.Sprintf("%s %s: %s: %s\n", f.Check, f.Path, f.Reason, f.Message)
			}
		}
	}
	return verdicts
}

// encoded writes an object as JSON. What the tests make always can be.
func encoded(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return text
}

var (
	indexes = regexp.MustCompile(`\[[^\]]*\]`)
	quoted  = regexp.MustCompile(`\\?"(?:[^"\\]|\\.)*"|\d+`)
)

// difference says briefly how two answers differ, the same for those that are
// alike.
func (a answer) difference(o object) string {
	if a.server.refused {
		fields := slices.Clone(a.server.fields)
		for i, f := range fields {
			fields[i] = indexes.ReplaceAllString(f, "")
		}
		if fields == nil {
			message := quoted.ReplaceAllString(a.server.message, "…")
			fields = []string{message[:min(len(message), 120)]}
		}
		slices.Sort(fields)
		return fmt.Sprintf("%s refused by the server %v", o["kind"], slices.Compact(fields))
	}
	message := quoted.ReplaceAllString(indexes.ReplaceAllString(a.jobgen.message, ""), "…")
	return fmt.Sprintf("%s refused by jobgen %s", o["kind"], message[:min(len(message), 200)])
}

// plain brings paths into one form: without quotes, and keys of maps as fields.
var plain = strings.NewReplacer(`"`, "", "[", ".", "]", "")

// overlap reports whether a path of one list leads to one of the other, or through it.
func overlap(some, others []string) bool {
	for _, a := range some {
		for _, b := range others {
			a, b := plain.Replace(a)+".", plain.Replace(b)+"."
			if strings.HasPrefix(a, b) || strings.HasPrefix(b, a) {
				return true
			}
		}
	}
	return false
}

// explain shows what both say of the smallest part of an object that they still
// say different things of.
func (s server) explain(t *testing.T, o object) string {
	t.Helper()
	o = s.smallest(t, o)
	a := s.both(t, o)
	text, err := json.MarshalIndent(o, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	words := map[bool]string{true: "refuses", false: "accepts"}
	return fmt.Sprintf("%s\nthe server %s it: %s\njobgen %s it: %s", text, words[a.server.refused], a.server.message, words[a.jobgen.refused], a.jobgen.message)
}

// both asks about one object.
func (s server) both(t *testing.T, o object) answer {
	t.Helper()
	v, err := s.dryRun(o, encoded(o))
	if err != nil {
		t.Fatal(err)
	}
	return answer{v, s.jobgen(t, []object{o})[0]}
}

// smallest takes fields and items out of an object as long as the answers differ
// in the same direction.
func (s server) smallest(t *testing.T, o object) object {
	t.Helper()
	want := s.both(t, o)
	for {
		smaller := reduce(o, func(o object) bool {
			a := s.both(t, o)
			return !a.agree() && a.server.refused == want.server.refused
		})
		if len(encoded(smaller)) == len(encoded(o)) {
			return o
		}
		o = smaller
	}
}

// reduce returns the object without the parts that it keeps its property without.
func reduce(o object, keeps func(object) bool) object {
	reduced, _ := smaller(o, func(value any) bool { return keeps(value.(object)) }).(object)
	return reduced
}

// smaller returns a value without the parts that can go. The larger ones are tried
// first, being outside.
func smaller(value any, keeps func(any) bool) any {
	switch value := value.(type) {
	case object:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			without := maps.Clone(value)
			delete(without, key)
			if key != "kind" && key != "apiVersion" && keeps(without) {
				return smaller(without, keeps)
			}
		}
		reduced := maps.Clone(value)
		for _, key := range slices.Sorted(maps.Keys(value)) {
			reduced[key] = smaller(reduced[key], func(inner any) bool {
				with := maps.Clone(reduced)
				with[key] = inner
				return keeps(with)
			})
		}
		return reduced
	case []any:
		for i := range value {
			if without := slices.Delete(slices.Clone(value), i, i+1); keeps(without) {
				return smaller(without, keeps)
			}
		}
		reduced := slices.Clone(value)
		for i := range value {
			reduced[i] = smaller(reduced[i], func(inner any) bool {
				with := slices.Clone(reduced)
				with[i] = inner
				return keeps(with)
			})
		}
		return reduced
	}
	return value
}
