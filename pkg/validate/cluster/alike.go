package cluster

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"
	"sync"

	"github.com/jobgen-dev/jobgen/pkg/jsontree"
)

// This file saves the checks of an object that is like one without findings: one
// that differs in nothing but names and texts that no rule of a cluster looks into.

// fine remembers objects without findings, by what they have in common with others.
var fine = struct {
	sync.RWMutex
	objects map[[sha256.Size]byte]bool
}{objects: map[[sha256.Size]byte]bool{}}

// maxFine bounds what is remembered.
const maxFine = 1 << 15

func isFine(digest [sha256.Size]byte) bool {
	fine.RLock()
	defer fine.RUnlock()
	return fine.objects[digest]
}

func setFine(digest [sha256.Size]byte) {
	fine.Lock()
	defer fine.Unlock()
	if len(fine.objects) >= maxFine {
		clear(fine.objects)
	}
	fine.objects[digest] = true
}

// class says what of a string matters to the rules of a cluster.
type class uint8

const (
	exact class = iota // all of it
	// anyName is a name of letters, digits and dashes, short enough for all that is
	// made of it. It matters whether it is the same as other names.
	anyName
	anyText   // whether it is empty, or holds a NUL
	anyWord   // the same, and whether it is the path of a file
	anyImage  // whether nodes can pull it, and nothing must be filled in
	anyBase64 // that it is base64
)

// classes tells the class of the strings in a field; the rest are exact. A row is
// the field that a map or list is in; in it, the fields of the map, * for the items of
// a list. TestAlike holds the table against the checks.
var classes = map[string]map[string]class{
	"containers":     {"name": anyName, "image": anyImage},
	"initContainers": {"name": anyName, "image": anyImage},
	"configMap":      {"name": anyName}, "configMapKeyRef": {"name": anyName}, "configMapRef": {"name": anyName},
	"secret": {"secretName": anyName}, "secretKeyRef": {"name": anyName}, "secretRef": {"name": anyName},
	"spec": {"serviceAccountName": anyName},
	"env":  {"value": anyText}, "args": {"*": anyText}, "command": {"*": anyWord},
	"labels":      {"app.kubernetes.io/name": anyName, "app.kubernetes.io/instance": anyName},
	"matchLabels": {"app.kubernetes.io/name": anyName, "app.kubernetes.io/instance": anyName},
	"annotations": {"jobgen.dev/content-digest": anyText},
}

// top has the rows for what stands at the top of each object, and ofKind for its data.
var (
	top    = map[string]class{"name": anyName, "namespace": anyName} // of metadata
	ofKind = map[string]class{"ConfigMap": anyText, "Secret": anyBase64}
)

// The limits of what is compared so.
const (
	maxName   = 40
	maxImage  = 128                    // of a tag, and less than a whole image may have
	maxLength = maxAnnotations / 6 / 6 // of all strings; a character has up to six in JSON
)

// alike writes what an object has in common with those that have the same verdict.
type alike struct {
	out    []byte
	names  []string // of the class, in the order in which they were met
	exact  []string // the strings that could be such names too, but are exact
	data   class    // of the values under data
	length int
	// put, if not nil, replaces strings that are not exact: for the test.
	put func(class, string) string
}

// alikes are used again.
var alikes = sync.Pool{New: func() any { return &alike{} }}

// digest returns what the object has in common with all that get the same findings
// under the options if this one gets none. It is false for an object that is too
// large for that.
func (r *run) digest(o *jsontree.Value) (sum [sha256.Size]byte, ok bool) {
	a := alikes.Get().(*alike)
	defer alikes.Put(a)
	*a = alike{out: append(a.out[:0], r.asked...), names: a.names[:0], exact: a.exact[:0]}
	a.object(o)
	return sha256.Sum256(a.out), a.length <= maxLength
}

func (a *alike) object(o *jsontree.Value) {
	a.data = ofKind[o.Get("kind")]
	if t := o.Find("type"); t != nil && t.Text != "Opaque" {
		a.data = exact // the other types of Secrets have rules for what they hold
	}
	a.value(o, "", exact, 0)
	// A name may have to be, or must not be, what stands elsewhere.
	for i, name := range a.names {
		if slices.Contains(a.exact, name) {
			a.out = append(a.out, '=', byte(i), byte(i>>8))
			a.text(name)
		}
	}
}

// fields writes a map that is the value of a field, or an item of the list there.
func (a *alike) fields(fields []jsontree.Field, in string, depth int) {
	classes := classes[in]
	a.out = binary.AppendUvarint(append(a.out, '{'), uint64(len(fields)))
	for i := range fields {
		f := &fields[i]
		a.text(f.Name)
		a.length += len(f.Name) + 8
		c := classes[f.Name]
		switch {
		case depth == 1 && in == "data":
			c = a.data
		case depth == 1 && in == "metadata" && top[f.Name] != exact:
			c = top[f.Name]
		}
		a.value(&f.Value, f.Name, c, depth+1)
	}
}

// text writes a text that may hold anything: its length stands first.
func (a *alike) text(s string) {
	a.out = append(binary.AppendUvarint(a.out, uint64(len(s))), s...)
}

// value writes a value, the strings by their class.
func (a *alike) value(v *jsontree.Value, in string, c class, depth int) {
	switch v.Kind {
	case jsontree.Null:
		a.out = append(a.out, 'n')
	case jsontree.Bool:
		a.out = append(a.out, v.Text...)
	case jsontree.Number:
		a.out = append(a.out, '#')
		a.text(v.Text)
	case jsontree.String:
		if a.put != nil && a.fits(c, v.Text) {
			v.Text = a.put(c, v.Text)
		}
		a.string(c, v.Text)
	case jsontree.Map:
		a.fields(v.Fields, in, depth)
	case jsontree.List:
		a.out = binary.AppendUvarint(append(a.out, '['), uint64(len(v.Items)))
		of := classes[in]["*"]
		for i := range v.Items {
			a.value(&v.Items[i], in, of, depth)
		}
	}
}

func (a *alike) string(c class, s string) {
	a.length += len(s) + 8
	switch {
	case a.length > maxLength: // nobody asks for the digest of such an object
	case !a.fits(c, s):
		if isName(s) {
			a.exact = append(a.exact, s)
		}
		a.out = append(a.out, '"')
		a.text(s)
	case c == anyName:
		i := slices.Index(a.names, s)
		if i < 0 {
			i = len(a.names)
			a.names = append(a.names, s)
		}
		a.out = append(a.out, '@', byte(i), byte(i>>8))
	default:
		a.out = append(a.out, '%', byte(c))
	}
}

// fits reports whether a string may stand for others of the class.
func (a *alike) fits(c class, s string) bool {
	switch c {
	case anyName:
		return isName(s)
	case anyText:
		return s != "" && !strings.Contains(s, "\x00")
	case anyWord:
		return a.fits(anyText, s) && s[0] != '/'
	case anyImage:
		return plainImage(s)
	case anyBase64:
		return isCoded(s)
	}
	return false
}

// plainImage reports whether a text is an image of the simplest form: lower-case words
// with single slashes, dots and dashes between them, then a tag of such words. Any other
// may be an image too.
func plainImage(s string) bool {
	separators, between := "/.-", 0
	last := byte('/')
	for i := 0; i < len(s); i++ {
		c := s[i]
		if ('a' > c || c > 'z') && ('0' > c || c > '9') {
			if strings.IndexByte("/:.-", last) >= 0 || c != ':' && strings.IndexByte(separators, c) < 0 || c == ':' && separators == ".-" {
				return false
			}
			if between++; c == ':' {
				separators = ".-"
			}
		}
		last = c
	}
	// A word of 64 characters may be an identifier, which is none.
	return strings.IndexByte("/:.-", last) < 0 && len(s) <= maxImage && (between > 0 || len(s) < 64)
}

func isName(s string) bool {
	if s == "" || len(s) > maxName || s[0] < 'a' || s[0] > 'z' || s[len(s)-1] == '-' {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return r != '-' && (r < 'a' || r > 'z') && (r < '0' || r > '9') })
}

func isCoded(s string) bool {
	body := strings.TrimRight(s, "=")
	return len(s)%4 == 0 && len(s)-len(body) <= 2 && !strings.ContainsFunc(body, func(r rune) bool {
		return r != '+' && r != '/' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
}

// size bounds the length of a value as JSON.
func size(v *jsontree.Value) int {
	n := 8 + 6*len(v.Text)
	for i := range v.Fields {
		n += 6*len(v.Fields[i].Name) + 4 + size(&v.Fields[i].Value)
	}
	for i := range v.Items {
		n += 1 + size(&v.Items[i])
	}
	return n
}

// repeats reports whether a key of a JSON text stands twice, so that its value lacks
// one of them: the text has more colons than the value has keys.
func repeats(text []byte, v *jsontree.Value) bool {
	colons, inString := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			inString = !inString
		case c == '\\':
			i++
		case c == ':' && !inString:
			colons++
		}
	}
	return colons != keys(v)
}

// keys counts the keys of all maps in a value.
func keys(v *jsontree.Value) int {
	n := len(v.Fields)
	for i := range v.Fields {
		n += keys(&v.Fields[i].Value)
	}
	for i := range v.Items {
		n += keys(&v.Items[i])
	}
	return n
}
