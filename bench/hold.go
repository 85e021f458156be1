package main

import (
	"context"
	"fmt"
	"io"
)

type holdCommand struct {
	Dir string `type:"path" required:"" help:"The folder of an earlier run."`
}

// Run starts the server of an earlier run and says how to reach its registers, until it is interrupted.
func (c *holdCommand) Run(ctx context.Context, w io.Writer) error {
	server, err := startPostgres(ctx, "", c.Dir)
	if err != nil {
		return err
	}
	defer server.stop()
	for _, name := range []string{"bench_S", "bench_M", "bench_L", "bench_S_rows", "bench_L_rows"} {
		dsn, err := server.dsn(name)
		if err != nil {
			return err
		}
		fmt.Fprintln(w, dsn)
	}
	<-ctx.Done()
	return nil
}
