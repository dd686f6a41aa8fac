package jsontree

import (
	"slices"
	"strings"
)

// Builder makes maps and lists. It holds their fields and items until their number is
// known. A map or list begins with OpenMap or OpenList, and ends with CloseMap or
// CloseList, which takes all that was added since and not been closed. The zero Builder
// is ready for use.
type Builder struct {
	openFields []Field
	openItems  []Value
}

// OpenMap begins a map, and returns the mark that CloseMap takes.
func (b *Builder) OpenMap() (mark int) { return len(b.openFields) }

// AddField adds a field to the map that was opened last.
func (b *Builder) AddField(name string, value Value) {
	b.openFields = append(b.openFields, Field{name, value})
}

// CloseMap returns the map with the mark. It puts the fields in order, and reports
// whether each name is there once; of those that are not, all are in the map.
func (b *Builder) CloseMap(mark int) (v Value, unique bool) {
	open := b.openFields[mark:]
	byName := func(a, b Field) int { return strings.Compare(a.Name, b.Name) }
	if !slices.IsSortedFunc(open, byName) {
		slices.SortStableFunc(open, byName)
	}
	unique = true
	for i := 1; i < len(open); i++ {
		unique = unique && open[i-1].Name != open[i].Name
	}
	return b.closeMap(mark), unique
}

// closeMap is CloseMap for fields that are in order.
func (b *Builder) closeMap(mark int) Value {
	open := b.openFields[mark:]
	v := Value{Kind: Map, Fields: append([]Field(nil), open...)}
	clear(open)
	b.openFields = b.openFields[:mark]
	return v
}

// OpenList begins a list, and returns the mark that CloseList takes.
func (b *Builder) OpenList() (mark int) { return len(b.openItems) }

// AddItem adds an item to the list that was opened last.
func (b *Builder) AddItem(value Value) { b.openItems = append(b.openItems, value) }

// CloseList returns the list with the mark.
func (b *Builder) CloseList(mark int) Value {
	open := b.openItems[mark:]
	v := Value{Kind: List, Items: append([]Value(nil), open...)}
	clear(open)
	b.openItems = b.openItems[:mark]
	return v
}
