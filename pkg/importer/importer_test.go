package importer_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/tools/txtar"

	"github.com/jobgen-dev/jobgen/internal/golden"
	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/importer"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/spec/spectest"
	"github.com/jobgen-dev/jobgen/pkg/validate/cluster"
)

// imports imports a text.
func imports(t testing.TB, text []byte) *importer.Result {
	t.Helper()
	result, err := importer.Run(importer.Options{Dir: t.TempDir(), Args: []string{"-"}, Stdin: bytes.NewReader(text)})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// shown prints diagnostics for a failing test.
func shown(ds diag.List) string {
	var b strings.Builder
	if err := ds.WriteText(&b, false); err != nil {
		return err.Error()
	}
	return b.String()
}

// built builds a spec, "" where it is wrong.
func built(t testing.TB, dir string, text []byte) (string, *build.Result) {
	t.Helper()
	return builtIn(t, dir, "", text)
}

// builtIn builds a spec as it is in an environment, "" where it is wrong.
func builtIn(t testing.TB, dir, env string, text []byte) (string, *build.Result) {
	t.Helper()
	f, _ := render.Lookup("yaml")
	variable := func(name string) (string, bool) { return "value of " + name, true }
	result, err := build.Run(build.Options{Dir: dir, Args: []string{"-"}, Stdin: bytes.NewReader(text), Format: &f, LookupEnv: variable, Environment: env})
	if err != nil {
		t.Fatal(err)
	}
	if result.Diagnostics.HasErrors() {
		return "", result
	}
	var b strings.Builder
	if err := result.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String(), result
}

// workloads counts the Jobs and CronJobs in an output.
func workloads(output string) int {
	n := 0
	for _, kind := range []string{"Job", "CronJob"} {
		n += strings.Count("\n"+output, "\nkind: "+kind+"\n")
	}
	return n
}

// Every Job that a golden prints is imported and proves itself.
func TestGoldensAreImported(t *testing.T) {
	for _, c := range golden.Cases(t) {
		output := c.Want["stdout"]
		if c.Args[0] != "build" || workloads(output) == 0 {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			result := imports(t, []byte(output))
			if result.Diagnostics.HasErrors() || len(result.Specs) != workloads(output) {
				t.Errorf("%d specs of %d:\n%s", len(result.Specs), workloads(output), shown(result.Diagnostics))
			}
		})
	}
}

// A manifest means the same in whatever form a file may have.
func TestFormsOfFiles(t *testing.T) {
	var text string
	for _, c := range golden.Cases(t) {
		if c.Name == "import/comments" {
			text = string(c.Input[0].Data)
		}
	}
	want := imports(t, []byte(text)).Specs[0].Text
	crlf := strings.ReplaceAll(text, "\n", "\r\n")
	wide := binary.BigEndian.AppendUint16(nil, 0xfeff)
	for _, unit := range utf16.Encode([]rune(text)) {
		wide = binary.BigEndian.AppendUint16(wide, unit)
	}
	list := "apiVersion: v1\nkind: List\nitems:\n- " + strings.ReplaceAll(strings.TrimSpace(text[strings.Index(text, "apiVersion"):]), "\n", "\n  ")
	for name, form := range map[string]string{
		"with CRLF": crlf, "with a BOM": "\ufeff" + text, "with both": "\ufeff" + crlf, "in UTF-16": string(wide),
		"among empty documents": "---\n\n---\n" + text + "\n---\n# nothing\n---\nnull\n---\n", "in a List": list,
	} {
		result := imports(t, []byte(form))
		if result.Diagnostics.HasErrors() || len(result.Specs) != 1 {
			t.Errorf("%s: %d specs\n%s", name, len(result.Specs), shown(result.Diagnostics))
			continue
		}
		// The comments of the document itself belong to the List then.
		got, want := string(result.Specs[0].Text), string(want)
		if name == "in a List" {
			got, want = got[strings.Index(got, "apiVersion"):], strings.TrimSuffix(want[strings.Index(want, "apiVersion"):], "\n# The end.\n")
			got = strings.TrimSuffix(got, "\n# The end.\n")
		}
		if got != want {
			t.Errorf("%s it becomes\n%s\nnot\n%s", name, got, want)
		}
	}
}

// random makes random specs that are accepted, and what they build to.
func random(t *testing.T, dir string, seed int) (text []byte, output string) {
	d := spectest.New(spectest.Choices(fmt.Append(nil, "import ", seed)))
	ok := d.Repair(func(text []byte) (lines []int) {
		_, result := built(t, dir, text)
		for _, d := range result.Diagnostics {
			if d.Severity == diag.Error {
				lines = append(lines, d.Line)
			}
		}
		return lines
	})
	if !ok {
		return nil, ""
	}
	text = d.YAML(nil)
	output, _ = built(t, dir, text)
	return text, output
}

// What random specs become is imported and proves itself, and so do the objects
// beside the Job.
func TestRandomSpecs(t *testing.T) {
	seeds, tried := 200, 0
	if testing.Short() {
		seeds = 20
	}
	dir := t.TempDir()
	golden.WriteFiles(t, dir, files())
	for seed := range seeds {
		text, output := random(t, dir, seed)
		if workloads(output) == 0 {
			continue
		}
		result := imports(t, []byte(output))
		if result.Diagnostics.HasErrors() || len(result.Specs) != 1 {
			t.Errorf("seed %d: %d specs\n%s\n%s\n%s", seed, len(result.Specs), shown(result.Diagnostics), text, output)
			continue
		}
		for _, d := range result.Diagnostics {
			if d.Code == diag.CodeLeftAlone && strings.Contains(d.Message, ": a spec would ") {
				t.Errorf("seed %d: %s\n%s\n%s", seed, d, text, output)
			}
		}
		tried++
	}
	if tried < seeds/2 {
		t.Errorf("%d of %d random specs were built", tried, seeds)
	}
}

// leftAndFound returns the codes of the lint rules that an import with Improve leaves to
// do, and of those that validate finds in what it made.
func leftAndFound(t testing.TB, output string) (left, found []string) {
	t.Helper()
	result, err := importer.Run(importer.Options{Dir: t.TempDir(), Args: []string{"-"}, Stdin: strings.NewReader(output), Improve: true})
	if err != nil || result.Diagnostics.HasErrors() {
		t.Fatalf("%v\n%s\n%s", err, shown(result.Diagnostics), output)
	}
	for _, d := range result.Diagnostics {
		if strings.HasPrefix(d.Message, "left to do: ") {
			left = append(left, d.Code)
		}
	}
	checked, err := build.Run(build.Options{
		Dir: t.TempDir(), Args: []string{"-"}, Stdin: bytes.NewReader(texts(result)), Lint: &build.Lint{}, Cluster: cluster.Options{Checks: []cluster.Check{}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range checked.Diagnostics {
		if diag.Check(d.Code) == "lint" {
			found = append(found, d.Code)
		}
	}
	slices.Sort(left)
	slices.Sort(found)
	return left, found
}

// What an import with Improve says is left to do is what validate finds in its specs.
func TestLeftIsWhatValidateFinds(t *testing.T) {
	tried := 0
	compare := func(name, output string) {
		if workloads(output) == 0 {
			return
		}
		tried++
		if left, found := leftAndFound(t, output); !slices.Equal(left, found) {
			t.Errorf("%s: %v is left, and %v is found", name, left, found)
		}
	}
	for _, c := range golden.Cases(t) {
		if c.Args[0] == "build" {
			compare(c.Name, c.Want["stdout"])
		}
	}
	dir := t.TempDir()
	golden.WriteFiles(t, dir, files())
	for seed := range 40 {
		_, output := random(t, dir, 1000+seed)
		compare(fmt.Sprint("seed ", seed), output)
	}
	if tried < 100 {
		t.Errorf("%d were tried", tried)
	}
}

// No input makes it panic, and what it makes is accepted.
func FuzzImport(f *testing.F) {
	for _, c := range golden.Cases(f) {
		if c.Args[0] == "build" {
			f.Add([]byte(c.Want["stdout"]))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<16 {
			t.Skip("too long to be quick")
		}
		for _, opts := range []importer.Options{{Args: []string{"-"}}, {Environments: []importer.Environment{{Name: "prod", Arg: "-"}}, Improve: true}} {
			opts.Dir, opts.Stdin = t.TempDir(), bytes.NewReader(text)
			result, err := importer.Run(opts)
			if err != nil || result.Diagnostics.HasErrors() {
				continue
			}
			env := ""
			if opts.Environments != nil {
				env = "prod"
			}
			if result.Specs == nil {
				continue
			}
			if output, again := builtIn(t, t.TempDir(), env, texts(result)); output == "" {
				t.Errorf("the specs are wrong:\n%s\n%s", texts(result), shown(again.Diagnostics))
			}
		}
	})
}

// J 2: the specs of one import build together, whatever they were made from.
func TestSpecsBuildTogether(t *testing.T) {
	var outputs []string
	for _, c := range golden.Cases(t) {
		if c.Args[0] == "build" && workloads(c.Want["stdout"]) > 0 {
			outputs = append(outputs, c.Want["stdout"])
		}
	}
	accepted := 0
	for i := range outputs {
		// The neighbors of a golden often have its names; one twice has them all.
		result := imports(t, []byte(outputs[i]+"---\n"+outputs[(i+i%3)%len(outputs)]))
		if result.Diagnostics.HasErrors() {
			if i%3 == 0 && !strings.Contains(shown(result.Diagnostics), "build refuses the spec of this: ") {
				t.Errorf("a Job that is given twice is refused for another reason:\n%s", shown(result.Diagnostics))
			}
			continue
		}
		accepted++
		if output, again := built(t, t.TempDir(), texts(result)); output == "" {
			t.Errorf("the specs are wrong:\n%s\n%s", texts(result), shown(again.Diagnostics))
		}
	}
	if accepted < len(outputs)/10 || accepted > len(outputs)*7/10 {
		t.Errorf("%d of %d are accepted", accepted, len(outputs))
	}
}

func files() []txtar.File {
	var all []txtar.File
	for name, content := range spectest.Files {
		all = append(all, txtar.File{Name: name, Data: []byte(content)})
	}
	return all
}
