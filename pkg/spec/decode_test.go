package spec

import (
	"encoding/json"
	"reflect"
	"testing"

	"sigs.k8s.io/randfill"

	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/schema"
)

// TestDecodeRandom fills the types of the language at random: what is read from the
// tree of their JSON must be what encoding/json reads from it.
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
		_, docs, ds := source.ParseBytes("x.json", text, "/", "/", true)
		if len(ds) > 0 {
			t.Fatalf("%v\n%s", ds, text)
		}
		c := newChecker(docs[0].File, docs[0].Root)
		var got, want schema.Document
		if fillerOf(reflect.TypeFor[schema.Document]())(c, c.root, reflect.ValueOf(&got).Elem()) {
			plans++
		} else {
			continue
		}
		if err := json.Unmarshal(c.appendJSON(nil, c.root), &want); err != nil || !reflect.DeepEqual(got, want) {
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
	for _, text := range []string{
		`{}`, `{"number": 1, "text": "a", "bytes": "YQ==", "any": {"a": [1, null]}, "keys": {"1": "a"}, "float": 1.5, "quoted": "1", "a": 3}`,
		`{"next": {"next": null, "list": [{}, {"number": 2}, null]}, "list": [], "text": null}`, `{"NUMBER": 3}`, `null`,
	} {
		_, docs, _ := source.ParseBytes("x.json", []byte(text), "/", "/", true)
		c := newChecker(docs[0].File, docs[0].Root)
		var got, want odd
		c.decode(c.root, &got)
		if err := json.Unmarshal([]byte(text), &want); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v\n%+v\nby encoding/json\n%+v", text, err, got, want)
		}
	}
}
