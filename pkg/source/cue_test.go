package source

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const cueSpec = `package jobs

import "strings"

_image: "ubuntu"
#Base: {spec: {cpu: *"1" | string, ...}, ...}

#Base & {
	apiVersion: "jobgen.dev/v1alpha1"
	metadata: name: strings.ToLower("ABC")
	spec: {
		image: _image, n: 1_000, x: 1.10, e: 1e3, b: true, nothing: null
		"quoted key": """
			two
			lines
			"""
		args: ["a", for x in ["b", "c"] {x}]
	}
}
for k, v in {A: "é"} {spec: env: (k): v}
`

func TestCUE(t *testing.T) {
	docs, diags := parseText(t, "x.cue", cueSpec)
	if len(diags) > 0 || len(docs) != 1 {
		t.Fatal(brief(diags))
	}
	root := docs[0].Root
	for _, test := range []struct {
		n    *Node
		want string
		pos  Pos
	}{
		{at(t, root, "apiVersion"), `"jobgen.dev/v1alpha1"`, Pos{9, 14, 21}},
		{at(t, root, "metadata", "name"), `"abc"`, Pos{10, 18, 22}},
		{at(t, root, "spec", "image"), `"ubuntu"`, Pos{12, 10, 6}},
		{at(t, root, "spec", "n"), "1000", Pos{12, 21, 5}},
		{at(t, root, "spec", "x"), "1.10", Pos{12, 31, 4}},
		{at(t, root, "spec", "e"), "1e3", Pos{12, 40, 3}},
		{at(t, root, "spec", "b"), "true", Pos{12, 48, 4}},
		{at(t, root, "spec", "nothing"), "null", Pos{12, 63, 4}},
		{at(t, root, "spec", "quoted key"), `"two\nlines"`, Pos{13, 17, 3}},
		{at(t, root, "spec", "args", 0), `"a"`, Pos{17, 10, 3}},
		{at(t, root, "spec", "args", 2), `"c"`, Pos{17, 35, 1}},
		{at(t, root, "spec", "env", "A"), `"é"`, Pos{20, 39, 1}},
		{at(t, root, "spec", "cpu"), `"1"`, Pos{6, 21, 13}},
	} {
		if dump(test.n) != test.want || test.n.Pos != test.pos {
			t.Errorf("got %s at %v, want %s at %v", dump(test.n), test.n.Pos, test.want, test.pos)
		}
	}
}

// A 1: a file is CUE, whatever the case of its ending.
func TestCUEInCapitals(t *testing.T) {
	dir := tree(t, map[string]string{"a.Cue": "a: 1\n"})
	inputs, _, err := Find(dir, []string{"."})
	if err != nil || len(inputs) != 1 {
		t.Fatal(inputs, err)
	}
	if _, docs, diags, err := Read(inputs[0], nil); dumpAll(docs) != "{a: 1}" || err != nil {
		t.Error(dumpAll(docs), brief(diags), err)
	}
}

func TestCUEList(t *testing.T) {
	docs, diags := parseText(t, "x.cue", "_names: [\"x\", \"y\"]\n[for n in _names {metadata: name: n}, {metadata: name: \"z\"}]\n")
	if got := dumpAll(docs); got != `{metadata: {name: "x"}} | {metadata: {name: "y"}} | {metadata: {name: "z"}}` || len(diags) > 0 {
		t.Fatal(got, brief(diags))
	}
	if pos := at(t, docs[1].Root, "metadata", "name").Pos; pos != (Pos{2, 35, 1}) {
		t.Error(pos)
	}
}

func TestCUEWithoutAValue(t *testing.T) {
	docs, diags := parseText(t, "x.cue", "#Job: {image: string}\n_x: 1\n")
	if len(docs) > 0 || len(diags) > 0 {
		t.Error(dumpAll(docs), brief(diags))
	}
}

func TestCUEFaults(t *testing.T) {
	tests := []struct{ text, want string }{
		{"a: 1\na: 2\n", "JG101 1:4 a: two values are given that differ"},
		{"a: \"é\" & 1", "JG101 1:4 a: two values are given that differ"},
		{"b: c\n", "JG101 1:4 b: there is no field or import of this name"},
		{"spec: image: string\n", "JG101 1:14 spec.image: this has no value yet"},
		{"é: {\n", "JG101 1:4 the file ends too early"},
		{"a: \"x\nb: 1\n", "JG101 1:4 this string or comment is never closed"},
		{"import \"foo.com/bar\"\na: bar.X\n", "JG101 1:8 this import cannot be found"},
		{"import \"foo\"\na: foo.X\n", "JG101 1:8 CUE's standard library has no such package"},
		{"import \"strings\"\na: 1\n", "JG101 1:8 this import is not used"},
		{"#D: {x: int}\na: #D & {y: 1}\n", "JG101 2:10 a.y: a definition does not allow this field"},
		{"a: *1 | 2 \n a: 3", "JG101 1:5 a: none of the alternatives fits"},
		{"a: [\"x\" \"y\"]\n", "JG101 1:9 a comma or line break is missing before this"},
		{"a: {b: c}\nc: a\n", "JG101 2:1 c: this value is needed to find itself"},
		{"a: 1/0\n", "JG101 1:4 a: this divides by zero"},
		{"é: 'x'\n", "JG203 1:4 a value of bytes has no place in a spec"},
		{"a: " + strings.Repeat("[", 202) + strings.Repeat("]", 202), "JG103 1:203 maps and lists are nested more than 200 deep"},
	}
	for _, test := range tests {
		if _, diags := parseText(t, "x.cue", test.text); brief(diags) != test.want {
			t.Errorf("%.60q\ngot  %s\nwant %s", test.text, brief(diags), test.want)
		}
	}
}

// tree writes files into a new folder; a text "-> X" makes a link to X.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if target, ok := strings.CutPrefix(text, "-> "); ok {
			err = os.Symlink(target, name)
		} else {
			err = os.WriteFile(name, []byte(text), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestCUEImportsFromTheProject(t *testing.T) {
	dir := tree(t, map[string]string{
		"jobgen.yaml":        "",
		"cue.mod/module.cue": "module: \"example.com/p@v0\"\nlanguage: version: \"v0.9.0\"\n",
		"lib/lib.cue":        "package lib\n\n#Base: {spec: image: \"ubuntu\", ...}\n#Open: {n: int, ...}\n",
		"jobs/a.cue":         "import \"example.com/p/lib\"\n\nlib.#Base & {metadata: name: \"a\"}\n",
		"jobs/b.cue":         "import \"example.com/p/lib\"\n\nx: lib.#Open\n",
		"jobs/c.cue":         "import \"example.org/q@v1\"\n\nx: q.Y\n",
	})
	read := func(name string) ([]Document, string) {
		path := filepath.Join(dir, "jobs", name)
		_, docs, diags, err := Read(Input{Name: name, Path: path, Dir: filepath.Dir(path), Root: dir, Named: true}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return docs, brief(diags)
	}
	docs, found := read("a.cue")
	if dumpAll(docs) != `{metadata: {name: "a"}, spec: {image: "ubuntu"}}` || found != "" {
		t.Fatal(dumpAll(docs), found)
	}
	// What another file gives has its place where this file asks for it.
	if pos := at(t, docs[0].Root, "spec", "image").Pos; pos.Line != 3 || pos.Column != 1 {
		t.Error(pos)
	}
	if _, found := read("b.cue"); found != "JG101 3:4 x.n: this has no value yet" {
		t.Error(found)
	}
	if _, found := read("c.cue"); found != "JG101 1:8 this import cannot be found" {
		t.Error(found)
	}
}

func TestModuleOutsideTheProjectIsNotRead(t *testing.T) {
	dir := tree(t, map[string]string{
		"cue.mod/module.cue": "module: \"example.com/p@v0\"\nlanguage: version: \"v0.9.0\"\n",
		"lib/lib.cue":        "package lib\nX: 1\n",
		"project/a.cue":      "import \"example.com/p/lib\"\nx: lib.X\n",
	})
	root := filepath.Join(dir, "project")
	_, _, diags := ParseBytes("a.cue", []byte("import \"example.com/p/lib\"\nx: lib.X\n"), root, root, true)
	if got := brief(diags); got != "JG101 1:8 this import cannot be found" {
		t.Error(got)
	}
}

func TestFinishes(t *testing.T) {
	never := make(chan struct{})
	defer close(never)
	if got := finishes(10*time.Millisecond, func() { <-never }); got != tookTooLong {
		t.Error(got)
	}
	if got := finishes(time.Minute, func() { panic("x") }); got != panicked {
		t.Error(got)
	}
	if got := finishes(time.Minute, func() {}); got != finished {
		t.Error(got)
	}
}

// G 4: what took too long still runs, so nothing else is evaluated after it, and it is said why.
func TestCUEBudget(t *testing.T) {
	never := make(chan struct{})
	defer close(never)
	disk := &Disk{}
	if got := disk.evaluate("a.cue", time.Minute, func() {}); got != finished {
		t.Error(got)
	}
	if got := disk.evaluate("a.cue", 10*time.Millisecond, func() { <-never }); got != tookTooLong {
		t.Error(got)
	}
	if got := disk.evaluate("b.cue", time.Minute, func() { t.Error("b.cue is evaluated") }); got != refused {
		t.Error(got)
	}
	in := Input{Name: "b.cue", Path: filepath.Join(t.TempDir(), "b.cue"), Disk: disk}
	if err := os.WriteFile(in.Path, []byte(`apiVersion: "jobgen.dev/v1alpha1"`), 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, diags, err := Read(in, nil)
	if got := brief(diags); err != nil || got != "JG103 0:0 this file is not evaluated: evaluating a.cue takes more than 10 seconds" {
		t.Error(got, err)
	}

	disk = &Disk{}
	disk.cue.spent = cueShare
	if got := disk.evaluate("a.cue", time.Minute, func() { <-never }); got != tookTooLong {
		t.Error(got)
	}
	if want := "evaluating CUE takes more than 30 seconds in this run"; disk.cue.over != want {
		t.Error(disk.cue.over)
	}
}
