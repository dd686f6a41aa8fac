package source

import (
	"strings"
	"testing"
)

func TestJSONTrees(t *testing.T) {
	text := "{\"a\": [1, 1.10, 1e3, true, null, \"é\\n\"],\r\n \"b\":{}} {\"c\": \"1\"}\n[]\n"
	docs, diags := parseText(t, "x.json", text)
	if got := dumpAll(docs); got != `{a: [1, 1.10, 1e3, true, null, "é\n"], b: {}} | {c: "1"} | []` || len(diags) > 0 {
		t.Error(got, brief(diags))
	}
	for _, test := range []struct {
		n   *Node
		pos Pos
	}{
		{docs[0].Root.Fields[0].Key, Pos{1, 2, 3}},
		{at(t, docs[0].Root, "a"), Pos{1, 7, 1}},
		{at(t, docs[0].Root, "a", 5), Pos{1, 34, 5}},
		{docs[0].Root.Fields[1].Key, Pos{2, 2, 3}},
		{at(t, docs[1].Root, "c"), Pos{2, 16, 3}},
		{docs[2].Root, Pos{3, 1, 1}},
	} {
		if test.n.Pos != test.pos {
			t.Errorf("%s: got %v, want %v", dump(test.n), test.n.Pos, test.pos)
		}
	}
}

func TestJSONFaults(t *testing.T) {
	tests := []struct{ text, want string }{
		{`{"a":1,}`, "JG101 1:8 JSON has no comma behind the last entry"},
		{`{"é":1 "b":2}`, "JG101 1:8 a comma or colon is missing before this"},
		{`{"a" 1}`, "JG101 1:6 a comma or colon is missing before this"},
		{`[1,2`, "JG101 1:1 the [ that opens here is never closed"},
		{`{"a": {"b": 1}`, "JG101 1:1 the { that opens here is never closed"},
		{`{"a": {"b"`, "JG101 1:7 the { that opens here is never closed"},
		{`{`, "JG101 1:1 the { that opens here is never closed"},
		{`{"a":1]`, "JG101 1:7 a ] cannot stand here"},
		{`{"a":1}}`, "JG101 1:8 a } cannot stand here"},
		{`{'a':1}`, "JG101 1:2 JSON has no single quotes"},
		{`{a:1}`, "JG101 1:2 this is neither a string in quotes, nor a number, true, false or null"},
		{`{"a": tru}`, "JG101 1:7 this is neither a string in quotes, nor a number, true, false or null"},
		{`nul`, "JG101 1:1 this is neither a string in quotes, nor a number, true, false or null"},
		{"{\"a\":\"\n\"}", "JG101 1:7 a line break or control character cannot stand within a string"},
		{`{"a":"é\q"}`, "JG101 1:8 this is no escape that JSON knows"},
		{`{"a":"\u12"}`, `JG101 1:7 the escape \u needs four hexadecimal digits`},
		{`{"a":"x`, "JG101 1:6 the quote that opens here is never closed"},
		{`[1,,2]`, "JG101 1:4 something is missing before this ,"},
		{"// x\n{}", "JG101 1:1 JSON has no comments"},
		{`["\ud800"]`, `JG101 1:2 this string has an escape for half a character, between \ud800 and \udfff`},
		{`{"a":1,"a":2}`, `JG102 1:8 the key "a" stands in this map twice`},
		{strings.Repeat("[", 1<<20), "JG103 1:201 maps and lists are nested more than 200 deep"},
	}
	for _, test := range tests {
		if _, diags := parseText(t, "x.json", test.text); brief(diags) != test.want {
			t.Errorf("%.60q\ngot  %s\nwant %s", test.text, brief(diags), test.want)
		}
	}
}

// C 4: kubectl reads a text that begins like JSON as JSON, whatever the file's name is.
func TestJSONInYAML(t *testing.T) {
	tests := []struct{ text, want string }{
		{`{"a": "\ud83d\ude00\/"}`, `{a: "😀/"}`},
		{"\n {\"a\": 1}\n{\"b\": \"\\ud83d\\ude00\"} [2]\n", `{a: 1} | {b: "😀"} | [2]`},
		{"{\"a\": \"\\ud83d\\ude00\"}\n---\nb: c\n---\n{\"d\": 1}\n", `{a: "😀"} | {b: c} | {d: 1}`},
		{"{\"a\": \"\\ud83d\\ude00\"}\n# end\n", `{a: "😀"}`},
		{"{\"a\": 1}\n---\n", "{a: 1} | empty"},
		{"{\"a\": 1} # c\n---\n{b: c}\n", "{a: 1} | {b: c}"},
		{"{a: 1, b: c}\n", "{a: 1, b: c}"},
		{"{\"a\": [1, ]}\n", "{a: [1]}"},
		// Only what begins the text is JSON.
		{"---\n{\"a\": \"\\ud83d\\ude00\"}\n", `JG101 2:10 YAML has no surrogate pairs, \ud800 to \udfff`},
		{"# c\n{\"a\": \"\\ud83d\\ude00\"}\n", `JG101 2:10 YAML has no surrogate pairs, \ud800 to \udfff`},
		{"{\"a\": 1}\n---\n{\"a\": \"\\ud83d\\ude00\"}\n", `{a: 1}` + "\n" + `JG101 3:10 YAML has no surrogate pairs, \ud800 to \udfff`},
		// kubectl goes over to YAML behind one value, and not behind two.
		{"{\"a\": 1}\n{\"b\": 2}\n---\nc: d\n", "{c: d}\nJG101 2:1 the document ended before this"},
		{"{\"a\": \"\\ud83d\"}\n", `JG101 1:10 YAML has no surrogate pairs, \ud800 to \udfff`},
		{"{\"a\": 1, \"a\": 2}\n", "{a: 1}\n" + `JG102 1:10 the key "a" stands in this map twice`},
	}
	for _, test := range tests {
		docs, diags := parseText(t, "x.yaml", test.text)
		if got := strings.TrimSpace(dumpAll(docs) + "\n" + brief(diags)); got != test.want {
			t.Errorf("%q\ngot  %s\nwant %s", test.text, got, test.want)
		}
	}
}
