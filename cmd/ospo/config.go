package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/ospo-register/ospo/catalog"
	"github.com/ospo-register/ospo/exporters/ocds"
	"github.com/ospo-register/ospo/importers/forge"
	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store/embedded"
)

// settings are what every command can be told, by flag or environment; docs/configuration.md explains each. They are
// kept as text so that all mistakes in them can be reported at once.
type settings struct {
	DatabaseURL          string `name:"database-url" env:"OSPO_DATABASE_URL" placeholder:"URL" help:"The Postgres (15 or newer) to use. Without it the register starts a private one of its own."`
	DataDir              string `name:"data-dir" env:"OSPO_DATA_DIR" placeholder:"DIR" help:"Where the private Postgres keeps its data."`
	PostgresBin          string `name:"postgres-bin" env:"OSPO_POSTGRES_BIN" placeholder:"DIR" help:"The folder with the programs postgres and initdb, when they are not found by themselves."`
	Listen               string `name:"listen" env:"OSPO_LISTEN" default:"127.0.0.1:8080" placeholder:"ADDRESS" help:"Where pages and API are served."`
	PublicURL            string `name:"public-url" env:"OSPO_PUBLIC_URL" placeholder:"URL" help:"The address people use, when a proxy stands in front: https://register.example.gov"`
	MaxDocument          string `name:"max-document" env:"OSPO_MAX_DOCUMENT" default:"512MB" placeholder:"SIZE" help:"The largest SBOM document taken, such as 512MB."`
	LogKey               string `name:"log-key" env:"OSPO_LOG_KEY" placeholder:"FILE" help:"The file with the key that the log of decisions is signed with. Without it the key is in the data directory."`
	MaxAttachment        string `name:"max-attachment" env:"OSPO_MAX_ATTACHMENT" default:"256MB" placeholder:"SIZE" help:"The largest file taken with a decision, such as 256MB."`
	AttachmentCheck      string `name:"attachment-check" env:"OSPO_ATTACHMENT_CHECK" placeholder:"COMMAND" help:"The program that looks at each file of a decision for malware, with its arguments; see docs/operations.md."`
	OCDSPrefix           string `name:"ocds-prefix" env:"OSPO_OCDS_PREFIX" placeholder:"PREFIX" help:"The prefix of open contracting identifiers that was registered for this publisher, as ocds-h6vhtk. Without it nothing is told as open contracting data."`
	OCDSPublisher        string `name:"ocds-publisher" env:"OSPO_OCDS_PUBLISHER" placeholder:"NAME" help:"Who publishes open contracting data here."`
	DataLicense          string `name:"data-license" env:"OSPO_DATA_LICENSE" default:"CC0-1.0" placeholder:"ID" help:"The licence of the open data, as SPDX identifier."`
	PDFBrowser           string `name:"pdf-browser" env:"OSPO_PDF_BROWSER" placeholder:"FILE" help:"The Chromium that prints decisions as PDF files. Without it none are offered."`
	Synonyms             string `name:"synonyms" env:"OSPO_SYNONYMS" placeholder:"FILE" help:"A file with words that mean the same, for searches of the catalogue besides those that the program knows; see docs/catalogue.md."`
	WebhooksAllowPrivate bool   `name:"webhooks-allow-private" env:"OSPO_WEBHOOKS_ALLOW_PRIVATE" help:"Also send webhooks to addresses inside private networks: for receivers on an intranet."`
	LogFormat            string `name:"log-format" env:"OSPO_LOG_FORMAT" default:"text" placeholder:"text|json" help:"How log lines are written."`
	LogLevel             string `name:"log-level" env:"OSPO_LOG_LEVEL" default:"info" placeholder:"debug|info|warn|error" help:"How much is logged."`

	harvestSettings

	maxBytes int64
	filing   register.AttachmentRules
	synonyms *catalog.Synonyms // nil: those that come with the program
	level    slog.Level
	ending   <-chan struct{} // closed when the program is asked to end
}

// known are the environment variables that mean something to this program.
var known = []string{"OSPO_DATABASE_URL", "OSPO_DATA_DIR", "OSPO_POSTGRES_BIN", "OSPO_POSTGRES_FROM", "OSPO_LISTEN", "OSPO_PUBLIC_URL", "OSPO_MAX_DOCUMENT", "OSPO_MAX_ATTACHMENT", "OSPO_ATTACHMENT_CHECK", "OSPO_PDF_BROWSER", "OSPO_LOG_KEY", "OSPO_OCDS_PREFIX", "OSPO_HARVEST_EVERY", "OSPO_HARVEST_ALLOW_PRIVATE", "OSPO_HARVEST_TOKENS", "OSPO_MIRRORS", "OSPO_ARCHIVE", "OSPO_OCDS_PUBLISHER", "OSPO_DATA_LICENSE", "OSPO_SYNONYMS", "OSPO_WEBHOOKS_ALLOW_PRIVATE", "OSPO_LOG_FORMAT", "OSPO_LOG_LEVEL", "OSPO_TEST_DATABASE_URL", "OSPO_AXE", "OSPO_CHROMIUM"}

// check reads what is written in the settings and reports every mistake at once.
func (s *settings) check() error {
	var wrong []string
	mistake := func(name, format string, args ...any) {
		wrong = append(wrong, "  "+name+": "+fmt.Sprintf(format, args...))
	}
	if s.DatabaseURL != "" {
		if _, err := pgconn.ParseConfig(s.DatabaseURL); err != nil {
			mistake("--database-url / OSPO_DATABASE_URL", "this cannot be read as a Postgres address; write it as postgres://user:password@host:5432/database")
		}
	}
	if _, _, err := net.SplitHostPort(s.Listen); err != nil {
		mistake("--listen / OSPO_LISTEN", "%q is not an address; write it as 127.0.0.1:8080, or :8080 for every interface", s.Listen)
	}
	if s.PublicURL != "" {
		if u, err := url.Parse(s.PublicURL); err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") || strings.Trim(u.Path, "/") != "" {
			mistake("--public-url / OSPO_PUBLIC_URL", "%q is not an address such as https://register.example.gov (a path is not supported)", s.PublicURL)
		}
	}
	if s.PostgresBin != "" {
		if _, err := os.Stat(filepath.Join(s.PostgresBin, "postgres")); err != nil {
			mistake("--postgres-bin / OSPO_POSTGRES_BIN", "there is no program “postgres” in %s", s.PostgresBin)
		}
	}
	var err error
	if s.maxBytes, err = parseSize(s.MaxDocument); err != nil {
		mistake("--max-document / OSPO_MAX_DOCUMENT", "%v", err)
	}
	if s.filing.Most, err = parseSize(s.MaxAttachment); err != nil {
		mistake("--max-attachment / OSPO_MAX_ATTACHMENT", "%v", err)
	}
	if s.filing.Check = strings.Fields(s.AttachmentCheck); len(s.filing.Check) > 0 {
		if _, err := exec.LookPath(s.filing.Check[0]); err != nil {
			mistake("--attachment-check / OSPO_ATTACHMENT_CHECK", "there is no program %q that can be run; give its path, and no quotation marks: arguments are told apart by spaces", s.filing.Check[0])
		}
	}
	s.checkTold(mistake)
	if s.PDFBrowser != "" {
		if _, err := exec.LookPath(s.PDFBrowser); err != nil {
			mistake("--pdf-browser / OSPO_PDF_BROWSER", "there is no program %q that can be run; give the path of Chromium", s.PDFBrowser)
		}
	}
	if s.Synonyms != "" {
		if s.synonyms, err = readSynonyms(s.Synonyms); err != nil {
			mistake("--synonyms / OSPO_SYNONYMS", "%v", err)
		}
	}
	if s.LogFormat != "text" && s.LogFormat != "json" {
		mistake("--log-format / OSPO_LOG_FORMAT", "%q is neither text nor json", s.LogFormat)
	}
	if err := s.level.UnmarshalText([]byte(s.LogLevel)); err != nil {
		mistake("--log-level / OSPO_LOG_LEVEL", "%q is none of debug, info, warn, error", s.LogLevel)
	}
	s.harvestSettings.check(mistake)
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		if strings.HasPrefix(name, "OSPO_") && !slices.Contains(known, name) {
			mistake(name, "there is no such setting; see docs/configuration.md")
		}
	}
	if wrong != nil {
		return errors.New("some settings cannot be used:\n" + strings.Join(wrong, "\n"))
	}
	return nil
}

// checkTold names the mistakes in what is told to others, and by whom.
func (s *settings) checkTold(mistake func(name, format string, args ...any)) {
	if s.OCDSPrefix != "" && !ocds.IsPrefix(s.OCDSPrefix) {
		mistake("--ocds-prefix / OSPO_OCDS_PREFIX", "%q is not a prefix such as ocds-h6vhtk, which the Open Contracting Partnership registers for a publisher", s.OCDSPrefix)
	}
	if (s.OCDSPrefix == "") != (strings.TrimSpace(s.OCDSPublisher) == "") {
		mistake("--ocds-publisher / OSPO_OCDS_PUBLISHER", "a prefix for open contracting data and the name of who publishes them go together; set both or neither")
	}
	if _, ok := licenses.Get(s.DataLicense); !ok {
		mistake("--data-license / OSPO_DATA_LICENSE", "%q is no identifier of the SPDX list, such as CC0-1.0 or CC-BY-4.0", s.DataLicense)
	}
}

// parseSize reads 512MB, 1GB, 900KB or a number of bytes; units are powers of 1,024.
func parseSize(text string) (int64, error) {
	units := []struct {
		name  string
		bytes int64
	}{{"KB", 1 << 10}, {"MB", 1 << 20}, {"GB", 1 << 30}, {"B", 1}, {"", 1}}
	upper := strings.ToUpper(strings.ReplaceAll(text, " ", ""))
	for _, u := range units {
		if digits, ok := strings.CutSuffix(upper, u.name); ok {
			n, err := strconv.ParseInt(digits, 10, 64)
			if err != nil || n <= 0 || n > (1<<40)/u.bytes {
				break
			}
			return n * u.bytes, nil
		}
	}
	return 0, fmt.Errorf("%q is not a size; write it as 512MB", text)
}

// contracting is what the register is told of itself as a publisher of open contracting data.
func (s *settings) contracting() register.OpenContracting {
	return register.OpenContracting{Prefix: s.OCDSPrefix, Publisher: strings.TrimSpace(s.OCDSPublisher), Address: strings.TrimSuffix(s.PublicURL, "/")}
}

// openData is what the register is told of itself as a publisher of open data.
func (s *settings) openData() register.OpenData {
	return register.OpenData{License: s.DataLicense, Address: strings.TrimSuffix(s.PublicURL, "/")}
}

// webhooks is what the register is told of how it tells others.
func (s *settings) webhooks() register.Webhooks {
	return register.Webhooks{Client: forge.NewClient(forge.Limits{AllowPrivate: s.WebhooksAllowPrivate, Agent: "OSPO-register (webhook)", RequestTime: 15 * time.Second, Own: s.own}), Address: strings.TrimSuffix(s.PublicURL, "/")}
}

// readSynonyms reads a file of synonyms, to be known besides those that come with the program.
func readSynonyms(path string) (*catalog.Synonyms, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the file cannot be read: %w", err)
	}
	return catalog.OwnSynonyms().With(string(text))
}

// log makes the logger the settings ask for.
func (s *settings) log(w io.Writer) *slog.Logger {
	o := &slog.HandlerOptions{Level: s.level}
	if s.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

// postgresDir is where the private Postgres lives: in the data directory's folder of that name.
func (s *settings) postgresDir() (string, error) {
	dir := s.DataDir
	if dir == "" {
		var err error
		if dir, err = embedded.StateDir(); err != nil {
			return "", err
		}
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("finding the data directory: %w", err)
	}
	return filepath.Join(dir, "postgres"), nil
}
