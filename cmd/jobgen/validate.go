package main

import "github.com/spf13/cobra"

func newValidate(w world) *cobra.Command {
	var flags specFlags
	cmd := &cobra.Command{
		Use:   "validate [FILE | FOLDER | GLOB | -]...",
		Short: "Check specs and print nothing else",
		Long: `validate checks specs as build does, with all the objects they become, and prints
the diagnostics on standard error. It prints nothing when all is well. Secret
values are not read, so that it runs where they are not known.

Every environment that a spec or the project file names is checked, and a spec
as it stands where an environment uses it so; --env checks one alone.`,
		Example: `  # Check every spec below the current folder
  jobgen validate

  # One environment alone
  jobgen validate --env prod jobs/

  # Check what a change would do
  jobgen validate primes.yaml --set spec.parallelism=8

  # Check that Kubernetes 1.31, 1.32 and 1.33 take the objects
  jobgen validate --kubernetes 1.31-1.33 jobs/`,
		RunE: func(_ *cobra.Command, args []string) error {
			_, err := compileSpecs(w, args, flags, nil)
			return err
		},
	}
	flags.register(cmd)
	return cmd
}
