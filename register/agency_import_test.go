package register_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// bring reads a list and imports it; each row comes back as "row code outcome: sentence".
func (f *fixture) bring(by models.Viewer, list string, mode register.ImportMode) ([]string, *register.AgencyImport) {
	f.t.Helper()
	rows, _, err := register.ReadAgencyList(strings.NewReader(list))
	f.must(err)
	report, err := f.r.ImportAgencies(ctx, by, rows, mode)
	f.must(err)
	var got []string
	for _, r := range report.Rows {
		got = append(got, fmt.Sprintf("%d %s %s: %s", r.Number, r.Code, r.Outcome, r.Sentence))
	}
	return got, report
}

const agencyList = `code,name,kind,parent,uri,email,phone,website
clinic,Harbour Clinic,Authority,region,https://example.gov/clinic,clinic@example.gov,,
region,Coast Region,local body,health,https://example.gov/region,,,https://coast.example.gov
state,The State,government,,https://example.gov/state,,,
`

func TestAListLandsInWhateverOrderParentsStandInIt(t *testing.T) {
	f := newFixture(t)
	want := []string{
		"2 clinic created: New, under Coast Region.",
		"3 region created: New, under Ministry of health.",
		"4 state created: New, at the top.",
	}
	got, _ := f.bring(system, agencyList, register.ImportPerform)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
	clinic, err := f.s.AgencyByCode(ctx, "clinic")
	f.must(err)
	path, err := f.s.AgencyPath(ctx, clinic.ID)
	f.must(err)
	var names []string
	for _, a := range path {
		names = append(names, a.Name)
	}
	if diff := cmp.Diff([]string{"Ministry of health", "Coast Region", "Harbour Clinic"}, names); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if clinic.Kind != models.Authority || clinic.Email != "clinic@example.gov" {
		t.Errorf("got %+v", clinic)
	}
}

func TestTheSameListAgainChangesNothing(t *testing.T) {
	f := newFixture(t)
	f.bring(system, agencyList, register.ImportPerform)
	before := f.lastEvent().ID
	_, report := f.bring(system, agencyList, register.ImportPerform)
	if report.Unchanged != 3 || report.Created+report.Changed+report.Refused != 0 {
		t.Errorf("got %+v", report)
	}
	if e := f.events(before); e != nil {
		t.Errorf("events %q", e)
	}
}

func TestOnlyWhatTheListSaysIsChanged(t *testing.T) {
	f := newFixture(t)
	f.bring(system, agencyList, register.ImportPerform)
	before := f.lastEvent().ID
	got, _ := f.bring(system, "code;name;telephone;parent\nclinic;Harbour Clinic;+999 1;state\nregion;Coast Region;;\n", register.ImportPerform)
	want := []string{"2 clinic changed: Other than before: parent, phone.", "3 region unchanged: As in the register."}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"agency.changed"}, f.events(before)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	clinic, err := f.s.AgencyByCode(ctx, "clinic")
	f.must(err)
	if clinic.Email != "clinic@example.gov" || clinic.Phone != "+999 1" || clinic.Kind != models.Authority {
		t.Errorf("got %+v", clinic)
	}
}

const badList = `code,name,kind,parent,uri,email
a,First,ministry,,https://example.gov/a,
a,First again,ministry,,https://example.gov/a2,
b,Second,palace,nowhere,example.gov/b,nobody
c,Third,department,b,https://example.gov/c,
d,Fourth,department,e,https://example.gov/d,
e,Fifth,department,d,https://example.gov/e,
f,Sixth,department,f,https://example.gov/f,
,Seventh,,,https://example.gov/g,
h,Eighth,department,a,https://example.gov/a,
i,Ninth,department,a,https://example.gov/i,
health,,,hospitals,,
j,Roads, bridges,department,a,https://example.gov/j,roads@example.gov
`

var badWant = []string{
	"2 a created: New, at the top.",
	"3 a refused: code: Row 2 has the code a already.",
	"4 b refused: parent: There is no agency with the code nowhere, neither in the list nor in the register. " +
		"uri: Give a full web address that starts with https://. " +
		"kind: Use one of: government, ministry, department, authority, local-body, shared-services, state-company, other. " +
		"email: Give an e-mail address such as service@agency.example.gov.",
	"5 c refused: parent: Its parent b was refused: see row 4.",
	"6 d refused: parent: Its parent e was refused: see row 7.",
	"7 e refused: parent: The agencies from here up stand under one another in a circle. Correct one of their parents.",
	"8 f refused: parent: An agency cannot stand under itself.",
	"9  refused: code: This is needed.",
	"10 h refused: uri: Agency a has this URI already.",
	"11 i created: New, under First.",
	"12 health refused: parent: The agency hospitals stands under this one itself.",
	"13 j refused: row: This row has 7 cells and the headings are 6. Put a cell that holds the delimiter in quotation marks.",
}

func TestGoodRowsLandWhenOthersAreRefused(t *testing.T) {
	f := newFixture(t)
	got, report := f.bring(system, badList, register.ImportPerform)
	if diff := cmp.Diff(badWant, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if report.Created != 2 || report.Refused != 10 {
		t.Errorf("created %d, refused %d", report.Created, report.Refused)
	}
}

func TestARehearsalSaysTheSameAndChangesNothing(t *testing.T) {
	f := newFixture(t)
	for _, list := range []string{agencyList, badList} {
		before := f.lastEvent().ID
		rehearsed, _ := f.bring(system, list, register.ImportRehearse)
		if e := f.events(before); e != nil {
			t.Errorf("the rehearsal wrote %q", e)
		}
		performed, _ := f.bring(system, list, register.ImportPerform)
		if diff := cmp.Diff(rehearsed, performed); diff != "" {
			t.Errorf("(-rehearsed +performed):\n%s", diff)
		}
	}
}

func TestAListIsNoWayAroundTheRoles(t *testing.T) {
	f := newFixture(t)
	rows, _, err := register.ReadAgencyList(strings.NewReader(agencyList))
	f.must(err)
	for _, by := range []models.Viewer{{}, f.person("registrar@example.gov", models.Registrar, f.health), f.person("auditor@example.gov", models.Auditor, nil)} {
		if _, err := f.r.ImportAgencies(ctx, by, rows, register.ImportRehearse); !models.IsKind(err, models.Forbidden) && !models.IsKind(err, models.Unauthenticated) {
			t.Errorf("%s: %v", by.Name, err)
		}
	}
	scoped := f.person("office@example.gov", models.OSPOStaff, nil)
	scoped.Scope = &models.Grant{Agencies: map[int64]bool{f.health.ID: true, f.hospitals.ID: true}}
	rehearsed, _ := f.bring(scoped, agencyList, register.ImportRehearse)
	performed, report := f.bring(scoped, agencyList, register.ImportPerform)
	if diff := cmp.Diff(rehearsed, performed); diff != "" {
		t.Errorf("(-rehearsed +performed):\n%s", diff)
	}
	if report.Created != 1 || report.Refused != 2 {
		t.Errorf("a token for one branch: %q", performed)
	}
}

func TestAnAgencyThatNoLongerActsIsNotRevivedByAList(t *testing.T) {
	f := newFixture(t)
	_, err := f.r.MergeAgency(ctx, system, f.hospitals.ID, f.education.ID, 0)
	f.must(err)
	got, _ := f.bring(system, "code,name,parent,uri\nhospitals,Hospitals,,\nward,Ward,hospitals,https://example.gov/ward\n", register.ImportPerform)
	want := []string{
		"2 hospitals refused: The agency no longer acts, so its entry is closed to changes.",
		"3 ward refused: parent: The agency hospitals no longer acts. Name its successor.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAURIThatAnAgencyGaveUpCanBeTakenByAnother(t *testing.T) {
	f := newFixture(t)
	got, _ := f.bring(system, "code,name,uri\nhealth,Ministry of health,https://example.gov/new\nnext,Next,https://www.example.gov/health\n", register.ImportPerform)
	want := []string{"2 health changed: Other than before: uri.", "3 next created: New, at the top."}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAChainOfParentsAsLongAsTheListLands(t *testing.T) {
	f := newFixture(t)
	var list strings.Builder
	list.WriteString("code,name,parent,uri\n")
	const length = 60
	for i := range length {
		fmt.Fprintf(&list, "x%d,Agency %d,x%d,https://example.gov/x%d\n", i, i, i+1, i)
	}
	fmt.Fprintf(&list, "x%d,Top,,https://example.gov/x%d\n", length, length)
	if _, report := f.bring(system, list.String(), register.ImportPerform); report.Created != length+1 {
		t.Errorf("created %d, refused %d", report.Created, report.Refused)
	}
}
