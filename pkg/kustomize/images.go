package kustomize

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
)

// imageLists are the lists in which `images` looks for images, wherever in an
// object of whatever kind they are.
var imageLists = []string{"containers", "initContainers"}

// retag does what one entry of `images` does.
func retag(node any, image types.Image) {
	match, err := pattern(image.Name)
	if err != nil {
		return // fits lets none such pass
	}
	eachContainer(node, func(container map[string]any) {
		if name, ok := container["image"].(string); ok && match.MatchString(name) {
			container["image"] = replaced(name, image)
		}
	})
}

// eachContainer calls act for each item of a list of containers.
func eachContainer(node any, act func(container map[string]any)) {
	switch n := node.(type) {
	case []any:
		for _, item := range n {
			eachContainer(item, act)
		}
	case map[string]any:
		for name, value := range n {
			items, _ := value.([]any)
			if slices.Contains(imageLists, name) {
				for _, item := range items {
					if c, ok := item.(map[string]any); ok {
						act(c)
					}
				}
			}
			eachContainer(value, act)
		}
	}
}

// pattern matches the images that an entry changes. kustomize takes the name
// for a regular expression.
func pattern(name string) (*regexp.Regexp, error) {
	return regexp.Compile("^" + name + `(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$`)
}

// splitImage splits an image into its repository, tag and digest.
func splitImage(image string) (name, tag, digest string) {
	name, digest, _ = strings.Cut(image, "@")
	if i := strings.LastIndexByte(name, ':'); i > strings.LastIndexByte(name, '/') {
		name, tag = name[:i], name[i+1:]
	}
	return name, tag, digest
}

// replaced is the image after an entry that matches it: a new tag drops the
// digest, a new digest drops the tag, and both or none leave both.
func replaced(image string, by types.Image) string {
	name, tag, digest := splitImage(image)
	name = cmp.Or(by.NewName, name)
	if by.NewTag != "" || by.Digest != "" {
		tag, digest = by.NewTag, by.Digest
	}
	if tag != "" {
		name += ":" + tag
	}
	if digest != "" {
		name += "@" + digest
	}
	return name
}

// imageUse is an image of the environment, and the one that stands at its place
// in the base, if any.
type imageUse struct{ base, env string }

// images returns the entries of `images`, one for each repository of the base
// whose images are all to change in one way.
func images(all []pair) []types.Image {
	uses, fixed := imageUses(all)
	proposed := map[string]types.Image{}
	for _, u := range uses {
		if u.base == "" || u.base == u.env {
			continue
		}
		image, ok := change(u)
		if ok {
			proposed[image.Name] = image
		}
	}
	var entries []types.Image
	for _, name := range slices.Sorted(maps.Keys(proposed)) {
		if next := append(slices.Clone(entries), proposed[name]); fit(next, uses, fixed) {
			entries = next
		}
	}
	return entries
}

// change is the entry that makes the image of the environment from that of the
// base. There is none for dropping a tag or digest.
func change(u imageUse) (types.Image, bool) {
	name, tag, digest := splitImage(u.base)
	newName, newTag, newDigest := splitImage(u.env)
	image := types.Image{Name: name}
	if newName != name {
		image.NewName = newName
	}
	if newTag != tag || newDigest != digest {
		image.NewTag, image.Digest = newTag, newDigest
	}
	return image, replaced(u.base, image) == u.env
}

// fit reports whether the entries make each image what it is to be, from what
// it is in the base or else from a patch, and leave alone what must not change.
func fit(entries []types.Image, uses []imageUse, fixed []string) bool {
	for _, e := range entries {
		match, err := pattern(e.Name)
		if err != nil || slices.ContainsFunc(fixed, match.MatchString) {
			return false
		}
	}
	apply := func(image string) string {
		for _, e := range entries {
			if match, _ := pattern(e.Name); match.MatchString(image) {
				image = replaced(image, e)
			}
		}
		return image
	}
	for _, u := range uses {
		if apply(u.env) != u.env && (u.base == "" || apply(u.base) != u.env) {
			return false
		}
	}
	return true
}

// imageUses collects the images of the environment. fixed are those of volumes,
// which `images` changes in kustomize 5.8 but not in 5.5, and with digests that
// only one of them knows.
func imageUses(all []pair) (uses []imageUse, fixed []string) {
	for _, p := range all {
		if p.env == nil {
			continue
		}
		before := map[string]string{}
		if p.base != nil {
			eachContainer(p.base, func(c map[string]any) { before[text(c["name"])] = text(c["image"]) })
		}
		eachContainer(p.env, func(c map[string]any) {
			image := text(c["image"])
			if strings.Contains(image, "@") && !strings.Contains(image, "@sha256:") {
				name, _, _ := splitImage(image)
				fixed = append(fixed, name)
			}
			uses = append(uses, imageUse{before[text(c["name"])], image})
		})
		if pod := p.kind.pod(); pod != "" {
			visit(p.env, strings.Split(pod+"/spec/volumes/image/reference", "/"), func(parent map[string]any, name string) {
				fixed = append(fixed, text(parent[name]))
			})
		}
	}
	slices.SortFunc(uses, func(a, b imageUse) int { return cmp.Or(cmp.Compare(a.base, b.base), cmp.Compare(a.env, b.env)) })
	return uses, fixed
}
