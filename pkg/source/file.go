package source

import (
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/jobgen-dev/jobgen/pkg/diag"
)

// File is one input, read whole.
type File struct {
	Name   string // as the user named it, slash-separated; "-" is standard input
	Dir    string // the folder that paths written in it are relative to, absolute
	Root   string // the project root, absolute: no path may leave it
	disk   *Disk
	text   string
	starts []int // where each line begins, the lines being those of an editor

	withheld []bool          // by line, from 1 on; nil: none is
	tainted  map[string]bool // the words of withheld texts

	differences, encoding diag.List // for kubectl
}

// newFile returns the file of an input, whose lines end at LF, CRLF or CR, as in an editor.
func newFile(in Input, text string) *File {
	f := &File{Name: in.Name, Dir: in.Dir, Root: in.Root, disk: in.Disk, text: text, starts: []int{0}}
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\r' && i+1 < len(text) && text[i+1] == '\n':
			continue
		case text[i] == '\r' || text[i] == '\n':
			f.starts = append(f.starts, i+1)
		}
	}
	return f
}

// Place returns the place of p with its source line, without that line where
// it is withheld.
func (f *File) Place(p Pos) diag.Place {
	place := diag.Place{File: f.Name, Line: p.Line, Column: p.Column, Width: max(p.Width, 1)}
	if !f.hidden(p.Line) {
		place.Text = f.Line(p.Line)
	}
	return place
}

// stamp notes in each node that it comes from f.
func (f *File) stamp(n *Node) {
	if n == nil {
		return
	}
	n.File = f
	for _, field := range n.Fields {
		field.Key.File = f
		f.stamp(field.Value)
	}
	for _, item := range n.Items {
		f.stamp(item)
	}
}

// Blank reports whether nothing is in the file but white space.
func (f *File) Blank() bool { return strings.TrimSpace(f.text) == "" }

// Lines returns how many lines the file has.
func (f *File) Lines() int { return len(f.starts) }

// Line returns the line with that 1-based number, without its line break; "" where
// there is none. It may be withheld from places.
func (f *File) Line(number int) string {
	if number < 1 || number > len(f.starts) {
		return ""
	}
	return f.text[f.starts[number-1]:f.lineEnd(number)]
}

// lineEnd returns the offset at which a line ends, before its line break.
func (f *File) lineEnd(number int) int {
	if number >= len(f.starts) {
		return len(f.text)
	}
	end := f.starts[number]
	for end > f.starts[number-1] && (f.text[end-1] == '\n' || f.text[end-1] == '\r') {
		end--
	}
	return end
}

// locator turns offsets into positions and back. It remembers where it was,
// so that walking forward along a line of megabytes stays linear.
type locator struct {
	file   *File
	offset int
	line   int // 1-based; 0 before the first use
	column int
}

// moveTo puts the locator at the start of a line, unless it stands on that
// line already and no later than the place wanted.
func (l *locator) moveTo(line int, reached bool) {
	if l.line != line || !reached {
		l.line, l.column, l.offset = line, 1, l.file.starts[line-1]
	}
}

// pos returns the position of an offset, width characters wide.
func (l *locator) pos(offset, width int) Pos {
	offset = min(max(offset, 0), len(l.file.text))
	line := sort.SearchInts(l.file.starts, offset+1)
	l.moveTo(line, l.offset <= offset)
	l.column += utf8.RuneCountInString(l.file.text[l.offset:offset])
	l.offset = offset
	return Pos{Line: line, Column: l.column, Width: max(width, 1)}
}

// at returns the offset of a line and column, or that of the line's end.
func (l *locator) at(line, column int) int {
	if line > len(l.file.starts) {
		return len(l.file.text)
	}
	l.moveTo(line, l.column <= column)
	end := l.file.lineEnd(line)
	for l.column < column && l.offset < end {
		_, size := utf8.DecodeRuneInString(l.file.text[l.offset:])
		l.offset += size
		l.column++
	}
	return l.offset
}

// between returns the position of text[from:to], as wide as what of it stands
// on its first line.
func (l *locator) between(from, to int) Pos {
	p := l.pos(from, 1)
	to = min(max(to, from), l.file.lineEnd(p.Line))
	if to > from {
		p.Width = max(1, utf8.RuneCountInString(strings.TrimRight(l.file.text[from:to], " \t")))
	}
	return p
}
