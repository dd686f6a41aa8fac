// Command jobgen compiles short, typed job specs into Kubernetes manifests.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jobgen-dev/jobgen/internal/escape"
	_ "github.com/jobgen-dev/jobgen/internal/startup" // tunes the garbage collector before all that is imported elsewhere
	"github.com/jobgen-dev/jobgen/pkg/revision"
	"github.com/jobgen-dev/jobgen/pkg/source"
)

// The exit statuses.
const (
	exitDone  = 0
	exitWrong = 1 // a spec is wrong
	exitError = 2 // the run failed: no such file, no permission, a bad flag
)

// errWrong says that the diagnostics, already printed, hold an error.
var errWrong = errors.New("a spec is wrong")

// cueMemory is how much memory the evaluation of CUE may take. What it computes is not
// bounded by the size of a file.
const cueMemory = 512 << 20

func main() {
	source.LimitCUE(cueMemory, func(file string) {
		fmt.Fprintf(os.Stderr, "jobgen: %s: evaluating this file takes more than %d MiB of memory\n", escape.Line(file), cueMemory>>20)
		revision.RemoveAll()
		os.Exit(exitError)
	})
	os.Exit(run(os.Args[1:], world{
		program: programName(os.Args[0]),
		stdin:   os.Stdin, stdout: os.Stdout, stderr: os.Stderr, lookupEnv: os.LookupEnv,
		terminal: isTerminal(os.Stderr), terminalOut: isTerminal(os.Stdout), now: time.Now(),
	}))
}

// world is what a command may touch besides files.
type world struct {
	program        string // what the user types to run it; "" is jobgen
	stdin          io.Reader
	stdout, stderr io.Writer
	lookupEnv      func(name string) (string, bool)
	terminal       bool      // whether stderr is a terminal
	terminalOut    bool      // whether stdout is one
	now            time.Time // zero: findings name no dates
}

// color reports whether stderr takes colours (https://no-color.org).
func (w world) color() bool { return w.terminal && w.wantsColor() }

// colorOut reports whether stdout takes colours.
func (w world) colorOut() bool { return w.terminalOut && w.wantsColor() }

func (w world) wantsColor() bool {
	off, _ := w.lookupEnv("NO_COLOR")
	return off == ""
}

// say prints a line for people.
func (w world) say(format string, args ...any) error {
	_, err := io.WriteString(w.stderr, escape.Line(fmt.Sprintf(format, args...))+"\n")
	return err
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// plugin is the name under which kubectl finds the program.
const plugin = "kubectl-jobgen"

// programName is what the user has typed: kubectl runs a plugin by its file.
func programName(file string) string {
	if strings.TrimSuffix(filepath.Base(file), ".exe") == plugin {
		return "kubectl jobgen"
	}
	return "jobgen"
}

// asPlugin makes the help texts say what a user of the plugin types.
func asPlugin(cmd *cobra.Command, program string) {
	cmd.Example = strings.ReplaceAll(cmd.Example, "  jobgen ", "  "+program+" ")
	for _, sub := range cmd.Commands() {
		asPlugin(sub, program)
	}
}

// run runs one command line and returns the exit status.
func run(args []string, w world) int {
	out := &output{Writer: w.stdout}
	w.stdout = out
	root := newRoot(w)
	root.SetArgs(args)
	err := root.Execute()
	if err == nil && out.err != nil { // cobra does not look whether its help is written
		err = fmt.Errorf("writing the output: %w", out.err)
	}
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errWrong):
		return exitWrong
	default:
		for line := range strings.SplitSeq(err.Error(), "\n") {
			_ = w.say("jobgen: %s", line) // there is nobody else to tell
		}
		return exitError
	}
}

// output keeps the first error of writing to it.
type output struct {
	io.Writer
	err error
}

func (o *output) Write(p []byte) (int, error) {
	n, err := o.Writer.Write(p)
	if o.err == nil {
		o.err = err
	}
	return n, err
}

func newRoot(w world) *cobra.Command {
	root := &cobra.Command{
		Use:   "jobgen",
		Short: "Compile short, typed job specs into Kubernetes manifests",
		Long: `jobgen compiles short, typed job specs (YAML, JSON or CUE) into Kubernetes
Jobs and CronJobs and the objects they need. Every mistake is reported at once,
at the line where it stands, and nothing is printed when anything is wrong.

Exit status: 0 done, 1 a spec is wrong, 2 anything else.`,
		Example: `  # Print the manifests of every spec below the current folder
  jobgen build

  # Apply one
  jobgen build primes.yaml | kubectl apply -f -`,
		SilenceErrors: true, // printed once, in run
		SilenceUsage:  true,
		Args:          noSuchCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },

		SuggestionsMinimumDistance: 2,
	}
	root.Version = version()
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w; `%s --help` lists the flags", err, cmd.CommandPath())
	})
	root.SetIn(w.stdin)
	root.SetOut(w.stdout)
	root.SetErr(w.stderr)
	root.AddCommand(newInit(w), newImport(w), newBuild(w), newRender(w), newDiff(w), newValidate(w), newFmt(w), newExplain(w), newSchema(w), newFn(w), newVersion(w))
	onlyOnce(root)
	if w.program != "" && w.program != root.Name() {
		root.Annotations = map[string]string{cobra.CommandDisplayNameAnnotation: w.program}
		asPlugin(root, w.program)
	}
	return root
}

// noSuchCommand is for words that are no command, which cobra hands to the root.
func noSuchCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if meant := root.SuggestionsFor(args[0]); len(meant) > 0 {
		return fmt.Errorf("unknown command %q: did you mean %q?", args[0], meant[0])
	}
	return fmt.Errorf("unknown command %q: `%s --help` lists them", args[0], root.CommandPath())
}
