package kustomize_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
	"golang.org/x/tools/txtar"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	k8syaml "sigs.k8s.io/yaml"

	"github.com/jobgen-dev/jobgen/internal/golden"
	"github.com/jobgen-dev/jobgen/pkg/kustomize"
)

var (
	cases = flag.Int("cases", 250, "how many random environments to try")
	seed  = flag.Uint64("seed", 1, "where the random environments start")
	dir   = flag.String("write", "", "a folder to write the cases to")
)

// The overlay law: an overlay builds to the objects of its environment, with
// lists in their order.
func TestOverlayLaw(t *testing.T) {
	pool := slices.Concat(goldenObjects(t), specObjects(t, rand.New(rand.NewPCG(*seed, 1<<63)), 100))
	counts, start := map[string]int{}, time.Now()
	var made time.Duration
	for i := range *cases {
		r := rand.New(rand.NewPCG(*seed, uint64(i)))
		base := pick(r, pool)
		envs := []kustomize.Environment{{Objects: mutate(r, base, pool), Base: "../base"}}
		if r.IntN(4) == 0 { // what one overlay needs must not harm another
			envs = append(envs, kustomize.Environment{Objects: mutate(r, base, pool), Base: "../base"})
		}
		began := time.Now()
		folder, overlays, err := kustomize.Make(base, envs...)
		made += time.Since(began)
		if err != nil {
			t.Fatalf("case %d: %v", i, err)
		}
		again, twice, _ := kustomize.Make(base, envs...)
		for j, e := range envs {
			text := shown("base", folder) + shown("overlay", overlays[j])
			if text != shown("base", again)+shown("overlay", twice[j]) {
				t.Fatalf("case %d of seed %d differs when it is made again", i, *seed)
			}
			if err := builds(folder, overlays[j], base, e.Objects); err != nil {
				t.Fatalf("case %d of seed %d: %v\n%s", i, *seed, err, text)
			}
			keep(t, fmt.Sprintf("%05d-%d", i, j), folder, overlays[j], e.Objects)
			count(counts, len(base), folder, overlays[j])
		}
	}
	t.Logf("seed %d, %d cases in %v, of which %v were spent in Make", *seed, *cases, time.Since(start).Round(time.Millisecond), made.Round(time.Millisecond))
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		t.Logf("%7d %s", counts[name], name)
	}
}

// count adds up by what means the environments are made.
func count(counts map[string]int, objects int, base, f kustomize.Folder) {
	k := f.Kustomization
	counts["objects of bases"] += objects
	counts["objects that no base can have"] += objects - len(base.Files)
	counts["new resources"] += len(k.Resources) - 1
	for name, used := range map[string]bool{"namespace": k.Namespace != "", "labels": len(k.Labels) > 0, "images": len(k.Images) > 0} {
		if used {
			counts["overlays with "+name]++
		}
	}
	for _, p := range k.Patches {
		i := slices.IndexFunc(f.Files, func(file kustomize.File) bool { return file.Name == p.Path })
		text := f.Files[i].Content
		switch {
		case bytes.HasPrefix(text, []byte("$patch: delete")):
			counts["patches: delete"]++
		case bytes.HasPrefix(text, []byte("- ")):
			counts["patches: JSON 6902"]++
		case p.Options != nil:
			counts["patches: strategic, renaming"]++
		default:
			counts["patches: strategic"]++
		}
	}
}

// builds builds both folders with the kustomize library and compares.
func builds(folder, overlay kustomize.Folder, base, env []kustomize.Object) error {
	fs := filesys.MakeFsInMemory()
	if err := errors.Join(write(fs, "base", folder), write(fs, "overlay", overlay)); err != nil {
		return err
	}
	if err := compare(fs, "overlay", env); err != nil {
		return err
	}
	if len(folder.Files) != len(base) {
		return nil
	}
	return compare(fs, "base", base)
}

// keep writes a case to the disk, for programs to build it.
func keep(t *testing.T, name string, base, overlay kustomize.Folder, env []kustomize.Object) {
	if *dir == "" {
		return
	}
	var trees []any
	for _, o := range env {
		trees = append(trees, o.Tree)
	}
	wanted, err := json.Marshal(trees)
	if err != nil {
		t.Fatal(err)
	}
	at := filepath.Join(*dir, name)
	fs := filesys.MakeFsOnDisk()
	err = errors.Join(
		fs.MkdirAll(filepath.Join(at, "base")), fs.MkdirAll(filepath.Join(at, "overlay")),
		write(fs, filepath.Join(at, "base"), base), write(fs, filepath.Join(at, "overlay"), overlay),
		fs.WriteFile(filepath.Join(at, "wanted.json"), wanted),
	)
	if err != nil {
		t.Fatal(err)
	}
}

func write(fs filesys.FileSystem, dir string, f kustomize.Folder) error {
	text, err := kustomize.Encode(f.Kustomization)
	if err != nil {
		return err
	}
	err = fs.WriteFile(dir+"/kustomization.yaml", text)
	for _, file := range f.Files {
		err = errors.Join(err, fs.WriteFile(dir+"/"+file.Name, file.Content))
	}
	return err
}

func compare(fs filesys.FileSystem, dir string, want []kustomize.Object) error {
	built, err := kustomizer().Run(fs, dir)
	if err != nil {
		if len(want) == 0 && strings.Contains(err.Error(), "empty") {
			return nil
		}
		return fmt.Errorf("building %s: %w", dir, err)
	}
	text, err := built.AsYaml()
	if err != nil {
		return err
	}
	got, err := decode(text)
	if err != nil {
		return err
	}
	return same(dir, got, want)
}

// The objects that others need come before them, and Jobs last.
func TestOrder(t *testing.T) {
	base := objectsIn(t, txtar.File{Name: "order", Data: []byte(`
{apiVersion: batch/v1, kind: Job, metadata: {name: a}}
---
{apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: a}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: a}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: a}}
---
{apiVersion: batch/v1, kind: CronJob, metadata: {name: a}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
`)})
	folder, overlays, err := kustomize.Make(base, kustomize.Environment{Objects: base, Base: "../base"})
	if err != nil {
		t.Fatal(err)
	}
	fs := filesys.MakeFsInMemory()
	if err := errors.Join(write(fs, "base", folder), write(fs, "overlay", overlays[0])); err != nil {
		t.Fatal(err)
	}
	built, err := kustomizer().Run(fs, "overlay")
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, r := range built.Resources() {
		kinds = append(kinds, r.GetKind())
	}
	if got := strings.Join(kinds, " "); got != "Namespace ConfigMap ExternalSecret NetworkPolicy CronJob Job" {
		t.Errorf("the order is %s", got)
	}
}

func kustomizer() *krusty.Kustomizer {
	return krusty.MakeKustomizer(&krusty.Options{
		Reorder: krusty.ReorderOptionUnspecified, LoadRestrictions: types.LoadRestrictionsRootOnly, PluginConfig: types.DisabledPluginConfig(),
	})
}

// same compares by group, kind, namespace and name.
func same(what string, got []map[string]any, want []kustomize.Object) error {
	left := map[string]map[string]any{}
	for _, tree := range got {
		left[id(tree)] = tree
	}
	if len(got) != len(want) || len(left) != len(got) {
		return fmt.Errorf("%s: %d objects are built, not %d", what, len(got), len(want))
	}
	for _, o := range want {
		tree, ok := left[id(o.Tree)]
		if !ok {
			return fmt.Errorf("%s: %s is not built", what, id(o.Tree))
		}
		if !reflect.DeepEqual(tree, o.Tree) {
			built, _ := k8syaml.Marshal(tree)
			wanted, _ := k8syaml.Marshal(o.Tree)
			return fmt.Errorf("%s: built is:\n%s\nwanted is:\n%s", what, built, wanted)
		}
	}
	return nil
}

func id(tree map[string]any) string {
	meta, _ := tree["metadata"].(map[string]any)
	version, _ := tree["apiVersion"].(string)
	group, _, found := strings.Cut(version, "/")
	if !found {
		group = ""
	}
	namespace, _ := meta["namespace"].(string)
	return fmt.Sprint(group, "|", tree["kind"], "|", cmp.Or(namespace, "default"), "|", meta["name"])
}

// decode reads a stream of documents, integers as they are written.
func decode(text []byte) ([]map[string]any, error) {
	var all []map[string]any
	dec := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var node any
		err := dec.Decode(&node)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		if node == nil {
			continue
		}
		encoded, err := json.Marshal(node)
		if err != nil {
			return nil, err
		}
		tree := map[string]any{}
		numbers := json.NewDecoder(bytes.NewReader(encoded))
		numbers.UseNumber()
		if err := numbers.Decode(&tree); err != nil {
			return nil, err
		}
		all = append(all, tree)
	}
}

func shown(dir string, f kustomize.Folder) string {
	text, _ := kustomize.Encode(f.Kustomization)
	out := fmt.Sprintf("-- %s/kustomization.yaml --\n%s", dir, text)
	for _, file := range f.Files {
		out += fmt.Sprintf("-- %s/%s --\n%s", dir, file.Name, file.Content)
	}
	return out
}

// goldenObjects returns the objects of each golden that prints manifests as YAML.
func goldenObjects(t testing.TB) [][]kustomize.Object {
	var all [][]kustomize.Object
	for _, c := range golden.Cases(t) {
		if out := c.Want["stdout"]; c.Args[0] == "build" && strings.HasPrefix(out, "apiVersion:") {
			trees, err := decode([]byte(out))
			if err != nil {
				t.Fatalf("%s: %v", c.Name, err)
			}
			if objects := named(trees); len(objects) > 0 {
				all = append(all, objects)
			}
		}
	}
	return all
}

// named returns the objects that a kustomization can have.
func named(trees []map[string]any) []kustomize.Object {
	var objects []kustomize.Object
	for _, tree := range trees {
		name, _ := tree["metadata"].(map[string]any)["name"].(string)
		o := kustomize.Object{PlainName: name, Tree: copied(tree)}
		if _, _, err := kustomize.Make([]kustomize.Object{o}); err == nil {
			objects = append(objects, o)
		}
	}
	return objects
}

// pick takes the objects of one golden, at times of more.
func pick(r *rand.Rand, pool [][]kustomize.Object) []kustomize.Object {
	var all []kustomize.Object
	seen := map[string]bool{}
	for range 1 + r.IntN(2)*r.IntN(3) {
		for _, o := range pool[r.IntN(len(pool))] {
			if !seen[id(o.Tree)] && len(all) < 40 {
				seen[id(o.Tree)] = true
				all = append(all, kustomize.Object{PlainName: o.PlainName, Tree: copied(o.Tree)})
			}
		}
	}
	return all
}

// writable leaves out the characters that kustomize cannot write.
func writable(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x7f && r <= 0x9f || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, text)
}

func copied(tree map[string]any) map[string]any {
	return copyOf(tree).(map[string]any)
}

func copyOf(node any) any {
	switch n := node.(type) {
	case map[string]any:
		c := map[string]any{}
		for k, v := range n {
			c[writable(k)] = copyOf(v)
		}
		return c
	case []any:
		c := []any{}
		for _, v := range n {
			c = append(c, copyOf(v))
		}
		return c
	case string:
		return writable(n)
	}
	return node
}
