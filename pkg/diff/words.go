package diff

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/deliver"
	"github.com/jobgen-dev/jobgen/pkg/validate/apiserver"
)

// created says what happens to an object that is new.
func (p pair) created() (Effect, string) {
	when := deliver.HookRuns(p.now.annotations())
	switch {
	case p.kind == "Job" && when != "":
		return Created, hookWords(when)
	case p.kind == "Job" && p.now.suspended():
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

// suspended reports whether a Job or CronJob is.
func (o *Object) suspended() bool { return child(o.Tree, "spec")["suspend"] == true }

// hookWords say when a hook runs that does not run at a sync.
func hookWords(when string) string {
	if when == "never" {
		return "is a hook that is never applied"
	}
	return "is a hook, which runs " + when
}

// changed says what happens to an object that is there in both states.
func (p pair) changed() (Effect, string) {
	c := p.causes()
	renamed := p.before.name() != p.now.name()
	if p.kind == "Job" {
		if when := deliver.HookRuns(p.now.annotations()); when != "" {
			return Updated, hookWords(when) + "; " + c.String()
		}
		switch {
		case renamed:
			return p.replaced(c)
		case p.now.Rerun == deliver.Always && p.now.suspended():
			return Updated, "is created again, suspended; it runs once it is resumed; " + c.String()
		case p.now.Rerun == deliver.Always:
			return RunsAgain, "runs again, as at every sync; " + c.String()
		}
		return p.updatedJob(c)
	}
	if renamed {
		return Created, "is created under another name, because " + c.String() + "; " + p.left("the old one")
	}
	if fields := p.refused(apiserver.Running); len(fields) > 0 {
		return Refused, p.refusal(c, fields)
	}
	said := "is updated in place: " + c.String()
	if p.kind == "CronJob" {
		said += p.runs()
	}
	return Updated, said
}

// runs says when a CronJob that is changed runs.
func (p pair) runs() string {
	missed := p.missed()
	switch {
	case p.now.suspended():
		return "; it is suspended, and does not run until it is resumed"
	case strings.HasPrefix(missed, "catches"):
		return "; " + missed
	case missed != "":
		return "; " + missed + "; its next run has it"
	}
	return "; its next run has it"
}

// rerun says what happens to a Job that is the same in both states, and that every sync
// runs again, when what its Pods use changes; "" where nothing is to be said.
func (p pair) rerun() (Effect, string) {
	if p.kind != "Job" || p.now.Rerun != deliver.Always || p.now.suspended() || deliver.HookRuns(p.now.annotations()) != "" {
		return "", ""
	}
	used := map[string]string{}
	p.next.unhash(p.namespace, p.now.Tree, used)
	if changed := p.contents(used); len(changed) > 0 {
		return RunsAgain, "runs again, as at every sync; " + changed.String()
	}
	return "", ""
}

// replaced says what happens to a Job that has another name.
func (p pair) replaced(c causes) (Effect, string) {
	of, others := c.split(func(path []string) bool { return deliver.Hashes(strings.Join(path, ".")) })
	why := of.String() + others.also() + "; " + p.left("the old one")
	if p.now.suspended() {
		return Created, "is created under another name, suspended, because " + why
	}
	return RunsAgain, "runs again because " + why
}

// updatedJob says what happens to a Job that keeps its name and is not created again: in
// the state that it usually is in first, and then in those where the API server decides
// otherwise.
func (p pair) updatedJob(c causes) (Effect, string) {
	usual, other := apiserver.Running, apiserver.Suspended
	if p.before.suspended() {
		usual, other = apiserver.NotStarted, apiserver.Running
	}
	fields := p.refused(usual)
	differs := p.refused(other)
	switch {
	case len(fields) > 0 && len(differs) == 0:
		return Refused, p.refusal(c, fields) + "; while it is suspended, it is updated in place"
	case len(fields) > 0:
		return Refused, p.refusal(c, fields)
	}
	said := "is updated in place: " + c.String()
	effect := Updated
	switch was, is := p.before.suspended(), p.now.suspended(); {
	case was && !is:
		effect, said = Runs, said+"; it is resumed, and runs"
	case is && !was:
		said += "; its pods are stopped until it is resumed"
	case is:
		said += "; it runs once it is resumed"
	default:
		said += "; it does not run again"
	}
	if len(differs) > 0 {
		said += "; once it has started, the change is refused, for " + strings.Join(differs, ", ") + " cannot change then"
	}
	return effect, said + p.again()
}

// refusal says that a change is refused, and what to do.
func (p pair) refusal(c causes, fields []string) string {
	of, _ := c.split(func(path []string) bool { return below(path, fields) })
	return "is refused because " + of.String() + ", and " + strings.Join(fields, ", ") + " cannot change" + p.instead() + p.again()
}

// below reports whether a path is in one of the fields.
func below(path, fields []string) bool {
	whole := strings.Join(path, ".") + "."
	return slices.ContainsFunc(fields, func(f string) bool { return strings.HasPrefix(whole, f+".") })
}

// refused returns the fields whose change the API server does not take; none if it
// takes the whole change. A Job is in the state then.
func (p pair) refused(state apiserver.State) []string {
	before, err := p.before.json()
	if err != nil {
		return nil
	}
	now, err := p.now.json()
	if err != nil {
		return nil
	}
	var fields []string
	for _, f := range p.server.Update(before, now, state) {
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
	spec := child(tree, "spec")
	for field, valid := range map[string]string{"schedule": "@daily", "timeZone": "Etc/UTC"} {
		if strings.Contains(text(spec[field]), "${") { // Flux fills it in; the server never sees it
			tree, spec = maps.Clone(tree), maps.Clone(spec)
			spec[field] = valid
			tree["spec"] = spec
		}
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
	if p.kind != "Job" || !p.before.expires() {
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
	digest := false
	for _, l := range compare(before.(map[string]any), now.(map[string]any)) {
		switch {
		case strings.Join(l.path, ".") == "metadata.name":
		case l.path[len(l.path)-1] == deliver.ContentDigest:
			digest = true
		default:
			found = append(found, cause{l.path, n.name(l.path) + " " + l.verb()})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(usedNow)) {
		if was, there := usedBefore[name]; there && was != usedNow[name] {
			beside = append(beside, cause{words: "ConfigMap " + name + " changed"})
		}
	}
	if digest || p.now.Rerun == deliver.Always {
		beside = append(beside, p.contents(usedNow)...)
	}
	if digest && len(beside) == 0 {
		beside = causes{{words: "the content of a ConfigMap or Secret that it uses changed"}}
	}
	found = append(found, beside...)
	return append(found, p.renamed(len(found) > 0)...)
}

// contents are the ConfigMaps of those that are used, by plain name, that keep their name
// and change what they hold.
func (p pair) contents(used map[string]string) (changed causes) {
	for _, name := range slices.Sorted(maps.Keys(used)) {
		at := key{"ConfigMap", p.namespace, name}
		before, now := p.old.objects[at], p.next.objects[at]
		if before != nil && now != nil && before.name() == now.name() && len(compare(before.Tree, now.Tree)) > 0 {
			changed = append(changed, cause{words: "ConfigMap " + name + " changed"})
		}
	}
	return changed
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
