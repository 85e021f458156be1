package ocds_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ospo-register/ospo/exporters/dossier"
	"github.com/ospo-register/ospo/exporters/ocds"
	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/cases"
	"github.com/ospo-register/ospo/models"
)

func TestEachCaseInWhichMoneyIsSpentIsToldAsTheStandardSays(t *testing.T) {
	k := rules(t)
	for name, c := range bought() {
		t.Run(name, func(t *testing.T) {
			releases, records := told(t, of(c))
			k.valid(t, releases)
			k.valid(t, records)
			var b bytes.Buffer
			if err := json.Indent(&b, releases, "", "  "); err != nil {
				t.Fatal(err)
			}
			testkit.Golden(t, strings.ReplaceAll(name, " ", "-")+".json", append(b.Bytes(), '\n'))
		})
	}
}

func TestAnyPartOfACaseMayBeMissing(t *testing.T) {
	k := rules(t)
	rapid.Check(t, func(t *rapid.T) {
		c := cases.Some(t)
		if _, err := ocds.OCID("ocds-h6vhtk", c.Decision); err != nil {
			if _, err := ocds.Release(of(c), nil); !models.IsKind(err, models.Conflict) {
				t.Fatalf("got %v", err)
			}
			return
		}
		releases, records := told(t, of(c))
		k.valid(t, releases)
		k.valid(t, records)
		if bytes.Contains(records, []byte("Jane Personal")) {
			t.Fatalf("somebody is named")
		}
	})
}

func TestEqualCasesGiveEqualBytes(t *testing.T) {
	again := bought()
	for name, c := range bought() {
		one, oneRecord := told(t, of(c))
		two, twoRecord := told(t, of(again[name]))
		if !bytes.Equal(one, two) || !bytes.Equal(oneRecord, twoRecord) {
			t.Errorf("%s: the same case gave other bytes", name)
		}
	}
}

func TestACaseWithoutAContractingProcessIsRefusedInASentence(t *testing.T) {
	for name, want := range map[string]string{"free adoption": "no-ocid", "remediation": "no-ocid", "release": "no-ocid", "not public": "not-public"} {
		if _, err := ocds.Release(of(cases.Named()[name]), nil); !models.HasCode(err, want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	for _, bad := range []string{"", "h6vhtk", "ocds-", "ocds-H6VHTK", "ocds-h6vhtk-"} {
		if _, err := ocds.OCID(bad, cases.Full().Decision); !models.HasCode(err, "no-ocid-prefix") {
			t.Errorf("the prefix %q: got %v", bad, err)
		}
	}
}

func TestWhatIsWithheldIsInNoRelease(t *testing.T) {
	for part, secrets := range map[string][]string{
		"need": {"Hospitals exchange", "900000.00", "Vote 28"}, "procurement": {"Island IT", "Support for Nextcloud", "ocds-h6vhtk-2026-88"}, "candidate/b": {"Nextcloud community"},
		"justification": {"Nobody in the ministry"}, "exemption": {"no-expertise", "exemption-authority"}, "exemption-answer": {"no-expertise", "exemption-authority"}, "opinion": {"National OSPO"},
		"lock-in": {"SOV-1"}, "attachment/17": {"contractSigned"}, "criteria": {"Support 20"}, "proposal": {"staff of the hospitals need help"},
	} {
		c, plain := cases.Exempted(), released(t, of(cases.Exempted()), nil)
		c.Dossier.Publication.Value.Withheld = []models.Withheld{{Part: part, Ground: "trade-secret"}}
		out := released(t, of(c), nil)
		for _, secret := range secrets {
			if !bytes.Contains(plain, []byte(secret)) {
				t.Errorf("%s: the test shows nothing, %q is not told anyway", part, secret)
			}
			if bytes.Contains(out, []byte(secret)) {
				t.Errorf("%s is withheld, and %q is told", part, secret)
			}
		}
	}
}

func head(t failer, release []byte) (r struct {
	ID     string
	Tag    []string
	Tender struct {
		Status     string
		Amendments []map[string]string
	}
	Awards    []struct{ Status string }
	Contracts []struct {
		Status     string
		Amendments []map[string]string
	}
}) {
	if err := json.Unmarshal(release, &r); err != nil {
		t.Fatalf("%v", err)
	}
	return r
}

// stages is the same case as it is told four times: approved, out to tender, challenged after the award, in force.
func stages(t failer) [][]byte {
	var out [][]byte
	var before []byte
	for i, state := range []models.DecisionState{models.DecisionApproved, models.InProcurement, models.DecisionChallenged, models.DecisionInForce} {
		c := cases.Full()
		if state == models.DecisionChallenged {
			c = cases.Challenged()
		}
		c.Edition, c.At, c.Decision.State = i+1, cases.At([]int{28, 40, 57, 90}[i]), state
		c.Moves = slices.DeleteFunc(c.Moves, func(m models.DecisionMove) bool { return m.At.After(c.At) })
		c.Attachments = slices.DeleteFunc(c.Attachments, func(a dossier.Attachment) bool { return a.At.After(c.At) })
		if state != models.DecisionInForce {
			c.Dossier.Contract = nil
		}
		if i < 1 {
			c.Dossier.Procurement = nil
		}
		before = released(t, of(c), before)
		out = append(out, before)
	}
	return out
}

func TestTagsSayWhatIsNewSinceTheReleaseBefore(t *testing.T) {
	want := []string{
		"ocds-h6vhtk-health-2026-0007-001-planning planning [planning]",
		"ocds-h6vhtk-health-2026-0007-002-planningUpdate active [planningUpdate tender]",
		"ocds-h6vhtk-health-2026-0007-003-planningUpdate complete [planningUpdate tenderUpdate award]",
		"ocds-h6vhtk-health-2026-0007-004-planningUpdate complete [planningUpdate tenderUpdate awardUpdate contract implementation]",
	}
	want[0] = strings.Replace(want[0], " planning [", " planned [", 1)
	var got []string
	for _, r := range stages(t) {
		h := head(t, r)
		got = append(got, fmt.Sprint(h.ID, " ", h.Tender.Status, " ", h.Tag))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestARecordOfSeveralReleasesIsMergedByTheRules(t *testing.T) {
	all := stages(t)
	shuffled := [][]byte{all[2], all[0], all[3], all[1]}
	one, err := ocds.Record(all...)
	if err != nil {
		t.Fatal(err)
	}
	two, err := ocds.Record(shuffled...)
	if err != nil || !bytes.Equal(one, two) {
		t.Errorf("the order of the releases matters: %v", err)
	}
	pack, err := ocds.RecordPackage(packed(), one)
	if err != nil {
		t.Fatal(err)
	}
	rules(t).valid(t, pack)
	var record struct {
		CompiledRelease  map[string]any
		VersionedRelease struct {
			OCID   string
			Tender struct {
				Status []struct {
					ReleaseID string
					Value     string
				}
			}
			Awards []struct {
				ID string
			}
		}
	}
	if err := json.Unmarshal(one, &record); err != nil {
		t.Fatal(err)
	}
	if got := []any{record.CompiledRelease["id"], record.CompiledRelease["date"], fmt.Sprint(record.CompiledRelease["tag"])}; !cmp.Equal(got, []any{"ocds-h6vhtk-health-2026-0007-2026-05-31T12:00:00Z", "2026-05-31T12:00:00Z", "[compiled]"}) {
		t.Errorf("the compiled release is %v", got)
	}
	var statuses []string
	for _, s := range record.VersionedRelease.Tender.Status {
		statuses = append(statuses, s.Value)
	}
	if diff := cmp.Diff([]string{"planned", "active", "complete"}, statuses); diff != "" {
		t.Error(diff)
	}
	if len(record.VersionedRelease.Awards) != 1 || record.VersionedRelease.Awards[0].ID != "ocds-h6vhtk-health-2026-0007-award" {
		t.Errorf("the id of an element is versioned: %+v", record.VersionedRelease.Awards)
	}
	testkit.Golden(t, "record-of-four.json", indented(t, one))
}

func indented(t testing.TB, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, text, "", "  "); err != nil {
		t.Fatal(err)
	}
	return append(b.Bytes(), '\n')
}

func TestAChangedContractIsAnAmendmentWithItsReason(t *testing.T) {
	before := released(t, of(cases.Full()), nil)
	c := cases.Full()
	c.Edition, c.At, c.Note = 2, cases.At(120), "The hospitals in Tobago join."
	c.Dossier.Contract.Value.Value = cases.TTD("850000.00")
	again := released(t, of(c), before)
	h := head(t, again)
	if diff := cmp.Diff([]string{"contractAmendment"}, h.Tag); diff != "" {
		t.Error(diff)
	}
	want := map[string]string{"id": "contract-1", "date": "2026-06-30T12:00:00Z", "rationale": "The hospitals in Tobago join.", "amendsReleaseID": "ocds-h6vhtk-health-2026-0007-001-planning", "releaseID": "ocds-h6vhtk-health-2026-0007-002-contractAmendment"}
	if diff := cmp.Diff([]map[string]string{want}, h.Contracts[0].Amendments); diff != "" {
		t.Error(diff)
	}
	c.Edition, c.At, c.Decision.State = 3, cases.At(2000), models.DecisionClosed
	if h := head(t, released(t, of(c), again)); h.Contracts[0].Status != "terminated" || !slices.Contains(h.Tag, "contractTermination") || len(h.Contracts[0].Amendments) != 1 {
		t.Errorf("at its end the contract is %+v, tags %v", h.Contracts, h.Tag)
	}
}

func TestAReleaseThatWouldTellNothingNewIsRefused(t *testing.T) {
	before := released(t, of(cases.Full()), nil)
	c := cases.Full()
	c.Edition, c.At = 2, cases.At(95)
	if _, err := ocds.Release(of(c), before); !models.HasCode(err, "nothing-new") {
		t.Errorf("got %v", err)
	}
	other := cases.Renewal()
	other.At = cases.At(95)
	if _, err := ocds.Release(of(other), before); !models.HasCode(err, "wrong-release-before") {
		t.Errorf("got %v", err)
	}
}

func TestACaseThatCameToNothingCancelsItsTender(t *testing.T) {
	all := stages(t)
	for name, one := range map[string]struct {
		challenge models.Challenge
		tender    string
		award     string
	}{
		"cancelled": {models.Challenge{Kind: "supplier-review", State: "dismissed", FiledOn: cases.Day(55)}, "cancelled", "cancelled"},
		"annulled":  {models.Challenge{Kind: "supplier-review", State: "upheld", Effect: "annul", FiledOn: cases.Day(55)}, "unsuccessful", "unsuccessful"},
	} {
		c := cases.Challenged()
		c.Edition, c.At, c.Decision.State = 4, cases.At(60), models.DecisionClosed
		c.Dossier.Challenges.Value.Challenges = []models.Challenge{one.challenge}
		h := head(t, released(t, of(c), all[2]))
		if h.Tender.Status != one.tender || h.Awards[0].Status != one.award || !slices.Contains(h.Tag, "awardCancellation") {
			t.Errorf("%s: tender %s, award %s, tags %v", name, h.Tender.Status, h.Awards[0].Status, h.Tag)
		}
	}
}

func TestAClassificationIsTakenAsItIsGivenAndNeverGuessed(t *testing.T) {
	for given, want := range map[string]string{"": "", "72267000": `{"scheme":"CPV","id":"72267000"}`, "CPV 72267000-4": `{"scheme":"CPV","id":"72267000-4"}`, "UNSPSC 43230000": `{"scheme":"UNSPSC","id":"43230000"}`, "software": "", "CPV": ""} {
		c := cases.Full()
		c.Dossier.Procurement.Value.CPV = given
		out := string(released(t, of(c), nil))
		if want == "" && strings.Contains(out, `"classification":`) || !strings.Contains(out, want) {
			t.Errorf("%q: %s", given, out)
		}
	}
}

func TestAPackageThatLacksWhatTheStandardAsksForIsRefusedWithEveryMistake(t *testing.T) {
	_, err := ocds.ReleasePackage(&ocds.Package{License: "CC0"}, released(t, of(cases.Full()), nil))
	var e *models.Error
	if !errors.As(err, &e) || len(e.Fields) != 4 {
		t.Errorf("got %v", err)
	}
	if _, err := ocds.RecordPackage(packed()); !models.HasCode(err, "empty-package") {
		t.Errorf("got %v", err)
	}
	if _, err := ocds.Record(); !models.HasCode(err, "no-release") {
		t.Errorf("got %v", err)
	}
}

func TestTheExtensionPatchesTheSchemaWithTheFieldsThatAreWritten(t *testing.T) {
	var patch struct {
		Definitions map[string]struct{ Properties map[string]any }
	}
	var alone struct{ Properties map[string]any }
	for file, into := range map[string]any{"release-schema.json": &patch, "oss-decision.schema.json": &alone} {
		text, err := fs.ReadFile(ocds.Extension(), file)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, into); err != nil {
			t.Fatal(err)
		}
	}
	keys := func(m map[string]any) (list []string) {
		for k := range m {
			list = append(list, k)
		}
		slices.Sort(list)
		return list
	}
	if diff := cmp.Diff(keys(alone.Properties), keys(patch.Definitions["OSSDecision"].Properties)); diff != "" {
		t.Errorf("the two schemas of the extension differ: %s", diff)
	}
	for _, place := range []string{"Planning", "Award"} {
		if _, ok := patch.Definitions[place].Properties["oss_decision"]; !ok {
			t.Errorf("the extension is not in %s", place)
		}
	}
	var about struct {
		Schemas, Codelists, Compatibility []string
		Name                              map[string]string
	}
	text, err := fs.ReadFile(ocds.Extension(), "extension.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &about); err != nil {
		t.Fatal(err)
	}
	for _, list := range about.Codelists {
		if _, err := fs.Stat(ocds.Extension(), "codelists/"+list); err != nil {
			t.Error(err)
		}
	}
	if !slices.Equal(about.Compatibility, []string{"1.1"}) || !slices.Equal(about.Schemas, []string{"release-schema.json"}) || about.Name["en"] == "" || len(about.Codelists) != 5 {
		t.Errorf("extension.json says %+v", about)
	}
}
