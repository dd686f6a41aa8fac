package deliver

// The annotations that say what a delivery makes of an object.
const (
	argoHook       = "argocd.argoproj.io/hook"
	argoHookDelete = "argocd.argoproj.io/hook-delete-policy"
	argoSync       = "argocd.argoproj.io/sync-options"
	argoCompare    = "argocd.argoproj.io/compare-options"
	argoWave       = "argocd.argoproj.io/sync-wave"
	fluxPrune      = "kustomize.toolkit.fluxcd.io/prune"
	fluxSubstitute = "kustomize.toolkit.fluxcd.io/substitute"
	helmHook       = "helm.sh/hook"
	helmHookDelete = "helm.sh/hook-delete-policy"
	helmPolicy     = "helm.sh/resource-policy"

	// ContentDigest is jobgen's own: of the ConfigMaps and Secrets that Pods use.
	ContentDigest = "jobgen.dev/content-digest"
)

// lists are the annotations whose value is a list of NAME=VALUE.
var lists = []string{argoSync, argoCompare}

// annotation is one that is set.
type annotation struct{ key, value string }

// key is a cell of the table of deliveries.
type key struct{ to, when string }

// reruns are the annotations of the Job in each cell; a cell without needs none, or
// is refused by the rules in schema/rules/delivery.cue.
var reruns = map[key][]annotation{
	// The new Job runs before the old one goes.
	{ArgoCD, OnChange}: {{argoSync, "PruneLast=true"}},
	// Either alone does nothing: Replace without Force cannot replace a Job.
	{ArgoCD, Always}:     {{argoSync, "Replace=true,Force=true"}},
	{ArgoCDHook, Always}: {{argoHook, "Sync"}, {argoHookDelete, "BeforeHookCreation"}},
	{Helm, Always}:       {{helmHook, "post-install,post-upgrade"}, {helmHookDelete, "before-hook-creation"}},
}

// kept are the annotations of what each delivery must not prune.
var kept = map[string][]annotation{
	ArgoCD:     {{argoSync, "Prune=false,Delete=false"}, {argoCompare, "IgnoreExtraneous"}},
	ArgoCDHook: {{argoSync, "Prune=false,Delete=false"}, {argoCompare, "IgnoreExtraneous"}},
	Flux:       {{fluxPrune, "disabled"}},
	Helm:       {{helmPolicy, "keep"}},
}

// moments are when an engine runs each hook; "" is at every sync that changes what it
// applies: every upgrade with Helm.
var moments = map[string]map[string]string{
	argoHook: {
		"PreSync": "", "Sync": "", "PostSync": "", "SyncFail": "when a sync fails",
		"PreDelete": "before the application is deleted", "PostDelete": "after the application is deleted", "Skip": "never",
	},
	helmHook: {
		"pre-upgrade": "", "post-upgrade": "", "pre-install": "when the release is installed", "post-install": "when the release is installed",
		"pre-rollback": "when the release is rolled back", "post-rollback": "when the release is rolled back",
		"pre-delete": "before the release is deleted", "post-delete": "after the release is deleted",
		"test": "at `helm test`", "test-success": "at `helm test`",
	},
}
