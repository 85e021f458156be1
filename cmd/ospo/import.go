package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// importCommand brings files into the register from the machine it runs on.
type importCommand struct {
	SBOM      importSBOM      `cmd:"" name:"sbom" help:"Attach SBOM documents to a release."`
	Agencies  importAgencies  `cmd:"" help:"Bring a national list of agencies in, from a CSV file."`
	Catalogue importCatalogue `cmd:"" help:"Bring the catalogue of another government in as files, where nobody may ask it."`
}

type importSBOM struct {
	Files   []string `arg:"" name:"file" help:"Documents, or directories of them; - reads standard input."`
	Asset   string   `placeholder:"NAME|ID" help:"The software they are all of: its name as in the register, or its number. Without it each document says itself what it describes."`
	Release string   `placeholder:"NUMBER" help:"The version that the documents describe; goes with --asset."`
	Create  bool     `help:"Register the release when the register does not have it; goes with --asset."`
	Agency  string   `placeholder:"CODE|ID" help:"Whose software it is: where to look, and who answers for what is made."`
	Make    string   `enum:"nothing,release,asset" default:"asset" help:"What may be made when it is not found: ${enum}."`
	Report  string   `placeholder:"FILE" help:"Write what became of each document to a CSV file: path, outcome, code, detail, sbomId, deliveryId."`
	Workers int      `placeholder:"N" help:"Documents read at the same time; one for each processor when not given."`
}

// Run sends the documents. The exit status is 1 when any is refused.
func (c *importSBOM) Run(ctx context.Context, s *settings, in io.Reader, w io.Writer) error {
	if (c.Asset == "") != (c.Release == "") {
		return errors.New("give --asset and --release together, or neither: then each document says itself what it describes")
	}
	return withRegister(ctx, s, w, func(db *database, reg *register.Register, by models.Viewer) error {
		report, err := newImportReport(c.Report)
		if err != nil {
			return err
		}
		if c.Asset == "" {
			err = c.importMany(ctx, s, db, reg, by, report, in, w)
		} else {
			err = c.importForRelease(ctx, s, db, reg, by, report, in, w)
		}
		return cmp.Or(err, report.close())
	})
}

// importForRelease sends the documents one after the other: each replaces the one before.
func (c *importSBOM) importForRelease(ctx context.Context, s *settings, db *database, reg *register.Register, by models.Viewer, report *importReport, in io.Reader, w io.Writer) error {
	asset, err := findAsset(ctx, db.store, by, c.Asset)
	if err != nil {
		return err
	}
	release, err := c.findRelease(ctx, db.store, reg, by, asset)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%s %s\n\n", asset.Title(), release.Number)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "File\tVerdict\tFormat\tPackages\tFindings\t")
	sender := &documentSender{reg: reg, by: by, release: release.ID, limits: sbom.Limits{Bytes: s.maxBytes}, table: t, report: report}
	for _, file := range c.Files {
		if err := sender.sendPath(ctx, file, in); err != nil {
			return errors.Join(t.Flush(), err)
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	return sender.conclude(w)
}

// findAsset finds an asset by its number, or by its name with or without the edition.
func findAsset(ctx context.Context, st *store.Store, by models.Viewer, text string) (*models.Asset, error) {
	if id, err := strconv.ParseInt(text, 10, 64); err == nil {
		a, err := st.Asset(ctx, by, id)
		if !models.IsKind(err, models.NotFound) {
			return a, err
		}
	}
	alike, err := st.Duplicates(ctx, by, &models.Asset{Name: text})
	if err != nil {
		return nil, err
	}
	var named, titled []store.Duplicate
	for _, d := range alike {
		if strings.EqualFold(d.Title, text) {
			titled = append(titled, d)
		}
		if d.Reason == "name" {
			named = append(named, d)
		}
	}
	for _, found := range [][]store.Duplicate{titled, named} {
		if len(found) == 1 {
			return st.Asset(ctx, by, found[0].ID)
		}
	}
	if len(alike) == 0 {
		return nil, fmt.Errorf("there is no software called %q in the register: register it first, on the page “Register software”", text)
	}
	list := make([]string, len(alike))
	for i, d := range alike {
		list[i] = fmt.Sprintf("  --asset %d  %s, %s", d.ID, d.Title, d.Steward)
	}
	return nil, fmt.Errorf("no one piece of software is called %q; did you mean one of these?\n%s", text, strings.Join(list, "\n"))
}

func (c *importSBOM) findRelease(ctx context.Context, st *store.Store, reg *register.Register, by models.Viewer, asset *models.Asset) (*models.Release, error) {
	number := strings.TrimSpace(c.Release)
	release, err := st.ReleaseByNumber(ctx, by, asset.ID, number)
	switch {
	case !models.IsKind(err, models.NotFound):
		return release, err
	case c.Create:
		release = &models.Release{AssetID: asset.ID, Number: number}
		return release, reg.RegisterRelease(ctx, by, release)
	}
	return nil, fmt.Errorf("%s has no release %q in the register: add --create to register it", asset.Title(), number)
}

// documentSender sends documents for one release and keeps count.
type documentSender struct {
	reg                 *register.Register
	by                  models.Viewer
	release             int64
	limits              sbom.Limits
	table               io.Writer
	report              *importReport
	taken, kept, failed int
}

// sendPath sends a file, standard input, or every file below a directory in the order of their names; what begins with
// a point is passed over.
func (d *documentSender) sendPath(ctx context.Context, path string, in io.Reader) error {
	if path == "-" {
		return d.send(ctx, "standard input", in)
	}
	return filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
		hidden := entry != nil && name != path && strings.HasPrefix(entry.Name(), ".")
		switch {
		case err != nil:
			return d.refuse(name, "unreadable-file", plain(err).Error())
		case entry.IsDir() && hidden:
			return fs.SkipDir
		case entry.IsDir() || hidden:
			return nil
		}
		f, err := os.Open(name)
		if err != nil {
			return d.refuse(name, "unreadable-file", plain(err).Error())
		}
		defer f.Close()
		return d.send(ctx, name, f)
	})
}

func (d *documentSender) send(ctx context.Context, name string, body io.Reader) error {
	receipt, err := d.reg.ReceiveSBOM(ctx, d.by, d.release, filepath.Base(name), body, d.limits)
	var ours *models.Error
	if errors.As(err, &ours) {
		return d.refuse(name, ours.Code, ours.Detail)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", name, err)
		return errors.Join(err, d.report.add(imported{file: name, failure: err}))
	}
	if err := d.report.add(imported{file: name, sbom: receipt.SBOM, again: receipt.Again}); err != nil {
		return err
	}
	remark := ""
	if receipt.Again {
		remark = "was there already"
		d.kept++
	} else {
		d.taken++
	}
	_, err = fmt.Fprintf(d.table, "%s\t%s\t%s\t%d\t%d\t%s\n", name, receipt.SBOM.Verdict, receipt.SBOM.Format, receipt.SBOM.Packages, len(receipt.SBOM.Findings)+receipt.SBOM.MoreFindings, remark)
	return err
}

func (d *documentSender) refuse(name, code, why string) error {
	d.failed++
	if err := d.report.add(imported{file: name, code: code, reason: why}); err != nil {
		return err
	}
	_, err := fmt.Fprintf(d.table, "%s\t%s\t\t\t\t%s\n", name, models.Refused, why)
	return err
}

func (d *documentSender) conclude(w io.Writer) error {
	fmt.Fprintf(w, "\n%s taken in, %d there already, %d refused.\n", count(d.taken, "document"), d.kept, d.failed)
	if d.taken > 1 {
		fmt.Fprintln(w, "Each replaced the one before it: the last one speaks for the release.")
	}
	if d.failed > 0 {
		return quiet(1)
	}
	return nil
}

type importAgencies struct {
	File   string `arg:"" help:"The list as CSV; - reads standard input. Headings: code, name, kind, parent, uri, email, phone, website, in any order."`
	DryRun bool   `name:"dry-run" help:"Say what would happen and change nothing."`
}

// Run imports the list. The exit status is 1 when any row is refused.
func (c *importAgencies) Run(ctx context.Context, s *settings, in io.Reader, w io.Writer) error {
	rows, notes, err := c.read(in)
	if err != nil {
		return err
	}
	mode := register.ImportPerform
	if c.DryRun {
		mode = register.ImportRehearse
	}
	return withRegister(ctx, s, w, func(_ *database, reg *register.Register, by models.Viewer) error {
		report, err := reg.ImportAgencies(ctx, by, rows, mode)
		if err != nil {
			return err
		}
		return printAgencyImport(w, report, notes, mode)
	})
}

func (c *importAgencies) read(in io.Reader) ([]register.AgencyRow, []string, error) {
	if c.File == "-" {
		return register.ReadAgencyList(in)
	}
	f, err := os.Open(c.File)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", c.File, plain(err))
	}
	defer f.Close()
	return register.ReadAgencyList(f)
}

// printAgencyImport lists what changes and what is refused, then the counts.
func printAgencyImport(w io.Writer, report *register.AgencyImport, notes []string, mode register.ImportMode) error {
	for _, n := range notes {
		fmt.Fprintln(w, n)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if report.Unchanged < len(report.Rows) {
		fmt.Fprintln(t, "Row\tCode\tOutcome\t")
	}
	for _, r := range report.Rows {
		if r.Outcome != register.RowUnchanged {
			fmt.Fprintf(t, "%d\t%s\t%s\t%s\n", r.Number, r.Code, r.Outcome, r.Sentence)
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n%s: %d created, %d changed, %d unchanged, %d refused.\n", count(len(report.Rows), "row"), report.Created, report.Changed, report.Unchanged, report.Refused)
	if mode == register.ImportRehearse {
		fmt.Fprintln(w, "This was a rehearsal: nothing has been changed.")
	}
	if report.Refused > 0 {
		return quiet(1)
	}
	return nil
}
