package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime/pprof"
	"strconv"
	"sync"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// A child process is the program: nothing but the register runs in it, so that its CPU time and memory are the register's.
// Documents come to it through one pipe for each worker.

// task is what the child is asked to do with a document.
type task byte

const (
	receive task = iota // ReceiveSBOM
	probe               // SHA-256 of the bytes and a look whether they are there: what receiving them again cannot go below
)

// answer is what became of one document.
type answer struct {
	Packages int
	Again    bool
	Error    string
}

type intakeCommand struct {
	DSN     string `required:""`
	Workers int    `default:"2"`
	Profile string
}

// Run is the child: it reads from the files 3, 4, … and answers on standard output.
func (c *intakeCommand) Run(ctx context.Context) error {
	st, err := store.Open(ctx, c.DSN)
	if err != nil {
		return err
	}
	defer st.Close()
	pool, err := pgxpool.New(ctx, c.DSN)
	if err != nil {
		return err
	}
	defer pool.Close()
	if c.Profile != "" {
		f, err := os.Create(c.Profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	k := &intakeWorker{register: register.New(st), pool: pool, by: models.SystemViewer("bench"), say: json.NewEncoder(os.Stdout)}
	var done sync.WaitGroup
	failures := make([]error, c.Workers)
	for w := range c.Workers {
		done.Add(1)
		go func() {
			defer done.Done()
			failures[w] = k.work(ctx, os.NewFile(uintptr(3+w), "documents"))
		}()
	}
	done.Wait()
	return errors.Join(failures...)
}

type intakeWorker struct {
	register *register.Register
	pool     *pgxpool.Pool
	by       models.Viewer
	lock     sync.Mutex
	say      *json.Encoder
}

// header comes before each document.
type header struct {
	Task    task
	Release int64
	Bytes   int64
}

func (k *intakeWorker) work(ctx context.Context, in io.Reader) error {
	buffered := bufio.NewReaderSize(in, 256<<10)
	for {
		var h header
		if err := binary.Read(buffered, binary.LittleEndian, &h); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		body := io.LimitReader(buffered, h.Bytes)
		a := k.take(ctx, h, body)
		if _, err := io.Copy(io.Discard, body); err != nil {
			return err
		}
		k.lock.Lock()
		err := k.say.Encode(a)
		k.lock.Unlock()
		if err != nil {
			return err
		}
	}
}

func (k *intakeWorker) take(ctx context.Context, h header, body io.Reader) answer {
	if h.Task == probe {
		sum := sha256.New()
		if _, err := io.Copy(sum, body); err != nil {
			return answer{Error: err.Error()}
		}
		var a answer
		if err := k.pool.QueryRow(ctx, `SELECT packages FROM sboms WHERE release_id = $1 AND sha256 = $2`, h.Release, sum.Sum(nil)).Scan(&a.Packages); err != nil {
			return answer{Error: err.Error()}
		}
		a.Again = true
		return a
	}
	receipt, err := k.register.ReceiveSBOM(ctx, k.by, h.Release, "bench.spdx.json", body, register.Limits{})
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Packages: receipt.SBOM.Packages, Again: receipt.Again}
}

// program is the child as its parent sees it.
type program struct {
	cmd     *exec.Cmd
	pipes   []*os.File
	answers *json.Decoder
}

// startProgram starts a child on a database.
func startProgram(dsn string, workers int, profile string) (*program, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &program{cmd: exec.Command(self, "intake", "--dsn", dsn, "--workers", strconv.Itoa(workers), "--profile", profile)}
	p.cmd.Stderr = os.Stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.answers = json.NewDecoder(out)
	for range workers {
		r, w, err := os.Pipe()
		if err != nil {
			return nil, err
		}
		p.cmd.ExtraFiles, p.pipes = append(p.cmd.ExtraFiles, r), append(p.pipes, w)
	}
	err = p.cmd.Start()
	for _, r := range p.cmd.ExtraFiles {
		_ = r.Close() // the child has its own
	}
	return p, err
}

// parcel is a document on its way to a release.
type parcel struct {
	release int64
	body    []byte
}

// send gives the documents to the child and waits until it has answered for all of them. It gives how many packages they had.
func (p *program) send(t task, parcels []parcel, again bool) (packages int, err error) {
	next := make(chan parcel)
	failures := make(chan error, len(p.pipes))
	for _, pipe := range p.pipes {
		go func() {
			for d := range next {
				if err := binary.Write(pipe, binary.LittleEndian, header{t, d.release, int64(len(d.body))}); err != nil {
					failures <- err
					return
				}
				if _, err := pipe.Write(d.body); err != nil {
					failures <- err
					return
				}
			}
		}()
	}
	go func() {
		defer close(next)
		for _, d := range parcels {
			select {
			case next <- d:
			case err := <-failures:
				failures <- err
				return
			}
		}
	}()
	for range parcels {
		var a answer
		if err := p.answers.Decode(&a); err != nil {
			return packages, fmt.Errorf("the program under measurement ended: %w", err)
		}
		if a.Error != "" {
			return packages, fmt.Errorf("a document was refused: %s", a.Error)
		}
		if a.Again != again {
			return packages, fmt.Errorf("a document was taken for known: %v", a.Again)
		}
		packages += a.Packages
	}
	return packages, nil
}

// stop ends the child.
func (p *program) stop() error {
	for _, pipe := range p.pipes {
		_ = pipe.Close() // end of its work
	}
	return p.cmd.Wait()
}
