package spec

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/schema"
)

// rewordNodes puts other characters into the strings of a tree, and into its keys
// below a depth, where they are no longer the names of fields.
func rewordNodes(n *source.Node, letters *strings.Replacer, depth int) {
	if n.Kind == source.Scalar && n.Quoted {
		n.Text = letters.Replace(n.Text)
	}
	for _, f := range n.Fields {
		if depth <= 0 {
			f.Key.Text = letters.Replace(f.Key.Text)
		}
		rewordNodes(f.Value, letters, depth-1)
	}
	for _, item := range n.Items {
		rewordNodes(item, letters, depth)
	}
}

// TestRememberedRules shows the rules documents that differ from one in which they
// found nothing: where they are remembered to find nothing, they must find nothing.
func TestRememberedRules(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	rules := schema.Rules().Document
	remembered, told := 0, 0
	for _, rc := range ruleCases {
		broken, mended := rc.documents()
		c := checked(t, mended)
		inputs := func(c *checker) []ruleInput {
			return []ruleInput{{"spec", c.root.Get("spec")}, {"metadata", c.root.Get("metadata")}}
		}
		visit, fine := memoryOf(rules).look(inputs(c))
		if concerned := c.apply(rules, c.inputsOf(inputs(c)), nil, false); len(c.ds) > 0 {
			if fine {
				t.Errorf("remembered to find nothing in\n%s", mended)
			}
			continue
		} else if !fine {
			visit.remember(concerned)
		}
		if _, again := memoryOf(rules).look(inputs(c)); !again {
			t.Errorf("not remembered:\n%s", mended)
		}
		if wrong := checked(t, broken); len(wrong.bad) == 0 {
			wrong.apply(rules, wrong.inputsOf(inputs(wrong)), nil, false)
			if _, fine := memoryOf(rules).look(inputs(wrong)); fine && len(wrong.ds) > 0 {
				t.Errorf("remembered to find nothing in\n%s", broken)
			} else if len(wrong.ds) > 0 {
				told++
			}
		}
		for _, depth := range []int{2, 3, 5} {
			other := checked(t, mended)
			rewordNodes(other.root, otherLetters(rng), depth)
			if _, fine := memoryOf(rules).look(inputs(other)); !fine {
				continue
			}
			remembered++
			if other.apply(rules, other.inputsOf(inputs(other)), nil, false); len(other.ds) > 0 {
				t.Errorf("remembered to find nothing in\n%v", other.plain(other.root))
			}
		}
	}
	if remembered < 50 || told < 50 {
		t.Errorf("%d documents were remembered and %d told apart, which shows little", remembered, told)
	}
}

// TestNamesAreToldApart has names that hold what separates names.
func TestNamesAreToldApart(t *testing.T) {
	rules := schema.Rules().Container
	inputs := func(text string) []ruleInput {
		return []ruleInput{{"container", checked(t, "apiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata: {name: a}\nspec:\n  image: b\n"+text).root.Get("spec")}}
	}
	const volume = `  volumes: {v: {csi: {driver: d, volumeAttributes: {"%s": "1"}}}}` + "\n"
	one, _ := memoryOf(rules).look(inputs(fmt.Sprintf(volume, "hugepages-x.command.script")))
	other, _ := memoryOf(rules).look(inputs(fmt.Sprintf(volume, "hugepages-x") + "  command: [a]\n  script: echo\n"))
	if one.names == other.names {
		t.Error("a name with dots is taken for several fields")
	}
}
