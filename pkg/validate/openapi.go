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
	minor  string
	shapes []shapeField
	models func() map[string]proto.Schema // of the kinds in groupVersions
}

// schemas holds the Schema of each minor asked for.
var schemas sync.Map

// OpenAPI returns the schema of a Kubernetes minor such as NewestMinor. The document
// is read when the schema first has to say more of an object than that it is right,
// some milliseconds. A minor that Minors does not list is an error.
func OpenAPI(minor string) (*Schema, error) {
	if known, ok := schemas.Load(minor); ok {
		return known.(*Schema), nil
	}
	at := slices.IndexFunc(documentsShapes, func(d documentShapes) bool { return d.minor == minor })
	if at < 0 {
		return nil, fmt.Errorf("no OpenAPI document of Kubernetes %q is known, only of %s", minor, strings.Join(Minors(), ", "))
	}
	s, _ := schemas.LoadOrStore(minor, &Schema{minor, documentsShapes[at].kinds, sync.OnceValue(func() map[string]proto.Schema { return load(minor) })})
	return s.(*Schema), nil
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

// load reads the document of a minor, which is part of the program.
func load(minor string) map[string]proto.Schema {
	document, err := readDocument(minor)
	if err != nil {
		panic("validate: " + err.Error())
	}
	models, err := proto.NewOpenAPIData(document)
	if err != nil {
		panic(fmt.Sprintf("validate: reading the OpenAPI document of Kubernetes %s: %v", minor, err))
	}
	kinds := map[string]proto.Schema{}
	for _, name := range models.ListModels() {
		if model := models.LookupModel(name); model != nil {
			enter(kinds, model)
		}
	}
	return kinds
}

// enter enters a definition as that of the kinds that it says it is of.
func enter(kinds map[string]proto.Schema, model proto.Schema) {
	list, _ := model.GetExtensions()["x-kubernetes-group-version-kind"].([]any)
	for _, item := range list {
		names, _ := item.(map[any]any)
		kind, _ := names["kind"].(string)
		if want, known := groupVersions[kind]; known && names["group"] == want.Group && names["version"] == want.Version {
			kinds[kind] = model
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
