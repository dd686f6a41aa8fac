package e2e_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/sync/errgroup"
	"golang.org/x/tools/txtar"

	"github.com/jobgen-dev/jobgen/internal/golden"
	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/pkg/spec/spectest"
	"github.com/jobgen-dev/jobgen/test/e2e/controlplane"
	"github.com/jobgen-dev/jobgen/test/e2e/mutate"
)

var (
	minor = flag.String("minor", controlplane.Newest, "the Kubernetes minor whose API server TestDifferential and TestCorpus ask")
	cases = flag.Int("cases", 1000, "how many objects TestDifferential makes")
	seed  = flag.Uint64("seed", 0, "the seed that TestDifferential makes them of; 0: a new one")
)

// TestDifferential makes random objects, right and wrong, and compares what jobgen
// says of their creation with what an API server answers.
func TestDifferential(t *testing.T) {
	if *seed == 0 {
		*seed = rand.Uint64()>>12 | 1
	}
	t.Logf("repeat it with -minor=%s -cases=%d -seed=%d", *minor, *cases, *seed)
	s := start(t, controlplane.Options{Minor: *minor, AnyNamespace: true})
	s.compare(t, s.randomObjects(t, *seed, *cases))
}

// candidate is an object that jobgen and a server are asked about.
type candidate struct {
	name   string // says where it is from
	object object
}

// randomObjects returns n objects: every fifth is made of a random spec, then come those
// of testdata/upstream; the others are such objects and those of the goldens, with random
// changes.
func (s server) randomObjects(t *testing.T, seed uint64, n int) []candidate {
	t.Helper()
	var bases []object
	for _, c := range builds(t) {
		bases = append(bases, objects(t, c.Want["stdout"])...)
	}
	dir := t.TempDir()
	var files []txtar.File
	for _, name := range slices.Sorted(maps.Keys(spectest.Files)) {
		files = append(files, txtar.File{Name: name, Data: []byte(spectest.Files[name])})
	}
	golden.WriteFiles(t, dir, files)
	var all []candidate
	for i := 0; len(all) < n/5; i++ {
		for _, o := range lowered(t, dir, fmt.Appendf(nil, "%d %d", seed, i)) {
			bases = append(bases, o)
			all = append(all, candidate{fmt.Sprintf("an object of random spec %d", i), o})
		}
	}
	text, err := os.ReadFile(filepath.Join(golden.Root(t), "testdata", "upstream", "objects.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range objects(t, string(text)) {
		bases = append(bases, o)
		all = append(all, candidate{fmt.Sprintf("object %d of testdata/upstream", i), o})
	}
	// What is wrong before it is changed would seldom be right after it.
	var right []object
	for i, v := range s.jobgen(t, bases) {
		if !v.refused {
			right = append(right, bases[i])
		}
	}
	m := mutate.New(right)
	for i := len(all); i < n; i++ {
		all = append(all, candidate{fmt.Sprintf("mutation %d", i), m.Next(rand.New(rand.NewPCG(seed, uint64(i))))})
	}
	return all[:n]
}

// lowered returns the objects of a random spec that the language allows; whether a
// cluster does is not asked.
func lowered(t *testing.T, dir string, choices []byte) []object {
	t.Helper()
	variable := func(name string) (string, bool) { return "value of " + name, true }
	var job *spec.Job
	ok := spectest.New(spectest.Choices(choices)).Repair(func(text []byte) (lines []int) {
		_, docs, ds := source.ParseBytes("spec.yaml", text, dir, dir, true)
		if len(docs) > 0 {
			var found diag.List
			job, found = spec.Check(docs[0], spec.Options{LookupEnv: variable})
			ds = append(ds, found...)
		}
		for _, d := range ds {
			if d.Severity == diag.Error {
				lines = append(lines, d.Line)
			}
		}
		return lines
	})
	if !ok || job == nil {
		return nil
	}
	var all []object
	for _, o := range compile.Lower(job) {
		text, err := render.JSON(o.Value)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, parse(t, text))
	}
	return all
}

func parse(t *testing.T, text []byte) (o object) {
	t.Helper()
	if err := json.Unmarshal(text, &o); err != nil {
		t.Fatal(err)
	}
	return o
}

// answer is what both say of an object.
type answer struct {
	server, jobgen verdict
}

func (a answer) agree() bool { return a.server.refused == a.jobgen.refused }

// compare asks a server and jobgen about objects, and reports where they differ.
func (s server) compare(t *testing.T, all []candidate) {
	t.Helper()
	answers := s.ask(t, all)
	var accepted, refused, told, named int
	differ := map[string][]int{}
	for i, a := range answers {
		switch {
		case !a.agree():
			kind := a.difference(all[i].object)
			differ[kind] = append(differ[kind], i)
		case !a.server.refused:
			accepted++
		default:
			refused++
			if len(a.server.fields) > 0 {
				told++
				if overlap(a.server.fields, a.jobgen.fields) {
					named++
				}
			}
		}
	}
	agree := accepted + refused
	t.Logf("Kubernetes %s: %d of %d objects have the same verdict (%.2f %%): %d accepted, %d refused",
		controlplane.Release(s.Minor()), agree, len(all), percent(agree, len(all)), accepted, refused)
	t.Logf("of %d refused objects whose fields the server names, jobgen names one of them in %d (%.1f %%)", told, named, percent(named, told))
	for _, kind := range slices.Sorted(maps.Keys(differ)) {
		t.Errorf("%d times, first for %s:\n%s", len(differ[kind]), all[differ[kind][0]].name, s.explain(t, all[differ[kind][0]].object))
	}
}

func percent(part, whole int) float64 { return 100 * float64(part) / float64(max(whole, 1)) }

// ask asks about all objects.
func (s server) ask(t *testing.T, all []candidate) []answer {
	t.Helper()
	answers, objects := make([]answer, len(all)), make([]object, len(all))
	for i, c := range all {
		objects[i] = c.object
	}
	for i, v := range s.jobgen(t, objects) {
		answers[i].jobgen = v
	}
	var group errgroup.Group
	group.SetLimit(4)
	for i, o := range objects {
		group.Go(func() (err error) {
			answers[i].server, err = s.dryRun(o, encoded(o))
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	return answers
}
