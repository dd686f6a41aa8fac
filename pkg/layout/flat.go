package layout

import (
	"fmt"
	"path"

	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/deliver"
	"github.com/jobgen-dev/jobgen/pkg/kustomize"
	"github.com/jobgen-dev/jobgen/pkg/render"
)

// flat adds the objects of each environment, one a file.
func (t *Tree) flat(made build.Made, _ string) error {
	for _, e := range made.Environments {
		for _, o := range e.Objects {
			if err := t.flatObject(o, made, e.Name); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *Tree) flatObject(o build.Object, made build.Made, environment string) error {
	name := t.flatName(o.Object, o.Kind, environment)
	value, stands, err := t.standIn(o, made.Secrets, t.flatName(o.Object, "SealedSecret", environment))
	if err != nil || !stands {
		return err
	}
	if kind := value.Get("kind"); kind != o.Kind {
		name = t.flatName(o.Object, kind, environment)
	}
	text, err := render.YAML(value)
	if err != nil {
		return err
	}
	t.want(environment, []object{{o.Plain, &value}})
	t.taken[name] = true
	t.add(name, deliver.Text(o.Job, text))
	return nil
}

// flatName names the file of an object: its rank among the kinds first, so that what
// something needs is applied before it.
func (t *Tree) flatName(o compile.Object, kind, environment string) string {
	name := kustomize.FileName(fmt.Sprintf("%02d-%s-%s", compile.Rank(o.Kind), kind, o.Plain))
	at := path.Join(environment, name+".yaml")
	if t.taken[at] {
		at = path.Join(environment, name+"-"+kustomize.FileName(o.Meta.Namespace)+".yaml")
	}
	return at
}
