package diag

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jobgen-dev/jobgen/internal/escape"
)

// The parts of JUnit's XML that continuous integration services read: a test case
// for each file, which fails when the file has errors.
type (
	junitSuites struct {
		XMLName xml.Name   `xml:"testsuites"`
		Suite   junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		File    string        `xml:"file,attr"`
		Failure *junitFailure `xml:"failure,omitempty"`
		Output  string        `xml:"system-out,omitempty"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

func writeJUnit(b *bytes.Buffer, r Report) error {
	found := r.Diagnostics.byFile()
	// What was found without a file of its own, as in --set, has its case too.
	names := slices.Concat(r.Files, slices.Collect(maps.Keys(found)))
	slices.Sort(names)
	suite := junitSuite{Name: "jobgen"}
	for _, name := range slices.Compact(names) {
		one, err := junitFile(name, found[name])
		if err != nil {
			return err
		}
		suite.Tests++
		if one.Failure != nil {
			suite.Failures++
		}
		suite.Cases = append(suite.Cases, one)
	}
	b.WriteString(xml.Header)
	encoder := xml.NewEncoder(b)
	encoder.Indent("", "  ")
	if err := encoder.Encode(junitSuites{Suite: suite}); err != nil {
		return err
	}
	b.WriteByte('\n')
	return nil
}

// junitFile makes the case of one file. Errors make it fail; what else was said is
// its output.
func junitFile(name string, ds List) (junitCase, error) {
	one := junitCase{Name: escape.Line(name), Class: "jobgen", File: escape.Line(name)}
	var text strings.Builder
	if err := ds.WriteText(&text, false); err != nil {
		return one, err
	}
	n := ds.Count(Error)
	switch {
	case n == 1:
		first := ds[slices.IndexFunc(ds, func(d Diagnostic) bool { return d.Severity == Error })]
		one.Failure = &junitFailure{escape.Line(first.Message), text.String()}
	case n > 1:
		one.Failure = &junitFailure{fmt.Sprintf("%d errors", n), text.String()}
	default:
		one.Output = text.String()
	}
	return one, nil
}
