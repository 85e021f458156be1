package web

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func TestNumbersAreWrittenForPeople(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1912: "1,912", 1234567: "1,234,567", -5000: "−5,000"} {
		if got := number(n); got != want {
			t.Errorf("%d is written %q, want %q", n, got, want)
		}
	}
	for want, got := range map[string]string{"1 agency": plural(1, "agency", "agencies"), "2,000 agencies": plural(2000, "agency", "agencies"), "0 agencies": plural(int64(0), "agency", "agencies"),
		"more than 10,000": total(models.Total{Count: 10000}), "7": total(models.Total{Count: 7, Exact: true}), "12 kB": fileSize(12000), "1 byte": fileSize(1), "512 MB": fileSize(512 << 20), "1.5 MB": fileSize(3 << 19)} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestAShareNeverClaimsNoneOrAllFalsely(t *testing.T) {
	tests := []struct {
		part, whole int
		want        string
	}{{0, 0, "–"}, {0, 10, "0 %"}, {10, 10, "100 %"}, {1, 3, "33 %"}, {2, 3, "67 %"}, {1, 1000, "under 1 %"}, {999, 1000, "over 99 %"}}
	for _, tt := range tests {
		if got := percent(tt.part, tt.whole); got != tt.want {
			t.Errorf("%d of %d is %q, want %q", tt.part, tt.whole, got, tt.want)
		}
	}
}

func TestDaysAreWrittenForPeopleAndMachines(t *testing.T) {
	day := models.DateOf(time.Date(2026, 11, 2, 23, 0, 0, 0, time.UTC))
	if got, want := string(date(day)), `<time datetime="2026-11-02">2 Nov 2026</time>`; got != want {
		t.Errorf("a day is %s", got)
	}
	if date((*models.Date)(nil)) != "" || date(models.Date{}) != "" || date(nil) != "" {
		t.Error("no day is written as one")
	}
	if got := string(instant(time.Date(2026, 11, 2, 14, 5, 0, 0, time.FixedZone("", 7200)))); !strings.Contains(got, "2 Nov 2026, 12:05 UTC") {
		t.Errorf("a moment is %s", got)
	}
	today := day
	for want, d := range map[string]models.Date{"today": day, "yesterday": day.AddDays(-1), "tomorrow": day.AddDays(1), "in 30 days": day.AddDays(30), "59 days ago": day.AddDays(-59), "7 months ago": day.AddDays(-214), "2 years ago": day.AddDays(-740)} {
		if got := ago(d, today); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestEveryValueHasItsWord(t *testing.T) {
	var said []any
	add(&said, models.Origins)
	add(&said, append(models.AssetLifecycles, models.AssetMerged))
	add(&said, models.Visibilities)
	add(&said, models.Environments)
	add(&said, models.DeploymentStates)
	add(&said, models.Hostings)
	add(&said, models.DataClasses)
	add(&said, models.PersonalDatas)
	add(&said, models.DeploymentLifecycles)
	add(&said, models.AgencyKinds)
	add(&said, models.Roles)
	add(&said, licenses.Classes())
	add(&said, []models.AgencyState{models.AgencyActive, models.AgencyMerged, models.AgencyClosed})
	add(&said, []models.SBOMVerdict{models.Accepted, models.Salvaged, models.Refused})
	add(&said, []models.SBOMState{models.SBOMCurrent, models.SBOMSuperseded, models.SBOMWithdrawn})
	add(&said, []models.Severity{models.Note, models.Warning, models.Failure, models.Fatal})
	add(&said, models.SBOMFormats)
	add(&said, models.DeliveryStates)
	add(&said, models.WebhookScopes)
	add(&said, models.WebhookFormats)
	add(&said, models.WebhookStates)
	add(&said, models.WebhookDeliveryStates)
	add(&said, models.WebhookOutcomes)
	add(&said, []models.Door{models.DoorAPI, models.DoorPage, models.DoorPipeline, models.DoorLink, models.DoorImport})
	for _, v := range said {
		if w := termOf(v); w.word == "" || w.word[0] < 'A' || w.word[0] > 'Z' {
			t.Errorf("%T %v is shown as %q", v, v, w.word)
		}
	}
	for _, a := range models.Actions {
		if actionWords[a] == "" {
			t.Errorf("the action %s has no words", a)
		}
	}
	for _, g := range models.Gaps {
		if gapWords[g] == "" {
			t.Errorf("the gap %s has no words", g)
		}
	}
}

func add[T any](list *[]any, values []T) {
	for _, v := range values {
		*list = append(*list, v)
	}
}

func TestAChartAddsUpAndSaysWhatItShows(t *testing.T) {
	counts := []store.LicenseCount{{Class: "permissive", Packages: 610}, {Class: "weak-copyleft", Packages: 140}, {Class: "strong-copyleft", Packages: 93}, {Class: "restricted-use", Packages: 1}, {Class: "unknown", Packages: 101}, {Class: "permissive", Packages: 55}}
	ch := licenseChart("l", `Licences in "x"`, counts, "/licenses?release=7")
	var percents, paths []string
	for _, p := range ch.Parts {
		percents, paths = append(percents, p.Percent), append(paths, p.Path)
	}
	if diff := cmp.Diff([]string{"67 %", "14 %", "9 %", "under 1 %", "10 %"}, percents); diff != "" {
		t.Error(diff)
	}
	if paths[4] != "/licenses?release=7&class=unknown" {
		t.Errorf("the unknown ones are at %s", paths[4])
	}
	svg := string(ch.SVG())
	for _, want := range []string{`role="img"`, `aria-labelledby="l-t l-d"`, `<title id="l-t">Licences in &#34;x&#34;</title>`, "1,000 packages: Permissive 67 %", `class="fill-unknown"`} {
		if !strings.Contains(svg, want) {
			t.Errorf("the picture lacks %s\n%s", want, svg)
		}
	}
	end := 0.0
	for _, bar := range ch.Bars() {
		if bar.X < end || bar.Width < 5 {
			t.Errorf("the bar %q is at %.1f and %.1f wide, after %.1f", bar.Label, bar.X, bar.Width, end)
		}
		end = bar.X + bar.Width
	}
	if end > barWidth+0.01 || end < barWidth-0.01 {
		t.Errorf("the bars end at %.2f", end)
	}
	if empty := licenseChart("e", "Nothing", nil, ""); empty.Whole != 0 || len(empty.Bars()) != 0 {
		t.Error("a chart of nothing has bars")
	}
}

func TestAnEventIsSaidInWords(t *testing.T) {
	before := json.RawMessage(`{"stewardId":1,"lifecycle":"planned","urls":[{"kind":"home","url":"https://a.example"}],"licenseId":3}`)
	after := json.RawMessage(`{"stewardId":2,"lifecycle":"in-use","installedOn":"2026-11-02","criticality":4,"licenseId":4,"personalData":"none","descriptions":{"en":"Text"}}`)
	got := changesOf(before, after, map[int64]string{1: "Health", 2: "Finance"})
	want := []models.Change{{Field: "Criticality", After: "4 of 4, vital"}, {Field: "Descriptions", After: "en: Text"}, {Field: "Installed on", After: "2 Nov 2026"}, {Field: "Lifecycle", Before: "Planned", After: "In use"},
		{Field: "Personal data", After: "None"}, {Field: "Steward", Before: "Health", After: "Finance"}, {Field: "Web addresses", Before: "https://a.example"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestOnlyOurOwnAddressesAreGoneOnTo(t *testing.T) {
	for given, want := range map[string]string{"/assets?q=a": "/assets?q=a", "": "/", "https://evil.example": "/", "//evil.example": "/", "/\\evil.example": "/", "/a\nb": "/", "javascript:alert(1)": "/"} {
		if got := localPath(given); got != want {
			t.Errorf("%q leads to %q, want %q", given, got, want)
		}
	}
}

func TestALongAddressBreaksAfterItsPunctuation(t *testing.T) {
	if got := string(soft(`a@b.example/<x>`)); got != "a@<wbr>b.<wbr>example/<wbr>&lt;x&gt;" {
		t.Errorf("got %s", got)
	}
	if got := string(soft("4.2.1")); got != "4.2.1" {
		t.Errorf("a version is %s", got)
	}
}

func TestAKeptAnswerIsOnlyForThoseWhoSeeTheSame(t *testing.T) {
	r := recent[int]{life: time.Hour}
	asked := 0
	ask := func() (int, error) { asked++; return asked, nil }
	agency := func(ids ...int64) models.Viewer {
		covered := map[int64]bool{}
		for _, id := range ids {
			covered[id] = true
		}
		return models.Viewer{UserID: 1, Grants: []models.Grant{{Role: models.Reader, Agencies: covered}}}
	}
	for i, v := range []models.Viewer{{}, agency(1), agency(1, 2), models.SystemViewer("x"), {}, agency(2, 1), agency(1)} {
		got, err := r.get(v, ask)
		if want := []int{1, 2, 3, 4, 1, 3, 2}[i]; err != nil || got != want {
			t.Errorf("viewer %d got answer %d, want %d (%v)", i, got, want, err)
		}
	}
	r.life = 0
	if got, _ := r.get(models.Viewer{}, ask); got != 5 {
		t.Errorf("an answer that is too old is given again: %d", got)
	}
}

func TestABoxShowsTheEndOfAPath(t *testing.T) {
	for label, want := range map[string]string{
		"openssl 3.0.7":                        "openssl 3.0.7",
		"github.com/charmbracelet/log v0.4.0":  "…/log v0.4.0",
		"a-name-without-any-path-that-is-long": "a-name-without-any-path-that-is-long",
	} {
		if got := boxLabel(label); got != want {
			t.Errorf("%s is shown as %s", label, got)
		}
	}
}

func TestAMeasureOfOneIsSaidAsOne(t *testing.T) {
	one, some, half := 1.0, 3.0, 0.5
	for _, tc := range []struct {
		m    models.Measurement
		want string
	}{
		{models.Measurement{Value: &one, Unit: "people"}, "1 person"}, {models.Measurement{Value: &some, Unit: "people"}, "3 people"}, {models.Measurement{Value: &one, Unit: "organisations"}, "1 organisation"},
		{models.Measurement{Value: &one, Unit: "days"}, "1 day"}, {models.Measurement{Value: &half, Unit: "ratio"}, "50 %"}, {models.Measurement{Unit: "people"}, ""},
	} {
		if got := measured(tc.m); got != tc.want {
			t.Errorf("%+v is said as %q, want %q", tc.m, got, tc.want)
		}
	}
}

func TestWordsOfAVocabularyAreWrittenForPeople(t *testing.T) {
	for kebab, want := range map[string]string{"case-management": "case management", "it-security": "IT security", "crm": "CRM", "e-signature": "e-signature", "do-it-now": "do it now", "it": "it", "voip": "VoIP"} {
		if got := spaced(kebab); got != want {
			t.Errorf("%s is %q, want %q", kebab, got, want)
		}
	}
}

func TestWhatIsNoNumberIsNotWrittenAsNothing(t *testing.T) {
	for name, v := range map[string]any{"a list": []int{1}, "nothing": nil, "a pointer": new(int), "a text": "12", "a fraction": 1.5} {
		if text, err := numberAny(v); err == nil {
			t.Errorf("%s is written as %q", name, text)
		}
		if text, err := pluralAny(v, "one", "many"); err == nil {
			t.Errorf("%s is written as %q", name, text)
		}
	}
}

func TestCodesOfLanguagesCountriesAndStandardsAreNamed(t *testing.T) {
	for _, tt := range []struct {
		say        func(string) string
		code, want string
	}{
		{languageName, "en", "English"}, {languageName, "pt-BR", "Brazilian Portuguese"}, {languageName, "sw", "Swahili"}, {languageName, "no such", "no such"},
		{countryName, "TT", "Trinidad & Tobago"}, {countryName, "ke", "Kenya"}, {countryName, "?", "?"},
		{standardName, "alias:gdpr", "GDPR"}, {standardName, "alias:pagopa", "pagoPA"}, {standardName, "https://law.example/1", "https://law.example/1"},
	} {
		if got := tt.say(tt.code); got != tt.want {
			t.Errorf("%s is %q, want %q", tt.code, got, tt.want)
		}
	}
}
