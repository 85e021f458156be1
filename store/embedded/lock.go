//go:build unix

package embedded

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// holder is what the supervising program writes into the lock file for those who come second.
type holder struct {
	PID      int    `json:"pid"`
	Postgres int    `json:"postgres,omitempty"`
	BinDir   string `json:"binDir,omitempty"`
	Version  string `json:"version,omitempty"`
	Socket   string `json:"socket,omitempty"`
	DSN      string `json:"dsn,omitempty"`
}

// lock is the kernel's lock on the directory: it ends with our process, however that ends.
type lock struct {
	file *os.File
	// previous is the last holder's note; of a program that was killed, it names the server left behind.
	previous holder
}

func lockFile(dir string) string { return filepath.Join(dir, "lock") }

func takeLock(p place) (*lock, error) {
	f, err := os.OpenFile(lockFile(p.dir), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("opening the lock of the private Postgres: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	previous := readHolder(f)
	// Describe holds the lock for a moment without a note, and a holder needs a moment to write one.
	for range 20 {
		if !errors.Is(err, syscall.EWOULDBLOCK) || previous.PID != 0 && syscall.Kill(previous.PID, 0) != syscall.ESRCH {
			break
		}
		time.Sleep(10 * time.Millisecond)
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		previous = readHolder(f)
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		f.Close()
		return nil, &HeldError{Dir: p.dir, PID: previous.PID, DSN: previous.DSN}
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("locking %s: %w", f.Name(), err)
	}
	l := &lock{file: f, previous: previous}
	if err := l.note(holder{PID: os.Getpid(), Postgres: previous.Postgres}); err != nil {
		l.file.Close()
		return nil, err
	}
	return l, nil
}

// readHolder reads what there is; a note that is being written reads as nobody.
func readHolder(f *os.File) holder {
	var h holder
	b, err := io.ReadAll(io.NewSectionReader(f, 0, 1<<16))
	if err != nil || json.Unmarshal(b, &h) != nil {
		return holder{}
	}
	return h
}

func (l *lock) note(h holder) error {
	b, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("writing the lock's note: %w", err)
	}
	if err := l.file.Truncate(0); err != nil {
		return fmt.Errorf("writing the lock's note: %w", explainDisk(err, l.file.Name()))
	}
	if _, err := l.file.WriteAt(append(b, '\n'), 0); err != nil {
		return fmt.Errorf("writing the lock's note: %w", explainDisk(err, l.file.Name()))
	}
	return nil
}

// release forgets the note and frees the directory. The file stays: removing it would let two programs lock two files.
func (l *lock) release() {
	_ = l.file.Truncate(0) // a stale note is harmless: it is read only while the lock is held
	_ = l.file.Close()
}
