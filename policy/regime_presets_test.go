package policy

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/ospo-register/ospo/models"
)

var sameDate = cmp.Comparer(func(a, b models.Date) bool { return a == b })

func TestEveryPresetIsReadAndWrittenAndCompiles(t *testing.T) {
	for _, code := range presetCodes {
		t.Run(code, func(t *testing.T) {
			text, err := regimeFiles.ReadFile("regimes/" + code + ".yaml")
			if err != nil {
				t.Fatal(err)
			}
			regime, err := ParseRegime(text)
			if err != nil {
				t.Fatal(err)
			}
			again, err := ParseRegime(regime.YAML())
			if err != nil {
				t.Fatalf("%v\n%s", err, regime.YAML())
			}
			if diff := cmp.Diff(regime, again, sameDate, cmpopts.IgnoreUnexported(Regime{})); diff != "" {
				t.Error(diff)
			}
			if _, err := CompileRegime(regime); err != nil {
				t.Error(err)
			}
			if regime.Code != code || !regime.NotAdvice || len(regime.Law) == 0 || len(regime.Approval.Bands) == 0 || len(regime.Words) == 0 || regime.About == "" {
				t.Error("a preset says its code, that it is no advice, its law, who approves, and what the steps ask")
			}
		})
	}
}

func TestEachPresetSwitchesOnTheRulesOfItsLaw(t *testing.T) {
	for code, want := range map[string]string{
		"it-cad": "N1 S1 S2 E1 E2 E3 E4 E5 E6 E7 C2 C5 D1 D2 D3", "us-fed": "S1 C2 D1 D2 D3", "ch-embag": "D2", "de-egovg16a": "C1 C5 D4 D5 E6", "fr-lrn": "N2 C5", "in-2015": "C5 C6 X1 X4 E1",
		"uk-tcop": "N1 S2 C5 E4 D2", "eu-iea": "C3", "es-40-2015": "S1 C2", "pt-2013": "C1 C7 E4", "se-digg": "N1 N2 E1 E2 C1 C5 E6", "bg-58a": "D1 D2 D3", "ke-ict": "C1 D2 D3 N2", "za-foss": "C4 C5 E2",
		"my-2006": "", "uy-19179": "C1 A1", "ec-148": "C2 A1", "tt-draft": strings.Join(ruleIDs(), " "),
	} {
		on := append(strings.Fields(want), alwaysOn...)
		var ids []string
		for _, rule := range preset(t, code).On() {
			ids = append(ids, rule.ID)
		}
		slices.Sort(on)
		slices.Sort(ids)
		if diff := cmp.Diff(slices.Compact(on), ids); diff != "" {
			t.Errorf("%s: %s", code, diff)
		}
	}
	if len(presetCodes) != 18 {
		t.Errorf("there are %d presets", len(presetCodes))
	}
}

func TestWhatAPresetDoesNotKnowForSureItSays(t *testing.T) {
	for _, p := range Presets() {
		r := preset(t, p.Code)
		if !strings.HasPrefix(string(p.Text), "# ") || !strings.Contains(strings.SplitN(string(p.Text), "code:", 2)[0], "not legal advice") {
			t.Errorf("%s does not say at its head that it is no legal advice", p.Code)
		}
		for _, l := range r.Law {
			if l.Article == "" && l.Note == "" {
				t.Errorf("%s names %s without its article and does not say why", p.Code, l.Law)
			}
		}
	}
}

func TestAnOpinionIsAskedForByFunctionAndByValue(t *testing.T) {
	r := preset(t, "uy-19179")
	r.Opinion.ValueFrom = &models.Money{Amount: "100.10", Currency: "UYU"}
	uyu := func(amount string) *models.Money {
		return &models.Money{Amount: models.Decimal(amount), Currency: "UYU"}
	}
	for name, c := range map[string]struct {
		function string
		value    *models.Money
		want     *bool
	}{
		"a function that is named":                 {"OS", nil, p(true)},
		"a function below one that is named":       {"OFFICE.TEXT", nil, p(true)},
		"a function that only begins alike":        {"OSM", uyu("1"), p(false)},
		"the very value":                           {"MAIL", uyu("100.1"), p(true)},
		"a cent below it, where a float would err": {"MAIL", uyu("100.09"), p(false)},
		"no value":         {"MAIL", nil, nil},
		"another currency": {"MAIL", &models.Money{Amount: "5", Currency: "EUR"}, nil},
	} {
		got := r.OpinionRequired(c.function, c.value)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestTheBandOfApprovalFollowsFromTheValue(t *testing.T) {
	r := preset(t, "tt-draft")
	for amount, want := range map[models.Decimal]string{"0.00": "Accounting officer", "1000000.00": "Accounting officer", "1000000.01": "Permanent secretary", "9000000.00": "Board or Cabinet"} {
		if band, err := r.Band(models.Money{Amount: amount, Currency: "TTD"}); err != nil || band.Title != want {
			t.Errorf("%s falls to %q: %v", amount, band.Title, err)
		}
	}
	if _, err := r.Band(models.Money{Amount: "5", Currency: "USD"}); !models.HasCode(err, "other-currency") {
		t.Errorf("the error is %v", err)
	}
	r.Approval.Bands = nil
	if _, err := r.Band(models.Money{Amount: "5", Currency: "TTD"}); !models.HasCode(err, "no-band") {
		t.Errorf("the error is %v", err)
	}
}

func TestTheLimitsOfAnExemptionAreThoseOfAllItsGrounds(t *testing.T) {
	r := preset(t, "tt-draft")
	r.Exemptions[0].Roles = []models.Role{models.ExemptionAuthority, models.OSPOStaff}
	for name, c := range map[string]struct {
		grounds []string
		roles   []models.Role
		days    int
	}{
		"one ground":               {[]string{"no-oss-meets-essential"}, []models.Role{models.ExemptionAuthority, models.OSPOStaff}, 1095},
		"two grounds":              {[]string{"no_oss_meets_essential", "urgent"}, []models.Role{models.ExemptionAuthority}, 365},
		"a ground without a cap":   {[]string{"mandated-by-law"}, []models.Role{models.ExemptionAuthority}, 36500},
		"a ground that is unknown": {[]string{"habit"}, []models.Role{models.ExemptionAuthority, models.OSPOStaff}, 365},
	} {
		roles, longest := r.ExemptionLimits(c.grounds)
		if !slices.Equal(roles, c.roles) || longest != days(c.days) {
			t.Errorf("%s: %v for %s", name, roles, longest)
		}
	}
}
