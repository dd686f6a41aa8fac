package spec

import (
	"slices"
	"strings"
	"sync"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/suggest"
	"github.com/jobgen-dev/jobgen/schema"
)

// open are the fields of a Secret whose texts are no secrets.
var open = []string{"env", "file", "files", "immutable", "key", "property", "type", "version"}

// Conceal withholds the lines of a spec or project file that may hold secrets from every
// place and text that is made of its file. Documents of other kinds stay as they are.
func Conceal(doc source.Document) {
	if ClassOf(doc) != Written {
		return
	}
	c := newChecker(doc.File, doc.Root)
	if scalarText(doc.Root.Get("kind")) == "Project" {
		c.concealProject()
		return
	}
	c.conceal(doc.Root)
}

// conceal withholds what may be secret, before anything is said about the document or
// layer n: all of spec.secrets, or of what looks like a slip of it. A mistake may be on the
// same line, or be that the secret is in the wrong place.
func (c *checker) conceal(n *source.Node) {
	c.concealFields(n, 0, false)
	if len(c.secrets) > 0 {
		c.concealCopies(n)
	}
}

// concealCopies masks the texts that are secrets elsewhere in the document: an alias that
// another tool has replaced by its text leaves such.
func (c *checker) concealCopies(n *source.Node) {
	if n.Kind == source.Scalar && len(n.Text) >= shortestSecret && c.secrets[n.Text] {
		n.Mask()
	}
	for _, f := range n.Fields {
		c.concealCopies(f.Value)
	}
	for _, item := range n.Items {
		c.concealCopies(item)
	}
}

// shortestSecret is the length of the shortest text that is taken for a secret wherever it is.
const shortestSecret = 4

// concealFields conceals the fields of n, at that depth of the document, inside of
// secrets or not.
func (c *checker) concealFields(n *source.Node, depth int, inside bool) {
	for _, f := range n.Fields {
		name := f.Key.Text
		if inside && slices.Contains(open, name) && isOpen(name, f.Value) {
			continue
		}
		if inside && name == "registry" {
			c.concealRegistry(f.Value, depth+1)
			continue
		}
		if inside && !mayBeNamed(f) {
			f.Key.Mask()
		}
		if inside && f.Value.Kind == source.Scalar {
			c.mask(f.Value)
		}
		within := inside || depth == 1 && likeSecrets(name) || name == "secret" && (depth == 1 || f.Value.Get("data") != nil) || source.IsSecrets(name)
		if within && !inside && f.Key.File != nil {
			f.Key.File.Withhold(f)
		}
		c.concealFields(f.Value, depth+1, within)
	}
	for _, item := range n.Items {
		if inside && item.Kind == source.Scalar {
			c.mask(item)
		}
		c.concealFields(item, depth+1, inside)
	}
}

// concealRegistry conceals a login, all but the server and the user.
func (c *checker) concealRegistry(n *source.Node, depth int) {
	rest := *n
	rest.Fields = slices.DeleteFunc(slices.Clone(n.Fields), func(f source.Field) bool {
		return f.Key.Text == "server" || f.Key.Text == "username"
	})
	if n.Kind == source.Scalar {
		c.mask(n)
	}
	c.concealFields(&rest, depth, true)
}

// mask hides the lines of a secret text, and the text itself wherever an alias
// or a reference brings it to another field.
func (c *checker) mask(n *source.Node) {
	n.Mask()
	c.secrets[n.Text] = true
}

// likeSecrets reports whether a name that no field of spec has speaks of secrets.
func likeSecrets(name string) bool {
	return strings.Contains(strings.ToLower(name), "secret") && schema.Model().Field("spec").Type.Field(name) == nil && !suggest.IsSlip(name, "imagePullSecrets")
}

// A variable and a file are named in messages where they look like one: somebody may have
// typed the password itself.
var (
	looksLikeVariable = lazyregexp.New(`^[A-Z_][A-Z0-9_]*$`)
	looksLikeFile     = lazyregexp.New(`/|\*|\.[a-z]{1,8}$`)
)

// isOpen reports whether a value has the shape that an open field wants, so that
// it is one and no key of that name.
func isOpen(name string, n *source.Node) bool {
	fits := func(n *source.Node) bool {
		return n.Kind == source.Scalar && (name != "env" || looksLikeVariable.MatchString(n.Text)) &&
			(name != "file" && name != "files" || looksLikeFile.MatchString(n.Text))
	}
	return fits(n) || n.Kind == source.List && !slices.ContainsFunc(n.Items, func(n *source.Node) bool { return !fits(n) })
}

// mayBeNamed reports whether the key of a field within secrets may be named in a message:
// it is a field of the language or a slip of one, or has something below it, and so is
// the name of a Secret or of a key in one. Any other may be half of a password, as in
// {value: abc,hunter2}.
func mayBeNamed(f source.Field) bool {
	return len(f.Value.Fields)+len(f.Value.Items) > 0 ||
		slices.ContainsFunc(secretFields(), func(name string) bool { return f.Key.Text == name || suggest.IsSlip(f.Key.Text, name) })
}

// secretFields are the names of all fields within spec.secrets.NAME.
var secretFields = sync.OnceValue(func() []string {
	var names []string
	var visit func(t *schema.Type)
	visit = func(t *schema.Type) {
		for _, f := range t.Fields {
			names = append(names, f.Name)
			visit(f.Type)
		}
		if t.Elem != nil {
			visit(t.Elem)
		}
	}
	visit(schema.Model().Field("spec").Type.Field("secrets").Type)
	return names
})
