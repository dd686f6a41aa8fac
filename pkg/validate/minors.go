package validate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ParseMinors reads which Kubernetes minors are meant: one such as "1.31", a
// range such as "1.30-1.33", ">=1.30" or "<=1.33", or "all". It returns them
// oldest first, and an error for what is none or names a minor that is not
// known.
func ParseMinors(text string) ([]string, error) {
	known := Minors()
	from, to := known[0], known[len(known)-1]
	switch {
	case text == "all":
	case strings.HasPrefix(text, ">="):
		from = strings.TrimSpace(text[2:])
	case strings.HasPrefix(text, "<="):
		to = strings.TrimSpace(text[2:])
	case strings.Contains(text, "-"):
		from, to, _ = strings.Cut(text, "-")
	default:
		from, to = text, text
	}
	first, last := slices.Index(known, from), slices.Index(known, to)
	if first < 0 || last < first {
		return nil, fmt.Errorf("unknown Kubernetes version %s: write one of %s to %s, a range such as %s-%s or >=%s, or all",
			strconv.Quote(text), known[0], known[len(known)-1], known[1], known[2], known[1])
	}
	return known[first : last+1], nil
}
