package demo

import (
	"context"
	_ "embed"
	"fmt"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

//go:embed seed/policy-finance.yaml
var financePolicy string

// licenceSteps is how many steps loadLicences takes.
const licenceSteps = 6

// loadLicences puts policies in force, records what people have said about licences, has everything judged, and works on some findings.
func (l *loader) loadLicences(ctx context.Context) error {
	for _, part := range []struct {
		what string
		do   func(context.Context) error
	}{
		{"The policies of the government and of the Ministry of Finance", l.policies},
		{"Choices and conclusions", l.words},
		{"Judging licences", l.judge},
		{"Exemptions", l.exemptions},
		{"Work on findings and obligations", l.triage},
		{"Judging licences once more", l.judge},
	} {
		if err := l.step(part.what, part.do(ctx)); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) office() models.Viewer { return l.viewers[string(models.OSPOStaff)] }

func (l *loader) counsel() models.Viewer { return l.viewers[string(models.Counsel)] }

func (l *loader) policies(ctx context.Context) error {
	if _, err := l.ago(150).ShipPolicy(ctx); err != nil {
		return err
	}
	finance := l.agencies["V11"].ID
	v, err := l.ago(60).DraftPolicy(ctx, l.counsel(), register.Draft{AgencyID: &finance, Text: financePolicy, Note: "Agreed with the Government Computing Centre on what it hosts for others."})
	if err != nil {
		return err
	}
	if err := l.ago(55).ActivatePolicy(ctx, l.counsel(), v.ID, 0); err != nil {
		return err
	}
	all, err := l.store.ActivePolicies(ctx)
	if err != nil {
		return err
	}
	text := strings.Replace(all[0].Text, "outcome: review\n    severity: low\n    message: The licence is permissive but for a clause", "outcome: deny\n    severity: medium\n    message: The licence is permissive but for a clause", 1)
	_, err = l.ago(5).DraftPolicy(ctx, l.office(), register.Draft{Text: text, Note: "Proposal: no new components under the JSON licence."})
	return err
}

func (l *loader) words(ctx context.Context) error {
	permit, quarkus, finance := l.assets["permit-desk"].ID, l.assets["quarkus"].ID, l.agencies["V11"].ID
	for _, c := range []*models.LicenseChoice{
		{Reach: models.ReachAsset, AssetID: &permit, Expression: "BSD-2-Clause OR UNKNOWNLICENSE", Chosen: "BSD-2-Clause", Reason: "The BSD text is in the package; of the other branch nobody has found one."},
		{Reach: models.ReachAsset, AssetID: &quarkus, Expression: "Apache-2.0 OR GNU-LESSER-GENERAL-PUBLIC-LICENSE", Chosen: "Apache-2.0", Reason: "JNA may be taken under Apache-2.0 since version 4."},
		{Reach: models.ReachEverywhere, Expression: "Apache-2.0 OR CC-BY-4.0 OR GPL-2.0-only", Chosen: "Apache-2.0", Reason: "Apache-2.0 agrees with everything that we publish."},
	} {
		if err := l.ago(40).ChooseLicense(ctx, l.office(), c); err != nil {
			return err
		}
	}
	for _, c := range []*models.LicenseConclusion{
		{Reach: models.ReachEverywhere, Base: "pkg:npm/glob", Version: "7.2.0", Concluded: "ISC", Reason: "CC-BY-SA-4.0 is the licence of the logo in its readme, which nobody passes on.", Evidence: "LICENSE of the package, last paragraph"},
		{Reach: models.ReachAgency, AgencyID: &finance, Base: "pkg:npm/statuses", Concluded: "MIT", Reason: "The package is under MIT; the scanner took the words “JSON file” for the JSON licence.", Evidence: "LICENSE of the package"},
	} {
		if err := l.ago(30).ConcludeLicense(ctx, l.office(), c); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) judge(ctx context.Context) error {
	for {
		done, err := l.reg.JudgeChanges(ctx)
		if err != nil || !done.Behind {
			return err
		}
	}
}

// finding finds an open finding by the beginning of its component's or licence's name.
func (l *loader) finding(ctx context.Context, rule, about string) (*store.FindingRow, error) {
	list, err := l.store.Findings(ctx, l.system, models.FindingFilter{Rule: rule, State: models.FindingOpen, Page: models.Page{Limit: models.MaxLimit}})
	if err != nil {
		return nil, err
	}
	for i := range list.Items {
		if f := &list.Items[i]; strings.HasPrefix(f.ComponentName, about) && f.Component != "" || f.Component == "" && strings.HasPrefix(f.License, about) {
			return f, nil
		}
	}
	return nil, fmt.Errorf("the demo has no finding %s about %s", rule, about)
}

func (l *loader) exemptions(ctx context.Context) error {
	for _, s := range []struct {
		rule, about, ground, evidence string
		asked, last                   int // days before and after today
		to                            models.ExemptionState
		decision                      string
	}{
		{"content-licence", "caniuse-lite", "The package holds data about browsers, and no code.", "https://github.com/browserslist/caniuse-lite, readme", 50, 315, models.ExemptionGranted, "Data under CC-BY-4.0 may be used; the source is named in the notice."},
		{"content-licence", "@patternfly/patternfly", "Only the pictures and the fonts are under content licences.", "LICENSE files of the package", 20, 12, models.ExemptionGranted, "For this release, until the pictures are replaced."},
		{"good-not-evil", "normalize-package-data", "The JSON licence is that of a test fixture, it seems.", "Mail of the developers, 3 pages", 6, 180, "", ""},
		{"content-licence", "jq", "jq is used on the command line only.", "Operations handbook", 70, 100, models.ExemptionRefused, "That is no ground: have the licence of its manual concluded instead."},
	} {
		f, err := l.finding(ctx, s.rule, s.about)
		if err != nil {
			return err
		}
		x := &models.Exemption{Ground: s.ground, Evidence: s.evidence, ExpiresOn: l.today.AddDays(s.last)}
		if err := l.ago(s.asked).ExemptFinding(ctx, l.asks(f), f.ID, register.EveryRelease, x); err != nil {
			return err
		}
		if s.to == "" {
			continue
		}
		if err := l.ago(s.asked-2).DecideExemption(ctx, l.office(), x.ID, s.to, s.decision); err != nil {
			return err
		}
	}
	return nil
}

// asks is who asks for an exemption: the ministry’s counsel where the finding is hers, else the operator.
func (l *loader) asks(f *store.FindingRow) models.Viewer {
	if l.counsel().May(models.TriageFinding, f.AgencyID) {
		return l.counsel()
	}
	return l.system
}

func (l *loader) triage(ctx context.Context) error {
	f, err := l.finding(ctx, "good-not-evil", "normalize-package-data")
	if err != nil {
		return err
	}
	counsel := l.counsel().UserID
	due := l.today.AddDays(21)
	if _, err := l.ago(3).TriageFindings(ctx, l.counsel(), []int64{f.ID}, register.Triage{Assignee: &counsel, DueOn: &due, Comment: "Asked the developers which file is meant."}); err != nil {
		return err
	}
	office, overdue := l.office().UserID, l.today.AddDays(-4)
	f, err = l.finding(ctx, "unlisted-licence", "")
	if err != nil {
		return err
	}
	_, err = l.ago(25).TriageFindings(ctx, l.office(), []int64{f.ID}, register.Triage{Assignee: &office, DueOn: &overdue, Comment: "The supplier is asked for the text."})
	return err
}
