package diff

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"

	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/deliver"
	"github.com/jobgen-dev/jobgen/pkg/layout"
	"github.com/jobgen-dev/jobgen/pkg/secret"
	"github.com/jobgen-dev/jobgen/pkg/tree"
)

// State is the objects of each environment, by its name.
type State map[string][]Object

// Tree returns the objects in the files of a tree, as package layout writes it.
func Tree(files []tree.File) (State, error) {
	s := State{}
	_, names := layout.Environments(tree.Paths(files))
	for _, name := range names {
		trees, err := layout.Objects(files, name)
		if err != nil {
			return nil, err
		}
		s[name] = nil
		for _, t := range trees {
			s[name] = append(s[name], Object{Tree: layout.Carried(t)})
		}
	}
	return s, nil
}

// Add adds what a spec becomes. The values of Secrets need not be known; those that
// are sealed in the state that stands so far stay as they are there.
func (s State) Add(made build.Made, standing State) error {
	for _, e := range made.Environments {
		name := cmp.Or(e.Name, layout.DefaultEnvironment)
		secrets := made.Secrets
		secrets.Seal.Kept = standing.sealed(name)
		minor := ""
		if len(made.Minors) > 0 {
			minor = made.Minors[0]
		}
		s[name] = slices.Clip(s[name]) // there, also without objects
		for _, o := range e.Objects {
			value, stands, err := o.StandIn(secrets)
			if err != nil {
				return err
			}
			if !stands {
				continue
			}
			delivery, rerun := deliver.Of(o.Job)
			place, _ := o.Job.Place(nil)
			s[name] = append(s[name], Object{Tree: value.Map(), Plain: o.Plain, Delivery: delivery, Rerun: rerun, File: place.File, Minor: minor})
		}
	}
	return nil
}

// Carry adds what goes along with the specs, to every environment that one of them is
// in. It must be called once, when all specs are added.
func (s State) Carry(resources []build.Resource) {
	for name, objects := range s {
		delivery := ""
		if len(objects) > 0 {
			delivery = objects[0].Delivery // what goes along is delivered as they are
		}
		for _, r := range resources {
			s[name] = append(s[name], Object{Tree: layout.Carried(r.Tree), Plain: r.Key.Name, Delivery: delivery})
		}
	}
}

// Without takes what comes from some files out of two states, in the other state the
// objects of the same names too. It is false, and the states are as they were, where one
// of the files is not known to be of any object.
func Without(files []string, before, now State) bool {
	known, taken := map[string]bool{}, map[string]map[key]bool{}
	for _, s := range []State{before, now} {
		for name, objects := range s {
			if taken[name] == nil {
				taken[name] = map[key]bool{}
			}
			for i := range objects {
				if o := &objects[i]; slices.Contains(files, o.File) {
					known[o.File], taken[name][o.plainKey()] = true, true
				}
			}
		}
	}
	if slices.ContainsFunc(files, func(file string) bool { return !known[file] }) {
		return false
	}
	for _, s := range []State{before, now} {
		for name := range s {
			s[name] = slices.DeleteFunc(s[name], func(o Object) bool { return taken[name][o.plainKey()] })
		}
	}
	return true
}

// plainKey is the key of the object without a hash that may be at the end of its name.
func (o *Object) plainKey() key {
	return key{o.kind(), o.namespace(), cmp.Or(o.Plain, deliver.PlainName(o.name()))}
}

// sealed finds the SealedSecret that stands for a Secret in an environment.
func (s State) sealed(environment string) func(o compile.Object) *secret.SealedSecret {
	return func(o compile.Object) *secret.SealedSecret {
		for _, other := range s[environment] {
			if other.kind() != "SealedSecret" || other.name() != o.Meta.Name || other.namespace() != o.Meta.Namespace {
				continue
			}
			text, err := json.Marshal(other.Tree)
			found := &secret.SealedSecret{}
			if err == nil && json.Unmarshal(text, found) == nil {
				return found
			}
		}
		return nil
	}
}

// Environment is what happens to the objects of an environment.
type Environment struct {
	Name    string   `json:"name"`
	Changes []Change `json:"changes"`
}

// Environments compares each environment that one of the states has, by name.
func Environments(before, now State, opts Options) ([]Environment, error) {
	names := slices.Collect(maps.Keys(before))
	names = slices.AppendSeq(names, maps.Keys(now))
	slices.Sort(names)
	all := []Environment{}
	for _, name := range slices.Compact(names) {
		changes, err := Compare(before[name], now[name], opts)
		if err != nil {
			return nil, err
		}
		all = append(all, Environment{name, changes})
	}
	return all, nil
}
