package importer

import (
	"strings"
	"testing"

	"github.com/jobgen-dev/jobgen/internal/golden"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
	"github.com/jobgen-dev/jobgen/pkg/validate"
	"github.com/jobgen-dev/jobgen/pkg/validate/apiserver"
)

// The proof sees each value that is lost: it is left out of the spec, and that is told.
func TestProofSeesEachLoss(t *testing.T) {
	for _, c := range golden.Cases(t) {
		if c.Name != "import/kubectl" && c.Name != "import/comments" {
			continue
		}
		r := &run{result: &Result{}}
		file, docs, _ := source.ParseBytes("job.yaml", c.Input[0].Data, "/", "/", true)
		r.document(file, docs[0], true)
		err := apiserver.Under(validate.NewestMinor, func(server *apiserver.Server) {
			o := r.objects[0]
			if err := o.defaults(server); err != nil {
				t.Fatal(err)
			}
			im := newImporting(r, server, o, false)
			im.make()
			if len(im.ds) > 0 {
				t.Fatal(im.ds)
			}
			for _, at := range losses(r, server, o) {
				im := newImporting(r, server, o, false)
				im.make()
				take(im.spec, at...)
				im.ds = nil
				im.prove(im.write())
				if !im.ds.HasErrors() {
					t.Errorf("%s: nothing is told of %s", c.Name, at)
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// losses returns the paths of all values of the spec that are fields.
func losses(r *run, server *apiserver.Server, o *object) []spec.Path {
	im := newImporting(r, server, o, false)
	im.make()
	var all []spec.Path
	leaves(im.spec, nil, func(at spec.Path, _ any) {
		isDefault := at.String() == "spec.restartPolicy" && textAt(im.spec, at...) == "Never"
		if at[0] != "apiVersion" && !isDefault && mapAt(im.spec, at[:len(at)-1]...) != nil {
			all = append(all, at)
		}
	})
	return all
}

// The proof sees each value that is lost of a document with overlays, in one of its
// environments.
func TestProofSeesEachLossInOverlays(t *testing.T) {
	for _, c := range golden.Cases(t) {
		if c.Name != "import/environments" && c.Name != "import/environments-layers" {
			continue
		}
		err := apiserver.Under(validate.NewestMinor, func(server *apiserver.Server) {
			var group []*importing
			for _, f := range c.Input {
				r := &run{result: &Result{}, env: strings.TrimSuffix(f.Name, ".yaml")}
				file, docs, _ := source.ParseBytes(f.Name, f.Data, "/", "/", true)
				for _, doc := range docs {
					r.document(file, doc, true)
				}
				group = append(group, r.workload(server, r.jobs()[0], false))
			}
			if n := errorsOf(group, document(group)); n > 0 {
				t.Fatalf("%s: %d errors", c.Name, n)
			}
			lost := 0
			leaves(document(group), nil, func(at spec.Path, _ any) {
				doc := document(group)
				if at[0] == "apiVersion" || at[0] == "environments" || mapAt(doc, at[:len(at)-1]...) == nil {
					return
				}
				take(doc, at...)
				lost++
				if errorsOf(group, doc) == 0 {
					t.Errorf("%s: nothing is told of %s", c.Name, at)
				}
			})
			if lost < 20 {
				t.Errorf("%s: %d values were lost", c.Name, lost)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// errorsOf counts what the proof of a document tells in all environments.
func errorsOf(group []*importing, doc map[string]any) int {
	made, n := read(write(doc, group...)), 0
	for _, im := range group {
		im.ds, im.refused = nil, nil
		im.proveIn(made)
		n += im.ds.Count(diag.Error)
	}
	return n
}
