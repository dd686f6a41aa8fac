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
	for i := range n.Fields {
		if n.Fields[i].Key.Text == name {
			return &n.Fields[i]
		}
	}
	return nil
}

// Document is one document of a file.
type Document struct {
	File *File
	Root *Node // nil when the document is empty
}
