package validate

import (
	"fmt"
	"maps"
	"slices"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
)

// largeExponent matches exponents of six digits and more.
// k8s.io/apimachinery/pkg/api/resource.ParseQuantity writes the number out with as many
// digits as the exponent says, which takes seconds for 1e-9999999, and does not end for
// the largest.
var largeExponent = lazyregexp.New(`[eE][-+]?0*[1-9][0-9]{5,}$`)

// longestQuantity is how many characters of a quantity are read: the time that
// ParseQuantity takes grows with their square.
const longestQuantity = 1000

// isEndless reports whether a quantity is not to be read.
func isEndless(quantity string) bool {
	return len(quantity) > longestQuantity || largeExponent.MatchString(quantity)
}

// endlessIn finds the quantities in an object of a kind that nobody should read.
func (s *Schema) endlessIn(tree any, kind string) []Finding {
	at, _ := find(s.shapes, kind)
	return endlessAt(nil, nil, tree, &shapes[at])
}

func endlessAt(findings []Finding, at path, value any, s *shape) []Finding {
	switch value := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			inner, inMap := s.inner, s.is == aMap
			if !inMap {
				var known bool
				if inner, known = find(s.fields, name); !known {
					continue
				}
			}
			findings = endlessAt(findings, at.then(step{key: name, index: -1, inMap: inMap}), value[name], &shapes[inner])
		}
	case []any:
		if s.is == aList {
			for i, item := range value {
				findings = endlessAt(findings, at.then(step{index: i}), item, &shapes[s.inner])
			}
		}
	case string:
		if s.is == aQuantity && len(value) > longestQuantity {
			findings = append(findings, newFinding(at, Endless, fmt.Sprintf("this quantity has %d characters: more than %d are not read, since any program with the API server's code takes too long to", len(value), longestQuantity)))
		} else if s.is == aQuantity && isEndless(value) {
			findings = append(findings, newFinding(at, Endless, fmt.Sprintf("%s is no quantity: its exponent has too many digits, and the API server would not come to an end with it", value)))
		}
	}
	return findings
}
