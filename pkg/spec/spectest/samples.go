package spectest

import (
	"reflect"
	"slices"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/schema"
)

// words are texts where any will do, most of them such as readers of YAML or
// Kubernetes' expansion take for something else.
var words = []string{
	"plain", "two words", "NO", "0123", "1.10", "1_000", "2001-01-01", "true", "null", "~", "", " ", "a: b", "# no comment", "- item",
	"line\nbreak\n", "\n", "tab\there", "tail \nof line", "it's", `say "hi"`, "back\\slash", "$(FIRST)", "$(SECOND) $$(FIRST)", "$", "$é", "(",
	"grüße", "日本語", "😀", "\u0085", "\u2028", "\u00a0", "\ufeff", "\x7f", "\x01", "<<", "=", "%", "@x", "`x`", "!tag", "&anchor", "*alias", "|", ">-", "{}", "[]",
	"---", "...", "?", ":", "0x1F", "1e3", ".inf", "-", "+1", "12:30", "yes", "<a href=\"x\">&amp;</a>", strings.Repeat("long ", 60),
}

// names are far enough from each other that none is a slip of another. The
// first come up more often, so that references meet.
var names = []string{"alpha", "alpha", "alpha", "bravo-7", "bravo-7", "charlie", "delta-echo", "foxtrot", "golf-club-9", "hotel", "india-tea", "x", "0", "9lives"}

// samples are texts by what they are for: ".field", the name of a definition,
// or "@format". Those that the type does not allow are passed over.
var samples = map[string][]string{
	".tag":              {"latest", "1.4.2", "1.10", "NO", "_x", "0123"},
	".digest":           {"sha256:" + strings.Repeat("0a", 32)},
	".field":            {"metadata.name", "metadata.labels['team']", "status.podIPs", "spec.nodeName"},
	".fieldPath":        {"metadata.name", "metadata.annotations", "metadata.labels['team']"},
	".resource":         {"limits.cpu", "requests.memory", "limits.ephemeral-storage", "requests.hugepages-2Mi"},
	".medium":           {"", "Memory", "HugePages", "HugePages-2Mi"},
	".driver":           {"csi.example.com", "x"},
	".storageClassName": {"", "fast", "fast.ssd"},
	".stopSignal":       {"SIGTERM", "SIGUSR1", "SIGRTMIN+1"},
	".path":             {"/data", "a/b", "a", "./x y", "ü"},
	".operator":         {"In", "NotIn", "Exists", "DoesNotExist"},
	".file":             {"data/plain.txt", "data/binary.dat", "./data/token", "data/../data/other.txt"},
	".files":            {"data/*.txt", "data/binary.dat", "data/t?ken", "**/*.txt"},
	".mountPath":        {"/a", "/b c", "/tmp/é", "/var/run/x", "/1"},
	".devicePath":       {"/dev/xvda", "/dev/b"},
	".type":             {"Opaque", "kubernetes.io/tls", "DisruptionTarget", "File", ""},
	".env":              {"FIRST", "SECOND", "THIRD", "a b", "1ST", "X-Y.Z", "~", "null", "NO"},

	"DNSLabel":      names,
	"DNSName":       append([]string{"alpha.example.com", "x.y", "1.2.3.4"}, names...),
	"NamePrefix":    {"run-", "x", "long-run-of-", "run-v1.2-", "x--"},
	"LabelKey":      {"team", "example.com/cost", "app.kubernetes.io/name", "app.kubernetes.io/managed-by", "A_b.c-d", "0123"},
	"AnnotationKey": {"note", "Example.com/Note", "helm.sh/hook", "1.10", "NO"},
	"LabelValue":    {"", "math", "1.10", "NO", "0123", "A_b.c-d", "true"},
	"DataKey":       {"plain", "config.yaml", ".hidden", "KEY_1", "0123", "NO", "a..b"},
	"EnvName":       {"FIRST", "SECOND", "THIRD", "a b", "1ST", "X-Y.Z", "$", "()"},
	"RBACName":      {"view", "system:basic-user", "a b"},
	"DomainPath":    {"acme.io/controller", "kueue.x-k8s.io/multikueue"},
	"Quantity":      {"0", "1", "500m", "0.5", "1Gi", "+2", "1e3", "1E", "1.5Gi", "100n"},
	"ResourceName":  {"cpu", "memory", "ephemeral-storage", "hugepages-2Mi", "nvidia.com/gpu"},
	"RelativePath":  {"a/b", "a", "..data", "x y/é"},
	"ProjectedPath": {"a/b", "a", "a/..b"},
	"PortName":      {"http", "a-1"},
	"IP":            {"10.1.2.3", "2001:db8::1"},
	"CIDR":          {"10.0.0.0/24", "0.0.0.0/0", "2001:db8::/32"},

	"@cron":       {"0 3 * * *", "*/30 * * * *", "@daily", "0 0 31 2 *", "@every 1h30m", "1,2 0-4/2 ? jan sun"},
	"@timezone":   {"Europe/Berlin", "Etc/UTC", "America/Argentina/Buenos_Aires"},
	"@indexes":    {"0", "0,2-4", "1-2"},
	"@repository": {"ubuntu", "ghcr.io/acme/etl", "localhost:5000/x/y"},
	"@quantity":   {"1", "10Gi", "250m"},
	"@time":       {"2001-02-03T04:05:06Z"},
	"@ip":         {"10.1.2.3"},
	"@cidr":       {"10.0.0.0/8"},
}

// short makes a short form of t, or nil: not each value is written in one, and
// most types have none.
func (g *generator) short(t *schema.Type, depth int) *source.Node {
	if t.Short == "" || g.chance(2) {
		return nil
	}
	switch t.Short {
	case "claimName", "name", "secretName", "serviceAccount":
		return text(pick(g, names))
	case "envValue", "value":
		return g.text(t.Field("value").Type, "")
	case "createNamespace":
		return plain("true")
	case "dns":
		return plain(pick(g, []string{"true", "false"}))
	case "mode":
		return plain(pick(g, []string{"0644", "0o755", "00", "0777"}))
	case "image":
		return g.shortImage()
	case "podFailurePolicy":
		return g.shortFailurePolicy()
	case "volume":
		n := g.structure(t, reflect.TypeFor[schema.Volume](), depth)
		n.Fields = slices.DeleteFunc(n.Fields, func(f source.Field) bool { return f.Key.Text == "mounts" })
		mount := g.structure(t.Field("mounts").Type.Elem, nil, depth)
		n.Fields = append(n.Fields, mount.Fields...)
		return n
	}
	return nil
}

func (g *generator) shortImage() *source.Node {
	image := pick(g, samples["@repository"])
	if !g.chance(3) {
		image += ":" + pick(g, samples[".tag"])
	}
	if g.chance(4) {
		image += "@" + pick(g, samples[".digest"])
	}
	return text(image)
}

func (g *generator) shortFailurePolicy() *source.Node {
	codes := &source.Node{Kind: source.List, Items: []*source.Node{plain("143"), plain("42")}}
	return &source.Node{Kind: source.Map, Fields: []source.Field{
		{Key: text("ignoreDisruptions"), Value: plain(pick(g, []string{"true", "false"}))},
		{Key: text(pick(g, []string{"ignoreExitCodes", "failOnExitCodes"})), Value: codes},
	}}
}
