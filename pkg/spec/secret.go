package spec

import (
	"slices"

	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/suggest"
)

// open are the fields of a Secret whose texts are no secrets.
var open = []string{"env", "file", "files", "immutable", "key", "property", "type", "version"}

// conceal masks the texts that may be secrets, before anything is said about
// the document: all that stands in spec.secrets, or what looks like a slip of
// it, but for what is known to be none. A mistake may stand on the same line,
// or be that the secret is in the wrong place. Depth is that of n's fields.
func (c *checker) conceal(n *source.Node, depth int, inside bool) {
	for _, f := range n.Fields {
		name := f.Key.Text
		if inside && slices.Contains(open, name) && isOpen(f.Value) {
			continue
		}
		if inside && f.Value.Kind == source.Scalar {
			c.mask(f.Value)
		}
		c.conceal(f.Value, depth+1, inside || name == "stringData" || depth == 1 && name == "secret" || isSecrets(name))
	}
	for _, item := range n.Items {
		if inside && item.Kind == source.Scalar {
			c.mask(item)
		}
		c.conceal(item, depth+1, inside)
	}
}

// mask hides the lines of a secret text, and the text itself wherever an alias
// or a reference brings it to another field.
func (c *checker) mask(n *source.Node) {
	n.Mask()
	c.secrets[n.Text] = true
}

// isOpen reports whether a value has the shape that an open field wants, so that
// it is one and no key of that name.
func isOpen(n *source.Node) bool {
	scalar := func(n *source.Node) bool { return n.Kind == source.Scalar }
	return scalar(n) || n.Kind == source.List && !slices.ContainsFunc(n.Items, func(n *source.Node) bool { return !scalar(n) })
}

// isSecrets reports whether a name is "secrets" or a slip of it. The name of a
// volume's and a variable's source is no slip.
func isSecrets(name string) bool {
	const want = "secrets"
	return name == want || len(name) >= len(want)-2 && len(name) <= len(want)+2 && name != "secret" && suggest.Distance(name, want) <= 2
}
