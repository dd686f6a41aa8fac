package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jobgen-dev/jobgen/internal/image"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/source"
)

// shorts are the short forms that @short names in the schema. Each rewrites
// v.node to the long form in place; what is already long stays. A form that
// cannot be rewritten, such as Kubernetes' own shape, is reported with the
// short form written out, and the result is false.
var shorts = map[string]func(c *checker, v value) bool{
	"claimName":        func(_ *checker, v value) bool { return nameAs(v, "claimName") },
	"createNamespace":  createNamespace,
	"dns":              dns,
	"env":              envList,
	"envFrom":          envFromList,
	"envValue":         func(_ *checker, v value) bool { return nameAs(v, "value") },
	"image":            imageText,
	"imagePullSecrets": pullSecrets,
	"mode":             mode,
	"name":             func(_ *checker, v value) bool { return nameAs(v, "name") },
	"podFailurePolicy": failurePolicy,
	"secretName":       func(_ *checker, v value) bool { return nameAs(v, "secretName") },
	"secretValue":      secretValue,
	"serviceAccount":   func(*checker, value) bool { return true }, // see referredAccount
	"value":            func(_ *checker, v value) bool { return nameAs(v, "value") },
	"volume":           volume,
	"volumes":          volumeList,
}

func (c *checker) expand(v value) bool { return shorts[v.typ.Short](c, v) }

// scalarAt makes a text node at the place of an existing one.
func scalarAt(at *source.Node, text string) *source.Node {
	return &source.Node{Kind: source.Scalar, Text: text, Quoted: true, Pos: at.Pos, File: at.File}
}

func mapAt(at *source.Node, fields ...source.Field) source.Node {
	return source.Node{Kind: source.Map, Pos: at.Pos, File: at.File, Fields: fields}
}

func listAt(at *source.Node, items ...*source.Node) *source.Node {
	return &source.Node{Kind: source.List, Pos: at.Pos, File: at.File, Items: items}
}

// nameAs turns NAME into {field: NAME}.
func nameAs(v value, field string) bool {
	if v.node.Kind == source.Scalar {
		inner := *v.node
		*v.node = mapAt(&inner, source.Field{Key: scalarAt(&inner, field), Value: &inner})
	}
	return true
}

// imageText splits repo[:tag][@digest].
func imageText(c *checker, v value) bool {
	if v.node.Kind != source.Scalar {
		return true
	}
	if isBare(v.node) {
		c.wrong(v, diag.CodeType, strings.Replace(notName(v.node), "a name", "an image", 1), "write REPOSITORY:TAG, such as ubuntu:24.04")
		return false
	}
	text, pos := v.node.Text, v.node.Pos
	repository, tag, digest := image.Split(text)
	asked := repository // what is behind it has rules of its own
	if text == "" || strings.ContainsAny(text, " \t\n") {
		asked = text
	}
	if problem, advice := image.Problem(asked); problem != "" || strings.ContainsAny(text, " \t\n") {
		if fixed, ok := strings.CutPrefix(advice, "write "); ok {
			advice = "write " + fixed + text[len(asked):]
		}
		c.wrong(v, diag.CodeValue, v.shown()+" "+cmp.Or(problem, "is not a valid image"), cmp.Or(advice, "write REPOSITORY:TAG, such as ubuntu:24.04"))
		return false
	}
	offset := 0
	if v.node.Quoted {
		offset = 1
	}
	part := func(name, s string, at int) source.Field {
		p := &source.Node{File: v.node.File, Pos: pos}
		p.Pos.Column += offset + utf8.RuneCountInString(text[:at])
		p.Pos.Width = utf8.RuneCountInString(s)
		return source.Field{Key: scalarAt(p, name), Value: scalarAt(p, s)}
	}
	fields := []source.Field{part("repository", repository, 0)}
	if strings.HasPrefix(text[len(repository):], ":") {
		fields = append(fields, part("tag", tag, len(repository)+1))
	}
	if strings.Contains(text, "@") {
		fields = append(fields, part("digest", digest, len(text)-len(digest)))
	}
	*v.node = mapAt(v.node, fields...)
	return true
}

// mode reads a file mode: a leading zero means octal.
func mode(c *checker, v value) bool {
	text := v.node.Text
	digits, octal := strings.CutPrefix(text, "0o")
	if !octal && len(text) > 1 {
		digits, octal = strings.CutPrefix(text, "0")
	}
	if v.node.Kind != source.Scalar || !octal {
		return true
	}
	n, err := strconv.ParseInt(digits, 8, 32)
	if err != nil {
		c.wrong(v, diag.CodeValue, fmt.Sprintf("%s is no file mode", v.shown()), "write octal digits behind a 0, such as 0644")
		return false
	}
	v.node.Text, v.node.Quoted = strconv.FormatInt(n, 10), false
	return true
}

// dns turns true into port 53, and false into no port.
func dns(c *checker, v value) bool {
	if v.node.Kind != source.Scalar {
		return true
	}
	ports := listAt(v.node)
	switch {
	case v.node.Quoted || v.node.Text != "true" && v.node.Text != "false":
		c.wrong(v, diag.CodeType, fmt.Sprintf("dns must be true, false or a map, not %s", v.shown()), "write `{ports: [53, 5353]}` for ports of your own, or `true` for port 53")
		return false
	case v.node.Text == "true":
		port := scalarAt(v.node, "53")
		port.Quoted = false
		ports.Items = []*source.Node{port}
	}
	*v.node = mapAt(v.node, source.Field{Key: scalarAt(v.node, "ports"), Value: ports})
	return true
}

func createNamespace(c *checker, v value) bool {
	if v.node.Kind == source.Scalar && !v.node.Quoted && v.node.Text == "true" {
		*v.node = mapAt(v.node)
	}
	if v.node.Kind == source.Scalar {
		c.wrong(v, diag.CodeType, fmt.Sprintf("createNamespace must be true or a map, not %s", v.shown()), "write `true`, or {labels: …, annotations: …}, or leave it out")
		return false
	}
	return true
}

func secretValue(c *checker, v value) bool {
	if v.node.Kind != source.Scalar {
		return true
	}
	v.secret = true
	c.wrong(v, diag.CodeType, fmt.Sprintf("%s must say where the value comes from", v.name()),
		"write {env: VARIABLE}, {file: PATH}, or, for trying things out, {value: TEXT}")
	return false
}

// pasted reports Kubernetes' shape where a short one is wanted.
func (c *checker) pasted(v value, what string, lines []string) bool {
	const most = 12
	if len(lines) > most {
		lines = append(lines[:most:most], "…")
	}
	advice := "write\n" + strings.Join(lines, "\n")
	if v.node.Kind == source.List && len(v.node.Items) == 0 {
		advice = "leave it out"
	}
	c.wrong(v, diag.CodeType, what, advice)
	return false
}

func textOf(n *source.Node, path ...string) string {
	for _, step := range path {
		n = n.Get(step)
	}
	if n == nil || n.Kind != source.Scalar {
		return ""
	}
	if n.Quoted && (n.Text == "" || strings.ContainsAny(n.Text, ":#{}[],&*!|>'\"%@`\n") || plainMeansElse(n.Text)) {
		return strconv.Quote(n.Text)
	}
	return n.Text
}

// plainMeansElse reports whether a text needs its quotes to stay a text.
func plainMeansElse(s string) bool {
	return strings.TrimSpace(s) != s || s == "null" || s == "~"
}

func envList(c *checker, v value) bool {
	if v.node.Kind != source.List {
		return true
	}
	lines := []string{"env:"}
	for _, item := range v.node.Items {
		lines = append(lines, "  "+textOf(item, "name")+": "+envShort(item))
	}
	return c.pasted(v, "env is a map of names to values, not a list", lines)
}

// envShort writes an entry of Kubernetes' env list as this language does.
func envShort(item *source.Node) string {
	from := item.Get("valueFrom")
	if from == nil {
		return textOf(item, "value")
	}
	for _, ref := range []struct{ kubernetes, short string }{{"secretKeyRef", "secret"}, {"configMapKeyRef", "configMap"}} {
		if r := from.Get(ref.kubernetes); r != nil {
			return fmt.Sprintf("{%s: %s, key: %s}", ref.short, textOf(r, "name"), textOf(r, "key"))
		}
	}
	if r := from.Get("fieldRef"); r != nil {
		return fmt.Sprintf("{field: %s}", textOf(r, "fieldPath"))
	}
	if r := from.Get("resourceFieldRef"); r != nil {
		return fmt.Sprintf("{resource: %s}", textOf(r, "resource"))
	}
	if r := from.Get("fileKeyRef"); r != nil {
		return fmt.Sprintf("{volume: %s, path: %s, key: %s}", textOf(r, "volumeName"), textOf(r, "path"), textOf(r, "key"))
	}
	return "…"
}

func envFromList(c *checker, v value) bool {
	pasted := func(item *source.Node) bool {
		return item.Field("configMapRef") != nil || item.Field("secretRef") != nil
	}
	if v.node.Kind != source.List || !slices.ContainsFunc(v.node.Items, pasted) {
		return true
	}
	lines := []string{"envFrom:"}
	for _, item := range v.node.Items {
		switch {
		case item.Field("configMapRef") != nil:
			lines = append(lines, "  - configMap: "+textOf(item, "configMapRef", "name"))
		case item.Field("secretRef") != nil:
			lines = append(lines, "  - secret: "+textOf(item, "secretRef", "name"))
		default:
			continue
		}
		if prefix := textOf(item, "prefix"); prefix != "" {
			lines = append(lines, "    prefix: "+prefix)
		}
	}
	return c.pasted(v, "envFrom names ConfigMaps and Secrets directly", lines)
}

func pullSecrets(c *checker, v value) bool {
	if v.node.Kind != source.List || !slices.ContainsFunc(v.node.Items, func(n *source.Node) bool { return n.Field("name") != nil }) {
		return true
	}
	var names []string
	for _, item := range v.node.Items {
		names = append(names, textOf(item, "name"))
	}
	return c.pasted(v, "imagePullSecrets is a list of names", []string{"imagePullSecrets: [" + strings.Join(names, ", ") + "]"})
}

// volumeList reports Kubernetes' list of volumes, and writes it as this
// language does, with the main container's mounts beside the sources.
func volumeList(c *checker, v value) bool {
	if v.node.Kind != source.List {
		return true
	}
	mounts := map[string][]*source.Node{}
	if list := c.root.Get("spec").Get("volumeMounts"); list != nil {
		for _, m := range list.Items {
			mounts[textOf(m, "name")] = append(mounts[textOf(m, "name")], m)
		}
	}
	lines := []string{"volumes:"}
	for _, item := range v.node.Items {
		name := textOf(item, "name")
		parts := flowFields(item, "name")
		switch of := mounts[name]; len(of) {
		case 0:
		case 1:
			parts = append(parts, flowFields(of[0], "name")...)
		default:
			var all []string
			for _, m := range of {
				all = append(all, "{"+strings.Join(flowFields(m, "name"), ", ")+"}")
			}
			parts = append(parts, "mounts: ["+strings.Join(all, ", ")+"]")
		}
		lines = append(lines, "  "+name+": {"+strings.Join(parts, ", ")+"}")
	}
	return c.pasted(v, "volumes is a map of names to volumes, not a list", lines)
}

// flowFields writes the fields of a map but one in YAML's flow style.
func flowFields(n *source.Node, without string) []string {
	var parts []string
	for _, f := range n.Fields {
		if f.Key.Text != without {
			parts = append(parts, f.Key.Text+": "+flow(f.Value))
		}
	}
	return parts
}

func flow(n *source.Node) string {
	switch n.Kind {
	case source.Map:
		return "{" + strings.Join(flowFields(n, ""), ", ") + "}"
	case source.List:
		var items []string
		for _, item := range n.Items {
			items = append(items, flow(item))
		}
		return "[" + strings.Join(items, ", ") + "]"
	case source.Null:
		return "null"
	}
	return textOf(n)
}

// mountFields are the fields of a mount that may stand beside a volume's source.
var mountFields = []string{"mountPath", "subPath", "readOnly", "subPathExpr", "mountPropagation", "recursiveReadOnly", "bindMountOptions"}

// volume gathers the mount that stands beside a source into `mounts`.
func volume(c *checker, v value) bool {
	if v.node.Kind != source.Map {
		return true
	}
	var mount, rest []source.Field
	for _, f := range v.node.Fields {
		if slices.Contains(mountFields, f.Key.Text) {
			mount = append(mount, f)
		} else {
			rest = append(rest, f)
		}
	}
	if len(mount) == 0 {
		return true
	}
	first := mount[0].Key
	if mounts := v.node.Field("mounts"); mounts != nil {
		c.report(diag.Diagnostic{
			Code: diag.CodeRule, Message: fmt.Sprintf("%q and \"mounts\" exclude each other", first.Text),
			Hint:    "write every mount under mounts",
			Related: []diag.Related{{Place: c.place(mounts.Key), Message: "mounts stands here"}},
		}, first, first)
		v.node.Fields = rest
		return true
	}
	entry := mapAt(first, mount...)
	v.node.Fields = append(rest, source.Field{Key: scalarAt(first, "mounts"), Value: listAt(first, &entry)})
	return true
}

// failurePolicy writes ignoreDisruptions, ignoreExitCodes and failOnExitCodes
// as rules, in that order.
func failurePolicy(c *checker, v value) bool {
	short := []string{"ignoreDisruptions", "ignoreExitCodes", "failOnExitCodes"}
	has := func(name string) bool { return v.node.Field(name) != nil }
	if v.node.Kind != source.Map || !slices.ContainsFunc(short, has) {
		return true
	}
	for _, f := range v.node.Fields {
		if !slices.Contains(short, f.Key.Text) {
			c.report(diag.Diagnostic{
				Code: diag.CodeRule, Message: fmt.Sprintf("%q does not go with the short form of podFailurePolicy", f.Key.Text),
				Hint: "write every rule under rules, or only " + oneOf(short),
			}, f.Key, v.node)
			return false
		}
	}
	rules := listAt(v.node)
	ok := true
	if f := v.node.Field("ignoreDisruptions"); f != nil {
		ok = c.disruptions(f, rules)
	}
	for _, s := range []struct{ name, action string }{{"ignoreExitCodes", "Ignore"}, {"failOnExitCodes", "FailJob"}} {
		if f := v.node.Field(s.name); f != nil {
			rules.Items = append(rules.Items, exitCodeRule(f, s.action))
		}
	}
	*v.node = mapAt(v.node, source.Field{Key: scalarAt(firstKey(v.node), "rules"), Value: rules})
	return ok
}

func (c *checker) disruptions(f *source.Field, rules *source.Node) bool {
	at := f.Key
	switch {
	case f.Value.Kind == source.Scalar && !f.Value.Quoted && f.Value.Text == "false":
		return true
	case f.Value.Kind == source.Scalar && !f.Value.Quoted && f.Value.Text == "true":
		condition := mapAt(at,
			source.Field{Key: scalarAt(at, "type"), Value: scalarAt(at, "DisruptionTarget")},
			source.Field{Key: scalarAt(at, "status"), Value: scalarAt(at, "True")})
		rule := mapAt(at,
			source.Field{Key: scalarAt(at, "action"), Value: scalarAt(at, "Ignore")},
			source.Field{Key: scalarAt(at, "onPodConditions"), Value: listAt(at, &condition)})
		rules.Items = append(rules.Items, &rule)
		return true
	}
	c.report(diag.Diagnostic{Code: diag.CodeType, Message: `"ignoreDisruptions" must be true or false`}, f.Value, f.Value)
	return false
}

// exitCodeRule puts the codes in ascending order, as Kubernetes wants them.
func exitCodeRule(f *source.Field, action string) *source.Node {
	at := f.Key
	codes := f.Value
	if codes.Kind == source.List {
		codes.Items = slices.Clone(codes.Items)
		slices.SortStableFunc(codes.Items, func(a, b *source.Node) int {
			x, _ := strconv.Atoi(a.Text)
			y, _ := strconv.Atoi(b.Text)
			return x - y
		})
	}
	match := mapAt(at,
		source.Field{Key: scalarAt(at, "operator"), Value: scalarAt(at, "In")},
		source.Field{Key: scalarAt(at, "values"), Value: codes})
	rule := mapAt(at,
		source.Field{Key: scalarAt(at, "action"), Value: scalarAt(at, action)},
		source.Field{Key: scalarAt(at, "onExitCodes"), Value: &match})
	return &rule
}
