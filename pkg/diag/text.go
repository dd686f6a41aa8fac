package diag

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"github.com/jobgen-dev/jobgen/internal/escape"
)

// WriteText writes the list for people: each diagnostic with its source line,
// the place underlined, then its hint and related places. With color it adds
// the escape sequences of ANSI terminals; no other control character is written.
func (l List) WriteText(w io.Writer, color bool) error {
	var b bytes.Buffer
	p := printer{out: &b, color: color, last: &sourceLine{}}
	for _, d := range l {
		b.Reset()
		p.diagnostic(d)
		if _, err := w.Write(b.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// The colors of ANSI terminals that are used here.
const (
	boldRed = "\x1b[1;31m"
	yellow  = "\x1b[33m"
	cyan    = "\x1b[36m"
	plain   = "\x1b[0m"
)

// severityColors has one row for each severity.
var severityColors = [...]string{Error: boldRed, Warning: yellow, Note: cyan}

// printer writes diagnostics.
type printer struct {
	out   *bytes.Buffer
	color bool
	last  *sourceLine // that was shown last, in which the next diagnostic may be too
}

// sourceLine is a source line as it is shown. One may hold a whole file of JSON, and
// thousands of findings.
type sourceLine struct {
	text    string
	cells   []cell
	columns int
}

// of makes the line that of a text.
func (l *sourceLine) of(text string) *sourceLine {
	if l.text != text {
		l.text, l.cells = text, cells(text)
		l.columns = columns(l.cells)
	}
	return l
}

func (p printer) diagnostic(d Diagnostic) {
	color := severityColors[d.Severity]
	fmt.Fprintf(p.out, "%s: %s %s", escape.Line(d.Place.String()), p.paint(color, d.Severity.String()+":"), escape.Line(d.Message))
	if d.Code != "" {
		fmt.Fprintf(p.out, " [%s]", escape.Line(label(d.Code)))
	}
	p.out.WriteByte('\n')
	p.snippet(d.Place, color)
	if d.Hint != "" {
		p.remark("help", d.Hint)
	}
	for _, r := range d.Related {
		p.remark("note", escape.Line(r.Place.String()+": "+r.Message))
	}
}

// label is a code, with its check where that can be asked for by name.
func label(code string) string {
	switch check := Check(code); check {
	case "input", "spec":
		return code
	default:
		return code + " " + check
	}
}

func (p printer) paint(color, text string) string {
	if !p.color {
		return text
	}
	return color + text + plain
}

// remark writes a hint or note; further lines stand below the first.
func (p printer) remark(label, text string) {
	head := p.paint(cyan, label+":")
	for line := range strings.SplitSeq(strings.TrimRight(text, "\r\n"), "\n") {
		line = escape.Line(strings.TrimSuffix(line, "\r"))
		fmt.Fprintln(p.out, strings.TrimRight(" "+head+" "+line, " "))
		head = strings.Repeat(" ", len(label)+1)
	}
}

// snippet writes the source line, with the place underlined.
func (p printer) snippet(place Place, color string) {
	if place.Text == "" || place.Line == 0 {
		return
	}
	whole := p.last.of(strings.TrimRight(place.Text, "\r\n"))
	line := whole.cells
	at := min(max(place.Column, 1)-1, len(line))
	end := min(at+max(place.Width, 1), len(line))
	lo, hi := 0, len(line)
	if whole.columns > maxColumns {
		lo, hi = window(line, at)
	}
	// A place behind the last character, as in an unfinished line, has a caret.
	marks := "^" + strings.Repeat("~", max(columns(line[at:max(at, min(end, hi))])-1, 0))
	shown, before := "", columns(line[lo:at])
	if lo > 0 {
		shown, before = "…", before+1
	}
	for _, c := range line[lo:hi] {
		shown += c.text
	}
	if hi < len(line) {
		shown += "…"
	}
	number := fmt.Sprintf("%4d", place.Line)
	fmt.Fprintf(p.out, "%s | %s\n", number, strings.TrimRight(shown, " "))
	fmt.Fprintf(p.out, "%s | %s%s\n", strings.Repeat(" ", len(number)), strings.Repeat(" ", before), p.paint(color, marks))
}

// cell is one character of a source line as it is shown.
type cell struct {
	text  string
	width int // columns of a terminal: 0, 1 or 2, for a tab more
}

// tab is what a tab is shown as: terminals place tabs by the column on the
// screen, which is not the column in the file.
const tab = "    "

// cells returns one cell for each character of the line.
func cells(line string) []cell {
	out := make([]cell, 0, utf8.RuneCountInString(line))
	for _, r := range line {
		switch r = escape.Rune(r); {
		case r == '\t':
			out = append(out, cell{tab, len(tab)})
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
			out = append(out, cell{string(r), 0})
		default:
			out = append(out, cell{string(r), runeWidth(r)})
		}
	}
	return out
}

// runeWidth returns 2 for the wide characters of East Asia and emoji, else 1.
func runeWidth(r rune) int {
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// columns returns how wide the cells are on a screen.
func columns(line []cell) int {
	n := 0
	for _, c := range line {
		n += c.width
	}
	return n
}

// maxColumns is how much of a source line is shown.
const maxColumns = 100

// window returns the part of a longer line to show, at most maxColumns wide: a third of
// the room before the character at and the rest behind.
func window(line []cell, at int) (lo, hi int) {
	lo, hi = at, at
	used := 0
	left := func(room int) {
		for ; lo > 0 && used+line[lo-1].width <= room; lo-- {
			used += line[lo-1].width
		}
	}
	left(maxColumns / 3)
	for ; hi < len(line) && used+line[hi].width <= maxColumns; hi++ {
		used += line[hi].width
	}
	left(maxColumns)
	return lo, hi
}
