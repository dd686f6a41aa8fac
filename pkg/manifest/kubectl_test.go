package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/big"
	"reflect"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/jobgen-dev/jobgen/internal/yamlgen"
	"github.com/jobgen-dev/jobgen/pkg/source"
)

var (
	cases = flag.Int("cases", 6000, "random files that are read as kubectl reads them")
	seed  = flag.Uint64("seed", 1, "the first of them")
)

// kubectlReads returns the documents of a text as kubectl's resource builder gets them.
func kubectlReads(text string) (documents []any, err error) {
	decoder := yaml.NewYAMLOrJSONDecoder(strings.NewReader(text), 4096)
	for {
		var raw runtime.RawExtension
		if err := decoder.Decode(&raw); errors.Is(err, io.EOF) {
			return documents, nil
		} else if err != nil {
			return nil, err
		}
		if one := bytes.TrimSpace(raw.Raw); len(one) > 0 && !bytes.Equal(one, []byte("null")) {
			documents = append(documents, value(one))
		}
	}
}

// jobgenReads returns them as jobgen reads them. It is false for a file that jobgen
// does not read, and for one in which two keys of a map have become one.
func jobgenReads(text string) (documents []any, ok bool) {
	file, docs, ds := source.ParseBytes("x.yaml", []byte(text), "/p", "/p", true)
	if ds.HasErrors() || len(file.Differences()) > 0 || len(file.EncodingDifferences()) > 0 {
		return nil, false
	}
	manifests := false
	for _, doc := range docs {
		if doc.Root == nil || doc.Root.Kind == source.Null {
			continue
		}
		manifests = manifests || len(Read(doc)) > 0 && doc.Root.Get("kind") != nil && doc.Root.Get("apiVersion") != nil
		r := reader{}
		tree := r.value(doc.Root)
		if r.repeats {
			return nil, false
		}
		documents = append(documents, value(tree.AppendJSON(nil)))
	}
	return documents, manifests
}

// value returns the tree of a JSON text, its numbers in one form.
func value(text []byte) any {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var tree any
	if err := decoder.Decode(&tree); err != nil {
		return fmt.Sprintf("%v: %s", err, text)
	}
	return exact(tree)
}

func exact(tree any) any {
	switch t := tree.(type) {
	case json.Number:
		if f, _, err := big.ParseFloat(t.String(), 10, 200, big.ToNearestEven); err == nil {
			return strings.TrimPrefix(f.Text('g', 40), map[bool]string{true: "-"}[f.Sign() == 0])
		}
	case map[string]any:
		for k, v := range t {
			t[k] = exact(v)
		}
	case []any:
		for i, v := range t {
			t[i] = exact(v)
		}
	}
	return tree
}

// disagreement says how kubectl reads a text in another way, if jobgen reads it as
// manifests without an error; compared is false if not.
func disagreement(text string) (what string, compared bool) {
	got, ok := jobgenReads(text)
	if !ok {
		return "", false
	}
	want, err := kubectlReads(text)
	switch {
	case err != nil:
		what = fmt.Sprintf("kubectl does not read this: %v", err)
	case !reflect.DeepEqual(got, want):
		what = fmt.Sprintf("jobgen reads\n%v\nkubectl\n%v\nof this:", got, want)
	}
	return what, true
}

const head = "apiVersion: v1\nkind: K\n"

// TestKubectl reads files as kubectl does: what jobgen reads as a manifest, without an
// error, has the same values for kubectl.
func TestKubectl(t *testing.T) {
	read, failed := 0, 0
	for i := range *cases {
		g := yamlgen.New(*seed + uint64(i))
		var documents []string
		for range 1 + g.IntN(3) {
			switch g.IntN(8) {
			case 0:
				documents = append(documents, `{"apiVersion": "v1", "kind": "K", "a": `+g.Flow(2)+"}")
			case 1:
				documents = append(documents, g.Document(""))
			default:
				documents = append(documents, g.Document(strings.TrimSuffix(head, "\n")))
			}
		}
		text := g.File(documents)
		if g.IntN(3) == 0 {
			text = g.Mutate(text)
		}
		what, compared := disagreement(text)
		if compared {
			read++
		}
		if what != "" {
			if failed++; failed > 20 {
				t.FailNow()
			}
			t.Errorf("seed %d: %s\n%q", *seed+uint64(i), what, text)
		}
	}
	t.Logf("%d of %d files were read", read, *cases)
	if read*10 < *cases {
		t.Error("too few to say anything")
	}
}
