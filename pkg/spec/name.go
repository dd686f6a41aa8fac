package spec

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jobgen-dev/jobgen/internal/yaml11"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/schema"
)

// nameTypes are the types of the names of objects.
var nameTypes = []string{"DNSLabel", "DNSName", "JobName", "NamePrefix", "RBACName"}

// bareName reports a boolean or a number where a name is wanted, such as
// `serviceAccount: true`: it could be read as a text, and nobody means that.
func (c *checker) bareName(v value) bool {
	isName := v.typ.Kind == schema.String && v.typ.Enum == nil &&
		(slices.Contains(nameTypes, v.typ.Name) || v.key != nil && strings.HasSuffix(v.key.Text, "Name"))
	if !isName || !isBare(v.node) {
		return false
	}
	c.wrong(v, diag.CodeType, notName(v.node), bareHint(v.node))
	return true
}

// isBare reports whether a text is typed as a boolean or number. What a flag sets is a text.
func isBare(n *source.Node) bool {
	isWord := yaml11.IsWord(n.Text) && len(n.Text) > 1 // a pod named n is one
	return n.Kind == source.Scalar && !n.Quoted && n.Pos.Line > 0 && (isWord || isNumber(n.Text))
}

func isNumber(text string) bool {
	_, notFloat := strconv.ParseFloat(text, 64)
	_, notInt := strconv.ParseInt(text, 0, 64)
	return strings.ContainsAny(text, "0123456789") &&
		(notFloat == nil || notInt == nil || errors.Is(notFloat, strconv.ErrRange) || errors.Is(notInt, strconv.ErrRange))
}

func notName(n *source.Node) string {
	sort := "boolean"
	if isNumber(n.Text) {
		sort = "number"
	}
	return fmt.Sprintf("a name is required here, not the %s %s", sort, n.Text)
}

func bareHint(n *source.Node) string {
	return fmt.Sprintf("write the name; if it is really %s, write %q in quotes", n.Text, n.Text)
}
