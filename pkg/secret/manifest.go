package secret

import "maps"

// lastApplied is the annotation in which kubectl keeps a copy of an object, values and
// all.
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

// Manifest returns what stands for a Secret that somebody wrote as a manifest: itself,
// nil if nothing does, or it with *** for its values. It is not possible in the other
// modes, for its values are in a file that is in git already.
//
// A Secret without values, which a cluster fills, stands for itself in every mode.
func Manifest(written map[string]any, mode Mode) (stands map[string]any, possible bool) {
	meta, _ := written["metadata"].(map[string]any)
	annotations, _ := meta["annotations"].(map[string]any)
	data, _ := written["data"].(map[string]any)
	texts, _ := written["stringData"].(map[string]any)
	if mode == Plain || mode == "" || len(data)+len(texts) == 0 && annotations[lastApplied] == nil {
		return written, true
	}
	switch mode {
	case Omit:
		return nil, true
	case Placeholder:
		return concealed(written, meta, annotations), true
	}
	return nil, false
}

// concealed returns a copy of a Secret that holds none of its values. What stands for
// them is no base64, so that no API server takes it for them.
func concealed(written, meta, annotations map[string]any) map[string]any {
	hidden := map[string]any{}
	for _, field := range []string{"data", "stringData"} {
		values, _ := written[field].(map[string]any)
		for key := range values {
			hidden[key] = "***"
		}
	}
	written = maps.Clone(written)
	delete(written, "stringData")
	written["data"] = hidden
	if annotations[lastApplied] != nil {
		meta, annotations = maps.Clone(meta), maps.Clone(annotations)
		delete(annotations, lastApplied)
		meta["annotations"] = annotations
		if len(annotations) == 0 {
			delete(meta, "annotations")
		}
		written["metadata"] = meta
	}
	return written
}
