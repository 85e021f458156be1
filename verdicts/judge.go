package verdicts

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ospo-register/ospo/importers"
	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/packages"
	"github.com/ospo-register/ospo/policy"
)

// Judge judges an SBOM document of any format that is read. The name is how the caller calls it.
//
// What a component is judged by is, in this order: a reviewer's conclusion; the concluded licence; the declared licence; for the product that the document describes the fact asset.license, and where that is not given the product is left out. In it a LicenseRef whose text is
// for certain that of a listed licence is that licence, and then choices are put in. A document that breaks off is unknown at best, whatever its first packages are.
//
// The error is *models.Error for a document that is refused and for words that cannot be taken, else that of ctx or of the reader.
func Judge(ctx context.Context, program *policy.Program, situation policy.Situation, w Words, subject io.Reader, name string, lim sbom.Limits) (*Verdict, error) {
	ready, err := w.ready()
	if err != nil {
		return nil, err
	}
	c := newCollection(ready, program)
	sum := sha256.New()
	body := io.TeeReader(subject, sum)
	doc, err := importers.Read(body, lim, func(p *models.SBOMPackage) error {
		c.add(p)
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(io.Discard, body); err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	if c.roots = doc.Roots; situation.Asset != nil {
		c.entry = situation.Asset.License
	}
	for _, x := range doc.Extracted {
		c.texts[x.Ref] = clean(x.Text)
	}
	v := begin(program, situation, Subject{Kind: SBOM, SHA256: hex.EncodeToString(sum.Sum(nil)), Name: clip(name, shortText), Format: doc.Format,
		Version: clip(doc.SpecVersion, shortText), Title: clip(doc.Name, shortText), Reading: doc.Verdict()})
	for _, f := range doc.Findings {
		if f.Rule == "broken-off" {
			c.broken = f.Message
		}
	}
	graph := models.NewGraph(&models.Content{Components: c.ordinals, Roots: doc.Roots, Edges: doc.Edges})
	return v.finish(ctx, program, situation, c, graph)
}

// Bounds of lists of packages and of expressions.
const (
	MostPURLs = 20_000
	mostBytes = 8 << 20 // of a list of packages
	mostShown = 20      // mistakes in one
)

// JudgePURLs judges packages that are named one purl a line; empty lines and those that begin with # do not count. Of a purl alone no licence is known:
// lookup says what the caller knows of one, and nil knows nothing. What it says is in the verdict, so that it can be made again.
//
// The error is as for Judge; that for lines that are no purls names the first of them.
func JudgePURLs(ctx context.Context, program *policy.Program, situation policy.Situation, w Words, subject io.Reader, name string, lookup func(purl string) (license string, known bool)) (*Verdict, error) {
	ready, err := w.ready()
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(subject, mostBytes+1))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	list, err := purlsIn(text)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	of := Subject{Kind: PURLs, SHA256: hex.EncodeToString(sum[:]), Name: clip(name, shortText)}
	c, seen := newCollection(ready, program), map[string]bool{}
	for _, purl := range list {
		p := models.SBOMPackage{Name: purl.Name, Version: purl.Version, PURL: purl.String()}
		if lookup != nil {
			if license, known := lookup(p.PURL); known {
				p.Declared = license
				if !seen[p.PURL] {
					of.Given = append(of.Given, Statement{p.PURL, clean(license)})
				}
			}
		}
		seen[p.PURL] = true
		c.add(&p)
	}
	return begin(program, situation, of).finish(ctx, program, situation, c, nil)
}

// purlsIn reads one purl a line.
func purlsIn(text []byte) ([]packages.PURL, error) {
	if len(text) > mostBytes {
		return nil, models.Refuse(models.TooLarge, "purls-too-large", "The list of packages is larger than 8 MB. Split it.")
	}
	var list []packages.PURL
	var m models.Mistakes
	wrong, number := 0, 0
	lines := bufio.NewScanner(strings.NewReader(string(text)))
	lines.Buffer(nil, mostBytes+1)
	for lines.Scan() {
		number++
		line := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\uFEFF"))
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		purl, err := packages.ParsePURL(line)
		if err != nil {
			if wrong++; wrong <= mostShown {
				m.Add(fmt.Sprintf("line %d", number), "bad-purl", err.Error())
			}
			continue
		}
		list = append(list, purl)
	}
	if wrong > mostShown {
		m.Add("lines", "bad-purl", fmt.Sprintf("And %d more lines that are no package URLs.", wrong-mostShown))
	}
	if len(list) > MostPURLs {
		return nil, models.Refuse(models.TooLarge, "too-many-purls", fmt.Sprintf("The list has more than %d packages. Split it.", MostPURLs))
	}
	return list, errors.Join(lines.Err(), m.Err())
}

// JudgeExpression judges one licence statement as it might stand in a document.
func JudgeExpression(ctx context.Context, program *policy.Program, situation policy.Situation, w Words, statement string) (*Verdict, error) {
	ready, err := w.ready()
	if err != nil {
		return nil, err
	}
	if len(statement) > licenses.MaxLength {
		return nil, models.Refuse(models.TooLarge, "expression-too-long", "The expression has more than 64 KB.")
	}
	sum := sha256.Sum256([]byte(statement))
	c := newCollection(ready, program)
	c.add(&models.SBOMPackage{Declared: statement})
	of := Subject{Kind: Expression, SHA256: hex.EncodeToString(sum[:]), Text: clean(statement)}
	return begin(program, situation, of).finish(ctx, program, situation, c, nil)
}

// begin makes a verdict that says what is judged by what.
func begin(program *policy.Program, situation policy.Situation, of Subject) *Verdict {
	list := program.List()
	v := &Verdict{VerdictVersion: Format, Semantics: Semantics, Subject: of, Program: program.Digest(), Situation: situation.Given(),
		LicenseList: LicenseList{list.Version().Number, list.Version().Date, list.Digest()}, Packages: Counts{}, Expressions: Counts{}, Findings: []Finding{}}
	for _, s := range program.Sources() {
		v.Policies = append(v.Policies, Policy{s.Policy.ID, s.Policy.Title, s.Version, s.Agency, s.Policy.Digest()})
	}
	for _, verdict := range licenses.Verdicts() {
		v.Packages[verdict], v.Expressions[verdict] = 0, 0
	}
	return v
}

// finish judges what was collected. Without a graph no ways are known.
func (v *Verdict) finish(ctx context.Context, program *policy.Program, situation policy.Situation, c *collection, graph *models.Graph) (*Verdict, error) {
	if err := c.settle(ctx); err != nil {
		return nil, err
	}
	if v.Subject.Kind != SBOM {
		for i := range c.components {
			if k := &c.components[i]; k.decided == ByDeclared {
				k.decided = ByCaller
			}
		}
	}
	c.findNearest(graph)
	worst, found := map[string]licenses.Verdict{}, newFindings(c, program, graph)
	for i := range c.components {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		k := &c.components[i]
		v.Subject.Packages += k.packages
		if k.leftOut {
			continue
		}
		j := k.judge(ctx, program, situation, graph)
		v.Packages[j.Verdict] += k.packages
		v.Verdict = orWorse(v.Verdict, j.Verdict)
		worst[k.license] = orWorse(worst[k.license], j.Verdict)
		found.add(int32(i), j)
	}
	if err := ctx.Err(); err != nil { // what was judged at the end may be undetermined for that alone
		return nil, err
	}
	if v.Verdict == "" {
		v.Verdict = licenses.UnknownTerms
		found.ofDocument("It names no packages", "Nothing is said about what the software contains, so that there is nothing to judge.", "Have a document made of what is built and delivered, with all its parts.")
	}
	if c.broken != "" {
		v.Verdict = v.Verdict.Worse(licenses.UnknownTerms)
		found.broken(c.broken)
	}
	for _, verdict := range worst {
		v.Expressions[verdict]++
	}
	if c.product >= 0 {
		k := &c.components[c.product]
		v.Product = &Product{clip(k.name, shortText), clip(k.version, shortText), clip(k.license, longText), !k.leftOut}
	}
	v.Words = c.words.applied()
	v.Findings, v.MoreFindings = found.list()
	return v, v.seal()
}

// findNearest finds, of the packages that are one component, the one that is nearest to a root.
func (c *collection) findNearest(graph *models.Graph) {
	if graph == nil {
		return
	}
	for ordinal, at := range c.ordinals {
		k := &c.components[at]
		if have, d := graph.Depth(k.first), graph.Depth(int32(ordinal)); d >= 0 && (have < 0 || d < have) {
			k.first = int32(ordinal)
		}
	}
}

func orWorse(have, other licenses.Verdict) licenses.Verdict {
	if have == "" {
		return other
	}
	return have.Worse(other)
}

// judge judges the component, once for all that have its licence where that is all that counts.
func (k *component) judge(ctx context.Context, program *policy.Program, situation policy.Situation, graph *models.Graph) policy.Judgement {
	if !program.NeedsComponent() {
		if k.judgement == nil {
			j := program.Judge(ctx, k.Statement, situation)
			k.judgement = &j
		}
		return *k.judgement
	}
	part := &policy.Component{Name: k.name, Version: k.version, PURL: k.purl, Supplier: k.supplier, Direct: licenses.Unstated}
	if parsed, err := packages.ParsePURL(k.purl); err == nil && k.purl != "" {
		part.Ecosystem = string(parsed.Ecosystem())
	}
	if graph != nil {
		switch depth := graph.Depth(k.first); {
		case depth > 1:
			part.Direct = licenses.No
		case depth >= 0:
			part.Direct = licenses.Yes
		}
	}
	situation.Component = part
	return program.Judge(ctx, k.Statement, situation)
}
