package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"strconv"
	"syscall"
	"time"

	tools "github.com/spdx/tools-golang/json"

	"github.com/ospo-register/ospo/bench/national"
	"github.com/ospo-register/ospo/importers"
	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// reading is what one reading of a document has cost.
type reading struct {
	CPU       time.Duration
	Heap      uint64 // bytes, garbage included, at its highest
	Packages  int
	Relations int
	Error     string
}

type readCommand struct {
	Reader string `required:""`
	File   string `required:""`
}

// readers read a document to its end and count what is in it.
var readers = map[string]func(io.Reader) (packages, relations int, err error){
	"ours": func(r io.Reader) (int, int, error) {
		doc, err := importers.Read(r, sbom.Limits{}, func(*models.SBOMPackage) error { return nil })
		if err != nil {
			return 0, 0, err
		}
		return doc.Packages, doc.Relations, nil
	},
	"tools-golang": func(r io.Reader) (int, int, error) {
		doc, err := tools.Read(r)
		if err != nil {
			return 0, 0, err
		}
		return len(doc.Packages), len(doc.Relationships), nil
	},
	"encoding/json": plainSPDX3,
}

// plainSPDX3 decodes the fields that a register needs of SPDX 3.0.1, and does nothing with them.
func plainSPDX3(r io.Reader) (packages, relations int, err error) {
	var doc struct {
		Graph []struct {
			Type         string   `json:"type"`
			ID           string   `json:"spdxId"`
			Name         string   `json:"name"`
			Version      string   `json:"software_packageVersion"`
			PURL         string   `json:"software_packageUrl"`
			Supplier     string   `json:"suppliedBy"`
			Download     string   `json:"software_downloadLocation"`
			From         string   `json:"from"`
			To           []string `json:"to"`
			Relationship string   `json:"relationshipType"`
			Expression   string   `json:"simplelicensing_licenseExpression"`
			Verified     []struct {
				Algorithm string `json:"algorithm"`
				Value     string `json:"hashValue"`
			} `json:"verifiedUsing"`
		} `json:"@graph"`
	}
	if err := json.NewDecoder(r).Decode(&doc); err != nil {
		return 0, 0, err
	}
	for _, e := range doc.Graph {
		switch e.Type {
		case "software_Package":
			packages++
		case "Relationship":
			relations++
		}
	}
	return packages, relations, nil
}

// Run is a child that reads one document once.
func (c *readCommand) Run(w io.Writer) error {
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	var out reading
	stop := watchHeap(&out.Heap)
	start := ownCPU()
	out.Packages, out.Relations, err = readers[c.Reader](bufio.NewReaderSize(f, 64<<10))
	out.CPU = ownCPU() - start
	stop()
	if err != nil {
		out.Error = err.Error()
	}
	return json.NewEncoder(w).Encode(out)
}

func ownCPU() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err) // it cannot fail for ourselves
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// watchHeap keeps the highest heap in most until it is stopped.
func watchHeap(most *uint64) (stop func()) {
	size := func() uint64 {
		s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		metrics.Read(s)
		return s[0].Value.Uint64()
	}
	runtime.GC()
	before, quit, ended := size(), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				*most = max(*most, size()-min(before, size()))
			case <-quit:
				return
			}
		}
	}()
	return func() { close(quit); <-ended }
}

func (b *bench) read(ctx context.Context, reader, file string) (reading, error) {
	self, err := os.Executable()
	if err != nil {
		return reading{}, err
	}
	cmd := exec.CommandContext(ctx, self, "read", "--reader", reader, "--file", file)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return reading{}, err
	}
	var r reading
	return r, json.Unmarshal(out, &r)
}

// large is the document that readers are measured with.
const large = 50_000

func (b *bench) measureReaders(ctx context.Context) error {
	n := national.New(national.M, b.opts.Seed)
	t := table{title: "Reading " + strconv.Itoa(large) + " packages and three times as many relationships", head: []string{"format", "MB", "reader", "CPU ms", "MB/s", "µs a package", "peak heap MB"}}
	for _, f := range []struct {
		format  national.Format
		readers []string
	}{{national.SPDX2, []string{"ours", "tools-golang"}}, {national.SPDX3, []string{"ours", "encoding/json"}}, {national.CycloneDX, []string{"ours"}}} {
		file := filepath.Join(b.dir, "large"+f.format.Extension())
		if err := writeDocument(file, n.Large(large, 3*large), f.format); err != nil {
			return err
		}
		info, err := os.Stat(file)
		if err != nil {
			return err
		}
		cpu, heap := map[string]sample{}, map[string]sample{}
		for range b.opts.Rounds {
			for _, name := range f.readers {
				r, err := b.read(ctx, name, file)
				if err != nil {
					return err
				}
				if r.Error != "" || r.Packages != large {
					b.notes = append(b.notes, fmt.Sprintf("%s does not read %s: %d packages, %s", name, f.format, r.Packages, r.Error))
					b.say("%s", b.notes[len(b.notes)-1])
					continue
				}
				cpu[name], heap[name] = append(cpu[name], milliseconds(r.CPU)), append(heap[name], float64(r.Heap)/(1<<20))
			}
		}
		for _, name := range f.readers {
			if ms := cpu[name].median(); ms > 0 {
				size := float64(info.Size()) / 1e6
				t.row(string(f.format), fmt.Sprintf("%.1f", size), name, fmt.Sprintf("%.0f", ms), fmt.Sprintf("%.0f", size/ms*1000), fmt.Sprintf("%.2f", ms*1000/large), fmt.Sprintf("%.1f", heap[name].median()))
			}
		}
		if ours := cpu["ours"]; len(ours) > 0 {
			switch f.format {
			case national.SPDX2:
				b.found("read-cpu", middle(ours.over(cpu["tools-golang"]), fmt.Sprintf("%.0f ms against %.0f ms", ours.median(), cpu["tools-golang"].median())))
				b.found("read-heap", middle(heap["ours"], fmt.Sprintf("tools-golang: %.0f MB", heap["tools-golang"].median())))
			case national.SPDX3:
				b.found("read3-cpu", middle(ours.over(cpu["encoding/json"]), fmt.Sprintf("%.0f ms against %.0f ms; heap %.0f against %.0f MB", ours.median(), cpu["encoding/json"].median(), heap["ours"].median(), heap["encoding/json"].median())))
			}
		}
		if err := os.Remove(file); err != nil {
			return err
		}
	}
	b.table(t)
	return nil
}
