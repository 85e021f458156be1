package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"runtime"
	"syscall"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/ospo-register/ospo/bench/national"
)

// floor is what one package cannot cost less than, in microseconds of CPU on this machine.
type floor struct {
	copied, hashed, scanned, component, compressed, postgres float64
}

func (f floor) client() float64 {
	return f.copied + f.hashed + f.scanned + f.component + f.compressed
}
func (f floor) total() float64 { return f.client() + f.postgres }

// What Postgres cannot do without: 72 bytes of array and compressed original with their WAL, and a new component for each
// sixth package. It was measured once at 0.8 µs beside 2.45 µs for the rest, and is taken in that proportion.
const postgresShare = 0.8 / 2.45

// measureFloor takes each part of the floor alone, five times in turn, over documents of the government. The least counts:
// other work on the machine only ever adds to it.
func measureFloor(n *national.National) (floor, error) {
	var body bytes.Buffer
	packages := 0
	for i := 0; body.Len() < 32<<20; i++ {
		d := n.Document(i)
		packages += d.Packages()
		if err := d.Write(&body, national.SPDX2); err != nil {
			return floor{}, err
		}
	}
	text, to, packed := body.Bytes(), make([]byte, body.Len()), []byte(nil)
	z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return floor{}, err
	}
	key := make([]byte, 120) // purl, name, version, supplier and two licences
	parts := []func(){
		func() { copy(to, text) },
		func() { sha256.Sum256(text) },
		func() { scan(text) },
		func() {
			for range packages {
				sum := sha256.Sum256(key)
				key[0] = sum[0]
			}
		},
		func() { packed = z.EncodeAll(text, packed[:0]) },
	}
	took := make([]sample, len(parts))
	runtime.LockOSThread() // its CPU time is ours alone
	defer runtime.UnlockOSThread()
	for range 5 {
		for i, part := range parts {
			start, times := threadCPU(), 0
			for threadCPU()-start < 200*time.Millisecond { // long beside a tick
				part()
				times++
			}
			took[i] = append(took[i], float64((threadCPU()-start).Nanoseconds())/1e3/float64(packages*times))
		}
	}
	f := floor{copied: took[0].least(), hashed: took[1].least(), scanned: took[2].least(), component: took[3].least(), compressed: took[4].least()}
	f.postgres = f.client() * postgresShare
	return f, nil
}

// threadCPU is the CPU time of this thread. The kernel's account may be a tick of 4 ms behind.
func threadCPU() time.Duration {
	const self = 1 // RUSAGE_THREAD, getrusage(2)
	var usage syscall.Rusage
	if err := syscall.Getrusage(self, &usage); err != nil {
		panic(err) // it cannot fail for ourselves
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// scan finds where every string ends and counts what stands between them: the least that reading JSON takes.
func scan(text []byte) (structure int) {
	for len(text) > 0 {
		at := bytes.IndexByte(text, '"')
		if at < 0 {
			return structure
		}
		for _, c := range text[:at] {
			if c == '{' || c == '[' || c == ',' || c == ':' {
				structure++
			}
		}
		text = text[at+1:]
		end := bytes.IndexByte(text, '"')
		for end > 0 && text[end-1] == '\\' {
			end += 1 + bytes.IndexByte(text[end+1:], '"')
		}
		text = text[end+1:]
	}
	return structure
}

func (f floor) table() table {
	t := table{title: "The floor of ingest on this machine", head: []string{"part", "µs a package"}}
	for _, r := range []struct {
		name string
		v    float64
	}{{"copy the bytes once", f.copied}, {"SHA-256 of the document", f.hashed}, {"find every string", f.scanned}, {"hash of the component", f.component}, {"zstd, fastest", f.compressed},
		{"Postgres (in proportion)", f.postgres}, {"together", f.total()}} {
		t.row(r.name, fmt.Sprintf("%.2f", r.v))
	}
	return t
}
