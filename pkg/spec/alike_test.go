package spec

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/jobgen-dev/jobgen/schema"
)

// reworded copies a value with other characters in its strings, such that they keep
// their length, their order and which of them are equal.
func reworded(v any, letters *strings.Replacer) any {
	switch v := v.(type) {
	case string:
		return letters.Replace(v)
	case map[string]any:
		m := make(map[string]any, len(v))
		for key, value := range v {
			m[letters.Replace(key)] = reworded(value, letters)
		}
		return m
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = reworded(item, letters)
		}
		return list
	}
	return v
}

// otherLetters replaces the characters of most strings by others in the same order.
func otherLetters(rng *rand.Rand) *strings.Replacer {
	used := "-./0123456789:=_abcdefghijklmnopqrstuvwxyz"
	var free []byte
	for c := byte('!'); c <= '~'; c++ {
		free = append(free, c)
	}
	for len(free) > len(used) {
		i := rng.IntN(len(free))
		free = slices.Delete(free, i, i+1)
	}
	var pairs []string
	for i := range used {
		pairs = append(pairs, used[i:i+1], string(free[i]))
	}
	return strings.NewReplacer(pairs...)
}

// rewordedBelow is reworded but for the keys of the outer maps, which are mostly
// the names of fields.
func rewordedBelow(v map[string]any, letters *strings.Replacer, depth int) map[string]any {
	m := make(map[string]any, len(v))
	for key, value := range v {
		inner, isMap := value.(map[string]any)
		if isMap && depth > 0 {
			m[key] = rewordedBelow(inner, letters, depth-1)
			continue
		}
		m[key] = reworded(value, letters)
	}
	return m
}

// TestAlikeRules runs each rule on the documents of all cases and on others that it
// says it tells alike: it must find something in both or in none.
func TestAlikeRules(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	compared, found := 0, map[string]bool{}
	try := func(rule *schema.Rule, inputs map[string]map[string]any) {
		for _, depth := range []int{0, 1, 3} {
			other := map[string]map[string]any{}
			letters := otherLetters(rng)
			for name, input := range inputs {
				if input == nil {
					return
				}
				other[name] = rewordedBelow(input, letters, depth)
			}
			if !rule.Alike(inputs, other) {
				continue
			}
			var one, two []ruleFinding
			first, err := rule.Apply(inputs, &one)
			second, otherErr := rule.Apply(other, &two)
			if (err == nil) != (otherErr == nil) || first != second {
				t.Errorf("%s finds %v, %v in\n%v\nand %v, %v in\n%v", rule.Name, one, err, inputs, two, otherErr, other)
			}
			compared++
			found[rule.Name] = found[rule.Name] || first
		}
	}
	for _, rc := range ruleCases {
		broken, mended := rc.documents()
		for _, text := range []string{broken, mended} {
			c := checked(t, text)
			root := c.plain(c.root).(map[string]any)
			spec, _ := root["spec"].(map[string]any)
			metadata, _ := root["metadata"].(map[string]any)
			if set := alone(rc.rule); len(set.Document) > 0 {
				try(set.Document[0], map[string]map[string]any{"spec": spec, "metadata": metadata})
			}
			for _, rule := range schema.Rules().Container {
				try(rule, map[string]map[string]any{"container": spec})
			}
		}
	}
	if compared < 1000 || len(found) < 10 {
		t.Errorf("%d comparisons, of %d rules that found something, show little", compared, len(found))
	}
}
