package register

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// findings makes of outcomes the findings that there ought to be.
func (s *sitting) findings(ctx context.Context, outcomes []*outcome) (map[findingKey]*models.Finding, error) {
	parts, err := s.flagged(ctx, outcomes)
	if err != nil {
		return nil, err
	}
	exemptions, err := s.r.store.GrantedExemptions(ctx, models.DateOf(s.r.now()))
	if err != nil {
		return nil, err
	}
	at := s.r.now().Truncate(time.Microsecond)
	want := map[findingKey]*models.Finding{}
	for _, o := range outcomes {
		if made := ofDocument(o.subject); made != nil {
			made.OpenedAt = at
			merge(want, made)
		}
		for i := range o.flags {
			f := &o.flags[i]
			for _, made := range s.findingsOf(f, o, parts[o.subject.SBOMID]) {
				made.OpenedAt = at
				merge(want, made)
			}
		}
	}
	for _, f := range want {
		if x := s.covering(exemptions, f); x != nil {
			f.State, f.ExemptionID = models.FindingExempted, &x.ID
		}
	}
	return want, nil
}

// ofDocument makes the finding that nobody knows what is in a document; nil of one that is whole.
func ofDocument(one *store.Subject) *models.Finding {
	rule := models.RuleBrokenOff
	switch {
	case one.Broken:
	case one.Packages == 0:
		rule = models.RuleEmpty
	default:
		return nil
	}
	return &models.Finding{AgencyID: one.AgencyID, AssetID: one.AssetID, ReleaseID: one.ReleaseID, SBOMID: one.SBOMID, Rule: rule, Verdict: string(licenses.UnknownTerms), Severity: models.SeverityHigh,
		Packages: one.Packages, State: models.FindingOpen}
}

// flagged reads the components with a licence that is flagged, by document and expression.
func (s *sitting) flagged(ctx context.Context, outcomes []*outcome) (partsByLicense, error) {
	wanted := map[int64]map[int32]bool{}
	for _, o := range outcomes {
		for i := range o.flags {
			if f := &o.flags[i]; f.part == nil && !f.folded() {
				add(wanted, o.subject.SBOMID, f.expression)
			}
		}
	}
	return s.withLicenses(ctx, wanted)
}

// findingsOf makes the findings of one flag: for each decisive rule one, and for each component where it is about components.
func (s *sitting) findingsOf(f *flag, o *outcome, parts map[int32][]store.PartOf) []*models.Finding {
	one := o.subject
	reasons := f.Reasons
	if len(reasons) == 0 {
		reasons = []judgedReason{{Verdict: f.Verdict, Severity: models.SeverityMedium}}
	}
	if f.folded() {
		reasons = reasons[:1]
	}
	var list []*models.Finding
	for _, reason := range reasons {
		base := models.Finding{AgencyID: one.AgencyID, AssetID: one.AssetID, ReleaseID: one.ReleaseID, SBOMID: one.SBOMID, PolicyID: s.policyOf(reason.Version), PolicyVersionID: optional(reason.Version), Rule: cmp.Or(reason.Rule, otherwiseRule),
			Verdict: string(f.Verdict), Severity: cmp.Or(reason.Severity, models.SeverityMedium), License: f.license, Leaf: reason.Leaf, Missing: reason.Missing, Packages: f.packages, State: models.FindingOpen}
		about := parts[f.expression]
		switch {
		case f.folded():
			if f.Verdict == licenses.UnknownTerms && strings.HasPrefix(f.license, "NOASSERTION") {
				base.License = "" // said to be unknown, or not said: what mends it is the same
			}
			list = append(list, &base)
			continue
		case f.part != nil:
			about = []store.PartOf{*f.part}
		}
		for i := range about {
			made, p := base, &about[i]
			if f.part == nil && o.alone[p.ComponentID] {
				continue
			}
			made.ComponentID, made.Component, made.ComponentName, made.Packages = &p.ComponentID, cmp.Or(p.Base, p.Name), strings.TrimSpace(p.Name+" "+p.Version), int(p.Packages)
			list = append(list, &made)
		}
	}
	return list
}

// merge adds a finding to those that there ought to be. The same one may come from several deployments, versions of a component or texts: the worse says how bad it is.
func merge(want map[findingKey]*models.Finding, f *models.Finding) {
	key := keyOf(f)
	have, there := want[key]
	if !there {
		want[key] = f
		return
	}
	if slices.Index(models.FindingSeverities, f.Severity) > slices.Index(models.FindingSeverities, have.Severity) {
		have.Severity, have.PolicyVersionID, have.Missing = f.Severity, f.PolicyVersionID, f.Missing
	}
	have.Verdict = string(licenses.Verdict(have.Verdict).Worse(licenses.Verdict(f.Verdict)))
	have.Packages = max(have.Packages, f.Packages)
}

// covering finds the exemption that covers a finding: the agency's own before one from above, then the oldest.
func (s *sitting) covering(exemptions []models.Exemption, f *models.Finding) *models.Exemption {
	line := s.lines[f.AgencyID]
	var best *models.Exemption
	for i := range exemptions {
		x := &exemptions[i]
		at := slices.Index(line, x.AgencyID)
		if at < 0 || !x.Covers(f) {
			continue
		}
		if best == nil || at > slices.Index(line, best.AgencyID) {
			best = x
		}
	}
	return best
}

// policyOf is the policy of a version in force; nil for none.
func (s *sitting) policyOf(version int64) *int64 {
	for i := range s.versions {
		if s.versions[i].ID == version {
			return &s.versions[i].PolicyID
		}
	}
	return nil
}

// otherwiseRule is how a finding names what a policy says of everything that no rule matches.
const otherwiseRule = "otherwise"

// byPlace orders findings so that the same ones always come in the same order.
func byPlace(a, b models.Finding) int {
	return cmp.Or(cmp.Compare(a.AssetID, b.AssetID), cmp.Compare(a.ReleaseID, b.ReleaseID), cmp.Compare(a.AgencyID, b.AgencyID), strings.Compare(a.Rule, b.Rule), strings.Compare(a.Component, b.Component), strings.Compare(a.License, b.License))
}
