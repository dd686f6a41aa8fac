// Openapi writes the OpenAPI documents that jobgen embeds: for each Kubernetes
// release of a table, the definitions of the kinds that jobgen emits, cut out of
// the release's own api/openapi-spec/swagger.json and stored as protobuf.
//
// It is a module of its own so that nothing of k8s.io/kubernetes reaches the
// go.mod of jobgen. Run it in this folder:
//
//	go run . -out ../../pkg/validate/openapi
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	openapi "github.com/google/gnostic-models/openapiv2"
	"google.golang.org/protobuf/proto"
)

// release is one Kubernetes release whose document jobgen embeds.
type release struct {
	minor   string // names the file that is written
	version string // of the module k8s.io/kubernetes
	sum     string // the module's checksum as go.sum would have it
}

// releases has one row for each minor version that jobgen knows. The checksum
// stands here because go.sum can hold only one version of a module in use.
var releases = []release{
	{"1.29", "v1.29.15", "h1:hLcyf3XmxtfkubCEmmPX5QVD7lDclXjvEUrJeP283LM="},
	{"1.30", "v1.30.14", "h1:MrlKXh9uhLIJpyxOeXhcndzRVSvwiV9iJ8NgH8nqPsg="},
	{"1.31", "v1.31.14", "h1:UtjLfqvXLuSVDdJ4+NpQCIfFkKkLnAAVmxAEMsnkhjk="},
	{"1.32", "v1.32.13", "h1:5TGYdZ6YZqdp6h/Rp1vX/4TIoybMPdgv97LCZCtPuNQ="},
	{"1.33", "v1.33.13", "h1:bmH31xUdSzeA5vk0wZAK9MZp11mdLuzUSeKk0qN3hPQ="},
	{"1.34", "v1.34.4", "h1:Yy6R4QB8C9kJPp25GFqEvX5XQwY5qzKeqD0Xx6oAcmk="},
	{"1.35", "v1.35.4", "h1:o/8dBC/pHVpYoGV4OAIytAlNPZbdYVTXJHoYvXC4qzM="},
	{"1.36", "v1.36.3", "h1:qDQdoMiluAE2Eab6Fa52YV+WjiGz9mZFFoagEA6cI+o="},
	{"1.37", "v1.37.1", "h1:LTUzSbp9n0W7649oVKBYfC48zcoD3vCk++1PZQn28q8="},
}

func main() {
	out := flag.String("out", "", "folder to write `minor`.pb into")
	flag.Parse()
	if *out == "" || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	for _, r := range releases {
		if err := write(r, *out); err != nil {
			fmt.Fprintf(os.Stderr, "openapi: Kubernetes %s: %v\n", r.version, err)
			os.Exit(2)
		}
	}
}

// write makes the document of one release and stores it in the folder out.
func write(r release, out string) error {
	dir, err := moduleDir(r)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(dir, "api", "openapi-spec", "swagger.json"))
	if err != nil {
		return err
	}
	full, err := openapi.ParseDocument(text)
	if err != nil {
		return fmt.Errorf("parsing swagger.json: %w", err)
	}
	doc, err := trim(full, r.version)
	if err != nil {
		return err
	}
	data, err := proto.MarshalOptions{Deterministic: true}.Marshal(doc)
	if err != nil {
		return err
	}
	// Not compressed: compress/gzip promises no equal bytes from one Go release
	// to the next, and the document must not change when Go does.
	return os.WriteFile(filepath.Join(out, r.minor+".pb"), data, 0o644)
}
