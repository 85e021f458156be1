package api

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/store"
)

// ReleaseVerdict is what the policies in force say of a release where an agency answers for it or runs it.
type ReleaseVerdict struct {
	ReleaseID    int64          `json:"releaseId"`
	Release      string         `json:"release"`
	AgencyID     int64          `json:"agencyId"`
	Agency       string         `json:"agency"`
	DeploymentID *int64         `json:"deploymentId" doc:"null: where the agency answers for it"`
	SBOMID       int64          `json:"sbomId" doc:"The document that was judged"`
	Verdict      LicenseVerdict `json:"verdict" doc:"The worst of all packages"`
	Packages     []VerdictCount `json:"packages" doc:"By verdict, from the best to the worst"`
	OpenFindings int            `json:"openFindings"`
	JudgedAt     time.Time      `json:"judgedAt"`
}

// VerdictCount is how many packages have a verdict.
type VerdictCount struct {
	Verdict LicenseVerdict `json:"verdict"`
	Count   int            `json:"count"`
}

func shapeVerdict(r *store.VerdictRow) ReleaseVerdict {
	out := ReleaseVerdict{ReleaseID: r.ReleaseID, Release: r.Release, AgencyID: r.AgencyID, Agency: r.Agency, SBOMID: r.SBOMID, Verdict: LicenseVerdict(r.Verdict), OpenFindings: r.Open, JudgedAt: utc(r.JudgedAt)}
	if r.DeploymentID != 0 {
		out.DeploymentID = &r.DeploymentID
	}
	for _, v := range licenses.Verdicts() {
		out.Packages = append(out.Packages, VerdictCount{LicenseVerdict(v), r.Counts[string(v)]})
	}
	return out
}

func (a *api) verdicts() {
	const tag = "Licence policies"
	get(a, "/assets/{id}/verdicts", about{id: "listVerdicts", tag: tag, summary: "What the policies in force say of software", text: "Of its newest release for who answers for it, and of each release for who runs it, as far as you may see; judged in the background."}, a.listVerdicts)
}

func (a *api) listVerdicts(ctx context.Context, in *ID) (*struct{ Body List[ReleaseVerdict] }, error) {
	found, err := a.asset(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	l, err := a.Store.Verdicts(ctx, viewer(ctx), found.ID)
	return &struct{ Body List[ReleaseVerdict] }{complete(l, shapeVerdict)}, err
}
