package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/importers"
	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/verdicts"
)

// judging is what check needs to judge by licence policies.
type judging struct {
	Policy     []string `name:"policy" sep:"," placeholder:"default|FILE" help:"Judge by these licence policies, the government's first; default is the one that ships. Exit status: 0 allowed, 1 a file was refused, 3 somebody has to look or choose, 4 unknown, 5 denied; the highest of all files."`
	Use        []string `name:"use" sep:"," placeholder:"internal,service" help:"What is done with the software: internal, distribute-binary, distribute-source, service, modify."`
	Fact       []string `name:"fact" sep:"none" placeholder:"NAME=VALUE" help:"A fact that rules may ask for, such as asset.origin=gov-built; repeat it."`
	Expression bool     `name:"expression" help:"The arguments are licence expressions, not files."`
	PURLs      string   `name:"purls" placeholder:"FILE" help:"Judge a list of packages, one purl a line; - reads standard input."`
	Verdict    string   `name:"verdict" placeholder:"FILE" help:"Write the verdict there, for “ospo verify”."`
	FailOn     string   `name:"fail-on" enum:"review,unknown,denied" default:"review" help:"The mildest verdict that is no success: review, unknown or denied."`
}

// asked says whether anything is to be judged.
func (j *judging) asked() bool {
	return len(j.Policy)+len(j.Use)+len(j.Fact) > 0 || j.Expression || j.PURLs != "" || j.Verdict != ""
}

// gate judges one subject after the other.
type gate struct {
	*checkCommand
	ctx       context.Context //nolint:containedctx // made for one command
	in        io.Reader
	w         io.Writer
	program   *policy.Program
	situation policy.Situation
	status    int
}

// judge prints a verdict per subject. The exit status is that of the worst; 2 when what was asked for cannot be done.
func (c *checkCommand) judge(ctx context.Context, in io.Reader, w io.Writer) error {
	j := &c.Judging
	g := &gate{checkCommand: c, ctx: ctx, in: in, w: w}
	var m models.Mistakes
	if len(c.Files) == 0 && j.PURLs == "" {
		m.Add("file", "required", "Name a document, or a directory of them; - reads standard input.")
	}
	if j.Expression && j.PURLs != "" {
		m.Add("--expression", "not-allowed", "Judge expressions or a list of packages, not both.")
	}
	if j.Verdict != "" && (len(c.Files) > 1 || len(c.Files) == 1 && j.PURLs != "" || len(c.Files) == 1 && !j.Expression && isDir(c.Files[0])) {
		m.Add("--verdict", "not-allowed", "A verdict is about one document: name one only.")
	}
	var err error
	g.program, err = j.program()
	m.Include(err)
	if err != nil && !models.IsKind(err, models.Invalid) {
		return err
	}
	g.situation, err = j.situation()
	m.Include(err)
	if err := m.Err(); err != nil {
		return err
	}
	if err := g.all(); err != nil {
		return err
	}
	if g.status != 0 {
		return quiet(g.status)
	}
	return nil
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func (g *gate) all() error {
	if g.Judging.PURLs != "" {
		if err := g.withFile(g.Judging.PURLs, func(name string, body io.Reader) (*verdicts.Verdict, error) {
			return verdicts.JudgePURLs(g.ctx, g.program, g.situation, verdicts.Words{}, body, name, nil)
		}); err != nil {
			return err
		}
	}
	for _, file := range g.Files {
		if g.Judging.Expression {
			v, err := verdicts.JudgeExpression(g.ctx, g.program, g.situation, verdicts.Words{}, file)
			if err := g.report(file, v, err); err != nil {
				return err
			}
			continue
		}
		judge := func(name string, body io.Reader) (*verdicts.Verdict, error) {
			return verdicts.Judge(g.ctx, g.program, g.situation, verdicts.Words{}, body, name, sbom.Limits{})
		}
		if file == "-" {
			if err := g.withFile(file, judge); err != nil {
				return err
			}
			continue
		}
		if err := eachFile(file, func(name string, err error) error {
			if err != nil {
				return g.report(name, nil, plain(err))
			}
			return g.withFile(name, judge)
		}); err != nil {
			return err
		}
	}
	return nil
}

func (g *gate) withFile(name string, judge func(string, io.Reader) (*verdicts.Verdict, error)) error {
	if name == "-" {
		v, err := judge(name, g.in)
		return g.report(name, v, err)
	}
	f, err := os.Open(name)
	if err != nil {
		return g.report(name, nil, plain(err))
	}
	defer f.Close()
	v, err := judge(name, f)
	return g.report(name, v, err)
}

// report prints one verdict, or why there is none.
func (g *gate) report(name string, v *verdicts.Verdict, err error) error {
	if g.ctx.Err() != nil {
		return g.ctx.Err()
	}
	if err != nil {
		g.status = max(g.status, 1)
		return g.print(g.w, refusedBy(name, err))
	}
	g.status = max(g.status, g.Judging.exit(v.Verdict))
	if g.Judging.Verdict != "" {
		if err := os.WriteFile(g.Judging.Verdict, v.JSON(), 0o644); err != nil {
			return models.Refuse(models.Invalid, "verdict-not-written", fmt.Sprintf("--verdict %s: %v. Name a file in a directory that is there and may be written.", g.Judging.Verdict, plain(err)))
		}
	}
	if g.JSON {
		return writeLine(g.w, v)
	}
	return printVerdict(g.w, name, v)
}

// refusedBy is why there is no verdict, with every mistake in a list of packages.
func refusedBy(name string, err error) importers.CheckResult {
	result := importers.Unreadable(name, err)
	var refusal *models.Error
	if errors.As(err, &refusal) && len(refusal.Fields) > 0 {
		result.Findings = nil
		for _, f := range refusal.Fields {
			result.Findings = append(result.Findings, models.ReadFinding{Rule: f.Code, Severity: models.Fatal, Pointer: f.Field, Message: f.Detail})
		}
	}
	return result
}

// exit is the exit status for a verdict.
func (j *judging) exit(v licenses.Verdict) int {
	status := 4
	switch v {
	case licenses.Allowed:
		return 0
	case licenses.NeedsChoice, licenses.Review:
		status = 3
	case licenses.Denied, licenses.NoLicense:
		status = 5
	}
	if status < map[string]int{"unknown": 4, "denied": 5}[j.FailOn] {
		return 0
	}
	return status
}

// program compiles the policies that are named; the one that ships when none is.
func (j *judging) program() (*policy.Program, error) {
	var chain []policy.Source
	names := j.Policy
	if len(names) == 0 {
		names = []string{"default"}
	}
	var m models.Mistakes
	for _, name := range names {
		p, err := readPolicy(name)
		if err != nil {
			m.Add("--policy "+name, "bad-policy", err.Error())
			continue
		}
		chain = append(chain, policy.Source{Policy: p})
	}
	if err := m.Err(); err != nil {
		return nil, err
	}
	return policy.Compile(chain, licenses.Embedded())
}

func readPolicy(name string) (*policy.Policy, error) {
	if name == "default" {
		return policy.Default(), nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, plain(err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, policy.MostBytes+1))
	if err != nil {
		return nil, plain(err)
	}
	return policy.Parse(text)
}

// situation is made of the uses and facts that are named.
func (j *judging) situation() (policy.Situation, error) {
	given := map[string]any{}
	var m models.Mistakes
	for _, use := range j.Use {
		if !slices.Contains(licenses.Uses(), licenses.Use(use)) {
			m.Add("--use", "unknown-value", fmt.Sprintf("%q is no use. Use %v.", use, licenses.Uses()))
			continue
		}
		given = withUse(given, licenses.Use(use))
	}
	for _, fact := range j.Fact {
		var refusal *models.Error
		if err := verdicts.ReadFact(fact, given); errors.As(err, &refusal) {
			m.Add("--fact", refusal.Code, refusal.Detail)
		}
	}
	in, err := verdicts.Situate(given)
	m.Include(err)
	return in, m.Err()
}

func withUse(given map[string]any, use licenses.Use) map[string]any {
	maps.Copy(given, policy.Situation{Uses: map[licenses.Use]bool{use: true}}.Given())
	return given
}

// mostPrinted is how many components of a finding are printed.
const mostPrinted = 5

// printVerdict writes a verdict for a person: in words, then by what and for what, then what is wrong and how to cure it.
func printVerdict(w io.Writer, name string, v *verdicts.Verdict) error {
	var b strings.Builder
	if name == "-" {
		name = "standard input"
	}
	fmt.Fprintf(&b, "%s: %s\n  %s\n", name, v.Verdict, v.Sentence())
	if v.Subject.Packages > 1 {
		fmt.Fprintf(&b, "  %s: %s\n", count(v.Subject.Packages, "package"), v.Packages)
	}
	for _, p := range v.Policies {
		fmt.Fprintf(&b, "  by %s (%s, SHA-256 %.12s…)\n", p.Title, p.ID, p.Digest)
	}
	fmt.Fprintf(&b, "  with the SPDX licence list %s", v.LicenseList.Version)
	if facts := factsInWords(v.Situation); facts != "" {
		fmt.Fprintf(&b, ", for %s", facts)
	}
	b.WriteString("\n")
	if v.Subject.Reading == models.Salvaged {
		fmt.Fprintf(&b, "  Some of the document could not be read as it stands; “ospo check %s” says what.\n", name)
	}
	for _, f := range v.Findings {
		printFinding(&b, f)
	}
	if v.MoreFindings > 0 {
		fmt.Fprintf(&b, "\n  and %s\n", count(v.MoreFindings, "more finding"))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func factsInWords(situation map[string]any) string {
	var words []string
	for _, name := range slices.Sorted(maps.Keys(situation)) {
		switch value := situation[name].(type) {
		case []string:
			if len(value) > 0 {
				words = append(words, name+"="+strings.Join(value, ","))
			}
		case string:
			if value != "" {
				words = append(words, name+"="+value)
			}
		default:
			words = append(words, fmt.Sprintf("%s=%v", name, value))
		}
	}
	return strings.Join(words, " ")
}

func printFinding(b *strings.Builder, f verdicts.Finding) {
	by := f.Policy + "/" + f.Rule
	switch {
	case f.Policy == "":
		by = "the document"
	case f.Rule == "":
		by = f.Policy
	}
	fmt.Fprintf(b, "\n  %s, %s: %s (%s), %s\n", f.Verdict, f.Severity, cmp.Or(f.Title, "No rule speaks of it"), by, count(f.Packages, "package"))
	for _, line := range []struct{ head, text string }{{"", f.Message}, {"Missing: ", strings.Join(f.Missing, ", ")}, {"Trouble: ", f.Trouble}, {"Cure: ", f.Cure}, {"Basis: ", f.Basis}, {"See: ", f.Reference}} {
		if line.text != "" {
			fmt.Fprintf(b, "    %s%s\n", line.head, line.text)
		}
	}
	var lines []string
	more := f.MoreComponents
	for _, c := range f.Components {
		switch line := componentInWords(c); {
		case slices.Contains(lines, line): // another build of the same
		case len(lines) == mostPrinted:
			more++
		default:
			lines = append(lines, line)
			fmt.Fprintf(b, "    - %s\n", line)
		}
	}
	if more > 0 {
		fmt.Fprintf(b, "    - and %s\n", count(more, "more component"))
	}
}

// short is the beginning of a text that may go on for pages.
func short(text string) string {
	const most = 120
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

func componentInWords(c verdicts.Component) string {
	var words []string
	if named := strings.TrimSpace(c.Name + " " + c.Version); named != "" {
		words = append(words, named)
	}
	switch {
	case c.License == "":
		words = append(words, "nothing is stated")
	case c.DecidedBy == verdicts.ByCaller:
		words = append(words, short(c.License))
	default:
		words = append(words, fmt.Sprintf("%s (%s)", short(c.License), c.DecidedBy))
	}
	if c.Stated != "" && c.Stated != c.License {
		words = append(words, "stated as “"+short(c.Stated)+"”")
	}
	if c.Choose != "" {
		words = append(words, "choose "+short(c.Choose))
	}
	if len(c.Path) > 1 {
		words = append(words, "by "+strings.Join(c.Path[:len(c.Path)-1], " → "))
	}
	return strings.Join(words, ", ")
}
