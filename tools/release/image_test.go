package release

import (
	"archive/tar"
	"bytes"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"go.yaml.in/yaml/v3"
)

// The base of the image is pinned.
func TestBaseIsPinned(t *testing.T) {
	var config struct {
		Base string `yaml:"defaultBaseImage"`
	}
	if err := yaml.Unmarshal(read(t, "../../.ko.yaml"), &config); err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`:nonroot@sha256:[0-9a-f]{64}$`).MatchString(config.Base) {
		t.Errorf("the base is %s", config.Base)
	}
}

// What ko pushes runs the program of the archives. The registry is one of this
// process, which has a base without files.
func TestImage(t *testing.T) {
	r := load(t)
	var platforms []string
	for _, g := range r.targets {
		if g.os == "linux" {
			platforms = append(platforms, g.os+"/"+g.arch)
		}
	}
	if len(platforms) == 0 {
		t.Skip("the release is not for linux")
	}
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	defer server.Close()
	address := strings.TrimPrefix(server.URL, "http://")
	pushBase(t, address+"/base", platforms)

	clone := filepath.Join(t.TempDir(), "jobgen")
	output(t, exec.Command("git", "clone", "--quiet", "../..", clone))
	output(t, exec.Command("git", "-C", clone, "checkout", "--quiet", r.Commit))
	ko := tool(t, "ko", "build", "--bare", "--tags", "v"+r.Version, "--platform", strings.Join(platforms, ","), "./cmd/jobgen")
	ko.Dir = clone
	ko.Env = append(os.Environ(), "KO_DEFAULTBASEIMAGE="+address+"/base", "KO_DOCKER_REPO="+address+"/jobgen")
	reference := strings.TrimSpace(output(t, ko))
	if !strings.HasPrefix(reference, address+"/jobgen:v"+r.Version+"@sha256:") {
		t.Errorf("ko says %q", reference)
	}
	for _, platform := range platforms {
		r.checkImage(t, address+"/jobgen:v"+r.Version, platform)
	}
}

// pushBase pushes an index with an image of no files for each platform.
func pushBase(t *testing.T, repository string, platforms []string) {
	t.Helper()
	index := v1.ImageIndex(empty.Index)
	for _, text := range platforms {
		platform, err := v1.ParsePlatform(text)
		if err != nil {
			t.Fatal(err)
		}
		image, err := mutate.ConfigFile(empty.Image, &v1.ConfigFile{OS: platform.OS, Architecture: platform.Architecture, Config: v1.Config{User: "65532"}})
		if err != nil {
			t.Fatal(err)
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{Platform: platform}})
	}
	reference, err := name.ParseReference(repository)
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.WriteIndex(reference, index); err != nil {
		t.Fatal(err)
	}
}

// checkImage pulls the image of a platform and looks at what it runs.
func (r release) checkImage(t *testing.T, reference, platform string) {
	t.Helper()
	ref, err := name.ParseReference(reference)
	if err != nil {
		t.Fatal(err)
	}
	wanted, _ := v1.ParsePlatform(platform)
	image, err := remote.Image(ref, remote.WithPlatform(*wanted))
	if err != nil {
		t.Fatal(err)
	}
	config, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(config.Config.Entrypoint, []string{"/ko-app/jobgen"}) || config.Config.User != "65532" || config.Created.Unix() > 0 {
		t.Errorf("%s: %+v, created %v", platform, config.Config, config.Created)
	}
	system, arch, _ := strings.Cut(platform, "/")
	g := target{system, arch}
	if !bytes.Equal(fileOf(t, image, "/ko-app/jobgen"), unpack(t, r.archive("jobgen", g))["jobgen"].data) {
		t.Errorf("%s: the program is not that of the archive", platform)
	}
}

// fileOf returns a file of an image.
func fileOf(t *testing.T, image v1.Image, path string) []byte {
	t.Helper()
	content := mutate.Extract(image)
	defer content.Close()
	for files := tar.NewReader(content); ; {
		file, err := files.Next()
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if strings.TrimPrefix(file.Name, "/") == strings.TrimPrefix(path, "/") {
			data, err := io.ReadAll(files)
			if err != nil {
				t.Fatal(err)
			}
			return data
		}
	}
}
