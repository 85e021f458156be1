package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/ospo-register/ospo/importers"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/quality"
	"github.com/ospo-register/ospo/register"
)

// Check is what the register would say of a document.
type Check struct {
	SHA256           string          `json:"sha256" doc:"Of the document as sent, in hexadecimal"`
	Format           string          `json:"format" doc:"The notation, as found in the bytes; empty when refused" example:"cyclonedx-json"`
	SpecVersion      string          `json:"specVersion" example:"1.6"`
	Verdict          CheckVerdict    `json:"verdict"`
	Packages         int             `json:"packages"`
	Relations        int             `json:"relations"`
	DistinctLicenses int             `json:"distinctLicenses"`
	FindingCount     int             `json:"findingCount"`
	Findings         []Finding       `json:"findings" doc:"At most 1,000, in the order of the document"`
	Quality          []QualityReport `json:"quality" doc:"By each list; none when the document is refused"`
}

func shapeCheck(r *importers.CheckResult) Check {
	out := Check{SHA256: r.SHA256, Format: string(r.Format), SpecVersion: r.Version, Verdict: CheckVerdict(r.Verdict), Packages: r.Packages, Relations: r.Relationships, DistinctLicenses: r.Licenses,
		FindingCount: len(r.Findings) + r.MoreFindings, Findings: each(r.Findings, shapeFinding), Quality: []QualityReport{}}
	if r.Verdict != models.Refused {
		out.Quality = judged(quality.Document{Format: r.Format, SpecVersion: r.Version, Packages: r.Packages, Tallies: r.Tallies}, "")
	}
	return out
}

func (a *api) checks() {
	post(a, "/sbom-checks", about{id: "checkSbom", tag: "SBOM documents", summary: "Check an SBOM document before sending it", open: true, repeats: true,
		text: "The document is the body, at most 20 MB. Anybody may ask, nothing is stored, and the answer is what the register would say: the counts, what was found, and how complete the document is by each list. " +
			"A document that would be refused answers 200 too, with the verdict refused and the reason. Larger ones are checked by “ospo check”."}, a.checkSBOM)
	a.huma.OpenAPI().Paths["/sbom-checks"].Post.RequestBody = documentBody
	a.descriptionChecks()
}

// What the public may send must arrive within these: it holds one of a few places.
const (
	checkWithin = 2 * time.Minute
	askAgain    = "5" // seconds
)

func (a *api) checkSBOM(ctx context.Context, in *struct {
	Stream
	Filename string `query:"filename" maxLength:"255" doc:"What to call it in the answer"`
}) (*struct{ Body Check }, error) {
	in.within = checkWithin
	body, err := a.document(&in.Stream)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	result, err := a.Register.CheckDocument(ctx, in.Filename, body, register.Limits{})
	if result != nil && result.Kind == importers.Description {
		where := "Send it to /v1/description-checks."
		if result.DescriptionFormat != models.PublicCode {
			where = "The page for checks and “ospo check” say what is wrong with it."
		}
		err = models.Refuse(models.Invalid, "not-an-sbom", "This is a "+string(result.DescriptionFormat)+" and no SBOM. "+where)
	}
	var ours *models.Error
	switch {
	case errors.Is(err, register.ErrBusy):
		return nil, busy("The register checks as many documents as it can at the moment. Ask again in a few seconds.")
	case models.HasCode(err, "sbom-too-large"), models.HasCode(err, codeTooSlow), models.HasCode(err, "encoding-broken"), models.HasCode(err, "body-broken-off"):
		return nil, err
	case errors.As(err, &ours) && ours.Kind == models.Invalid: // nothing to read is a result too
		refused := importers.CheckResult{Verdict: models.Refused, Findings: []models.ReadFinding{{Rule: ours.Code, Severity: models.Fatal, Message: ours.Detail}}}
		return &struct{ Body Check }{shapeCheck(&refused)}, nil
	case err != nil:
		return nil, err
	}
	return &struct{ Body Check }{shapeCheck(result)}, nil
}

func busy(detail string) *Problem {
	return newProblem(http.StatusServiceUnavailable, "busy", detail).with("Retry-After", askAgain)
}
