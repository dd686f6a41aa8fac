package revision

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// repository returns a repository of its own with the files committed.
func repository(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		var err error
		if err = os.MkdirAll(filepath.Dir(name), 0o755); err == nil {
			if to, isLink := strings.CutPrefix(text, "-> "); isLink {
				err = os.Symlink(to, name)
			} else {
				err = os.WriteFile(name, []byte(text), 0o644)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	run(t, dir, "init", "-q")
	run(t, dir, "add", "-A")
	run(t, dir, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "a")
	return dir
}

func run(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// contents returns the files below a folder, links as what they say.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(dir, name)
		if d.Type()&os.ModeSymlink != 0 {
			to, err := os.Readlink(name)
			found[filepath.ToSlash(rel)] = "-> " + to
			return err
		}
		text, err := os.ReadFile(name)
		found[filepath.ToSlash(rel)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// G 6: nothing that the repository configures is run, and all files come as git has them.
func TestHostileConfiguration(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the programs are shell scripts")
	}
	files := map[string]string{
		"jobs/a.yaml": "a: 1\n", "jobs/b c.yaml": "b", "ü/\"q\".txt": "c", "link": "-> jobs/a.yaml", "lost": "-> ../../outside",
		".gitattributes": "* filter=evil diff=evil text eol=crlf ident\n",
	}
	dir := repository(t, files)
	t.Setenv("TMPDIR", t.TempDir())
	ran := filepath.Join(t.TempDir(), "ran")
	evil := filepath.Join(t.TempDir(), "evil")
	if err := os.WriteFile(evil, []byte("#!/bin/sh\necho \"$0 $*\" >>"+ran+"\ncat\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	// What it takes to notice: the files are changed in the working tree, and one object is missing.
	if err := os.WriteFile(filepath.Join(dir, "jobs", "a.yaml"), []byte("changed"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, hook := range []string{"post-checkout", "post-index-change", "reference-transaction", "pre-commit", "fsmonitor-watchman"} {
		if err := os.Symlink(evil, filepath.Join(dir, ".git", "hooks", hook)); err != nil {
			t.Fatal(err)
		}
	}
	for key, value := range map[string]string{
		"core.fsmonitor": evil, "core.pager": evil, "pager.cat-file": evil, "pager.ls-tree": evil, "pager.rev-parse": evil, "core.sshCommand": evil,
		"core.askPass": evil, "core.editor": evil, "core.gitProxy": evil, "core.alternateRefsCommand": evil, "credential.helper": "!" + evil,
		"diff.external": evil, "diff.evil.textconv": evil, "diff.evil.command": evil, "gpg.program": evil, "alias.cat-file": "!" + evil,
		"filter.evil.clean": evil, "filter.evil.smudge": evil, "filter.evil.process": evil, "filter.evil.required": "true",
		"remote.origin.url": "ssh://example.com/a", "remote.origin.promisor": "true", "remote.origin.uploadpack": evil,
		"extensions.partialClone": "origin", "core.repositoryFormatVersion": "1",
	} {
		run(t, dir, "config", key, value)
	}
	got, err := Checkout(filepath.Join(dir, "jobs"), "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	if have := contents(t, filepath.Dir(got.Dir)); !maps.Equal(have, files) {
		t.Errorf("the files are %q", have)
	}
	if err := got.Remove(); err != nil {
		t.Error(err)
	}
	for _, url := range []string{"ssh://example.com/a", "ext::" + evil, "file://" + dir, "https://example.com/a"} {
		run(t, dir, "config", "remote.origin.url", url)
		object := run(t, dir, "rev-parse", "HEAD:link")
		_ = os.Remove(filepath.Join(dir, ".git", "objects", object[:2], object[2:]))
		if _, err := Checkout(dir, "HEAD"); err == nil || !strings.Contains(err.Error(), "reading link: ") {
			t.Errorf("%s: an object that is not there: %v", url, err)
		}
	}
	if text, err := os.ReadFile(ran); err == nil {
		t.Errorf("these were run:\n%s", text)
	}
	if left, _ := os.ReadDir(os.Getenv("TMPDIR")); len(left) > 0 {
		t.Errorf("%v is left behind", left)
	}
}

// Why there is no revision is told in words for users.
func TestNoRevision(t *testing.T) {
	dir := repository(t, map[string]string{"a": ""})
	for _, test := range []struct{ dir, rev, want string }{
		{dir, "nothing", `there is no git revision "nothing", and no such folder`},
		{dir, "--all", `"--all" is not a valid git revision`},
		{dir, "", `"" is not a valid git revision`},
		{t.TempDir(), "HEAD", "is not in a git repository"},
	} {
		if _, err := Checkout(test.dir, test.rev); err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "exit status") {
			t.Errorf("%s: %v, want %s", test.rev, err, test.want)
		}
	}
}
