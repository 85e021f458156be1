package register_test

import (
	"bytes"
	"crypto/sha256"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ospo-register/ospo/bench/national"
	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// intakeBench is a register with a release for each document.
type intakeBench struct {
	s        *store.Store
	r        *register.Register
	pg       *pgx.Conn // looks at the server from outside
	releases []int64
	paths    []string
	packages []int
	bytes    []int64
}

// newIntakeBench writes the first so many documents and makes a release for each.
func newIntakeBench(b testing.TB, documents int) *intakeBench {
	b.Helper()
	must := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	dsn, k := testkit.OwnDSN(b), &intakeBench{}
	var err error
	k.s, err = store.Open(ctx, dsn)
	must(err)
	b.Cleanup(k.s.Close)
	k.pg, err = pgx.Connect(ctx, dsn)
	must(err)
	b.Cleanup(func() { _ = k.pg.Close(ctx) })
	k.r = register.New(k.s)
	agency := &models.Agency{URI: "https://www.example.gov/a", Code: "a", Name: "Agency", Kind: models.Ministry}
	must(k.r.RegisterAgency(ctx, system, agency))
	asset := &models.Asset{Name: "System", Origin: models.OpenSource, StewardID: agency.ID, Lifecycle: models.AssetInUse, Visibility: models.VisiblePublic}
	must(k.r.RegisterAsset(ctx, system, asset))
	dir, invented := b.TempDir(), national.New(national.M, 1)
	for n := range documents {
		release := &models.Release{AssetID: asset.ID, Number: strconv.Itoa(n)}
		must(k.r.RegisterRelease(ctx, system, release))
		path := filepath.Join(dir, strconv.Itoa(n))
		f, err := os.Create(path)
		must(err)
		document := invented.Document(n)
		must(document.Write(f, national.SPDX2))
		info, err := f.Stat()
		must(err)
		must(f.Close())
		k.releases, k.paths, k.packages, k.bytes = append(k.releases, release.ID), append(k.paths, path), append(k.packages, document.Packages()), append(k.bytes, info.Size())
	}
	return k
}

// receive sends documents from up to to (not included) by so many workers and gives how many packages and bytes they had.
func (k *intakeBench) receive(b testing.TB, from, to, workers int) (packages int, size int64) {
	b.Helper()
	var wg sync.WaitGroup
	next := make(chan int)
	for range workers {
		wg.Go(func() {
			for n := range next {
				f, err := os.Open(k.paths[n])
				if err == nil {
					_, err = k.r.ReceiveSBOM(ctx, system, k.releases[n], filepath.Base(k.paths[n]), f, register.Limits{})
					_ = f.Close()
				}
				if err != nil {
					b.Error(err)
				}
			}
		})
	}
	for n := from; n < to; n++ {
		next <- n
		packages += k.packages[n]
		size += k.bytes[n]
	}
	close(next)
	wg.Wait()
	return packages, size
}

// BenchmarkReceive takes documents in as a sender's would be: INTAKE_WARM documents first, then INTAKE_DOCUMENTS that are measured.
func BenchmarkReceive(b *testing.B) {
	warm, documents := setting("INTAKE_WARM", 1000), setting("INTAKE_DOCUMENTS", 300)
	workers := setting("INTAKE_WORKERS", 2)
	k := newIntakeBench(b, warm+documents)
	k.receive(b, 0, warm, workers)
	runtime.GC()
	kept, ours, theirs, start := k.kept(b), cpuOf("self"), k.serverCPU(b), time.Now()
	b.ResetTimer()
	packages, size := k.receive(b, warm, warm+documents, workers)
	took := time.Since(start)
	b.StopTimer()
	ours, theirs = cpuOf("self")-ours, k.serverCPU(b)-theirs
	each := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 / float64(packages) }
	b.ReportMetric(each(ours), "program-us/pkg")
	b.ReportMetric(each(theirs), "postgres-us/pkg")
	b.ReportMetric(each(ours+theirs), "cpu-us/pkg")
	b.ReportMetric(float64(packages)/took.Seconds(), "pkg/s")
	b.ReportMetric(float64(size)/float64(packages), "sent-B/pkg")
	b.ReportMetric(float64(k.kept(b)-kept)/float64(packages), "kept-B/pkg")
	b.ReportMetric(float64(k.peak(b))/(1<<20), "peak-MB")

	start = time.Now()
	for n := warm; n < warm+documents; n++ {
		f, err := os.Open(k.paths[n])
		if err != nil {
			b.Fatal(err)
		}
		_, _ = io.Copy(sha256.New(), f)
		_ = f.Close()
		if _, err := k.s.SBOMByDigest(ctx, system, k.releases[n], make([]byte, 32)); err == nil {
			b.Fatal("found what is not there")
		}
	}
	floor := time.Since(start)
	start = time.Now()
	k.receive(b, warm, warm+documents, 1)
	b.ReportMetric(float64(time.Since(start))/float64(floor), "again-x")
}

func setting(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

// kept is the size of the database in bytes.
func (k *intakeBench) kept(b testing.TB) (size int64) {
	b.Helper()
	if err := k.pg.QueryRow(ctx, `SELECT pg_database_size(current_database())`).Scan(&size); err != nil {
		b.Fatal(err)
	}
	return size
}

// peak is the most memory the program ever had, in bytes.
func (k *intakeBench) peak(b testing.TB) int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0 // measured on Linux only
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			return kb << 10
		}
	}
	return 0
}

// serverCPU is what the server and its processes have used, ended ones included.
func (k *intakeBench) serverCPU(b testing.TB) time.Duration {
	b.Helper()
	var pid int
	if err := k.pg.QueryRow(ctx, `SELECT pg_backend_pid()`).Scan(&pid); err != nil {
		b.Fatal(err)
	}
	postmaster := strings.Fields(stat(strconv.Itoa(pid)))[1]
	var total time.Duration
	all, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		b.Fatal(err)
	}
	for _, path := range all {
		one := filepath.Base(path)
		if f := strings.Fields(stat(one)); one == postmaster || len(f) > 1 && f[1] == postmaster {
			total += cpuOf(one)
		}
	}
	return total
}

// stat is what Linux says of a process, behind its name.
func stat(pid string) string {
	b, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return ""
	}
	return string(b[bytes.LastIndexByte(b, ')')+1:])
}

// cpuOf is the time a process and its ended children have used.
func cpuOf(pid string) time.Duration {
	if pid == "self" {
		var usage syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
			panic(err)
		}
		return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	}
	f := strings.Fields(stat(pid))
	var ticks int64
	for i := 11; i < 15 && i < len(f); i++ {
		n, _ := strconv.ParseInt(f[i], 10, 64)
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}
