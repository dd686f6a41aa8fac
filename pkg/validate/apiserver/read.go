package apiserver

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	kjson "sigs.k8s.io/json"
)

// read decodes an object strictly. What cannot be read is a fault, and left out
// of the object returned, so that all the rest is still checked; nil is returned
// only when nothing can be read.
func read(object []byte) (*kind, runtime.Object, []Fault) {
	var meta metav1.TypeMeta
	if err := kjson.UnmarshalCaseSensitivePreserveInts(object, &meta); err != nil {
		return nil, nil, []Fault{{Type: field.ErrorTypeTypeInvalid}}
	}
	k := kinds[meta.Kind]
	if k == nil || k.version.String() != meta.APIVersion {
		return nil, nil, []Fault{{Field: "kind", Type: field.ErrorTypeNotSupported, Value: meta.Kind}}
	}
	typed, repeated, err := k.decode(object)
	faults := duplicates(repeated)
	if err == nil {
		return k, typed, faults
	}
	rest, unreadable := k.without(object)
	faults = append(faults, unreadable...)
	if typed, _, err = k.decode(rest); err != nil {
		// Not reached as far as is known: without finds all that cannot be read.
		return nil, nil, append(faults, Fault{Type: field.ErrorTypeTypeInvalid})
	}
	return k, typed, faults
}

// Readable returns an object without the values that the server cannot read, nil if
// nothing is left of it.
func Readable(object []byte) []byte {
	var meta metav1.TypeMeta
	if err := kjson.UnmarshalCaseSensitivePreserveInts(object, &meta); err != nil || kinds[meta.Kind] == nil {
		return nil
	}
	rest, _ := kinds[meta.Kind].without(object)
	return rest
}

// decode reads an object into its Go type. It finds the keys that stand twice in
// one map too; unknown fields are the OpenAPI check's business.
func (k *kind) decode(object []byte) (typed runtime.Object, repeated []error, err error) {
	defer func() {
		// What unmarshals itself may panic as any upstream code.
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	if typed, err = scheme().New(k.version.WithKind(k.name)); err != nil {
		return nil, nil, err
	}
	repeated, err = kjson.UnmarshalStrict(object, typed, kjson.DisallowDuplicateFields)
	return typed, repeated, err
}

// duplicates turns the decoder's findings of keys that stand twice into faults.
func duplicates(repeated []error) []Fault {
	var faults []Fault
	for _, err := range repeated {
		var at kjson.FieldError
		if errors.As(err, &at) {
			faults = append(faults, Fault{Field: at.FieldPath(), Type: field.ErrorTypeDuplicate})
		}
	}
	return faults
}

// without returns the object without the values that cannot be decoded, and a
// fault for each. The decoder stops at the first and often does not say where,
// so each value is tried on its own.
func (k *kind) without(object []byte) ([]byte, []Fault) {
	dec := json.NewDecoder(bytes.NewReader(object))
	dec.UseNumber()
	var tree map[string]any
	if err := dec.Decode(&tree); err != nil {
		return nil, []Fault{{Type: field.ErrorTypeTypeInvalid}}
	}
	t := trial{k, nil}
	rest := t.prune(tree, nil, func(value any) any { return value })
	text, _ := json.Marshal(rest)
	return text, t.faults
}

// trial looks for the values of an object that cannot be decoded.
type trial struct {
	kind   *kind
	faults []Fault
}

// fails returns why the object cannot be decoded, nil if it can.
func (t *trial) fails(root any) error {
	text, err := json.Marshal(root)
	if err == nil {
		_, _, err = t.kind.decode(text)
	}
	return err
}

// prune returns the value without the parts that cannot be decoded. Inside makes
// the object that has nothing but a given value at its place.
func (t *trial) prune(value any, at *field.Path, inside func(any) any) any {
	switch value := value.(type) {
	case map[string]any:
		if err := t.fails(inside(map[string]any{})); err != nil {
			return t.refuse(at, err)
		}
		pruned := make(map[string]any, len(value))
		for _, key := range slices.Sorted(maps.Keys(value)) {
			wrap := func(inner any) any { return inside(map[string]any{key: inner}) }
			pruned[key] = t.part(value[key], step(at, key), wrap)
		}
		return pruned
	case []any:
		if err := t.fails(inside([]any{})); err != nil {
			return t.refuse(at, err)
		}
		pruned := make([]any, len(value))
		for i, item := range value {
			pruned[i] = t.part(item, at.Index(i), func(inner any) any { return inside([]any{inner}) })
		}
		return pruned
	}
	if err := t.fails(inside(value)); err != nil {
		return t.refuse(at, err)
	}
	return value
}

// part prunes a value that is inside another, if there is need.
func (t *trial) part(value any, at *field.Path, inside func(any) any) any {
	if t.fails(inside(value)) == nil {
		return value
	}
	return t.prune(value, at, inside)
}

// refuse notes a value that cannot be decoded, and returns what stands for it.
func (t *trial) refuse(at *field.Path, err error) any {
	fault := Fault{Field: at.String(), Type: field.ErrorTypeTypeInvalid, Detail: err.Error()}
	if t.kind.secret {
		fault.Detail = ""
	}
	t.faults = append(t.faults, fault)
	return nil
}

// step leads into a map.
func step(at *field.Path, key string) *field.Path {
	if at == nil {
		return field.NewPath(key)
	}
	return at.Key(key)
}
