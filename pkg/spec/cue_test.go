package spec

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
	cueerrors "cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/load"
	cueyaml "cuelang.org/go/encoding/yaml"

	"github.com/jobgen-dev/jobgen/internal/golden"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec/spectest"
	"github.com/jobgen-dev/jobgen/schema"
)

// What CUE says of a spec as it is written, by the definition #Job, is what jobgen says
// of it. The test asks CUE's library of a few documents; `make agreement` asks the
// command `cue vet` of all examples and goldens and of many random documents.
var (
	command = flag.String("cue", "", "ask this `PROGRAM` of every document, in place of the library")
	cases   = flag.Int("cases", 25, "how many random documents are tried, each once more with a mistake")
)

// schemaAsCUE returns the package schema, compiled by CUE itself.
func schemaAsCUE(t *testing.T) cue.Value {
	instance := load.Instances([]string{"./schema"}, &load.Config{Dir: golden.Root(t)})[0]
	v := cuecontext.New().BuildInstance(instance)
	if err := v.Validate(); err != nil {
		t.Fatal(cueerrors.Details(err, nil))
	}
	return v
}

// agreement is what both say of documents.
type agreement struct {
	t    *testing.T
	ask  func(name string, text []byte) string // what CUE prints
	dir  string
	lock sync.Mutex

	accepted, refused, named int
	differ                   []string
}

func TestSpecsAsCUE(t *testing.T) {
	t.Parallel() // it takes a while
	a := &agreement{t: t, dir: t.TempDir()}
	a.ask = a.byCommand
	if *command == "" {
		job := schemaAsCUE(t).LookupPath(cue.ParsePath("#Job"))
		a.ask = func(name string, text []byte) string { return byLibrary(job, name, text) }
	}
	for name, content := range spectest.Files {
		path := filepath.Join(a.dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(content), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	texts := a.texts()
	var workers sync.WaitGroup
	next := make(chan text)
	for range 2 {
		workers.Go(func() {
			for text := range next {
				a.hold(text.name, text.text)
			}
		})
		if *command == "" {
			break // a context of CUE is for one at a time
		}
	}
	for _, text := range texts {
		next <- text
	}
	close(next)
	workers.Wait()
	t.Logf("%d documents are accepted by both, %d refused by both, %d of these at the same field (%.1f %%)",
		a.accepted, a.refused, a.named, 100*float64(a.named)/float64(a.refused))
	if a.named*100 < a.refused*95 {
		t.Error("CUE names another field than jobgen too often")
	}
	if len(a.differ) > 0 {
		t.Errorf("%d verdicts differ", len(a.differ))
	}
}

type text struct {
	name string
	text []byte
}

// texts returns the documents to try: those of goldens, and random ones, right and
// wrong. The library, which is slow, gets the mistakes alone of the goldens.
func (a *agreement) texts() []text {
	var texts []text
	for _, c := range golden.Cases(a.t) {
		for _, f := range c.Input {
			one := strings.HasSuffix(f.Name, ".yaml") && !strings.Contains(string(f.Data), "\n---")
			if one && (*command != "" || strings.HasPrefix(c.Name, "mistakes/")) {
				texts = append(texts, text{c.Name + "/" + f.Name, f.Data})
			}
		}
	}
	texts = append(texts, a.examples()...)
	for _, rc := range ruleCases {
		broken, mended := rc.documents()
		if *command != "" {
			texts = append(texts, text{"rule " + rc.rule + " broken", []byte(broken)}, text{"rule " + rc.rule + " followed", []byte(mended)})
		}
	}
	for i := range *cases {
		texts = append(texts, a.random(i)...)
	}
	return texts
}

// examples returns the documents of the folder examples, for the library a few of them.
func (a *agreement) examples() []text {
	var texts []text
	root := filepath.Join(golden.Root(a.t), "examples")
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".yaml" {
			return err
		}
		content, err := os.ReadFile(path)
		name, _ := filepath.Rel(root, path)
		for i, part := range strings.Split(string(content), "\n---\n") {
			texts = append(texts, text{fmt.Sprintf("examples/%s document %d", name, i+1), []byte(part)})
		}
		return err
	})
	if err != nil || len(texts) < 60 {
		a.t.Fatalf("%d examples, error %v", len(texts), err)
	}
	if *command != "" {
		return texts
	}
	var few []text
	for i := 0; i < len(texts); i += 8 {
		few = append(few, texts[i])
	}
	return few
}

// random returns a random document, and the same with a mistake.
func (a *agreement) random(i int) []text {
	r := rand.New(rand.NewPCG(7, uint64(i)))
	d := spectest.New(r)
	d.Rename("random")
	d.Repair(func(text []byte) []int {
		var lines []int
		for _, d := range a.mistakes(a.parse("random", text)) {
			lines = append(lines, d.Line)
		}
		return lines
	})
	for _, p := range d.Places() {
		if p.Type != nil && (p.Type.Kind == schema.String || p.Type.Kind == schema.IntOrString) && p.Node.Kind == source.Scalar {
			p.Node.Quoted = true // what YAML makes of it without quotes differs: see the goldens
		}
	}
	texts := []text{{fmt.Sprint("random", i), d.YAML(nil)}}
	if what, _ := d.Break(r); what != "" {
		texts = append(texts, text{fmt.Sprintf("random%d with %s", i, what), d.YAML(nil)})
	}
	return texts
}

func (a *agreement) parse(name string, text []byte) source.Document {
	_, docs, ds := source.ParseBytes(name+".yaml", text, a.dir, a.dir, true)
	if ds.HasErrors() || len(docs) != 1 || ClassOf(docs[0]) != Written {
		return source.Document{}
	}
	if kind := docs[0].Root.Get("kind"); kind != nil && kind.Text == "Project" {
		return source.Document{}
	}
	return docs[0]
}

// mistakes are those that jobgen finds in one document by itself: without files,
// and without what becomes of secrets.
func (a *agreement) mistakes(doc source.Document) diag.List {
	_, ds := Check(doc, Options{LookupEnv: func(string) (string, bool) { return "x", true }})
	return slices.DeleteFunc(ds, func(d diag.Diagnostic) bool {
		return d.Severity != diag.Error || d.Code == diag.CodeFile || strings.Contains(d.Message, "a remote value")
	})
}

// hold compares what both say of a document.
func (a *agreement) hold(name string, text []byte) {
	doc := a.parse(name, text)
	if doc.Root == nil {
		return
	}
	root := a.parse(name, text).Root // the check rewrites short forms
	mistakes, printed := a.mistakes(doc), a.ask(name, text)
	found := cueErrors(printed)
	lines := linesOf(root, found)
	a.lock.Lock()
	defer a.lock.Unlock()
	if len(mistakes) == 1 && len(found) >= 10 {
		a.t.Errorf("%s: CUE reports one mistake in %d lines and their places:\n%s", name, len(found), printed)
	}
	switch {
	case len(found) == 0 && len(mistakes) == 0:
		a.accepted++
		return
	case name == "fields/scalars/job.yaml": // has .inf, which CUE does not read
		return
	case (len(found) == 0) != (len(mistakes) == 0):
		a.differ = append(a.differ, name)
	default:
		a.refused++
		if slices.ContainsFunc(mistakes, func(d diag.Diagnostic) bool { return slices.Contains(lines, d.Line) }) {
			a.named++
			return
		}
	}
	shown := fmt.Sprintf("%s:\n%s\njobgen:\n", name, text)
	for _, d := range mistakes {
		shown += fmt.Sprintf("\t%d: %s\n", d.Line, d.Message)
	}
	a.t.Logf("%scue:\n\t%s", shown, strings.Join(found, "\n\t"))
}

// linesOf returns the lines of the fields that CUE's errors name.
func linesOf(root *source.Node, found []string) []int {
	var lines []int
	for _, err := range found {
		field, _ := Follow(root, pathOf(err))
		if field.Key != nil {
			lines = append(lines, field.Key.Pos.Line)
		}
		lines = append(lines, field.Value.Pos.Line)
	}
	return lines
}

// listIndex matches an index as errors write it, where a path has brackets.
var listIndex = regexp.MustCompile(`\.([0-9]+)([.:])`)

// pathOf returns the path that an error of CUE begins with. What a rule finds stands
// under the path of the field, as in `_refused."spec.timeZone": …`.
func pathOf(err string) Path {
	if of, isRule := strings.CutPrefix(err, "_refused."); isRule {
		quoted, _ := strconv.QuotedPrefix(of)
		path, _ := strconv.Unquote(quoted)
		return strings.Split(path, ".")
	}
	err = listIndex.ReplaceAllString(err, "[$1]$2")
	for i := range err { // a quoted label may have a colon in it
		if !strings.HasPrefix(err[i:], ": ") {
			continue
		}
		if parsed := cue.ParsePath(err[:i]); parsed.Err() == nil {
			var path Path
			for _, step := range parsed.Selectors() {
				if step.LabelType() == cue.IndexLabel {
					path = append(path, strconv.Itoa(step.Index()))
				} else {
					path = append(path, step.Unquoted())
				}
			}
			return path
		}
	}
	return nil
}

// byLibrary returns what CUE's library says of a document.
func byLibrary(job cue.Value, name string, text []byte) string {
	f, err := cueyaml.Extract(name, text)
	if err == nil {
		err = job.Unify(cuecontext.New().BuildFile(f)).Validate(cue.Concrete(true), cue.Final())
	}
	return cueerrors.Details(err, nil)
}

// byCommand returns what the command says of a document.
func (a *agreement) byCommand(name string, text []byte) string {
	path := filepath.Join(a.dir, strings.Map(func(r rune) rune {
		if r == '/' || r == ' ' {
			return '-'
		}
		return r
	}, strings.TrimSuffix(name, ".yaml"))+".yaml")
	if err := os.WriteFile(path, text, 0o644); err != nil {
		a.t.Error(err)
	}
	cmd := exec.Command(*command, "vet", "./schema", path, "-d", "#Job")
	cmd.Dir = golden.Root(a.t)
	out, err := cmd.CombinedOutput()
	if err == nil {
		return ""
	}
	return string(out)
}

// cueErrors returns the errors in what CUE prints.
func cueErrors(printed string) []string {
	var found []string
	for line := range strings.Lines(printed) {
		if !strings.HasPrefix(line, " ") && strings.TrimSpace(line) != "" {
			found = append(found, strings.TrimPrefix(strings.TrimSpace(line), "#Job."))
		}
	}
	return found
}
