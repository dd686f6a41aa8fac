package source

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jobgen-dev/jobgen/pkg/diag"
)

func TestYAMLTrees(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"characters are kept", "a: NO\nb: 0123\nc: 1.10\nd: 1_000\ne: 2024-01-02\nf: 0x1F\ng: .inf\n",
			"{a: NO, b: 0123, c: 1.10, d: 1_000, e: 2024-01-02, f: 0x1F, g: .inf}"},
		{"quotes make strings", `a: "1"` + "\nb: 'it''s'\nc: \"\\u00e9\\n\"\n", `{a: "1", b: "it's", c: "é\n"}`},
		{"nulls", "[~, null, Null, NULL, 'null', nUll, !!null x]", `[null, null, null, null, "null", nUll, null]`},
		{"nothing is null", "a:\nb: &x\nc: []\nd: {}\ne: ''\n", `{a: null, b: null, c: [], d: {}, e: ""}`},
		{"blocks", "a: |\n  x\n   y\n\nb: >-\n  x\n  y\nc: |+\n  z\n\n", `{a: "x\n y\n", b: "x y", c: "z\n\n"}`},
		{"plain over lines", "a: x\n  y\n\n  z\n", "{a: x y\nz}"},
		{"tags", "[!!str 5, !!int \"5\", !!str ~, ! 5, !!float 1, !!bool \"true\", !!map {a: 1}, !!seq [], !<tag:yaml.org,2002:str> 1]",
			`["5", 5, "~", "5", 1, true, {a: 1}, [], "1"]`},
		{"aliases", "a: &x {b: [1]}\nc: *x\nd: &y yes\n*y : *y\n", "{a: {b: [1]}, c: {b: [1]}, d: yes, yes: yes}"},
		{"anchor given twice", "[&x 1, *x, &x 2, *x]", "[1, 1, 2, 2]"},
		{"merge", "b: &b {a: 1, z: 2}\nm:\n  a: 9\n  <<: *b\n  c: 3\n", "{b: {a: 1, z: 2}, m: {a: 9, z: 2, c: 3}}"},
		{"merge, own key later", "m:\n  <<: {a: 1, b: 2}\n  a: 9\n", "{m: {b: 2, a: 9}}"},
		{"merge of a list", "x: &x {a: 1}\ny: &y {a: 2, b: 2}\nm: {<<: [*x, *y, {c: 3}]}\n", "{x: {a: 1}, y: {a: 2, b: 2}, m: {a: 1, b: 2, c: 3}}"},
		{"merge of a merge", "x: &x {a: 1}\ny: &y {<<: *x, b: 2}\nm: {<<: *y}\n", "{x: {a: 1}, y: {a: 1, b: 2}, m: {a: 1, b: 2}}"},
		{"quoted is no merge", "\"<<\": {a: 1}\n!!str <<: 2", "{<<: {a: 1}}"},
		{"keys are names", "null: 1\n~: 2\nyes: 3\n1: 4\n'': 5\n", "{null: 1, ~: 2, yes: 3, 1: 4, : 5}"},
		{"several documents", "a: 1\n---\nb: 2\n--- c\n---\n...\n# end\n", `{a: 1} | {b: 2} | c | empty`},
		{"comments first", "# one\n\n---\na: 1\n", "{a: 1}"},
		{"directive", "%YAML 1.1\n---\na: 1\n...\n%YAML 1.1\n--- \nb: 2\n", "{a: 1} | {b: 2}"},
		{"bare document behind the end", "a: 1\n...\nb: 2\n", "{a: 1} | {b: 2}"},
		{"marker within a block", "a: |\n  ---\n  x\n", `{a: "---\nx\n"}`},
		{"nothing", "", ""},
		{"only comments", "# a\n\n  # b\n", ""},
		{"byte order mark", "\ufeffa: 1\n\ufeff---\nb: 2\n", "{a: 1} | {b: 2}"},
		{"UTF-16", "\xff\xfea\x00:\x00 \x00\xe9\x00", "{a: é}"},
		{"UTF-16, the other way", "\xfe\xff\x00a\x00:\x00 \x00\xe9", "{a: é}"},
		{"CRLF", "a: 1\r\nb: |\r\n  x\r\n  y\r\n", `{a: 1, b: "x\ny\n"}`},
		{"lone CR", "a: 1\rb: 2\r", "{a: 1, b: 2}"},
		{"foreign line breaks", "a: x\u2028y\nb: \"\u0085\"\nc: 'p\u2029q'\n\ue000: 1\n", "{a: x\u2028y, b: \"\\u0085\", c: \"p\\u2029q\", \ue000: 1}"},
		{"flow over lines", "a: [\n\t1,\n\t2\n]\n", "{a: [1, 2]}"},
		{"a text", "just words\n", "just words"},
		// G 8: a last line without a line break is read like one that has it.
		{"blocks to the end", "a: |\n  x\n---\n- >+\n  x\n ", `{a: "x\n"} | ["x\n\n"]`},
		{"a last line of blanks", "- |\n  x\n   ", `["x\n \n"]`},
		{"a last line of blanks, kept", "- |+\n   ", `["\n"]`},
		{"nothing, as a text", "a: !\nb: [! , !!str ]\n", `{a: "", b: ["", ""]}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			docs, diags := parseText(t, "x.yaml", test.text)
			if test.name == "quoted is no merge" {
				if got := brief(diags); got != `JG102 2:7 the key "<<" stands in this map twice` {
					t.Error(got)
				}
			} else if len(diags) > 0 {
				t.Error(brief(diags))
			}
			if got := dumpAll(docs); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestYAMLFaults(t *testing.T) {
	tests := []struct{ text, want string }{
		{"a: b: c\n", "JG101 1:5 a second colon cannot stand in this line"},
		{"a: 1\n b: 2\n", "JG101 2:2 this key does not line up with the lines above it"},
		{"x: 1\na:\n\tb: 1\n", "JG101 3:1 a tab stands in the indentation, where YAML allows only spaces"},
		{"a: 1\n \tb: 2\n", "JG101 2:2 a tab stands in the indentation, where YAML allows only spaces"},
		{"a: |\n\tfoo\n", "JG101 2:1 a tab stands in the indentation, where YAML allows only spaces"},
		{"é: \"abc\nd: 1\n", "JG101 1:4 the quote that opens here is never closed"},
		{"é: [1, 2\nb: 3\n", "JG101 2:2 a comma or ] is missing before this"},
		{"a: {b: 1\n", "JG101 1:4 the { that opens here is never closed"},
		{"{\n\t\"a\": 1\n\t\"b\": 2\n}", "JG101 3:5 a comma or } is missing before this"},
		{"spec:\n    image: x\n  command: y\n", "JG101 3:3 this line does not line up with any line above it"},
		{"a: b\n- c\n", "JG101 2:1 a list item cannot stand among the keys of a map"},
		{"- a\nb: 1\n", "JG101 2:1 this line is no list item, and does not line up with any line above it"},
		{"a: 'it's'\n", "JG101 1:8 the value ended before this"},
		{"a: [1]]\n", "JG101 1:7 this ] closes nothing"},
		{"a:\n  b\n c\nd", "JG101 4:1 there is no colon behind this key"},
		{"a: @foo\n", "JG101 1:4 a value cannot start with @"},
		{"\n\na: */5 * * * *\n", "JG101 3:5 an alias needs a name behind the *"},
		{"\n\na: *x\n", "JG106 3:4 this alias has no anchor before it in this document"},
		{"a: &x 1\n---\nb: *x\n", "JG106 3:4 this alias has no anchor before it in this document"},
		{"a: &x [*x]", "JG106 1:8 the alias *x stands within the value that it is an alias of"},
		{"a: &x {<<: *x}", "JG106 1:12 the alias *x stands within the value that it is an alias of"},
		{"é: \"\\q\"", "JG101 1:5 this is no escape that YAML knows"},
		{"a: |x\n  s\n", "JG101 1:5 behind | or > nothing may stand but -, + or a digit for the indentation"},
		{"[a] b\n", "JG101 1:5 the document ended before this"},
		{"%FOO\n---\na: 1\n", "JG101 1:1 a line that starts with % is a directive, and this is none that YAML knows"},
		{"# c\n%YAML 1.1\na: 1\n", "JG101 2:1 a line that starts with % is a directive, and no --- follows it"},
		{"a: - b\n", "JG101 1:4 a list cannot begin in the line of its key"},
		{"a: {{ .Values }}\n", "JG101 1:5 a key must be a text, not a map or a list"},
		{": x", "JG101 1:1 there is no key before this colon"},
		{"? [a]\n: b", "JG101 1:3 a key must be a text, not a map or a list"},
		{"<<: 1", "JG106 1:5 the merge key << takes a map, or a list of maps"},
		{"<<: {a: 1}\n<<: {b: 1}", `JG102 2:1 the key "<<" stands in this map twice`},
		{"a: 1\n\"a\": 2\n", `JG102 2:1 the key "a" stands in this map twice`},
		{"a: !Ref x\nb: !!binary aGk=\nc: !!int [1]\n", "JG106 1:4 jobgen does not know this YAML tag\n" +
			"JG106 2:4 jobgen does not read the YAML tag !!binary\nJG106 3:4 the tag !!int does not fit this value"},
		{"!foo!bar x\n", "JG106 1:1 jobgen does not know this YAML tag"},
		{"a: b\n---\nb: c: d\n---\n\nc: [\n", "JG101 3:5 a second colon cannot stand in this line\n" +
			"JG101 6:4 the document ends where a value should stand"},
		// G 8: the parser reads these in another way than YAML.
		{"{a:, b: c}", "JG101 1:3 a space is missing after this colon"},
		{"k: [x,\n  é:]", "JG101 2:4 a space is missing after this colon"},
		{"{a: b:}", "JG101 1:6 a space is missing after this colon"},
		{"[?x]", "JG101 1:2 an unquoted text in brackets or braces cannot start with ?"},
		{"{a: &x b, ?*x : c}", "JG101 1:11 an unquoted text in brackets or braces cannot start with ?"},
		{"[?\"x\"]", "JG101 1:2 an unquoted text in brackets or braces cannot start with ?"},
		{"[http://x/?a=b]", "JG101 1:11 an unquoted text in brackets or braces cannot contain this ?"},
		{"[?, a]", "JG101 1:2 an unquoted text in brackets or braces cannot contain this ?"},
		{"[a, ?]", "JG101 1:5 an unquoted text in brackets or braces cannot contain this ?"},
		{"k: &an:chor v", "JG101 1:7 an anchor name can only have letters, digits, - and _"},
		{"&a: v", "JG101 1:3 an anchor name can only have letters, digits, - and _"},
		{"k: !!str &a?b v", "JG101 1:12 an anchor name can only have letters, digits, - and _"},
		{"k: &é v", "JG101 1:5 an anchor name can only have letters, digits, - and _"},
		{"{&a , b: c}", "JG101 1:2 there is no key before this colon"},
		{`a: "\ud83d\ude00"`, `JG101 1:7 YAML has no surrogate pairs, \ud800 to \udfff`},
		{`a: "\U00110000"`, "JG101 1:7 this escape stands for no character"},
		// What is behind ... on its line would be lost.
		{"a: b\n... c: d\n", "JG101 2:5 only a comment can follow ... on its line"},
		{"%YAML 1.2\n", "JG101 1:1 a line that starts with % is a directive, and no --- follows it"},
		{"%YAML 1.1\n# c\n...\n", "JG101 1:1 a line that starts with % is a directive, and no --- follows it"},
		{"{a: &x , b: &y ~}\n---\n[&x , *x : a]", "JG101 3:2 a key must be a text, and this alias is null"},
		{"a: é\x01b", "JG101 1:5 the control character U+0001 stands here, which YAML does not allow"},
		{"a\r\rbé\x00", "JG101 3:3 a NUL byte stands here: this is not a text file"},
		{"é\xffa", "JG101 1:2 this byte is not UTF-8"},
		{"\xff\xfea", "JG101 0:0 this file starts like UTF-16, but ends within a character"},
		{"\xff\xfe\x00\xd8", "JG101 0:0 this file starts like UTF-16, but is not"},
	}
	for _, test := range tests {
		if _, diags := parseText(t, "x.yaml", test.text); brief(diags) != test.want {
			t.Errorf("%q\ngot  %s\nwant %s", test.text, brief(diags), test.want)
		}
	}
}

func TestYAMLKeepsTheOtherDocuments(t *testing.T) {
	docs, diags := parseText(t, "x.yaml", "a: 1\n---\nb: [\n---\nc: 3\n")
	if got := dumpAll(docs); got != "{a: 1} | {c: 3}" || len(diags) != 1 {
		t.Error(got, brief(diags))
	}
	if pos := docs[1].Root.Pos; pos != (Pos{5, 1, 1}) {
		t.Error(pos)
	}
}

func TestYAMLPlaces(t *testing.T) {
	text := "é: \"ü\" # c\nplain: x y \nmore: a\n  b\nanchored: &n !!str z\nmap: &m # c\n  # c\n  k: v\nfold: >-\n  p\n  q\n\nquoted: 'a\n  b'\nalias: *n\nlist: [é, 'x']\n"
	docs, diags := parseText(t, "x.yaml", text)
	if len(diags) > 0 {
		t.Fatal(brief(diags))
	}
	root := docs[0].Root
	tests := []struct {
		n    *Node
		pos  Pos
		last int
	}{
		{root.Fields[0].Key, Pos{1, 1, 1}, 0},
		{at(t, root, "é"), Pos{1, 4, 3}, 0},
		{at(t, root, "plain"), Pos{2, 8, 3}, 0},
		{at(t, root, "more"), Pos{3, 7, 1}, 4},
		{at(t, root, "anchored"), Pos{5, 20, 1}, 0},
		{at(t, root, "map"), Pos{8, 3, 1}, 0},
		{at(t, root, "fold"), Pos{9, 7, 2}, 11},
		{at(t, root, "quoted"), Pos{13, 9, 2}, 14},
		{at(t, root, "alias"), Pos{5, 20, 1}, 0},
		{at(t, root, "list"), Pos{16, 7, 1}, 0},
		{at(t, root, "list", 1), Pos{16, 11, 3}, 0},
	}
	for i, test := range tests {
		if test.n.Pos != test.pos || test.n.last != test.last {
			t.Errorf("%d %s: got %v to %d, want %v to %d", i, dump(test.n), test.n.Pos, test.n.last, test.pos, test.last)
		}
	}
}

func TestYAMLAliasesAreCopies(t *testing.T) {
	docs, _ := parseText(t, "x.yaml", "a: &x {b: 1}\nc: *x\n")
	docs[0].Root.Get("c").Get("b").Text = "2"
	if got := dumpAll(docs); got != "{a: {b: 1}, c: {b: 2}}" {
		t.Error(got)
	}
}

func TestDuplicateNamesBothPlaces(t *testing.T) {
	docs, diags := parseText(t, "x.yaml", "a: 1\nb:\n  c: 1\n  c: 2\n")
	if len(diags) != 1 || len(diags[0].Related) != 1 || diags[0].Related[0].Line != 3 || diags[0].Text != "  c: 2" {
		t.Errorf("%+v", diags)
	}
	if got := dumpAll(docs); got != "{a: 1, b: {c: 1}}" {
		t.Error(got)
	}
}

// bomb returns a document whose aliases stand for more than a billion values.
func bomb() string {
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 10; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 9), ", "))
	}
	return b.String()
}

func TestYAMLLimits(t *testing.T) {
	chain := "a0: &a0 [x]\n"
	for i := 1; i < 300; i++ {
		chain += fmt.Sprintf("a%d: &a%d [*a%d]\n", i, i, i-1)
	}
	merges := "a0: &a0 {" + strings.Repeat("k%d: v, ", 1000) + "}\n"
	for i := range 1000 {
		merges = strings.Replace(merges, "k%d", fmt.Sprintf("k%d", i), 1)
	}
	for i := range 200 {
		merges += fmt.Sprintf("m%d: {<<: *a0}\n", i)
	}
	for name, text := range map[string]string{
		"alias bomb":     bomb(),
		"alias chain":    chain,
		"merges":         merges,
		"201 deep":       strings.Repeat("[", 201) + strings.Repeat("]", 201),
		"brackets":       strings.Repeat("[", 1<<20),
		"braces":         strings.Repeat("{a: ", 1<<18),
		"dashes":         strings.Repeat("- ", 1<<20),
		"question marks": strings.Repeat("? ", 1<<20),
		"too large":      strings.Repeat(" ", MaxBytes+1),
	} {
		start := time.Now()
		_, diags := parseText(t, "x.yaml", text)
		if len(diags) != 1 || diags[0].Code != diag.CodeLimit {
			t.Errorf("%s: %s", name, brief(diags))
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s took %v", name, took)
		}
	}
	if _, diags := parseText(t, "x.yaml", strings.Repeat("[", 200)+strings.Repeat("]", 200)); len(diags) > 0 {
		t.Error("200 deep:", brief(diags))
	}
}

func TestLongLinesTakeLinearTime(t *testing.T) {
	const n = 5 << 20
	for name, text := range map[string]string{
		"words":    "a: " + strings.Repeat("é ", n/3),
		"list":     "a: [" + strings.Repeat("é, ", n/16) + "]",
		"tags":     "a: [" + strings.Repeat("!!str é, ", n/64) + "]",
		"bad tags": "a: [" + strings.Repeat("!x é, ", n/64) + "]",
		"keys":     "a: {" + strings.Repeat("é: 1, ", n/64) + "}",
		"bad keys": "a: {" + strings.Repeat("[é]: 1, ", n/64) + "}",
		"string":   "a: \"" + strings.Repeat("é", n/2) + "\"",
		"fault":    "a: \"" + strings.Repeat("é", n/2) + "\" x",
	} {
		start := time.Now()
		_, diags := parseText(t, "x.yaml", text)
		for _, d := range diags {
			_ = d.Text
		}
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%s took %v", name, took)
		}
	}
}

func TestParserInternalsAreWhereWeLook(t *testing.T) {
	// The column of a fault comes from inside the YAML parser. If a new
	// version keeps it elsewhere, every fault would be in column 1.
	_, diags := parseText(t, "x.yaml", "ok: 1\nab: cd: e\n")
	if len(diags) != 1 || diags[0].Line != 2 || diags[0].Column != 7 {
		t.Fatal(brief(diags))
	}
}
