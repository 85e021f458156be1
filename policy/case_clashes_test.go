package policy

import (
	"slices"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/models"
)

func TestACaseIsHeldToItsOwnWords(t *testing.T) {
	chosen := func(in *CaseInput) { in.Decision.Chosen = "x" }
	unfit := func(in *CaseInput) {
		chosen(in)
		in.Dossier.Candidates[0].Value.Covers[0].Met = "no"
	}
	contract := func(change func(*models.ContractTerms)) func(*CaseInput) {
		return func(in *CaseInput) {
			approved, value := mustDate("2026-10-21").Time(), models.Decimal("790000.00")
			in.Decision.ApprovedAt, in.Decision.Value, in.Decision.Currency = &approved, &value, "TTD"
			in.Dossier.Procurement = filedAs("", models.Buying{Supplier: "Island Open Services Ltd.", Value: models.Money{Amount: "290000", Currency: "TTD"}})
			signed := mustDate("2026-11-18").Time()
			terms := models.ContractTerms{Supplier: "Island open services, Ltd", SignedAt: &signed, Value: models.Money{Amount: "290000.00", Currency: "TTD"}}
			change(&terms)
			in.Dossier.Contract = filedAs("", terms)
		}
	}
	notice := func(kind, on string) func(*CaseInput) {
		return func(in *CaseInput) {
			contract(func(*models.ContractTerms) {})(in)
			in.Dossier.Notices = filedAs("", models.Notices{Notices: []models.Notice{{Type: kind, PublishedOn: mustDate(on)}}})
		}
	}
	for _, c := range []struct {
		name string
		with func(*CaseInput)
		want string // rule and severity; "" for none
		says []string
	}{
		{"a candidate that fits is proposed", chosen, "", nil},
		{"nobody is proposed", func(in *CaseInput) { unfit(in); in.Decision.Chosen = "" }, "", nil},
		{"what is proposed does not fit", unfit, ClashUnfit + " block", []string{"X is proposed and does not fit", "R1"}},
		{"what is proposed may fit", func(in *CaseInput) { unfit(in); in.Dossier.Candidates[0].Value.Covers[0].Evidence = nil }, "", nil},
		{"what is proposed does not fit, and nothing will do", func(in *CaseInput) {
			unfit(in)
			in.Dossier.Impossibility = filedAs("", models.Impossibility{Rung: 2, Text: "Nothing."})
		}, "", nil},
		{"what is proposed does not fit, and is exempted", func(in *CaseInput) {
			unfit(in)
			in.Dossier.Answer = filedAs("", models.ExemptionAnswer{Verdict: "granted", Grounds: []string{"urgent"}})
		}, "", nil},
		{"the reasons rest on a ground of no list", func(in *CaseInput) {
			chosen(in)
			in.Dossier.Justification = filedAs("", models.Justification{Grounds: []string{"urgent", "we-like-it"}})
		}, ClashGrounds + " block", []string{"“we-like-it”", "no-oss-meets-essential, urgent"}},
		{"the exemption rests on a ground of no list where no rule asks", func(in *CaseInput) {
			chosen(in)
			in.Regime.Rules = slices.DeleteFunc(slices.Clone(in.Regime.Rules), func(id string) bool { return id == "X1" })
			in.Dossier.Answer = filedAs("", models.ExemptionAnswer{Verdict: "granted", Grounds: []string{"habit"}})
		}, ClashGrounds + " block", []string{"The exemption rests on “habit”"}},
		{"the exemption rests on a ground of no list, which rule X1 says", func(in *CaseInput) {
			chosen(in)
			in.Dossier.Answer = filedAs("", models.ExemptionAnswer{Verdict: "granted", Grounds: []string{"habit"}})
		}, "", nil},
		{"the contract is that of the award", contract(func(*models.ContractTerms) {}), "", nil},
		{"the contract is about less", contract(func(c *models.ContractTerms) { c.Value.Amount = "280000" }), "", nil},
		{"the contract is with another", contract(func(c *models.ContractTerms) { c.Supplier = "Mainland Closed Services" }), ClashSupplier + " warn", []string{"Mainland Closed Services", "Island Open Services Ltd."}},
		{"the contract is about more than the award", contract(func(c *models.ContractTerms) { c.Value.Amount = "300000" }), ClashAward + " warn", []string{"TTD 300000", "TTD 290000"}},
		{"the contract is in another currency", contract(func(c *models.ContractTerms) { c.Value.Currency = "USD" }), ClashApproved + " block " + ClashAward + " warn", []string{"USD 290000.00", "TTD 790000.00"}},
		{"the contract is about more than was approved", contract(func(c *models.ContractTerms) { c.Value.Amount = "800000" }), ClashApproved + " block " + ClashAward + " warn", []string{"TTD 800000", "TTD 790000.00"}},
		{"the contract was signed before the approval", contract(func(c *models.ContractTerms) { at := mustDate("2026-10-20").Time(); c.SignedAt = &at }), ClashContract + " warn", []string{"2026-10-20", "2026-10-21"}},
		{"the award was announced before the approval", notice("award", "2026-10-20"), ClashNotice + " warn", []string{"2026-10-20", "2026-10-21"}},
		{"the award was announced on the day of the approval", notice("award", "2026-10-21"), "", nil},
		{"an exemption was announced before the approval", notice("exemption", "2026-10-01"), "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := smallCase(t)
			c.with(&in)
			facts, standing := Derive(in)
			var got, said []string
			for _, r := range Clashes(in, facts, standing, "") {
				got, said = append(got, r.Rule+" "+string(r.Severity)), append(said, r.Message+" "+r.Cure)
				if !IsClash(r.Rule) || r.Title == "" || r.Cure == "" || r.Outcome != models.RuleViolated {
					t.Errorf("%+v", r)
				}
				if len(Clashes(in, facts, standing, r.Gate)) == 0 || len(Clashes(in, facts, standing, models.GateTimer)) > 0 {
					t.Errorf("%s is not asked at its gate alone", r.Rule)
				}
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("got %q, want %q: %q", got, c.want, said)
			}
			for _, words := range c.says {
				if !strings.Contains(strings.Join(said, " "), words) {
					t.Errorf("%q is not said in %q", words, said)
				}
			}
		})
	}
}

func TestAFinalistOfTheShortTrackShowsByItsCoverageWhatItMeets(t *testing.T) {
	in := smallCase(t)
	in.Decision.Track, in.Decision.Chosen = models.ShortTrack, "x"
	court := courtOf(t, in.Regime)
	if r := resultOf(t, court, "E1", first(Derive(in))); r.Outcome != models.RulePasses {
		t.Errorf("with evidence for each requirement: %s %v", r.Outcome, r.Paths)
	}
	in.Dossier.Candidates[0].Value.Covers[0].Evidence = nil
	if r := resultOf(t, court, "E1", first(Derive(in))); r.Outcome != models.RuleViolated {
		t.Errorf("without evidence for one: %s", r.Outcome)
	}
	in.Decision.Track = models.FullTrack
	if r := resultOf(t, court, "E1", first(Derive(in))); r.Outcome != models.RuleUndetermined {
		t.Errorf("on the full track, where people score: %s", r.Outcome)
	}
}
