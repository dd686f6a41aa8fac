package cluster

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/validate"
)

// options completes the options and refuses those that do not exist.
func (r *run) options() (err error) {
	if r.opts.Minors == nil {
		r.opts.Minors = []string{validate.NewestMinor}
	}
	r.opts.Minors = inOrder(r.opts.Minors)
	if r.opts.Checks == nil {
		r.opts.Checks = Checks()
	}
	for _, check := range r.opts.Checks {
		if !slices.Contains(Checks(), check) {
			return fmt.Errorf("no check %q is known, only %v", check, Checks())
		}
		r.checks[check] = true
	}
	if r.newest, err = validate.OpenAPI(validate.NewestMinor); err != nil {
		return err
	}
	switch level := r.opts.PodSecurity; level {
	case "", "privileged":
	case "baseline", "restricted":
		if r.checks[Security] {
			r.guard = newGuard(level)
		}
	default:
		return fmt.Errorf("no Pod Security level %q is known, only baseline, restricted and privileged", level)
	}
	r.asked = fmt.Append(nil, r.opts.Minors, r.opts.Checks, r.opts.PodSecurity, "\x00")
	return nil
}

// inOrder returns the minors oldest first and each once. Those that are not known
// are refused where their document is read.
func inOrder(minors []string) []string {
	known := validate.Minors()
	sorted := slices.Clone(minors)
	slices.SortFunc(sorted, func(a, b string) int {
		i, j := slices.Index(known, a), slices.Index(known, b)
		if i < 0 || j < 0 {
			return strings.Compare(a, b)
		}
		return i - j
	})
	return slices.Compact(sorted)
}
