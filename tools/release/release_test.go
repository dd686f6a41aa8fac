// Package release tests what a release is made of: the folder that `make snapshot`
// fills. docs/releasing.md says how a release is made.
package release

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

var dir = flag.String("dir", "../../build/release", "the folder of a release; arguments name its targets, such as linux_amd64")

// target is what a program is built for.
type target struct{ os, arch string }

// host is the target of this machine.
var host = target{runtime.GOOS, runtime.GOARCH}

// program is the file name of a program on a target.
func (g target) program(name string) string {
	if g.os == "windows" {
		return name + ".exe"
	}
	return name
}

// release is a folder that goreleaser has filled.
type release struct {
	Version, Commit string
	targets         []target
	date            time.Time // of the commit
}

// load reads what the release is. Its targets are the arguments of the test, else
// all that the configuration has.
func load(t *testing.T) release {
	t.Helper()
	var r release
	if err := json.Unmarshal(read(t, path("metadata.json")), &r); err != nil {
		t.Fatal(err)
	}
	names := flag.Args()
	if len(names) == 0 {
		var config struct{ Builds []struct{ Targets []string } }
		if err := yaml.Unmarshal(read(t, "../../.goreleaser.yaml"), &config); err != nil {
			t.Fatal(err)
		}
		names = config.Builds[0].Targets
	}
	for _, name := range names {
		system, arch, _ := strings.Cut(name, "_")
		r.targets = append(r.targets, target{system, arch})
	}
	stamp := output(t, exec.Command("git", "show", "-s", "--format=%cI", r.Commit))
	date, err := time.Parse(time.RFC3339, strings.TrimSpace(stamp))
	if err != nil {
		t.Fatal(err)
	}
	r.date = date
	return r
}

// archive is the name of an archive.
func (r release) archive(name string, g target) string {
	ext := "tar.gz"
	if g.os == "windows" {
		ext = "zip"
	}
	return fmt.Sprintf("%s_%s_%s_%s.%s", name, r.Version, g.os, g.arch, ext)
}

// needHost skips a test when the release has nothing for this machine.
func (r release) needHost(t *testing.T) {
	t.Helper()
	if !slices.Contains(r.targets, host) {
		t.Skipf("the release is not for %s_%s", host.os, host.arch)
	}
}

func path(name ...string) string { return filepath.Join(append([]string{*dir}, name...)...) }

func read(t *testing.T, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: `make snapshot` makes it", err)
	}
	return data
}

// output runs a command and returns its standard output.
func output(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %v\n%s%s", cmd, err, &stdout, &stderr)
	}
	return stdout.String()
}

// tool is a program of this module, which `make release-tools` builds.
func tool(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	file, err := filepath.Abs(filepath.Join("bin", name))
	if err == nil {
		_, err = os.Stat(file)
	}
	if err != nil {
		t.Fatalf("%v: `make release-tools` builds it", err)
	}
	return exec.Command(file, args...)
}

// entry is a file of an archive.
type entry struct {
	mode  fs.FileMode
	mtime time.Time
	owner string // and group; a zip names none, which is as good as root's
	data  []byte
}

// unpack reads the files of an archive.
func unpack(t *testing.T, name string) map[string]entry {
	t.Helper()
	data := read(t, path(name))
	entries, err := untar(data)
	if strings.HasSuffix(name, ".zip") {
		entries, err = unzip(data)
	}
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return entries
}

func untar(data []byte) (map[string]entry, error) {
	zipped, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	entries := map[string]entry{}
	for files := tar.NewReader(zipped); ; {
		file, err := files.Next()
		if err == io.EOF {
			return entries, nil
		}
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(files)
		if err != nil {
			return nil, err
		}
		entries[file.Name] = entry{file.FileInfo().Mode(), file.ModTime, file.Uname + ":" + file.Gname, data}
	}
}

func unzip(data []byte) (map[string]entry, error) {
	files, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	entries := map[string]entry{}
	for _, file := range files.File {
		content, err := file.Open()
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(content)
		if err != nil {
			return nil, err
		}
		entries[file.Name] = entry{file.Mode(), file.Modified, "root:root", data}
	}
	return entries, nil
}

// install writes the files of this machine's archive into a folder, and returns it.
func (r release) install(t *testing.T, name string) string {
	t.Helper()
	to := t.TempDir()
	for name, file := range unpack(t, r.archive(name, host)) {
		name = filepath.Join(to, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, file.data, file.mode); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// Each target has both archives, with the program for it and what belongs beside it,
// and nothing in them says who built them or when.
func TestArchives(t *testing.T) {
	r := load(t)
	beside := []string{"LICENSE", "NOTICE", "README.md"}
	more := []string{"CHANGELOG.md", "completions/_jobgen", "completions/jobgen.bash", "completions/jobgen.fish", "completions/jobgen.ps1"}
	for _, g := range r.targets {
		jobgen, plugin := unpack(t, r.archive("jobgen", g)), unpack(t, r.archive("kubectl-jobgen", g))
		pages := slices.DeleteFunc(slices.Sorted(maps.Keys(jobgen)), func(name string) bool { return !strings.HasPrefix(name, "man/man1/jobgen") })
		if len(pages) < 10 {
			t.Errorf("%v: man pages %q", g, pages)
		}
		r.checkArchive(t, g, "jobgen", jobgen, slices.Concat(beside, more, pages))
		r.checkArchive(t, g, "kubectl-jobgen", plugin, beside)
		if !bytes.Equal(jobgen[g.program("jobgen")].data, plugin[g.program("kubectl-jobgen")].data) {
			t.Errorf("%v: the plugin is not jobgen", g)
		}
	}
}

func (r release) checkArchive(t *testing.T, g target, name string, entries map[string]entry, beside []string) {
	t.Helper()
	program := g.program(name)
	want := append(beside, program)
	slices.Sort(want)
	if got := slices.Sorted(maps.Keys(entries)); !slices.Equal(got, want) {
		t.Errorf("%v %s: files\n%q, want\n%q", g, name, got, want)
	}
	for file, e := range entries {
		mode := fs.FileMode(0o644)
		if file == program {
			mode = 0o755
		}
		if e.mode != mode || e.owner != "root:root" || !e.mtime.Equal(r.date) {
			t.Errorf("%v %s: %s has mode %v, owner %s, time %v", g, name, file, e.mode, e.owner, e.mtime)
		}
		if slices.Contains([]string{"LICENSE", "NOTICE", "README.md", "CHANGELOG.md"}, file) {
			if string(e.data) != output(t, exec.Command("git", "show", r.Commit+":"+file)) {
				t.Errorf("%v %s: %s is not that of the commit", g, name, file)
			}
		}
	}
	if got, err := builtFor(entries[program].data); err != nil || got != g {
		t.Errorf("%v %s: built for %v: %v", g, name, got, err)
	}
}

// builtFor says which target an executable is for. It fails for one that needs a
// library of a Linux system.
func builtFor(data []byte) (target, error) {
	file := bytes.NewReader(data)
	if f, err := elf.NewFile(file); err == nil {
		libraries, err := f.ImportedLibraries()
		if len(libraries) > 0 {
			err = fmt.Errorf("needs %q", libraries)
		}
		return target{"linux", map[elf.Machine]string{elf.EM_X86_64: "amd64", elf.EM_AARCH64: "arm64"}[f.Machine]}, err
	}
	if f, err := macho.NewFile(file); err == nil {
		return target{"darwin", map[macho.Cpu]string{macho.CpuAmd64: "amd64", macho.CpuArm64: "arm64"}[f.Cpu]}, nil
	}
	f, err := pe.NewFile(file)
	if err != nil {
		return target{}, err
	}
	return target{"windows", map[uint16]string{pe.IMAGE_FILE_MACHINE_AMD64: "amd64", pe.IMAGE_FILE_MACHINE_ARM64: "arm64"}[f.Machine]}, nil
}

// The checksums are those of all files that are published.
func TestChecksums(t *testing.T) {
	r := load(t)
	var want []string
	for _, g := range r.targets {
		sbom := fmt.Sprintf("jobgen_%s_%s_%s.cdx.json", r.Version, g.os, g.arch)
		for _, name := range []string{r.archive("jobgen", g), r.archive("kubectl-jobgen", g), sbom} {
			want = append(want, sum(t, name)+"  "+name)
		}
	}
	got := strings.Split(strings.TrimSpace(string(read(t, path("jobgen_"+r.Version+"_checksums.txt")))), "\n")
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func sum(t *testing.T, name string) string {
	t.Helper()
	sum := sha256.Sum256(read(t, path(name)))
	return hex.EncodeToString(sum[:])
}

// The program of this machine's archive knows its version, which is that of the
// commit, and builds; as a plugin it says its own name.
func TestPrograms(t *testing.T) {
	r := load(t)
	r.needHost(t)
	jobgen := filepath.Join(r.install(t, "jobgen"), host.program("jobgen"))
	plugin := filepath.Join(r.install(t, "kubectl-jobgen"), host.program("kubectl-jobgen"))

	r.checkVersion(t, output(t, exec.Command(jobgen, "version")))
	var job struct{ APIVersion, Kind string }
	manifest := output(t, exec.Command(jobgen, "build", "../../examples/primes.yaml"))
	if err := yaml.Unmarshal([]byte(manifest), &job); err != nil || job.Kind != "Job" {
		t.Errorf("%v\n%s", err, manifest)
	}
	if got := output(t, exec.Command(plugin, "build", "../../examples/primes.yaml")); got != manifest {
		t.Errorf("the plugin prints\n%s", got)
	}
	if help := output(t, exec.Command(plugin, "--help")); !strings.Contains(help, "\n  kubectl jobgen build") {
		t.Errorf("the plugin's help is\n%s", help)
	}
}

// checkVersion looks at what `jobgen version` prints.
func (r release) checkVersion(t *testing.T, got string) {
	t.Helper()
	line, _, _ := strings.Cut(got, "\n")
	want := line == "jobgen v"+r.Version
	if strings.Contains(r.Version, "-snapshot-") { // then Go's name for a commit without a tag
		want = strings.HasPrefix(line, "jobgen v") && strings.HasSuffix(line, "-"+r.Commit[:12])
	}
	if !want {
		t.Errorf("version %s of commit %s says %q", r.Version, r.Commit, line)
	}
}

// man finds the pages of the archive.
func TestManPages(t *testing.T) {
	r := load(t)
	r.needHost(t)
	if _, err := exec.LookPath("man"); err != nil && os.Getenv("CI") == "" {
		t.Skip("there is no man")
	}
	pages := filepath.Join(r.install(t, "jobgen"), "man")
	for _, name := range []string{"jobgen", "jobgen-build", "jobgen-completion-zsh"} {
		if page := output(t, exec.Command("man", "-M", pages, name)); !strings.Contains(page, "SYNOPSIS") {
			t.Errorf("%s is\n%s", name, page)
		}
	}
}
