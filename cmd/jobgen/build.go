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

func newBuild(w world) *cobra.Command {
	var measured measuring
	var flags specFlags
	var output, secrets string
	var origin bool
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
			format, ok := render.Lookup(output)
			if !ok {
				return fmt.Errorf("unknown output format %q: write one of %s", output, strings.Join(formatNames(), ", "))
			}
			if flags.allEnvs {
				return errors.New("--all-envs: the same names are in every environment, and one stream holds one of them; run `jobgen build --env NAME` for each")
			}
			if origin && output != "yaml" {
				return fmt.Errorf("--show-origin writes comments, and %s has none: leave out -o", output)
			}
			mode := secret.Mode(secrets)
			if !slices.Contains(secretModes, mode) {
				return fmt.Errorf("--secrets: unknown mode %q: write plain, omit or placeholder", secrets)
			}
			return measured.run(w, func(stats *build.Stats) error {
				result, err := compileSpecs(w, args, flags, build.Options{Format: &format, Origins: origin, Secrets: secret.Options{Mode: mode}, Stats: stats})
				if err != nil {
					return err
				}
				out := bufio.NewWriterSize(w.stdout, 1<<16)
				if err := errors.Join(result.Write(out), out.Flush()); err != nil {
					return fmt.Errorf("writing the output: %w", err)
				}
				return nil
			})
		},
	}
	flags.register(cmd)
	measured.register(cmd)
	if err := cmd.Flags().MarkHidden("all-envs"); err != nil {
		panic(err) // the flag stands one line above
	}
	cmd.Flags().StringVarP(&output, "output", "o", render.Formats()[0].Name, "output `FORMAT`: "+strings.Join(formatNames(), " or "))
	cmd.Flags().BoolVar(&origin, "show-origin", false, "end each line with a comment that says which file and line its value comes from")
	cmd.Flags().StringVar(&secrets, "secrets", string(secret.Plain),
		"what stands for Secrets: plain, omit, or placeholder, which prints *** and cannot be applied; `MODE`s but plain read no values")
	words := cobra.FixedCompletions(formatNames(), cobra.ShellCompDirectiveNoFileComp)
	if err := cmd.RegisterFlagCompletionFunc("output", words); err != nil {
		panic(err) // the flag stands one line above
	}
	return cmd
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
	if err := result.Diagnostics.WriteText(w.stderr, w.color()); err != nil {
		return fmt.Errorf("writing the diagnostics: %w", err)
	}
	if n := result.Diagnostics.Count(diag.Error); n > 0 {
		if _, err := fmt.Fprintln(w.stderr, count(n, "error")); err != nil {
			return fmt.Errorf("writing the summary: %w", err)
		}
		return errWrong
	}
	if result.Jobs == 0 {
		return fmt.Errorf("no spec found in %s: a spec has `apiVersion: %s` and `kind: Job`", where(args), spec.APIVersion)
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
