package spec

import (
	"cmp"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/suggest"
	"github.com/jobgen-dev/jobgen/schema"
)

// checker walks a document and the schema side by side. It rewrites short forms
// to the long form in place, reports each mistake once, and remembers which
// nodes hold one, so that later stages can leave them out.
type checker struct {
	file *source.File
	root *source.Node
	bad  map[*source.Node]bool
	// partial says that root is a layer: what is missing from it may stand in
	// another one.
	partial bool
	// short are the maps of a layer that were written in a short form.
	short map[*source.Node]bool
	// layers says of the nodes of a merged document which layer set them; what
	// is not in it comes from the spec.
	layers map[*source.Node]Layer
	// removes are the nulls of a merged document that took a label of a lower
	// layer away, true, or stand for nothing yet.
	removes map[*source.Node]bool
	// merged says that the document was put together from layers, and holed that
	// mistakes in those left holes in it.
	merged, holed bool
	// gone holds, for a map, the names of fields that are missing and were
	// reported, be it as a slip that stands in their place.
	gone map[*source.Node][]string
	ds   diag.List
	// secrets are the texts that no message may show.
	secrets map[string]bool
	// nulls are those that take something away.
	nulls []value
	// sets are the assignments that were laid over the document.
	sets []Assignment
}

// value is where the checker stands: a node, the key it stands under, the path
// to both, and what is wanted there.
type value struct {
	node *source.Node
	key  *source.Node // nil for list items and the root
	path Path
	typ  *schema.Type
	goes reflect.Type // the Go type of the value; nil where it is not known
	// Secret values are named in no message.
	secret   bool
	required bool
}

func (c *checker) report(d diag.Diagnostic, at *source.Node, about ...*source.Node) {
	d.Place = c.place(at)
	c.ds = append(c.ds, d)
	for _, n := range about {
		c.bad[n] = true
	}
}

// wrong reports a mistake in a value.
func (c *checker) wrong(v value, code, message, hint string) {
	if v.secret && quotes(message+hint, v.node.Text) {
		message, hint = v.name()+" is not of the form that is wanted here", ""
	}
	if v.inSecrets() {
		v.node.Mask()
	}
	at := v.node
	if (v.node.Kind == source.Map || v.node.Kind == source.List || v.node.Kind == source.Null) && v.key != nil {
		at = v.key
	}
	c.report(diag.Diagnostic{Code: code, Message: message, Hint: hint}, at, v.node)
}

// quotes reports whether a message shows a part of a text.
func quotes(message, text string) bool {
	return slices.ContainsFunc(strings.Fields(text), func(word string) bool { return strings.Contains(message, word) })
}

// check checks one value and all that is in it.
func (c *checker) check(v value) {
	if v.node.Kind == source.Faulty {
		c.bad[v.node] = true
	}
	if c.bad[v.node] {
		return // reported, be it in the layer that it comes from
	}
	if v.typ.Kind == schema.Any && v.goes != nil {
		v.typ = schema.ShapeOf(v.goes)
	}
	v.secret = v.secret || v.node.Kind == source.Scalar && c.secrets[v.node.Text]
	written := v.node.Kind
	if v.typ.Short != "" && !c.expand(v) {
		return
	}
	if c.partial && written == source.Scalar && v.node.Kind == source.Map {
		c.short[v.node] = true
	}
	if v.node.Kind == source.Null {
		if c.partial && v.key != nil && v.path.inLayer() {
			return // it removes what a lower layer has
		}
		if v.typ.Nullable {
			c.nulls = append(c.nulls, v)
		} else if v.typ.Kind != schema.Any {
			c.wrong(v, diag.CodeNull, fmt.Sprintf("%s has no value", v.name()), v.nullHint())
		}
		return
	}
	switch v.typ.Kind {
	case schema.Struct:
		c.structure(v)
	case schema.Map:
		c.entries(v)
	case schema.List:
		c.list(v)
	case schema.Any:
		untyped(v.node)
	default:
		if !c.bareName(v) {
			c.scalar(v)
		}
	}
}

// untyped marks the scalars of a value that nobody knows the type of: what
// reads as a number or boolean is one.
func untyped(n *source.Node) {
	if n.Kind == source.Scalar && !n.Quoted {
		n.Quoted = n.Text != "true" && n.Text != "false" && !decimal.MatchString(n.Text)
	}
	for _, f := range n.Fields {
		untyped(f.Value)
	}
	for _, item := range n.Items {
		untyped(item)
	}
}

// name is how a message speaks of the value.
func (v value) name() string {
	if v.key != nil {
		return strconv.Quote(v.key.Text)
	}
	if len(v.path) == 0 {
		return "the document"
	}
	return v.path.String()
}

func (v value) nullHint() string {
	if v.required {
		return "give it a value"
	}
	empty := "or give it a value"
	switch {
	case v.typ.Kind == schema.String || v.typ.Short == "envValue" || v.typ.Short == "value":
		empty = `give it a value, or write "" for an empty text`
	case v.typ.Kind == schema.Struct || v.typ.Kind == schema.Map:
		empty = "give it a value, or write {} where an empty one is meant"
	case v.typ.Kind == schema.List:
		empty = "give it a value, or write [] for an empty list"
	}
	return "there is nothing here to remove: leave the field out, " + empty
}

func (c *checker) structure(v value) {
	if v.node.Kind != source.Map {
		c.wrong(v, diag.CodeType, fmt.Sprintf("%s must be a map of fields, not %s", v.name(), kindOf(v.node)), fieldsHint(v.typ))
		return
	}
	for i := range v.node.Fields {
		f := &v.node.Fields[i]
		if c.bad[f.Key] || c.bad[f.Value] || c.partial && c.directive(v, f) {
			continue
		}
		known := v.typ.Field(f.Key.Text)
		if known == nil {
			c.unknown(v, f)
			continue
		}
		goes := schema.FieldType(v.goes, known.Name)
		sub := value{node: f.Value, key: f.Key, path: v.path.With(known.Name), typ: known.Type, goes: goes, secret: v.secret || known.Secret, required: known.Required}
		if known.Hint.Say != "" && f.Value.Kind == source.Scalar && f.Value.Text == known.Hint.Value {
			c.wrong(sub, diag.CodeValue, fmt.Sprintf("%s cannot be %s here", known.Name, f.Value.Text), known.Hint.Say)
			continue
		}
		c.check(sub)
	}
	c.required(v)
	c.oneOf(v)
	if !c.partial {
		c.addDefaults(v)
	}
}

// addDefaults writes the words that stand for absent fields.
func (c *checker) addDefaults(v value) {
	for _, f := range v.typ.Fields {
		if f.Type.Default != "" && v.node.Field(f.Name) == nil {
			at := firstKey(v.node)
			word := scalarAt(at, f.Type.Default)
			c.layers[word] = LayerSchema
			v.node.Add(source.Field{Key: scalarAt(at, f.Name), Value: word})
		}
	}
}

// required reports fields that are not there, at the key of their parent.
func (c *checker) required(v value) {
	for _, f := range v.typ.Fields {
		if !f.Required || v.node.Field(f.Name) != nil || slices.Contains(c.gone[v.node], f.Name) {
			continue
		}
		if c.partial && !(isContainer(v.typ) && f.Name == "name") {
			continue
		}
		at := v.key
		if at == nil {
			at = firstKey(v.node)
		}
		where := ""
		if len(v.path) > 0 {
			where = " in " + v.path.String()
		}
		c.report(diag.Diagnostic{
			Code: diag.CodeMissing, Message: fmt.Sprintf("%q is missing%s", f.Name, where),
			Hint: "add `" + sample(f) + "`",
		}, at)
		c.gone[v.node] = append(c.gone[v.node], f.Name)
	}
}

// oneOf reports a choice that was not made, or made twice.
func (c *checker) oneOf(v value) {
	if len(v.typ.OneOf) == 0 || slices.ContainsFunc(v.typ.OneOf, func(name string) bool { return slices.Contains(c.gone[v.node], name) }) {
		return // the choice was made, by a field that was reported and left out
	}
	var there []*source.Node
	for _, f := range v.node.Fields {
		if slices.Contains(v.typ.OneOf, f.Key.Text) {
			there = append(there, f.Key)
		} else if v.typ.Field(f.Key.Text) == nil {
			return // an unknown field may be the one that was meant
		}
	}
	choices := v.typ.OneOf
	if len(choices) > 12 {
		choices = append(choices[:12:12], "another volume source")
	}
	switch {
	case len(there) == 0 && c.partial:
	case len(there) == 0:
		at := v.key
		if at == nil {
			at = firstKey(v.node)
		}
		c.report(diag.Diagnostic{
			Code: diag.CodeMissing, Message: fmt.Sprintf("%s does not say where it comes from", v.name()),
			Hint: "write one of " + oneOf(choices),
		}, at, v.node)
	case len(there) > 1:
		c.report(diag.Diagnostic{
			Code: diag.CodeRule, Message: fmt.Sprintf("%q and %q exclude each other", there[0].Text, there[1].Text),
			Hint:    "keep one of them",
			Related: []diag.Related{{Place: c.place(there[0]), Message: fmt.Sprintf("%q stands here", there[0].Text)}},
		}, there[1], v.node)
	}
}

func (c *checker) entries(v value) {
	if v.node.Kind != source.Map {
		c.wrong(v, diag.CodeType, fmt.Sprintf("%s must be a map of names to values, not %s", v.name(), kindOf(v.node)), "")
		return
	}
	elem := schema.ElementType(v.goes)
	for i := range v.node.Fields {
		f := &v.node.Fields[i]
		if c.bad[f.Key] || c.partial && c.directive(v, f) {
			continue
		}
		if v.typ.Key != nil {
			c.scalar(value{node: f.Key, path: v.path.With(f.Key.Text), typ: v.typ.Key})
		}
		c.check(value{node: f.Value, key: f.Key, path: v.path.With(f.Key.Text), typ: v.typ.Elem, goes: elem, secret: v.secret})
		if c.bad[f.Key] {
			c.bad[f.Value] = true
		}
	}
}

// mostItems bounds lists. Some rules compare each item with every other one, and
// what they cost must not grow with the square of what anybody may write; a
// pod with so many parts is none that runs.
func mostItems(t *schema.Type) int {
	switch {
	case t.Elem.Name == "Container":
		return 100
	case t.Elem.Kind == schema.Struct || t.Elem.Kind == schema.Any:
		return 1000
	}
	return math.MaxInt
}

func (c *checker) list(v value) {
	if v.node.Kind != source.List {
		h := ""
		switch {
		case v.node.Pos.Line < 0:
			h = "a list cannot be set as a whole: set its items, such as " + v.path.With("0").String()
		case v.node.Kind == source.Scalar && v.typ.Elem.Kind == schema.String:
			h = "write " + flowList(strings.Fields(v.node.Text))
		case v.node.Kind == source.Map:
			h = "put \"- \" before its first field, which makes it an item of a list"
		}
		c.wrong(v, diag.CodeType, fmt.Sprintf("%s must be a list, not %s", v.name(), kindOf(v.node)), h)
		return
	}
	if most := mostItems(v.typ); len(v.node.Items) > most {
		c.wrong(v, diag.CodeLimit, fmt.Sprintf("%s has %d items, jobgen reads at most %d", v.name(), len(v.node.Items), most), "")
		return
	}
	elem := schema.ElementType(v.goes)
	for i, item := range v.node.Items {
		c.check(value{node: item, path: v.path.With(strconv.Itoa(i)), typ: v.typ.Elem, goes: elem, secret: v.secret})
	}
	switch n := len(v.node.Items); {
	case n < v.typ.MinItems:
		c.wrong(v, diag.CodeValue, fmt.Sprintf("%s needs at least %d %s", v.name(), v.typ.MinItems, plural(v.typ.MinItems, "item")), "")
	case v.typ.MaxItems > 0 && n > v.typ.MaxItems:
		c.wrong(v, diag.CodeValue, fmt.Sprintf("%s has %d items, at most %d are allowed", v.name(), n, v.typ.MaxItems), "")
	}
}

// scalar checks a text, number or boolean. What passes is marked: Quoted is
// true for a text and false for the rest, whatever the author wrote.
func (c *checker) scalar(v value) {
	if v.node.Kind != source.Scalar {
		c.wrong(v, diag.CodeType, fmt.Sprintf("%s must be %s, not %s", v.name(), kindName(v.typ.Kind), kindOf(v.node)), "")
		return
	}
	switch v.typ.Kind {
	case schema.Bool:
		c.boolean(v)
	case schema.Int:
		c.integer(v)
	case schema.IntOrString:
		if !v.node.Quoted && decimal.MatchString(v.node.Text) {
			c.integer(v)
			return
		}
		c.text(v)
	default:
		c.text(v)
	}
}

func (c *checker) boolean(v value) {
	if !v.node.Quoted && (v.node.Text == "true" || v.node.Text == "false") {
		return
	}
	h := "write true or false"
	switch strings.ToLower(v.node.Text) {
	case "true", "yes", "on", "y":
		h = "write true, in small letters and without quotes"
	case "false", "no", "off", "n":
		h = "write false, in small letters and without quotes"
	}
	c.wrong(v, diag.CodeType, fmt.Sprintf("%s must be true or false, not %s", v.name(), v.shown()), h)
}

func (c *checker) integer(v value) {
	text := v.node.Text
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case v.node.Quoted && decimal.MatchString(text):
		c.wrong(v, diag.CodeType, fmt.Sprintf("%s must be a whole number, not a text", v.name()), cmp.Or(octalHint(v), "write "+text+" without quotes"))
	case !decimal.MatchString(text):
		c.wrong(v, diag.CodeType, fmt.Sprintf("%s must be a whole number, not %s", v.name(), v.shown()), integerHint(text))
	case err != nil:
		c.wrong(v, diag.CodeValue, fmt.Sprintf("%s is out of range: %s", v.name(), text), bounds(v.typ))
	case v.typ.Min != nil && n < *v.typ.Min, v.typ.Max != nil && n > *v.typ.Max:
		c.wrong(v, diag.CodeValue, fmt.Sprintf("%s is out of range: %s", v.name(), text), cmp.Or(octalHint(v), bounds(v.typ)))
	}
}

func (c *checker) text(v value) {
	text := v.node.Text
	if !v.node.Quoted { // the keys of a project's layer are shared, and were checked with it
		v.node.Quoted = true
	}
	if len(v.typ.Enum) > 0 && !slices.Contains(v.typ.Enum, text) {
		c.wrong(v, diag.CodeValue, fmt.Sprintf("%s cannot be %s", v.name(), v.shown()),
			hint(suggest.Question(suggest.Nearest(text, v.typ.Enum)), choice(v.typ.Enum)))
		return
	}
	if v.typ.NotEmpty && text == "" {
		c.wrong(v, diag.CodeValue, fmt.Sprintf("%s is empty", v.name()), "give it a value, or leave it out")
		return
	}
	if n := utf8.RuneCountInString(text); v.typ.MaxRunes > 0 && n > v.typ.MaxRunes {
		c.wrong(v, diag.CodeValue, fmt.Sprintf("%s is %d characters long, at most %d are allowed", v.what(), n, v.typ.MaxRunes), fmt.Sprintf("shorten it by %d", n-v.typ.MaxRunes))
		return
	}
	if c.filled(v) {
		return
	}
	if v.typ.Format != "" {
		if problem, advice := formats[v.typ.Format](text); problem != "" {
			c.wrong(v, diag.CodeValue, fmt.Sprintf("%s %s", v.shown(), problem), advice)
			return
		}
	}
	for _, p := range v.typ.Patterns {
		if !p.Allows(text) {
			c.wrong(v, diag.CodeValue, fmt.Sprintf("%s is not allowed%s", v.shown(), v.forField()), hint(v.mended(), described(v.typ)))
			return
		}
	}
}

// mended offers the text as it would be allowed, when small changes do it.
func (v value) mended() string {
	if v.secret {
		return ""
	}
	for _, mend := range mends {
		if text := mend(v.node.Text); text != v.node.Text && v.typ.Allows(text) {
			return suggest.Question(text)
		}
	}
	return ""
}
