package validate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ParseMinors reads which Kubernetes minors are meant: one such as "1.31", a
// range such as "1.30-1.33", ">=1.30" or "<=1.33", or "all". It returns them
// oldest first, and an error for text of another form and for a minor that is not
// known.
func ParseMinors(text string) ([]string, error) {
	minors, older, err := KnownMinors(text)
	if older {
		return nil, unknownMinors(text)
	}
	return minors, err
}

// KnownMinors is ParseMinors for ranges that begin before the oldest known minor too.
// It returns those of the minors that are known, and whether the range begins before.
func KnownMinors(text string) (minors []string, older bool, err error) {
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
	if older = before(from, known[0]); older && from != to {
		from = known[0]
	}
	first, last := slices.Index(known, from), slices.Index(known, to)
	if first < 0 || last < first {
		return nil, false, unknownMinors(text)
	}
	return known[first : last+1], older, nil
}

// before reports whether a text is a minor of version 1 and older than another one.
func before(text, minor string) bool {
	number := func(text string) (int, error) {
		digits, one := strings.CutPrefix(text, "1.")
		if !one {
			return 0, strconv.ErrSyntax
		}
		n, err := strconv.ParseUint(digits, 10, 16)
		return int(n), err
	}
	n, err := number(text)
	oldest, _ := number(minor)
	return err == nil && n < oldest
}

func unknownMinors(text string) error {
	known := Minors()
	return fmt.Errorf("unknown Kubernetes version %s: write one of %s to %s, a range such as %s-%s or >=%s, or all",
		strconv.Quote(text), known[0], known[len(known)-1], known[1], known[2], known[1])
}
