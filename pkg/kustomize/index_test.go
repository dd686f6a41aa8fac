package kustomize_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/jobgen-dev/jobgen/pkg/kustomize"
)

// The law holds for a kustomization of several folders too, where each of them
// knows of what the others make.
func TestIndexLaw(t *testing.T) {
	pool := goldenObjects(t)
	for i := range max(*cases/10, 1) {
		r := rand.New(rand.NewPCG(*seed, uint64(i)))
		var bases, envs [][]kustomize.Object
		taken := map[string]bool{}
		for range 2 + r.IntN(3) {
			base := apart(taken, pick(r, pool))
			env := apart(taken, mutate(r, base, nil))
			for _, o := range slices.Concat(base, env) {
				taken[kindAndName(o)] = true
			}
			bases, envs = append(bases, base), append(envs, env)
		}
		if err := together(bases, envs); err != nil {
			t.Fatalf("case %d of seed %d: %v", i, *seed, err)
		}
	}
}

// together makes a folder of each base and environment, builds all of them, and
// compares.
func together(bases, envs [][]kustomize.Object) error {
	fs := filesys.MakeFsInMemory()
	var folders []string
	for g := range bases {
		name := fmt.Sprint("job-", g)
		folders = append(folders, name)
		others := slices.Concat(slices.Concat(envs[:g]...), slices.Concat(envs[g+1:]...))
		e := kustomize.Environment{Objects: envs[g], Base: path.Join("../../../base", name), Others: func() []kustomize.Object { return others }}
		folder, overlays, err := kustomize.Make(bases[g], e)
		if err := errors.Join(err, write(fs, "base/"+name, folder)); err != nil {
			return err
		}
		if err := write(fs, "overlays/e/"+name, overlays[0]); err != nil {
			return err
		}
	}
	text, err := kustomize.Encode(kustomize.Index(folders...))
	if err := errors.Join(err, fs.WriteFile("overlays/e/kustomization.yaml", text)); err != nil {
		return err
	}
	return compare(fs, "overlays/e", slices.Concat(envs...))
}

// apart leaves out the objects that have the kind and name of one in another
// folder.
func apart(taken map[string]bool, objects []kustomize.Object) []kustomize.Object {
	return slices.DeleteFunc(objects, func(o kustomize.Object) bool { return taken[kindAndName(o)] })
}

func kindAndName(o kustomize.Object) string {
	parts := strings.Split(id(o.Tree), "|")
	return parts[1] + "/" + parts[3]
}
