package publiccode

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ospo-register/ospo/models"
)

const sound = `publiccodeYmlVersion: "0.7"
name: Medusa
url: https://example.org/agency/medusa.git
platforms:
  - web
developmentStatus: stable
softwareType: standalone/web
description:
  en:
    shortDescription: A register of things
    longDescription: >-
      A register of things that many people would like to find again, made by an agency for agencies, with everything
      that is asked for by those who look for things, and by those who have lost them.
    features:
      - Finds things
legal:
  license: EUPL-1.2
maintenance:
  type: community
  contacts:
    - name: Ada Example
localisation:
  localisationReady: true
  availableLanguages:
    - en
`

// with is the sound file with one part replaced by another.
func with(t *testing.T, old, fresh string) []byte {
	t.Helper()
	if !strings.Contains(sound, old) {
		t.Fatalf("%q is not in the sound file", old)
	}
	return []byte(strings.Replace(sound, old, fresh, 1))
}

func TestASoundFileIsReadWithoutRemarks(t *testing.T) {
	d, remarks := Read([]byte(sound))
	if len(remarks) > 0 {
		t.Fatal(remarks)
	}
	yes := true
	want := &models.Description{
		Format: models.PublicCode, FormatVersion: "0.7", Name: "Medusa", URL: "https://example.org/agency/medusa.git", Platforms: []string{"web"}, Status: "stable", SoftwareType: "standalone/web",
		License: "EUPL-1.2", Maintenance: "community", Contacts: []models.Contact{{Name: "Ada Example"}}, Localised: &yes, Languages: []string{"en"},
		Texts: map[string]models.DescriptionText{"en": {Short: "A register of things", Features: []string{"Finds things"},
			Long: "A register of things that many people would like to find again, made by an agency for agencies, with everything that is asked for by those who look for things, and by those who have lost them."}},
		Kept: map[string]string{},
	}
	if diff := cmp.Diff(want, d); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestEachMistakeHasItsRuleKeyAndPlace(t *testing.T) {
	for name, c := range map[string]struct {
		old, fresh string
		want       []string // rule severity key line:column, of failures and warnings
	}{
		"version without quotes":                      {`"0.7"`, `0.7`, []string{"version-not-quoted error publiccodeYmlVersion 1:23"}},
		"version of the first days":                   {`"0.7"`, `"0.1"`, []string{"unknown-version error publiccodeYmlVersion 1:23"}},
		"version 1 is not there yet":                  {`"0.7"`, `"1"`, []string{"unknown-version error publiccodeYmlVersion 1:23"}},
		"version 0 is whatever is newest":             {`"0.7"`, `"0"`, nil},
		"version 0.6 is valid":                        {`"0.7"`, `"0.6"`, []string{"old-version warning publiccodeYmlVersion 1:23"}},
		"version 0.3 asked for date and categories":   {`"0.7"`, `"0.3.0"`, []string{"missing-key warning releaseDate 1:1", "missing-key warning categories 1:1", "old-version warning publiccodeYmlVersion 1:23"}},
		"version is a list":                           {`"0.7"`, "[1]", []string{"wrong-type error publiccodeYmlVersion 1:1"}},
		"key from a newer version":                    {`"0.7"`, "\"0.6\"\nsupports:\n  - id: alias:gdpr", []string{"old-version warning publiccodeYmlVersion 1:23", "newer-key warning supports 2:1"}},
		"name is a number":                            {"Medusa", "4", []string{"not-quoted warning name 2:7"}},
		"name is empty":                               {"Medusa", `"  "`, []string{"missing-key error name 2:1"}},
		"url in the short form of git":                {"https://example.org/agency/medusa.git", "git@example.org:agency/medusa.git", []string{"not-a-url error url 3:6"}},
		"url without scheme":                          {"https://example.org/agency/medusa.git", "example.org/agency", []string{"not-a-url error url 3:6"}},
		"url by ssh":                                  {"https://example.org/agency/medusa.git", "ssh://git@example.org/agency/medusa.git", []string{"user-in-url warning url 3:6"}},
		"url of a mailbox":                            {"https://example.org/agency/medusa.git", "mailto:ada@example.org", []string{"not-a-url error url 3:6"}},
		"landing page by ftp":                         {"name: Medusa", "name: Medusa\nlandingURL: ftp://example.org/", []string{"not-a-url error landingURL 3:13"}},
		"roadmap with a space in its query":           {"name: Medusa", "name: Medusa\nroadmap: \"https://example.org/?q=a b\"", []string{"space-in-url warning roadmap 3:10"}},
		"landing page with a space before it":         {"name: Medusa", "name: Medusa\nlandingURL: \" https://example.org/\"", []string{"not-a-url error landingURL 3:13"}},
		"isBasedOn is empty":                          {"name: Medusa", "name: Medusa\nisBasedOn: \"\"", []string{"not-a-url error isBasedOn 3:12"}},
		"isBasedOn is a list with a slip":             {"name: Medusa", "name: Medusa\nisBasedOn:\n  - https://example.org/a\n  - b", []string{"not-a-url error isBasedOn[1] 5:5"}},
		"key with a slip":                             {"developmentStatus:", "developmentStaus:", []string{"missing-key error developmentStatus 1:1", "unknown-key error developmentStaus 6:1"}},
		"key in other capitals":                       {"developmentStatus:", "DevelopmentStatus:", []string{"unknown-key error DevelopmentStatus 6:1"}},
		"key in the wrong section":                    {"name: Medusa", "name: Medusa\nlicense: MIT", []string{"unknown-key error license 3:1"}},
		"the same key twice":                          {"name: Medusa", "name: Medusa\nname: Hydra", []string{"duplicate-key error name 3:1"}},
		"word with a slip":                            {"stable", "stabel", []string{"unknown-word error developmentStatus 6:20"}},
		"platforms as one word":                       {"platforms:\n  - web", "platforms: web", []string{"wrong-type error platforms 4:1"}},
		"licence by name":                             {"EUPL-1.2", "European Union Public Licence 1.2", []string{"not-a-license error legal.license 17:12"}},
		"licence with an exception":                   {"EUPL-1.2", "GPL-2.0-only WITH Classpath-exception-2.0", nil},
		"licence that is not on the list":             {"EUPL-1.2", "EUPL-9.9", []string{"not-a-license error legal.license 17:12"}},
		"licence with an unknown exception":           {"EUPL-1.2", "GPL-2.0-only WITH Foo-exception", []string{"not-a-license error legal.license 17:12"}},
		"licence that is deprecated":                  {"EUPL-1.2", "AGPL-3.0", []string{"license-spelling warning legal.license 17:12"}},
		"licence with a small or":                     {"EUPL-1.2", "MIT or Apache-2.0", []string{"not-a-license error legal.license 17:12"}},
		"NOASSERTION is no licence":                   {"EUPL-1.2", "NOASSERTION", []string{"not-a-license error legal.license 17:12"}},
		"country in lower case":                       {"legal:", "intendedAudience:\n  countries: [it, DE]\nlegal:", []string{"deprecated-key warning intendedAudience.countries[0] 17:15"}},
		"country in mixed case":                       {"legal:", "intendedAudience:\n  countries: [It]\nlegal:", []string{"not-a-country error intendedAudience.countries[0] 17:15"}},
		"United Kingdom":                              {"legal:", "intendedAudience:\n  unsupportedCountries: [UK]\nlegal:", []string{"not-a-country error intendedAudience.unsupportedCountries[0] 17:26"}},
		"language with an underscore":                 {"    - en", "    - en_GB", []string{"not-a-language error localisation.availableLanguages[0] 25:7"}},
		"language by name":                            {"    - en", "    - English", []string{"not-a-language error localisation.availableLanguages[0] 25:7"}},
		"language with variants":                      {"    - en", "    - sl-IT-nedis", nil},
		"language of three letters":                   {"    - en", "    - eng", []string{"not-a-language error localisation.availableLanguages[0] 25:7"}},
		"language that nobody has determined":         {"    - en", "    - und", nil},
		"language that has three letters only":        {"    - en", "    - gsw-CH", nil},
		"language from before the grammar":            {"    - en", "    - i-klingon", []string{"old-language warning localisation.availableLanguages[0] 25:7"}},
		"language with an extension twice":            {"    - en", "    - ar-a-aaa-b-bbb-a-ccc", []string{"not-a-language error localisation.availableLanguages[0] 25:7"}},
		"language with an extension for private use":  {"    - en", "    - en-a-bbb-x-a-ccc", nil},
		"yes of YAML 1.1":                             {"localisationReady: true", "localisationReady: yes", []string{"wrong-type error localisation.localisationReady 23:22"}},
		"truth in capitals":                           {"localisationReady: true", "localisationReady: TRUE", nil},
		"mail address without host":                   {"Ada Example", "Ada Example\n      email: ada@example", []string{"not-a-mail-address error maintenance.contacts[0].email 22:14"}},
		"mail address with a name":                    {"Ada Example", "Ada Example\n      email: Ada <ada@example.org>", []string{"not-a-mail-address error maintenance.contacts[0].email 22:14"}},
		"mail address that is empty":                  {"Ada Example", "Ada Example\n      email: \"\"", []string{"not-a-mail-address error maintenance.contacts[0].email 22:14"}},
		"mail address with an underscore in its host": {"Ada Example", "Ada Example\n      email: ada@an_agency.example", []string{"not-a-mail-address error maintenance.contacts[0].email 22:14"}},
		"mail address with quotation marks":           {"Ada Example", "Ada Example\n      email: '\"ada b\"@example.org'", nil},
		"telephone as a number":                       {"Ada Example", "Ada Example\n      phone: 390600", []string{"not-quoted warning maintenance.contacts[0].phone 22:14"}},
		"contract without contractor":                 {"type: community", "type: contract", []string{"missing-key error maintenance.contractors 18:1"}},
		"contractors of a community":                  {"type: community", "type: community\n  contractors:\n    - {name: A, until: 2030-02-28}", []string{"contractors-without-contract error maintenance.contractors 20:3"}},
		"contract until a day that is none":           {"type: community", "type: contract\n  contractors:\n    - {name: A, until: 2030-02-30}", []string{"not-a-date error maintenance.contractors[0].until 21:24"}},
		"short description too long":                  {"A register of things\n", strings.Repeat("a", 151) + "\n", []string{"too-long error description.en.shortDescription 10:23"}},
		"features empty":                              {"features:\n      - Finds things", "features: []", []string{"missing-key error description.en.features 14:5"}},
		"language that says nothing":                  {"legal:", "  de:\nlegal:", []string{"missing-key error description.de.shortDescription 16:3", "missing-key error description.de.longDescription 16:3", "missing-key error description.de.features 16:3"}},
		"logo in a format that is not allowed":        {"name: Medusa", "name: Medusa\nlogo: logo.gif", []string{"unsupported-format error logo 3:7"}},
		"logo outside the repository":                 {"name: Medusa", "name: Medusa\nlogo: ../logo.svg", []string{"outside-repository warning logo 3:7"}},
		"video at no video site":                      {"features:", "videos: [https://example.org/a]\n    features:", []string{"not-a-video error description.en.videos[0] 14:14"}},
		"video on PeerTube":                           {"features:", "videos: [https://tube.example.org/w/9c9de5e8-0a1e-484a-b099-e80766180a6d]\n    features:", []string{"unusual-video-address warning description.en.videos[0] 14:14"}},
		"video without www":                           {"features:", "videos: [\"https://youtube.com/watch?v=1\"]\n    features:", []string{"unusual-video-address warning description.en.videos[0] 14:14"}},
		"video on YouTube":                            {"features:", "videos: [\"https://www.youtube.com/watch?v=1\"]\n    features:", nil},
		"alias that is not on the list":               {"name: Medusa", "name: Medusa\nsupports: [{id: alias:foo}]", []string{"unknown-alias-name error supports[0].id 3:17"}},
		"alias without its prefix":                    {"name: Medusa", "name: Medusa\nsupports: [{id: gdpr}]", []string{"not-a-uri error supports[0].id 3:17"}},
		"standard by its URI":                         {"name: Medusa", "name: Medusa\nsupports: [{id: \"https://eur-lex.europa.eu/eli/reg/2016/679/oj\"}, {id: \"urn:iso:std:iso:9001\"}]", nil},
		"organisation without URI":                    {"name: Medusa", "name: Medusa\norganisation:\n  name: Agency", []string{"missing-key error organisation.uri 3:1"}},
		"organisation by a code that is not there":    {"name: Medusa", "name: Medusa\norganisation:\n  uri: urn:x-italian-pa:nobody", []string{"unknown-ipa-code error organisation.uri 4:8"}},
		"organisation by a name space called urn":     {"name: Medusa", "name: Medusa\norganisation:\n  uri: urn:urn:agency", []string{"not-a-uri error organisation.uri 4:8"}},
		"number too large for a number":               {"Medusa", "1e999", []string{"not-quoted warning name 2:7"}},
		"key with an anchor":                          {"name: Medusa", "&n name: Medusa\n&f foo: 1", []string{"unknown-key error foo 3:4"}},
		"key with a tag":                              {"name: Medusa", "!a name: Medusa", nil},
		"organisation by an Italian code":             {"name: Medusa", "name: Medusa\norganisation:\n  uri: urn:x-italian-PA:C_H501", nil},
		"category with a slip":                        {"name: Medusa", "name: Medusa\ncategories: [it-securty]", []string{"unknown-word error categories[0] 3:14"}},
		"date with a time":                            {"name: Medusa", "name: Medusa\nreleaseDate: 2026-01-01T10:00:00Z", []string{"not-a-date error releaseDate 3:14"}},
		"empty date":                                  {"name: Medusa", "name: Medusa\nreleaseDate: \"\"", []string{"not-a-date error releaseDate 3:14"}},
		"optional keys without a value":               {"name: Medusa", "name: Medusa\nreleaseDate:\nlogo: ~\ncategories: null\nroadmap:", nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, remarks := Read(with(t, c.old, c.fresh))
			var got []string
			for _, r := range remarks {
				if r.Severity != models.Note {
					got = append(got, fmt.Sprintf("%s %s %s %d:%d", r.Rule, r.Severity, r.Key, r.Line, r.Column))
				}
			}
			if diff := cmp.Diff(c.want, got, cmpopts.EquateEmpty(), cmpopts.SortSlices(strings.Compare)); diff != "" {
				t.Errorf("-want +got:\n%s\n%v", diff, remarks)
			}
		})
	}
}

func TestMessagesSayWhatToWriteInstead(t *testing.T) {
	for name, c := range map[string]struct{ old, fresh, want string }{
		"nearest key":               {"developmentStatus:", "developmentStaus:", "Perhaps “developmentStatus” is meant."},
		"nearest category":          {"name: Medusa", "name: Medusa\ncategories: [it-securty]", "Perhaps “it-security” is meant."},
		"where a key belongs":       {"name: Medusa", "name: Medusa\nlicense: MIT", "There is “legal.license”: move it there."},
		"licence meant":             {"EUPL-1.2", "Apache License 2.0", "Perhaps “Apache-2.0” is meant."},
		"language tag meant":        {"    - en", "    - en_GB", "Write “en-GB”."},
		"country meant":             {"legal:", "intendedAudience:\n  countries: [UK]\nlegal:", "Write “GB”."},
		"truth meant":               {"localisationReady: true", "localisationReady: yes", "write true, without quotes"},
		"address for everybody":     {"https://example.org/agency/medusa.git", "git@example.org:agency/medusa.git", "https://example.org/agency/medusa.git"},
		"path from the root":        {"name: Medusa", "name: Medusa\nlogo: /img/logo.svg", "“img/logo.svg”"},
		"folded text and its end":   {"shortDescription: A register of things", "shortDescription: >\n      " + strings.Repeat("a", 150), "Begin the text with “>-”"},
		"old key of the first days": {"name: Medusa", "name: Medusa\ntags: [a]", "It is “categories” since version 0.2"},
		"tab":                       {"  en:", "\ten:", "replace the tab"},
		"colon in a text":           {"name: Medusa", "name: Medusa: the register", "in quotes"},
	} {
		t.Run(name, func(t *testing.T) {
			_, remarks := Read(with(t, c.old, c.fresh))
			if !slices.ContainsFunc(remarks, func(r models.Remark) bool { return strings.Contains(r.Message, c.want) }) {
				t.Errorf("no message says %q: %v", c.want, remarks)
			}
		})
	}
}

func TestWhatIsSoundIsReadWhateverElseIsWrong(t *testing.T) {
	broken := strings.Replace(sound, "  en:\n", "\ten:\n", 1)
	broken = strings.Replace(broken, "developmentStatus: stable", "developmentStatus: \"stable", 1)
	d, remarks := Read([]byte(broken))
	if d == nil || d.Name != "Medusa" || d.License != "EUPL-1.2" || len(d.Contacts) != 1 || len(d.Languages) != 1 {
		t.Fatalf("read %+v", d)
	}
	lines := map[int]bool{}
	for _, r := range remarks {
		if r.Rule == "yaml-syntax" {
			lines[r.Line] = true
		}
	}
	if !lines[6] || !lines[9] {
		t.Errorf("both slips of notation are named with their line: %v", remarks)
	}
}

func TestDeprecatedKeysAreReadIntoTheirSuccessors(t *testing.T) {
	d, _ := Read(with(t, "legal:", `it:
  countryExtensionVersion: "1.0"
  conforme: {gdpr: true, lineeGuidaDesign: true}
  piattaforme: {spid: true, cie: false}
  riuso: {codiceIPA: c_h501}
monochromeLogo: mono.svg
inputTypes: [text/plain]
intendedAudience: {countries: [it]}
legal:
  repoOwner: Comune di Roma
  authorsFile: AUTHORS`))
	if diff := cmp.Diff([]string{"alias:gdpr", "alias:spid"}, d.Supports); diff != "" {
		t.Error(diff)
	}
	if want := (models.Party{Name: "Comune di Roma", URI: "urn:x-italian-pa:c_h501"}); d.Organisation != want {
		t.Errorf("organisation is %v", d.Organisation)
	}
	if d.RepoOwner != "Comune di Roma" || d.AuthorsFile != "AUTHORS" || d.Countries[0] != "IT" {
		t.Errorf("read %+v", d)
	}
	want := map[string]string{"it.countryExtensionVersion": `"1.0"`, "it.conforme.lineeGuidaDesign": "true", "it.piattaforme.cie": "false", "it.riuso.codiceIPA": `"c_h501"`, "monochromeLogo": `"mono.svg"`, "inputTypes": `["text/plain"]`}
	if diff := cmp.Diff(want, d.Kept); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
}

func TestNothingThatWasStatedIsLost(t *testing.T) {
	d, _ := Read(with(t, "name: Medusa", "name: Medusa\nfoo: {bar: [1, 1.50, true, null, \"a\\\"b\"]}\ncategories: [nonsense, other]\nroadmap: somewhere\nsoftwareVersion: [1, 2]"))
	want := map[string]string{"foo": `{"bar":[1,1.50,true,null,"a\"b"]}`, "categories[0]": `"nonsense"`, "roadmap": `"somewhere"`, "softwareVersion": "[1,2]"}
	if diff := cmp.Diff(want, d.Kept); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"other"}, d.Categories); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsNoPubliccodeIsRefusedWithOneReason(t *testing.T) {
	for name, c := range map[string]struct{ content, rule string }{
		"nothing":       {"", "empty-file"},
		"a remark only": {"# nothing\n", "empty-file"},
		"a list":        {"- a\n- b\n", "not-a-publiccode"},
		"a sentence":    {"hello", "not-a-publiccode"},
		"too much":      {strings.Repeat("#", MaxBytes+1), "too-large"},
		"deep brackets": {strings.Repeat("[", 200_000), "too-deep"},
		"deep dashes":   {strings.Repeat("- ", 200_000), "too-deep"},
	} {
		t.Run(name, func(t *testing.T) {
			d, remarks := Read([]byte(c.content))
			if d != nil || len(remarks) != 1 || remarks[0].Rule != c.rule || remarks[0].Severity != models.Fatal {
				t.Errorf("read %v, %v", d, remarks)
			}
		})
	}
}

func TestLargeAndHostileFilesTakeLittleTime(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'z'; c++ {
		bomb += fmt.Sprintf("%c: &%c [%s]\n", c, c, strings.TrimSuffix(strings.Repeat("*"+string(c-1)+",", 10), ","))
	}
	for name, content := range map[string]string{
		"a billion laughs":  bomb + sound,
		"many unknown keys": sound + strings.Repeat("k: v\n", 100_000),
		"many different keys": sound + func() (s string) {
			var b strings.Builder
			for i := range 50_000 {
				fmt.Fprintf(&b, "key%d: v\n", i)
			}
			return b.String()
		}(),
		"one long list":        "platforms: [" + strings.Repeat("web,", 200_000) + "web]\n" + sound,
		"one long text":        "roadmap: " + strings.Repeat("a b: ", 150_000) + "\n" + sound,
		"many quotation marks": strings.Repeat("\"", 500_000) + sound,
		"many broken sections": strings.Repeat("a: b: c\n", 100_000) + sound,
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			_, remarks := Read([]byte(content))
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("took %s", took)
			}
			if models.Valid(remarks) || len(remarks) > maxRemarks+1 {
				t.Errorf("%d remarks", len(remarks))
			}
			t.Log(time.Since(start), len(remarks))
		})
	}
}

func TestFilesOfTheRepositoryAreLookedFor(t *testing.T) {
	content := with(t, "name: Medusa", "name: Medusa\nlogo: img/logo.png\nmonochromeLogo: img/none.svg")
	_, remarks := ReadIn(content, fstest.MapFS{"img/logo.png": {Data: []byte("GIF89a")}})
	var got []string
	for _, r := range failures(remarks) {
		got = append(got, r.Rule+" "+r.Key)
	}
	if diff := cmp.Diff([]string{"not-a-picture logo", "missing-file monochromeLogo"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestPubliccodeIsRecognised(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		want    bool
	}{
		"a sound file":               {sound, true},
		"without its version":        {strings.Join(strings.Split(sound, "\n")[1:], "\n"), true},
		"a document of SPDX in YAML": {"SPDXID: SPDXRef-DOCUMENT\nname: x\npackages: []\n", false},
		"a compose file":             {"version: \"3\"\nservices:\n  web: {}\n", false},
		"JSON":                       {`{"publiccodeYmlVersion": "0"}`, true},
	} {
		if got := Is([]byte(c.content)); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestCharactersAreCountedAsPeopleCountThem(t *testing.T) {
	for text, want := range map[string]int{"": 0, "abc": 3, "e\u0301": 1, "👨‍👩‍👧‍👦": 1, "🇮🇹🇫🇷": 2, "👍🏽": 1, "각": 1, "\u1100\u1161\u11a8": 1, "日本": 2, "a\r\nb": 3} {
		if got := characters(text); got != want {
			t.Errorf("%q has %d characters, want %d", text, got, want)
		}
	}
}
