package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/pkg/validate"
)

// specFlags are the flags of the commands that read specs.
type specFlags struct {
	set        []string
	kubernetes string
	env        string
	allEnvs    bool
	changed    func(flag string) bool // whether the user wrote the flag
}

func (f *specFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.set, "set", nil,
		"lay a value over the spec, `PATH=VALUE`, such as spec.parallelism=3 (one spec only; may be repeated)")
	cmd.Flags().StringVar(&f.kubernetes, "kubernetes", validate.NewestMinor,
		"the Kubernetes `VERSION`s that must take the objects, in place of the project's: 1.33, 1.30-1.33, >=1.30 or all")
	cmd.Flags().StringVar(&f.env, "env", "", "the `ENVIRONMENT` whose overlays are laid over the specs")
	cmd.Flags().BoolVar(&f.allEnvs, "all-envs", false, "every environment, as without --env")
	f.changed = cmd.Flags().Changed
}

// options are those that the flags and arguments stand for.
func (f *specFlags) options(args []string) (build.Options, error) {
	opts := build.Options{Args: args}
	if len(args) == 0 {
		opts.Args = []string{"."}
	}
	for _, text := range f.set {
		a, err := spec.ParseAssignment(text)
		if err != nil {
			return opts, err
		}
		opts.Set = append(opts.Set, a)
	}
	if opts.Environment = f.env; f.env == "" && f.changed("env") {
		return opts, errors.New("--env: write the name of an environment, or leave it out")
	}
	if f.allEnvs && f.env != "" {
		return opts, errors.New("--env and --all-envs exclude each other")
	}
	var err error
	if f.changed("kubernetes") {
		if opts.Minors, err = validate.ParseMinors(f.kubernetes); err != nil {
			return opts, fmt.Errorf("--kubernetes: %w", err)
		}
	}
	if opts.Dir, err = os.Getwd(); err != nil {
		return opts, fmt.Errorf("finding the working directory: %w", err)
	}
	return opts, nil
}

// compileSpecs runs the compiler and prints the diagnostics. Without a format it
// only checks. The error is errWrong when a spec is wrong.
func compileSpecs(w world, args []string, flags specFlags, format *render.Format) (*build.Result, error) {
	opts, err := flags.options(args)
	if err != nil {
		return nil, err
	}
	opts.Stdin, opts.Format = w.stdin, format
	opts.AllEnvironments = format == nil && flags.env == ""
	if format != nil {
		opts.LookupEnv = w.lookupEnv
	}
	progress := newProgress(w)
	opts.Progress = progress.show
	result, err := build.Run(opts)
	progress.clear()
	if err != nil {
		return nil, err
	}
	if err := result.Diagnostics.WriteText(w.stderr, w.color()); err != nil {
		return nil, fmt.Errorf("writing the diagnostics: %w", err)
	}
	if result.Diagnostics.HasErrors() {
		return nil, summary(w, result)
	}
	if result.Jobs == 0 {
		where := slices.Clone(opts.Args)
		if i := slices.Index(where, "-"); i >= 0 {
			where[i] = "standard input"
		}
		return nil, fmt.Errorf("no spec found in %s: a spec has `apiVersion: %s` and `kind: Job`", strings.Join(where, " "), spec.APIVersion)
	}
	if format != nil && result.Objects() == 0 {
		return nil, absent(result, flags.env)
	}
	return result, nil
}

// absent is the error for specs that do not exist where they would be built.
func absent(result *build.Result, env string) error {
	where := "without --env"
	if env != "" {
		where = "in the environment " + env
	}
	return fmt.Errorf("nothing to build %s: these specs exist only in %s", where, strings.Join(result.Elsewhere, ", "))
}

// summary counts what is wrong, below the diagnostics.
func summary(w world, result *build.Result) error {
	n := result.Diagnostics.Count(diag.Error)
	noun := "errors"
	if n == 1 {
		noun = "error"
	}
	if _, err := fmt.Fprintf(w.stderr, "%d %s\n", n, noun); err != nil {
		return err
	}
	return errWrong
}
