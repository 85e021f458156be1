package register

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/ospo-register/ospo/models"
)

// link is a relationship between two things that have a number.
type link struct {
	from, to uint32
	kind     models.EdgeKind
}

func compareLinks(a, b link) int {
	return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to), cmp.Compare(a.kind, b.kind))
}

// linksHeld is how many links are in memory at a time, 12 bytes each.
const linksHeld = 1 << 18

// links sorts more links than memory has room for, each once: sorted runs go to disk and are merged there.
type links struct {
	held []link
	most int
	file *os.File
	runs []int64 // where each run ends, in bytes
}

func newLinks(most int) (*links, error) {
	f, err := temporary()
	return &links{most: most, file: f}, err
}

// temporary is a file that lives while it is open: a program that is killed leaves nothing behind.
func temporary() (*os.File, error) {
	f, err := os.CreateTemp("", "ospo-export-*")
	if err != nil {
		return nil, fmt.Errorf("making room for the export: %w", err)
	}
	_ = os.Remove(f.Name())
	return f, nil
}

func (l *links) close() { _ = l.file.Close() }

// size is how many bytes lie on disk.
func (l *links) size() int64 {
	if len(l.runs) == 0 {
		return 0
	}
	return l.runs[len(l.runs)-1]
}

func (l *links) add(x link) error {
	l.held = append(l.held, x)
	if len(l.held) < l.most {
		return nil
	}
	return l.spill()
}

// spill writes what is held as one more run.
func (l *links) spill() error {
	slices.SortFunc(l.held, compareLinks)
	i := 0
	end, err := writeRun(l.file, l.size(), func() (link, error) {
		for i > 0 && i < len(l.held) && l.held[i] == l.held[i-1] {
			i++
		}
		if i == len(l.held) {
			return link{}, io.EOF
		}
		i++
		return l.held[i-1], nil
	})
	l.held, l.runs = l.held[:0], append(l.runs, end)
	return err
}

// settle merges all runs into one. Nothing may be added after it.
func (l *links) settle() error {
	if err := l.spill(); err != nil {
		return err
	}
	l.held = nil
	if len(l.runs) == 1 {
		return nil
	}
	merged, err := temporary()
	if err != nil {
		return err
	}
	next, err := l.merge()
	if err != nil {
		_ = merged.Close()
		return err
	}
	end, err := writeRun(merged, 0, next)
	l.close()
	l.file, l.runs = merged, []int64{end}
	return err
}

// merge gives the links of all runs in order, each once.
func (l *links) merge() (func() (link, error), error) {
	type run struct {
		head link
		next func() (link, error)
	}
	var heap []run
	sink := func(i int) {
		for {
			least := i
			for _, child := range []int{2*i + 1, 2*i + 2} {
				if child < len(heap) && compareLinks(heap[child].head, heap[least].head) < 0 {
					least = child
				}
			}
			if least == i {
				return
			}
			heap[i], heap[least] = heap[least], heap[i]
			i = least
		}
	}
	begin := int64(0)
	for _, end := range l.runs {
		next := readRun(l.file, begin, end)
		begin = end
		head, err := next()
		if errors.Is(err, io.EOF) {
			continue
		}
		if err != nil {
			return nil, err
		}
		heap = append(heap, run{head, next})
	}
	for i := len(heap) / 2; i >= 0; i-- {
		sink(i)
	}
	var last link
	first := true
	return func() (link, error) {
		for len(heap) > 0 {
			x := heap[0].head
			head, err := heap[0].next()
			switch {
			case err == nil:
				heap[0].head = head
			case errors.Is(err, io.EOF):
				heap[0] = heap[len(heap)-1]
				heap = heap[:len(heap)-1]
			default:
				return link{}, err
			}
			sink(0)
			if first || x != last {
				first, last = false, x
				return x, nil
			}
		}
		return link{}, io.EOF
	}, nil
}

// walk gives the links in order, after settle; io.EOF ends them.
func (l *links) walk() func() (link, error) { return readRun(l.file, 0, l.size()) }

// writeRun writes sorted links from a place of the file on, as varints: the step in from, to, kind. It gives where they end.
func writeRun(f *os.File, at int64, next func() (link, error)) (end int64, err error) {
	out := io.NewOffsetWriter(f, at)
	w := bufio.NewWriterSize(out, 64<<10)
	var b []byte
	from, n := uint32(0), int64(0)
	for {
		x, err := next()
		if errors.Is(err, io.EOF) {
			return at + n, w.Flush()
		}
		if err != nil {
			return at, err
		}
		b = binary.AppendUvarint(b[:0], uint64(x.from-from))
		b = binary.AppendUvarint(b, uint64(x.to))
		b = append(b, byte(x.kind))
		from = x.from
		n += int64(len(b))
		if _, err := w.Write(b); err != nil {
			return at, err
		}
	}
}

func readRun(f *os.File, begin, end int64) func() (link, error) {
	r := bufio.NewReaderSize(io.NewSectionReader(f, begin, end-begin), 32<<10)
	from := uint32(0)
	return func() (link, error) {
		step, err := binary.ReadUvarint(r)
		if err != nil {
			return link{}, err
		}
		to, err := binary.ReadUvarint(r)
		if err != nil {
			return link{}, torn(err)
		}
		kind, err := r.ReadByte()
		if err != nil {
			return link{}, torn(err)
		}
		from += uint32(step)
		return link{from, uint32(to), models.EdgeKind(kind)}, nil
	}
}

// torn says of a file that ends within a link that it is not its end.
func torn(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
