package schema

import (
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// ImportPath is the path by which CUE files import the schema, as in
// `import "github.com/jobgen-dev/jobgen/schema"`.
const ImportPath = "github.com/jobgen-dev/jobgen/schema"

// CUE returns the schema with its rules in one file of CUE, which imports nothing but
// CUE's own packages. Its definition #Job is a spec as people write it.
var CUE = sync.OnceValue(func() string {
	s := single{imports: map[string]bool{}}
	s.add(files, "*.cue")
	// The one other package stands in a field, by which it is spoken of.
	body := strings.ReplaceAll(s.body.String(), "in rules.", "in _rules.")
	s.body.Reset()
	s.add(ruleFiles, "rules/*.cue")
	body += "_rules: {\n" + s.body.String() + "}\n"
	return fmt.Sprintf("// The language of jobgen specs.\npackage schema\n\nimport (\n\t%s\n)\n%s",
		strings.Join(slices.Sorted(maps.Keys(s.imports)), "\n\t"), body)
})

// single gathers files.
type single struct {
	imports map[string]bool
	body    strings.Builder
}

// head matches what stands before the declarations of a file, as cue fmt writes it.
var head = regexp.MustCompile(`(?ms)\A.*?^package \w+\n(?:\nimport (?:\(\n(.*?)\n\)|("[^"]*"))\n)?`)

// add adds what the files declare.
func (s *single) add(in fs.FS, pattern string) {
	names, err := fs.Glob(in, pattern)
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		s.body.WriteString(s.declarations(in, name) + "\n")
	}
}

// declarations returns the text of a file without its head, and notes the imports.
func (s *single) declarations(in fs.FS, name string) string {
	text, err := fs.ReadFile(in, name)
	if err != nil {
		panic(err)
	}
	parts := head.FindSubmatch(text)
	for path := range strings.FieldsSeq(string(parts[1]) + string(parts[2])) {
		if path != `"`+ImportPath+`/rules"` {
			s.imports[path] = true
		}
	}
	return string(text[len(parts[0]):])
}
