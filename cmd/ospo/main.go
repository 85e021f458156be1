// Command ospo runs the OSPO register: its pages and API, its database, and what an operator does at the command line.
//
// It only reads settings and wires the parts together; what may be done is in package register.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store/embedded"
)

// commands is the whole command line; each field is a file of this package.
type commands struct {
	Settings settings `embed:""`

	Demo     demoCommand     `cmd:"" help:"Start the register with an invented government in it, to look around."`
	Serve    serveCommand    `cmd:"" help:"Start the register."`
	Check    checkCommand    `cmd:"" help:"Say what SBOM documents and descriptions of software (publiccode.yml, code.json, codemeta.json) hold and what is wrong with them, and with --policy whether licence policies allow it. Needs no database."`
	Verify   verifyCommand   `cmd:"" help:"Say whether a verdict, a published decision or the log of decisions is the same as it was."`
	Import   importCommand   `cmd:"" help:"Bring SBOM documents, a list of agencies or the catalogue of another government into the register."`
	Export   exportCommand   `cmd:"" help:"Write SBOM documents in another form."`
	Harvest  harvestCommand  `cmd:"" help:"Go over the repositories of publishers now."`
	Sources  sourcesCommand  `cmd:"" help:"Look after the catalogues of other governments."`
	Link     linkCommand     `cmd:"" help:"Make links by which suppliers without an account send documents."`
	Licenses licensesCommand `cmd:"" help:"Look after the licence list that the register judges by."`
	Regimes  regimesCommand  `cmd:"" help:"Look at laws that put open source first, and check one you write. Needs no database."`
	User     userCommand     `cmd:"" help:"Add people, give them roles, make sign-in links."`
	Migrate  migrateCommand  `cmd:"" help:"Bring the database to this program's version."`
	DB       dbCommand       `cmd:"" name:"db" help:"Say where the database lives and how to reach it."`
	OpenAPI  openAPICommand  `cmd:"" name:"openapi" help:"Print the description of the HTTP API."`
	Version  versionCommand  `cmd:"" help:"Print the version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	ctx, orphaned := endWithParent(ctx)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	orphaned()
	stop()
	os.Exit(code)
}

// endWithParent ends the context when "go run", which passes no signal on, is gone.
func endWithParent(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	gone := embedded.WatchParent(ctx)
	go func() {
		select {
		case <-gone:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// run is main without the process: tests call it.
func run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) int {
	var cli commands
	exited := -1
	parser, err := kong.New(&cli,
		kong.Name("ospo"),
		kong.Description("The register of a government's software."),
		kong.Writers(out, errOut),
		kong.Exit(func(code int) { exited = code }),
		kong.UsageOnError(),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.BindTo(out, (*io.Writer)(nil)),
		kong.BindTo(in, (*io.Reader)(nil)),
	)
	if err != nil {
		fmt.Fprintln(errOut, "ospo:", err)
		return 2
	}
	kctx, err := parser.Parse(args)
	if exited >= 0 { // --help
		return exited
	}
	if err != nil {
		fmt.Fprintf(errOut, "ospo: %v\nSee “ospo --help”.\n", err)
		return 2
	}
	if err := cli.Settings.check(); err != nil {
		fmt.Fprintln(errOut, "ospo:", err)
		return 2
	}
	if err := kctx.Run(&cli.Settings); err != nil {
		return report(errOut, err)
	}
	return 0
}

// quiet ends the program with a status and says nothing more: the command has said it all.
type quiet int

func (q quiet) Error() string { return fmt.Sprintf("exit status %d", int(q)) }

func report(w io.Writer, err error) int {
	var code quiet
	if errors.As(err, &code) {
		return int(code)
	}
	fmt.Fprintln(w, "ospo:", err)
	var ours *models.Error
	if errors.As(err, &ours) && ours.Kind == models.Invalid {
		return 2
	}
	return 1
}

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(w io.Writer) error {
	_, err := fmt.Fprintln(w, "ospo", version())
	return err
}

// version is the module's version, or the commit a development build was made from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "development"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "development-" + s.Value[:12]
		}
	}
	return "development"
}
