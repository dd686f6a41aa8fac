package krm

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/spec"
)

// group is the API group of a ResourceList.
const group = "config.kubernetes.io/"

// list is a ResourceList. What is not replaced in it is written as it was read, with
// its comments.
type list struct {
	root   *yaml.RNode
	items  []*item
	others map[id]*item // those that are no specs
	config *item        // nil if there is none

	added   []*yaml.RNode // behind the items
	results []result
}

// item is one of the items, or the configuration.
type item struct {
	node  *yaml.RNode
	index int  // among the items; -1 is the configuration
	spec  bool // it is one of jobgen's
	kept  bool // it stays although it is built

	built    bool // it is in the environment
	replaced bool // by what stands instead
	instead  []*yaml.RNode
}

// read reads a list. What is wrong with its text is in the diagnostics.
func read(input []byte) (*list, diag.List, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(input))
	var document, more yaml.Node
	err := decoder.Decode(&document)
	if err == nil {
		err = decoder.Decode(&more)
	}
	aliases := anchored(&document)
	if !errors.Is(err, io.EOF) || aliases {
		// It says where the fault is, and knows when aliases stand for too much.
		_, _, ds := source.ParseBytes("-", input, "", "", true)
		if ds.HasErrors() {
			return nil, ds, nil
		}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, fmt.Errorf("reading standard input: %w", err)
	}
	root := yaml.NewRNode(&document)
	if more.Kind != 0 || document.Kind == 0 || root.GetKind() != "ResourceList" || !strings.HasPrefix(root.GetApiVersion(), group) {
		return nil, nil, errors.New("standard input is no ResourceList of config.kubernetes.io, which kustomize and kpt give to a function; `jobgen build -` reads specs")
	}
	if aliases { // an anchor may stand in what is replaced
		if err := root.DeAnchor(); err != nil {
			return nil, nil, fmt.Errorf("reading standard input: %w", err)
		}
	}
	l, err := parse(root)
	return l, nil, err
}

// anchored reports whether there are aliases.
func anchored(node *yaml.Node) bool {
	return node.Kind == yaml.AliasNode || slices.ContainsFunc(node.Content, anchored)
}

// parse finds the items and the configuration of a list.
func parse(root *yaml.RNode) (*list, error) {
	l := &list{root: root, others: map[id]*item{}}
	if config := root.Field("functionConfig"); config != nil && !config.IsNilOrEmpty() {
		l.config = newItem(config.Value, -1)
	}
	items := root.Field("items")
	if items == nil || items.IsNilOrEmpty() {
		return l, nil
	}
	nodes, err := items.Value.Elements()
	if err != nil {
		return nil, errors.New("standard input: items of the ResourceList is no list")
	}
	for i, node := range nodes {
		if node.YNode().Kind != yaml.MappingNode {
			return nil, fmt.Errorf("standard input: items[%d] of the ResourceList is no object", i)
		}
		one := newItem(node, i)
		l.items = append(l.items, one)
		if !one.spec && node.GetName() != "" {
			l.others[idOf(node)] = one
		}
	}
	return l, nil
}

// newItem returns an item, and finds out whether it is a spec that is built.
func newItem(node *yaml.RNode, index int) *item {
	return &item{
		node: node, index: index,
		spec: isSpec(node),
		kept: node.GetAnnotations()[localConfig] == "true",
	}
}

// isSpec reports whether an object is a spec, or is meant as one: then the build says
// what is wrong with its header.
func isSpec(node *yaml.RNode) bool {
	if strings.HasPrefix(node.GetApiVersion(), language) {
		return node.GetKind() != "Project"
	}
	if kind := node.GetKind(); !strings.EqualFold(kind, "Job") && !strings.EqualFold(kind, "CronJob") {
		return false
	}
	text, err := node.String()
	if err != nil {
		return false
	}
	_, docs, _ := source.ParseBytes("item.yaml", []byte(text), "", "", true)
	return len(docs) == 1 && spec.ClassOf(docs[0]) == spec.Mistyped
}

// language is what the apiVersion of every document of jobgen begins with.
var language, _, _ = strings.Cut(spec.APIVersion, "v")

// id is what an object is to a cluster.
type id struct{ group, kind, namespace, name string }

func idOf(node *yaml.RNode) id {
	version := node.GetApiVersion()
	return id{version[:max(strings.IndexByte(version, '/'), 0)], node.GetKind(), node.GetNamespace(), node.GetName()}
}

// write writes the list, with the results.
func (l *list) write(w io.Writer) error {
	items := &yaml.Node{Kind: yaml.SequenceNode}
	add := func(nodes ...*yaml.RNode) {
		for _, node := range nodes {
			items.Content = append(items.Content, node.YNode())
		}
	}
	for _, i := range l.items {
		if i.replaced {
			add(i.instead...)
		} else {
			add(i.node)
		}
	}
	add(l.added...)
	results, err := encodeResults(l.results)
	if err != nil {
		return err
	}
	out := l.root.Copy()
	if field := out.Field("items"); field != nil {
		field.Value.SetYNode(items) // where it stood
	} else if err := out.PipeE(yaml.SetField("items", yaml.NewRNode(items))); err != nil {
		return err
	}
	if err := errors.Join(out.PipeE(yaml.Clear("results")), out.PipeE(yaml.SetField("results", results))); err != nil {
		return err
	}
	encoder := yaml.NewEncoder(w)
	return errors.Join(encoder.Encode(out.YNode()), encoder.Close())
}
