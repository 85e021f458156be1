package register

import (
	"context"
	"testing"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/store"
)

func TestAContractForClosedSoftwareThatRenewsWithoutACaseBreaksTheRule(t *testing.T) {
	var court *policy.Court
	for _, p := range policy.Presets() {
		if p.Code == "tt-draft" {
			g, err := policy.ParseRegime(p.Text)
			if err == nil {
				court, err = policy.CompileRegime(g)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	signed, now := time.Date(2024, 1, 10, 9, 0, 0, 0, time.UTC), time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	yes, no := true, false
	for name, c := range map[string]struct {
		ends     string
		signed   *time.Time
		oss      *bool
		followed bool
		want     models.RuleOutcome
	}{
		"it ends in two months":                              {"2027-01-31", &signed, &no, false, models.RuleViolated},
		"it ends in three years":                             {"2029-11-30", &signed, &no, false, models.RulePasses},
		"a case that follows it is open":                     {"2027-01-31", &signed, &no, true, models.RulePasses},
		"it is about open source":                            {"2027-01-31", &signed, &yes, false, models.RulePasses},
		"whether it is about open source cannot be told":     {"2027-01-31", &signed, nil, false, models.RuleUndetermined},
		"nobody has recorded when it ends":                   {"", &signed, &no, false, models.RuleUndetermined},
		"it is not signed, so that nothing is to be renewed": {"2027-01-31", nil, &no, false, ""},
	} {
		terms := models.ContractTerms{Supplier: "Vendor", SignedAt: c.signed}
		if c.ends != "" {
			on, err := models.ParseDate(c.ends)
			if err != nil {
				t.Fatal(err)
			}
			terms.EndsOn = &on
		}
		file := &caseAt{row: &store.DecisionRow{Decision: models.Decision{State: models.DecisionInForce}}, dossier: &models.Dossier{Contract: &models.Filed[models.ContractTerms]{Value: terms}}}
		k := &policy.Case{Chosen: &policy.CandidateFacts{OSS: c.oss}, Now: now}
		k.Contract = file.contractFacts(k, c.followed)
		var got models.RuleOutcome
		for _, one := range court.Judge(context.Background(), models.GateTimer, k) {
			if one.Rule == "G1" && one.Outcome != models.RuleNotHere {
				got = one.Outcome
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, not %q", name, got, c.want)
		}
	}
}
