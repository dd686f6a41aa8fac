package diag_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"unicode"

	"github.com/jobgen-dev/jobgen/pkg/diag"
)

func place(column, width int, text string) diag.Place {
	return diag.Place{File: "a.yaml", Line: 7, Column: column, Width: width, Text: text}
}

func text(t testing.TB, color bool, l ...diag.Diagnostic) string {
	t.Helper()
	var b strings.Builder
	if err := diag.List(l).WriteText(&b, color); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func lines(l ...string) string { return strings.Join(l, "\n") + "\n" }

var example = diag.Diagnostic{
	Code:    diag.CodeUnknownField,
	Place:   diag.Place{File: "jobs/etl.yaml", Line: 7, Column: 3, Width: 12, Text: "  restartPolcy: Never"},
	Message: `unknown field "restartPolcy"`,
	Hint:    `did you mean "restartPolicy"?`,
	Related: []diag.Related{{Place: diag.Place{File: "jobs/base.yaml", Line: 3, Column: 1}, Message: "first written here"}},
}

func TestWriteText(t *testing.T) {
	warning := diag.Diagnostic{Severity: diag.Warning, Place: diag.Place{File: "b.yaml"}, Message: "nothing in it",
		Hint: "write\n  image: x\n\nor leave it out\n"}
	want := lines(
		`jobs/etl.yaml:7:3: error: unknown field "restartPolcy" [JG201]`,
		`   7 |   restartPolcy: Never`,
		`     |   ^~~~~~~~~~~~`,
		` help: did you mean "restartPolicy"?`,
		` note: jobs/base.yaml:3:1: first written here`,
		`b.yaml: warning: nothing in it`,
		` help: write`,
		`         image: x`,
		``,
		`       or leave it out`,
	)
	if got := text(t, false, example, warning); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestColors(t *testing.T) {
	note := diag.Diagnostic{Severity: diag.Note, Place: diag.Place{File: "c"}, Message: "left alone"}
	warning := diag.Diagnostic{Severity: diag.Warning, Place: diag.Place{File: "c"}, Message: "odd"}
	want := lines(
		"jobs/etl.yaml:7:3: \x1b[1;31merror:\x1b[0m unknown field \"restartPolcy\" [JG201]",
		"   7 |   restartPolcy: Never",
		"     |   \x1b[1;31m^~~~~~~~~~~~\x1b[0m",
		" \x1b[36mhelp:\x1b[0m did you mean \"restartPolicy\"?",
		" \x1b[36mnote:\x1b[0m jobs/base.yaml:3:1: first written here",
		"c: \x1b[36mnote:\x1b[0m left alone",
		"c: \x1b[33mwarning:\x1b[0m odd",
	)
	if got := text(t, true, example, note, warning); got != want {
		t.Errorf("got:\n%q\nwant:\n%q", got, want)
	}
}

func TestSnippet(t *testing.T) {
	for _, c := range []struct {
		name  string
		place diag.Place
		want  []string
	}{
		{"no text", place(3, 1, ""), nil},
		{"file only", diag.Place{File: "a.yaml", Text: "x"}, nil},
		{"one character", place(1, 1, "x: 1"), []string{"   7 | x: 1", "     | ^"}},
		{"no width", place(1, 0, "x: 1"), []string{"   7 | x: 1", "     | ^"}},
		{"no column", place(0, 1, "x: 1"), []string{"   7 | x: 1", "     | ^"}},
		{"tabs", place(4, 2, "\ta\tbc"), []string{"   7 |     a    bc", "     |          ^~"}},
		{"tab inside", place(1, 3, "a\tb"), []string{"   7 | a    b", "     | ^~~~~~"}},
		{"wide", place(5, 3, "名前: 値段x y"), []string{"   7 | 名前: 値段x y", "     |       ^~~~~"}},
		{"fullwidth, halfwidth", place(3, 1, "Ａｱb"), []string{"   7 | Ａｱb", "     |    ^"}},
		{"combining", place(4, 2, "e\u0301 bc"), []string{"   7 | e\u0301 bc", "     |   ^~"}},
		{"emoji", place(2, 1, "😀x"), []string{"   7 | 😀x", "     |   ^"}},
		{"behind the end", place(9, 4, "a: [b"), []string{"   7 | a: [b", "     |      ^"}},
		{"too wide", place(4, 99, "a: b"), []string{"   7 | a: b", "     |    ^"}},
		{"trailing blanks, return", place(2, 4, "a   \r\n"), []string{"   7 | a", "     |  ^~~"}},
		{"control characters", place(8, 1, "\x00\x1b[1m\x7f\u009bx"), []string{"   7 | ␀␛[1m␡\ufffdx", "     |        ^"}},
		{"hidden characters", place(3, 1, "\u202e\u200bx\ufeff"), []string{"   7 | \ufffd\ufffdx\ufffd", "     |   ^"}},
		{"not UTF-8", place(2, 1, "\xffx"), []string{"   7 | \ufffdx", "     |  ^"}},
		{"large number", diag.Place{File: "a.yaml", Line: 123456, Column: 2, Text: "ab"}, []string{"123456 | ab", "       |  ^"}},
		{"long, at the start", place(1, 2, strings.Repeat("x", 300)),
			[]string{"   7 | " + strings.Repeat("x", 100) + "…", "     | ^~"}},
		{"long, in the middle", place(151, 2, strings.Repeat("x", 150)+"yz"+strings.Repeat("x", 150)),
			[]string{"   7 | …" + strings.Repeat("x", 33) + "yz" + strings.Repeat("x", 65) + "…", "     | " + strings.Repeat(" ", 34) + "^~"}},
		{"long, at the end", place(300, 1, strings.Repeat("x", 300)),
			[]string{"   7 | …" + strings.Repeat("x", 100), "     | " + strings.Repeat(" ", 100) + "^"}},
		{"long, behind the end", place(301, 1, strings.Repeat("x", 300)),
			[]string{"   7 | …" + strings.Repeat("x", 100), "     | " + strings.Repeat(" ", 101) + "^"}},
		{"long, all of it", place(1, 300, strings.Repeat("x", 300)),
			[]string{"   7 | " + strings.Repeat("x", 100) + "…", "     | ^" + strings.Repeat("~", 99)}},
		{"long and wide", place(61, 1, strings.Repeat("値", 120)),
			[]string{"   7 | …" + strings.Repeat("値", 50) + "…", "     | " + strings.Repeat(" ", 33) + "^~"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := text(t, false, diag.Diagnostic{Place: c.place, Message: "m"})
			want := lines(append([]string{c.place.String() + ": error: m"}, c.want...)...)
			if got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

func TestMessagesAreClean(t *testing.T) {
	d := diag.Diagnostic{Code: "JG\x1b", Place: diag.Place{File: "a\x1b]0;x\a.yaml", Line: 1, Column: 1},
		Message: "bad\x1b[2J\nvalue\t\u202e", Hint: "a\x1b[m\r\nb\x9b",
		Related: []diag.Related{{Place: diag.Place{File: "b\n"}, Message: "c\nd\u2028"}}}
	want := lines(
		"a␛]0;x␇.yaml:1:1: error: bad␛[2J␊value \ufffd [JG␛]",
		" help: a␛[m",
		"       b\ufffd",
		" note: b␊: c␊d\ufffd",
	)
	if got := text(t, false, d); got != want {
		t.Errorf("got:\n%q\nwant:\n%q", got, want)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestWriteTextError(t *testing.T) {
	if err := (diag.List{example}).WriteText(broken{}, false); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %v", err)
	}
	if err := (diag.List{}).WriteText(broken{}, false); err != nil {
		t.Errorf("nothing to write gives %v", err)
	}
}

// Whatever a source line holds, two lines are written, and nothing that a
// terminal obeys.
func FuzzWriteText(f *testing.F) {
	f.Add("a\tb", "m", 2, 3)
	f.Add("値\u0301\x1b\r\n", "\x1b", 9, -1)
	f.Add(strings.Repeat("値x", 200), "", 150, 500)
	f.Fuzz(func(t *testing.T, line, message string, column, width int) {
		d := diag.Diagnostic{Place: place(column, width, line), Message: message, Hint: message}
		got := text(t, false, d)
		if strings.ContainsFunc(got, func(r rune) bool { return r != '\n' && unicode.IsControl(r) }) {
			t.Errorf("a control character in %q", got)
		}
		if d.Hint = ""; line != "" && strings.Count(text(t, false, d), "\n") != 3 {
			t.Errorf("not three lines: %q", text(t, false, d))
		}
	})
}
