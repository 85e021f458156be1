// Command bench measures the register at the size of a nation: it invents the documents, fills a register with them, and
// compares what it costs with what the machine can do. Tests never call it. docs/performance.md is what it last found.
//
// Start with run.go, which lists the measures.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

type commands struct {
	Generate generateCommand `cmd:"" help:"Write the SBOM documents of an invented government into a folder."`
	Run      runCommand      `cmd:"" help:"Measure, and compare with what the machine can do."`
	Hold     holdCommand     `cmd:"" help:"Start the Postgres of an earlier run and say where its registers are, to look at one."`

	Intake intakeCommand `cmd:"" hidden:""`
	Read   readCommand   `cmd:"" hidden:""`
	Bare   bareCommand   `cmd:"" hidden:""`

	CodeHost codeHostCommand `cmd:"" hidden:""`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var cli commands
	k := kong.Parse(&cli, kong.Name("bench"), kong.Description("Measures the register at the size of a nation."), kong.UsageOnError(),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.BindTo(os.Stdout, (*io.Writer)(nil)))
	if err := k.Run(); err != nil {
		stop()
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1) //nolint:gocritic // stop has been called
	}
}
