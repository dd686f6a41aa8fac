package layout

import (
	"maps"
	"path"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/compile"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/jsontree"
	"github.com/jobgen-dev/jobgen/pkg/kustomize"
	"github.com/jobgen-dev/jobgen/pkg/render"
	"github.com/jobgen-dev/jobgen/pkg/secret"
	"github.com/jobgen-dev/jobgen/pkg/tree"
)

const kustomization = "kustomization.yaml"

// job is a Job whose base and overlays are still to be made.
type job struct {
	folder       string
	unfit        func(why error) diag.List // says that it cannot stand in a tree
	base         []kustomize.Object
	names        []string // of the environments
	environments []kustomize.Environment
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
	shared := slices.DeleteFunc(slices.Clone(made.Base), func(o compile.Object) bool {
		return !used[compile.Key{Kind: o.Kind, Name: o.Plain}] || o.Kind == "Secret" && made.Secrets.Mode != secret.Plain
	})
	base, err := t.objects(shared, made.Secrets, "", nil)
	if err != nil {
		return err
	}
	one.base = kustomizes(base)
	for _, e := range made.Environments {
		objects, err := t.objects(e.Objects, made.Secrets, overlayFolder(e.Name, folder), base)
		if err != nil {
			return err
		}
		for _, o := range objects {
			t.wanted[e.Name] = append(t.wanted[e.Name], o.Tree)
			t.index.enter(e.Name, folder, o.Object)
		}
		one.names = append(one.names, e.Name)
		one.environments = append(one.environments, kustomize.Environment{Objects: kustomizes(objects), Base: path.Join("../../..", "base", folder)})
	}
	t.pending = append(t.pending, one)
	return nil
}

// make makes the files of the base and overlays of a Job. It changes nothing of the
// tree.
func (t *Tree) make(one job) ([]tree.File, error) {
	for i, e := range one.environments {
		one.environments[i].Others = t.index.others(one.names[i], one.folder, e.Objects)
	}
	base, overlays, err := kustomize.Make(one.base, one.environments...)
	if err != nil {
		return nil, err
	}
	files, err := filesOf(path.Join("base", one.folder), base)
	for i, name := range one.names {
		if err == nil {
			var more []tree.File
			more, err = filesOf(overlayFolder(name, one.folder), overlays[i])
			files = append(files, more...)
		}
	}
	return files, err
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

// object is an object as kustomize has it, and what it was made of.
type object struct {
	kustomize.Object
	value jsontree.Value
}

// kustomizes returns the objects alone.
func kustomizes(objects []object) []kustomize.Object {
	all := make([]kustomize.Object, len(objects))
	for i, o := range objects {
		all[i] = o.Object
	}
	return all
}

// objects returns objects as kustomize has them, without those that nothing stands
// for. Those that are as one of the base share its tree: most are in most environments,
// and trees take most of the memory.
func (t *Tree) objects(objects []compile.Object, secrets secret.Options, folder string, base []object) ([]object, error) {
	var all []object
	for _, o := range objects {
		stands, err := t.standIn(o, secrets, path.Join(folder, kustomize.FileName("sealedsecret-"+o.Plain)+".yaml"))
		if err != nil {
			return nil, err
		}
		if stands == nil {
			continue
		}
		value, err := render.Ordered(stands)
		if err != nil {
			return nil, err
		}
		one := object{kustomize.Object{PlainName: o.Plain}, value}
		if same := slices.IndexFunc(base, func(b object) bool { return b.PlainName == o.Plain && b.value.Equal(&value) }); same >= 0 {
			one.Tree = base[same].Tree
		} else {
			one.Tree = value.Map()
		}
		all = append(all, one)
	}
	return all, nil
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
		for _, name := range one.names {
			t.jobs[name] = append(t.jobs[name], one.folder)
		}
	}
	for _, environment := range slices.Sorted(maps.Keys(t.jobs)) {
		folders := t.jobs[environment]
		slices.Sort(folders)
		if t.carries {
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
