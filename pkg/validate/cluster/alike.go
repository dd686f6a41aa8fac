package cluster

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
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
	anyText   // whether it is empty
	anyImage  // that it has no blanks
	anyBase64 // that it is base64
)

// classes tells the class of the strings in a field; the rest are exact. A row is
// the field that a map or list is in, and the field in the map, * for the items of
// a list and the values of a map. TestAlike holds the table against the checks.
var classes = map[[2]string]class{
	{"containers", "name"}: anyName, {"containers", "image"}: anyImage,
	{"initContainers", "name"}: anyName, {"initContainers", "image"}: anyImage,
	{"configMap", "name"}: anyName, {"configMapKeyRef", "name"}: anyName, {"configMapRef", "name"}: anyName,
	{"secret", "secretName"}: anyName, {"secretKeyRef", "name"}: anyName, {"secretRef", "name"}: anyName,
	{"spec", "serviceAccountName"}: anyName,
	{"env", "value"}:               anyText, {"args", "*"}: anyText, {"command", "*"}: anyText,
	{"labels", "app.kubernetes.io/name"}: anyName, {"labels", "app.kubernetes.io/instance"}: anyName,
	{"matchLabels", "app.kubernetes.io/name"}: anyName, {"matchLabels", "app.kubernetes.io/instance"}: anyName,
	{"annotations", "jobgen.dev/content-digest"}: anyText,
}

// top has the rows for what stands at the top of each object, and ofKind for its data.
var (
	top    = map[[2]string]class{{"metadata", "name"}: anyName, {"metadata", "namespace"}: anyName}
	ofKind = map[string]class{"ConfigMap": anyText, "Secret": anyBase64}
)

// The limits of what is compared so.
const (
	maxName   = 40
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
func (r *run) digest(tree map[string]any) (sum [sha256.Size]byte, ok bool) {
	a := alikes.Get().(*alike)
	defer alikes.Put(a)
	*a = alike{out: a.out[:0], names: a.names[:0], exact: a.exact[:0]}
	a.out = fmt.Append(a.out, r.opts.Minors, r.opts.Checks, r.opts.PodSecurity, "\x00")
	a.object(tree)
	return sha256.Sum256(a.out), a.length <= maxLength
}

func (a *alike) object(tree map[string]any) {
	kind, _ := tree["kind"].(string)
	a.data = ofKind[kind]
	if t, ok := tree["type"]; ok && t != "Opaque" {
		a.data = exact // the other types of Secrets have rules for what they hold
	}
	a.fields(tree, "", 0)
	// A name may have to be, or must not be, what stands elsewhere.
	for i, name := range a.names {
		if slices.Contains(a.exact, name) {
			a.out = append(append(a.out, '=', byte(i), byte(i>>8)), name...)
		}
	}
}

// fields writes a map that is the value of a field, or an item of the list there.
func (a *alike) fields(m map[string]any, in string, depth int) {
	var space [24]string
	keys := space[:0]
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	a.out = append(a.out, '{')
	for _, key := range keys {
		a.out = append(append(a.out, key...), 0)
		a.length += len(key) + 8
		value := a.value(m[key], key, a.classOf(in, key, depth), depth+1)
		if a.put != nil {
			m[key] = value
		}
	}
	a.out = append(a.out, '}')
}

func (a *alike) classOf(in, key string, depth int) class {
	switch {
	case depth == 1 && in == "data":
		return a.data
	case depth == 1 && top[[2]string{in, key}] != exact:
		return top[[2]string{in, key}]
	}
	return classes[[2]string{in, key}]
}

// value writes a value, the strings by their class, and returns it.
func (a *alike) value(v any, in string, c class, depth int) any {
	switch v := v.(type) {
	case nil:
		a.out = append(a.out, 'n')
	case bool:
		a.out = fmt.Append(a.out, v)
	case json.Number:
		a.out = append(append(append(a.out, '#'), v...), 0)
	case string:
		if a.put != nil && a.fits(c, v) {
			v = a.put(c, v)
		}
		a.string(c, v)
		return v
	case map[string]any:
		a.fields(v, in, depth)
	case []any:
		a.out = append(a.out, '[')
		for i, item := range v {
			value := a.value(item, in, classes[[2]string{in, "*"}], depth)
			if a.put != nil {
				v[i] = value
			}
		}
		a.out = append(a.out, ']')
	default:
		panic(fmt.Sprintf("cluster: no JSON has a %T", v))
	}
	return v
}

func (a *alike) string(c class, s string) {
	a.length += len(s) + 8
	switch {
	case !a.fits(c, s):
		if isName(s) {
			a.exact = append(a.exact, s)
		}
		a.out = append(append(append(a.out, '"'), s...), 0)
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
		return s != ""
	case anyImage:
		return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
	case anyBase64:
		return isCoded(s)
	}
	return false
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

// size bounds the length of a tree as JSON.
func size(v any) int {
	n := 8
	switch v := v.(type) {
	case string:
		n += 6 * len(v)
	case json.Number:
		n += len(v)
	case map[string]any:
		for key, value := range v {
			n += 6*len(key) + 4 + size(value)
		}
	case []any:
		for _, item := range v {
			n += 1 + size(item)
		}
	}
	return n
}

// repeats reports whether a key of a JSON text stands twice, so that its tree lacks
// one of them: the text has more colons than the tree has keys.
func repeats(text []byte, tree map[string]any) bool {
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
	return colons != keys(tree)
}

// keys counts the keys of all maps in a tree.
func keys(v any) int {
	n := 0
	switch v := v.(type) {
	case map[string]any:
		n = len(v)
		for _, value := range v {
			n += keys(value)
		}
	case []any:
		for _, item := range v {
			n += keys(item)
		}
	}
	return n
}
