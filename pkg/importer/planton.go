package importer

import "github.com/jobgen-dev/jobgen/pkg/source"

func isPlanton(source.Document) bool { return false }

func (r *run) planton(*source.File, source.Document) {}
