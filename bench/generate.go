package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/ospo-register/ospo/bench/national"
)

type generateCommand struct {
	Size   string `default:"S" help:"S, M or L."`
	Seed   uint64 `default:"1" help:"Another seed gives another government."`
	Format string `default:"spdx" enum:"spdx,spdx3,cyclonedx" help:"spdx (2.3 JSON), spdx3 (3.0.1 JSON-LD) or cyclonedx (1.6 JSON)."`
	Count  int    `help:"How many documents; 0 means all of the size."`
	Large  int    `help:"Write one document of so many packages and three times as many relationships instead."`
	Out    string `required:"" help:"The folder to write into."`
}

// Run writes the documents.
func (c *generateCommand) Run(ctx context.Context, w io.Writer) error {
	size, err := national.ParseSize(c.Size)
	if err != nil {
		return err
	}
	n, format := national.New(size, c.Seed), national.Format(c.Format)
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return err
	}
	if c.Large > 0 {
		return writeDocument(filepath.Join(c.Out, "large"+format.Extension()), n.Large(c.Large, 3*c.Large), format)
	}
	if c.Count == 0 {
		c.Count = size.Documents
	}
	packages := 0
	for i := range c.Count {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		d := n.Document(i)
		packages += d.Packages()
		if err := writeDocument(filepath.Join(c.Out, fmt.Sprintf("%05d%s", i, format.Extension())), d, format); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(w, "%d documents of %d packages are in %s.\n", c.Count, packages, c.Out)
	return err
}

func writeDocument(path string, d *national.Document, f national.Format) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(file, 1<<20)
	if err = d.Write(out, f); err == nil {
		err = out.Flush()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	return err
}
