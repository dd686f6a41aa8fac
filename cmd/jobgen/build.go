package main

import (
	"bufio"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/secret"
	"github.com/jobgen-dev/jobgen/pkg/spec"
)

// buildFlags are the flags of build.
type buildFlags struct {
	specFlags
	measured        measuring
	output, secrets string
	origin          bool
}

func newBuild(w world) *cobra.Command {
	var flags buildFlags
	cmd := &cobra.Command{
		Use:   "build [FILE | FOLDER | GLOB | -]...",
		Short: "Print the Kubernetes manifests of specs",
		Long: `build reads specs and prints their Kubernetes objects on standard output, in an
order in which they can be applied. Without arguments it reads every spec below
the current folder; "-" is standard input. When anything is wrong it prints
diagnostics on standard error, and no object.

With --env the overlays of that environment are laid over the specs; without it
they are built as they stand. One stream holds one environment: run build for each.`,
		Example: `  # Apply a spec
  jobgen build primes.yaml | kubectl apply -f -

  # Every spec below a folder, as JSON
  jobgen build -o json jobs/

  # As it is in production
  jobgen build --env prod jobs/

  # Say at each line which file and line it comes from
  jobgen build --env prod --show-origin jobs/

  # Change a value
  jobgen build primes.yaml --set spec.parallelism=3`,
		RunE: func(_ *cobra.Command, args []string) error {
			output, err := flags.outputOptions()
			if err != nil {
				return err
			}
			return flags.measured.run(w, func(stats *build.Stats) error {
				output.Stats = stats
				return flags.run(w, args, output)
			})
		},
	}
	flags.register(cmd)
	return cmd
}

func (f *buildFlags) register(cmd *cobra.Command) {
	f.specFlags.register(cmd)
	f.measured.register(cmd)
	cmd.Flags().StringVarP(&f.output, "output", "o", render.Formats()[0].Name, "output `FORMAT`: "+strings.Join(formatNames(), " or "))
	cmd.Flags().BoolVar(&f.origin, "show-origin", false, "end each line with a comment that says which file and line its value comes from")
	cmd.Flags().StringVar(&f.secrets, "secrets", string(secret.Plain),
		"what stands for Secrets: plain, omit, or placeholder, which prints *** and cannot be applied; `MODE`s but plain read no values")
	words := cobra.FixedCompletions(formatNames(), cobra.ShellCompDirectiveNoFileComp)
	if err := errors.Join(cmd.Flags().MarkHidden("all-envs"), cmd.RegisterFlagCompletionFunc("output", words)); err != nil {
		panic(err) // the flags stand above
	}
}

// outputOptions are those that the flags say of the output.
func (f *buildFlags) outputOptions() (build.Options, error) {
	format, ok := render.Lookup(f.output)
	mode := secret.Mode(f.secrets)
	switch {
	case !ok:
		return build.Options{}, fmt.Errorf("unknown output format %q: write one of %s", f.output, strings.Join(formatNames(), ", "))
	case f.allEnvs:
		return build.Options{}, errors.New("--all-envs: the same names are in every environment, and one stream holds one of them; run `jobgen build --env NAME` for each")
	case f.origin && f.output != "yaml":
		return build.Options{}, fmt.Errorf("--show-origin writes comments, and %s has none: leave out -o", f.output)
	case !slices.Contains(secretModes, mode):
		return build.Options{}, fmt.Errorf("--secrets: unknown mode %q: write plain, omit or placeholder", f.secrets)
	}
	return build.Options{Format: &format, Origins: f.origin, Secrets: secret.Options{Mode: mode}}, nil
}

// run builds, and prints what is made.
func (f *buildFlags) run(w world, args []string, output build.Options) error {
	result, err := compileSpecs(w, args, f.specFlags, output)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w.stdout, 1<<16)
	if err := errors.Join(result.Write(out), out.Flush()); err != nil {
		return fmt.Errorf("writing the output: %w", err)
	}
	return nil
}

// secretModes are those of a stream.
var secretModes = []secret.Mode{secret.Plain, secret.Omit, secret.Placeholder}

func formatNames() []string {
	var names []string
	for _, f := range render.Formats() {
		names = append(names, f.Name)
	}
	return names
}

// compileSpecs runs the compiler, for the output that the options say, and prints the
// diagnostics. The error is errWrong when a spec is wrong.
func compileSpecs(w world, args []string, flags specFlags, output build.Options) (*build.Result, error) {
	opts, err := flags.options(args)
	if err != nil {
		return nil, err
	}
	opts.Format, opts.Origins, opts.Secrets, opts.Stats = output.Format, output.Origins, output.Secrets, output.Stats
	if opts.Secrets.Mode.ReadsValues() {
		opts.LookupEnv = w.lookupEnv
	}
	result, err := runBuild(w, opts)
	if err != nil {
		return nil, err
	}
	if err := tell(w, result, opts.Args); err != nil {
		return nil, err
	}
	if result.Objects() == 0 {
		return nil, absent(result, flags.env)
	}
	return result, nil
}

// tell prints the diagnostics. The error is errWrong when a spec is wrong.
func tell(w world, result *build.Result, args []string) error {
	if err := tellOf(w, result.Diagnostics); err != nil {
		return err
	}
	if result.Jobs == 0 {
		return noSpec(args)
	}
	return nil
}

// noSpec is the error for arguments without a spec.
func noSpec(args []string) error {
	return fmt.Errorf("no spec found in %s: a spec has `apiVersion: %s` and `kind: Job`", where(args), spec.APIVersion)
}

// tellOf prints diagnostics for people, and how many are errors. The error is errWrong
// when there are such.
func tellOf(w world, ds diag.List) error {
	if err := ds.WriteText(w.stderr, w.color()); err != nil {
		return fmt.Errorf("writing the diagnostics: %w", err)
	}
	if n := ds.Count(diag.Error); n > 0 {
		if err := w.say("%s", count(n, "error")); err != nil {
			return fmt.Errorf("writing the summary: %w", err)
		}
		return errWrong
	}
	return nil
}

// absent is the error for specs that do not exist where they would be built.
func absent(result *build.Result, env string) error {
	where := "without --env"
	if env != "" {
		where = "in the environment " + env
	}
	return fmt.Errorf("nothing to build %s: these specs exist only in %s", where, strings.Join(result.Elsewhere, ", "))
}
