package source

import (
	"slices"
	"strings"
	"testing"

	"github.com/jobgen-dev/jobgen/pkg/diag"
)

// differencesOf returns all that is wrong with a file that is for kubectl.
func differencesOf(t testing.TB, text string) diag.List {
	t.Helper()
	file, _, diags := ParseBytes("x.yaml", []byte(text), "/p", "/p", true)
	return slices.Concat(diags, file.Differences(), file.EncodingDifferences())
}

// B 3: what kubectl does not read, or reads as something else, is an error in a
// manifest, and in no spec. TestKubectl of pkg/manifest finds out whether it is all.
func TestKubectlDifferences(t *testing.T) {
	const head = "apiVersion: v1\nkind: K\n"
	tests := []struct{ text, want string }{
		{"%YAML 1.1\n---\n" + head, "1:1 kubectl cannot read YAML directives"},
		{"# c\n%TAG ! !x\n--- # c\n" + head, "2:1 kubectl cannot read YAML directives"},
		{head + "...\n%YAML 1.1\n---\n" + head, ""},
		{"--- {apiVersion: v1, kind: K}\n", "1:5 kubectl cannot read a document that starts on the same line as ---"},
		{head + "---\t&x\n" + head, "3:5 kubectl cannot read a document that starts on the same line as ---"},
		{head + "--- # c\n" + head + "---   \n" + head, ""},
		{head + "a: \"\n---x\"\n", "4:1 kubectl treats a line that starts with --- as the end of the document"},
		{head + "...\na: b\n", "4:1 kubectl ignores everything between ... and the next ---"},
		{head + "...\n...\n# c\n---\n" + head + "...\n", ""},
		{head + "---\n# c\n...\n", "5:1 kubectl cannot read a file with ... where no document ends"},
		{"---\n...\n---\n" + head, ""},
		{"...\n---\n" + head, "1:1 kubectl cannot read a file with ... where no document ends"},
		{"{\"apiVersion\": \"v1\", \"kind\": \"K\"}\n...\n", "2:1 kubectl cannot read a file with ... where no document ends"},
		{head + "a: .inf\n", "3:4 kubectl cannot read this number, which JSON does not have"},
		{head + "a: [1, {b: -.Inf}, +.INF, .NaN, '.inf', !!str .inf, .infx, --.inf, .nan ]\n", "3:12 kubectl cannot read this number, which JSON does not have\n" +
			"3:20 kubectl cannot read this number, which JSON does not have\n3:27 kubectl cannot read this number, which JSON does not have\n3:68 kubectl cannot read this number, which JSON does not have"},
		{head + ".inf: a\n", ""},
		{head + "~: a\n", "3:1 kubectl cannot read a map with null as a key"},
		{head + "a: {null: a}\n", "3:5 kubectl cannot read a map with null as a key"},
		{head + "'null': a\n", ""},
		{head + "a: 1\n<<: {b: 2, a: 3}\n", "3:1 kubectl lets the merge key << below override this key"},
		{head + "<<: {b: 2, a: 3}\na: 1\n", ""},
		{head + "a: &x [{b: c}]\n<<: *x\n", "4:5 kubectl cannot merge a list through an alias"},
		{head + "a: !!int 1.5\nb: !!float '1'\nc: !!bool yes\nd: !!null x\n", "3:4 kubectl cannot read this value with the tag !!int\n6:4 kubectl cannot read this value with the tag !!null"},
		{head + "a: |\n  b\u2028c\n", "4:4 kubectl treats the character U+2028 as a line break"},
		{head + "a: \"b\u2028c\"\nd: e\u2028f\n", "3:6 kubectl treats the character U+2028 as a line break"},
		{head + "a: \"b\u2028c\" # \u0085\n", ""},
		{head + "a: |-\n  b\n # c\n\t# d\ne: f\n", "6:2 kubectl cannot read this file because of the tab before this comment"},
		{head + "a: [\n\t# d\n b]\n", ""},
		{head + "a: b\r\r\n c\n", "3:5 kubectl reads these two carriage returns and a line feed as one line break"},
		{strings.ReplaceAll(head+"---\n"+head, "\n", "\r"), "3:1 kubectl does not recognize this ---, because the lines of this file end with a lone carriage return"},
		{strings.ReplaceAll(head, "\n", "\r"), ""},
		{head + "\ufeff---\n" + head, "3:1 kubectl cannot read a byte order mark inside a file, and this line starts with one"},
		{"\ufeff" + head, ""},
		{"\xff\xfe" + strings.ReplaceAll(head, "", "\x00")[1:], "0:0 kubectl cannot read UTF-16"},
		{"{\"apiVersion\": \"v1\", \"kind\": \"K\", \"a\": 1E400}\n", "1:40 kubectl cannot read a number of this size"},
		{head + "a: 1E400\n", ""},
	}
	for _, test := range tests {
		diags := differencesOf(t, test.text)
		if got := strings.ReplaceAll(brief(diags), "JG101 ", ""); got != test.want {
			t.Errorf("%q\ngot  %s\nwant %s", test.text, got, test.want)
		}
		for _, other := range []string{"apiVersion: jobgen.dev/v1alpha1\nkind: Job\n", "k: b\nl: c\n"} {
			if strings.HasPrefix(test.text, "{") || strings.Contains(test.text, "{ap") || !strings.Contains(test.text, head) {
				continue
			}
			diags := differencesOf(t, strings.ReplaceAll(test.text, head, other))
			if len(diags) > 0 {
				t.Errorf("%q\nis wrong beside no manifest: %s", test.text, brief(diags))
			}
		}
	}
}

// A secret that is next to a difference is not shown.
func TestKubectlDifferencesHideSecrets(t *testing.T) {
	diags := differencesOf(t, "apiVersion: v1\nkind: Secret\nstringData:\n  a: hunter2\n  <<: {a: b}\n")
	if len(diags) != 1 || diags[0].Text != "" || strings.Contains(diags[0].Message+diags[0].Hint, "hunter2") {
		t.Errorf("%+v", diags)
	}
}
