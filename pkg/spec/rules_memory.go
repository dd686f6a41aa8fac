package spec

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/schema"
)

// This file saves the rules from specs that are like one in which they found nothing:
// that differ from it in nothing that any of them asks about. What that is, is read
// from the rules (schema.Abstraction); TestRememberedRules holds it against them.

// ruleInput is what rules read under one name, as a tree.
type ruleInput struct {
	name string
	node *source.Node // a map; nil where there is none
}

// ruleMemory is what is known of the rules of one group.
type ruleMemory struct {
	words  map[string]bool // the names that @when asks for
	starts []string        // those with a * at the end, without it

	mu        sync.RWMutex
	concerned map[[sha256.Size]byte]*concernedRules // by the names in the inputs
}

// concernedRules are the rules that have something to look at in inputs with the same
// names, and what they tell those inputs by.
type concernedRules struct {
	reads    map[string]map[string]bool // by input and field: whether strings are looked into
	all      map[string]bool            // the same for all fields of an input, where a rule reads it whole
	lengths  bool
	literals map[string]bool

	mu   sync.RWMutex
	fine map[[sha256.Size]byte]bool
}

// The limits of what is remembered.
const (
	maxConcerned = 1 << 10
	maxFine      = 1 << 12
)

// memories holds that of each group of rules, by the address of the list.
var memories sync.Map

func memoryOf(rules []*schema.Rule) *ruleMemory {
	if m, ok := memories.Load(&rules[0]); ok {
		return m.(*ruleMemory)
	}
	m := &ruleMemory{words: map[string]bool{}, concerned: map[[sha256.Size]byte]*concernedRules{}}
	for _, rule := range rules {
		for _, wanted := range rule.When {
			for _, word := range wanted {
				if start, ok := strings.CutSuffix(word, "*"); ok {
					m.starts = append(m.starts, start)
				} else {
					m.words[word] = true
				}
			}
		}
	}
	known, _ := memories.LoadOrStore(&rules[0], m)
	return known.(*ruleMemory)
}

// visit is one look at the inputs of a group of rules.
type visit struct {
	memory  *ruleMemory
	inputs  []ruleInput
	names   [sha256.Size]byte
	rules   *concernedRules // nil where none are known for the names
	content [sha256.Size]byte
}

// look returns a visit, and whether the rules are known to find nothing in the inputs.
func (m *ruleMemory) look(inputs []ruleInput) (v visit, fine bool) {
	v = visit{memory: m, inputs: inputs}
	w := writers.Get().(*inputWriter)
	defer writers.Put(w)
	v.names = m.namesIn(w, inputs)
	m.mu.RLock()
	v.rules = m.concerned[v.names]
	m.mu.RUnlock()
	if v.rules == nil {
		return v, false
	}
	v.content = v.rules.digest(w, inputs)
	v.rules.mu.RLock()
	defer v.rules.mu.RUnlock()
	return v, v.rules.fine[v.content]
}

// remember notes that the rules, those that have something to look at, find nothing
// in the inputs.
func (v *visit) remember(rules []*schema.Rule) {
	if v.rules == nil {
		v.rules = concernedBy(rules)
		v.memory.mu.Lock()
		if len(v.memory.concerned) >= maxConcerned {
			clear(v.memory.concerned)
		}
		v.memory.concerned[v.names] = v.rules
		v.memory.mu.Unlock()
		w := writers.Get().(*inputWriter)
		v.content = v.rules.digest(w, v.inputs)
		writers.Put(w)
	}
	v.rules.mu.Lock()
	defer v.rules.mu.Unlock()
	if len(v.rules.fine) >= maxFine {
		clear(v.rules.fine)
	}
	v.rules.fine[v.content] = true
}

func concernedBy(rules []*schema.Rule) *concernedRules {
	c := &concernedRules{reads: map[string]map[string]bool{}, all: map[string]bool{}, literals: map[string]bool{}, fine: map[[sha256.Size]byte]bool{}}
	for _, rule := range rules {
		alike := rule.Abstraction()
		into := alike == nil
		if !into {
			c.lengths = c.lengths || alike.Lengths
			for word := range alike.Literals {
				c.literals[word] = true
			}
		}
		for input, fields := range rule.Inputs() {
			if fields == nil {
				c.all[input] = c.all[input] || into
			}
			if c.reads[input] == nil {
				c.reads[input] = map[string]bool{}
			}
			for _, field := range fields {
				c.reads[input][field] = c.reads[input][field] || into
			}
		}
	}
	return c
}

// field reports whether a field of an input is read, and whether its strings are
// looked into.
func (c *concernedRules) field(input, name string) (read, into bool) {
	whole, all := c.all[input]
	part, some := c.reads[input][name]
	return all || some, whole || part
}

// inputWriter writes inputs in the form that they are compared in.
type inputWriter struct {
	out   []byte
	order []string // the strings of the inputs, sorted
}

var writers = sync.Pool{New: func() any { return &inputWriter{} }}

// namesIn returns a digest of all that decides which rules have something to look at:
// the fields of each input, and the names in them that @when may ask for.
func (m *ruleMemory) namesIn(w *inputWriter, inputs []ruleInput) [sha256.Size]byte {
	w.out = w.out[:0]
	for _, in := range inputs {
		w.name('i', in.name)
		if in.node == nil {
			continue
		}
		w.out = append(w.out, byte(in.node.Kind))
		for _, f := range in.node.Fields {
			w.name('f', f.Key.Text)
			m.wordsIn(w, f.Value)
		}
	}
	return sha256.Sum256(w.out)
}

// wordsIn writes the names in a value that @when may ask for.
func (m *ruleMemory) wordsIn(w *inputWriter, n *source.Node) {
	for _, f := range n.Fields {
		if name := f.Key.Text; m.words[name] || slices.ContainsFunc(m.starts, func(start string) bool { return strings.HasPrefix(name, start) }) {
			w.name('w', name)
		}
		m.wordsIn(w, f.Value)
	}
	for _, item := range n.Items {
		m.wordsIn(w, item)
	}
}

// name writes a name behind what it is. Its length stands first: it may be any text.
func (w *inputWriter) name(what byte, name string) {
	w.out = binary.AppendUvarint(append(w.out, what), uint64(len(name)))
	w.out = append(w.out, name...)
}

// digest returns what the inputs have in common with all that the rules tell alike.
func (c *concernedRules) digest(w *inputWriter, inputs []ruleInput) [sha256.Size]byte {
	w.out, w.order = w.out[:0], w.order[:0]
	c.eachField(inputs, func(f source.Field, _ bool) {
		w.order = append(w.order, f.Key.Text)
		w.collect(f.Value)
	})
	slices.Sort(w.order)
	w.order = slices.Compact(w.order)
	c.eachField(inputs, func(f source.Field, into bool) {
		w.string(c, f.Key.Text, into)
		w.value(c, f.Value, into)
	})
	return sha256.Sum256(w.out)
}

// eachField visits the fields that are read.
func (c *concernedRules) eachField(inputs []ruleInput, visit func(f source.Field, into bool)) {
	for _, in := range inputs {
		if in.node == nil {
			continue
		}
		for _, f := range in.node.Fields {
			if read, into := c.field(in.name, f.Key.Text); read {
				visit(f, into)
			}
		}
	}
}

func (w *inputWriter) collect(n *source.Node) {
	if n.Kind == source.Scalar && n.Quoted {
		w.order = append(w.order, n.Text)
	}
	for _, f := range n.Fields {
		w.order = append(w.order, f.Key.Text)
		w.collect(f.Value)
	}
	for _, item := range n.Items {
		w.collect(item)
	}
}

func (w *inputWriter) value(c *concernedRules, n *source.Node, into bool) {
	switch n.Kind {
	case source.Map:
		w.out = append(w.out, '{')
		for _, f := range n.Fields {
			w.string(c, f.Key.Text, into)
			w.value(c, f.Value, into)
		}
		w.out = append(w.out, '}')
	case source.List:
		w.out = append(w.out, '[')
		for _, item := range n.Items {
			w.value(c, item, into)
		}
		w.out = append(w.out, ']')
	case source.Scalar:
		if n.Quoted {
			w.string(c, n.Text, into)
		} else {
			w.out = append(append(append(w.out, '#'), n.Text...), ' ')
		}
	default:
		w.out = append(w.out, '-')
	}
}

func (w *inputWriter) string(c *concernedRules, s string, into bool) {
	at, _ := slices.BinarySearch(w.order, s)
	w.out = append(strconv.AppendInt(append(w.out, '"'), int64(at), 10), ' ')
	if into || c.literals[s] {
		w.out = append(append(strconv.AppendInt(w.out, int64(len(s)), 10), ':'), s...)
	} else if c.lengths {
		w.out = append(strconv.AppendInt(w.out, int64(len(s)), 10), ' ')
	}
}
