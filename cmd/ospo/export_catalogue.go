package main

import (
	"context"
	"fmt"
	"io"

	"github.com/ospo-register/ospo/exporters/opendata"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

type exportCatalogue struct {
	Format string `enum:"ndjson,csv" default:"ndjson" help:"${enum}: everything, one JSON object to a line, or what fits into a table."`
	Output string `short:"o" placeholder:"FILE" help:"Where to write it; standard output when not given."`
}

// Run writes the public catalogue whole, as the API hands it out.
func (c *exportCatalogue) Run(ctx context.Context, s *settings, w io.Writer) error {
	return withRegister(ctx, s, io.Discard, func(_ *database, reg *register.Register, _ models.Viewer) error {
		reg.UseOpenData(s.openData())
		d, err := reg.OpenDump(ctx, opendata.Format(c.Format))
		if err != nil {
			return err
		}
		write := func(to io.Writer) error { _, err := io.Copy(to, d); return err }
		if c.Output == "" {
			return write(w)
		}
		if err := writeWhole(c.Output, write); err != nil {
			return err
		}
		_, err = fmt.Fprintf(w, "%s: %s, %d bytes, SHA-256 %s, %s\n", c.Output, entries(d.Entries), d.Size(), d.SHA256, reg.OpenDataTerms().License)
		return err
	})
}

func entries(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}
