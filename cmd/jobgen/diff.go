package main

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/diff"
	"github.com/jobgen-dev/jobgen/pkg/layout"
	"github.com/jobgen-dev/jobgen/pkg/revision"
	"github.com/jobgen-dev/jobgen/pkg/secret"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/tree"
	"github.com/jobgen-dev/jobgen/pkg/validate/cluster"
)

// diffFlags are the flags of diff.
type diffFlags struct {
	specFlags
	against, format string
	at              string
	exitCode        bool
}

func newDiff(w world) *cobra.Command {
	var flags diffFlags
	cmd := &cobra.Command{
		Use:   "diff [FILE | FOLDER | GLOB]...",
		Short: "Say what applying a change of specs does",
		Long: `diff compares what specs become now with what they became before, object by object
in every environment, and says what happens when that is applied: which Jobs run
again and why, which changes a cluster refuses, what is updated in place and what is
no longer made. The objects follow as YAML, compared by lines.

Before is a git revision of the same specs, or a folder that render wrote. A name that
is both is the folder. Nothing is asked of a cluster, and values of Secrets are neither
read nor shown.

Exit status: 0 also where something changes, unless --exit-code says otherwise.`,
		Example: `  # What the uncommitted changes do
  jobgen diff jobs/

  # What a branch does, as a comment for its pull request
  jobgen diff --against main --format markdown jobs/

  # What is not in the rendered tree yet, in one environment
  jobgen diff --against manifests --env prod jobs/`,
		RunE: func(_ *cobra.Command, args []string) error { return flags.run(w, args) },
	}
	flags.registerVersions(cmd)
	f := cmd.Flags()
	f.StringVar(&flags.env, "env", "", "the one `ENVIRONMENT` to compare")
	f.StringVar(&flags.against, "against", "HEAD", "what to compare with: a `FOLDER|REVISION`")
	f.StringVar(&flags.format, "format", diff.Formats()[0].Name, "`FORMAT` of the output: "+strings.Join(diffFormatNames(), ", "))
	f.StringVar(&flags.at, "at", "", "the `TIME` when the change is applied, in RFC 3339, such as 2026-01-31T12:00:00Z: on it depends which runs a CronJob catches up (default now)")
	f.BoolVar(&flags.exitCode, "exit-code", false, "exit 1 when something changes")
	words := cobra.FixedCompletions(diffFormatNames(), cobra.ShellCompDirectiveNoFileComp)
	if err := cmd.RegisterFlagCompletionFunc("format", words); err != nil {
		panic(err) // the flag stands above
	}
	return cmd
}

func diffFormatNames() []string {
	var names []string
	for _, f := range diff.Formats() {
		names = append(names, f.Name)
	}
	return names
}

func (f *diffFlags) run(w world, args []string) error {
	at := slices.Index(diffFormatNames(), f.format)
	if at < 0 {
		return fmt.Errorf("unknown format %q: write one of %s", f.format, strings.Join(diffFormatNames(), ", "))
	}
	applied := time.Now()
	if f.at != "" {
		t, err := time.Parse(time.RFC3339, f.at)
		if err != nil {
			return fmt.Errorf("--at: %q is not a valid time: write one such as 2026-01-31T12:00:00Z", f.at)
		}
		applied = t
	}
	opts, err := f.options(args)
	if err != nil {
		return err
	}
	if slices.Contains(opts.Args, "-") {
		return errors.New("diff reads files and folders, not standard input: there is nothing to compare it with")
	}
	opts.AllEnvironments = f.env == ""
	before, now, wrong := f.states(w, opts)
	if wrong != nil && now == nil {
		return wrong
	}
	report := diff.Report{Against: f.against}
	if report.Environments, err = diff.Environments(before, now, diff.Options{At: applied}); err != nil {
		return err
	}
	if err := diff.Formats()[at].Write(w.stdout, report); err != nil {
		return fmt.Errorf("writing the comparison: %w", err)
	}
	if f.exitCode && !report.Empty() {
		return errWrong
	}
	return wrong
}

// states returns what the specs became, and what they become. With an error there may be
// both all the same, without the objects of the files that are wrong.
func (f *diffFlags) states(w world, opts build.Options) (before, now diff.State, err error) {
	if !isFolder(f.against) {
		opts.Secrets.Mode = secret.Placeholder
		if before, err = f.revision(w, opts); err != nil {
			return nil, nil, err
		}
	} else {
		opts.Secrets.Git = true
		if before, err = f.tree(opts.Args); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", f.against, err)
		}
	}
	now = diff.State{}
	opts.Made = func(made build.Made) error { return now.Add(made, before) }
	result, err := runBuild(w, opts)
	if err != nil {
		return nil, nil, err
	}
	if result.Diagnostics.HasErrors() {
		return f.others(w, before, now, result.Diagnostics)
	}
	now.Carry(result.Resources)
	if len(before) > 0 { // the last Job may be removed
		return f.narrowed(before), now, tellOf(w, result.Diagnostics)
	}
	return nil, now, tell(w, result, opts.Args)
}

// others returns the states without the files that have errors, and prints these; no
// states where an error concerns more than objects that are known.
func (f *diffFlags) others(w world, before, now diff.State, ds diag.List) (_, _ diff.State, err error) {
	err = tellOf(w, ds)
	var files []string
	for _, d := range ds {
		if d.Severity == diag.Error && !slices.Contains(files, d.File) {
			files = append(files, d.File)
		}
	}
	if !errors.Is(err, errWrong) || !diff.Without(files, before, now) {
		return nil, nil, err
	}
	if _, told := fmt.Fprintf(w.stderr, "the rest is compared, without %s\n", strings.Join(files, ", ")); told != nil {
		return nil, nil, told
	}
	return f.narrowed(before), now, err
}

// narrowed returns the environment that is asked for.
func (f *diffFlags) narrowed(s diff.State) diff.State {
	if f.env == "" {
		return s
	}
	return diff.State{f.env: s[f.env]}
}

// tree returns what stands in a rendered tree.
func (f *diffFlags) tree(args []string) (diff.State, error) {
	inputs, err := relative(f.against, args)
	if err != nil {
		return nil, err
	}
	files, err := tree.Read(f.against, tree.Options{Inputs: slices.Compact(inputs), May: layout.MayHave})
	if errors.Is(err, tree.ErrInputs) {
		return nil, fmt.Errorf("%w; name the same inputs", err)
	}
	if err != nil {
		return nil, err
	}
	return diff.Tree(files)
}

// revision returns what the specs became at a git revision. Specs that were not there
// became nothing.
func (f *diffFlags) revision(w world, opts build.Options) (_ diff.State, err error) {
	files, err := revision.Checkout(opts.Dir, f.against)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, files.Remove()) }()
	args := opts.Args
	opts.Dir, opts.Args = files.Dir, nil
	for _, arg := range args {
		name, err := files.Name(arg)
		if err != nil {
			return nil, err
		}
		if _, _, err := source.Find(opts.Dir, []string{name}); !errors.Is(err, fs.ErrNotExist) {
			opts.Args = append(opts.Args, name)
		}
	}
	state := diff.State{}
	opts.Made = func(made build.Made) error { return state.Add(made, nil) }
	// Whether clusters take it no longer matters, and all environments are there to
	// be asked for.
	opts.AllEnvironments, opts.Environment, opts.Cluster.Checks = true, "", []cluster.Check{}
	result, err := runBuild(w, opts)
	if err != nil {
		return nil, fmt.Errorf("at %s: %w", f.against, err)
	}
	result.Diagnostics = slices.DeleteFunc(result.Diagnostics, func(d diag.Diagnostic) bool { return d.Severity != diag.Error })
	if !result.Diagnostics.HasErrors() {
		state.Carry(result.Resources)
		return state, nil
	}
	if err := w.say("what stands at %s cannot be compared with:", f.against); err != nil {
		return nil, err
	}
	return nil, tell(w, result, args)
}
