package kustomize_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"
	"golang.org/x/tools/txtar"

	"github.com/jobgen-dev/jobgen/pkg/kustomize"
)

var update = flag.Bool("update", false, "write what overlays are now into testdata")

// TestGolden makes the overlay of each archive of testdata: base.yaml holds the
// objects of the base and env.yaml those of the environment. A name in env.yaml
// that ends in a hash of eight digits is plain without it.
func TestGolden(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("%d archives, error %v", len(archives), err)
	}
	for _, path := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got := &txtar.Archive{Comment: archive.Comment, Files: archive.Files[:2]}
			base, env := objectsIn(t, archive.Files[0]), objectsIn(t, archive.Files[1])
			folder, overlays, err := kustomize.Make(base, kustomize.Environment{Objects: env, Base: "../base"})
			if err != nil {
				t.Fatal(err)
			}
			if err := builds(folder, overlays[0], base, env); err != nil {
				t.Error(err)
			}
			keep(t, filepath.Base(path), folder, overlays[0], env)
			parsed := txtar.Parse([]byte(withoutOrder(shown("overlay", overlays[0]))))
			got.Files = append(got.Files[:2:2], parsed.Files...)
			if len(folder.Files) != len(base) {
				parsed = txtar.Parse([]byte(withoutOrder(shown("base", folder))))
				got.Files = append(got.Files, parsed.Files...)
			}
			text := txtar.Format(got)
			if *update {
				if err := os.WriteFile(path, text, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want := txtar.Format(archive); string(want) != string(text) {
				t.Errorf("`make golden` updates it:\n%s", diff.Diff("want", want, "got", text))
			}
		})
	}
}

// withoutOrder leaves out sortOptions, which are the same everywhere but in
// TestEncode.
func withoutOrder(text string) string {
	var out strings.Builder
	inside := false
	for line := range strings.Lines(text) {
		if inside = strings.HasPrefix(line, "sortOptions:") || inside && strings.HasPrefix(line, " "); !inside {
			out.WriteString(line)
		}
	}
	return out.String()
}

// objectsIn reads the objects of a file.
func objectsIn(t *testing.T, f txtar.File) []kustomize.Object {
	t.Helper()
	trees, err := decode(f.Data)
	if err != nil {
		t.Fatalf("%s: %v", f.Name, err)
	}
	objects := named(trees)
	if len(objects) != len(trees) {
		t.Fatalf("%s: only %d of %d objects can be in a kustomization", f.Name, len(objects), len(trees))
	}
	for i, o := range objects {
		if name, hash, ok := cutLast(o.PlainName, "-"); ok && len(hash) == 8 && strings.Trim(hash, "0123456789abcdef") == "" {
			objects[i].PlainName = name
		}
	}
	return objects
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

func TestEncode(t *testing.T) {
	text, err := kustomize.Encode(kustomize.Index("primes", "report"))
	if err != nil {
		t.Fatal(err)
	}
	want := `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
- primes
- report
sortOptions:
  legacySortOptions:
    orderFirst:
    - Namespace
    - ServiceAccount
    - Role
    - RoleBinding
    - ClusterRole
    - ClusterRoleBinding
    - ConfigMap
    - Secret
    - SealedSecret
    - ExternalSecret
    - PersistentVolumeClaim
    - NetworkPolicy
    orderLast:
    - CronJob
    - Job
  order: legacy
`
	if string(text) != want {
		t.Errorf("got:\n%s", text)
	}
}
