package main

import (
	"fmt"
	"os"
	"slices"
)

// task is work that several tools can do.
type task struct {
	name string
	jobs func(n int) []job
	runs []contender // jobgen first
}

// contender is one tool at one task.
type contender struct {
	tool    string
	label   string
	largest int  // number of jobs it is tried with
	same    bool // makes the objects that jobgen makes
	once    bool // is so slow that it runs once only
	fresh   bool // starts without the tree of files
	dir     string
	args    []string // PATH stands for the program
}

// builds are the ways to make objects from jobs.
var builds = []contender{
	{tool: "jobgen", label: "jobgen build", largest: 1e6, dir: "specs", args: []string{"build"}},
	{tool: "helm", label: "helm template", largest: 1e6, same: true, dir: "chart", args: []string{"template", "bench", "."}},
	{tool: "cue", label: "cue export", largest: 1000, same: true, dir: "cue", args: []string{"export", ".", "jobs.yaml", "-e", "stream", "--out", "text"}},
	{tool: "cue", label: "cue vet (checks only)", largest: 1000, dir: "cue", args: []string{"vet", "-c", ".", "jobs.yaml"}},
	{tool: "kustomize", label: "kustomize build of the manifests", largest: 100, dir: "kustomize", args: []string{"build", "."}},
}

// tasks are what is measured.
var tasks = []task{
	{"build-alike", alike, builds},
	{"build-distinct", distinct, builds},
	{"render", alike, renders},
	{"validate-alike", alike, validations},
	{"validate-distinct", distinct, validations},
}

// validations are the ways to check manifests.
var validations = []contender{
	{tool: "jobgen", label: "jobgen validate", largest: 1e6, dir: "manifests", args: []string{"validate"}},
	{tool: "kubeconform", label: "kubeconform -strict", largest: 1e6, dir: "manifests",
		args: []string{"-strict", "-schema-location", "../schemas/{{ .ResourceKind }}{{ .KindSuffix }}.json", "."}},
}

// renders are the ways to write, or to read, a kustomize tree for three environments.
var renders = []contender{
	{tool: "jobgen", label: "jobgen render, 3 environments", largest: 1000, fresh: true, dir: "tree", args: []string{"render", "--out", "out", "jobs"}},
	{tool: "jobgen", label: "jobgen render again, nothing changed", largest: 1000, dir: "tree", args: []string{"render", "--out", "out", "jobs"}},
	{tool: "kustomize", label: "kustomize build of one environment", largest: 1000, once: true, dir: "tree/out/overlays/prod", args: []string{"build", "."}},
}

// row is one line of the table.
type row struct {
	task   string
	n      int
	label  string
	median sample
	ratio  sample // jobgen's by this one's, in thousandths
}

// measure writes the inputs, compares the outputs, and runs all contenders in turn.
func (t task) measure(opts options, bin string, n int) ([]row, error) {
	runs := slices.DeleteFunc(slices.Clone(t.runs), func(c contender) bool { return !opts.wants(c.tool) || n > c.largest })
	if len(runs) == 0 {
		return nil, nil
	}
	in := inputs(fmt.Sprintf("%s/%s-%d", opts.dir, t.name, n))
	jobs := t.jobs(n)
	if err := in.write(jobs); err != nil {
		return nil, err
	}
	if err := t.prepare(opts, bin, in, jobs); err != nil {
		return nil, err
	}
	samples := make([][]sample, len(runs))
	for round := range opts.rounds + 1 {
		for i, c := range runs {
			if c.once && round != 1 {
				continue
			}
			if c.fresh {
				if err := in.moveAway(c.dir, "out"); err != nil {
					return nil, err
				}
			}
			output := in.path("out-" + fmt.Sprint(i))
			s, err := runOnce(append([]string{opts.program(bin, c.tool)}, c.args...), in.path(c.dir), output)
			if err != nil {
				return nil, err
			}
			if round > 0 { // the first run reads files that are not in memory yet
				samples[i] = append(samples[i], s)
			} else if c.same {
				if err := sameObjects(in.path("out-0"), output); err != nil {
					return nil, fmt.Errorf("%s: %w", c.label, err)
				}
			}
		}
	}
	var rows []row
	first := median(samples[0])
	for i, c := range runs {
		rows = append(rows, row{t.name, n, c.label, median(samples[i]), ratio(samples[0], samples[i])})
	}
	fmt.Fprintf(os.Stderr, "%s %d: jobgen %v\n", t.name, n, first.wall)
	return rows, nil
}

// prepare makes the manifests for the tools that start from those.
func (t task) prepare(opts options, bin string, in inputs, jobs []job) error {
	output := in.path("manifests.yaml")
	if _, err := runOnce([]string{opts.program(bin, "jobgen"), "build"}, in.path("specs"), output); err != nil {
		return err
	}
	stream, err := os.ReadFile(output)
	if err != nil {
		return err
	}
	if err := in.writeManifests(jobs, stream); err != nil {
		return err
	}
	if slices.ContainsFunc(t.runs, func(c contender) bool { return c.tool == "kubeconform" }) && opts.wants("kubeconform") {
		return in.writeSchemas()
	}
	return nil
}

// ratio returns the medians of the ratios of paired runs, in thousandths.
func ratio(ours, theirs []sample) sample {
	paired := make([]sample, len(theirs)) // theirs may be fewer
	for i, s := range ours[:len(theirs)] {
		paired[i] = sample{s.wall * 1000 / max(1, theirs[i].wall), s.cpu * 1000 / max(1, theirs[i].cpu), s.peak * 1000 / max(1, theirs[i].peak)}
	}
	return median(paired)
}
