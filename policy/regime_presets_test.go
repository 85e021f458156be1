package policy

import (
	"testing"

	"github.com/google/go-cmp/cmp"
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
			if diff := cmp.Diff(regime, again, sameDate); diff != "" {
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
