package web

import (
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountSBOMs(r *routes) {
	r.get("/sboms/compare", s.compareSBOMs)
	r.get("/sboms/:id", s.sbom)
	r.get("/sboms/:id/packages", s.sbomPackages)
	r.get("/sboms/:id/packages/:ordinal", s.sbomPackage)
	r.get("/sboms/:id/findings", s.sbomFindings)
	r.get("/sboms/:id/quality", s.sbomQuality)
	r.get("/sboms/:id/history", s.sbomHistory)
	r.get("/sboms/:id/graph", s.sbomGraph)
	r.get("/sboms/:id/original", s.sbomOriginal)
	r.get("/sboms/:id/exports/:format", s.sbomExport)
	r.get("/assets/:id/exports/:format", s.assetExport)
	r.get("/agencies/:id/exports/:format", s.agencyExport)
	r.get("/sboms/:id/withdraw", s.askWithdrawSBOM)
	r.post("/sboms/:id/withdraw", s.withdrawSBOM)
	r.get("/rules", s.rules)
}

// sbomHead is what every view of a document starts with.
type sbomHead struct {
	SBOM        *store.SBOMRow
	Title       string
	Tabs        []tab
	MayWithdraw bool
}

// openSBOM reads the document of the address with what all its views show.
func (c *page) openSBOM(current string) (*sbomHead, error) {
	id, err := c.id("id")
	if err != nil {
		return nil, err
	}
	d, err := c.site.Store.SBOM(c.ctx(), c.viewer, id)
	if err != nil {
		return nil, err
	}
	h := &sbomHead{SBOM: d, Title: "SBOM of " + d.Asset + " " + d.Release, MayWithdraw: d.State != models.SBOMWithdrawn && c.viewer.May(models.WriteSBOM, d.StewardID)}
	findings := number(len(d.Findings) + d.MoreFindings)
	for _, t := range []tab{{Label: "Overview"}, {Label: "Packages", Path: "/packages", Count: number(d.Packages)}, {Label: "Graph", Path: "/graph"}, {Label: "Completeness", Path: "/quality"}, {Label: "Findings", Path: "/findings", Count: findings}, {Label: "History", Path: "/history"}} {
		t.Current = t.Path == current
		t.Path = sbomPath(d.ID) + t.Path
		h.Tabs = append(h.Tabs, t)
	}
	return h, nil
}

func (h *sbomHead) crumbs(more ...crumb) []crumb {
	way := []crumb{{"Software", "/assets"}, {shorten(h.SBOM.Asset, 60), assetPath(h.SBOM.AssetID)}, {shorten(h.SBOM.Release, 40), releasePath(h.SBOM.ReleaseID)}, {"SBOM", ""}}
	if len(more) > 0 {
		way[3].Path = sbomPath(h.SBOM.ID)
	}
	return append(way, more...)
}

func (c *page) showSBOM(name, title string, h *sbomHead, f *form, p any, more ...crumb) error {
	if title == "" {
		title = h.Title
	}
	return c.show(view{Name: name, Title: shorten(title, 120), Nav: "/assets", Crumbs: h.crumbs(more...), Form: f, Page: p})
}

// sbomPage is the overview of a document.
type sbomPage struct {
	*sbomHead
	Facts    []fact
	Findings []ruleFindings
	Chart    chart
	Licenses []store.LicenseCount
	More     int // licences that are not shown
	Unknown  int
	Grade    completeness
}

// licensesShown is how many licences the overview of a document lists.
const licensesShown = 8

func (s *site) sbom(c *page) error {
	h, err := c.openSBOM("")
	if err != nil {
		return err
	}
	counts, err := s.Store.LicenseReport(c.ctx(), c.viewer, models.Scope{SBOM: h.SBOM.ID})
	if err != nil {
		return err
	}
	p := sbomPage{sbomHead: h, Facts: c.sbomFacts(h.SBOM), Findings: byRule(h.SBOM.Findings), More: max(len(counts)-licensesShown, 0), Licenses: counts[:min(len(counts), licensesShown)],
		Chart: licenseChart("licences", "Licences in this document", counts, sbomPath(h.SBOM.ID)+"/packages")}
	p.Unknown = p.Chart.Unknown().Count
	p.Grade = completenessOf(theList().Judge(judged(h.SBOM)), h.SBOM.Format, "this document", len(h.SBOM.Tallies) > 0)
	return c.showSBOM("sbom", "", h, nil, p)
}

// LicenseName is the licence of a row of the overview.
func (p sbomPage) LicenseName(n store.LicenseCount) string {
	return licenseWords(n.Kind, "", n.Effective)
}

func (c *page) sbomFacts(d *store.SBOMRow) []fact {
	verdict := makeTag(d.Verdict)
	facts := []fact{{Term: "Reading", Tag: &verdict}, {Term: "Release", Text: d.Asset + " " + d.Release, Path: releasePath(d.ReleaseID)}, {Term: "Format", Text: strings.TrimSpace(word(d.Format) + " " + strings.TrimPrefix(shorten(d.SpecVersion, 40), "SPDX-"))}}
	var tools, makers []string
	for _, k := range d.Creators {
		switch k.Kind {
		case "tool":
			tools = append(tools, k.Name)
		case "person":
			if !c.viewer.InGovernment() {
				makers = append(makers, "a person")
				continue
			}
			makers = append(makers, k.Name)
		default:
			makers = append(makers, k.Name)
		}
	}
	if len(tools) > 0 {
		facts = append(facts, fact{Term: "Tool", Text: shorten(strings.Join(tools, ", "), 200)})
	}
	if len(makers) > 0 {
		facts = append(facts, fact{Term: "Made by", Text: shorten(strings.Join(makers, ", "), 200)})
	}
	if d.IssuedAt != nil {
		facts = append(facts, fact{Term: "Made on", Time: date(d.IssuedAt)})
	}
	received := fact{Term: "Received", Time: instant(d.ReceivedAt)}
	if d.ReceivedBy != "" && c.viewer.InGovernment() {
		received.Text = "from " + d.ReceivedBy + ", "
	}
	facts = append(facts, received, fact{Term: "File", Text: shorten(orElse(d.Filename, "without a name"), 120) + ", " + fileSize(d.Bytes)}, fact{Term: "SHA-256", Code: hex.EncodeToString(d.SHA256)})
	if d.Namespace != "" {
		facts = append(facts, fact{Term: "Namespace", Code: shorten(d.Namespace, 300)})
	}
	return append(facts, fact{Term: "Holds", Text: plural(d.Packages, "package", "packages") + ", " + plural(d.Relations, "relationship", "relationships") + ", " + plural(d.Files, "file", "files")})
}

// ruleFindings are the findings of one rule in a document.
type ruleFindings struct {
	register.ReadRule
	Places []models.ReadFinding
}

// Some is the first few places.
func (r ruleFindings) Some() []models.ReadFinding { return r.Places[:min(len(r.Places), 3)] }

// severities orders findings: what was lost first.
var severities = []models.Severity{models.Fatal, models.Failure, models.Warning, models.Note}

// byRule gathers findings by their rule, the gravest and then the most frequent first.
func byRule(findings []models.ReadFinding) []ruleFindings {
	known := map[string]register.ReadRule{}
	for _, r := range register.ReadRules() {
		known[r.ID] = r
	}
	at := map[string]int{}
	var list []ruleFindings
	for _, f := range findings {
		i, ok := at[f.Rule]
		if !ok {
			rule, ok := known[f.Rule]
			if !ok { // a rule of an earlier version of the reader
				rule = register.ReadRule{ID: f.Rule, Severity: f.Severity, Meaning: f.Message}
			}
			i = len(list)
			at[f.Rule] = i
			list = append(list, ruleFindings{ReadRule: rule})
		}
		list[i].Places = append(list[i].Places, f)
	}
	slices.SortStableFunc(list, func(a, b ruleFindings) int {
		if n := slices.Index(severities, a.Severity) - slices.Index(severities, b.Severity); n != 0 {
			return n
		}
		return len(b.Places) - len(a.Places)
	})
	return list
}

// findingsPage lists what the reader found, all of it or all of one rule.
type findingsPage struct {
	*sbomHead
	Rules []ruleFindings
	One   *ruleFindings // the rule that the list is narrowed to
	From  int
	Until int
	Next  string
}

// findingsPerPage is how many places of one rule a page shows.
const findingsPerPage = 100

func (s *site) sbomFindings(c *page) error {
	h, err := c.openSBOM("/findings")
	if err != nil {
		return err
	}
	p := findingsPage{sbomHead: h, Rules: byRule(h.SBOM.Findings)}
	if rule := c.query("rule"); rule != "" {
		i := slices.IndexFunc(p.Rules, func(r ruleFindings) bool { return r.ID == rule })
		if i < 0 {
			return models.NoSuch("page")
		}
		one := p.Rules[i]
		p.From = min(max(int(c.queryID("from")), 1), len(one.Places))
		p.Until = min(p.From-1+findingsPerPage, len(one.Places))
		if p.Until < len(one.Places) {
			p.Next = address(c.request().URL.Path, "rule", rule, "from", strconv.Itoa(p.Until+1))
		}
		p.One = &one
	}
	return c.showSBOM("sbom-findings", "Findings in the "+h.Title, h, nil, p, crumb{"Findings", ""})
}

// Places is the part of the one rule's places that the page shows.
func (p findingsPage) Places() []models.ReadFinding { return p.One.Places[p.From-1 : p.Until] }

func (s *site) sbomHistory(c *page) error {
	h, err := c.openSBOM("/history")
	if err != nil {
		return err
	}
	p := struct {
		*sbomHead
		History history
	}{sbomHead: h}
	if p.History, err = c.historyOf(models.EventFilter{Noun: "sbom", NounID: h.SBOM.ID}); err != nil {
		return err
	}
	return c.showSBOM("sbom-history", "History of the "+h.Title, h, nil, p, crumb{"History", ""})
}

// packagesPage lists the packages of a document.
type packagesPage struct {
	*sbomHead
	Form     *form
	List     []store.PackageRow
	Pager    pager
	Classes  []option
	License  string // the licence that the list is narrowed to
	Filtered bool
}

func (s *site) sbomPackages(c *page) error {
	h, err := c.openSBOM("/packages")
	if err != nil {
		return err
	}
	p := packagesPage{sbomHead: h, Form: &form{Values: c.request().URL.Query()}, Classes: words(licenses.Classes())}
	f := store.PackageFilter{Query: c.query("q"), Class: c.query("class"), Page: c.at()}
	p.Filtered = f.Query != "" || f.Class != ""
	if given := c.query("expression"); given != "" {
		id, err := strconv.ParseInt(given, 10, 32)
		if err != nil {
			return models.NoSuch("page")
		}
		f.Expression, p.Filtered = int32(id), true
	}
	list, err := s.Store.Packages(c.ctx(), h.SBOM.ID, f)
	if err != nil {
		return err
	}
	if f.Expression != 0 && len(list.Items) > 0 {
		p.License = orElse(list.Items[0].Effective, "Nothing stated")
	}
	p.List, p.Pager = list.Items, pagerOf(c, list, "package", "packages")
	return c.showSBOM("sbom-packages", "Packages in the "+h.Title, h, nil, p, crumb{"Packages", ""})
}

func (s *site) askWithdrawSBOM(c *page) error {
	h, err := c.openSBOM("-")
	if err != nil {
		return err
	}
	if !h.MayWithdraw {
		return c.mayNotWithdraw(h)
	}
	return c.showWithdrawal(h, newForm())
}

func (c *page) mayNotWithdraw(h *sbomHead) error {
	switch {
	case h.SBOM.State == models.SBOMWithdrawn:
		return models.Refuse(models.Conflict, "sbom-withdrawn", "This document is withdrawn already.")
	case !c.viewer.SignedIn():
		return models.Refuse(models.Unauthenticated, "sign-in-first", "Sign in to withdraw an SBOM document.")
	}
	return models.Refuse(models.Forbidden, "not-allowed", "You may not withdraw SBOM documents of this agency’s software. Ask a registrar of the agency, or the open source programme office.")
}

func (s *site) withdrawSBOM(c *page) error {
	h, err := c.openSBOM("-")
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	if _, err = s.Register.WithdrawSBOM(c.ctx(), c.viewer, h.SBOM.ID, f.get("reason")); err == nil {
		return c.done(sbomPath(h.SBOM.ID), "The document is withdrawn. It does not speak for the release any more, and stays readable.")
	}
	if !f.refused(err) {
		return err
	}
	return c.showWithdrawal(h, f)
}

func (c *page) showWithdrawal(h *sbomHead, f *form) error {
	return c.showSBOM("sbom-withdraw", "Withdraw the "+h.Title, h, f, struct {
		*sbomHead
		Form *form
	}{h, f}, crumb{"Withdraw", ""})
}

// ruleGroup is the rules of one severity.
type ruleGroup struct {
	Title string
	Rules []register.ReadRule
}

var severityTitles = map[models.Severity]string{models.Fatal: "Nothing can be read", models.Failure: "Something is left out", models.Warning: "A value is repaired or doubtful", models.Note: "Worth knowing; nothing is lost"}

// rules lists what the readers of SBOM documents may find, for those who make them: the gravest first.
func (s *site) rules(c *page) error {
	var groups []ruleGroup
	for _, severity := range severities {
		g := ruleGroup{Title: severityTitles[severity]}
		for _, r := range register.ReadRules() {
			if r.Severity == severity {
				g.Rules = append(g.Rules, r)
			}
		}
		if len(g.Rules) > 0 {
			groups = append(groups, g)
		}
	}
	return c.show(view{Name: "rules", Title: "What the register checks in SBOM documents", Page: groups, Crumbs: []crumb{{"What is checked", ""}}})
}
