// Package validate says what Kubernetes would not accept of an object. Its first
// part, in this file and its neighbours, checks an object against Kubernetes' own
// OpenAPI document with kubectl's validation.
package validate

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	openapi "github.com/google/gnostic-models/openapiv2"
	protobuf "google.golang.org/protobuf/proto"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/kube-openapi/pkg/util/proto"
)

// documents holds one document for each minor, written by tools/openapi from the
// api/openapi-spec/swagger.json of the Kubernetes release its info names.
//
//go:embed openapi/*.pb
var documents embed.FS

// NewestMinor is the newest Kubernetes minor whose OpenAPI document is known.
const NewestMinor = "1.37"

// groupVersions tells for each kind that jobgen emits where Kubernetes has it;
// tools/openapi has the same table.
var groupVersions = map[string]schema.GroupVersion{
	"ClusterRole":           {Group: "rbac.authorization.k8s.io", Version: "v1"},
	"ClusterRoleBinding":    {Group: "rbac.authorization.k8s.io", Version: "v1"},
	"ConfigMap":             {Version: "v1"},
	"CronJob":               {Group: "batch", Version: "v1"},
	"Job":                   {Group: "batch", Version: "v1"},
	"Namespace":             {Version: "v1"},
	"NetworkPolicy":         {Group: "networking.k8s.io", Version: "v1"},
	"PersistentVolumeClaim": {Version: "v1"},
	"Role":                  {Group: "rbac.authorization.k8s.io", Version: "v1"},
	"RoleBinding":           {Group: "rbac.authorization.k8s.io", Version: "v1"},
	"Secret":                {Version: "v1"},
	"ServiceAccount":        {Version: "v1"},
}

// Schema is the OpenAPI document of one Kubernetes minor. It may be used by many
// goroutines at once.
type Schema struct {
	minor string
	kinds map[string]proto.Schema // of groupVersions
}

// schemas holds a func() (*Schema, error) for each minor asked for.
var schemas sync.Map

// OpenAPI returns the schema of a Kubernetes minor such as NewestMinor. It reads
// the document on the first call for that minor, some milliseconds, and gives
// the same schema on every later one. A minor that Minors does not list is an
// error.
func OpenAPI(minor string) (*Schema, error) {
	if !slices.Contains(Minors(), minor) {
		return nil, fmt.Errorf("no OpenAPI document of Kubernetes %q is known, only of %s", minor, strings.Join(Minors(), ", "))
	}
	once, _ := schemas.LoadOrStore(minor, sync.OnceValues(func() (*Schema, error) { return load(minor) }))
	return once.(func() (*Schema, error))()
}

// Minors lists the Kubernetes minors whose OpenAPI document is known, oldest
// first.
func Minors() []string {
	// The folder is part of the binary, so reading it cannot fail; its names are
	// in order, and every minor has two digits.
	files, _ := documents.ReadDir("openapi")
	minors := make([]string, 0, len(files))
	for _, file := range files {
		minors = append(minors, strings.TrimSuffix(file.Name(), ".pb"))
	}
	return minors
}

// load reads the document of a minor.
func load(minor string) (*Schema, error) {
	document, err := readDocument(minor)
	if err != nil {
		return nil, err
	}
	models, err := proto.NewOpenAPIData(document)
	if err != nil {
		return nil, fmt.Errorf("reading the OpenAPI document of Kubernetes %s: %w", minor, err)
	}
	s := &Schema{minor, map[string]proto.Schema{}}
	for _, name := range models.ListModels() {
		if model := models.LookupModel(name); model != nil {
			s.enter(model)
		}
	}
	return s, nil
}

// enter remembers a definition as that of the kinds that it says it is of.
func (s *Schema) enter(model proto.Schema) {
	list, _ := model.GetExtensions()["x-kubernetes-group-version-kind"].([]any)
	for _, item := range list {
		names, _ := item.(map[any]any)
		kind, _ := names["kind"].(string)
		if want, known := groupVersions[kind]; known && names["group"] == want.Group && names["version"] == want.Version {
			s.kinds[kind] = model
		}
	}
}

// readDocument decodes the embedded document of a minor.
func readDocument(minor string) (*openapi.Document, error) {
	data, err := documents.ReadFile("openapi/" + minor + ".pb")
	if err != nil {
		return nil, err
	}
	document := &openapi.Document{}
	if err := protobuf.Unmarshal(data, document); err != nil {
		return nil, fmt.Errorf("decoding the OpenAPI document of Kubernetes %s: %w", minor, err)
	}
	return document, nil
}
