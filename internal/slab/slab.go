// Package slab cuts short lists from long ones, where a program makes very many of
// them: one allocation then stands for dozens.
package slab

import "slices"

// Keep returns a copy of the items, in memory that is cut from space. What is appended
// to the copy goes elsewhere. Where space has no room for them it becomes a new one
// with room for at least that many. A list without items is nil.
func Keep[T any](space *[]T, room int, items []T) []T {
	if len(items) == 0 {
		return nil
	}
	if cap(*space)-len(*space) < len(items) {
		*space = make([]T, 0, max(room, len(items)))
	}
	from := len(*space)
	*space = append(*space, items...)
	return slices.Clip((*space)[from:])
}
