package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/suggest"
	"github.com/jobgen-dev/jobgen/pkg/validate/cluster"
	"github.com/jobgen-dev/jobgen/pkg/validate/lint"
)

// checkLint is the name of the lint rules among the checks.
const checkLint = "lint"

// validateFlags are the flags of validate alone.
type validateFlags struct {
	specFlags
	format      string
	checks      []string
	podSecurity string
	lintOff     []string
	strict      bool
	measured    measuring
}

func newValidate(w world) *cobra.Command {
	var flags validateFlags
	cmd := &cobra.Command{
		Use:   "validate [FILE | FOLDER | GLOB | -]...",
		Short: "Check specs and Kubernetes manifests",
		Long: `validate checks specs as build does, with all the objects they become, and any
other Kubernetes manifests among the inputs: what the API servers of the given
Kubernetes versions would refuse, or remove without a word; what is accepted and
then fails; what kubectl apply cannot do; and the lint rules. It needs no cluster.

The findings go to standard output in the format asked for, and a summary to
standard error. Lint findings are warnings; every other check makes errors.
Objects of kinds that jobgen has no rules for are counted in the summary. Secret
values are not read, so that it runs where they are not known.

Every environment that a spec or the project file names is checked, and a spec
as it stands where an environment uses it so; --env checks one alone.

The checks are ` + strings.Join(checkNames(), ", ") + `.`,
		Example: `  # Check every spec and manifest below the current folder
  jobgen validate

  # One environment alone
  jobgen validate --env prod jobs/

  # Check that Kubernetes 1.31, 1.32 and 1.33 take the objects
  jobgen validate --kubernetes 1.31-1.33 jobs/

  # Check what another tool makes
  kustomize build overlays/prod | jobgen validate --pod-security restricted -

  # Annotate a pull request
  jobgen validate --format github jobs/

  # Only what an API server would answer
  jobgen validate --checks openapi,server manifests/`,
		RunE: func(_ *cobra.Command, args []string) error {
			return flags.measured.run(w, func(stats *build.Stats) error { return flags.run(w, args, stats) })
		},
	}
	flags.specFlags.register(cmd)
	flags.register(cmd)
	flags.measured.register(cmd)
	return cmd
}

func (f *validateFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.format, "format", "text", "`FORMAT` of the findings: "+strings.Join(reportNames(), ", "))
	cmd.Flags().StringSliceVar(&f.checks, "checks", nil, "run only these `CHECKS` of objects, separated by commas")
	cmd.Flags().StringVar(&f.podSecurity, "pod-security", "", "the Pod Security `LEVEL` that all pods must meet: baseline or restricted")
	cmd.Flags().StringSliceVar(&f.lintOff, "lint-off", nil, "the lint `RULES` that are not run, by code or name, separated by commas")
	cmd.Flags().BoolVar(&f.strict, "strict", false, "an object of a kind that jobgen has no rules for is an error")
	for name, words := range map[string][]string{
		"format": reportNames(), "checks": checkNames(), "pod-security": {"baseline", "restricted"},
	} {
		if err := cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)); err != nil {
			panic(err) // the flags stand above
		}
	}
}

func reportNames() []string {
	var names []string
	for _, f := range diag.Formats() {
		names = append(names, f.Name)
	}
	return names
}

func checkNames() []string {
	var names []string
	for _, c := range cluster.Checks() {
		names = append(names, string(c))
	}
	return append(names, checkLint)
}

// run checks, and prints what is found.
func (f *validateFlags) run(w world, args []string, stats *build.Stats) error {
	at := slices.IndexFunc(diag.Formats(), func(format diag.Format) bool { return format.Name == f.format })
	if at < 0 {
		return fmt.Errorf("unknown format %q: write one of %s", f.format, strings.Join(reportNames(), ", "))
	}
	opts, err := f.options(args)
	if err != nil {
		return err
	}
	opts.Stats = stats
	if opts.Lint != nil {
		opts.Lint.Now = w.now
	}
	result, err := runBuild(w, opts)
	if err != nil {
		return err
	}
	summary := result.Summary()
	report := diag.Report{Diagnostics: result.Diagnostics, Tool: version(), Files: result.Files, Rules: lintRules(), Summary: summary}
	if err := diag.Formats()[at].Write(w.stdout, report, w.colorOut()); err != nil {
		return fmt.Errorf("writing the findings: %w", err)
	}
	if err := w.say("%s", summarize(summary)); err != nil {
		return fmt.Errorf("writing the summary: %w", err)
	}
	switch {
	case result.Diagnostics.HasErrors():
		return errWrong
	case summary.Specs+summary.Manifests+len(summary.NotChecked) == 0:
		return fmt.Errorf("no spec and no Kubernetes manifest found in %s", where(opts.Args))
	}
	return nil
}

// options are those that the flags stand for.
func (f *validateFlags) options(args []string) (build.Options, error) {
	opts, err := f.specFlags.options(args)
	if err != nil {
		return opts, err
	}
	opts.AllEnvironments = f.env == ""
	opts.Manifests, opts.Strict, opts.Cluster.PodSecurity = true, f.strict, f.podSecurity
	if !slices.Contains([]string{"", "privileged", "baseline", "restricted"}, f.podSecurity) {
		return opts, fmt.Errorf("--pod-security: unknown level %q: write baseline or restricted", f.podSecurity)
	}
	opts.Lint = &build.Lint{Off: map[string]bool{}}
	for _, name := range f.lintOff {
		rule, ok := lint.Lookup(name)
		if !ok {
			return opts, fmt.Errorf("--lint-off: there is no lint rule %q%s", name, didYouMean(name, lint.Names()))
		}
		opts.Lint.Off[rule.Code] = true
	}
	switch {
	case f.changed("lint-off") && len(f.lintOff) == 0:
		return opts, errors.New("--lint-off: write the code or name of a lint rule, or leave it out")
	case len(f.checks) > 0:
		return opts, f.narrow(&opts)
	case f.changed("checks"):
		return opts, fmt.Errorf("--checks: write at least one of %s, or leave it out to run all", strings.Join(checkNames(), ", "))
	}
	return opts, nil
}

// narrow leaves only those checks that are asked for. A flag of another one would do
// nothing.
func (f *validateFlags) narrow(opts *build.Options) error {
	opts.Cluster.Checks = []cluster.Check{}
	for _, name := range f.checks {
		if !slices.Contains(checkNames(), name) {
			return fmt.Errorf("--checks: there is no check %q%s: they are %s", name, didYouMean(name, checkNames()), strings.Join(checkNames(), ", "))
		}
		if name != checkLint {
			opts.Cluster.Checks = append(opts.Cluster.Checks, cluster.Check(name))
		}
	}
	for flag, check := range map[string]string{"pod-security": string(cluster.Security), "lint-off": checkLint} {
		if f.changed(flag) && !slices.Contains(f.checks, check) {
			return fmt.Errorf("--%s does nothing without the check %s: add it to --checks, or leave --%s out", flag, check, flag)
		}
	}
	if !slices.Contains(f.checks, checkLint) {
		opts.Lint = nil
	}
	return nil
}

func didYouMean(word string, known []string) string {
	if meant := suggest.Nearest(word, known); meant != "" {
		return ", " + suggest.Question(meant)
	}
	return ""
}

func lintRules() map[string]string {
	rules := map[string]string{}
	for _, r := range lint.Rules() {
		rules[r.Code] = r.Name + ": " + r.Summary
	}
	return rules
}

// summarize says in a line what was checked.
func summarize(s diag.Summary) string {
	text := fmt.Sprintf("%s and %s in %s: %s, %s", count(s.Specs, "spec"), count(s.Manifests, "manifest"), count(s.Files, "file"),
		count(s.Errors, "error"), count(s.Warnings, "warning"))
	if s.Notes > 0 {
		text += ", " + count(s.Notes, "note")
	}
	var others []string
	for _, kind := range slices.Sorted(maps.Keys(s.NotChecked)) {
		others = append(others, fmt.Sprintf("%d %s", s.NotChecked[kind], kind))
	}
	if others != nil {
		text += "; not checked: " + strings.Join(others, ", ")
	}
	return text
}

// count writes a number with its noun.
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
