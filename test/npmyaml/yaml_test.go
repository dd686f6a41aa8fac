// Package npmyaml_test reads random YAML with jobgen and with the package yaml of npm,
// which was written from the specification and shares no line with jobgen's parser.
package npmyaml_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jobgen-dev/jobgen/internal/yamlgen"
	"github.com/jobgen-dev/jobgen/pkg/source"
)

var (
	cases = flag.Int("cases", 6000, "random texts that are read by both")
	seed  = flag.Uint64("seed", 1, "the first of them")
)

// reading is what npm's package makes of a text.
type reading struct {
	Trees   []any
	Error   string
	Message string
}

// npmReads reads texts with npm's package. Without it the test is skipped, but in CI.
func npmReads(t *testing.T, texts []string) []reading {
	node, err := exec.LookPath("node")
	if err == nil {
		_, err = os.Stat("node_modules/yaml")
	}
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("npm's package yaml is missing, `make editor` installs it: %v", err)
		}
		t.Skip("`make editor` installs npm's package yaml")
	}
	in, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, "read.mjs")
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []reading
	if err := json.Unmarshal(out, &all); err != nil || len(all) != len(texts) {
		t.Fatalf("%d texts, %d readings, %v", len(texts), len(all), err)
	}
	return all
}

// jobgenReads returns the trees of a text, in the form that read.mjs prints.
func jobgenReads(text string) (trees []any, ok bool) {
	_, docs, ds := source.ParseBytes("x.yaml", []byte(text), "/p", "/p", true)
	for _, doc := range docs { // one that is empty is nothing, as to kubectl
		if root := tree(doc.Root); root != nil {
			trees = append(trees, root)
		}
	}
	return trees, !ds.HasErrors()
}

func tree(n *source.Node) any {
	if n == nil || n.Kind == source.Null {
		return nil
	}
	switch n.Kind {
	case source.Map:
		fields := map[string]any{}
		for _, f := range n.Fields {
			fields["k"+f.Key.Text] = tree(f.Value)
		}
		return fields
	case source.List:
		items := []any{}
		for _, item := range n.Items {
			items = append(items, tree(item))
		}
		return items
	}
	if n.Quoted {
		return "=" + n.Text
	}
	return n.Text
}

// onPurpose is what jobgen reads and npm's package refuses, by a part of its message.
// In all of it the YAML specification is on npm's side, and kubectl and most programs
// read what jobgen reads, with the value that anybody expects.
var onPurpose = []string{
	"Comments must be separated", // "a"#comment
	"Missing closing",            // a line within quotes that is not indented
	"must be sufficiently indented",
	"more-indented leading empty lines", // a block of lines of blanks
	`Invalid escape sequence \'`,
	"not allowed within flow collections", // [-], where - is a text
	"need to be on a single line",         // a | that is not indented below its key
}

// differs finds texts that npm's package reads in another way than the specification.
var differs = []*regexp.Regexp{
	regexp.MustCompile(`\r([^\n]|$)`),                       // a lone CR is a line break, not a character
	regexp.MustCompile(`.\x{feff}|\n\x{feff}`),              // a byte order mark may begin a document
	regexp.MustCompile(`(?s)[|>][-+]?[1-9].*\n +(\r?\n|$)`), // a line of blanks beyond the indentation is not empty
	regexp.MustCompile(`(?s)[|>][1-9]?\+.*\n +$`),           // a last line of blanks is a line, without a line break too
	regexp.MustCompile(`\\(\r|\n[ \t]*\r?\n)`),              // an escaped line break may be CR LF, and empty lines may follow it
}

// permitted reports whether npm's package refuses a text for one of these.
func permitted(message string) bool {
	return slices.ContainsFunc(onPurpose, func(part string) bool { return strings.Contains(message, part) })
}

// TestNPM compares what both read. What jobgen refuses is not compared.
func TestNPM(t *testing.T) {
	texts := make([]string, *cases)
	for i := range texts {
		g := yamlgen.New(*seed + uint64(i))
		documents := []string{g.Document("")}
		for g.IntN(4) == 0 {
			documents = append(documents, g.Document(""))
		}
		if texts[i] = g.File(documents); g.IntN(3) == 0 {
			texts[i] = g.Mutate(texts[i])
		}
	}
	compared, refused, failed := 0, 0, 0
	for i, npm := range npmReads(t, texts) {
		trees, ok := jobgenReads(texts[i])
		if !ok || slices.ContainsFunc(differs, func(r *regexp.Regexp) bool { return r.MatchString(texts[i]) }) {
			continue
		}
		if permitted(npm.Message) {
			refused++
			continue
		}
		compared++
		if npm.Error != "" {
			t.Errorf("seed %d: npm's package refuses this: %s %s\n%q", *seed+uint64(i), npm.Error, npm.Message, texts[i])
		} else if !reflect.DeepEqual(trees, npm.Trees) && len(trees)+len(npm.Trees) > 0 {
			t.Errorf("seed %d: jobgen reads\n%q\nnpm's package\n%q\nof %q", *seed+uint64(i), trees, npm.Trees, texts[i])
		} else {
			continue
		}
		if failed++; failed > 20 {
			t.FailNow()
		}
	}
	t.Logf("of %d texts %d were compared; %d more, npm's package refuses for what jobgen permits", *cases, compared, refused)
	if compared*10 < *cases {
		t.Error("too few to say anything")
	}
}
