package krm

import (
	"maps"
	"slices"
	"strconv"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/jobgen-dev/jobgen/pkg/deliver"
	"github.com/jobgen-dev/jobgen/pkg/spec"
)

// This file puts what was made into the list.

// replace puts each object where it belongs: in the place of its spec, in that of what
// jobgen made before, or behind the items. It gets the annotations that say where it
// stands, by which kpt writes it to a file.
func (f *function) replace() error {
	for _, t := range f.texts {
		t.item.replaced = t.item.index >= 0 && !t.item.kept
	}
	f.removeEarlier()
	taken := f.list.indexes()
	var behind []*object
	for _, o := range f.made {
		var err error
		switch {
		case o.old != nil:
			o.old.replaced, o.old.instead = true, []*yaml.RNode{o.node}
			err = annotate(o.node, o.old.node, isKept)
		case o.from != nil && o.from.replaced:
			o.from.instead = append(o.from.instead, o.node)
			if err = annotate(o.node, o.from.node, isHanded); err == nil && len(o.from.instead) > 1 {
				err = taken.move(o.node)
			}
		default:
			behind = append(behind, o)
		}
		if err != nil {
			return err
		}
	}
	slices.SortStableFunc(behind, func(a, b *object) int { return a.key.Compare(b.key) })
	for _, o := range behind {
		f.list.added = append(f.list.added, o.node)
	}
	return nil
}

// removeEarlier takes out what jobgen made of an object before, under the name that it
// had by its hash then.
func (f *function) removeEarlier() {
	earlier := map[id][]*item{}
	for what, i := range f.list.others {
		if name := deliver.PlainName(what.name); name != what.name {
			what.name = name
			earlier[what] = append(earlier[what], i)
		}
	}
	for _, o := range f.made {
		if o.base == "" {
			continue
		}
		what := idOf(o.node)
		what.name = o.base
		for _, i := range earlier[what] {
			i.replaced = i.replaced || sameManager(i.node, o.node)
		}
	}
}

// sameManager reports whether one tool has made both objects, by the label that says so.
func sameManager(a, b *yaml.RNode) bool {
	by := a.GetLabels()[spec.LabelManagedBy]
	return by != "" && by == b.GetLabels()[spec.LabelManagedBy]
}

// annotate gives an object some of the annotations of another.
func annotate(to, from *yaml.RNode, which func(key string) bool) error {
	annotations := from.GetAnnotations()
	for _, key := range slices.Sorted(maps.Keys(annotations)) {
		if !which(key) {
			continue
		}
		if err := to.PipeE(yaml.SetAnnotation(key, annotations[key])); err != nil {
			return err
		}
	}
	return nil
}

// indexes are the highest of the items of each file.
type indexes map[place]int

func (l *list) indexes() indexes {
	highest := indexes{}
	for _, i := range l.items {
		at, index := placeOf(i.node)
		n, err := strconv.Atoi(index)
		if err == nil {
			highest[at] = max(highest[at], n)
		}
	}
	return highest
}

// move gives an object an index behind all others of its file: one is for one object
// alone.
func (highest indexes) move(node *yaml.RNode) error {
	at, _ := placeOf(node)
	if at.path == "" {
		return nil
	}
	highest[at]++
	annotations := node.GetAnnotations()
	for _, key := range [][2]string{{pathKey, indexKey}, {oldPathKey, oldIndexKey}} {
		if annotations[key[0]] == "" {
			continue
		}
		if err := node.PipeE(yaml.SetAnnotation(key[1], strconv.Itoa(highest[at]))); err != nil {
			return err
		}
	}
	return nil
}
