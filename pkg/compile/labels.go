package compile

import "github.com/jobgen-dev/jobgen/pkg/spec"

// labels merges label layers, the broadest first: the standard labels, the
// common ones, then the given ones. A nil value leaves a label out.
func (l *lowering) labels(layers ...map[string]*string) map[string]string {
	jobgen := "jobgen"
	all := []map[string]*string{{spec.LabelName: &l.name, spec.LabelManagedBy: &jobgen}, l.job.Spec.CommonLabels}
	return merge(append(all, layers...)...)
}

// clusterLabels are those of objects that do not belong to one Job.
func clusterLabels(layers ...map[string]*string) map[string]string {
	jobgen := "jobgen"
	return merge(append([]map[string]*string{{spec.LabelManagedBy: &jobgen}}, layers...)...)
}

func merge(layers ...map[string]*string) map[string]string {
	merged := map[string]string{}
	for _, layer := range layers {
		for k, v := range layer {
			if v == nil {
				delete(merged, k)
			} else {
				merged[k] = *v
			}
		}
	}
	return merged
}

// optional makes a layer of labels that are all there.
func optional(labels map[string]string) map[string]*string {
	layer := make(map[string]*string, len(labels))
	for k, v := range labels {
		layer[k] = &v
	}
	return layer
}
