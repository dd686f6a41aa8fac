package diff

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/deliver"
)

// created says what happens to an object that is new.
func (p pair) created() (Effect, string) {
	spec := child(p.now.Tree, "spec")
	switch {
	case p.kind == "Job" && spec["suspend"] == true:
		return Runs, "is created; it is suspended, and runs once it is resumed"
	case p.kind == "Job":
		return Runs, "is created, and runs"
	case p.kind == "CronJob":
		return Created, "is created; it runs by its schedule"
	}
	return Created, "is created"
}

// prunes says of each delivery what it does to objects that are no longer made.
var prunes = map[string]string{
	deliver.Kubectl:    "kubectl apply leaves %s",
	deliver.ArgoCD:     "Argo CD prunes %s if it is set to prune",
	deliver.ArgoCDHook: "Argo CD prunes %s if it is set to prune",
	deliver.Flux:       "Flux prunes %s if it is set to prune",
	deliver.Helm:       "Helm deletes %s",
}

// left says what becomes of the object of the state before, once the other state
// does not have it; it is spoken of as what.
func (p pair) left(what string) string {
	delivery := p.before.Delivery
	if delivery == "" && p.now != nil {
		delivery = p.now.Delivery
	}
	delivery = cmp.Or(delivery, p.next.delivery)
	who, known := prunes[delivery]
	switch annotations := p.before.annotations(); {
	case deliver.IsKept(annotations):
		return what + " stays, for it is marked to be kept"
	case p.kind == "Job" && deliver.IsHook(annotations):
		return what + " stays until something removes it, for hooks are not pruned"
	case p.kind == "Job" && delivery == deliver.Kubectl && p.before.expires():
		return what + " stays until its time to live is over"
	case !known:
		return what + " stays until something removes it"
	case p.kind == "Job" && delivery != deliver.Kubectl:
		return fmt.Sprintf(who, what) + ", and its pods with it"
	}
	return fmt.Sprintf(who, what)
}

// changed says what happens to an object that is there in both states.
func (p pair) changed() (Effect, string) {
	c := p.causes()
	switch renamed := p.before.name() != p.now.name(); {
	case renamed && p.kind == "Job":
		of, others := c.split(func(path []string) bool { return deliver.Hashes(strings.Join(path, ".")) })
		return RunsAgain, "runs again because " + of.String() + others.also() + "; " + p.left("the old one")
	case renamed:
		return Created, "is created under another name, because " + c.String() + "; " + p.left("the old one")
	case p.kind == "Job" && p.now.Rerun == deliver.Always:
		return RunsAgain, "runs again, as at every sync; " + c.String()
	}
	if fields := p.refused(); len(fields) > 0 {
		of, _ := c.split(func(path []string) bool { return below(path, fields) })
		return Refused, "is refused because " + of.String() + ", and " + strings.Join(fields, ", ") + " cannot change" + p.instead() + p.again()
	}
	said := "is updated in place: " + c.String()
	switch p.kind {
	case "Job":
		return Updated, said + "; it does not run again" + p.again()
	case "CronJob":
		return Updated, said + "; its next run has it"
	}
	return Updated, said
}

// below reports whether a path is in one of the fields.
func below(path, fields []string) bool {
	whole := strings.Join(path, ".") + "."
	return slices.ContainsFunc(fields, func(f string) bool { return strings.HasPrefix(whole, f+".") })
}

// refused returns the fields whose change the API server does not take; none if it
// takes the whole change.
func (p pair) refused() []string {
	before, err := p.before.json()
	if err != nil {
		return nil
	}
	now, err := p.now.json()
	if err != nil {
		return nil
	}
	var fields []string
	for _, f := range p.server.Update(before, now) {
		fields = append(fields, f.Field)
	}
	slices.Sort(fields)
	return slices.Compact(fields)
}

// json returns the object in a form that the API server reads.
func (o *Object) json() ([]byte, error) {
	tree := o.Tree
	if o.kind() == "Secret" {
		tree = replaced(tree, []string{"data"}, "Kioq") // the hidden value in base64
	}
	return json.Marshal(tree)
}

// instead says what to do about a change that is refused.
func (p pair) instead() string {
	switch {
	case p.kind == "Job" && p.now.Rerun != deliver.OnChange:
		return "; write `rerun: onChange`, or give the Job another name"
	case p.kind == "Job":
		return "; give the Job another name"
	}
	return "; delete the object first, or give it another name"
}

// again warns of a Job that is gone after a while, and so is created anew.
func (p pair) again() string {
	if !p.before.expires() {
		return ""
	}
	return "; once its time to live has removed it, it is created anew and runs"
}

// expires reports whether the cluster removes the Job some time after it has finished.
func (o *Object) expires() bool { return child(o.Tree, "spec")["ttlSecondsAfterFinished"] != nil }

// causes are what differs between the states of an object.
type causes []cause

type cause struct {
	path  []string // nil for what stands elsewhere, and runs with it
	words string
}

// causes returns what differs for people: what a hash in a name does is left out.
func (p pair) causes() causes {
	usedBefore, usedNow := map[string]string{}, map[string]string{}
	before := p.old.unhash(p.namespace, p.before.Tree, usedBefore)
	now := p.next.unhash(p.namespace, p.now.Tree, usedNow)
	n := namer{kind: p.kind, several: p.before.containers() > 1 || p.now.containers() > 1}
	var found, beside causes
	for _, l := range compare(before.(map[string]any), now.(map[string]any)) {
		switch {
		case strings.Join(l.path, ".") == "metadata.name":
		case l.path[len(l.path)-1] == deliver.ContentDigest:
			beside = append(beside, cause{words: "the content of a ConfigMap or Secret that it uses changed"})
		default:
			found = append(found, cause{l.path, n.name(l.path) + " " + l.verb()})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(usedNow)) {
		if was, there := usedBefore[name]; there && was != usedNow[name] {
			beside = append(beside, cause{words: "ConfigMap " + name + " changed"})
		}
	}
	found = append(found, beside...)
	return append(found, p.renamed(len(found) > 0)...)
}

// renamed says why an object has another name, where nothing else does.
func (p pair) renamed(explained bool) causes {
	was, is := p.before.name(), p.now.name()
	switch {
	case was == is:
		return nil
	case was == p.plain:
		return causes{{words: "its name now ends in a hash"}}
	case is == p.plain:
		return causes{{words: "its name no longer ends in a hash"}}
	case explained:
		return nil
	}
	return causes{{words: "where the Secrets that it uses come from changed"}}
}

// split returns the causes that are in fields, and those elsewhere, and the others;
// all where there would be none.
func (c causes) split(in func(path []string) bool) (of, others causes) {
	for _, one := range c {
		if one.path == nil || in(one.path) {
			of = append(of, one)
		} else {
			others = append(others, one)
		}
	}
	if len(of) == 0 {
		return c, nil
	}
	return of, others
}

// String joins the causes; of many it gives the number.
func (c causes) String() string {
	const most = 6
	var words []string
	for i, one := range c {
		if i == most {
			words = append(words, fmt.Sprintf("and %d more", len(c)-most))
			break
		}
		words = append(words, one.words)
	}
	return strings.Join(words, ", ")
}

func (c causes) also() string {
	if len(c) == 0 {
		return ""
	}
	return "; also " + c.String()
}

// referring are the fields that refer to a ConfigMap by its name.
var referring = []string{"configMap", "configMapKeyRef", "configMapRef"}

// unhash returns a copy of a value in which ConfigMaps are referred to by their plain
// names, and enters the names that stand there by those.
func (s side) unhash(namespace string, value any, used map[string]string) any {
	switch value := value.(type) {
	case map[string]any:
		copied := make(map[string]any, len(value))
		for field, inner := range value {
			copied[field] = s.unhash(namespace, inner, used)
			ref, _ := copied[field].(map[string]any)
			if !slices.Contains(referring, field) || ref == nil {
				continue
			}
			name := text(ref["name"])
			if plain, made := s.plain[[2]string{namespace, name}]; made {
				ref["name"], used[plain] = plain, name
			}
		}
		return copied
	case []any:
		copied := make([]any, len(value))
		for i, item := range value {
			copied[i] = s.unhash(namespace, item, used)
		}
		return copied
	}
	return value
}
