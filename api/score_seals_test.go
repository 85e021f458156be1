package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/models"
)

func TestTheSheetOfAnotherEvaluatorIsClosedUntilOneHasScored(t *testing.T) {
	x := newTrial(t)
	w := x.openCase()
	w.steps(&deviation{State: models.DecisionEvaluating, Without: []string{"scores_101.json", "scores_102.json"}})
	if a := w.file("101", "", "scores_101.json"); a.status != http.StatusOK {
		t.Fatal(a.status, string(a.body))
	}
	sheet, dossier := path("/decisions/%d/scores?by=%d", w.id, x.users["101"].ID), path("/decisions/%d/dossier", w.id)
	if a := x.ask("102", http.MethodGet, sheet, nil); a.status != http.StatusForbidden || !strings.Contains(string(a.body), "scores-sealed") {
		t.Errorf("before scoring: %d", a.status)
	}
	const given = `"scores":[{"candidate":`
	if a := x.get("102", dossier); strings.Contains(string(a.body), given) || !strings.Contains(string(a.body), `"sealed":true`) {
		t.Error("the dossier holds the sheet, or does not say that it is closed")
	}
	if a := x.get("101", dossier); !strings.Contains(string(a.body), given) || strings.Contains(string(a.body), `"sealed":true`) {
		t.Error("who has scored does not find their sheet in the dossier")
	}
	if a := w.file("102", "", "scores_102.json"); a.status != http.StatusOK {
		t.Fatal(a.status, string(a.body))
	}
	if a := x.ask("102", http.MethodGet, sheet, nil); a.status != http.StatusOK {
		t.Errorf("after scoring: %d", a.status)
	}
	if a := x.get("102", dossier); strings.Count(string(a.body), given) != 2 {
		t.Error("the dossier does not hold both sheets for who has scored")
	}
}
