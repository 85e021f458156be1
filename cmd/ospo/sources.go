package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// sourcesCommand looks after the catalogues of other governments.
type sourcesCommand struct {
	List sourcesList `cmd:"" help:"List them, and say how fresh each is."`
	Read sourcesRead `cmd:"" help:"Read one now."`
}

type sourcesList struct{}

// Run lists the sources.
func (*sourcesList) Run(ctx context.Context, s *settings, w io.Writer) error {
	return withRegister(ctx, s, w, func(db *database, _ *register.Register, _ models.Viewer) error {
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(t, "Number\tName\tKind\tCountry\tEntries\tLast read whole\tOutcome\t")
		f := models.SourceFilter{Page: models.Page{Limit: models.MaxLimit}}
		for {
			list, err := db.store.Sources(ctx, f)
			if err != nil {
				return err
			}
			for _, src := range list.Items {
				read := "never"
				if src.ReadAt != nil {
					read = src.ReadAt.UTC().Format("2006-01-02 15:04")
				}
				fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%d\t%s\t%s\t\n", src.ID, src.Name, src.Kind, src.Country, src.Entries, read, src.Outcome)
			}
			if f.After = list.Next; f.After == "" {
				return t.Flush()
			}
		}
	})
}

type sourcesRead struct {
	Source string `arg:"" help:"The source: its name, or its number."`
	DryRun bool   `help:"Say what would change, and change nothing."`
}

// Run reads a source and says what it found. The exit status is 1 when it could not be read.
func (c *sourcesRead) Run(ctx context.Context, s *settings, w io.Writer) error {
	return withRegister(ctx, s, w, func(db *database, reg *register.Register, by models.Viewer) error {
		reg.UseHarvesting(s.harvesting())
		src, err := findSource(ctx, db.store, c.Source)
		if err != nil {
			return err
		}
		r, err := reg.AskReading(ctx, by, src.ID, readingMode(c.DryRun))
		if err != nil {
			return err
		}
		if err := reg.RunReading(ctx, r.ID); err != nil {
			return err
		}
		return tellReading(ctx, db, w, r.ID)
	})
}

func readingMode(dry bool) models.ReadingMode {
	if dry {
		return models.ReadingRehearsed
	}
	return models.ReadingKeeps
}

// importCatalogue brings the catalogue of another government as files.
type importCatalogue struct {
	Source string   `arg:"" help:"The source it is of: its name, or its number. Add it on the page “Other governments” first."`
	Files  []string `arg:"" name:"file" help:"The catalogue, or its pages in order; for a list of publiccode.yml those files, or directories of them; - reads standard input."`
	DryRun bool     `help:"Say what would change, and change nothing."`
}

// Run reads the files as if the source had answered with them.
func (c *importCatalogue) Run(ctx context.Context, s *settings, in io.Reader, w io.Writer) error {
	return withRegister(ctx, s, w, func(db *database, reg *register.Register, by models.Viewer) error {
		src, err := findSource(ctx, db.store, c.Source)
		if err != nil {
			return err
		}
		documents, err := readCatalogue(c.Files, in)
		if err != nil {
			return err
		}
		r, err := reg.BringCatalogue(ctx, by, src.ID, documents, readingMode(c.DryRun))
		if err != nil {
			return err
		}
		return tellReading(ctx, db, w, r.ID)
	})
}

func readCatalogue(files []string, in io.Reader) ([]register.SourceDocument, error) {
	var out []register.SourceDocument
	for _, name := range files {
		if name == "-" {
			content, err := io.ReadAll(io.LimitReader(in, register.MostCatalogue+1))
			if err != nil {
				return nil, err
			}
			out = append(out, register.SourceDocument{Filename: "standard input", Content: content})
			continue
		}
		err := filepath.WalkDir(name, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			info, err := d.Info()
			if err != nil {
				return err
			}
			if info.Size() > register.MostCatalogue {
				return fmt.Errorf("%s is larger than 64 MB; bring it in pages", path)
			}
			content, err := os.ReadFile(path)
			if err == nil {
				out = append(out, register.SourceDocument{Filename: path, Content: content})
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func findSource(ctx context.Context, st *store.Store, text string) (*store.SourceRow, error) {
	if id, err := strconv.ParseInt(text, 10, 64); err == nil {
		return st.Source(ctx, id)
	}
	list, err := st.Sources(ctx, models.SourceFilter{Query: text, Page: models.Page{Limit: models.MaxLimit}})
	if err != nil {
		return nil, err
	}
	for i := range list.Items {
		if strings.EqualFold(list.Items[i].Name, text) {
			return &list.Items[i], nil
		}
	}
	if len(list.Items) == 1 {
		return &list.Items[0], nil
	}
	return nil, fmt.Errorf("%d sources are called like “%s”; “ospo sources list” lists them", len(list.Items), text)
}

// tellReading says what a reading found, and what went wrong where.
func tellReading(ctx context.Context, db *database, w io.Writer, id int64) error {
	r, err := db.store.Reading(ctx, id)
	if err != nil {
		return err
	}
	f := models.Page{Limit: models.MaxLimit}
	for {
		lines, err := db.store.ReadingLines(ctx, id, f)
		if err != nil {
			return err
		}
		for _, l := range lines.Items {
			fmt.Fprintf(w, "%s: %s, %d entries", l.URL, l.Outcome, l.Entries)
			if l.Detail != "" {
				fmt.Fprintf(w, ". %s", strings.TrimSpace(l.Detail+" "+l.Cure))
			}
			fmt.Fprintln(w)
		}
		if f.After = lines.Next; f.After == "" {
			break
		}
	}
	fmt.Fprintf(w, "\n%d entries in %d answers: %d new, %d changed, %d as before, %d gone, %d left out\n", r.Found, r.Pages, r.Added, r.Changed, r.Unchanged, r.Gone, r.Refused)
	if r.Mode == models.ReadingRehearsed {
		fmt.Fprintln(w, "Nothing was changed.")
	}
	if r.State != models.HarvestDone {
		return errors.New(strings.TrimSpace("the source could not be read: " + r.Detail + " " + r.Cure))
	}
	return nil
}
