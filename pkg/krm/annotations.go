package krm

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// This file knows the annotations by which what runs a function keeps track of items.
// They are no part of a spec.

// Where an item stands. Each has an older name, which tools still read and write.
const (
	internal    = "internal.config.kubernetes.io/"
	pathKey     = internal + "path"
	indexKey    = internal + "index"
	packagePath = internal + "package-path" // kpt's, the folder that the path begins in

	oldPathKey  = "config.kubernetes.io/path"
	oldIndexKey = "config.kubernetes.io/index"

	origin      = "config.kubernetes.io/origin"       // kustomize's
	localConfig = "config.kubernetes.io/local-config" // "true": for tools, and not applied
)

// tracking are the annotations outside of internal.config.kubernetes.io that are for
// tools, and the beginnings of such.
var tracking = []string{
	oldPathKey, oldIndexKey, localConfig, origin,
	"config.kubernetes.io/function", "config.kubernetes.io/container", "alpha.config.kubernetes.io/transformations",
	"config.k8s.io/", "kustomize.config.k8s.io/", internal,
}

// identities are the tracking annotations that are about one object alone: its number,
// and kustomize's memory of its names. What a spec becomes is other objects.
var identities = []string{
	internal + "id", "config.k8s.io/id", internal + "annotations-migration-resource-id",
	internal + "previousKinds", internal + "previousNames", internal + "previousNamespaces", internal + "prefixes", internal + "suffixes",
	internal + "allowNameChange", internal + "allowKindChange", internal + "refBy",
	internal + "generatorBehavior", internal + "needsHashSuffix", internal + "helm-generated",
}

// isHanded reports whether an annotation goes from a spec to what it becomes: it says
// where the spec stands, or something that only its tool knows.
func isHanded(key string) bool {
	where := key == oldPathKey || key == oldIndexKey || key == origin
	return where || strings.HasPrefix(key, internal) && !slices.Contains(identities, key)
}

// isTracking reports whether an annotation is for what runs functions.
func isTracking(key string) bool {
	return slices.ContainsFunc(tracking, func(known string) bool {
		return key == known || strings.HasSuffix(known, "/") && strings.HasPrefix(key, known)
	})
}

// isKept reports whether an annotation goes from an object to what it becomes, the same
// object.
func isKept(key string) bool { return isHanded(key) || slices.Contains(identities, key) }

// untracked returns a copy of an object without the annotations that are for tools.
func untracked(node *yaml.RNode) (*yaml.RNode, error) {
	node = node.Copy()
	for key := range node.GetAnnotations() {
		if !isTracking(key) {
			continue
		}
		if err := node.PipeE(yaml.ClearAnnotation(key)); err != nil {
			return nil, err
		}
	}
	return node, yaml.ClearEmptyAnnotations(node)
}

// place is a file that items stand in.
type place struct{ folder, path string }

// placeOf returns the file that an item stands in, and its index there; the path is ""
// where that is not known.
func placeOf(node *yaml.RNode) (at place, index string) {
	annotations := node.GetAnnotations()
	first := func(keys ...string) string {
		for _, key := range keys {
			if annotations[key] != "" {
				return annotations[key]
			}
		}
		return ""
	}
	at = place{annotations[packagePath], first(pathKey, oldPathKey)}
	if at.path == "" {
		at.path = pathOfOrigin(annotations[origin])
	}
	return at, first(indexKey, oldIndexKey)
}

// pathOfOrigin returns the path of a local file in kustomize's annotation.
func pathOfOrigin(text string) string {
	var from struct{ Repo, Path string }
	if yaml.Unmarshal([]byte(text), &from) != nil || from.Repo != "" {
		return ""
	}
	return from.Path
}
