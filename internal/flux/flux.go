// Package flux holds the rules of Flux's variable substitution, which replaces ${NAME} and
// $$ in every text of an object (https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution).
package flux

import (
	"slices"
	"strings"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
)

// run matches dollars and what of a variable stands behind them.
var run = lazyregexp.New(`\$+(\{([a-zA-Z_][a-zA-Z0-9_]*)(:[-=][^${}\n]*)?\}|\{[a-zA-Z_]?)?`)

// Fills reports whether a text contains one of the variables, as ${NAME}, ${NAME:-default}
// or ${NAME:=default}.
func Fills(text string, variables []string) bool {
	return slices.ContainsFunc(run.FindAllStringSubmatchIndex(text, -1), func(at []int) bool {
		return fills(text, at, variables) && at[2] != at[0]+2 // $${NAME} is the text itself
	})
}

func fills(text string, at []int, variables []string) bool {
	return at[4] >= 0 && slices.Contains(variables, text[at[4]:at[5]])
}

// Unfilled reports whether a text contains what looks like a variable of Flux, but is not
// one of the variables in a form that Fills knows.
func Unfilled(text string, variables []string) bool {
	return slices.ContainsFunc(run.FindAllStringSubmatchIndex(text, -1), func(at []int) bool {
		return at[3] > at[2]+1 && !fills(text, at, variables)
	})
}

// Escape returns the text of which Flux makes the given one, but for the variables: every
// other ${ and $$ arrives as typed. For a variable, $${NAME} is how Flux is given the text
// ${NAME}, and stays.
//
//	echo $$ ${HOME} ${CLUSTER} → echo $$$$ $${HOME} ${CLUSTER}
func Escape(text string, variables []string) string {
	var b strings.Builder
	last := 0
	for _, at := range run.FindAllStringSubmatchIndex(text, -1) {
		end := at[1]
		if at[2] >= 0 {
			end = at[2]
		}
		doubled := end - at[0]
		switch filled := fills(text, at, variables); {
		case filled && doubled == 2, at[2] < 0 && doubled == 1:
			doubled = 0
		case filled:
			doubled--
		}
		b.WriteString(text[last:at[0]] + strings.Repeat("$", doubled) + text[at[0]:at[1]])
		last = at[1]
	}
	return b.String() + text[last:]
}
