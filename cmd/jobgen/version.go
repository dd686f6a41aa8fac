package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/pkg/validate"
)

func newVersion(w world) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version, the language and the Kubernetes minor it knows",
		Example: `  jobgen version`,
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(w.stdout, "jobgen %s\nlanguage %s\nkubernetes %s\n", version(), spec.APIVersion, validate.NewestMinor)
			return err
		},
	}
}

// version is that of the module, as `go install` records it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}
