package spec

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/jobgen-dev/jobgen/pkg/source"
)

// decode fills a Go value, given by its pointer, with the tree below n, as
// encoding/json does with the text of appendJSON.
func (c *checker) decode(n *source.Node, into any) {
	v := reflect.ValueOf(into).Elem()
	if fillerOf(v.Type())(c, n, v) {
		return
	}
	v.SetZero()
	if err := json.Unmarshal(c.appendJSON(nil, n), into); err != nil {
		panic(fmt.Sprintf("spec: %v", err)) // the check let something through that the types do not hold
	}
}

// A filler fills a value that is zero with a tree. It is made once for each type. It
// is false where encoding/json must be asked.
type filler func(c *checker, n *source.Node, v reflect.Value) bool

// fillers holds the filler of each type met so far.
var fillers sync.Map

func fillerOf(t reflect.Type) filler {
	if f, ok := fillers.Load(t); ok {
		return f.(filler)
	}
	// A type may hold itself: until its filler is made, there is a reference to it.
	var made filler
	var once sync.WaitGroup
	once.Add(1)
	f, loaded := fillers.LoadOrStore(t, filler(func(c *checker, n *source.Node, v reflect.Value) bool {
		once.Wait()
		return made(c, n, v)
	}))
	if loaded {
		return f.(filler)
	}
	made = makeFiller(t)
	once.Done()
	fillers.Store(t, made)
	return made
}

var (
	jsonUnmarshaler = reflect.TypeFor[json.Unmarshaler]()
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
)

func makeFiller(t reflect.Type) filler {
	if p := reflect.PointerTo(t); p.Implements(jsonUnmarshaler) || p.Implements(textUnmarshaler) {
		return fillByText
	}
	switch t.Kind() {
	case reflect.String:
		return ofScalar(true, func(text string, v reflect.Value) bool { v.SetString(text); return utf8.ValidString(text) })
	case reflect.Bool:
		return ofScalar(false, func(text string, v reflect.Value) bool {
			v.SetBool(text == "true")
			return text == "true" || text == "false"
		})
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return ofScalar(false, func(text string, v reflect.Value) bool {
			i, err := strconv.ParseInt(text, 10, t.Bits())
			v.SetInt(i)
			return err == nil && decimal.MatchString(text)
		})
	case reflect.Struct:
		return structFiller(t)
	case reflect.Map:
		return mapFiller(t)
	case reflect.Slice:
		if t.Elem().Kind() != reflect.Uint8 {
			return sliceFiller(t)
		}
	case reflect.Pointer:
		inner := fillerOf(t.Elem())
		return func(c *checker, n *source.Node, v reflect.Value) bool {
			if n.Kind == source.Null {
				return true
			}
			v.Set(reflect.New(t.Elem()))
			return inner(c, n, v.Elem())
		}
	}
	return fillByText
}

// fillByText leaves a part of the tree to encoding/json.
func fillByText(c *checker, n *source.Node, v reflect.Value) bool {
	return json.Unmarshal(c.appendJSON(nil, n), v.Addr().Interface()) == nil
}

// ofScalar returns the filler of a type whose values are texts, or are none.
func ofScalar(quoted bool, set func(text string, v reflect.Value) bool) filler {
	return func(_ *checker, n *source.Node, v reflect.Value) bool {
		if n.Kind == source.Null {
			return true
		}
		return n.Kind == source.Scalar && n.Quoted == quoted && set(n.Text, v)
	}
}

func sliceFiller(t reflect.Type) filler {
	inner := fillerOf(t.Elem())
	return func(c *checker, n *source.Node, v reflect.Value) bool {
		if n.Kind != source.List {
			return n.Kind == source.Null
		}
		v.Set(reflect.MakeSlice(t, len(n.Items), len(n.Items)))
		for i, item := range n.Items {
			if !c.bad[item] && !inner(c, item, v.Index(i)) {
				return false
			}
		}
		return true
	}
}

func mapFiller(t reflect.Type) filler {
	if t.Key().Kind() != reflect.String || reflect.PointerTo(t.Key()).Implements(textUnmarshaler) {
		return fillByText
	}
	inner := fillerOf(t.Elem())
	return func(c *checker, n *source.Node, v reflect.Value) bool {
		if n.Kind != source.Map {
			return n.Kind == source.Null
		}
		v.Set(reflect.MakeMapWithSize(t, len(n.Fields)))
		for _, f := range n.Fields {
			if c.bad[f.Key] || c.bad[f.Value] {
				continue
			}
			value := reflect.New(t.Elem()).Elem()
			if !utf8.ValidString(f.Key.Text) || !inner(c, f.Value, value) {
				return false
			}
			v.SetMapIndex(reflect.ValueOf(f.Key.Text).Convert(t.Key()), value)
		}
		return true
	}
}

// member is one field of a struct in JSON.
type member struct {
	index []int // through embedded structs
	fill  filler
}

func structFiller(t reflect.Type) filler {
	members := map[string]*member{}
	if !addMembers(members, t, nil) {
		return fillByText
	}
	return func(c *checker, n *source.Node, v reflect.Value) bool {
		if n.Kind != source.Map {
			return n.Kind == source.Null
		}
		for _, f := range n.Fields {
			if c.bad[f.Key] || c.bad[f.Value] {
				continue
			}
			m := members[f.Key.Text]
			if m == nil {
				return false // it may be meant by a name in other letters
			}
			if !m.fill(c, f.Value, v.FieldByIndex(m.index)) {
				return false
			}
		}
		return true
	}
}

// addMembers adds the fields that a struct has in JSON, those of the structs embedded
// in it too. It is false for what encoding/json does and this does not.
func addMembers(members map[string]*member, t reflect.Type, index []int) bool {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		at := append(index[:len(index):len(index)], i)
		if f.Anonymous && name == "" {
			if f.Type.Kind() != reflect.Struct || !f.IsExported() || !addMembers(members, f.Type, at) {
				return false
			}
			continue
		}
		if name == "-" || !f.IsExported() {
			continue
		}
		if name == "" {
			name = f.Name
		}
		if members[name] != nil || strings.Contains(options, "string") {
			return false
		}
		members[name] = &member{at, fillerOf(f.Type)}
	}
	return true
}
