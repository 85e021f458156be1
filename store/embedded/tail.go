//go:build unix

package embedded

import (
	"bytes"
	"strings"
	"sync"
)

const tailLines = 12

// tail receives what a program says, line by line: it keeps the last lines for an error and hands each on.
type tail struct {
	mu      sync.Mutex
	partial []byte
	lines   []string
	each    func(line string)
}

func newTail(each func(line string)) *tail { return &tail{each: each} }

// Write never fails: the server must not be stopped by what happens to its messages.
func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.partial = append(t.partial, b...)
	for {
		line, rest, whole := bytes.Cut(t.partial, []byte("\n"))
		if !whole {
			break
		}
		t.keep(string(line))
		t.partial = bytes.Clone(rest)
	}
	return len(b), nil
}

func (t *tail) keep(line string) {
	if line = strings.TrimRight(line, " \r"); line == "" {
		return
	}
	if len(t.lines) == tailLines {
		t.lines = t.lines[1:]
	}
	t.lines = append(t.lines, line)
	if t.each != nil {
		t.each(line)
	}
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(strings.Join(t.lines, "\n") + "\n" + string(t.partial))
}
