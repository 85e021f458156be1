package main

import (
	"context"
	"fmt"
	"io"

	"github.com/ospo-register/ospo/exporters/ocds"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

type exportOCDS struct {
	Ref    string `arg:"" optional:"" help:"Reference of a decision: its record is written. Without it, all releases."`
	Output string `short:"o" placeholder:"FILE" help:"Where to write it; standard output when not given."`
}

// Run writes the record package of a decision, or all releases as release packages, one to a line, so that no amount of them is too much.
func (c *exportOCDS) Run(ctx context.Context, s *settings, w io.Writer) error {
	return withRegister(ctx, s, io.Discard, func(db *database, reg *register.Register, _ models.Viewer) error {
		reg.UseOpenContracting(s.contracting())
		o, err := reg.OpenContracting()
		if err != nil {
			return err
		}
		write := func(to io.Writer) error { return c.releases(ctx, s, reg, o, to) }
		if c.Ref != "" {
			row, err := db.store.DecisionByRef(ctx, models.Viewer{}, c.Ref)
			if err != nil {
				return fmt.Errorf("%s: %w", c.Ref, err)
			}
			write = func(to io.Writer) error { return c.record(ctx, s, reg, o, row.ID, to) }
		}
		if c.Output == "" {
			return write(w)
		}
		return writeWhole(c.Output, write)
	})
}

func (c *exportOCDS) record(ctx context.Context, s *settings, reg *register.Register, o register.OpenContracting, id int64, w io.Writer) error {
	list, err := reg.DecisionOCDS(ctx, models.Viewer{}, id)
	if err != nil {
		return err
	}
	record, err := ocds.Record(toldBytes(list)...)
	if err != nil {
		return err
	}
	text, err := ocds.RecordPackage(s.envelope(o, fmt.Sprintf("/v1/decisions/%d/ocds", id), list), record)
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

func (c *exportOCDS) releases(ctx context.Context, s *settings, reg *register.Register, o register.OpenContracting, w io.Writer) error {
	for p := (models.Page{Limit: models.MaxLimit}); ; {
		l, err := reg.OCDSReleases(ctx, p)
		if err != nil || len(l.Items) == 0 {
			return err
		}
		text, err := ocds.ReleasePackage(s.envelope(o, "/v1/ocds/releases", l.Items), toldBytes(l.Items)...)
		if err != nil {
			return err
		}
		if _, err := w.Write(append(text, '\n')); err != nil {
			return err
		}
		if p.After = l.Next; p.After == "" {
			return nil
		}
	}
}

// envelope is what a package says of itself; it is of the time of its newest release, so that equal exports are equal bytes.
func (s *settings) envelope(o register.OpenContracting, path string, list []models.OCDSRelease) *ocds.Package {
	p := &ocds.Package{URI: s.address() + path, Publisher: ocds.Publisher{Name: o.Publisher, URI: o.Address}, Extension: s.address() + "/v1/ocds/extension/extension.json"}
	for _, r := range list {
		if r.At.After(p.At) {
			p.At = r.At
		}
	}
	return p
}

func toldBytes(list []models.OCDSRelease) [][]byte {
	var all [][]byte
	for i := range list {
		all = append(all, list[i].Document)
	}
	return all
}
