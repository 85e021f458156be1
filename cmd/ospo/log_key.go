package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/proof"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// logKeyFile is where the key of the log is: in the file that is named, or in the data directory.
func (s *settings) logKeyFile() (string, error) {
	if s.LogKey != "" {
		return s.LogKey, nil
	}
	postgres, err := s.postgresDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(filepath.Dir(postgres), "log-key"), nil
}

// ownKeys are the public keys in the file of the key; none when there is no such file.
func (s *settings) ownKeys() ([]string, error) {
	file, err := s.logKeyFile()
	if err != nil {
		return nil, err
	}
	text, err := readAtMost(file, proof.MostBytes)
	if errors.Is(err, fs.ErrNotExist) && s.LogKey == "" {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	_, public, err := proof.ReadKeys(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return public, nil
}

// useLogKey gives the register the key that it signs the log with. It is made when there is none and nothing was signed yet.
func useLogKey(ctx context.Context, s *settings, st *store.Store, reg *register.Register, log *slog.Logger) error {
	file, err := s.logKeyFile()
	if err != nil {
		return err
	}
	text, err := readAtMost(file, proof.MostBytes)
	if errors.Is(err, fs.ErrNotExist) {
		_, err := st.NewestLogCheckpoint(ctx)
		if err == nil {
			log.Warn("the log was signed before, and the file of its key is gone: no proofs are given until it is put back; see docs/proof.md", "file", file)
			return nil
		}
		if !models.IsKind(err, models.NotFound) {
			return err
		}
		if text, err = makeLogKey(file, s.logOrigin()); err != nil && s.LogKey == "" {
			log.Warn("no proofs are given: the key of the log cannot be made; name a file for it with OSPO_LOG_KEY", "error", err)
			return nil
		} else if err != nil {
			return fmt.Errorf("making the key of the log: %w; name another file with OSPO_LOG_KEY", err)
		}
		log.Info("a key to sign the log of decisions with is made; keep a copy of it apart from the database", "file", file)
	} else if err != nil {
		return fmt.Errorf("reading the key of the log: %w", err)
	}
	private, public, err := proof.ReadKeys(string(text))
	if err == nil && private == "" {
		log.Info("the file of the log's key holds former keys only: a new one of the same log is added to it", "file", file)
		private, err = addLogKey(file, proof.Origin(public[0]))
		public = append([]string{""}, public...)
	}
	if err == nil {
		err = reg.UseLogKey(private, public[1:]...)
	}
	if err != nil {
		return fmt.Errorf("the key of the log in %s cannot be used: %w", file, err)
	}
	if info, err := os.Stat(file); err == nil && info.Mode().Perm()&0o077 != 0 {
		log.Warn("others on this machine can read the key of the log; take that from them: chmod 600", "file", file)
	}
	return nil
}

// logOrigin names the log for a new key: after the address of the register, or by chance where it has none.
func (s *settings) logOrigin() string {
	if u, err := url.Parse(s.PublicURL); err == nil && u.Host != "" {
		return u.Host + "/log"
	}
	return "ospo-register-" + rand.Text()[:8] + "/log"
}

// addLogKey adds a new private key to a file of former public ones.
func addLogKey(file, origin string) (private string, err error) {
	private, public, err := proof.NewKey(origin)
	if err != nil {
		return "", err
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return "", err
	}
	if _, err = f.WriteString("\n# Anybody checks with the public one: " + public + "\n" + private + "\n"); err == nil {
		err = f.Sync()
	}
	return private, errors.Join(err, f.Close())
}

// makeLogKey writes a new key to a file that only the program may read, unless another program was first.
func makeLogKey(file, origin string) ([]byte, error) {
	private, public, err := proof.NewKey(origin)
	if err != nil {
		return nil, err
	}
	text := []byte("# The key that this register signs its log with. Keep it secret and keep a copy: see docs/proof.md.\n# Anybody checks with the public one: " + public + "\n" + private + "\n")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return readAtMost(file, proof.MostBytes)
	}
	if err != nil {
		return nil, err
	}
	if _, err = f.Write(text); err == nil {
		err = f.Sync()
	}
	return text, errors.Join(err, f.Close())
}
