package source

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jobgen-dev/jobgen/pkg/diag"
)

// dump writes a tree on one line: plain scalars as typed, strings in quotes.
func dump(n *Node) string {
	switch {
	case n == nil:
		return "empty"
	case n.Kind == Null, n.Kind == Faulty:
		return "null"
	case n.Kind == Scalar && n.Quoted:
		return fmt.Sprintf("%q", n.Text)
	case n.Kind == Scalar:
		return n.Text
	}
	var parts []string
	for _, f := range n.Fields {
		parts = append(parts, f.Key.Text+": "+dump(f.Value))
	}
	for _, item := range n.Items {
		parts = append(parts, dump(item))
	}
	if n.Kind == Map {
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func dumpAll(docs []Document) string {
	var all []string
	for _, doc := range docs {
		all = append(all, dump(doc.Root))
	}
	return strings.Join(all, " | ")
}

// brief writes diagnostics one a line: code, place and message.
func brief(diags diag.List) string {
	var lines []string
	for _, d := range diags {
		lines = append(lines, fmt.Sprintf("%s %d:%d %s", d.Code, d.Line, d.Column, d.Message))
	}
	return strings.Join(lines, "\n")
}

// parseText reads a text as if the user had named its file.
func parseText(t testing.TB, name, text string) ([]Document, diag.List) {
	t.Helper()
	dir := t.TempDir()
	_, docs, diags := ParseBytes(name, []byte(text), dir, dir, true)
	return docs, diags
}

// at returns the node that a path of keys and indexes leads to.
func at(t testing.TB, n *Node, path ...any) *Node {
	t.Helper()
	for _, step := range path {
		switch s := step.(type) {
		case string:
			n = n.Get(s)
		case int:
			n = n.Items[s]
		}
		if n == nil {
			t.Fatalf("%v leads nowhere", path)
		}
	}
	return n
}
