// Package revision gets the files of a git revision, by running git.
package revision

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/jobgen-dev/jobgen/pkg/source"
)

// Files are the files of a revision, in a folder of their own.
type Files struct {
	Dir string // what stands there for the folder that was asked for; maybe empty

	top    string // the folder
	from   string // the folder that was asked for, absolute
	prefix string // its path in the repository, slash-separated
}

// Checkout writes all files of a revision, such as HEAD or a branch, of the
// repository that the folder dir is in, to a new folder. The repository and what is
// checked out of it stay as they are. The files are as git stores them: nothing that the
// repository configures is run, such as filters of git-lfs, and line ends are not
// converted. Remove must be called in the end.
func Checkout(dir, rev string) (*Files, error) {
	if strings.HasPrefix(rev, "-") || rev == "" {
		return nil, fmt.Errorf("%q is not a valid git revision", rev)
	}
	prefix, err := line(dir, "rev-parse", "--show-prefix")
	if err != nil {
		return nil, fmt.Errorf("the git revision %s cannot be found: %w", rev, err)
	}
	tree, err := line(dir, "rev-parse", "--verify", "--quiet", rev+"^{tree}")
	if err != nil {
		return nil, fmt.Errorf("there is no git revision %q, and no such folder", rev)
	}
	top, err := os.MkdirTemp("", "jobgen-revision-")
	if err != nil {
		return nil, fmt.Errorf("making a folder for the revision: %w", err)
	}
	kept.Store(top, true)
	f := &Files{top: top, from: dir, prefix: path.Clean("./" + prefix)}
	f.Dir = filepath.Join(top, "files", filepath.FromSlash(f.prefix))
	if err := f.write(dir, tree); err != nil {
		return nil, errors.Join(err, f.Remove())
	}
	return f, nil
}

// write writes the files of a tree of the repository.
func (f *Files) write(dir, tree string) error {
	files := filepath.Join(f.top, "files")
	// The project of a spec ends where its repository does.
	if err := errors.Join(os.MkdirAll(filepath.Join(files, ".git"), 0o755), os.MkdirAll(f.Dir, 0o755)); err != nil {
		return err
	}
	root, err := os.OpenRoot(files)
	if err != nil {
		return err
	}
	defer root.Close()
	entries, err := list(dir, tree)
	if err != nil {
		return err
	}
	return blobs(dir, entries, func(e entry, content []byte) error { return e.write(root, content) })
}

// The modes that git has for files.
const (
	modeLink      = "120000"
	modeSubmodule = "160000"
)

// entry is a file of a revision.
type entry struct {
	mode, object, name string
}

// list returns the files of a tree, links last, so that no file is written through one.
func list(dir, tree string) ([]entry, error) {
	// From the top, also where the folder is below it.
	out, err := git(dir, "ls-tree", "-r", "-z", "--full-tree", tree)
	if err != nil {
		return nil, err
	}
	var files, links []entry
	for text := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		about, name, _ := strings.Cut(text, "\t")
		fields := strings.Fields(about)
		switch {
		case len(fields) != 3 || fields[0] == modeSubmodule:
		case fields[0] == modeLink:
			links = append(links, entry{fields[0], fields[2], name})
		default:
			files = append(files, entry{fields[0], fields[2], name})
		}
	}
	return append(files, links...), nil
}

// write writes the file, which git may call anything, below a root.
func (e entry) write(root *os.Root, content []byte) error {
	name := filepath.FromSlash(e.name)
	if first, _, _ := strings.Cut(e.name, "/"); !fs.ValidPath(e.name) || !filepath.IsLocal(name) || strings.EqualFold(first, ".git") {
		return fmt.Errorf("the revision has a file with the invalid name %q", e.name)
	}
	if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	if e.mode == modeLink {
		return root.Symlink(string(content), name)
	}
	return root.WriteFile(name, content, 0o644)
}

// blobs calls a function with the content of each entry. Of one that is larger than what
// jobgen reads it gets one byte more than that.
func blobs(dir string, entries []entry, each func(entry, []byte) error) error {
	cmd := command(dir, "cat-file", "--batch")
	var names strings.Builder
	for _, e := range entries {
		names.WriteString(e.object + "\n")
	}
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stderr = strings.NewReader(names.String()), &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	out := bufio.NewReader(stdout)
	for _, e := range entries {
		content, err := blob(out)
		if err == nil {
			err = each(e, content)
		}
		if err != nil {
			_ = cmd.Process.Kill()
			_ = cmd.Wait() // it was killed
			return fmt.Errorf("reading %s: %w", e.name, err)
		}
	}
	return failure(cmd, cmd.Wait(), stderr.String())
}

// blob reads one answer of git cat-file --batch: OBJECT TYPE SIZE, and the content.
func blob(out *bufio.Reader) ([]byte, error) {
	head, err := out.ReadString('\n')
	if err != nil {
		return nil, err
	}
	fields := strings.Fields(head)
	if len(fields) != 3 {
		return nil, errors.New("git does not have it: fetch the revision first, all of it")
	}
	size, err := strconv.ParseInt(fields[2], 10, 64)
	if err != nil {
		return nil, err
	}
	content := make([]byte, min(size, source.MaxBytes+1))
	if _, err := io.ReadFull(out, content); err != nil {
		return nil, err
	}
	_, err = io.CopyN(io.Discard, out, size-int64(len(content))+1) // and a line break
	return content, err
}

// Name returns what names in Dir the file that has a name in the folder that was
// asked for. Files outside of the repository have no revision.
func (f *Files) Name(name string) (string, error) {
	rel := name
	if filepath.IsAbs(name) {
		var err error
		if rel, err = filepath.Rel(f.from, name); err != nil {
			return "", fmt.Errorf("%s is not in the git repository: %w", name, err)
		}
	}
	if in := path.Join(f.prefix, filepath.ToSlash(rel)); in == ".." || strings.HasPrefix(in, "../") {
		return "", fmt.Errorf("%s is not in the git repository", name)
	}
	return rel, nil
}

// Remove removes the files.
func (f *Files) Remove() error {
	kept.Delete(f.top)
	return os.RemoveAll(f.top)
}

var kept sync.Map // the folders that have not been removed

// RemoveAll removes the files of all revisions, for a process that ends before Remove is
// called.
func RemoveAll() {
	kept.Range(func(top, _ any) bool {
		_ = os.RemoveAll(top.(string)) // there is nobody left who could be told
		return true
	})
}

// command returns a git command in a folder that runs no program which the repository
// names, and asks no other machine for objects. The commands used here read neither the
// index nor the working tree; what is set here is for the day when one does.
func command(dir string, args ...string) *exec.Cmd {
	cmd := exec.Command("git", append([]string{
		"--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.attributesFile=/dev/null",
		"-c", "credential.helper=",
	}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0",
		"GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL=none") // git before 2.44 does not know the first
	return cmd
}

// git runs git in a folder and returns what it prints.
func git(dir string, args ...string) ([]byte, error) {
	cmd := command(dir, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	return out, failure(cmd, err, stderr.String())
}

// line is git for one line.
func line(dir string, args ...string) (string, error) {
	out, err := git(dir, args...)
	return strings.TrimRight(string(out), "\r\n"), err
}

// failure returns why git failed, in its own words.
func failure(cmd *exec.Cmd, err error, stderr string) error {
	if err == nil {
		return nil
	}
	said, _, _ := strings.Cut(strings.TrimSpace(stderr), "\n")
	said = strings.TrimPrefix(said, "fatal: ")
	switch {
	case strings.HasPrefix(said, "not a git repository"):
		return fmt.Errorf("%s is not in a git repository", cmd.Dir)
	case said == "":
		return fmt.Errorf("git: %w", err)
	}
	return fmt.Errorf("git: %s", said)
}
