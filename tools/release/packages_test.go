package release

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// downloads is where the archives of a release are published. A snapshot has no tag.
var downloads = regexp.MustCompile(`^https://github\.com/jobgen-dev/jobgen/releases/download/v[0-9]+\.[0-9]+\.[0-9]+[^/]*/([^/]+)$`)

// checkDownload checks that an address is that of a file of the release.
func checkDownload(t *testing.T, address, want, checksum string) {
	t.Helper()
	found := downloads.FindStringSubmatch(address)
	if found == nil || found[1] != want {
		t.Errorf("%s is no address of %s", address, want)
	}
	if checksum != sum(t, want) {
		t.Errorf("%s has another checksum", want)
	}
}

// The manifest of krew is what krew takes, and offers each target its archive.
func TestKrew(t *testing.T) {
	r := load(t)
	output(t, tool(t, "validate-krew-manifest", "-manifest", path("krew", "jobgen.yaml"), "-skip-install"))
	var plugin struct {
		Metadata struct{ Name string }
		Spec     struct {
			Version   string
			Platforms []struct {
				URI, SHA256, Bin string
				Selector         struct {
					MatchLabels struct{ OS, Arch string } `yaml:"matchLabels"`
				}
			}
		}
	}
	if err := yaml.Unmarshal(read(t, path("krew", "jobgen.yaml")), &plugin); err != nil {
		t.Fatal(err)
	}
	if plugin.Metadata.Name != "jobgen" || plugin.Spec.Version != "v"+r.Version {
		t.Errorf("%s %s", plugin.Metadata.Name, plugin.Spec.Version)
	}
	var offered []target
	for _, p := range plugin.Spec.Platforms {
		g := target{p.Selector.MatchLabels.OS, p.Selector.MatchLabels.Arch}
		offered = append(offered, g)
		name := r.archive("kubectl-jobgen", g)
		checkDownload(t, p.URI, name, p.SHA256)
		if _, has := unpack(t, name)[p.Bin]; !has || p.Bin != g.program("kubectl-jobgen") {
			t.Errorf("%s has no %s", name, p.Bin)
		}
	}
	if !same(offered, r.targets) {
		t.Errorf("offered to %v, built for %v", offered, r.targets)
	}
}

// krew installs the plugin from its archive.
func TestKrewInstalls(t *testing.T) {
	r := load(t)
	r.needHost(t)
	root := t.TempDir()
	krew := tool(t, "krew", "install", "--manifest", path("krew", "jobgen.yaml"), "--archive", path(r.archive("kubectl-jobgen", host)))
	krew.Env = append(os.Environ(), "KREW_ROOT="+root, "KREW_NO_UPGRADE_CHECK=1")
	output(t, krew)
	r.checkVersion(t, output(t, exec.Command(filepath.Join(root, "bin", host.program("kubectl-jobgen")), "version")))
}

// The cask offers each target that Homebrew knows its archive, and links files that are in it.
func TestCask(t *testing.T) {
	r := load(t)
	cask := read(t, path("homebrew", "Casks", "jobgen.rb"))
	if _, err := exec.LookPath("ruby"); err == nil {
		ruby := exec.Command("ruby", "-c")
		ruby.Stdin = bytes.NewReader(cask)
		output(t, ruby)
	}
	offered, links := r.readCask(t, string(cask))
	want := slices.DeleteFunc(slices.Clone(r.targets), func(g target) bool { return g.os == "windows" })
	if !same(offered, want) {
		t.Errorf("offered to %v, built for %v", offered, want)
	}
	for _, g := range offered {
		files := unpack(t, r.archive("jobgen", g))
		left := maps.Clone(files)
		for _, link := range links {
			if _, has := files[link]; !has {
				t.Errorf("%v has no %s", g, link)
			}
			delete(left, link)
		}
		if got := slices.Sorted(maps.Keys(left)); !slices.Equal(got, []string{"CHANGELOG.md", "LICENSE", "NOTICE", "README.md", "completions/jobgen.ps1"}) {
			t.Errorf("%v: the cask leaves out %q", g, got)
		}
	}
}

// stanza is a line of a cask: a word and the text behind it.
var stanza = regexp.MustCompile(`^ *([a-z0-9_]+)(?: do| "(.*)")?$`)

// readCask returns the targets of a cask, whose downloads it checks, and the files
// of an archive that it links.
func (r release) readCask(t *testing.T, text string) (offered []target, links []string) {
	t.Helper()
	var g target
	var checksum string
	for line := range strings.Lines(text) {
		found := stanza.FindStringSubmatch(strings.TrimRight(line, "\n"))
		if found == nil {
			continue
		}
		switch value := strings.ReplaceAll(found[2], "#{version}", r.Version); found[1] {
		case "version":
			if value != r.Version {
				t.Errorf("version %s, want %s", value, r.Version)
			}
		case "on_macos", "on_linux":
			g.os = map[string]string{"on_macos": "darwin", "on_linux": "linux"}[found[1]]
		case "on_intel", "on_arm":
			g.arch = map[string]string{"on_intel": "amd64", "on_arm": "arm64"}[found[1]]
		case "sha256":
			checksum = value
		case "url":
			checkDownload(t, value, r.archive("jobgen", g), checksum)
			offered = append(offered, g)
		case "binary", "manpage", "bash_completion", "zsh_completion", "fish_completion":
			links = append(links, value)
		}
	}
	return offered, links
}

func same(a, b []target) bool {
	order := func(list []target) []target {
		return slices.SortedFunc(slices.Values(list), func(a, b target) int { return strings.Compare(a.os+a.arch, b.os+b.arch) })
	}
	return slices.Equal(order(a), order(b))
}

// Each SBOM names the modules that are in the program, by version, each with a licence.
func TestSBOM(t *testing.T) {
	r := load(t)
	for _, g := range r.targets {
		info, err := buildinfo.Read(bytes.NewReader(unpack(t, r.archive("jobgen", g))[g.program("jobgen")].data))
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]string{"std": info.GoVersion}
		for _, module := range info.Deps {
			want[module.Path] = module.Version
		}
		got := r.components(t, g)
		if !maps.Equal(got, want) {
			t.Errorf("%v: got\n%v\nwant\n%v", g, got, want)
		}
	}
}

// components reads the names and versions of an SBOM.
func (r release) components(t *testing.T, g target) map[string]string {
	t.Helper()
	var bom struct {
		BOMFormat  string
		Components []struct {
			Name, Version string
			Evidence      struct{ Licenses []any }
		}
	}
	name := fmt.Sprintf("jobgen_%s_%s_%s.cdx.json", r.Version, g.os, g.arch)
	if err := json.Unmarshal(read(t, path(name)), &bom); err != nil || bom.BOMFormat != "CycloneDX" {
		t.Errorf("%s: format %q: %v", name, bom.BOMFormat, err)
	}
	versions := map[string]string{}
	for _, c := range bom.Components {
		versions[c.Name] = c.Version
		if len(c.Evidence.Licenses) == 0 && c.Name != "std" {
			t.Errorf("%s: %s has no licence", name, c.Name)
		}
	}
	return versions
}
