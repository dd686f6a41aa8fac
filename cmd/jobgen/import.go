package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/importer"
)

// importFlags are the flags of import.
type importFlags struct {
	out     string
	force   bool
	improve bool
	envs    []string
}

func newImport(w world) *cobra.Command {
	var flags importFlags
	cmd := &cobra.Command{
		Use:   "import [FILE | FOLDER | GLOB | -]...",
		Short: "Turn Kubernetes manifests of Jobs and CronJobs into specs",
		Long: `import reads the manifests of Jobs and CronJobs, as people write them and as kubectl,
Helm and kustomize print them, and prints a spec for each on standard output. The objects
around a Job go along where a spec makes the same: ConfigMaps, service account and roles,
volume claims, network policy, namespace. Others are named and stay manifests.

Each spec is built again and compared with what it was made from, both with the API
server's defaults. What a spec cannot say, and every difference, is told at the
manifest's line; then nothing is printed. Labels that jobgen adds do not count, nor the
order of variables and volumes where Kubernetes gives it no meaning.

With --improve the specs are given what the lint rules ask for and the manifests say
nothing of, where a default is safe. A comment marks each edit, and the difference that
it makes is told; findings that need a human are listed.

With --env the manifests of several environments become specs with overlays. What most
environments have stands in the spec, the rest in overlays, and each environment is
built and compared with its own manifests.`,
		Example: `  # The spec of a manifest
  jobgen import cronjob.yaml

  # A file for each CronJob of a cluster
  kubectl get cronjobs -o yaml | jobgen import - --out specs

  # The Jobs of a chart
  helm template RELEASE CHART | jobgen import -

  # With deadlines, requests and what else the lint rules ask for
  jobgen import cronjob.yaml --improve

  # One spec of what two environments have
  jobgen import --env prod=prod/ --env staging=staging.yaml`,
		RunE: func(_ *cobra.Command, args []string) error { return flags.run(w, args) },
	}
	cmd.Flags().StringVar(&flags.out, "out", "", "write one file for each Job into a `FOLDER`, in place of standard output")
	cmd.Flags().BoolVar(&flags.force, "force", false, "with --out: overwrite files that exist")
	cmd.Flags().BoolVar(&flags.improve, "improve", false, "add what the lint rules ask for, where a default is safe")
	cmd.Flags().StringArrayVar(&flags.envs, "env", nil,
		"the manifests of an environment, `NAME=FILE`, where FILE is also a folder, glob or -; once for each")
	if err := cmd.MarkFlagDirname("out"); err != nil {
		panic(err) // the flag stands above
	}
	return cmd
}

func (f *importFlags) run(w world, args []string) error {
	if f.force && f.out == "" {
		return errors.New("--force: there is nothing to overwrite without --out")
	}
	environments, err := f.environments(args)
	if err != nil {
		return err
	}
	if len(args) == 0 {
		args = []string{"."}
	}
	dir, err := os.Getwd()
	if err != nil {
		return fmt.Errorf("finding the working directory: %w", err)
	}
	result, err := importer.Run(importer.Options{Dir: dir, Args: args, Stdin: w.stdin, Environments: environments, Improve: f.improve})
	if err != nil {
		return err
	}
	if err := result.Diagnostics.WriteText(w.stderr, w.color()); err != nil {
		return fmt.Errorf("writing the diagnostics: %w", err)
	}
	if n := result.Diagnostics.Count(diag.Error); n > 0 {
		err := w.say("%s", count(n, "error"))
		return errors.Join(err, errWrong)
	}
	if len(result.Empty) > 0 {
		return fmt.Errorf("no Job or CronJob found in %s, the environment %s", result.Empty[0].Arg, result.Empty[0].Name)
	}
	if result.Jobs == 0 {
		return fmt.Errorf("no Job or CronJob found in %s", where(args))
	}
	if f.improve {
		if err := w.say("%s made, %s left to do", count(result.Edits, "edit"), count(result.Left, "finding")); err != nil {
			return fmt.Errorf("writing the summary: %w", err)
		}
	}
	if f.out != "" {
		if err := f.write(result.Specs); err != nil {
			return err
		}
		err := w.say("%s: %s written", f.out, count(len(result.Specs), "spec"))
		return err
	}
	var texts [][]byte
	for _, s := range result.Specs {
		texts = append(texts, s.Text)
	}
	if _, err := w.stdout.Write(bytes.Join(texts, []byte("---\n"))); err != nil {
		return fmt.Errorf("writing the specs: %w", err)
	}
	return nil
}

// environments reads the flags --env.
func (f *importFlags) environments(args []string) ([]importer.Environment, error) {
	var all []importer.Environment
	if len(f.envs) > 0 && len(args) > 0 {
		return nil, fmt.Errorf("%s is of no environment: write --env NAME=%s", args[0], args[0])
	}
	for _, text := range f.envs {
		name, arg, ok := strings.Cut(text, "=")
		if problems := validation.IsDNS1123Label(name); !ok || arg == "" || len(problems) > 0 {
			return nil, fmt.Errorf("--env %s: write NAME=FILE, the name in lower case letters, digits and \"-\"", text)
		}
		for _, other := range all {
			if other.Name == name {
				return nil, fmt.Errorf("--env %s: the environment stands twice; a folder or glob may hold several files of it", name)
			}
			if arg == "-" && other.Arg == "-" {
				return nil, errors.New("--env: standard input can be that of one environment alone")
			}
		}
		all = append(all, importer.Environment{Name: name, Arg: arg})
	}
	return all, nil
}

// write writes the specs into files, or none of them where one would be overwritten.
func (f *importFlags) write(specs []importer.Spec) error {
	names := fileNames(specs)
	for i, name := range names {
		names[i] = filepath.Join(f.out, name+".yaml")
		if exists(names[i]) && !f.force {
			return fmt.Errorf("%s exists: remove it, or add --force", names[i])
		}
	}
	if err := makeFolder(f.out); err != nil {
		return err
	}
	for i, path := range names {
		if err := writeFile(path, specs[i].Text); err != nil {
			return err
		}
	}
	return nil
}

// nameParts are what files are named after: each spec gets the first name that no other
// one wants.
var nameParts = []func(s importer.Spec) []string{
	func(s importer.Spec) []string { return []string{s.Name} },
	func(s importer.Spec) []string { return []string{s.Name, s.Kind} },
	func(s importer.Spec) []string { return []string{s.Namespace, s.Name} },
	func(s importer.Spec) []string { return []string{s.Namespace, s.Name, s.Kind} },
	func(s importer.Spec) []string { return []string{s.Kind, s.Name} },
}

// reserved matches names of files that jobgen or kustomize reads as something else, or
// that Windows does not have.
var reserved = lazyregexp.New(`^(jobgen|kustomization|con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$`)

// fileNames returns a name for the file of each spec, without its ending. They are
// different in lower case too, begin with a letter or digit, and are not reserved.
func fileNames(specs []importer.Spec) []string {
	names, taken := make([]string, len(specs)), map[string]bool{}
	use := func(i int, name string) bool {
		if names[i] != "" || taken[name] || reserved.MatchString(name) {
			return false
		}
		names[i], taken[name] = name, true
		return true
	}
	for _, parts := range nameParts {
		wanted := make([]string, len(specs))
		count := map[string]int{}
		for i, s := range specs {
			wanted[i] = strings.ToLower(strings.Trim(strings.Join(parts(s), "-"), "-."))
			if names[i] == "" {
				count[wanted[i]]++
			}
		}
		for i, name := range wanted {
			if count[name] == 1 {
				use(i, name)
			}
		}
	}
	for i, s := range specs {
		for n := 2; names[i] == "" && !use(i, strings.ToLower(fmt.Sprintf("%s-%s-%d", s.Kind, s.Name, n))); n++ {
		}
	}
	return names
}
