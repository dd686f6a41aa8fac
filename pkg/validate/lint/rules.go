package lint

import "github.com/jobgen-dev/jobgen/pkg/diag"

// rules are all rules, in the order of their codes. A code is stable: it is never
// used again for another rule. The tens are what a rule is about.
var rules = []Rule{
	{"JG001", "no-memory-limit", "a container without a memory limit", diag.Warning, noMemoryLimit},
	{"JG002", "no-requests", "a container that requests no cpu or no memory", diag.Warning, noRequests},
	{"JG003", "fractional-bytes", "memory or storage with a part of a byte, such as `100m`", diag.Warning, fractionalBytes},
	{"JG004", "unbounded-empty-dir", "an emptyDir without a size limit", diag.Note, unboundedEmptyDir},
	{"JG005", "odd-amount", "an amount that nobody means, such as `memory: 512`", diag.Warning, oddAmount},

	{"JG010", "no-deadline", "a Job without `activeDeadlineSeconds`", diag.Warning, noDeadline},
	{"JG011", "no-ttl", "a Job that nothing removes", diag.Note, noTTL},
	{"JG012", "ttl-in-cron-job", "a TTL beside the history limits of a CronJob", diag.Note, ttlInCronJob},
	{"JG013", "ttl-too-short", "a Job that is gone before its end is seen", diag.Warning, ttlTooShort},
	{"JG014", "on-failure-loses-logs", "`restartPolicy: OnFailure`, which deletes the Pod that failed", diag.Note, onFailureLosesLogs},
	{"JG015", "disruption-fails-job", "`backoffLimit: 0` without a rule for evictions", diag.Note, disruptionFailsJob},
	{"JG016", "many-retries", "a `backoffLimit` that takes hours to reach", diag.Note, manyRetries},
	{"JG017", "endless-sidecar", "a helper that keeps the Job from ending", diag.Warning, endlessSidecar},
	{"JG018", "readiness-probe", "a readiness probe, though nothing sends requests to a Job", diag.Note, readinessProbe},
	{"JG019", "suspended-in-queue", "a Job of a Kueue queue with `suspend: true`", diag.Warning, suspendedInQueue},

	{"JG020", "queue-with-completions", "workers of a queue with `completions`", diag.Note, queueWithCompletions},
	{"JG021", "parallelism-above-completions", "more `parallelism` than `completions`", diag.Warning, parallelismAboveCompletions},
	{"JG022", "index-not-read", "an Indexed Job whose scripts do not read the index", diag.Note, indexNotRead},
	{"JG023", "work-not-divided", "`completions` without an index or anything else that divides the work", diag.Note, workNotDivided},
	{"JG024", "selector-misses-pods", "an affinity or a spread constraint that misses the Job's own pods", diag.Warning, selectorMissesOwnPods},
	{"JG025", "claim-of-one-pod", "several pods with a claim for one pod or one node", diag.Warning, claimOfOnePod},

	{"JG030", "no-starting-deadline", "a CronJob without `startingDeadlineSeconds`", diag.Note, noStartingDeadline},
	{"JG031", "starting-deadline-too-short", "a `startingDeadlineSeconds` below 10", diag.Warning, startingDeadlineTooShort},
	{"JG032", "step-beyond-range", "a step of a schedule that gets nowhere, such as `*/61` or `@every 0s`", diag.Warning, stepBeyondRange},
	{"JG033", "uneven-step", "a step of a schedule that does not come out even, such as `*/45`", diag.Warning, unevenStep},
	{"JG034", "schedule-never-comes", "a schedule without a date, such as February 30", diag.Warning, scheduleNeverComes},
	{"JG035", "day-and-weekday", "a schedule with a day of the month and a day of the week", diag.Warning, dayAndWeekday},
	{"JG036", "overlapping-runs", "a CronJob that does not say whether runs may overlap", diag.Note, overlappingRuns},
	{"JG037", "no-failed-history", "a CronJob that keeps no run that failed", diag.Warning, noFailedHistory},
	{"JG038", "no-time-zone", "a schedule with hours and no time zone", diag.Note, noTimeZone},
	{"JG039", "clock-change", "a schedule in an hour that a change of the clock leaves out or repeats", diag.Note, clockChange},

	{"JG040", "unpinned-image", "an image without a tag, or with one that moves", diag.Warning, unpinnedImage},
	{"JG041", "typographic-characters", "long dashes and curly quotes in a command", diag.Warning, typographicCharacters},
	{"JG042", "unresolved-variable", "`$(NAME)` of a variable that is not there", diag.Warning, unresolvedVariable},
	{"JG043", "line-as-command", "a whole command line as the name of the program", diag.Warning, lineAsCommand},
	{"JG044", "words-after-script", "words behind the script of `sh -c`", diag.Warning, wordsAfterScript},
	{"JG045", "shell-syntax-without-shell", "shell syntax such as `&&` without a shell", diag.Warning, shellSyntaxWithoutShell},
	{"JG046", "variable-without-shell", "`$NAME` where no shell fills it in", diag.Warning, variableWithoutShell},
	{"JG047", "left-over-template", "what a template should have filled in, such as `{{ .Values.x }}`", diag.Warning, leftOverTemplate},
	{"JG048", "pipe-hides-failure", "a pipe in a script without `pipefail`", diag.Note, pipeHidesFailure},
	{"JG049", "carriage-return", "a script or file whose lines end in CR LF", diag.Warning, carriageReturn},

	{"JG050", "secret-in-env", "a secret spelled out as a variable", diag.Warning, secretInEnv},
	{"JG051", "secret-in-args", "a secret spelled out in a command", diag.Warning, secretInArgs},
	{"JG052", "secret-in-process-list", "`$(NAME)` of a secret in a command", diag.Warning, secretInProcessList},
	{"JG053", "secret-in-config-map", "a secret in a ConfigMap", diag.Warning, secretInConfigMap},

	{"JG060", "rbac-wildcard", "a role with `*`", diag.Warning, rbacWildcard},
	{"JG061", "rbac-reads-secrets", "a role that reads every Secret", diag.Warning, rbacReadsSecrets},
	{"JG062", "rbac-cluster-admin", "a binding to `cluster-admin`", diag.Warning, rbacClusterAdmin},
	{"JG063", "rbac-for-everyone", "a binding to an account or group that many belong to", diag.Warning, rbacForEveryone},
	{"JG064", "privileged-pod", "rights over the node", diag.Note, privilegedPod},
	{"JG065", "default-account-token", "the token of the default service account", diag.Note, defaultAccountToken},
	{"JG066", "user-without-number", "`runAsNonRoot` without `runAsUser`", diag.Note, userWithoutNumber},
	{"JG067", "policy-without-api-server", "a network policy that keeps an account with rights from the API server", diag.Warning, policyWithoutAPIServer},

	{"JG070", "generated-name", "a Job without a name of its own", diag.Note, generatedName},
	{"JG071", "no-name-label", "a Job or CronJob without a label that says what it belongs to", diag.Note, noNameLabel},
	{"JG072", "default-namespace", "a Job or CronJob in the namespace `default`", diag.Note, defaultNamespace},
	{"JG073", "key-at-wrong-level", "a label or annotation where nothing reads it", diag.Warning, keyAtWrongLevel},
	{"JG074", "key-with-wrong-value", "a label or annotation with a value that its reader does not know", diag.Warning, keyWithWrongValue},

	{"JG080", "decimal-mode", "a file mode without its leading zero, such as `400`", diag.Warning, decimalMode},
	{"JG081", "unreadable-file", "a file mode that the container's user cannot read", diag.Warning, unreadableFile},
	{"JG082", "hidden-mount", "a mount inside a read-only one, or over another one", diag.Warning, hiddenMount},
	{"JG083", "same-port", "two containers of a Pod with one port", diag.Warning, samePort},
	{"JG084", "write-to-read-only", "a script that writes to a read-only file system", diag.Warning, writeToReadOnly},
}
