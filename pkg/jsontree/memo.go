package jsontree

import (
	"reflect"
	"sync"
)

// memo holds what is made of each type once, a plan or a filler.
type memo[F any] struct{ known sync.Map }

// of returns what is made of a type. A type may hold itself: while that is made, a
// reference to it stands for it, which later makes of a function that waits for it.
func (m *memo[F]) of(t reflect.Type, make func(reflect.Type) F, later func(made func() F) F) F {
	if f, ok := m.known.Load(t); ok {
		return f.(F)
	}
	var made F
	var once sync.WaitGroup
	once.Add(1)
	reference := later(func() F { once.Wait(); return made })
	if f, there := m.known.LoadOrStore(t, reference); there {
		return f.(F)
	}
	made = make(t)
	once.Done()
	m.known.Store(t, made)
	return made
}
