package spectest

import (
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/schema"
)

// Break makes one mistake in the document, and returns what it is and where,
// or nil when it found no place for one. The place's line is where the mistake
// is to be reported once the document is written again.
func (d *Document) Break(r *rand.Rand) (what string, at *Place) {
	places := d.Places()[1:]
	r.Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
	kinds := slices.Clone(mistakes)
	r.Shuffle(len(kinds), func(i, j int) { kinds[i], kinds[j] = kinds[j], kinds[i] })
	for _, p := range places {
		if p.Path() == "apiVersion" {
			continue // without it the document is no spec
		}
		for _, kind := range kinds {
			if kind.make(d, p, r) {
				return kind.what, p
			}
		}
	}
	return "", nil
}

// mistakes are what people do wrong, one function for each: it reports whether
// the place is one for that.
var mistakes = []struct {
	what string
	make func(d *Document, p *Place, r *rand.Rand) bool
}{
	{"a misspelt field", misspell},
	{"a value of another type", retype},
	{"no such word", func(_ *Document, p *Place, _ *rand.Rand) bool {
		return ofType(p, schema.String) && len(p.Type.Enum) > 0 && put(p, "Bogus")
	}},
	{"a text that does not fit", func(_ *Document, p *Place, _ *rand.Rand) bool {
		return ofType(p, schema.String) && len(p.Type.Patterns) > 0 && !p.Type.Allows("~ $%/..") && put(p, "~ $%/..")
	}},
	{"a number below", func(_ *Document, p *Place, _ *rand.Rand) bool {
		return ofType(p, schema.Int) && p.Type.Min != nil && *p.Type.Min > -1<<63 && putInt(p, *p.Type.Min-1)
	}},
	{"a number above", func(_ *Document, p *Place, _ *rand.Rand) bool {
		return ofType(p, schema.Int) && p.Type.Max != nil && *p.Type.Max < 1<<63-1 && putInt(p, *p.Type.Max+1)
	}},
	{"a null", func(_ *Document, p *Place, _ *rand.Rand) bool {
		if p.Type == nil || p.Type.Nullable || p.Type.Kind == schema.Any {
			return false
		}
		*p.Node = source.Node{Kind: source.Null}
		return true
	}},
}

// ofType reports whether the place is a scalar of a kind, and not a short form.
func ofType(p *Place, kind schema.Kind) bool {
	return p.Type != nil && p.Type.Kind == kind && p.Node.Kind == source.Scalar
}

func put(p *Place, value string) bool {
	*p.Node = *text(value)
	return true
}

func putInt(p *Place, n int64) bool {
	*p.Node = *plain(strconv.FormatInt(n, 10))
	return true
}

// misspell swaps two letters of a field's name, drops one or doubles one.
func misspell(d *Document, p *Place, r *rand.Rand) bool {
	parent := d.Types[p.Parent]
	if p.Key == nil || parent == nil || parent.Kind != schema.Struct || parent.Field(p.Key.Text) == nil {
		return false
	}
	name := p.Key.Text
	i := r.IntN(len(name))
	wrong := name[:i] + name[i+1:]
	switch {
	case i > 0 && r.IntN(2) == 0:
		wrong = name[:i-1] + name[i:i+1] + name[i-1:i] + name[i+1:]
	case r.IntN(2) == 0:
		wrong = name[:i] + name[i:i+1] + name[i:]
	}
	if len(wrong) < 3 || wrong == name || parent.Field(wrong) != nil {
		return false
	}
	p.Key.Text = wrong
	return true
}

// retype puts a value of another type in place of one.
func retype(_ *Document, p *Place, _ *rand.Rand) bool {
	if p.Type == nil || p.Type.Short != "" {
		return false
	}
	inner := *text("x")
	switch p.Type.Kind {
	case schema.String, schema.IntOrString:
		*p.Node = source.Node{Kind: source.Map, Fields: []source.Field{{Key: text("x"), Value: &inner}}}
	case schema.Bool, schema.Map, schema.Struct, schema.List:
		*p.Node = inner
	case schema.Int:
		*p.Node = source.Node{Kind: source.List, Items: []*source.Node{&inner}}
	default:
		return false
	}
	return true
}
