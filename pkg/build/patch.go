package build

import (
	"path/filepath"
	"slices"

	"sigs.k8s.io/yaml"

	"github.com/jobgen-dev/jobgen/pkg/source"
)

// patches finds the files that a kustomization beside them uses as patches. They look
// like objects and are parts of some.
type patches struct {
	disk  *source.Disk
	known map[string][]string // the names of patches, by folder
}

// has reports whether an input is a patch.
func (p *patches) has(in source.Input) bool {
	if in.Path == "" {
		return false
	}
	dir := filepath.Dir(in.Path)
	names, known := p.known[dir]
	if !known {
		names = p.in(in.Root, dir)
		p.known[dir] = names
	}
	return slices.Contains(names, filepath.Base(in.Path))
}

// in returns the patches of the kustomization in a folder. One that cannot be
// read has none here: it is checked as the file that it is.
func (p *patches) in(root, dir string) []string {
	for _, name := range []string{"kustomization.yaml", "kustomization.yml", "Kustomization"} {
		at, err := p.disk.Resolve(root, dir, name)
		if err != nil {
			continue
		}
		text, err := p.disk.ReadFile(at)
		if err != nil {
			continue
		}
		var k struct {
			Patches               []struct{ Path string }
			PatchesStrategicMerge []string
			PatchesJSON6902       []struct{ Path string }
		}
		if yaml.Unmarshal(text, &k) != nil {
			return nil
		}
		names := k.PatchesStrategicMerge
		for _, patch := range append(k.Patches, k.PatchesJSON6902...) {
			names = append(names, patch.Path)
		}
		for i, name := range names {
			names[i] = filepath.Clean(name)
		}
		return names
	}
	return nil
}
