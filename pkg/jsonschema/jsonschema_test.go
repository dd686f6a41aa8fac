package jsonschema

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	validator "github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/jobgen-dev/jobgen/internal/golden"
	"github.com/jobgen-dev/jobgen/schema"
)

var update = flag.Bool("update", false, "write the published schemas")

// The files that editors fetch are what the language is now.
func TestPublished(t *testing.T) {
	for _, k := range Kinds() {
		golden.Generated(t, "schema/"+k.File, k.Schema(), *update)
	}
}

// Every short form of the language has a row.
func TestShorts(t *testing.T) {
	seen := map[*schema.Type]bool{}
	var visit func(typ *schema.Type)
	visit = func(typ *schema.Type) {
		if typ == nil || seen[typ] {
			return
		}
		seen[typ] = true
		if _, known := shortForms()[typ.Short]; typ.Short != "" && !known {
			t.Errorf("no row for @short(%s)", typ.Short)
		}
		for _, f := range typ.Fields {
			visit(f.Type)
		}
		visit(typ.Key)
		visit(typ.Elem)
	}
	visit(schema.Written())
	visit(schema.ProjectModel())
}

// compiled returns the schemas by the kind of document.
func compiled(t *testing.T) map[string]*validator.Schema {
	all := map[string]*validator.Schema{}
	for _, k := range Kinds() {
		doc, err := validator.UnmarshalJSON(bytes.NewReader(k.Schema()))
		if err != nil {
			t.Fatal(err)
		}
		c := validator.NewCompiler()
		if err := c.AddResource(k.URL(), doc); err != nil {
			t.Fatal(err)
		}
		if all[k.Name], err = c.Compile(k.URL()); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// documents calls visit for every document of jobgen's in a YAML or JSON text.
func documents(text []byte, visit func(kind string, doc any)) {
	for decoder := yaml.NewDecoder(bytes.NewReader(text)); ; {
		var doc any
		if decoder.Decode(&doc) != nil {
			return
		}
		root, _ := plain(doc).(map[string]any)
		if version, _ := root["apiVersion"].(string); strings.HasPrefix(version, "jobgen.dev/") {
			kind, _ := root["kind"].(string)
			visit(kind, root)
		}
	}
}

// plain makes keys texts, as in JSON, and dates what was written, as YAML 1.2 does.
func plain(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			v[key] = plain(inner)
		}
	case map[any]any:
		m := map[string]any{}
		for key, inner := range v {
			m[fmt.Sprint(key)] = plain(inner)
		}
		return m
	case []any:
		for i, inner := range v {
			v[i] = plain(inner)
		}
	case nil, string, bool, int, int64, uint64, float64:
	default:
		return fmt.Sprint(v)
	}
	return v
}

func isText(name string) bool {
	ext := filepath.Ext(name)
	return ext == ".yaml" || ext == ".yml" || ext == ".json"
}

// What jobgen takes, an editor does not mark: every example, and every golden that builds.
func TestWhatBuildsIsValid(t *testing.T) {
	schemas := compiled(t)
	held := 0
	check := func(name string, text []byte) {
		documents(text, func(kind string, doc any) {
			held++
			if err := schemas[kind].Validate(doc); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	root := golden.Root(t)
	err := filepath.WalkDir(filepath.Join(root, "examples"), func(path string, _ fs.DirEntry, err error) error {
		if err == nil && isText(path) {
			text, err := os.ReadFile(path)
			check(path, text)
			return err
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range golden.Cases(t) {
		for _, f := range c.Input {
			if c.Want["stdout"] != "" && c.Args[0] == "build" && isText(f.Name) {
				check(c.Name+" "+f.Name, f.Data)
			}
		}
	}
	if held < 150 {
		t.Errorf("%d documents were held against the schema", held)
	}
}

// A field that is not there, and a word that is none, is marked: in every golden in
// which jobgen finds one.
func TestMistakesAreMarked(t *testing.T) {
	schemas := compiled(t)
	held := 0
	for _, c := range golden.Cases(t) {
		for _, f := range c.Input {
			if !strings.HasPrefix(c.Name, "mistakes/") || !isText(f.Name) {
				continue
			}
			told := `(?m)^` + regexp.QuoteMeta(f.Name) + `:[0-9:]+ error: (unknown field|"[A-Za-z]+" cannot be "[A-Za-z]+" \[JG204\])`
			if !regexp.MustCompile(told).MatchString(c.Want["stderr"]) {
				continue
			}
			marked := false
			read := 0
			documents(f.Data, func(kind string, doc any) {
				read++
				s := schemas[kind]
				marked = marked || s == nil || s.Validate(doc) != nil
			})
			if read == 0 {
				continue // no YAML
			}
			if held++; !marked {
				t.Errorf("%s %s: nothing is marked", c.Name, f.Name)
			}
		}
	}
	if held < 8 {
		t.Errorf("%d files have such a mistake", held)
	}
}
