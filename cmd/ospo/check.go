package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/ospo-register/ospo/importers"
	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/quality"
)

// checkCommand says what documents hold, and whether policies allow it, without a database.
type checkCommand struct {
	Files []string `arg:"" optional:"" name:"file" help:"Documents, or directories of them; - reads standard input."`
	JSON  bool     `name:"json" help:"Print one line of JSON per document."`

	Judging judging `embed:""`
}

// Run prints a report per document. The exit status is 1 when any of them is refused; judged by policies, it says the worst verdict too.
func (c *checkCommand) Run(ctx context.Context, in io.Reader, w io.Writer) error {
	if c.Judging.asked() {
		return c.judge(ctx, in, w)
	}
	if len(c.Files) == 0 {
		return models.Refuse(models.Invalid, "no-document", "Name a document, or a directory of them; - reads standard input.")
	}
	refused := false
	report := func(result importers.CheckResult) error {
		refused = refused || result.Verdict == models.Refused
		return c.print(w, result)
	}
	for _, file := range c.Files {
		if file == "-" {
			if err := report(importers.Check("-", in, sbom.Limits{})); err != nil {
				return err
			}
			continue
		}
		if err := eachFile(file, func(name string, err error) error {
			if err != nil {
				return report(importers.Unreadable(name, plain(err)))
			}
			return report(checkFile(name))
		}); err != nil {
			return err
		}
	}
	if refused {
		return quiet(1)
	}
	return nil
}

func (c *checkCommand) print(w io.Writer, result importers.CheckResult) error {
	switch {
	case c.JSON:
		return writeLine(w, checkLine(result))
	case result.Kind == importers.Description:
		return printDescription(w, result)
	}
	return printCheck(w, result)
}

func writeLine(w io.Writer, line any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(line)
}

// eachFile gives a file, or every file below a directory in the order of their names; directories whose names begin with a point are passed over.
func eachFile(path string, take func(name string, err error) error) error {
	return filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return take(name, err)
		case entry.IsDir() && name != path && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		case entry.IsDir():
			return nil
		case name != path && entry.Type()&(fs.ModeNamedPipe|fs.ModeSocket|fs.ModeDevice) != 0:
			return nil // reading it might never end
		}
		return take(name, nil)
	})
}

func checkFile(name string) importers.CheckResult {
	f, err := os.Open(name)
	if err != nil {
		return importers.Unreadable(name, plain(err))
	}
	defer f.Close()
	return importers.CheckIn(name, f, sbom.Limits{}, repositoryOf(name))
}

// repositoryOf is the folder a file lies in when that is the root of a repository, where the files are that a publiccode.yml names; nil elsewhere.
func repositoryOf(name string) fs.FS {
	dir := filepath.Dir(name)
	if _, err := os.Stat(filepath.Join(dir, ".git")); err != nil {
		return nil
	}
	return os.DirFS(dir)
}

// plain takes the file's name out of an error that is shown beside it.
func plain(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// printCheck writes a report for a person: a headline, the counts, and the findings by rule.
func printCheck(w io.Writer, r importers.CheckResult) error {
	var b strings.Builder
	name := r.File
	if name == "-" {
		name = "standard input"
	}
	fmt.Fprintf(&b, "%s: %s\n", name, r.Verdict)
	if r.Format != "" {
		fmt.Fprintf(&b, "  %s, %s: %s, %s, %s\n", r.Format, cmp.Or(r.Version, "no version stated"),
			count(r.Packages, "package"), count(r.Relationships, "relationship"), count(r.Licenses, "distinct licence"))
	}
	if r.SHA256 != "" {
		fmt.Fprintf(&b, "  SHA-256 %s\n", r.SHA256)
	}
	for _, group := range byRule(r.Findings) {
		first := group[0]
		fmt.Fprintf(&b, "  %-7s  %s", first.Severity, first.Rule)
		if len(group) > 1 {
			fmt.Fprintf(&b, ", %d times, first", len(group))
		}
		if first.Pointer != "" {
			fmt.Fprintf(&b, " at %s", first.Pointer)
		}
		fmt.Fprintf(&b, "\n           %s\n", first.Message)
	}
	if r.MoreFindings > 0 {
		fmt.Fprintf(&b, "  and %s of the same rules\n", count(r.MoreFindings, "more finding"))
	}
	printQuality(&b, r)
	_, err := io.WriteString(w, b.String())
	return err
}

// cheapest is how many improvements are printed.
const cheapest = 3

// judge says how complete a document is by each list; nothing when it was refused.
func judge(r importers.CheckResult) []quality.Report {
	if r.Verdict == models.Refused {
		return nil
	}
	var reports []quality.Report
	for _, l := range quality.Lists() {
		reports = append(reports, l.Judge(quality.Document{Format: r.Format, SpecVersion: r.Version, Packages: r.Packages, Tallies: r.Tallies}))
	}
	return reports
}

// printQuality writes the grade by each list, how its rules came out, and what is cheapest to mend.
func printQuality(b *strings.Builder, r importers.CheckResult) {
	for _, report := range judge(r) {
		fmt.Fprintf(b, "  %s: %s\n", report.List.Short, report.Grade.Words())
		fmt.Fprintf(b, "           %s\n", report.Sentence)
		outcomes := outcomeCounts(report)
		fmt.Fprintf(b, "           %d met, %d met with unknowns, %d partly, %d missing, %d not measured\n", outcomes[quality.Met], outcomes[quality.MetWithUnknowns], outcomes[quality.Partly], outcomes[quality.Missing], outcomes[quality.NotMeasured])
		for i, better := range report.Improvements[:min(len(report.Improvements), cheapest)] {
			fmt.Fprintf(b, "           %d. %s\n", i+1, better.Words)
		}
	}
}

func outcomeCounts(r quality.Report) map[quality.Outcome]int {
	counts := map[quality.Outcome]int{}
	for _, result := range r.Results {
		counts[result.Outcome]++
	}
	return counts
}

// byRule groups findings by rule, in the order in which the rules first occur.
func byRule(findings []models.ReadFinding) [][]models.ReadFinding {
	var groups [][]models.ReadFinding
	place := map[string]int{}
	for _, f := range findings {
		at, known := place[f.Rule]
		if !known {
			at = len(groups)
			place[f.Rule] = at
			groups = append(groups, nil)
		}
		groups[at] = append(groups[at], f)
	}
	return groups
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// checkedFile is one line of --json.
type checkedFile struct {
	File             string             `json:"file"`
	SHA256           string             `json:"sha256"`
	Kind             importers.Kind     `json:"kind"`
	Format           models.SBOMFormat  `json:"format"`
	Version          string             `json:"version"`
	Packages         int                `json:"packages"`
	Relationships    int                `json:"relationships"`
	DistinctLicenses int                `json:"distinctLicenses"`
	Verdict          models.SBOMVerdict `json:"verdict"`
	Findings         []checkedFinding   `json:"findings"`
	MoreFindings     int                `json:"moreFindings"` // found besides, by rules that have many
	Quality          []checkedQuality   `json:"quality"`
	Remarks          []checkedRemark    `json:"remarks,omitempty"` // on a description of software, by line
}

type checkedQuality struct {
	List         string                  `json:"list"`
	Grade        quality.Grade           `json:"grade"`
	Sentence     string                  `json:"sentence"`
	Outcomes     map[quality.Outcome]int `json:"outcomes"` // rules by outcome
	Improvements []checkedImprovement    `json:"improvements"`
}

type checkedImprovement struct {
	Rule  string `json:"rule"`
	Gain  int    `json:"gain"`
	Words string `json:"sentence"`
}

type checkedFinding struct {
	Rule     string          `json:"rule"`
	Severity models.Severity `json:"severity"`
	Pointer  string          `json:"pointer"`
	Message  string          `json:"message"`
}

func checkLine(r importers.CheckResult) checkedFile {
	line := checkedFile{r.File, r.SHA256, r.Kind, r.Format, r.Version, r.Packages, r.Relationships, r.Licenses, r.Verdict, []checkedFinding{}, r.MoreFindings, []checkedQuality{}, nil}
	for _, f := range r.Findings {
		line.Findings = append(line.Findings, checkedFinding(f))
	}
	for _, m := range r.Remarks {
		line.Remarks = append(line.Remarks, checkedRemark(m))
	}
	for _, report := range judge(r) {
		q := checkedQuality{report.List.ID, report.Grade, report.Sentence, outcomeCounts(report), []checkedImprovement{}}
		for _, better := range report.Improvements[:min(len(report.Improvements), cheapest)] {
			q.Improvements = append(q.Improvements, checkedImprovement{better.Rule.ID, better.Gain, better.Words})
		}
		line.Quality = append(line.Quality, q)
	}
	return line
}
