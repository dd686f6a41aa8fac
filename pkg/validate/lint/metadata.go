package lint

// generatedName: without a name there is nothing to compare with. Argo CD creates its hooks
// anew at every sync.
func generatedName(o *object) []found {
	return one(o.job != nil && o.meta.GenerateName != "" && o.meta.Name == "" && o.meta.Annotations["argocd.argoproj.io/hook"] == "", found{
		at:      "metadata.generateName",
		message: "generateName works with `kubectl create` alone: `kubectl apply` and GitOps tools need a name",
		hint:    "write metadata.name",
	})
}

// nameLabels are those by which people and tools group what belongs together; the
// first is recommended by Kubernetes' documentation, the others are older customs.
var nameLabels = []string{"app.kubernetes.io/name", "app", "k8s-app"}

func noNameLabel(o *object) []found {
	if o.job == nil {
		return nil
	}
	for _, name := range nameLabels {
		if o.meta.Labels[name] != "" {
			return nil
		}
	}
	return []found{{
		at: "metadata.labels[" + nameLabels[0] + "]", missing: true,
		message: "no label tells what the " + o.kind + " belongs to, for selecting, watching and paying",
		hint:    "write metadata.labels: {" + nameLabels[0] + ": NAME}, and the same for the Pods",
	}}
}

// defaultNamespace: where everything is that nobody has found a place for.
func defaultNamespace(o *object) []found {
	return one(o.job != nil && o.meta.Namespace == "default", found{
		at:      "metadata.namespace",
		message: "in the namespace default all rights, quotas and network policies are shared with whatever else is there",
		hint:    "write a namespace of its own, or leave it out for whoever applies it to choose",
	})
}
