package jsontree

import (
	"encoding/json"
	"reflect"
	"testing"

	"sigs.k8s.io/randfill"

	"github.com/jobgen-dev/jobgen/schema"
)

// TestDecodeRandom fills the types of the language, and Kubernetes' in it, at random: what
// is read from the tree of their JSON must be what encoding/json reads from it.
func TestDecodeRandom(t *testing.T) {
	fill := randfill.NewWithSeed(1).NilChance(0.6).NumElements(0, 3).MaxDepth(12)
	plans := 0
	for range 500 {
		document := schema.Document{}
		fill.Fill(&document)
		text, err := json.Marshal(document)
		if err != nil {
			continue // a time that JSON cannot tell
		}
		v := parsed(t, text)
		var got, want schema.Document
		if !v.Decode(&got) {
			continue
		}
		plans++
		if err := json.Unmarshal(text, &want); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%v\n%+v\nby encoding/json\n%+v\n%s", err, got, want, text)
		}
	}
	if plans < 400 {
		t.Errorf("only %d documents were read without encoding/json", plans)
	}
}

// TestDecodeOddTypes has what the language's types do not.
func TestDecodeOddTypes(t *testing.T) {
	type embedded struct {
		A int `json:"a"`
	}
	type odd struct {
		embedded `json:",inline"`
		Number   int8           `json:"number"`
		Text     *string        `json:"text"`
		Bytes    []byte         `json:"bytes"`
		Any      any            `json:"any"`
		Keys     map[int]string `json:"keys"`
		Float    float64        `json:"float"`
		Quoted   int            `json:"quoted,string"`
		Next     *odd           `json:"next"`
		List     []odd          `json:"list"`
		Hidden   int            `json:"-"`
	}
	type Deep struct{ A, B int }
	type hiding struct {
		Deep `json:",inline"`
		B    string
	}
	v := parsed(t, []byte(`{"A": 1, "B": "b"}`))
	var hidden hiding
	if !v.Decode(&hidden) || hidden.B != "b" || hidden.A != 1 || hidden.Deep.B != 0 {
		t.Errorf("a field that hides another: %+v", hidden)
	}
	for _, text := range []string{
		`{}`, `{"number": 1, "text": "a", "bytes": "YQ==", "any": {"a": [1, null]}, "keys": {"1": "a"}, "float": 1.5, "quoted": "1", "a": 3}`,
		`{"next": {"next": null, "list": [{}, {"number": 2}, null]}, "list": [], "text": null}`, `{"NUMBER": 3}`, `null`,
	} {
		v := parsed(t, []byte(text))
		var got, want odd
		if !v.Decode(&got) {
			t.Errorf("%s is not decoded", text)
		}
		if err := json.Unmarshal([]byte(text), &want); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v\n%+v\nby encoding/json\n%+v", text, err, got, want)
		}
	}
}

// TestDecodeGivesUp has what is left to whoever knows what to make of it.
func TestDecodeGivesUp(t *testing.T) {
	for _, text := range []string{`{"B": 1}`, `{"b": "1"}`, `{"b": 1.5}`, `{"b": 300}`, `{"c": 1}`, `{"l": {}}`, `{"m": []}`, `[]`, `{"f": {"b": true}}`} {
		v := parsed(t, []byte(text))
		var into struct {
			B int8           `json:"b"`
			C string         `json:"c"`
			L []int          `json:"l"`
			M map[string]int `json:"m"`
			F *struct {
				B int `json:"b"`
			} `json:"f"`
		}
		if v.Decode(&into) {
			t.Errorf("%s is decoded as %+v", text, into)
		}
	}
}

func parsed(t *testing.T, text []byte) Value {
	t.Helper()
	tree, err := Parse[any](text)
	if err != nil {
		t.Fatal(err)
	}
	return OfTree(tree)
}
