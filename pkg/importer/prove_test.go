package importer

import (
	"testing"

	"github.com/jobgen-dev/jobgen/internal/golden"
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
			_, ds := newImporting(r, server, o, false).make()
			if len(ds) > 0 {
				t.Fatal(ds)
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
		if at[0] != "apiVersion" && mapAt(im.spec, at[:len(at)-1]...) != nil {
			all = append(all, at)
		}
	})
	return all
}
