package main

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cuelang.org/go/cue/format"
	cueyaml "cuelang.org/go/encoding/yaml"
	"go.yaml.in/yaml/v3"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	strict "sigs.k8s.io/yaml"

	"github.com/jobgen-dev/jobgen/internal/golden"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/schema"
)

// What holds for every golden that prints something. The goldens without input
// are the examples.

func buildable(t *testing.T) []golden.Case {
	var cases []golden.Case
	for _, c := range golden.Cases(t) {
		lines := slices.Contains(c.Args, "--show-origin") // which the laws move about
		if c.Args[0] == "build" && c.Want["stdout"] != "" && !lines {
			cases = append(cases, c)
		}
	}
	return cases
}

// Two runs give the same bytes, whatever order Go's maps have in them.
func TestTwoRunsAreEqual(t *testing.T) {
	for _, c := range buildable(t) {
		t.Run(c.Name, func(t *testing.T) {
			first, _, _ := runCase(t, c, c.Args)
			if second, _, _ := runCase(t, c, c.Args); second != first {
				t.Errorf("the second run printed\n%s\nand the first\n%s", second, first)
			}
		})
	}
}

// The order of the files on the command line does not matter.
func TestOrderOfFilesDoesNotMatter(t *testing.T) {
	for _, c := range buildable(t) {
		if !slices.Equal(c.Args, []string{"build", "."}) || len(c.Input) < 2 {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			var files []string
			for _, f := range c.Input {
				if bytes.Contains(f.Data, []byte("jobgen.dev/")) {
					files = append(files, f.Name)
				}
			}
			slices.Sort(files)
			slices.Reverse(files)
			args := append([]string{"build"}, files...)
			if stdout, stderr, _ := runCase(t, c, args); stdout != c.Want["stdout"] {
				t.Errorf("%v printed\n%s%s\nand the sorted files\n%s", args, stdout, stderr, c.Want["stdout"])
			}
		})
	}
}

// The order of the keys of a map does not matter.
func TestOrderOfKeysDoesNotMatter(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, c := range buildable(t) {
		if len(c.Input) == 0 {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			c.Input = slices.Clone(c.Input)
			for i, f := range c.Input {
				if filepath.Ext(f.Name) == ".yaml" {
					c.Input[i].Data = shuffled(t, f.Data, random)
				}
			}
			if stdout, stderr, _ := runCase(t, c, c.Args); stdout != c.Want["stdout"] {
				t.Errorf("the shuffled input\n%s\nprinted\n%s%s", c.Input[0].Data, stdout, stderr)
			}
		})
	}
}

// shuffled permutes the keys of every map of a YAML stream that has no anchors,
// whose place matters. Scalars are quoted where the encoder would change them.
func shuffled(t *testing.T, stream []byte, random *rand.Rand) []byte {
	if bytes.Contains(stream, []byte("&")) {
		return stream
	}
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	dec := yaml.NewDecoder(bytes.NewReader(stream))
	for {
		var doc yaml.Node
		if dec.Decode(&doc) != nil {
			break
		}
		shuffle(&doc, random)
		if err := enc.Encode(&doc); err != nil {
			t.Fatal(err)
		}
	}
	return out.Bytes()
}

func shuffle(n *yaml.Node, random *rand.Rand) {
	for _, child := range n.Content {
		shuffle(child, random)
	}
	if n.Kind == yaml.MappingNode {
		random.Shuffle(len(n.Content)/2, func(i, j int) {
			for k := range 2 {
				n.Content[2*i+k], n.Content[2*j+k] = n.Content[2*j+k], n.Content[2*i+k]
			}
		})
	}
}

// types are those of everything that jobgen prints.
var types = map[string]reflect.Type{
	"v1/Namespace":                                    reflect.TypeFor[corev1.Namespace](),
	"v1/ServiceAccount":                               reflect.TypeFor[corev1.ServiceAccount](),
	"v1/ConfigMap":                                    reflect.TypeFor[corev1.ConfigMap](),
	"v1/Secret":                                       reflect.TypeFor[corev1.Secret](),
	"v1/PersistentVolumeClaim":                        reflect.TypeFor[corev1.PersistentVolumeClaim](),
	"rbac.authorization.k8s.io/v1/Role":               reflect.TypeFor[rbacv1.Role](),
	"rbac.authorization.k8s.io/v1/RoleBinding":        reflect.TypeFor[rbacv1.RoleBinding](),
	"rbac.authorization.k8s.io/v1/ClusterRole":        reflect.TypeFor[rbacv1.ClusterRole](),
	"rbac.authorization.k8s.io/v1/ClusterRoleBinding": reflect.TypeFor[rbacv1.ClusterRoleBinding](),
	"networking.k8s.io/v1/NetworkPolicy":              reflect.TypeFor[networkingv1.NetworkPolicy](),
	"batch/v1/Job":                                    reflect.TypeFor[batchv1.Job](),
	"batch/v1/CronJob":                                reflect.TypeFor[batchv1.CronJob](),
}

// alongside are the kinds of objects that go along with what jobgen makes, as somebody
// wrote them.
var alongside = []string{"Certificate", "CustomResourceDefinition", "Deployment"}

// Everything that is printed decodes strictly into its type of k8s.io/api: no
// unknown field, no key twice, no value of another kind. Nothing in it is null.
func TestOutputDecodesStrictly(t *testing.T) {
	for _, c := range buildable(t) {
		if slices.Contains(c.Args, "json") {
			for _, text := range jsonObjects(t, c.Want["stdout"]) {
				decodeStrictly(t, c.Name, text)
			}
			continue
		}
		for _, text := range strings.Split(c.Want["stdout"], "\n---\n") {
			decodeStrictly(t, c.Name, []byte(text))
		}
	}
}

func decodeStrictly(t *testing.T, name string, text []byte) reflect.Value {
	t.Helper()
	unmarshal := func(v any) error { return strict.UnmarshalStrict(text, v) }
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) {
		unmarshal = func(v any) error {
			dec := json.NewDecoder(bytes.NewReader(text))
			dec.DisallowUnknownFields()
			return dec.Decode(v)
		}
	}
	var tree map[string]any
	if err := unmarshal(&tree); err != nil {
		t.Errorf("%s: %v\n%s", name, err, text)
		return reflect.Value{}
	}
	version, _ := tree["apiVersion"].(string)
	kind, _ := tree["kind"].(string)
	if slices.Contains(alongside, kind) {
		return reflect.ValueOf(tree)
	}
	if hasNull(tree) {
		t.Errorf("%s: a null in\n%s", name, text)
	}
	typ := types[version+"/"+kind]
	if typ == nil {
		t.Errorf("%s: no type is known for %s/%s", name, version, kind)
		return reflect.Value{}
	}
	object := reflect.New(typ)
	if err := unmarshal(object.Interface()); err != nil {
		t.Errorf("%s: %v\n%s", name, err, text)
	}
	return object
}

func hasNull(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		for _, value := range v {
			if hasNull(value) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, hasNull)
	}
	return v == nil
}

// JSON holds the same objects as YAML.
func TestJSONHoldsWhatYAMLHolds(t *testing.T) {
	for _, c := range buildable(t) {
		if !slices.Contains(c.Args, "json") {
			t.Run(c.Name, func(t *testing.T) { sameInJSON(t, c, c.Want["stdout"]) })
		}
	}
}

// All examples build in one run.
func TestExamplesInOneRun(t *testing.T) {
	c := golden.Case{Name: "examples", Args: []string{"build", "examples"}}
	stdout, stderr, status := runCase(t, c, c.Args)
	if status != exitDone {
		t.Fatalf("status %d\n%s", status, stderr)
	}
	sameInJSON(t, c, stdout)
}

func sameInJSON(t *testing.T, c golden.Case, asYAML string) {
	var fromYAML, fromJSON []any
	for _, text := range strings.Split(asYAML, "\n---\n") {
		fromYAML = append(fromYAML, decodeStrictly(t, c.Name, []byte(text)).Interface())
	}
	asJSON, _, _ := runCase(t, c, append(slices.Clone(c.Args), "-o", "json"))
	for _, object := range jsonObjects(t, asJSON) {
		fromJSON = append(fromJSON, decodeStrictly(t, c.Name, object).Interface())
	}
	if len(fromYAML) != len(fromJSON) {
		t.Fatalf("%d objects in YAML, %d in JSON", len(fromYAML), len(fromJSON))
	}
	for i := range fromYAML {
		if !reflect.DeepEqual(fromYAML[i], fromJSON[i]) {
			t.Errorf("object %d is in YAML\n%+v\nand in JSON\n%+v", i, fromYAML[i], fromJSON[i])
		}
	}
}

// jsonObjects returns the objects of a List, or the one object.
func jsonObjects(t *testing.T, text string) []json.RawMessage {
	var list struct {
		Kind  string
		Items []json.RawMessage
	}
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		t.Fatal(err)
	}
	if list.Kind == "List" {
		return list.Items
	}
	return []json.RawMessage{json.RawMessage(text)}
}

// A secret's text is in no message, whatever is wrong around it and in
// whatever language the spec is written.
func TestSecretsAreNotShown(t *testing.T) {
	const secret = "hunter2"
	cases := 0
	for _, c := range golden.Cases(t) {
		if strings.HasPrefix(c.Name, "mistakes/secret-values") {
			cases++
			said := c.Want["stderr"]
			if c.Args[0] != "build" {
				said += c.Want["stdout"]
			}
			if strings.Contains(said, secret) {
				t.Errorf("%s shows the secret:\n%s", c.Name, said)
			}
		}
	}
	if cases == 0 {
		t.Error("there is no golden of mistakes in secrets")
	}
	stdout, stderr, _ := runCase(t, golden.Case{Name: "examples"}, []string{"build", "examples/hello.yaml", "--set", "spec.secrets.db.data.password=" + secret})
	if strings.Contains(stdout+stderr, secret) || stderr == "" {
		t.Errorf("--set shows the secret:\n%s%s", stdout, stderr)
	}
}

// Every code of a diagnostic occurs in a golden, but for those that no archive
// can bring about, which tests of their own packages do.
func TestEveryCodeIsInAGolden(t *testing.T) {
	elsewhere := []string{
		diag.CodeUnreadable, // links, which an archive cannot hold
		diag.CodeSize,       // a megabyte
		diag.CodeApply,      // a quarter of one
		diag.CodeTree,       // of render, whose output is files
		diag.CodeSimulate,   // the rules of the language find what is known of it first
	}
	text, err := os.ReadFile(filepath.Join(golden.Root(t), "pkg", "diag", "codes.go"))
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	for _, c := range golden.Cases(t) {
		said.WriteString(c.Want["stderr"] + c.Want["stdout"])
	}
	for _, m := range regexp.MustCompile(`= "(JG[0-9]+)"`).FindAllSubmatch(text, -1) {
		if code := string(m[1]); !slices.Contains(elsewhere, code) && !strings.Contains(said.String(), "["+code+"]") && !strings.Contains(said.String(), "["+code+" "+diag.Check(code)+"]") {
			t.Errorf("no golden has a diagnostic %s", code)
		}
	}
}

// The comments of --show-origin change no value, and most lines have one.
func TestOriginsChangeNothing(t *testing.T) {
	lines, comments := 0, 0
	for _, c := range buildable(t) {
		if slices.Contains(c.Args, "json") {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			stdout, stderr, status := runCase(t, c, append(slices.Clone(c.Args), "--show-origin"))
			if status != exitDone {
				t.Fatalf("status %d\n%s", status, stderr)
			}
			want, got := documents(t, c.Want["stdout"]), documents(t, stdout)
			if !reflect.DeepEqual(got, want) {
				t.Errorf("the comments change what is read:\n%s", stdout)
			}
			lines += strings.Count(c.Want["stdout"], ": ")
			comments += len(originComment.FindAllString(stdout, -1))
		})
	}
	if comments < lines/2 {
		t.Errorf("%d lines with values have %d comments", lines, comments)
	}
	t.Logf("%d lines with values have %d comments", lines, comments)
}

var originComment = regexp.MustCompile(`(?m) # \S+:\d+( .*)?$`)

// documents reads a stream of YAML.
func documents(t *testing.T, stream string) []any {
	t.Helper()
	var all []any
	for text := range strings.SplitSeq(stream, "\n---\n") {
		var one any
		if err := strict.UnmarshalStrict([]byte(text), &one); err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
	}
	return all
}

// A spec that imports the schema, and so has its defaults written out, becomes what it
// becomes without.
func TestSchemaInSpecsChangesNothing(t *testing.T) {
	root := golden.Root(t)
	t.Chdir(t.TempDir())
	if err := os.CopyFS("examples", os.DirFS(filepath.Join(root, "examples"))); err != nil {
		t.Fatal(err)
	}
	secret := func(string) (string, bool) { return "c2VjcmV0", true }
	build := func(name string) (string, string) {
		var out, diagnostics bytes.Buffer
		run([]string{"build", name}, world{stdin: strings.NewReader(""), stdout: &out, stderr: &diagnostics, lookupEnv: secret})
		return out.String(), diagnostics.String()
	}
	// One for each default, and some others.
	for _, spec := range []string{"restricted", "script", "rbac-network", "host-path", "sidecar", "pvc", "cloud-identity", "pod-failure-policy"} {
		name := "examples/" + spec + ".yaml"
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		plain, _ := build(name)
		value, err := cueyaml.Extract(name, text)
		if err != nil {
			t.Fatal(err)
		}
		body, err := format.Node(value)
		if err != nil {
			t.Fatal(err)
		}
		inCUE := strings.TrimSuffix(name, ".yaml") + ".cue"
		spec := "import \"" + schema.ImportPath + "\"\n\nschema.#Job & {\n" + string(body) + "}\n"
		if err := os.WriteFile(inCUE, []byte(spec), 0o644); err != nil {
			t.Fatal(err)
		}
		if made, said := build(inCUE); made != plain || plain == "" {
			t.Errorf("%s, with the schema:\n%s%s\nwithout it:\n%s", name, made, said, plain)
		}
	}
}
