package jsontree

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// Decode fills a zero Go value, given by its pointer, as encoding/json does with the
// text of v. It is false, and the Go value of no use, where the text must be decoded to
// know what comes of it: where v does not fit, and where a field has no place.
func (v *Value) Decode(into any) bool {
	target := reflect.ValueOf(into).Elem()
	return fillerOf(target.Type())(v, target)
}

// A filler fills a value that is zero with a tree. It is made once for each type. It
// is false where encoding/json must be asked.
type filler func(v *Value, into reflect.Value) bool

// fillers holds the filler of each type met so far.
var fillers memo[filler]

// fillerOf returns the filler of a type.
func fillerOf(t reflect.Type) filler {
	return fillers.of(t, makeFiller, func(made func() filler) filler {
		return func(v *Value, into reflect.Value) bool { return made()(v, into) }
	})
}

var (
	jsonUnmarshaler = reflect.TypeFor[json.Unmarshaler]()
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
)

func makeFiller(t reflect.Type) filler {
	switch p := reflect.PointerTo(t); {
	case p.Implements(jsonUnmarshaler):
		return func(v *Value, into reflect.Value) bool {
			return into.Addr().Interface().(json.Unmarshaler).UnmarshalJSON(v.AppendJSON(nil)) == nil
		}
	case p.Implements(textUnmarshaler):
		return fillByText
	}
	switch t.Kind() {
	case reflect.String:
		return ofScalar(String, func(text string, into reflect.Value) bool { into.SetString(text); return utf8.ValidString(text) })
	case reflect.Bool:
		return ofScalar(Bool, func(text string, into reflect.Value) bool { into.SetBool(text == "true"); return true })
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return ofScalar(Number, func(text string, into reflect.Value) bool {
			i, err := strconv.ParseInt(text, 10, t.Bits())
			into.SetInt(i)
			return err == nil
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
		return func(v *Value, into reflect.Value) bool {
			if v.Kind == Null {
				return true
			}
			into.Set(reflect.New(t.Elem()))
			return inner(v, into.Elem())
		}
	}
	return fillByText
}

// fillByText leaves a part to encoding/json.
func fillByText(v *Value, into reflect.Value) bool {
	return json.Unmarshal(v.AppendJSON(nil), into.Addr().Interface()) == nil
}

// ofScalar returns the filler of a type whose values are of one kind.
func ofScalar(kind Kind, set func(text string, into reflect.Value) bool) filler {
	return func(v *Value, into reflect.Value) bool {
		return v.Kind == Null || v.Kind == kind && set(v.Text, into)
	}
}

func sliceFiller(t reflect.Type) filler {
	inner := fillerOf(t.Elem())
	return func(v *Value, into reflect.Value) bool {
		if v.Kind != List {
			return v.Kind == Null
		}
		into.Set(reflect.MakeSlice(t, len(v.Items), len(v.Items)))
		for i := range v.Items {
			if !inner(&v.Items[i], into.Index(i)) {
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
	return func(v *Value, into reflect.Value) bool {
		if v.Kind != Map {
			return v.Kind == Null
		}
		into.Set(reflect.MakeMapWithSize(t, len(v.Fields)))
		for i := range v.Fields {
			f := &v.Fields[i]
			value := reflect.New(t.Elem()).Elem()
			if !utf8.ValidString(f.Name) || !inner(&f.Value, value) {
				return false
			}
			into.SetMapIndex(reflect.ValueOf(f.Name).Convert(t.Key()), value)
		}
		return true
	}
}

// member is one field of a struct in JSON. Its filler is made when it is first needed:
// Kubernetes' types have thousands of fields that hardly any object has.
type member struct {
	index []int // through embedded structs
	typ   reflect.Type
	once  sync.Once
	fill  filler
}

func (m *member) filler() filler {
	m.once.Do(func() { m.fill = fillerOf(m.typ) })
	return m.fill
}

func structFiller(t reflect.Type) filler {
	members := map[string]*member{}
	if !addMembers(members, t, nil) {
		return fillByText
	}
	return func(v *Value, into reflect.Value) bool {
		if v.Kind != Map {
			return v.Kind == Null
		}
		for i := range v.Fields {
			m := members[v.Fields[i].Name]
			if m == nil {
				return false // it may be meant by a name in other letters
			}
			if !m.filler()(&v.Fields[i].Value, into.FieldByIndex(m.index)) {
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
		if strings.Contains(options, "string") {
			return false
		}
		if known := members[name]; known != nil {
			if len(known.index) == len(at) {
				return false // neither of them, unless a tag makes one
			}
			if len(known.index) < len(at) {
				continue // the one that is less deep hides the other
			}
		}
		members[name] = &member{index: at, typ: f.Type}
	}
	return true
}
