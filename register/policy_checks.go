package register

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/packages"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/store"
	"github.com/ospo-register/ospo/verdicts"
)

// PolicyCheck asks what the policies in force say of something that need not be in the register.
type PolicyCheck struct {
	AgencyID int64          // whose policies, with those above them; 0: those of all of government alone
	Facts    map[string]any // of the situation, by name, as verdicts.Situate takes them
	Kind     verdicts.Kind  // what Body is: a document, one purl a line, or one licence statement
	Name     string         // how the caller calls it
	Body     io.Reader
	Keep     Keeping
}

// Keeping says whether a verdict is kept.
type Keeping string

// The values of Keeping.
const (
	KeepNothing Keeping = ""
	KeepVerdict Keeping = "verdict" // with what was judged, so that it can be made again
)

// CheckedPolicy is a verdict, and its number when it was kept.
type CheckedPolicy struct {
	*verdicts.Verdict
	ID int64
}

// CheckPolicy judges a document, a list of packages or a licence by the policies in force, with what people said about licences everywhere and for the agency. Nothing is
// stored unless that is asked for, which somebody has to be signed in for, and of the agency if one is named; what is kept already is not kept twice. Of a purl the licence counts that current
// documents state which the viewer may see.
//
// It is in conflict (code "no-policy") where no policy binds the agency; ErrBusy says that there is no room for one more now.
func (r *Register) CheckPolicy(ctx context.Context, by models.Viewer, c PolicyCheck) (*CheckedPolicy, error) {
	if c.Keep == KeepVerdict && !by.SignedIn() {
		return nil, models.Refuse(models.Unauthenticated, "sign-in-first", "Sign in, or send an API token, to have a verdict kept.")
	}
	if c.Keep == KeepVerdict && c.AgencyID != 0 {
		if _, err := r.store.Agency(ctx, c.AgencyID); err != nil {
			return nil, err
		}
		if err := may(by, models.ReadGovernment, c.AgencyID, "have a verdict kept for this agency"); err != nil {
			return nil, err
		}
	}
	situation, err := verdicts.Situate(c.Facts)
	if err != nil {
		return nil, err
	}
	lim := Limits{}
	body, leave, err := r.arrive(ctx, c.Body, &lim)
	if err != nil {
		return nil, err
	}
	defer leave()
	s, err := r.sit(ctx)
	if err != nil {
		return nil, err
	}
	program, err := s.programOf(c.AgencyID)
	if err != nil {
		return nil, err
	}
	if c.AgencyID != 0 {
		if situation.Agency, err = r.store.Agency(ctx, c.AgencyID); err != nil {
			return nil, err
		}
		situation.Line = s.line(c.AgencyID)
	}
	words := s.words(&store.Subject{AgencyID: c.AgencyID})
	out := &CheckedPolicy{}
	if out.Verdict, err = r.judgeCheck(ctx, by, program, situation, words, &c, body); err != nil {
		return nil, err
	}
	if c.Keep == KeepVerdict {
		err = r.keepCheck(ctx, by, &c, out, body)
	}
	return out, err
}

// judgeCheck puts what was sent before the policies.
func (r *Register) judgeCheck(ctx context.Context, by models.Viewer, program *policy.Program, situation policy.Situation, words verdicts.Words, c *PolicyCheck, body *spool) (*verdicts.Verdict, error) {
	switch c.Kind {
	case verdicts.Expression:
		text, err := io.ReadAll(io.LimitReader(body.open(), licenses.MaxLength+1))
		if err != nil {
			return nil, err
		}
		return verdicts.JudgeExpression(ctx, program, situation, words, string(text))
	case verdicts.PURLs:
		known, err := r.knownLicenses(ctx, by, body.open())
		if err != nil {
			return nil, err
		}
		return verdicts.JudgePURLs(ctx, program, situation, words, body.open(), c.Name, func(purl string) (string, bool) {
			license, ok := known[purl]
			return license, ok
		})
	}
	read, done, err := r.admission.enter(ctx, body.open(), body.size)
	if err != nil {
		return nil, err
	}
	defer done()
	return verdicts.Judge(ctx, program, situation, words, read, fileName(c.Name), Limits{})
}

// knownLicenses finds what documents say of the packages of a list. What is no purl is passed over: judging says so.
func (r *Register) knownLicenses(ctx context.Context, by models.Viewer, body io.Reader) (map[string]string, error) {
	text, err := io.ReadAll(body)
	if err != nil {
		return nil, err
	}
	base := map[string]string{}
	for line := range bytes.Lines(text) {
		if len(base) > verdicts.MostPURLs {
			break
		}
		if p, err := packages.ParsePURL(strings.TrimSpace(string(line))); err == nil {
			base[p.String()] = p.Base()
		}
	}
	known := map[string]string{}
	for some := range slices.Chunk(sortedKeys(base), 1000) {
		bases := make([]string, len(some))
		for i, purl := range some {
			bases[i] = base[purl]
		}
		list, err := r.store.LicensesOfPURLs(ctx, by, some, bases)
		if err != nil {
			return nil, err
		}
		for _, l := range list {
			known[l.PURL] = l.License
		}
	}
	return known, nil
}

// keepCheck keeps a verdict with what was judged.
func (r *Register) keepCheck(ctx context.Context, by models.Viewer, c *PolicyCheck, out *CheckedPolicy, body *spool) error {
	digest, err := hex.DecodeString(out.Digest)
	if err != nil {
		return fmt.Errorf("the digest of a verdict: %w", err)
	}
	if kept, err := r.store.PolicyCheckByDigest(ctx, by, digest); err == nil {
		out.ID = kept.ID
		return nil
	} else if !models.IsKind(err, models.NotFound) {
		return err
	}
	row := &store.PolicyCheckRow{Digest: digest, Verdict: out.JSON(), AgencyID: optional(c.AgencyID), UserID: optional(by.UserID), CreatedAt: r.now().Truncate(time.Microsecond)}
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		if err := tx.CreatePolicyCheck(ctx, row, body.open()); err != nil {
			return err
		}
		out.ID = row.ID
		return record(ctx, tx, by, event{action: "policy-check.kept", noun: "policy-check", id: row.ID, title: string(out.Verdict.Verdict) + ": " + titleOfCheck(&out.Subject), agency: c.AgencyID, to: models.VisibleAgency,
			after: map[string]any{"digest": out.Digest, "verdict": out.Verdict.Verdict, "document": out.Subject.SHA256}})
	})
}

func titleOfCheck(s *verdicts.Subject) string {
	switch {
	case s.Kind == verdicts.Expression && len(s.Text) <= 200:
		return s.Text
	case s.Name != "":
		return s.Name
	}
	return string(s.Kind) + " of " + countOf(s.Packages, "package", "packages")
}

// programOf is the program that judges for an agency, or for all of government alone.
func (s *sitting) programOf(agency int64) (*policy.Program, error) {
	program, err := s.program(agency)
	if err == nil && program == nil {
		return nil, models.Refuse(models.Conflict, "no-policy", "No licence policy is in force here, so that nothing can be judged. Put one in force.")
	}
	return program, err
}

// words are what people said about licences that reaches a subject, the nearest first.
func (s *sitting) words(one *store.Subject) verdicts.Words {
	var w verdicts.Words
	for _, reach := range models.Reaches {
		for i := range s.choices {
			if c := &s.choices[i]; c.Reach == reach && s.reaches(one, c.Reach, c.AgencyID, c.AssetID) {
				w.Choices = append(w.Choices, verdicts.Choice{Offer: c.Expression, Chosen: c.Chosen})
			}
		}
	}
	var reaching []*models.LicenseConclusion
	for i := range s.conclusions {
		if c := &s.conclusions[i]; s.reaches(one, c.Reach, c.AgencyID, c.AssetID) {
			reaching = append(reaching, &c.LicenseConclusion)
		}
	}
	slices.SortStableFunc(reaching, func(a, b *models.LicenseConclusion) int {
		switch {
		case s.nearer(a, b):
			return -1
		case s.nearer(b, a):
			return 1
		}
		return 0
	})
	for _, c := range reaching {
		w.Conclusions = append(w.Conclusions, verdicts.Conclusion{Base: c.Base, Name: c.Name, Version: c.Version, Expression: c.Concluded})
	}
	return w
}

// SBOMVerdict makes the verdict on a document of the register for an agency, 0 being the one that answers for the software, in the situation that is registered for it. facts
// are put over that. The same document, policies, licence list, situation and words give the same bytes.
func (r *Register) SBOMVerdict(ctx context.Context, v models.Viewer, sbom, agency int64, facts map[string]any) (*verdicts.Verdict, error) {
	row, err := r.store.SBOM(ctx, v, sbom)
	if err != nil {
		return nil, err
	}
	if err := whole(row); err != nil {
		return nil, err
	}
	if agency == 0 {
		agency = row.StewardID
	}
	s, err := r.sit(ctx)
	if err != nil {
		return nil, err
	}
	program, err := s.programOf(agency)
	if err != nil {
		return nil, err
	}
	one, err := r.subjectOf(ctx, v, row, agency)
	if err != nil {
		return nil, err
	}
	given := situationOf(one, s.line(agency)).Given()
	for name, value := range facts {
		given[name] = value
	}
	situation, err := verdicts.Situate(given)
	if err != nil {
		return nil, err
	}
	select {
	case r.checks <- struct{}{}:
		defer func() { <-r.checks }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	body, err := r.store.Original(ctx, row.OriginalID)
	if err != nil {
		return nil, err
	}
	defer func() { _ = body.Close() }() // read to its end, or the error says why not
	read, done, err := r.admission.enter(ctx, body, row.Bytes)
	if err != nil {
		return nil, err
	}
	defer done()
	return verdicts.Judge(ctx, program, situation, s.words(one), read, fileName(row.Filename), Limits{})
}

// subjectOf is a document where an agency answers for it or runs it, or would.
func (r *Register) subjectOf(ctx context.Context, v models.Viewer, row *store.SBOMRow, agency int64) (*store.Subject, error) {
	list, err := r.store.Subjects(ctx, []int64{row.AssetID})
	if err != nil {
		return nil, err
	}
	seen := v.Sight()
	for i := range list {
		if one := &list[i]; one.AgencyID == agency && one.SBOMID == row.ID && (one.DeploymentID == 0 || seen.Sees(models.VisibleAgency, agency)) {
			return one, nil
		}
	}
	asset, err := r.store.Asset(ctx, v, row.AssetID)
	if err != nil {
		return nil, err
	}
	a, err := r.store.Agency(ctx, agency)
	if err != nil {
		return nil, err
	}
	published := slices.ContainsFunc(asset.URLs, func(u models.AssetURL) bool { return u.Kind == models.RepositoryURL })
	return &store.Subject{ReleaseID: row.ReleaseID, AssetID: row.AssetID, SBOMID: row.ID, AgencyID: agency, Release: row.Release, Packages: row.Packages, Asset: asset.Name, Edition: asset.Edition, Origin: asset.Origin, Lifecycle: asset.Lifecycle, Visibility: asset.Visibility,
		Categories: asset.Categories, License: asset.License, Published: published, AgencyCode: a.Code, AgencyName: a.Name, AgencyKind: a.Kind}, nil
}
