package spec

import (
	"strings"

	"github.com/jobgen-dev/jobgen/internal/flux"
	"github.com/jobgen-dev/jobgen/pkg/source"
)

// filled reports whether a text has no form yet, because Flux fills in a variable of it. A
// layer does not know what another one declares: its texts are checked when all are merged.
func (c *checker) filled(v value) bool {
	if v.typ.Format != "cron" && v.typ.Format != "timezone" {
		return false // Kubernetes' own types hold no text, or a name that others refer to
	}
	return c.partial && strings.Contains(v.node.Text, "${") || c.fills(v.node)
}

// fills reports whether Flux fills in a variable of a text.
func (c *checker) fills(n *source.Node) bool {
	list := c.root.Get("spec").Get("substitute")
	if list == nil || n.Kind != source.Scalar || !strings.Contains(n.Text, "${") {
		return false
	}
	var variables []string
	for _, item := range list.Items {
		variables = append(variables, item.Text)
	}
	return flux.Fills(n.Text, variables)
}

// Filled reports whether Flux fills in a variable of the text at p, so that nobody knows
// what Kubernetes is given.
func (j *Job) Filled(p Path) bool {
	field, steps := Follow(j.check.root, p)
	return steps == len(p) && j.check.fills(field.Value)
}
