// Package measure answers what reading a file or writing one takes of processor and memory, for benchmarks and for tests of bounds.
//
// It decides nothing and needs no database. Start with Reading.
package measure

import (
	"io"
	"os"
	"runtime"
	"runtime/metrics"
	"syscall"
	"testing"
	"time"
)

// Reading reads a file again and again, and reports the processor time of each reading and the most heap that it took.
func Reading(b *testing.B, path string, read func(io.Reader) error) {
	b.Helper()
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	var cpu time.Duration
	var heap uint64
	for b.Loop() {
		f, err := os.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		runtime.GC()
		before := HeapBytes()
		stop := WatchHeap(&heap)
		start := cpuTime()
		err = read(f)
		cpu += cpuTime() - start
		stop()
		heap -= min(heap, before)
		if err != nil {
			b.Fatal(err)
		}
		if err := f.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(cpu.Milliseconds())/float64(b.N), "cpu-ms/op")
	b.ReportMetric(float64(heap)/(1<<20), "peak-heap-MB")
}

// WatchHeap keeps the highest heap in most until it is stopped.
func WatchHeap(most *uint64) (stop func()) {
	done, stopped := make(chan struct{}), make(chan struct{})
	*most = 0
	go func() {
		defer close(stopped)
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				*most = max(*most, HeapBytes())
			case <-done:
				return
			}
		}
	}()
	return func() { close(done); <-stopped }
}

// HeapBytes is what objects take on the heap now, dead ones not yet collected included.
func HeapBytes() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// cpuTime is what the program has used of the processors.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// HeapReader notes the heap each time it is read from, so that a test needs no clock.
type HeapReader struct {
	Source io.Reader
	Before uint64 // heap before the first reading
	Most   uint64 // the highest heap since
}

// WatchReading collects what is dead and begins to watch.
func WatchReading(src io.Reader) *HeapReader {
	runtime.GC()
	return &HeapReader{Source: src, Before: HeapBytes()}
}

// Read reads on.
func (h *HeapReader) Read(p []byte) (int, error) {
	h.Most = max(h.Most, HeapBytes())
	return h.Source.Read(p)
}
