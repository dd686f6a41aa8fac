package build_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"

	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/pkg/spec/spectest"
	"github.com/jobgen-dev/jobgen/schema"
)

// A variable comes after those that its value names, but for circles.
func FuzzEnvOrder(f *testing.F) {
	random(f, 200, func(t *testing.T, _ string, r *rand.Rand) {
		names := []string{"A", "B", "C", "D", "E", "f g", "$", "H$"}
		env := map[string]schema.EnvValue{}
		uses := map[string][]string{}
		for _, name := range names[:1+r.IntN(len(names))] {
			value := strings.Repeat("$$", r.IntN(2))
			for range r.IntN(3) {
				used := names[r.IntN(len(names))]
				value += "x$(" + used + ")"
				uses[name] = append(uses[name], used)
			}
			value += []string{"", "$(", "$$(A)", "$"}[r.IntN(4)]
			env[name] = schema.EnvValue{Value: &value}
		}
		order, circle := spec.EnvOrder(env)
		if len(order) != len(env) {
			t.Fatalf("%v are ordered as %q", uses, order)
		}
		anyCircle := false
		for i, name := range order {
			for _, used := range uses[name] {
				inCircle := reaches(uses, env, used, name)
				anyCircle = anyCircle || inCircle && used != name
				if at := slices.Index(order, used); at > i && !inCircle {
					t.Fatalf("%s comes before %s, which it uses: %q %v", name, used, order, uses)
				}
			}
		}
		if anyCircle != (circle != nil) || !slices.IsSorted(circle) {
			t.Fatalf("the circle of %v is %q", uses, circle)
		}
	})
}

// reaches reports whether a variable uses another, itself or by those it uses.
func reaches(uses map[string][]string, env map[string]schema.EnvValue, from, to string) bool {
	seen, next := map[string]bool{}, []string{from}
	for len(next) > 0 {
		name := next[0]
		next = next[1:]
		if _, ok := env[name]; !ok || seen[name] {
			continue
		}
		if name == to {
			return true
		}
		seen[name] = true
		next = append(next, uses[name]...)
	}
	return false
}

// What Kubernetes makes of a script is the script, whatever variables there are.
func FuzzScript(f *testing.F) {
	for _, seed := range []string{
		"echo $HOME $(date) ${X} $$ $$$ $( $) $(A) $$(A) $$$(A) $(A", "$é$$é$(é)", "$", "$$", "$(", "$()", "$(a b)", "$(1)", "$(P1)", "$(P a)", "\"$(FOO)\"\n\ttab\r",
		"$(A)$(A)", "$(A$(A))", "$($(A))", "($$)", "$($)", "a\u0085$\u0085b", "$(=)", "$(date +%s)", "$((1+2))", "$(A\n)",
	} {
		f.Add(seed, []byte("A"))
	}
	dir := folder(f)
	f.Fuzz(func(t *testing.T, text string, choices []byte) {
		r := spectest.Choices(choices)
		env := map[string]string{}
		for _, name := range []string{"A", "a b", "1ST", "$", "$(A", "(", "FOO"} {
			if r.IntN(2) == 0 {
				env[name] = "$(A)value$$"
			}
		}
		prefixes := [][]string{nil, {""}, {"P "}, {"$", "P"}}[r.IntN(4)]
		var from []map[string]string
		for _, prefix := range prefixes {
			from = append(from, map[string]string{"configMap": "x", "prefix": prefix})
			if prefix == "" {
				delete(from[len(from)-1], "prefix")
			}
		}
		document := map[string]any{
			"apiVersion": spec.APIVersion, "kind": "Job", "metadata": map[string]any{"name": "x"},
			"spec": map[string]any{"image": "x", "script": text, "env": env, "envFrom": append([]map[string]string{}, from...)},
		}
		input, err := json.Marshal(document)
		if err != nil {
			t.Fatal(err)
		}
		_, docs, _ := source.ParseBytes("x.json", input, dir, dir, true)
		if len(docs) == 0 {
			t.Skip("no JSON can hold the text")
		}
		job, ds := spec.Check(docs[0], spec.Options{})
		if job.Spec.Script == nil || ds.HasErrors() {
			t.Skip("the script is refused")
		}
		objects := compile.Lower(job)
		command := objects[0].Value.(*batchv1.Job).Spec.Template.Spec.Containers[0].Command
		escaped := command[len(command)-1]
		want := *job.Spec.Script
		got := expand(escaped, func(name string) bool { return defined(env, prefixes, name) })
		if got != want || !strings.Contains(want, "$") && escaped != want {
			t.Fatalf("%q is escaped as %q, which Kubernetes makes %q", want, escaped, got)
		}
	})
}

// defined reports whether a container may have a variable: one of env, of the
// namespace's services, or of a ConfigMap with a prefix.
func defined(env map[string]string, prefixes []string, name string) bool {
	if _, ok := env[name]; ok || regexp.MustCompile(`^[A-Z_][A-Z0-9_]*$`).MatchString(name) {
		return true
	}
	return slices.ContainsFunc(prefixes, func(prefix string) bool {
		key, ok := strings.CutPrefix(name, prefix)
		return ok && regexp.MustCompile(`^[-._A-Za-z0-9]+$`).MatchString(key)
	})
}

// expand is what Kubernetes documents of $(NAME) in a command: $$ stands for $,
// $(NAME) for the variable, if there is one, and else for itself.
func expand(text string, defined func(name string) bool) string {
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '$' || i+1 == len(text) {
			out.WriteByte(text[i])
			continue
		}
		i++
		switch c := text[i]; c {
		case '$':
			out.WriteByte('$')
		case '(':
			name, _, closed := strings.Cut(text[i+1:], ")")
			switch {
			case !closed:
				out.WriteString("$(")
				continue
			case defined(name):
				out.WriteString(fmt.Sprintf("<the value of %q>", name))
			default:
				out.WriteString("$(" + name + ")")
			}
			i += len(name) + 1
		default:
			// A byte becomes a character of its own, as in Kubernetes.
			out.WriteString("$" + string(rune(c)))
		}
	}
	return out.String()
}
