package main

import "github.com/spf13/cobra"

func newValidate(w world) *cobra.Command {
	var set []string
	cmd := &cobra.Command{
		Use:   "validate [FILE | FOLDER | GLOB | -]...",
		Short: "Check specs and print nothing else",
		Long: `validate checks specs as build does, with all the objects they become, and prints
the diagnostics on standard error. It prints nothing when all is well. Secret
values are not read, so that it runs where they are not known.`,
		Example: `  # Check every spec below the current folder
  jobgen validate

  # Check what a change would do
  jobgen validate primes.yaml --set spec.parallelism=8`,
		RunE: func(_ *cobra.Command, args []string) error {
			_, err := compileSpecs(w, args, set, nil)
			return err
		},
	}
	cmd.Flags().StringArrayVar(&set, "set", nil, setUsage)
	return cmd
}
