package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/spec"
)

func newBuild(w world) *cobra.Command {
	var flags struct {
		set    []string
		output string
	}
	cmd := &cobra.Command{
		Use:   "build [FILE | FOLDER | GLOB | -]...",
		Short: "Print the Kubernetes manifests of specs",
		Long: `build reads specs and prints their Kubernetes objects on standard output, in an
order in which they can be applied. Without arguments it reads every spec below
the current folder; "-" is standard input. When anything is wrong it prints
diagnostics on standard error, and no object.`,
		Example: `  # Apply a spec
  jobgen build primes.yaml | kubectl apply -f -

  # Every spec below a folder, as JSON
  jobgen build -o json jobs/

  # Change a value
  jobgen build primes.yaml --set spec.parallelism=3`,
		RunE: func(_ *cobra.Command, args []string) error {
			format, ok := render.Lookup(flags.output)
			if !ok {
				return fmt.Errorf("unknown output format %q: write one of %s", flags.output, strings.Join(formatNames(), ", "))
			}
			result, err := compileSpecs(w, args, flags.set, &format)
			if err != nil {
				return err
			}
			out := bufio.NewWriter(w.stdout)
			if err := errors.Join(result.Write(out), out.Flush()); err != nil {
				return fmt.Errorf("writing the output: %w", err)
			}
			return nil
		},
	}
	cmd.Flags().StringArrayVar(&flags.set, "set", nil, setUsage)
	cmd.Flags().StringVarP(&flags.output, "output", "o", render.Formats()[0].Name, "output `FORMAT`: "+strings.Join(formatNames(), " or "))
	words := cobra.FixedCompletions(formatNames(), cobra.ShellCompDirectiveNoFileComp)
	if err := cmd.RegisterFlagCompletionFunc("output", words); err != nil {
		panic(err) // the flag stands one line above
	}
	return cmd
}

const setUsage = "lay a value over the spec, `PATH=VALUE`, such as spec.parallelism=3 (one spec only; may be repeated)"

func formatNames() []string {
	var names []string
	for _, f := range render.Formats() {
		names = append(names, f.Name)
	}
	return names
}

// compileSpecs runs the compiler and prints the diagnostics. Without a format it
// only checks. The error is errWrong when a spec is wrong.
func compileSpecs(w world, args, set []string, format *render.Format) (*build.Result, error) {
	opts := build.Options{Args: args, Stdin: w.stdin, Format: format}
	if len(args) == 0 {
		opts.Args = []string{"."}
	}
	for _, text := range set {
		a, err := spec.ParseAssignment(text)
		if err != nil {
			return nil, err
		}
		opts.Set = append(opts.Set, a)
	}
	if format != nil {
		opts.LookupEnv = w.lookupEnv
	}
	var err error
	if opts.Dir, err = os.Getwd(); err != nil {
		return nil, fmt.Errorf("finding the working directory: %w", err)
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
		where := strings.ReplaceAll(" "+strings.Join(opts.Args, " "), " -", " standard input")
		return nil, fmt.Errorf("no spec found in%s: a spec has `apiVersion: %s` and `kind: Job`", where, spec.APIVersion)
	}
	return result, nil
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
