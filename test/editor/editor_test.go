// Package editor_test tries the JSON Schema with the YAML language server, over the
// protocol that editors speak.
package editor_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jobgen-dev/jobgen/pkg/jsonschema"
)

const script = "node_modules/yaml-language-server/bin/yaml-language-server"

const text = `apiVersion: jobgen.dev/v1alpha1
kind: Job
metadata:
  name: report
spec:
  image: registry.example.com/report:1.4
  parallelism: 3
  restartPolcy: Never
  completionMode: Indexd
  env:
    DAY: 2024-01-01
    PASSWORD: {secret: report-db, key: password}
  volumes:
    scratch: {emptyDir: {}, mountPath: /scratch}
  
`

// TestEditor shows what somebody sees who edits a spec: the documentation of the field
// under the pointer, the fields that may be written, and what is none, marked.
func TestEditor(t *testing.T) {
	s := start(t)
	if got := s.hover(t, 6, 5); !strings.Contains(got, "How many pods run at a time. Default: 1.") {
		t.Errorf("over parallelism there is %q", got)
	}
	if got := s.hover(t, 13, 16); !strings.Contains(got, "An empty folder that lives as long as the pod.") {
		t.Errorf("over emptyDir there is %q", got)
	}
	fields := s.complete(t, 14, 2)
	for _, name := range []string{"schedule", "backoffLimit", "podFailurePolicy"} {
		if !fields[name] {
			t.Errorf("%s is not among the %d fields offered", name, len(fields))
		}
	}
	for _, name := range []string{"parallelism", "args+", "$patch", "template"} {
		if fields[name] {
			t.Errorf("%s is among the fields offered", name)
		}
	}
	if words := s.complete(t, 8, 24); !words["Indexed"] {
		t.Errorf("for completionMode %v is offered", words)
	}
	want := map[int]string{7: "restartPolcy", 8: "Indexed"}
	for line, message := range s.marks {
		if !strings.Contains(message, want[line]) || want[line] == "" {
			t.Errorf("line %d is marked: %s", line+1, message)
		}
		delete(want, line)
	}
	for line := range want {
		t.Errorf("line %d is not marked", line+1)
	}
}

// server is a running language server.
type server struct {
	in      io.Writer
	out     *bufio.Reader
	uri     string
	schema  string
	next    int
	marks   map[int]string // the message by line, once there are any
	checked bool           // whether the text was looked at
}

// message is what either side says.
type message struct {
	ID     json.RawMessage `json:"id,omitempty"`
	Method string          `json:"method,omitempty"`
	Params json.RawMessage `json:"params,omitempty"`
	Result json.RawMessage `json:"result,omitempty"`
}

// start starts the server and opens the text in it. Without the server the test is
// skipped, but in CI.
func start(t *testing.T) *server {
	node, err := exec.LookPath("node")
	if err == nil {
		_, err = os.Stat(script)
	}
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("the YAML language server is not there, `make editor` installs it: %v", err)
		}
		t.Skip("`make editor` installs the YAML language server")
	}
	dir := t.TempDir()
	s := &server{uri: "file://" + filepath.ToSlash(filepath.Join(dir, "report.yaml"))}
	path := filepath.Join(dir, "schema.json")
	if err := os.WriteFile(path, jsonschema.Kinds()[0].Schema(), 0o644); err != nil {
		t.Fatal(err)
	}
	s.schema = "file://" + filepath.ToSlash(path)
	cmd := exec.Command(node, script, "--stdio")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	tooLong := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
	t.Cleanup(func() {
		tooLong.Stop()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	s.in, s.out = in, bufio.NewReader(out)
	s.ask(t, "initialize", map[string]any{"processId": nil, "rootUri": "file://" + filepath.ToSlash(dir), "capabilities": map[string]any{
		"workspace":    map[string]any{"configuration": true},
		"textDocument": map[string]any{"hover": map[string]any{"contentFormat": []string{"markdown"}}, "completion": map[string]any{"completionItem": map[string]any{}}},
	}})
	s.tell(t, "initialized", map[string]any{})
	s.tell(t, "workspace/didChangeConfiguration", map[string]any{"settings": s.settings()})
	s.tell(t, "textDocument/didOpen", map[string]any{"textDocument": map[string]any{"uri": s.uri, "languageId": "yaml", "version": 1, "text": text}})
	for !s.checked || len(s.marks) == 0 {
		s.read(t)
	}
	return s
}

func (s *server) settings() map[string]any {
	return map[string]any{"yaml": map[string]any{
		"schemas": map[string]any{s.schema: "*.yaml"}, "validate": true, "hover": true, "completion": true,
		"schemaStore": map[string]any{"enable": false},
	}}
}

func (s *server) send(t *testing.T, m map[string]any) {
	m["jsonrpc"] = "2.0"
	body, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintf(s.in, "Content-Length: %d\r\n\r\n%s", len(body), body); err != nil {
		t.Fatal(err)
	}
}

func (s *server) tell(t *testing.T, method string, params any) {
	s.send(t, map[string]any{"method": method, "params": params})
}

// ask asks the server and returns its answer.
func (s *server) ask(t *testing.T, method string, params any) json.RawMessage {
	s.next++
	s.send(t, map[string]any{"id": s.next, "method": method, "params": params})
	for {
		if m := s.read(t); m.Method == "" && string(m.ID) == strconv.Itoa(s.next) {
			return m.Result
		}
	}
}

// read reads one message, answers what the server asks, and notes what it marks.
func (s *server) read(t *testing.T) message {
	header, err := textproto.NewReader(s.out).ReadMIMEHeader()
	if err != nil {
		t.Fatalf("the server said nothing more: %v", err)
	}
	length, err := strconv.Atoi(header.Get("Content-Length"))
	if err != nil {
		t.Fatal(err)
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(s.out, body); err != nil {
		t.Fatal(err)
	}
	var m message
	if err := json.Unmarshal(body, &m); err != nil {
		t.Fatal(err)
	}
	switch {
	case m.Method == "workspace/configuration":
		s.send(t, map[string]any{"id": m.ID, "result": s.asked(t, m.Params)})
	case m.Method == "textDocument/publishDiagnostics":
		s.note(t, m.Params)
	case m.Method != "" && m.ID != nil:
		s.send(t, map[string]any{"id": m.ID, "result": nil})
	}
	return m
}

// asked returns the settings of each section that the server asks for.
func (s *server) asked(t *testing.T, params json.RawMessage) []any {
	var wanted struct{ Items []struct{ Section string } }
	if err := json.Unmarshal(params, &wanted); err != nil {
		t.Fatal(err)
	}
	answers := []any{}
	for _, item := range wanted.Items {
		answers = append(answers, s.settings()[item.Section])
	}
	return answers
}

func (s *server) note(t *testing.T, params json.RawMessage) {
	var found struct {
		Diagnostics []struct {
			Range   struct{ Start struct{ Line int } }
			Message string
		}
	}
	if err := json.Unmarshal(params, &found); err != nil {
		t.Fatal(err)
	}
	s.marks, s.checked = map[int]string{}, true
	for _, d := range found.Diagnostics {
		s.marks[d.Range.Start.Line] += d.Message
	}
}

// at is a place in the text, counted from 0.
func (s *server) at(line, character int) map[string]any {
	return map[string]any{
		"textDocument": map[string]any{"uri": s.uri}, "position": map[string]any{"line": line, "character": character},
	}
}

func (s *server) hover(t *testing.T, line, character int) string {
	return string(s.ask(t, "textDocument/hover", s.at(line, character)))
}

// complete returns what the server offers at a place.
func (s *server) complete(t *testing.T, line, character int) map[string]bool {
	var offered struct{ Items []struct{ Label string } }
	if err := json.Unmarshal(s.ask(t, "textDocument/completion", s.at(line, character)), &offered); err != nil {
		t.Fatal(err)
	}
	labels := map[string]bool{}
	for _, item := range offered.Items {
		labels[item.Label] = true
	}
	return labels
}
