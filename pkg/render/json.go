package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/jobgen-dev/jobgen/pkg/jsontree"
)

// indent is one level of JSON output, the width that kubectl uses.
const indent = "    "

// JSON returns the object as one line of JSON, keys sorted, without what only
// the cluster may write and without what Kubernetes' Go types force out.
func JSON(object any) ([]byte, error) {
	v, err := Ordered(object)
	if err != nil {
		return nil, err
	}
	return oneLine(v)
}

// oneLine writes a map as one line of JSON.
func oneLine(v jsontree.Value) ([]byte, error) { return v.AppendJSON(nil), nil }

// compact writes a tree as one line, keys sorted. Go's default of escaping <,
// > and & is meant for web pages and would only make commands hard to read.
func compact(t any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(t); err != nil {
		return nil, err
	}
	return bytes.Clone(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil // the buffer has room behind
}

// listHead opens a List. The kind stands before the items, so that whoever
// reads the stream knows what it is before the first item.
const listHead = "{\n" + indent + `"apiVersion": "v1",` + "\n" + indent + `"kind": "List",` + "\n" + indent + `"items": [`

// visible writes characters that JSON allows but that readers of YAML, whose
// part JSON is, refuse or lose. They stand in strings alone.
var visible = strings.NewReplacer("\u007f", `\u007f`, "\u0085", `\u0085`, "\u2028", `\u2028`, "\u2029", `\u2029`, "\ufeff", `\ufeff`)

// joinJSON writes one object as it is and any other number of them as a List.
func joinJSON(w io.Writer, objects [][]byte) error {
	var b bytes.Buffer
	if len(objects) == 1 {
		if err := json.Indent(&b, objects[0], "", indent); err != nil {
			return fmt.Errorf("indenting JSON: %w", err)
		}
		b.WriteByte('\n')
		_, err := visible.WriteString(w, b.String())
		return err
	}
	b.WriteString(listHead)
	for i, object := range objects {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n" + indent + indent)
		if err := json.Indent(&b, object, indent+indent, indent); err != nil {
			return fmt.Errorf("indenting JSON: %w", err)
		}
		if _, err := visible.WriteString(w, b.String()); err != nil {
			return err
		}
		b.Reset()
	}
	if len(objects) > 0 {
		b.WriteString("\n" + indent)
	}
	b.WriteString("]\n}\n")
	_, err := b.WriteTo(w)
	return err
}
