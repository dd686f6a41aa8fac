package jsontree

import (
	"encoding"
	"encoding/base64"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// Of returns the JSON of a Go value, as encoding/json writes it. It shares nothing with
// the value that can be changed.
func Of(value any) (Value, error) {
	if v := reflect.ValueOf(value); v.IsValid() {
		b := builders.Get().(*Builder)
		tree, err := planOf(v.Type())(b, v)
		b.openFields, b.openItems = b.openFields[:0], b.openItems[:0] // after an error some are left
		builders.Put(b)
		if err == nil {
			return tree, nil
		}
	}
	return ofText(value)
}

// ofText does the same by way of the text. It is what a plan must agree with.
func ofText(value any) (Value, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return Value{}, err
	}
	t, err := Parse[any](text)
	if err != nil {
		return Value{}, err
	}
	return OfTree(t), nil
}

var builders = sync.Pool{New: func() any { return &Builder{} }}

// A plan makes the tree of a value. It is made once for each type. A type whose JSON
// takes more than what stands here has none, and its values go through the text.
type plan func(b *Builder, v reflect.Value) (Value, error)

// errNoPlan says that a value has a part whose type has no plan.
var errNoPlan = errors.New("no plan")

// plans holds the plan of each type met so far.
var plans memo[plan]

// planOf returns the plan of a type.
func planOf(t reflect.Type) plan {
	return plans.of(t, makePlan, func(made func() plan) plan {
		return func(b *Builder, v reflect.Value) (Value, error) { return made()(b, v) }
	})
}

var (
	jsonMarshaler = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
	jsonNumber    = reflect.TypeFor[json.Number]()
)

func makePlan(t reflect.Type) plan {
	switch {
	case t == jsonNumber:
		return noPlan // the text "" is a number to encoding/json
	case t.Kind() != reflect.Interface && t.Implements(jsonMarshaler):
		return marshals
	case t.Kind() != reflect.Pointer && reflect.PointerTo(t).Implements(jsonMarshaler), t.Implements(textMarshaler), reflect.PointerTo(t).Implements(textMarshaler):
		return noPlan // depends on whether the value has an address
	}
	switch t.Kind() {
	case reflect.String:
		return func(_ *Builder, v reflect.Value) (Value, error) {
			return Value{Kind: String, Text: validUTF8(v.String())}, nil
		}
	case reflect.Bool:
		return func(_ *Builder, v reflect.Value) (Value, error) { return boolean(v.Bool()), nil }
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return func(_ *Builder, v reflect.Value) (Value, error) { return number(strconv.FormatInt(v.Int(), 10)), nil }
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return func(_ *Builder, v reflect.Value) (Value, error) { return number(strconv.FormatUint(v.Uint(), 10)), nil }
	case reflect.Struct:
		return planStruct(t)
	case reflect.Map:
		return planMap(t)
	case reflect.Slice:
		return planSlice(t)
	case reflect.Pointer:
		inner := planOf(t.Elem())
		return orNull(func(b *Builder, v reflect.Value) (Value, error) { return inner(b, v.Elem()) })
	case reflect.Interface:
		return orNull(func(b *Builder, v reflect.Value) (Value, error) { return planOf(v.Elem().Type())(b, v.Elem()) })
	}
	return noPlan
}

func noPlan(*Builder, reflect.Value) (Value, error) { return Value{}, errNoPlan }

func number(text string) Value { return Value{Kind: Number, Text: text} }

// orNull returns the plan for what may be nil.
func orNull(p plan) plan {
	return func(b *Builder, v reflect.Value) (Value, error) {
		if v.IsNil() {
			return Value{}, nil
		}
		return p(b, v)
	}
}

// marshals is the plan of what writes its own JSON.
func marshals(_ *Builder, v reflect.Value) (Value, error) {
	if v.Kind() == reflect.Pointer && v.IsNil() {
		return Value{}, nil
	}
	text, err := v.Interface().(json.Marshaler).MarshalJSON()
	if err != nil {
		return Value{}, errNoPlan // told in the words of encoding/json
	}
	if n := len(text); n >= 2 && text[0] == '"' && text[n-1] == '"' {
		if inside := text[1 : n-1]; isPlain(inside) {
			return Value{Kind: String, Text: string(inside)}, nil
		}
	}
	t, err := Parse[any](text)
	if err != nil {
		return Value{}, errNoPlan
	}
	return OfTree(t), nil
}

// validUTF8 replaces each byte that is no UTF-8, as encoding/json does.
func validUTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s { // an invalid byte is read as U+FFFD
		b.WriteRune(r)
	}
	return b.String()
}

// planSlice is that of a list; bytes are written in base64.
func planSlice(t reflect.Type) plan {
	if t.Elem().Kind() == reflect.Uint8 {
		if p := reflect.PointerTo(t.Elem()); p.Implements(jsonMarshaler) || p.Implements(textMarshaler) {
			return noPlan
		}
		return orNull(func(_ *Builder, v reflect.Value) (Value, error) {
			return Value{Kind: String, Text: base64.StdEncoding.EncodeToString(v.Bytes())}, nil
		})
	}
	item := planOf(t.Elem())
	return orNull(func(b *Builder, v reflect.Value) (Value, error) {
		list := b.OpenList()
		for i := range v.Len() {
			one, err := item(b, v.Index(i))
			if err != nil {
				return Value{}, err
			}
			b.AddItem(one)
		}
		return b.CloseList(list), nil
	})
}

func planMap(t reflect.Type) plan {
	if t.Key().Kind() != reflect.String || t.Key().Implements(textMarshaler) {
		return noPlan
	}
	inner := planOf(t.Elem())
	return orNull(func(b *Builder, v reflect.Value) (Value, error) {
		fields := b.OpenMap()
		for entries := v.MapRange(); entries.Next(); {
			name := entries.Key().String()
			if !utf8.ValidString(name) {
				return Value{}, errNoPlan // two keys may become one
			}
			value, err := inner(b, entries.Value())
			if err != nil {
				return Value{}, err
			}
			b.AddField(name, value)
		}
		m, _ := b.CloseMap(fields)
		return m, nil
	})
}

// fieldPlan is that of one field of a struct. The plan of its type is made when the
// field is first there.
type fieldPlan struct {
	name   string
	index  []int // through embedded structs
	typ    reflect.Type
	absent func(reflect.Value) bool // whether the field is left out; nil: never
	once   sync.Once
	plan   plan
}

func (f *fieldPlan) of() plan {
	f.once.Do(func() { f.plan = planOf(f.typ) })
	return f.plan
}

func planStruct(t reflect.Type) plan {
	fields, ok := fieldPlans(t, nil)
	slices.SortFunc(fields, func(a, b *fieldPlan) int { return strings.Compare(a.name, b.name) })
	for i := 1; i < len(fields); i++ {
		ok = ok && fields[i-1].name != fields[i].name // which of them wins is a science
	}
	if !ok {
		return noPlan
	}
	return func(b *Builder, v reflect.Value) (Value, error) {
		mark := b.OpenMap()
		for _, f := range fields {
			inner := v.Field(f.index[0])
			for _, at := range f.index[1:] {
				inner = inner.Field(at)
			}
			if f.absent != nil && f.absent(inner) {
				continue
			}
			value, err := f.of()(b, inner)
			if err != nil {
				return Value{}, err
			}
			b.AddField(f.name, value)
		}
		return b.closeMap(mark), nil
	}
}

// fieldPlans lists the fields that a struct has in JSON, those of the structs
// embedded in it too. It is false for what encoding/json does and this does not.
func fieldPlans(t reflect.Type, index []int) (fields []*fieldPlan, ok bool) {
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("json")
		name, options, _ := strings.Cut(tag, ",")
		at := append(index[:len(index):len(index)], i)
		switch {
		case tag == "-":
			continue
		case f.Anonymous && name == "":
			if f.Type.Kind() != reflect.Struct || !f.IsExported() || reflect.PointerTo(f.Type).Implements(jsonMarshaler) {
				return nil, false
			}
			inner, ok := fieldPlans(f.Type, at)
			if !ok {
				return nil, false
			}
			fields = append(fields, inner...)
			continue
		case !f.IsExported():
			continue
		}
		plain := !strings.ContainsFunc(name, func(r rune) bool { return r > '~' || !strings.ContainsRune(fieldLetters, r) })
		if name == "" {
			name = f.Name
		}
		absent, known := absence(f.Type, options)
		if !plain || !known {
			return nil, false
		}
		fields = append(fields, &fieldPlan{name: name, index: at, typ: f.Type, absent: absent})
	}
	return fields, true
}

const fieldLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-$"

// absence tells from the options of a field when it is left out. It is false for
// an option that there is no plan for.
func absence(t reflect.Type, options string) (func(reflect.Value) bool, bool) {
	empty, zero := false, false
	for option := range strings.SplitSeq(options, ",") {
		switch option {
		case "", "inline":
		case "omitempty":
			empty = true
		case "omitzero":
			zero = true
		default:
			return nil, false
		}
	}
	isEmpty, isZero := emptiness(t), zeroness(t)
	switch {
	case zero && isZero == nil:
		return nil, false
	case zero && empty && isEmpty != nil:
		return func(v reflect.Value) bool { return isEmpty(v) || isZero(v) }, true
	case zero:
		return isZero, true
	case empty:
		return isEmpty, true
	}
	return nil, true
}

// zeroer is what decides itself what its zero is.
type zeroer interface{ IsZero() bool }

// zeroness tells when a value counts as zero, nil where there is no plan for it.
func zeroness(t reflect.Type) func(reflect.Value) bool {
	itself := reflect.TypeFor[zeroer]()
	switch {
	case t.Kind() == reflect.Interface || t.Kind() == reflect.Pointer && t.Implements(itself):
		return nil
	case t.Implements(itself):
		return func(v reflect.Value) bool { return v.Interface().(zeroer).IsZero() }
	case reflect.PointerTo(t).Implements(itself):
		return func(v reflect.Value) bool {
			if v.CanAddr() {
				return v.Addr().Interface().(zeroer).IsZero()
			}
			p := reflect.New(t)
			p.Elem().Set(v)
			return p.Interface().(zeroer).IsZero()
		}
	}
	return reflect.Value.IsZero
}

// emptiness tells when a value counts as empty, nil for never.
func emptiness(t reflect.Type) func(reflect.Value) bool {
	switch t.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return func(v reflect.Value) bool { return v.Len() == 0 }
	case reflect.Struct:
		return nil
	}
	return reflect.Value.IsZero
}
