// Package source reads what users wrote, YAML, JSON or CUE, into one kind of
// tree that keeps the characters typed and the place of every value.
package source

// Kind is the shape of a node. What a scalar means is decided by whoever knows
// which type is wanted there, so there is one kind for all of them.
type Kind uint8

// The kinds of nodes.
const (
	Faulty Kind = iota // a value that was reported, and that nobody should check further
	Null               // null, ~ or nothing at all
	Scalar             // a string, number, boolean or date
	Map
	List
)

// Node is one value of a document, as its author wrote it.
type Node struct {
	Kind   Kind
	Text   string  // Scalar: the characters typed, or, when quoted, the string they stand for
	Quoted bool    // Scalar: quotes or a block made it a string; a JSON or CUE string always
	Pos    Pos     // where the value starts
	Fields []Field // Map: in the order of writing, merge keys resolved, names unique
	Items  []*Node // List
	File   *File   // the file that it came from; nil for one that no file holds
	last   int     // Scalar: the last line it takes up; 0 when that is its first
	index  *index  // Map: where its fields are, if it has many; nil if nobody has looked
}

// Field is one entry of a map.
type Field struct {
	Key   *Node // a Scalar; its Text is the name
	Value *Node
}

// Pos is a place in the file that a node came from. The zero Pos is unknown.
type Pos struct {
	Line   int // 1-based
	Column int // 1-based, in characters
	Width  int // characters of the value on its first line, at least 1
}

// Get returns the value of the field name, or nil.
func (n *Node) Get(name string) *Node {
	if f := n.Field(name); f != nil {
		return f.Value
	}
	return nil
}

// Field returns the field name of a map, or nil. The receiver may be nil.
func (n *Node) Field(name string) *Field {
	if n == nil {
		return nil
	}
	if x := n.index; x != nil && x.of(n) {
		i, found := x.at[name]
		if !found {
			return nil
		}
		if n.Fields[i].Key.Text == name {
			return &n.Fields[i]
		}
	}
	for i := range n.Fields {
		if n.Fields[i].Key.Text == name {
			return &n.Fields[i]
		}
	}
	return nil
}

// Add appends a field to a map that has none of that name.
func (n *Node) Add(f Field) {
	n.Fields = append(n.Fields, f)
	switch last := len(n.Fields) - 1; {
	case last < manyFields:
	case n.index != nil && n.index.owner == n && n.index.fields == last && n.index.first == n.Fields[0].Key.Text:
		n.index.at[f.Key.Text] = last
		n.index.fields, n.index.last = last+1, f.Key.Text
	default:
		n.indexed()
	}
}

// manyFields is how many fields are looked through.
const manyFields = 32

// index tells where the fields of a map are by their names. It is made by whoever makes
// the map, and only Add changes it, so that several goroutines may ask it.
type index struct {
	owner       *Node
	at          map[string]int
	fields      int // how many there were, and the names of two of them
	first, last string
}

// indexed makes the index of a map that has many fields.
func (n *Node) indexed() {
	if len(n.Fields) <= manyFields {
		return
	}
	x := &index{owner: n, at: make(map[string]int, len(n.Fields)), fields: len(n.Fields), first: n.Fields[0].Key.Text}
	for i, f := range n.Fields {
		x.at[f.Key.Text] = i
		x.last = f.Key.Text
	}
	n.index = x
}

// of reports whether the index is that of the fields that a map has now.
func (x *index) of(n *Node) bool {
	return x.fields == len(n.Fields) && x.first == n.Fields[0].Key.Text && x.last == n.Fields[len(n.Fields)-1].Key.Text
}

// Document is one document of a file.
type Document struct {
	File *File
	Root *Node  // nil when the document is empty
	Text string // of a YAML document, comments included; "" where it begins on the line of its ---
}
