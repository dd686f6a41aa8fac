package spec

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/suggest"
	"github.com/jobgen-dev/jobgen/schema"
)

// Class says what a document is. Every command asks ClassOf, so that none passes over
// a document that another one reads.
type Class int

// The classes of documents. A file that cannot be parsed has none: see source.Read.
const (
	Empty     Class = iota // nothing, or a null
	Written                // a document of jobgen: its apiVersion says so
	Mistyped               // meant as a spec, but its header or its place says otherwise: see Header
	Manifest               // a Kubernetes object, or a list of them
	Patch                  // part of an object, for kustomize
	Encrypted              // an object whose values SOPS has encrypted
	Other                  // anything else, such as the values of a chart
)

// ClassOf returns the class of a document. Whether an object is used as a patch by a
// kustomization elsewhere is not known to the document itself.
func ClassOf(doc source.Document) Class {
	root := doc.Root
	switch {
	case root == nil || root.Kind == source.Null:
		return Empty
	case isWritten(root):
		return Written
	case root.Kind == source.Map && mistyped(root) || inner(root) != nil:
		return Mistyped
	case root.Kind != source.Map:
		return Other
	case root.Get("sops").Get("mac") != nil:
		return Encrypted
	case root.Get("$patch") != nil:
		return Patch
	case root.Get("apiVersion") == nil && root.Get("kind") == nil:
		return Other
	}
	return Manifest
}

// isWritten reports whether a map says that it is a document of jobgen.
func isWritten(n *source.Node) bool {
	return strings.HasPrefix(scalarText(n.Get("apiVersion")), group+"/")
}

// inner returns a spec that is part of a document, such as an item of a List, nil if there
// is none. Nothing reads it there. In a list the header of one may be mistyped too.
func inner(n *source.Node) *source.Node {
	for _, f := range n.Fields {
		if isWritten(f.Value) {
			return f.Value
		}
		if found := inner(f.Value); found != nil {
			return found
		}
	}
	for _, item := range n.Items {
		if isWritten(item) || item.Kind == source.Map && mistyped(item) {
			return item
		}
		if found := inner(item); found != nil {
			return found
		}
	}
	return nil
}

// group is the API group of the language.
const group = "jobgen.dev"

// anyVersion matches the versions that the language has or could have.
var anyVersion = lazyregexp.New(`^jobgen\.dev/v\d\w*$`)

// scalarText returns the text of a scalar, and "" for anything else.
func scalarText(n *source.Node) string {
	if n == nil || n.Kind != source.Scalar {
		return ""
	}
	return n.Text
}

// mistyped reports whether a document without the header of a spec is meant as one:
// its header is a slip of that, or it has the fields of a spec and Kubernetes would
// have to be the one to read it.
func mistyped(root *source.Node) bool {
	for _, f := range root.Fields {
		if anyVersion.MatchString(scalarText(f.Value)) {
			return true // under another key
		}
	}
	version := headerField(root, "apiVersion")
	if version == nil {
		return looksLikeSpec(root)
	}
	first, _, _ := strings.Cut(strings.ToLower(scalarText(version.Value)), "/")
	name, _, _ := strings.Cut(first, ".")
	if suggest.Distance(name, "jobgen") <= 1 || suggest.IsSlip(first, group) {
		return true
	}
	// The groups of other tools have a dot, and may have fields of the same names.
	return !strings.Contains(first, ".") && looksLikeSpec(root)
}

// headerField returns the field of a document's top with the name, or else one whose
// name is a slip of it.
func headerField(root *source.Node, name string) *source.Field {
	if f := root.Field(name); f != nil {
		return f
	}
	for i, f := range root.Fields {
		if strings.EqualFold(f.Key.Text, name) || suggest.IsSlip(f.Key.Text, name) {
			return &root.Fields[i]
		}
	}
	return nil
}

// looksLikeSpec reports whether a document has the fields of a spec: spec has fields that
// Kubernetes has in containers alone, or there are overlays. Its kind is nearly Job or
// CronJob; without one, it has no field that a spec has not.
func looksLikeSpec(root *source.Node) bool {
	if kind := headerField(root, "kind"); kind != nil {
		name := strings.ToLower(strings.TrimSpace(scalarText(kind.Value)))
		if suggest.Distance(name, "job") > 1 && suggest.Distance(name, "cronjob") > 2 {
			return false
		}
	} else if len(root.Fields) == 0 || slices.ContainsFunc(root.Fields, func(f source.Field) bool { return schema.Written().Field(f.Key.Text) == nil }) {
		return false
	}
	body := headerField(root, "spec")
	if body == nil {
		return root.Field("overlays") != nil
	}
	if body.Value.Get("template") != nil || body.Value.Get("jobTemplate") != nil {
		return false
	}
	fields := schema.Model().Field("spec").Type
	return slices.ContainsFunc(body.Value.Fields, func(f source.Field) bool {
		return fields.Field(f.Key.Text) != nil && !inKubernetes(f.Key.Text)
	})
}

// inKubernetes reports whether a field is one of a Job, a CronJob or a Pod in Kubernetes:
// below spec in a manifest, it is a field on its level or one that lacks its template.
func inKubernetes(name string) bool {
	for _, t := range []reflect.Type{reflect.TypeFor[batchv1.JobSpec](), reflect.TypeFor[batchv1.CronJobSpec](), reflect.TypeFor[corev1.PodSpec]()} {
		if schema.FieldType(t, name) != nil {
			return true
		}
	}
	return false
}

// Header reports what is wrong with the header of a document that is Mistyped.
func Header(doc source.Document) diag.Diagnostic {
	newChecker(doc.File, doc.Root).conceal(doc.Root)
	d := diag.Diagnostic{
		Code: diag.CodeDocument, Hint: fmt.Sprintf("write `apiVersion: %s`; if this belongs to another tool, list the file under `ignore` in the project file", APIVersion),
	}
	at, version := doc.Root, doc.Root.Field("apiVersion")
	if n := inner(doc.Root); n != nil {
		d.Place, d.Message = doc.File.Place(n.Pos), "this spec is inside of another document, where nothing reads it"
		d.Hint = "write it as a document of its own, with a line --- before it"
		return d
	}
	switch near := headerField(doc.Root, "apiVersion"); {
	case version != nil:
		at = version.Value
		d.Message = fmt.Sprintf("this document looks like a spec, but its apiVersion is %q", scalarText(version.Value))
	case near != nil:
		at = near.Key
		d.Message = fmt.Sprintf("this document looks like a spec, but its apiVersion is written as %q", near.Key.Text)
	default:
		d.Message = "this document looks like a spec, but has no apiVersion"
	}
	d.Place = doc.File.Place(at.Pos)
	return d
}

// NotChecked names the class in a count of what was not checked.
func (c Class) NotChecked() string {
	return cmp.Or(map[Class]string{Patch: "kustomize patches", Encrypted: "objects encrypted by SOPS"}[c], "documents without apiVersion and kind")
}
