package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jobgen-dev/jobgen/pkg/build"
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
	f.registerVersions(cmd)
	cmd.Flags().StringVar(&f.env, "env", "", "the `ENVIRONMENT` whose overlays are laid over the specs")
	cmd.Flags().BoolVar(&f.allEnvs, "all-envs", false, "every environment, as without --env")
}

// registerVersions registers the flags of the commands that are for every
// environment.
func (f *specFlags) registerVersions(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.kubernetes, "kubernetes", validate.NewestMinor,
		"the Kubernetes `VERSION`s that must take the objects, in place of the project's: 1.33, 1.30-1.33, >=1.30 or all")
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
		if opts.Cluster.Minors, err = validate.ParseMinors(f.kubernetes); err != nil {
			return opts, fmt.Errorf("--kubernetes: %w", err)
		}
	}
	if opts.Dir, err = os.Getwd(); err != nil {
		return opts, fmt.Errorf("finding the working directory: %w", err)
	}
	return opts, nil
}

// runBuild runs the compiler, and shows how far it is.
func runBuild(w world, opts build.Options) (*build.Result, error) {
	progress := newProgress(w)
	opts.Stdin, opts.Progress = w.stdin, progress.show
	defer progress.clear()
	return build.Run(opts)
}

// where names the inputs for a sentence.
func where(args []string) string {
	words := slices.Clone(args)
	if i := slices.Index(words, "-"); i >= 0 {
		words[i] = "standard input"
	}
	return strings.Join(words, " ")
}
