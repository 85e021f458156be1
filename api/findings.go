package api

import (
	"context"
	"encoding/csv"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// PolicyFinding is a rule of a licence policy that software breaks, or may break, where an agency answers for it or runs it.
type PolicyFinding struct {
	ID           int64           `json:"id"`
	AgencyID     int64           `json:"agencyId" doc:"Whose finding it is: who answers for the software, or runs it"`
	Agency       string          `json:"agency"`
	AssetID      int64           `json:"assetId"`
	Asset        string          `json:"asset"`
	ReleaseID    int64           `json:"releaseId"`
	Release      string          `json:"release"`
	SBOMID       int64           `json:"sbomId" doc:"The document that shows it"`
	PolicyID     *int64          `json:"policyId" doc:"null where no rule of a policy matched"`
	Policy       string          `json:"policy"`
	PolicyNumber int             `json:"policyNumber" doc:"Version of the policy; 0 where no rule matched"`
	Rule         string          `json:"rule" doc:"otherwise: no rule matched; broken-off and empty-document without a policy: nobody knows what the document contains"`
	RuleTitle    string          `json:"ruleTitle"`
	Message      string          `json:"message" doc:"What the rule says"`
	Basis        string          `json:"basis" doc:"Law, clause or decision"`
	Cure         string          `json:"cure" doc:"What to do"`
	Reference    string          `json:"reference" doc:"Address with more"`
	Verdict      LicenseVerdict  `json:"verdict"`
	Severity     FindingSeverity `json:"severity"`
	Component    string          `json:"component" doc:"Its purl without version, or its name; empty when it is about all components with the licence"`
	Name         string          `json:"componentName" doc:"With version, for people"`
	License      string          `json:"license" doc:"The effective expression, or what stood in its place; empty: nothing is stated"`
	Leaf         string          `json:"leaf" doc:"The licence in it that the rule is about"`
	Packages     int             `json:"packages" doc:"Of the document"`
	State        FindingState    `json:"state"`
	OpenedAt     time.Time       `json:"openedAt"`
	ClosedAt     *time.Time      `json:"closedAt"`
	AssigneeID   *int64          `json:"assigneeId"`
	Assignee     string          `json:"assignee"`
	DueOn        *string         `json:"dueOn" format:"date"`
	ExemptionID  *int64          `json:"exemptionId"`
	Comments     int             `json:"comments"`
	Version      int64           `json:"version" doc:"Counts changes"`
}

// PolicyFindingDetail is a finding with why it is there.
type PolicyFindingDetail struct {
	PolicyFinding
	VersionID *int64             `json:"policyVersionId"`
	Missing   []MissingFact      `json:"missing" doc:"Facts without which the rule could not be judged"`
	Trouble   string             `json:"trouble" doc:"Why the rule could not be judged otherwise; empty when it could"`
	Affected  []FindingComponent `json:"affected" doc:"The components it is about, at most 200 of affectedCount; none where you may not see the document"`
	Count     int                `json:"affectedCount"`
	Offers    []LicenseOffer     `json:"offers" doc:"The ways in which a licence with an OR can be taken, the best first, at most 12"`
	Exemption *Exemption         `json:"exemption" doc:"That covers it; null when none does"`
	Said      []FindingComment   `json:"discussion" doc:"Oldest first"`
}

// MissingFact is something that nobody has recorded.
type MissingFact struct {
	Name     string `json:"name" example:"deployment.dataClass"`
	Sentence string `json:"sentence"`
}

// FindingComponent is a component that a finding is about.
type FindingComponent struct {
	ComponentID int32    `json:"componentId"`
	Name        string   `json:"name"`
	Version     string   `json:"version"`
	PURL        string   `json:"purl"`
	License     string   `json:"license" doc:"Before anybody chose"`
	Concluded   bool     `json:"concluded" doc:"By a reviewer, and not by the document"`
	Packages    int      `json:"packages"`
	Path        []string `json:"path" doc:"The shortest way from the product to it, both included; “…” stands for steps left out"`
}

// LicenseOffer is one way to take a licence that offers a choice.
type LicenseOffer struct {
	License string          `json:"license"`
	Verdict *LicenseVerdict `json:"verdict" doc:"Of the policies in force; null where none binds the agency"`
}

// FindingComment is something that a person said about a finding.
type FindingComment struct {
	ID        int64     `json:"id"`
	By        string    `json:"by"`
	Text      string    `json:"text"`
	CreatedAt time.Time `json:"createdAt"`
}

func shapeFindingRow(f *store.FindingRow, words register.RuleWords) PolicyFinding {
	return PolicyFinding{ID: f.ID, AgencyID: f.AgencyID, Agency: f.Agency, AssetID: f.AssetID, Asset: f.Asset, ReleaseID: f.ReleaseID, Release: f.Release, SBOMID: f.SBOMID, PolicyID: f.PolicyID, Policy: f.Policy, PolicyNumber: f.PolicyNumber,
		Rule: f.Rule, RuleTitle: words.Title, Message: words.Message, Basis: words.Basis, Cure: words.Cure, Reference: words.Reference, Verdict: LicenseVerdict(f.Verdict), Severity: FindingSeverity(f.Severity),
		Component: f.Component, Name: f.ComponentName, License: f.License, Leaf: f.Leaf, Packages: f.Packages, State: FindingState(f.State), OpenedAt: utc(f.OpenedAt), ClosedAt: instant(f.ClosedAt),
		AssigneeID: f.AssigneeID, Assignee: f.Assignee, DueOn: day(f.DueOn), ExemptionID: f.ExemptionID, Comments: f.Comments, Version: f.Version}
}

func shapeComment(c *store.CommentRow) FindingComment {
	return FindingComment{c.ID, c.By, c.Text, utc(c.CreatedAt)}
}

// FindingKeys choose findings.
type FindingKeys struct {
	Agency    int64           `query:"agency" minimum:"1" doc:"This agency and all below it"`
	Asset     int64           `query:"asset" minimum:"1"`
	Release   int64           `query:"release" minimum:"1"`
	Policy    int64           `query:"policy" minimum:"1" doc:"Number of the policy whose rule it is"`
	State     FindingState    `query:"state"`
	Severity  FindingSeverity `query:"severity" doc:"At least"`
	Verdict   LicenseVerdict  `query:"verdict"`
	Rule      string          `query:"rule" maxLength:"200" doc:"Id of the rule"`
	Component string          `query:"component" maxLength:"2000" doc:"Its purl without version, or its name"`
	License   string          `query:"license" maxLength:"1000" doc:"A part of the licence text"`
	Assignee  int64           `query:"assignee" minimum:"1" doc:"Number of the person who has it"`
	Overdue   bool            `query:"overdue" doc:"true: open, and its day has passed"`
}

func (k *FindingKeys) filter() models.FindingFilter {
	return models.FindingFilter{Agency: k.Agency, Asset: k.Asset, Release: k.Release, Policy: k.Policy, State: models.FindingState(k.State), Severity: models.FindingSeverity(k.Severity), Verdict: string(k.Verdict), Rule: k.Rule, Component: k.Component,
		License: k.License, Assignee: k.Assignee, Overdue: k.Overdue}
}

func (a *api) findings() {
	const tag = "Findings"
	get(a, "/findings", about{id: "listFindings", tag: tag, summary: "List findings", text: "Of the agencies you act for, or all of them for those who see all; the most severe and then the oldest first. As JSON, or as CSV with format=csv or “Accept: text/csv”: then up to 100,000 at once."}, a.listFindings)
	get(a, "/findings/{id}", about{id: "getFinding", tag: tag, summary: "A finding, why it is there, and what cures it"}, a.getFinding)
	get(a, "/findings/{id}/comments", about{id: "listFindingComments", tag: tag, summary: "What people said about a finding", text: "Oldest first."}, a.listFindingComments)
	post(a, "/finding-triages", about{id: "triageFindings", tag: tag, summary: "Take findings on, set a day, comment", text: "Up to 500 findings together: all of them, or none."}, a.triageFindings)
	get(a, "/reports/findings", about{id: "reportFindings", tag: tag, summary: "Count findings", text: "Most first, at most 1,000 groups."}, a.reportFindings)
	op := a.huma.OpenAPI().Paths["/findings"].Get
	op.Responses["200"].Content = map[string]*huma.MediaType{"application/json": {Schema: a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[List[PolicyFinding]](), true, "")}, "text/csv": {Schema: &huma.Schema{Type: huma.TypeString}}}
}

// FindingsAnswer is a page of findings, or all of them as CSV.
type FindingsAnswer struct {
	Link        string `header:"Link" doc:"Address of the next page with rel=next, keeping every other key; absent on the last page (RFC 8288)"`
	Type        string `header:"Content-Type" hidden:"true"`
	Vary        string `header:"Vary" hidden:"true"`
	Disposition string `header:"Content-Disposition" hidden:"true"`
	Body        any
}

const (
	varyByForm = "Accept, Authorization, X-Api-Key, Cookie"
	mostRows   = 100_000 // of a CSV file
)

func (a *api) listFindings(ctx context.Context, in *struct {
	FindingKeys
	Format string `query:"format" enum:"json,csv" doc:"json when absent"`
	Accept string `header:"Accept" hidden:"true"`
	Paging
}) (*FindingsAnswer, error) {
	f := in.filter()
	if in.Format == "csv" || in.Format == "" && offered(in.Accept, "application/json", "text/csv") == "text/csv" {
		return a.findingsCSV(ctx, f)
	}
	f.Page = in.page()
	l, err := a.Store.Findings(ctx, viewer(ctx), f)
	if err != nil {
		return nil, err
	}
	words, err := a.Register.RuleWords(ctx, l.Items)
	if err != nil {
		return nil, err
	}
	return &FindingsAnswer{Link: link(ctx, l.Next), Type: "application/json", Vary: varyByForm, Body: list(l, func(f *store.FindingRow) PolicyFinding { return shapeFindingRow(f, words[f.ID]) })}, nil
}

// findingsCSV is one row for each finding (RFC 4180).
func (a *api) findingsCSV(ctx context.Context, f models.FindingFilter) (*FindingsAnswer, error) {
	rows := [][]string{{"id", "agency", "asset", "release", "policy", "policyNumber", "rule", "ruleTitle", "verdict", "severity", "component", "componentName", "license", "leaf", "packages", "state", "openedAt", "closedAt", "assignee", "dueOn", "exemptionId", "message", "basis", "cure"}}
	f.Limit = models.MaxLimit
	for {
		l, err := a.Store.Findings(ctx, viewer(ctx), f)
		if err != nil {
			return nil, err
		}
		words, err := a.Register.RuleWords(ctx, l.Items)
		if err != nil {
			return nil, err
		}
		for i := range l.Items {
			rows = append(rows, findingCells(shapeFindingRow(&l.Items[i], words[l.Items[i].ID])))
		}
		if len(rows) > mostRows {
			return nil, models.Refuse(models.TooLarge, "too-many-findings", "These are more than 100,000 findings. Narrow them, for example by agency or state.")
		}
		if f.After = l.Next; f.After == "" {
			break
		}
	}
	text, err := csvText(rows)
	if err != nil {
		return nil, err
	}
	return &FindingsAnswer{Type: "text/csv; charset=utf-8", Vary: varyByForm, Disposition: `attachment; filename="findings.csv"`, Body: text}, nil
}

func findingCells(f PolicyFinding) []string {
	closed, due, exemption := "", "", ""
	if f.ClosedAt != nil {
		closed = f.ClosedAt.Format(time.RFC3339)
	}
	if f.DueOn != nil {
		due = *f.DueOn
	}
	if f.ExemptionID != nil {
		exemption = strconv.FormatInt(*f.ExemptionID, 10)
	}
	return []string{strconv.FormatInt(f.ID, 10), f.Agency, f.Asset, f.Release, f.Policy, strconv.Itoa(f.PolicyNumber), f.Rule, f.RuleTitle, string(f.Verdict), string(f.Severity), f.Component, f.Name, f.License, f.Leaf, strconv.Itoa(f.Packages),
		string(f.State), f.OpenedAt.Format(time.RFC3339), closed, f.Assignee, due, exemption, f.Message, f.Basis, f.Cure}
}

// csvText writes rows as office programs read them; no cell is run as a formula.
func csvText(rows [][]string) ([]byte, error) {
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	for _, row := range rows {
		for i, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				row[i] = "'" + cell
			}
		}
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, fmt.Errorf("writing CSV: %w", err)
	}
	return []byte(b.String()), nil
}

func (a *api) getFinding(ctx context.Context, in *struct {
	ID
	Unless
}) (*One[PolicyFindingDetail], error) {
	x, err := a.Register.ExplainFinding(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	said, err := a.Store.FindingComments(ctx, x.ID)
	if err != nil {
		return nil, err
	}
	out := PolicyFindingDetail{PolicyFinding: shapeFindingRow(x.FindingRow, x.Rule), VersionID: x.PolicyVersionID, Trouble: x.Trouble, Count: len(x.Components) + x.More, Said: each(said, shapeComment),
		Missing: each(x.Missing, func(m *register.MissingFact) MissingFact { return MissingFact(*m) }),
		Affected: each(x.Components, func(c *register.Affected) FindingComponent {
			return FindingComponent{c.ComponentID, c.Name, c.Version, c.PURL, c.License, c.Concluded, c.Packages, orEmpty(c.Path)}
		}),
		Offers: each(x.Offers, func(o *register.Offer) LicenseOffer {
			offer := LicenseOffer{License: o.License}
			if verdict := LicenseVerdict(o.Verdict); verdict != "" {
				offer.Verdict = &verdict
			}
			return offer
		})}
	if x.ExemptionID != nil {
		row, err := a.Store.Exemption(ctx, viewer(ctx), *x.ExemptionID)
		switch {
		case err == nil:
			shown := shapeExemption(row)
			out.Exemption = &shown
		case !models.IsKind(err, models.NotFound): // one from above may not be for the viewer
			return nil, err
		}
	}
	return one(x.Version, out, in.Unless)
}

func (a *api) listFindingComments(ctx context.Context, in *ID) (*struct{ Body List[FindingComment] }, error) {
	if _, err := a.Store.Finding(ctx, viewer(ctx), in.ID); err != nil {
		return nil, err
	}
	l, err := a.Store.FindingComments(ctx, in.ID)
	return &struct{ Body List[FindingComment] }{complete(l, shapeComment)}, err
}

// TriageInput is what a person makes of findings. What is left out stays.
type TriageInput struct {
	Findings   []int64  `json:"findings" minItems:"1" maxItems:"500" doc:"Their numbers"`
	AssigneeID *int64   `json:"assigneeId,omitempty" minimum:"1" doc:"Who sees to them"`
	DueOn      *string  `json:"dueOn,omitempty" format:"date" doc:"By when"`
	Comment    string   `json:"comment,omitempty" maxLength:"4000"`
	Clear      []string `json:"clear,omitempty" enum:"assigneeId,dueOn" maxItems:"2" doc:"What to take away"`
}

// Triaged says how many findings were changed.
type Triaged struct {
	Changed int `json:"changed"`
}

func (a *api) triageFindings(ctx context.Context, in *struct{ Body Body[TriageInput] }) (*struct{ Body Triaged }, error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	want := in.Body.Value
	t := register.Triage{Assignee: want.AssigneeID, DueOn: dateOf(want.DueOn), Comment: want.Comment}
	for _, field := range want.Clear {
		if field == "dueOn" {
			t.DueOn = &models.Date{}
		} else {
			t.Assignee = new(int64)
		}
	}
	n, err := a.Register.TriageFindings(ctx, viewer(ctx), want.Findings, t)
	return &struct{ Body Triaged }{Triaged{n}}, err
}

// FindingReport counts findings.
type FindingReport struct {
	By    FindingGroup   `json:"by"`
	Items []FindingCount `json:"items" doc:"Most first"`
}

// FindingCount is how many findings are in a group.
type FindingCount struct {
	Key   string `json:"key" doc:"The value of the group: a severity, the id of a rule, the number of software or of an agency"`
	Label string `json:"label"`
	Count int    `json:"count"`
}

func (a *api) reportFindings(ctx context.Context, in *struct {
	FindingKeys
	By FindingGroup `query:"by" doc:"severity when absent"`
}) (*struct{ Body FindingReport }, error) {
	by := in.By
	if by == "" {
		by = "severity"
	}
	l, err := a.Store.FindingCounts(ctx, viewer(ctx), in.filter(), string(by))
	return &struct{ Body FindingReport }{FindingReport{by, each(l, func(c *store.FindingCount) FindingCount { return FindingCount(*c) })}}, err
}
