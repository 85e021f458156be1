package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// exportCommand writes what the register knows for others.
type exportCommand struct {
	SBOM exportSBOM `cmd:"" name:"sbom" help:"Write an SBOM document as SPDX 2.3 or CycloneDX 1.6."`
	OCDS exportOCDS `cmd:"" name:"ocds" help:"Write published decisions as open contracting data (OCDS 1.1)."`

	Catalogue exportCatalogue `cmd:"" name:"catalogue" help:"Write the public catalogue whole, as NDJSON or CSV."`
}

type exportSBOM struct {
	ID     int64  `arg:"" help:"Number of the document."`
	Format string `enum:"spdx,cyclonedx" default:"spdx" help:"${enum}."`
	Output string `short:"o" placeholder:"FILE" help:"Where to write it; standard output when not given."`
}

// Run writes the document.
func (c *exportSBOM) Run(ctx context.Context, s *settings, w io.Writer) error {
	format := map[string]register.ExportFormat{"spdx": register.ExportSPDX, "cyclonedx": register.ExportCycloneDX}[c.Format]
	return withRegister(ctx, s, io.Discard, func(_ *database, reg *register.Register, by models.Viewer) error {
		e, err := reg.ExportSBOM(ctx, by, c.ID, format)
		if err != nil {
			return err
		}
		defer e.Close()
		write := func(to io.Writer) error { _, err := io.Copy(to, e); return err }
		if c.Output == "" {
			return write(w)
		}
		if err := writeWhole(c.Output, write); err != nil {
			return err
		}
		_, err = fmt.Fprintf(w, "%s: %s, %d bytes\n", c.Output, count(e.Packages, "package"), e.Size)
		return err
	})
}

// writeWhole writes a file that is there whole or not at all.
func writeWhole(name string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".ospo-export-*")
	if err != nil {
		return fmt.Errorf("%s: %w", name, plain(err))
	}
	defer os.Remove(f.Name()) // gone already when all went well
	err = write(f)
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, plain(err))
	}
	return nil
}

// linkCommand makes upload links.
type linkCommand struct {
	Make makeLink `cmd:"" help:"Make a link by which a supplier without an account sends one document for one release."`
}

type makeLink struct {
	Asset    string `placeholder:"NAME|ID" help:"The software: its name as in the register, or its number."`
	Release  string `required:"" placeholder:"NUMBER|ID" help:"The release: its number with --asset, else its id."`
	Supplier string `required:"" help:"Whose document is asked for."`
	Email    string `help:"Of the person asked; nothing is sent to it."`
	Note     string `help:"What the page says to the supplier."`
	Days     int    `default:"14" help:"How long the link lives, at most 90."`
	MaxMB    int64  `name:"max-mb" default:"64" help:"The largest document to take, at most 256 MB."`
}

// Run prints the link, which is shown this once.
func (c *makeLink) Run(ctx context.Context, s *settings, w io.Writer) error {
	return withRegister(ctx, s, io.Discard, func(db *database, reg *register.Register, by models.Viewer) error {
		release, err := strconv.ParseInt(c.Release, 10, 64)
		if c.Asset != "" {
			asset, err := findAsset(ctx, db.store, by, c.Asset)
			if err != nil {
				return err
			}
			found, err := db.store.ReleaseByNumber(ctx, by, asset.ID, c.Release)
			if err != nil {
				return fmt.Errorf("%s %s: %w", asset.Title(), c.Release, err)
			}
			release = found.ID
		} else if err != nil {
			return fmt.Errorf("--release %s is no id of a release; give its software too, with --asset", c.Release)
		}
		l := models.UploadLink{ReleaseID: release, Supplier: c.Supplier, Email: c.Email, Note: c.Note, MaxBytes: c.MaxMB << 20, ExpiresAt: time.Now().UTC().AddDate(0, 0, c.Days)}
		secret, err := reg.MakeUploadLink(ctx, by, &l)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(w, "%s can send one document, until %s, at\n  %s/upload/%s\n", l.Supplier, l.ExpiresAt.Format("2006-01-02"), s.address(), secret)
		return err
	})
}
