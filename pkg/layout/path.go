package layout

import "github.com/jobgen-dev/jobgen/internal/lazyregexp"

// paths are the forms of all paths that the layouts make. Names are those of
// kustomize.FileName; none begins with a dot.
var paths = lazyregexp.New(`^(?:` +
	`base/` + folderName + `/` + fileName +
	`|overlays/` + environmentName + `/(?:` + folderName + `/)?` + fileName +
	`|` + resourcesFolder + `/` + fileName +
	`|` + environmentName + `/[0-9]{2}-` + fileName +
	`)$`)

const (
	environmentName = `[a-z0-9](?:[-a-z0-9]*[a-z0-9])?`
	folderName      = `[-a-z0-9][-.a-z0-9]*`
	fileName        = `[-a-z0-9][-.a-z0-9]*\.yaml`
)

// MayHave reports whether a tree of any layout can have a file of a path. For example,
// it can have base/report/job-report.yaml, and not src/main.go.
func MayHave(path string) bool { return paths.MatchString(path) }
