package render_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	yamlv3 "go.yaml.in/yaml/v3"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"

	"github.com/jobgen-dev/jobgen/pkg/render"
)

// TestStrings shows how a string is written as a value; every one must come
// back as it was.
func TestStrings(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"plain", `plain`},
		{"1.2.3", `1.2.3`},
		{"a b", `a b`},
		// what YAML 1.1 or 1.2 takes for something else
		{"", `""`}, {"~", `"~"`}, {"null", `"null"`}, {"Null", `"Null"`}, {"NULL", `"NULL"`},
		{"y", `"y"`}, {"Y", `"Y"`}, {"n", `"n"`}, {"N", `"N"`},
		{"yes", `"yes"`}, {"No", `"No"`}, {"on", `"on"`}, {"OFF", `"OFF"`}, {"true", `"true"`}, {"False", `"False"`},
		{"0", `"0"`}, {"-1", `"-1"`}, {"+1", `"+1"`}, {"012", `"012"`}, {"08", `"08"`}, {"0x1F", `"0x1F"`}, {"0o17", `"0o17"`},
		{"0b101", `"0b101"`}, {"1_000", `"1_000"`}, {"1.0", `"1.0"`}, {"1.", `"1."`}, {".5", `".5"`}, {".5_0", `".5_0"`},
		{"1e3", `"1e3"`}, {"1E+3", `"1E+3"`}, {"1e400", `"1e400"`}, {"12345678901234567890123", `"12345678901234567890123"`},
		{"0x123456789abcdef012345", `"0x123456789abcdef012345"`}, {"0o7777777777777777777777777", `"0o7777777777777777777777777"`},
		{"1:20", `"1:20"`}, {"190:20:30.15", `"190:20:30.15"`}, {"-1:20", `"-1:20"`},
		{".inf", `".inf"`}, {"-.INF", `"-.INF"`}, {".NaN", `".NaN"`}, {"NaN", `NaN`}, {"inf", `inf`},
		{"2024-01-02", `"2024-01-02"`}, {"2024-1-2 03:04:05", `"2024-1-2 03:04:05"`}, {"2024-01-02T03:04:05Z", `"2024-01-02T03:04:05Z"`},
		{"2001-12-14 21:59:43.10 -5", `"2001-12-14 21:59:43.10 -5"`}, {"2001-12-14t21:59:43.10-05:00", `"2001-12-14t21:59:43.10-05:00"`},
		{"<<", `"<<"`}, {"=", `"="`},
		// what has a place in the syntax
		{"- x", `'- x'`}, {"-", `'-'`}, {"--", `--`}, {"---", `'---'`}, {"...", `'...'`}, {"? x", `'? x'`}, {": x", `': x'`}, {":", `':'`},
		{"a: b", `'a: b'`}, {"a:", `'a:'`}, {"#", `'#'`}, {"a #b", `'a #b'`}, {"a#b", `a#b`}, {"@daily", `'@daily'`}, {"`x`", "'`x`'"},
		{"*/5 * * * *", `'*/5 * * * *'`}, {"&a", `'&a'`}, {"!tag", `'!tag'`}, {"%x", `'%x'`}, {"|", `'|'`}, {">", `'>'`},
		{"{a}", `'{a}'`}, {"[a]", `'[a]'`}, {", a", `', a'`}, {"'", `''''`}, {"''", `''''''`}, {`"`, `'"'`}, {`\`, `\`}, {`a"b`, `a"b`},
		// blanks
		{" ", `' '`}, {" a", `' a'`}, {"a ", `'a '`}, {"\t", `"\t"`}, {"a\tb", `"a\tb"`}, {"a\t", `"a\t"`},
		// lines
		{"a\nb", "|-\n    a\n    b"}, {"a\nb\n", "|\n    a\n    b"}, {"a\n\nb\n\n", "|+\n    a\n\n    b\n"}, {"\na", "|2-\n\n    a"}, {"  a\nb", "|2-\n      a\n    b"},
		{"a:\n\tb\n", "|\n    a:\n    \tb"}, {"\ta\n\n\tb", `"\ta\n\n\tb"`}, {"a\tb\n\n", "|+\n    a\tb\n"}, {"😀\nb", "|-\n    😀\n    b"},
		{"a \nb", `"a \nb"`}, {"a\t\nb", `"a\t\nb"`}, {"a\nb ", `"a\nb "`}, {"\n", `"\n"`}, {"\n\n", `"\n\n"`}, {"a\r\nb\r\n", `"a\r\nb\r\n"`}, {"a\rb", `"a\rb"`},
		// characters
		{"é ж 語", `é ж 語`}, {"😀", `"😀"`}, {"a\u0085b", `"a\u0085b"`}, {"a\u0085\nb", `"a\u0085\nb"`}, {"\u2028", `"\u2028"`}, {"a\u2029b", `"a\u2029b"`},
		{"\ufeffa", `"\ufeffa"`}, {"a\ufeff", `"a\ufeff"`}, {"\x00", `"\u0000"`}, {"\x1b[31m", `"\u001b[31m"`}, {"\x7f", `"\u007f"`}, {"a\u202eb", `"a\u202eb"`},
		{"\ufffe", `"\ufffe"`}, {"jobgenText000000000\u0085", `"jobgenText000000000\u0085"`},
	} {
		got := encode(t, "yaml", configMap(map[string]string{"k": c.text}))
		got = strings.TrimPrefix(got, "apiVersion: v1\ndata:\n  k: ")
		got = strings.TrimSuffix(got, "\nkind: ConfigMap\nmetadata:\n  name: etl\n")
		if got != c.want {
			t.Errorf("%q is written as\n%s\nwant\n%s", c.text, got, c.want)
		}
		roundTrip(t, c.text)
	}
}

// readers are two independent ways to read a stream as JSON values.
var readers = map[string]func(t *testing.T, stream string) []any{
	"kubectl": func(t *testing.T, stream string) []any {
		var docs []any
		r := utilyaml.NewYAMLReader(bufio.NewReader(strings.NewReader(stream)))
		for {
			text, err := r.Read()
			if errors.Is(err, io.EOF) {
				return docs
			}
			if err == nil {
				text, err = yaml.YAMLToJSONStrict(text)
			}
			if err != nil {
				t.Fatalf("%v in\n%s", err, stream)
			}
			docs = append(docs, parse(t, text))
		}
	},
	"yaml/v3": func(t *testing.T, stream string) []any {
		var docs []any
		d := yamlv3.NewDecoder(strings.NewReader(stream))
		for {
			var doc any
			err := d.Decode(&doc)
			if errors.Is(err, io.EOF) {
				return docs
			}
			if err != nil {
				t.Fatalf("%v in\n%s", err, stream)
			}
			text, err := json.Marshal(doc)
			if err != nil {
				t.Fatal(err)
			}
			docs = append(docs, parse(t, text))
		}
	},
}

func parse(t *testing.T, text []byte) (v any) {
	t.Helper()
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// everyPlace returns objects with the text as value in a map, in lists, deep
// and shallow, at the end of a document and, when it is short, as a key.
func everyPlace(text string) []any {
	job := cronJob()
	c := &job.Spec.JobTemplate.Spec.Template.Spec.Containers[0]
	c.Args = []string{text, "x", text}
	c.Env = []corev1.EnvVar{{Name: "a", Value: text}, {Name: text}}
	job.Annotations = map[string]string{"a": text, "b": "x"}
	secret := &corev1.Secret{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Secret"},
		StringData: map[string]string{"last": text},
	}
	nested := map[string]any{"apiVersion": "a/v1", "kind": "B", "spec": []any{[]any{text, []any{text}, map[string]any{"a": []any{text}}}}}
	keys := map[string]string{"a": "b", "z": text}
	if len(text) <= 200 {
		keys[text] = text
	}
	return []any{job, secret, nested, configMap(keys), secret}
}

func roundTrip(t *testing.T, text string) {
	t.Helper()
	objects := everyPlace(text)
	stream := encode(t, "yaml", objects...)
	var want []any
	for _, o := range objects {
		line, err := render.JSON(o)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, parse(t, line))
	}
	for name, read := range readers {
		if got := read(t, stream); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %q does not come back from\n%s", name, text, stream)
		}
	}
	if again := encode(t, "yaml", objects...); again != stream {
		t.Errorf("%q gives two outputs:\n%s\n%s", text, stream, again)
	}
	if bytes.ContainsAny([]byte(stream), "\x1b\r\u0085\u2028\u2029\ufeff\u202e") {
		t.Errorf("an invisible character of %q is in the output", text)
	}
}

// Strings of the pieces that YAML cares about, far more than a fuzzer tries in
// the same time, in the two places where their layout differs.
func TestStringsOfPieces(t *testing.T) {
	pieces := []string{"a", "0", " ", " ", "\n", "\n", "\t", "-", ":", "#", "- ", ": ", " #", "'", "\"", "\\", "---", "...", "%", "|", "?", "!", "&", "*", "{", "]", ",",
		"\r", "\u0085", "\u2028", "\ufeff", "\x01", "\u202e", "😀", "é", "語", "y", "~", "e1", ".", "=", "<<", "1:1", "\u00a0", strings.Repeat("word ", 20), strings.Repeat("z", 90)}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 15 {
		data, list := map[string]any{}, []any{}
		for i := range 250 {
			var text strings.Builder
			for range 1 + rng.IntN(7) {
				text.WriteString(pieces[rng.IntN(len(pieces))])
			}
			data[fmt.Sprint("k", i)] = text.String()
			list = append(list, text.String(), []any{text.String()})
		}
		object := map[string]any{"apiVersion": "a/v1", "kind": "B", "data": data, "list": list}
		stream := encode(t, "yaml", object)
		for name, read := range readers {
			got := read(t, stream)[0].(map[string]any)
			for key, want := range data {
				if got["data"].(map[string]any)[key] != want {
					t.Errorf("%s: %q does not come back", name, want)
				}
			}
			if !reflect.DeepEqual(got["list"], list) {
				t.Errorf("%s: the list does not come back", name)
			}
		}
	}
}

func FuzzYAML(f *testing.F) {
	long := strings.Repeat("word ", 40)
	for _, s := range []string{
		"a", long, long + "# x", long + "- x", long + ": x", "'" + long, long + "\n" + long, "\t" + long, long + "\u0085" + long,
		"- a\n- b\n", "#!/bin/sh\n\tx\n", " \n a", "\n\n\ta\n\n\n", "a\n---\nb", "a\t\n...\n", strings.Repeat("x", 2000) + "\t\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		roundTrip(t, strings.ToValidUTF8(text, "\ufffd"))
	})
}
