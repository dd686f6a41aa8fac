package explain

//go:generate go test -run TestExamplesAreUpToDate -update

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/spec"
)

// seen is what the examples and goldens of the repository show of a field.
type seen struct {
	Example string   `json:"example,omitempty"`
	Becomes []string `json:"becomes,omitempty"` // of a field without a target of its own
}

//go:embed examples.json
var examplesJSON []byte

// examples has what is seen of each field, by its path.
var examples = sync.OnceValue(func() map[string]seen {
	all := map[string]seen{}
	if err := json.Unmarshal(examplesJSON, &all); err != nil {
		panic(err) // the file is part of the program
	}
	return all
})

// example returns a piece of a spec that has the field, "" if none is known.
func example(path spec.Path) string { return examples()[path.String()].Example }

// observed returns what a field was seen to become, or, behind what the nearest
// around it becomes, what it probably does.
func observed(path spec.Path) []compile.ObjectField {
	for n := len(path); n > 1; n-- {
		var targets []compile.ObjectField
		becomes := examples()[path[:n].String()].Becomes
		cron := slices.ContainsFunc(becomes, func(s string) bool { return strings.HasPrefix(s, "CronJob.") })
		for _, text := range becomes {
			kind, fields, _ := strings.Cut(text, ".")
			at, _ := spec.ParsePath(strings.ReplaceAll(fields, "[]", "[0]"))
			targets = append(targets, compile.ObjectField{Kind: kind, Path: at.With(path[n:]...)})
			if kind == "Job" && !cron {
				inCron := spec.Path{"spec", "jobTemplate"}.With(at...).With(path[n:]...)
				targets = append(targets, compile.ObjectField{Kind: "CronJob", Path: inCron})
			}
		}
		if targets != nil {
			return targets
		}
	}
	return nil
}
