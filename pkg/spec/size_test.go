package spec_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
)

// A ConfigMap or Secret may hold 1 MiB of values, keys not counted, as a sum.
func TestSizeOfContent(t *testing.T) {
	const limit = 1 << 20
	for _, tc := range []struct {
		name  string
		field string
		sizes []int // of the files
		code  string
	}{
		{"exactly the limit", "configMaps", []int{limit / 2, limit / 2}, ""},
		{"one more", "configMaps", []int{limit / 2, limit/2 + 1}, diag.CodeSize},
		{"a secret", "secrets", []int{limit, 1}, diag.CodeSize},
		{"one large file", "configMaps", []int{limit + 1}, diag.CodeFile},
		{"one huge file", "configMaps", []int{64 << 20}, diag.CodeFile},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := t.TempDir()
			for i, size := range tc.sizes {
				file, err := os.Create(filepath.Join(dir, string(rune('a'+i))+".bin"))
				if err != nil {
					t.Fatal(err)
				}
				if err := file.Truncate(int64(size)); err != nil {
					t.Fatal(err)
				}
				if err := file.Close(); err != nil {
					t.Fatal(err)
				}
			}
			text := "apiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata: {name: a}\nspec:\n  image: a\n  " + tc.field + ":\n    large: {files: ['*.bin']}\n"
			_, docs, _ := source.ParseBytes("job.yaml", []byte(text), dir, dir, true)
			_, ds := spec.Check(docs[0], spec.Options{LookupEnv: os.LookupEnv})
			var codes []string
			for _, d := range ds {
				codes = append(codes, d.Code)
				if d.Line != 7 {
					t.Errorf("%v is not at line 7", d)
				}
			}
			if got := strings.Join(codes, " "); got != tc.code {
				t.Errorf("got %q, want %q: %v", got, tc.code, ds)
			}
		})
	}
}

// Lists that no pod has would cost the rules time and memory without end.
func TestLongLists(t *testing.T) {
	for _, c := range []struct {
		field, item string
		most        int
	}{
		{"sidecars", "{name: a, image: b}", 100},
		{"ports", "{containerPort: 1}", 1000},
	} {
		for n, want := range map[int]bool{c.most: false, c.most + 1: true} {
			items := strings.TrimSuffix(strings.Repeat(c.item+", ", n), ", ")
			text := "apiVersion: jobgen.dev/v1alpha1\nkind: Job\nmetadata: {name: a}\nspec:\n  image: b\n  " + c.field + ": [" + items + "]\n"
			_, docs, _ := source.ParseBytes("job.yaml", []byte(text), "", "", true)
			_, ds := spec.Check(docs[0], spec.Options{})
			limited := slices.ContainsFunc(ds, func(d diag.Diagnostic) bool { return d.Code == diag.CodeLimit })
			if limited != want {
				t.Errorf("%d %s: %v", n, c.field, limited)
			}
		}
	}
}
