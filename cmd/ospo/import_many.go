package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// manyImport sends documents that say themselves what they describe, several at a time. It can be stopped and begun again:
// what the register has already costs reading the file and one question.
type manyImport struct {
	st     *store.Store
	reg    *register.Register
	by     models.Viewer
	target models.Target
	limits register.Limits
	in     io.Reader
}

// imported is what became of one file.
type imported struct {
	file    string
	sbom    *store.SBOMRow // nil when refused
	again   bool
	code    string // why it was refused
	reason  string
	failure error // not the document's fault: the import ends
}

func (c *importSBOM) importMany(ctx context.Context, s *settings, db *database, reg *register.Register, by models.Viewer, report *importReport, in io.Reader, w io.Writer) error {
	m := &manyImport{st: db.store, reg: reg, by: by, target: models.Target{Make: models.MakeRule(c.Make)}, limits: register.Limits{Bytes: s.maxBytes}, in: in}
	var err error
	if c.Agency != "" {
		if m.target.AgencyID, err = findAgency(ctx, db.store, c.Agency); err != nil {
			return err
		}
	} else if m.target.Make == models.MakeAsset {
		return errors.New("say with --agency who answers for software that is made, or add --make release to make releases only")
	}
	sum := importSum{report: report}
	files := documentsBelow(c.Files, &sum)
	if c.Workers <= 0 {
		c.Workers = runtime.NumCPU()
	}
	began := time.Now()
	bar := newProgressBar(w, len(files), began)
	for done := range m.send(ctx, files, c.Workers) {
		sum.add(done)
		bar.show(sum.done(), done.file)
	}
	bar.clear()
	if err := sum.print(w, time.Since(began)); err != nil {
		return err
	}
	switch left := len(files) - sum.done() + sum.unreadable; {
	case sum.failure != nil:
		return sum.failure
	case ctx.Err() != nil && left > 0:
		fmt.Fprintf(w, "\nStopped with %s left. Run the same command to go on: what is in already is passed over.\n", count(left, "document"))
		return quiet(130)
	case len(sum.refused) > 0:
		return quiet(1)
	}
	return nil
}

func findAgency(ctx context.Context, st *store.Store, text string) (int64, error) {
	a, err := st.AgencyByCode(ctx, text)
	if id, bad := strconv.ParseInt(text, 10, 64); models.IsKind(err, models.NotFound) && bad == nil {
		a, err = st.Agency(ctx, id)
	}
	if models.IsKind(err, models.NotFound) {
		return 0, fmt.Errorf("there is no agency with the code or number %q in the register", text)
	}
	if err != nil {
		return 0, err
	}
	return a.ID, nil
}

// documentsBelow lists files, and those below directories in the order of their names; what begins with a point is passed over.
func documentsBelow(paths []string, sum *importSum) []string {
	var files []string
	for _, path := range paths {
		if path == "-" {
			files = append(files, path)
			continue
		}
		_ = filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error { // its function never fails
			hidden := entry != nil && name != path && strings.HasPrefix(entry.Name(), ".")
			switch {
			case err != nil:
				sum.unreadable++
				sum.add(imported{file: name, code: "unreadable-file", reason: "The file cannot be read: " + plain(err).Error() + "."})
			case entry.IsDir() && hidden:
				return fs.SkipDir
			case entry.IsDir(), hidden, name != path && entry.Type()&(fs.ModeNamedPipe|fs.ModeSocket|fs.ModeDevice) != 0:
			default:
				files = append(files, name)
			}
			return nil
		})
	}
	return files
}

// send gives what becomes of each file until all are done, ctx ends or something fails that is not a document's fault. Those
// under way are always finished; a second interrupt ends the program at once.
func (m *manyImport) send(ctx context.Context, files []string, workers int) <-chan imported {
	calm := context.AfterFunc(ctx, func() { signal.Reset(os.Interrupt) })
	ctx, stop := context.WithCancel(ctx)
	waiting, done := make(chan string), make(chan imported)
	go func() {
		defer close(waiting)
		for _, f := range files {
			select {
			case <-ctx.Done():
				return
			default:
			}
			select {
			case waiting <- f:
			case <-ctx.Done():
				return
			}
		}
	}()
	var under sync.WaitGroup
	for range workers {
		under.Go(func() {
			for f := range waiting {
				result := m.take(context.WithoutCancel(ctx), f)
				if result.failure != nil {
					stop()
				}
				done <- result
			}
		})
	}
	go func() {
		under.Wait()
		calm()
		stop()
		close(done)
	}()
	return done
}

// take sends one file, unless the register has these bytes.
func (m *manyImport) take(ctx context.Context, name string) imported {
	body, shown := m.in, "standard input"
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return imported{file: name, code: "unreadable-file", reason: "The file cannot be read: " + plain(err).Error() + "."}
		}
		defer f.Close()
		h := sha256.New()
		if _, err := io.Copy(h, f); err != nil {
			return imported{file: name, code: "unreadable-file", reason: "The file cannot be read: " + plain(err).Error() + "."}
		}
		there, err := m.st.SBOMWithBytes(ctx, m.by, h.Sum(nil), m.target.AgencyID)
		if err == nil {
			return imported{file: name, sbom: there, again: true}
		}
		if !models.IsKind(err, models.NotFound) {
			return imported{file: name, failure: fmt.Errorf("%s: %w", name, err)}
		}
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return imported{file: name, failure: fmt.Errorf("%s: %w", name, err)}
		}
		body, shown = f, name
	}
	got, err := m.reg.Deliver(ctx, m.by, register.Handover{Door: models.DoorImport, Target: m.target, Filename: filepath.Base(shown), Async: register.Never}, body, m.limits)
	var ours *models.Error
	switch {
	case errors.As(err, &ours):
		return imported{file: shown, code: ours.Code, reason: sentence(ours)}
	case err != nil:
		return imported{file: shown, failure: fmt.Errorf("%s: %w", shown, err)}
	}
	return imported{file: shown, sbom: got.Receipt.SBOM, again: got.Receipt.Again}
}

// sentence says what is wrong in one line.
func sentence(e *models.Error) string {
	if len(e.Fields) > 0 {
		return e.Fields[0].Detail
	}
	return e.Detail
}

// importSum counts what became of the files.
type importSum struct {
	taken, again, salvaged, packages, unreadable int
	formats                                      map[models.SBOMFormat]int
	refused                                      []imported
	failure                                      error
	report                                       *importReport
}

func (s *importSum) add(i imported) {
	s.failure = cmp.Or(s.failure, s.report.add(i))
	switch {
	case i.failure != nil:
		s.failure = cmp.Or(s.failure, i.failure)
	case i.sbom == nil:
		s.refused = append(s.refused, i)
	case i.again:
		s.again++
	default:
		s.taken++
		s.packages += i.sbom.Packages
		if i.sbom.Verdict == models.Salvaged {
			s.salvaged++
		}
		if s.formats == nil {
			s.formats = map[models.SBOMFormat]int{}
		}
		s.formats[i.sbom.Format]++
	}
}

func (s *importSum) done() int { return s.taken + s.again + len(s.refused) }

// print writes the summary: the counts, the formats, and the refused by reason.
func (s *importSum) print(w io.Writer, took time.Duration) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "Taken in\t%d\n", s.taken)
	if s.salvaged > 0 {
		fmt.Fprintf(t, "  of which salvaged\t%d\n", s.salvaged)
	}
	fmt.Fprintf(t, "There already\t%d\nRefused\t%d\nPackages\t%d\nTime\t%s\n", s.again, len(s.refused), s.packages, took.Round(100*time.Millisecond))
	for i, f := range models.SBOMFormats {
		if i == 0 && s.taken > 0 {
			fmt.Fprint(t, "\nFormat\tDocuments\n")
		}
		if n := s.formats[f]; n > 0 {
			fmt.Fprintf(t, "%s\t%d\n", f, n)
		}
	}
	reasons := map[string][]imported{}
	for _, r := range s.refused {
		reasons[r.code] = append(reasons[r.code], r)
	}
	codes := make([]string, 0, len(reasons))
	for code := range reasons {
		codes = append(codes, code)
	}
	slices.SortFunc(codes, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(reasons[b]), len(reasons[a])), strings.Compare(a, b))
	})
	if err := t.Flush(); err != nil {
		return err
	}
	for _, code := range codes {
		list := reasons[code]
		slices.SortFunc(list, func(a, b imported) int { return strings.Compare(a.file, b.file) })
		fmt.Fprintf(w, "\n%s refused: %s\n  for example %s: %s\n", count(len(list), "document"), code, list[0].file, list[0].reason)
		named := list[1:min(len(list), mostNamed)]
		if s.report != nil {
			named = nil // all of them are in the report
		}
		for _, r := range named {
			fmt.Fprintf(w, "  %s\n", r.file)
		}
		if more := len(list) - 1 - len(named); more > 0 {
			fmt.Fprintf(w, "  and %d more\n", more)
		}
	}
	if s.report != nil {
		fmt.Fprintf(w, "\nWhat became of each is in %s.\n", s.report.file.Name())
	}
	return nil
}

// mostNamed bounds the files that are named for one reason.
const mostNamed = 10

// progressBar shows how far a long piece of work has come: as a bar on a terminal, elsewhere as a line now and then.
type progressBar struct {
	w        io.Writer
	all      int
	began    time.Time
	terminal bool
	last     time.Time
}

const linesEvery = 500 // documents

func newProgressBar(w io.Writer, all int, began time.Time) *progressBar {
	b := &progressBar{w: w, all: all, began: began}
	if f, ok := w.(*os.File); ok {
		if info, err := f.Stat(); err == nil {
			b.terminal = info.Mode()&os.ModeCharDevice != 0
		}
	}
	return b
}

func (b *progressBar) show(done int, file string) {
	if !b.terminal {
		if done%linesEvery == 0 {
			fmt.Fprintf(b.w, "%d of %d\n", done, b.all)
		}
		return
	}
	now := time.Now()
	if now.Sub(b.last) < 100*time.Millisecond && done < b.all {
		return
	}
	b.last = now
	const width = 30
	full := width * min(done, b.all) / max(b.all, 1)
	rate := float64(done) / max(now.Sub(b.began).Seconds(), 0.001)
	left := time.Duration(float64(b.all-done) / max(rate, 0.001) * float64(time.Second)).Round(time.Second)
	name := []rune(filepath.Base(file))
	fmt.Fprintf(b.w, "\r\033[K[%s%s] %d of %d, %.0f/s, %s left  %s", strings.Repeat("#", full), strings.Repeat(".", width-full), done, b.all, rate, left, string(name[:min(len(name), 30)]))
}

func (b *progressBar) clear() {
	if b.terminal {
		fmt.Fprint(b.w, "\r\033[K")
	}
}
