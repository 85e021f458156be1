package api

import (
	"slices"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/register"
)

// Impact is what a change of rules, or of the licence list, would do. Nothing is stored of it.
type Impact struct {
	Releases  int              `json:"releases" doc:"Judged: once where an agency answers for one, and once for each that runs it"`
	Assets    int              `json:"assets"`
	Verdicts  []ImpactVerdict  `json:"verdicts" doc:"From the best to the worst"`
	Moves     []ImpactMove     `json:"moves" doc:"Those whose verdict changes, by verdict before and after"`
	Changed   []ImpactChange   `json:"changed" doc:"The gravest first, at most 500 of changedCount"`
	Count     int              `json:"changedCount"`
	Loosening []ImpactLoosened `json:"loosening" doc:"Rules that allow what a policy above does not, each with a sentence on what that does"`
	Took      int64            `json:"milliseconds" doc:"That judging took"`
}

// ImpactVerdict is how many have a verdict before and after.
type ImpactVerdict struct {
	Verdict LicenseVerdict `json:"verdict"`
	Before  int            `json:"before"`
	After   int            `json:"after"`
}

// ImpactMove is how many go from one verdict to another.
type ImpactMove struct {
	From  LicenseVerdict `json:"from"`
	To    LicenseVerdict `json:"to"`
	Count int            `json:"count"`
}

// ImpactChange is a release whose verdict would change, or that would be judged by other rules.
type ImpactChange struct {
	AssetID      int64           `json:"assetId"`
	Asset        string          `json:"asset"`
	ReleaseID    int64           `json:"releaseId"`
	Release      string          `json:"release"`
	AgencyID     int64           `json:"agencyId"`
	Agency       string          `json:"agency"`
	DeploymentID *int64          `json:"deploymentId" doc:"null: where the agency answers for it"`
	From         LicenseVerdict  `json:"from"`
	To           LicenseVerdict  `json:"to"`
	Opens        []ImpactLicense `json:"opens" doc:"Licences that are no longer allowed"`
	Closes       []ImpactLicense `json:"closes" doc:"Licences that are allowed from then on"`
}

// ImpactLicense is a licence that a rule is about.
type ImpactLicense struct {
	License  string         `json:"license"`
	Rule     string         `json:"rule"`
	Verdict  LicenseVerdict `json:"verdict"`
	Packages int            `json:"packages" doc:"Of the document"`
}

// ImpactLoosened is a rule that allows what a policy above denies.
type ImpactLoosened struct {
	Rule       string        `json:"rule"`
	ParentRule string        `json:"parentRule" doc:"Empty: what holds otherwise"`
	Outcome    PolicyOutcome `json:"outcome"`
	Licenses   []string      `json:"licenses" doc:"At most 20 of licenseCount"`
	Count      int           `json:"licenseCount"`
	Sentence   string        `json:"sentence"`
}

func shapeImpact(im *register.Impact) Impact {
	out := Impact{Releases: im.Subjects, Assets: im.Assets, Moves: []ImpactMove{}, Count: len(im.Changed) + im.More, Took: im.Took.Milliseconds()}
	for _, v := range licenses.Verdicts() {
		out.Verdicts = append(out.Verdicts, ImpactVerdict{LicenseVerdict(v), im.Before[v], im.After[v]})
		for _, to := range licenses.Verdicts() {
			if n := im.Moves[v][to]; n > 0 {
				out.Moves = append(out.Moves, ImpactMove{LicenseVerdict(v), LicenseVerdict(to), n})
			}
		}
	}
	out.Changed = each(im.Changed, func(c *register.ImpactChange) ImpactChange {
		x := ImpactChange{AssetID: c.AssetID, Asset: c.Asset, ReleaseID: c.ReleaseID, Release: c.Release, AgencyID: c.AgencyID, Agency: c.Agency, From: LicenseVerdict(c.From), To: LicenseVerdict(c.To),
			Opens: each(c.Opens, shapeImpactLicense), Closes: each(c.Closes, shapeImpactLicense)}
		if c.DeploymentID != 0 {
			x.DeploymentID = &c.DeploymentID
		}
		return x
	})
	out.Loosening = each(im.Loosening, func(l *policy.Loosening) ImpactLoosened {
		return ImpactLoosened{l.Rule, l.ParentRule, PolicyOutcome(l.Outcome), orEmpty(slices.Clone(l.Licenses)), len(l.Licenses) + l.More, l.Sentence}
	})
	return out
}

func shapeImpactLicense(l *register.ImpactLicense) ImpactLicense {
	return ImpactLicense{l.License, l.Rule, LicenseVerdict(l.Verdict), l.Packages}
}
