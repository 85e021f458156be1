package web

import (
	"os"
	"regexp"
	"testing"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

func TestWhatIsSaidAboutLicencesHasWords(t *testing.T) {
	var said []any
	add(&said, models.FindingStates)
	add(&said, models.FindingSeverities)
	add(&said, models.ExemptionStates)
	add(&said, models.ObligationStates)
	add(&said, models.Reaches)
	add(&said, licenses.Answers())
	add(&said, licenses.Linkings())
	add(&said, licenses.Verdicts())
	add(&said, licenses.Uses())
	add(&said, []licenses.ObligationKind{licenses.Must, licenses.MustNot, licenses.May})
	add(&said, register.NoticeFormats)
	for _, v := range said {
		if w := termOf(v); w.word == "" || w.word[0] < 'A' || w.word[0] > 'Z' {
			t.Errorf("%T %v is shown as %q", v, v, w.word)
		}
	}
	for _, role := range models.Roles {
		if roleDoes[role] == "" {
			t.Errorf("nothing says what a %s does", role)
		}
	}
}

var eventName = regexp.MustCompile("`([a-z-]+\\.[a-z-]+)`")

func TestEveryEventHasWords(t *testing.T) {
	list, err := os.ReadFile("../docs/journeys.md")
	if err != nil {
		t.Fatal(err)
	}
	found := eventName.FindAllStringSubmatch(string(list), -1)
	if len(found) < 40 {
		t.Fatalf("only %d events are named", len(found))
	}
	for _, m := range found {
		if deeds[m[1]] == "" {
			t.Errorf("the event %s has no words", m[1])
		}
	}
}

func TestAVerdictIsSaidInASentence(t *testing.T) {
	for _, v := range append(licenses.Verdicts(), "") {
		text, tone := licenceSentence("Case Desk", v, 1)
		if text == "" || tone == "" {
			t.Errorf("the verdict %q is said as %q in the tone %q", v, text, tone)
		}
		if v == licenses.Allowed != (tone == toneGood) {
			t.Errorf("the verdict %q is shown in the tone %q", v, tone)
		}
	}
}

func TestAMissingFactHasAPlaceWhereItIsRecorded(t *testing.T) {
	for name, want := range map[string]string{"deployment.dataClass": "“class of data” in the entry of who runs it", "use.modify": "whether this is done with the software", "asset.origin": "“origin” in the entry of the software", "component.direct": "“direct” of the component, in the SBOM document", "license.fsf": "“fsf” of the licence"} {
		if got := factPlace(name); got != want {
			t.Errorf("%s is recorded at %s, want %s", name, got, want)
		}
	}
}
