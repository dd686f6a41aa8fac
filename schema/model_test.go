package schema

import "testing"

func BenchmarkModel(b *testing.B) {
	for b.Loop() {
		_ = Model()
	}
}
func TestModel(t *testing.T) {
	m := Model()
	t.Log(len(m.Field("spec").Type.Fields))
}
