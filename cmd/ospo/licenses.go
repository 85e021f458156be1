package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// licensesCommand looks after the licence list that the register judges by.
type licensesCommand struct {
	Update updateLicenses `cmd:"" help:"Bring in a release of the SPDX licence list and say what it would change; with --activate judge by it from now on."`
	List   listLicenses   `cmd:"" help:"Say which licence list is in force and which ones are known."`
}

type updateLicenses struct {
	File     string `arg:"" help:"licenses.json of a release of spdx/license-list-data, with exceptions.json beside it; or the folder of both."`
	Activate bool   `help:"Put the list in force."`
}

// Run prints what differs between the lists and which verdicts would change.
func (c *updateLicenses) Run(ctx context.Context, s *settings, w io.Writer) error {
	first, second, err := listFiles(c.File)
	if err != nil {
		return err
	}
	return withRegister(ctx, s, io.Discard, func(_ *database, reg *register.Register, by models.Viewer) error {
		u, err := reg.BringLicenseList(ctx, by, first, second)
		if err != nil {
			return err
		}
		if err := printUpdate(w, u); err != nil || !c.Activate {
			return err
		}
		if err := reg.ActivateLicenseList(ctx, by, u.ID); err != nil {
			return err
		}
		_, err = fmt.Fprintf(w, "The list %s is in force. The register judges anew within a minute of running.\n", u.To.Number)
		return err
	})
}

// listFiles reads the two files of a release.
func listFiles(path string) (licensesJSON, exceptionsJSON []byte, err error) {
	dir, first := filepath.Dir(path), path
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		dir, first = path, filepath.Join(path, "licenses.json")
	}
	if licensesJSON, err = os.ReadFile(first); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", first, plain(err))
	}
	second := filepath.Join(dir, "exceptions.json")
	exceptionsJSON, err = os.ReadFile(second)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("%s is not there. A release of the list is licenses.json and exceptions.json together; put both in one folder", second)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", second, plain(err))
	}
	return licensesJSON, exceptionsJSON, nil
}

const mostListed = 40

func printUpdate(w io.Writer, u *register.ListUpdate) error {
	var b strings.Builder
	fmt.Fprintf(&b, "From the SPDX licence list %s (%s) to %s (%s): %s.\n", u.From.Number, u.From.Date, u.To.Number, u.To.Date, count(len(u.Changes), "change"))
	for i, change := range u.Changes {
		if i == mostListed {
			fmt.Fprintf(&b, "  and %d more\n", len(u.Changes)-mostListed)
			break
		}
		fmt.Fprintf(&b, "  %-10s  %s", change.Kind, change.ID)
		if change.Before != "" || change.After != "" {
			fmt.Fprintf(&b, "  %s → %s", change.Before, change.After)
		}
		b.WriteByte('\n')
	}
	im := u.Impact
	fmt.Fprintf(&b, "%d of %s would be judged otherwise.\n", len(im.Changed)+im.More, count(im.Subjects, "verdict"))
	for i, change := range im.Changed {
		if i == mostListed {
			fmt.Fprintf(&b, "  and %d more\n", len(im.Changed)+im.More-mostListed)
			break
		}
		fmt.Fprintf(&b, "  %s %s, %s: %s → %s", change.Asset, change.Release, change.Agency, change.From, change.To)
		for _, l := range change.Opens {
			fmt.Fprintf(&b, "; %s is %s", l.License, l.Verdict)
		}
		for _, l := range change.Closes {
			fmt.Fprintf(&b, "; %s is no longer %s", l.License, l.Verdict)
		}
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}

type listLicenses struct{}

// Run prints the lists, the one in force marked.
func (c *listLicenses) Run(ctx context.Context, s *settings, w io.Writer) error {
	return withRegister(ctx, s, io.Discard, func(db *database, _ *register.Register, _ models.Viewer) error {
		all, err := db.store.LicenseLists(ctx)
		if err != nil {
			return err
		}
		builtIn := "in force"
		for _, l := range all {
			if l.State == models.PolicyActive {
				builtIn = "built in"
			}
			fmt.Fprintf(w, "%-9s %s, %s, SHA-256 %s\n", l.Number, l.Date, map[models.PolicyState]string{models.PolicyActive: "in force", models.PolicyDraft: "brought in", models.PolicySuperseded: "superseded"}[l.State], l.Digest)
		}
		v := licenses.ListVersion()
		_, err = fmt.Fprintf(w, "%-9s %s, %s, SHA-256 %s\n", v.Number, v.Date, builtIn, licenses.Embedded().Digest())
		return err
	})
}
