// Package revision gets the files of a git revision, by running git.
package revision

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
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
// checked out of it stay as they are. Remove must be called in the end.
func Checkout(dir, rev string) (*Files, error) {
	if strings.HasPrefix(rev, "-") || rev == "" {
		return nil, fmt.Errorf("%q is no git revision", rev)
	}
	prefix, err := git(dir, nil, "rev-parse", "--show-prefix")
	if err != nil {
		return nil, fmt.Errorf("asking for the git revision %s: %w", rev, err)
	}
	tree, err := git(dir, nil, "rev-parse", "--verify", "--quiet", rev+"^{tree}")
	if err != nil {
		return nil, fmt.Errorf("there is no git revision %q, and no such folder", rev)
	}
	top, err := os.MkdirTemp("", "jobgen-revision-")
	if err != nil {
		return nil, fmt.Errorf("making a folder for the revision: %w", err)
	}
	f := &Files{top: top, from: dir, prefix: path.Clean("./" + prefix)}
	f.Dir = filepath.Join(top, "files", filepath.FromSlash(f.prefix))
	if err := f.write(dir, tree); err != nil {
		return nil, errors.Join(err, f.Remove())
	}
	return f, nil
}

// write writes the files of a tree of the repository. They are those of a checkout,
// with line ends and filters as the user has them.
func (f *Files) write(dir, tree string) error {
	files := filepath.Join(f.top, "files")
	index := []string{"GIT_INDEX_FILE=" + filepath.Join(f.top, "index")}
	if _, err := git(dir, index, "read-tree", tree); err != nil {
		return err
	}
	if _, err := git(dir, index, "checkout-index", "--all", "--quiet", "--prefix="+filepath.ToSlash(files)+"/"); err != nil {
		return err
	}
	// The project of a spec ends where its repository does.
	return errors.Join(os.MkdirAll(filepath.Join(files, ".git"), 0o755), os.MkdirAll(f.Dir, 0o755))
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
func (f *Files) Remove() error { return os.RemoveAll(f.top) }

// git runs git in a folder and returns the line that it prints.
func git(dir string, env []string, args ...string) (string, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		said, _, _ := strings.Cut(strings.TrimSpace(stderr.String()), "\n")
		return "", fmt.Errorf("git %s: %w: %s", args[0], err, said)
	}
	return strings.TrimRight(string(out), "\r\n"), nil
}
