package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jobgen-dev/jobgen/pkg/krm"
	"github.com/jobgen-dev/jobgen/pkg/secret"
	"github.com/jobgen-dev/jobgen/pkg/validate"
)

// fnFlags are the flags of fn.
type fnFlags struct{ env, kubernetes, secrets string }

func newFn(w world) *cobra.Command {
	var flags fnFlags
	cmd := &cobra.Command{
		Use:   "fn",
		Short: "Be a KRM function of kustomize or kpt",
		Long: `fn reads a ResourceList on standard input and prints one on standard output, as
the KRM Functions Specification says. Specs among its items are replaced by what
they become; other items stay as they are. Where the functionConfig is a spec, that
is built, and specs among the items are left alone.

The functionConfig may also be a ConfigMap. Its data may say what the flags say,
env, kubernetes and secrets, and files: specs to build besides, one name a line,
relative to the working directory. A flag wins.

Nobody knows where a list ends up, so Secrets are treated as for files in git,
as the project file says, unless --secrets says otherwise.

What is wrong is told on standard error and in the results of the list, whose items
are then as they came.`,
		Example: `  # In a pipe; kustomize and kpt run it with a ResourceList too
  kpt fn source jobs/ | jobgen fn --env prod | kpt fn sink out/`,
		Args: cobra.NoArgs,
		RunE: func(_ *cobra.Command, _ []string) error { return flags.run(w) },
	}
	cmd.Flags().StringVar(&flags.env, "env", "", "the `ENVIRONMENT` whose overlays are laid over the specs")
	cmd.Flags().StringVar(&flags.kubernetes, "kubernetes", "",
		"the Kubernetes `VERSION`s that must take the objects, in place of the project's: 1.33, 1.30-1.33, >=1.30 or all")
	cmd.Flags().StringVar(&flags.secrets, "secrets", "", "what stands for Secrets, in place of what the project file says: `MODE` "+strings.Join(fnModes(), ", "))
	return cmd
}

func fnModes() []string {
	var names []string
	for _, mode := range krm.Modes() {
		names = append(names, string(mode))
	}
	return names
}

// options are those that the flags stand for.
func (f *fnFlags) options(w world) (opts krm.Options, err error) {
	opts = krm.Options{Environment: f.env, Secrets: secret.Mode(f.secrets), LookupEnv: w.lookupEnv}
	if f.secrets != "" && !slices.Contains(fnModes(), f.secrets) {
		return opts, fmt.Errorf("--secrets: unknown mode %q: write %s", f.secrets, strings.Join(fnModes(), ", "))
	}
	if f.kubernetes != "" {
		if opts.Minors, err = validate.ParseMinors(f.kubernetes); err != nil {
			return opts, fmt.Errorf("--kubernetes: %w", err)
		}
	}
	if opts.Dir, err = os.Getwd(); err != nil {
		return opts, fmt.Errorf("finding the working directory: %w", err)
	}
	return opts, nil
}

func (f *fnFlags) run(w world) error {
	opts, err := f.options(w)
	if err != nil {
		return err
	}
	result, err := krm.Run(w.stdin, opts)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w.stdout, 1<<16)
	if err := errors.Join(result.Write(out), out.Flush()); err != nil {
		return fmt.Errorf("writing the output: %w", err)
	}
	return tellOf(w, result.Diagnostics)
}
