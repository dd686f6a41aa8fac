package layout

import (
	"path"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/deliver"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/jsontree"
	"github.com/jobgen-dev/jobgen/pkg/kustomize"
	"github.com/jobgen-dev/jobgen/pkg/secret"
	"github.com/jobgen-dev/jobgen/pkg/tree"
)

const kustomization = "kustomization.yaml"

// job is a Job whose base and overlays are still to be made.
type job struct {
	folder       string
	unfit        func(why error) diag.List // says that it cannot stand in a tree
	base         []object
	environments []environment
}

// environment is what a Job is in an environment.
type environment struct {
	name    string
	objects []object
}

// object is an object as a file has it.
type object struct {
	plain string // its name without a hash
	value *jsontree.Value
}

// kustomize keeps a Job until all are known: kustomize follows renames across all that
// it builds together.
func (t *Tree) kustomize(made build.Made, folder string) error {
	one := job{folder: folder, unfit: unfit(made.Job)}
	used := map[compile.Key]bool{}
	for _, e := range made.Environments {
		for _, o := range e.Objects {
			used[compile.Key{Kind: o.Kind, Name: o.Plain}] = true
		}
	}
	// What another spec has made already, and what no environment has, is not in
	// the base either. Sealed Secrets are for one namespace and no other.
	shared := slices.DeleteFunc(slices.Clone(made.Base), func(o build.Object) bool {
		return !used[compile.Key{Kind: o.Kind, Name: o.Plain}] || o.Kind == "Secret" && made.Secrets.Mode != secret.Plain
	})
	var err error
	if one.base, err = t.objects(shared, made.Secrets, ""); err != nil {
		return err
	}
	for _, e := range made.Environments {
		objects, err := t.objects(e.Objects, made.Secrets, overlayFolder(e.Name, folder))
		if err != nil {
			return err
		}
		share(objects, one.base)
		t.want(e.Name, objects)
		deliverable(objects, e.Objects)
		one.environments = append(one.environments, environment{e.Name, objects})
	}
	deliverable(one.base, shared)
	t.pending = append(t.pending, one)
	return nil
}

// objects returns objects as files have them, without those that nothing stands for.
func (t *Tree) objects(objects []build.Object, secrets secret.Options, folder string) ([]object, error) {
	var all []object
	for _, o := range objects {
		value, stands, err := t.standIn(o, secrets, path.Join(folder, kustomize.FileName("sealedsecret-"+o.Plain)+".yaml"))
		if err != nil {
			return nil, err
		}
		if stands {
			all = append(all, object{o.Plain, &value})
		}
	}
	return all, nil
}

// deliverable makes objects what the delivery of their spec reads as them.
func deliverable(objects []object, made []build.Object) {
	if len(made) == 0 {
		return
	}
	if to, _ := deliver.Of(made[0].Job); to != deliver.Helm {
		return // and objects stay those of the base
	}
	for i := range objects {
		value := deliver.Braced(*objects[i].value)
		objects[i].value = &value
	}
}

// share puts those of the base in the place of objects that are the same: most are in
// most environments, and they take most of the memory.
func share(objects, base []object) {
	for i := range objects {
		o := &objects[i]
		for j := range base {
			if b := &base[j]; b.plain == o.plain && b.value.Equal(o.value) {
				o.value = b.value
			}
		}
	}
}

// make makes the files of the base and overlays of a Job. It changes nothing of the
// tree.
func (t *Tree) make(one job) ([]tree.File, error) {
	known := trees{}
	environments := make([]kustomize.Environment, len(one.environments))
	base := known.of(one.base)
	for i, e := range one.environments {
		environments[i] = kustomize.Environment{Objects: known.of(e.objects), Base: path.Join("../../..", "base", one.folder)}
		environments[i].Others = func() []kustomize.Object { return t.index().others(e, one.folder) }
	}
	shared, overlays, err := kustomize.Make(base, environments...)
	if err != nil {
		return nil, err
	}
	files, err := filesOf(path.Join("base", one.folder), shared)
	for i, e := range one.environments {
		if err == nil {
			var more []tree.File
			more, err = filesOf(overlayFolder(e.name, one.folder), overlays[i])
			files = append(files, more...)
		}
	}
	return files, err
}

// trees are the values of a Job as kustomize has them, each once.
type trees map[*jsontree.Value]map[string]any

// of returns objects as kustomize has them.
func (known trees) of(objects []object) []kustomize.Object {
	all := make([]kustomize.Object, len(objects))
	for i, o := range objects {
		if known[o.value] == nil {
			known[o.value] = o.value.Map()
		}
		all[i] = kustomize.Object{PlainName: o.plain, Tree: known[o.value]}
	}
	return all
}

// makeAll makes the files of all Jobs, several at a time.
func (t *Tree) makeAll() (files [][]tree.File, errs []error) {
	files, errs = make([][]tree.File, len(t.pending)), make([]error, len(t.pending))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(t.pending)) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(t.pending); i = int(next.Add(1)) - 1 {
				files[i], errs[i] = t.make(t.pending[i])
			}
		})
	}
	workers.Wait()
	return files, errs
}

// filesOf returns the files of a folder.
func filesOf(at string, folder kustomize.Folder) ([]tree.File, error) {
	text, err := kustomize.Encode(folder.Kustomization)
	if err != nil {
		return nil, err
	}
	files := []tree.File{{Path: path.Join(at, kustomization), Content: text}}
	for _, f := range folder.Files {
		files = append(files, tree.File{Path: path.Join(at, f.Name), Content: f.Content})
	}
	return files, nil
}

// overlays makes the base and overlays of all Jobs, and the kustomization of each
// environment, which is of all its Jobs.
func (t *Tree) overlays() (diag.List, error) {
	var ds diag.List
	files, errs := t.makeAll()
	for i, one := range t.pending {
		if errs[i] != nil {
			ds = append(ds, one.unfit(errs[i])...)
			continue
		}
		t.files = append(t.files, files[i]...)
		for _, e := range one.environments {
			t.jobs[e.name] = append(t.jobs[e.name], one.folder)
		}
	}
	for _, environment := range t.Environments() {
		folders := t.jobs[environment]
		slices.Sort(folders)
		if len(t.carried) > 0 && len(folders) > 0 {
			folders = append([]string{"../../" + resourcesFolder}, folders...)
		}
		text, err := kustomize.Encode(kustomize.Index(folders...))
		if err != nil {
			return nil, err
		}
		t.add(path.Join("overlays", environment, kustomization), text)
	}
	return ds, nil
}
