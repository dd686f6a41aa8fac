package main

import (
	"encoding/json"
	"os"
	"reflect"

	"github.com/jobgen-dev/jobgen/pkg/build"
	"github.com/jobgen-dev/jobgen/pkg/diag"
	"github.com/jobgen-dev/jobgen/pkg/source"
	"github.com/jobgen-dev/jobgen/pkg/tree"
)

// This file lets render find out that it would change nothing, without doing it all
// again: the same question, asked of the same program, with the same answers from the
// disk, gets the same tree. --check and --verify are there to be sure, and do all of
// it.

// memory is what a run of render depended on, and what it said. It holds no secret
// value, and no digest of one: runs that come by a file with values are not remembered.
type memory struct {
	Question question      `json:"question"`
	Read     []source.Note `json:"read"`
	Said     diag.List     `json:"said"`
}

// question is what render was asked.
type question struct {
	Program string   `json:"program"` // which jobgen was asked, "" if that cannot be told
	Dir     string   `json:"dir"`
	Args    []string `json:"args"`
	Inputs  []string `json:"inputs"`
	Layout  string   `json:"layout"`
	Prune   bool     `json:"prune"`
	Minors  []string `json:"minors"`
	Zones   string   `json:"zones"` // where the system has time zones, if the user says so
}

// question returns what these flags ask.
func (f *renderFlags) question(opts build.Options, keep tree.Options) question {
	q := question{Dir: opts.Dir, Args: opts.Args, Inputs: keep.Inputs, Layout: f.layout, Prune: f.prune, Minors: opts.Cluster.Minors, Zones: os.Getenv("ZONEINFO")}
	if !f.verify && f.reseal == "" && opts.Stats == nil {
		q.Program = thisProgram()
	}
	return q
}

// remembers reports whether the question is one whose answer is remembered.
func (q question) remembers() bool { return q.Program != "" }

// recall returns the memory of a tree, and the number of its files, if the question
// would be answered by the tree as it is.
func recall(out string, now question) (m memory, files int, ok bool) {
	kept, ok := tree.Recall(out)
	if !ok || json.Unmarshal(kept.Kept, &m) != nil || !reflect.DeepEqual(m.Question, now) || !source.Same(m.Read) {
		return memory{}, 0, false
	}
	files, ok = kept.Intact(out)
	return m, files, ok
}

// memoryOf returns what is to be kept of a run, nil where it cannot be told what it
// depended on.
func memoryOf(asked question, made rendered, disk *source.Disk) json.RawMessage {
	notes, all := disk.Notes()
	if !all || made.valued {
		return nil
	}
	text, err := json.Marshal(memory{asked, notes, made.said})
	if err != nil {
		return nil // then nothing is remembered
	}
	return text
}
