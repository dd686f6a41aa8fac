package image

import (
	"strings"
	"testing"
)

func TestProblem(t *testing.T) {
	sha := strings.Repeat("0a", 32)
	for _, c := range []struct{ text, problem, advice string }{
		{"busybox", "", ""},
		{"localhost:5000/a/b:1@sha256:" + sha, "", ""},
		{"Acme/report:1", "", ""}, // Acme is a host: no path has capital letters
		{"a@sha512:" + sha + sha, "", ""},
		{"ko://github.com/acme/Tool", "", ""},
		{"${REGISTRY}/a:${TAG}", "", ""},
		{"a@${DIGEST}", "", ""},
		{"a@sha256:${DIGEST}", "", ""},
		{"{{ .Values.image }}:1", "", ""},
		{"$(IMAGE)", "", ""},
		{"REPORT_IMAGE", "", ""},
		// I 1
		{"registry.example.com/Report:1", "the path has capital letters", "write registry.example.com/report:1"},
		{"Report", "the path has capital letters", "write report"},
		{"busybox:", `it ends in ":"`, "write busybox"},
		{"busybox@", `it ends in "@"`, "write busybox"},
		{"acme/", `it ends in "/"`, "write acme"},
		{"busybox latest", "it contains blanks", "write busybox:latest"},
		{" a:1\n", "it contains blanks", "write a:1"},
		{"a b c", "it contains blanks", "write abc"},
		{"a: 1", "it contains blanks", "write a:1"},
		{"https://registry.example.com/a:1", "it starts with a scheme", "write registry.example.com/a:1"},
		{"https://registry.example.com/A:1", "the path has capital letters", ""},
		{"docker://a", "it starts with a scheme", "write a"},
		{"a//b", "it consists of", ""},
		{"/a", "it consists of", ""},
		{"a:1:2", "it consists of", ""},
		{"a:" + strings.Repeat("1", 129), "it consists of", ""},
		{"a@sha256:123", "it consists of", ""},
		{"a@sha256:" + sha[1:], "invalid checksum digest length", ""},
		{"a@md5:" + sha, "unsupported digest algorithm", ""},
		{"a@" + sha, "it consists of", ""},
		{sha, "64-byte hexadecimal", ""},
		{strings.Repeat("a", 256), "must not be more than 255 characters", ""},
		{"gcr.io/PROJECT_ID/Report", "the path has capital letters", ""},
	} {
		problem, advice := Problem(c.text)
		if (problem == "") != (c.problem == "") || !strings.Contains(problem, c.problem) || advice != c.advice {
			t.Errorf("%s %s; %s", c.text, problem, advice)
		}
	}
}
