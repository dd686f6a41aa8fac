package e2e_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/jobgen-dev/jobgen/internal/golden"
	"github.com/jobgen-dev/jobgen/test/e2e/controlplane"
)

// TestAccepted makes sure that a cluster takes what jobgen prints: each golden that
// builds, all examples among them, passes the API server's strict dry run and
// `kubectl apply`.
func TestAccepted(t *testing.T) {
	s := start(t, controlplane.Options{Minor: controlplane.Newest})
	built := map[string]bool{} // folders of goldens that build
	for _, c := range builds(t) {
		folder, _, _ := strings.Cut(c.Name, "/")
		built[folder] = true
		t.Run(c.Name, func(t *testing.T) { s.accepts(t, c.Want["stdout"]) })
	}
	if !built["examples"] || !built["fields"] {
		t.Errorf("only goldens in %v build", built)
	}
}

// builds returns the goldens that build. What they print is what jobgen prints:
// the tests of cmd/jobgen see to that.
func builds(t *testing.T) []golden.Case {
	t.Chdir("../..")
	return slices.DeleteFunc(golden.Cases(t), func(c golden.Case) bool { return c.Args[0] != "build" || c.Want["stdout"] == "" })
}

// accepts tries what jobgen made on a cluster, and leaves nothing there. Manifests that
// go along as somebody else wrote them are left out.
func (s server) accepts(t *testing.T, output string) {
	printed := objects(t, output)
	all := slices.DeleteFunc(slices.Clone(printed), func(o object) bool {
		kind, _ := o["kind"].(string)
		_, known := resources[kind]
		return !known
	})
	s.prepareNamespaces(t, all)
	for _, o := range all {
		text, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		if v, err := s.dryRun(o, text); err != nil || v.refused {
			t.Errorf("the dry run of the %s %s: %v %s", o["kind"], nameOf(o), err, v.message)
		}
	}
	for _, o := range all {
		if o["kind"] == "Namespace" {
			s.remove(t, o) // so that it is not there yet when it is applied
		}
	}
	named := slices.DeleteFunc(slices.Clone(all), func(o object) bool { return nameOf(o) == "" })
	if len(named) == len(printed) {
		s.kubectl(t, output, "apply", "-f", "-")
	} else {
		// apply takes no generateName; the objects have passed the dry run.
		list, err := json.Marshal(object{"apiVersion": "v1", "kind": "List", "items": named})
		if err != nil {
			t.Fatal(err)
		}
		s.kubectl(t, string(list), "apply", "-f", "-")
	}
	for _, o := range slices.Backward(named) {
		s.remove(t, o)
	}
}

// prepareNamespaces makes the namespaces that objects are in. Those that are
// among the objects are dry run before that.
func (s server) prepareNamespaces(t *testing.T, all []object) {
	seen := map[string]bool{"default": true}
	for _, o := range all {
		name := namespaceOf(o)
		own := o["kind"] == "Namespace"
		if own {
			name = nameOf(o)
			text, _ := json.Marshal(o)
			if v, err := s.dryRun(o, text); err != nil || v.refused {
				t.Fatalf("the dry run of the Namespace %s: %v %s", name, err, v.message)
			}
		}
		if seen[name] {
			continue
		}
		seen[name] = true
		s.createNamespace(t, name)
		if !own {
			namespace := object{"apiVersion": "v1", "kind": "Namespace", "metadata": object{"name": name}}
			t.Cleanup(func() { s.remove(t, namespace) })
		}
	}
}

// kubectl runs kubectl with an input and returns what it prints.
func (s server) kubectl(t *testing.T, input string, args ...string) string {
	t.Helper()
	cmd, err := s.Kubectl(t.Context(), args...)
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdin = strings.NewReader(input)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("kubectl %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}
