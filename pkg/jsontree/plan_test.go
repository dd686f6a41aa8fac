package jsontree

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/randfill"
)

// TestPlans fills Kubernetes' types at random: the plan and encoding/json must make
// the same tree, and the plan must not give up.
func TestPlans(t *testing.T) {
	fill := randfill.NewWithSeed(1).NilChance(0.6).NumElements(0, 3).MaxDepth(12)
	for range 300 {
		for _, object := range []any{&batchv1.Job{}, &batchv1.CronJob{}, &corev1.ConfigMap{}, &corev1.Secret{}, &corev1.ServiceAccount{},
			&corev1.PersistentVolumeClaim{}, &corev1.Namespace{}, &rbacv1.Role{}, &rbacv1.RoleBinding{}, &networkingv1.NetworkPolicy{}} {
			fill.Fill(object)
			v := reflect.ValueOf(object)
			got, err := planOf(v.Type())(&Builder{}, v)
			want, slow := ofText(object)
			if slow != nil {
				continue // a time that JSON cannot tell
			}
			if err != nil || !same(got, want) {
				t.Fatalf("%T: %v\n%v\nby JSON\n%v", object, err, got, want)
			}
		}
	}
}

// TestPlansOfOddTypes has what Kubernetes' types do not.
func TestPlansOfOddTypes(t *testing.T) {
	type inner struct{ A, B int }
	type embedded struct {
		inner `json:",inline"`
		B     string
	}
	type recursive struct {
		Next *recursive        `json:"next,omitempty"`
		Any  any               `json:"any"`
		Odd  map[int]string    `json:"odd,omitempty"`
		Text string            `json:"<text>,omitempty"`
		Num  int               `json:"num,string"`
		Raw  json.RawMessage   `json:"raw,omitempty"`
		Map  map[string]*int   `json:"map"`
		List []map[string]bool `json:"list"`
	}
	for _, object := range []any{
		embedded{inner{1, 2}, "x"}, &recursive{Next: &recursive{}, Raw: json.RawMessage(`{"a":1.50}`)}, recursive{Odd: map[int]string{1: "a"}},
		map[string]any{"a": []any{1, int64(2), 2.5, "x", nil, true, []byte("x"), json.Number("7")}, "b\xff": 1, "c": "\xff"}, map[string]string(nil),
		struct {
			A []string `json:"a,omitzero"`
			B *int     `json:"b,omitempty"`
		}{A: []string{}},
	} {
		got, err := Of(object)
		want, slow := ofText(object)
		if fmt.Sprint(err) != fmt.Sprint(slow) || !same(got, want) {
			t.Errorf("%#v: %v %v\n%v\nby JSON\n%v", object, err, slow, got, want)
		}
	}
}

// same holds two values against each other by what they hold: a list without items is
// one, whether it is nil or not.
func same(a, b Value) bool {
	return reflect.DeepEqual(a.Tree(), b.Tree()) && string(a.AppendJSON(nil)) == string(b.AppendJSON(nil))
}

// TestText makes sure that a value is written as encoding/json writes its tree, and
// read back as itself.
func TestText(t *testing.T) {
	for _, text := range []string{
		`null`, `true`, `"a"`, `[]`, `{}`, `[1,1.50,-0,1e3,12345678901234567890]`, `{"b":{"a":[{}]},"a":null}`, `"\u2028 \\ \" \n \u0001 é 😀 <&>"`,
	} {
		tree, err := Parse[any]([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		v := OfTree(tree)
		want, err := ofText(tree)
		if err != nil || !same(v, want) {
			t.Errorf("%s: %v, want %v, %v", text, v, want, err)
		}
		again, err := Parse[any](v.AppendJSON(nil))
		if err != nil || !reflect.DeepEqual(again, tree) || !reflect.DeepEqual(v.Tree(), tree) {
			t.Errorf("%s is written as %s: %v", text, v.AppendJSON(nil), err)
		}
	}
}

// TestValuesShareNothing makes sure that what is taken out of one value stays in
// another, although both are cut from the same memory.
func TestValuesShareNothing(t *testing.T) {
	one, _ := Of(map[string]any{"a": []any{1, 2}, "b": nil, "c": map[string]any{"d": nil, "e": 1}})
	other, _ := Of(map[string]any{"f": []any{3}, "g": "h"})
	one.DropNulls()
	one.Remove("a")
	one.Fields = append(one.Fields, Field{Name: "z"})
	if got := string(one.AppendJSON(nil)); got != `{"c":{"e":1},"z":null}` {
		t.Error(got)
	}
	if got := string(other.AppendJSON(nil)); got != `{"f":[3],"g":"h"}` {
		t.Error(got)
	}
}
