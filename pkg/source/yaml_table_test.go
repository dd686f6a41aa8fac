package source

import (
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestYAMLTable reads every row of testdata/yaml.txt.
func TestYAMLTable(t *testing.T) {
	table, err := os.ReadFile("testdata/yaml.txt")
	if err != nil {
		t.Fatal(err)
	}
	rows, refused := 0, false
	for i, line := range strings.Split(string(table), "\n") {
		if section, ok := strings.CutPrefix(line, "== "); ok {
			refused = strings.HasPrefix(section, "refused")
		}
		if !strings.HasPrefix(line, `"`) {
			continue
		}
		rows++
		quoted, err := strconv.QuotedPrefix(line)
		want, ok := strings.CutPrefix(line[len(quoted):], " => ")
		text, _ := strconv.Unquote(quoted)
		if err != nil || !ok {
			t.Fatalf("line %d is not a row: %v", i+1, err)
		}
		docs, diags := parseText(t, "x.yaml", text)
		got := printable(dumpAll(docs))
		var places []string
		for _, d := range diags {
			places = append(places, d.Code+" "+strconv.Itoa(d.Line)+":"+strconv.Itoa(d.Column))
		}
		if refused || len(places) > 0 {
			got = strings.Join(places, " ")
		}
		if got != want {
			t.Errorf("line %d: %s is read as\n%s, not\n%s\n%s", i+1, quoted, got, want, brief(diags))
		}
	}
	if rows < 400 {
		t.Errorf("%d rows", rows)
	}
}

// printable returns a text on one line, without characters that nobody sees.
func printable(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case strconv.IsPrint(r):
			b.WriteRune(r)
		default:
			b.WriteString(`\u` + strconv.FormatInt(0x10000+int64(r), 16)[1:])
		}
	}
	return b.String()
}
