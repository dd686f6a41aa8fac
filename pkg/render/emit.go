package render

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"sigs.k8s.io/yaml"

	"github.com/jobgen-dev/jobgen/internal/yaml11"
	"github.com/jobgen-dev/jobgen/pkg/jsontree"
)

// emitter writes a tree as YAML in one go: byte for byte what documentByLibrary
// makes of it, or nothing, where it is not certain to know what that is.
type emitter struct {
	out []byte
}

// emitters are used again: what they write into has the size of an object.
var emitters = sync.Pool{New: func() any { return &emitter{} }}

// emit returns the document of a map. It is false where the library must be asked.
func emit(v jsontree.Value) ([]byte, bool) {
	e := emitters.Get().(*emitter)
	defer emitters.Put(e)
	e.out = e.out[:0]
	if len(v.Fields) == 0 || !e.mapping(v.Fields, 0) {
		return nil, false
	}
	return bytes.Clone(e.out), true
}

// mapping writes the fields of a map, the first where the line is.
func (e *emitter) mapping(fields []jsontree.Field, depth int) bool {
	fields, certain := inLibraryOrder(fields)
	if !certain {
		return false
	}
	for i := range fields {
		if i > 0 {
			e.indent(depth)
		}
		if !e.key(fields[i].Name) {
			return false
		}
		e.out = append(e.out, ':')
		if !e.field(&fields[i].Value, depth) {
			return false
		}
	}
	return true
}

// field writes the value of a field of a map at a depth.
func (e *emitter) field(value *jsontree.Value, depth int) bool {
	switch {
	case len(value.Fields) > 0:
		e.out = append(e.out, '\n')
		e.indent(depth + 2)
		return e.mapping(value.Fields, depth+2)
	case len(value.Items) > 0:
		e.out = append(e.out, '\n')
		e.indent(depth)
		return e.sequence(value.Items, depth) // the dash of a list in a map is not indented
	}
	e.out = append(e.out, ' ')
	return e.scalar(value, depth+2)
}

// sequence writes the items of a list, the first where the line is.
func (e *emitter) sequence(items []jsontree.Value, depth int) bool {
	for i := range items {
		if i > 0 {
			e.indent(depth)
		}
		e.out = append(e.out, "- "...)
		ok := false
		switch item := &items[i]; {
		case len(item.Fields) > 0:
			ok = e.mapping(item.Fields, depth+2)
		case len(item.Items) > 0:
			ok = e.sequence(item.Items, depth+2)
		default:
			ok = e.scalar(item, depth+2)
		}
		if !ok {
			return false
		}
	}
	return true
}

func (e *emitter) indent(depth int) {
	for range depth {
		e.out = append(e.out, ' ')
	}
}

// scalar writes what stands behind a key or a dash, and ends the line. The lines of
// a block have the depth.
func (e *emitter) scalar(value *jsontree.Value, depth int) bool {
	switch value.Kind {
	case jsontree.Null:
		e.out = append(e.out, "null"...)
	case jsontree.Bool:
		e.out = append(e.out, value.Text...)
	case jsontree.Number:
		if !jsontree.IsPlainInteger(value.Text) {
			return false
		}
		e.out = append(e.out, value.Text...)
	case jsontree.String:
		return e.text(value.Text, depth)
	case jsontree.Map:
		e.out = append(e.out, "{}"...)
	case jsontree.List:
		e.out = append(e.out, "[]"...)
	}
	e.out = append(e.out, '\n')
	return true
}

// text writes a string and ends the line.
func (e *emitter) text(s string, depth int) bool {
	switch {
	case isPlain(s):
		e.plain(s, depth)
	case awkward(s):
		if blockable(s) {
			e.out = appendBlock(e.out, s, depth)
			return true
		}
		e.out = quote(e.out, s)
	case strings.Contains(s, "\n"):
		if !isPlainBlock(s) {
			return false
		}
		e.out = appendBlock(e.out, s, depth)
		return true
	default:
		written, ok := styled(s)
		if !ok || e.column()+len(written) > width && strings.Contains(s, " ") {
			return false
		}
		e.out = append(e.out, written...)
	}
	e.out = append(e.out, '\n')
	return true
}

// width is the column behind which the library breaks a line, at the next blank
// that stands alone.
const width = 80

// plain writes a string as it is, in several lines if it is long.
func (e *emitter) plain(s string, depth int) {
	column := e.column()
	if column+len(s) <= width {
		e.out = append(e.out, s...)
		return
	}
	for i := range len(s) {
		if s[i] == ' ' && column > width && s[i-1] != ' ' && s[i+1] != ' ' {
			e.out = append(e.out, '\n')
			e.indent(depth)
			column = depth
			continue
		}
		e.out = append(e.out, s[i])
		column++
	}
}

// column returns how many characters the line has so far.
func (e *emitter) column() int {
	return utf8.RuneCount(e.out[bytes.LastIndexByte(e.out, '\n')+1:])
}

// key writes the key of a field.
func (e *emitter) key(key string) bool {
	switch {
	case len(key) > 100: // a long one is written in two lines
		return false
	case isPlain(key):
		e.out = append(e.out, key...)
		return true
	case awkward(key) || strings.Contains(key, "\n") || key == "":
		return false
	}
	written, ok := styled(key)
	e.out = append(e.out, written...)
	return ok
}

// isPlain reports whether a string is surely written as it is: it starts with a
// letter or a slash, which no number or date does, has no character that means
// anything to YAML where it stands, and is no word for something else.
func isPlain(s string) bool {
	if s == "" || !isLetter(s[0]) && s[0] != '/' {
		return false
	}
	for i := 1; i < len(s); i++ {
		c := s[i]
		switch {
		case isLetter(c) || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '/' || c == '_' || c == '@' || c == '=' || c == '+' || c == ',' || c == ';' || c == '$':
		case c == ':':
			if i+1 == len(s) || s[i+1] == ' ' {
				return false
			}
		case c == ' ':
			if i+1 == len(s) || s[i+1] == '#' {
				return false
			}
		default:
			return false
		}
	}
	return !yaml11.IsWord(s)
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// isPlainBlock reports whether a text of several lines is surely written as a block
// whose indentation needs no telling.
func isPlainBlock(s string) bool {
	if s[0] <= ' ' {
		return false
	}
	for i, c := range s {
		switch {
		case c == '\n':
			if s[i-1] == ' ' {
				return false
			}
		case c < ' ', c > '~' && !unicode.IsLetter(c), c == utf8.RuneError:
			return false
		}
	}
	return s[len(s)-1] != ' '
}

// styles remembers how the library writes strings, which are often the same ones:
// schedules, selectors, options.
var styles = struct {
	sync.RWMutex
	of map[string]string
}{of: map[string]string{}}

// The limits of what styles remembers.
const (
	maxStyles = 4096
	maxStyled = 200
)

// styled returns how the library writes a string of one line.
func styled(s string) (string, bool) {
	if jsontree.IsPlainInteger(s) {
		return `"` + s + `"`, true
	}
	styles.RLock()
	known, ok := styles.of[s]
	styles.RUnlock()
	if ok {
		return known, true
	}
	out, err := yaml.Marshal(s)
	if err != nil || bytes.Count(out, []byte("\n")) != 1 {
		return "", false
	}
	written := string(bytes.TrimSuffix(out, []byte("\n")))
	if len(s) <= maxStyled {
		styles.Lock()
		defer styles.Unlock()
		if len(styles.of) >= maxStyles {
			clear(styles.of)
		}
		styles.of[s] = written
	}
	return written, true
}

// maxNumbered bounds how many keys with numbers are sorted here.
const maxNumbered = 64

// inLibraryOrder returns the fields in the order of the library, in which a10 stands
// behind a9. It is false where that is in doubt.
func inLibraryOrder(fields []jsontree.Field) (sorted []jsontree.Field, certain bool) {
	certain = true
	for i := 1; i < len(fields) && certain; i++ {
		order, number, ok := compareKeys(fields[i-1].Name, fields[i].Name)
		certain = ok && order < 0 && !number
	}
	if certain {
		return fields, true
	}
	return sortFields(slices.Clone(fields))
}

func sortFields(fields []jsontree.Field) (sorted []jsontree.Field, certain bool) {
	certain, numbered := true, false
	slices.SortFunc(fields, func(a, b jsontree.Field) int {
		order, number, ok := compareKeys(a.Name, b.Name)
		certain, numbered = certain && ok, numbered || number
		return order
	})
	if !certain || !numbered {
		return fields, certain
	}
	// Where numbers are compared, the order of the library may go in circles.
	for i := range fields {
		for j := i + 1; j < len(fields); j++ {
			if order, _, ok := compareKeys(fields[i].Name, fields[j].Name); !ok || order >= 0 || len(fields) > maxNumbered {
				return nil, false
			}
		}
	}
	return fields, true
}

// compareKeys compares two keys: what is no letter stands before letters, and
// numbers are compared as such, which is told too.
func compareKeys(a, b string) (order int, number, certain bool) {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	switch {
	case !isASCII(a) || !isASCII(b):
		return strings.Compare(a, b), false, a == b
	case i == len(a) || i == len(b):
		return len(a) - len(b), false, true
	}
	x, y := a[i], b[i]
	switch lx, ly := isLetter(x), isLetter(y); {
	case lx && ly:
		return int(x) - int(y), false, true
	case lx:
		return 1, false, true
	case ly:
		return -1, false, true
	}
	m, n := digits(a[i:]), digits(b[i:])
	if m > 18 || n > 18 || m+n > 0 && i > 0 && digits(a[i-1:]) > 0 {
		return strings.Compare(a, b), true, false // a number goes on, and its zeros may count
	}
	if order = compareNumbers(a[i:i+m], b[i:i+n]); order == 0 {
		order = m - n
	}
	if order == 0 {
		order = int(x) - int(y)
	}
	return order, m+n > 0, true
}

// digits counts the digits that a text starts with.
func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

// compareNumbers compares two texts of digits by what they are worth.
func compareNumbers(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
