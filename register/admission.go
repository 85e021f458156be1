package register

import (
	"bufio"
	"context"
	"io"
	"runtime"

	"golang.org/x/sync/semaphore"
)

// admission bounds what the documents being read hold in memory, all together. They come in by turns: a large one is
// not kept waiting by small ones that arrive after it.
type admission struct {
	room  *semaphore.Weighted
	total int64 // bytes
	least int64 // of one document, so that there are only so many at a time
}

// newAdmission lets two small documents for each processor be read at a time, one of them while the other is stored.
func newAdmission() *admission {
	processors := int64(runtime.GOMAXPROCS(0))
	total := max(96<<20, processors*24<<20)
	return &admission{room: semaphore.NewWeighted(total), total: total, least: total / (2 * processors)}
}

// enter waits until there is room to read a document of so many bytes, and gives the document and how to leave.
func (a *admission) enter(ctx context.Context, body io.Reader, size int64) (io.Reader, func(), error) {
	begun := bufio.NewReader(body)
	head, err := begun.Peek(1)
	if err != nil && len(head) == 0 {
		head = []byte{'{'} // reading it will say what is wrong
	}
	weight := a.weight(head[0], size)
	if err := a.room.Acquire(ctx, weight); err != nil {
		return nil, nil, err
	}
	return begun, func() { a.room.Release(weight) }, nil
}

// weight is what a document may take in memory while it is read and stored. JSON is read as a stream, of which the
// distinct packages stay; what is packed becomes larger, and the other notations are read as trees. A document that would
// take more than there is gets all of it.
func (a *admission) weight(first byte, size int64) int64 {
	times := int64(1)
	if first != '{' {
		times = 16
	}
	return min(max(size*times, a.least), a.total)
}
