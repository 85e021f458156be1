package dcat_test

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/exporters/dcat"
	"github.com/ospo-register/ospo/importers/rdf"
	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/models"
)

func day(s string) *models.Date {
	d, err := models.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return &d
}

func whole() *models.Description {
	yes, no := true, false
	return &models.Description{
		Format: models.PublicCode, Name: "Case <Desk> & \"more\"", Suite: "Town Hall", URL: "https://git.example/town/case desk", LandingURL: "https://case-desk.example/?a=1&b=é", DownloadURL: "https://case-desk.example/get",
		BasedOn: []string{"https://git.example/old/desk", "old"}, SoftwareVersion: "2.10", ReleasedOn: day("2026-03-01"), CreatedOn: day("2020-01-02"), Logo: "img/logo.svg",
		Platforms: []string{"web"}, Categories: []string{"document-management"}, Tags: []string{"cases", "line\nbreak\ttab\\", "\u0001control", "\xff"}, UsedBy: []string{"City of Elm"}, FundedBy: []models.Party{{Name: "Ministry of Works", URI: "https://works.example/"}},
		Roadmap: "https://case-desk.example/roadmap", Status: "beta", SoftwareType: "standalone/web", Supports: []string{"alias:gdpr", "words"}, Organisation: models.Party{Name: "Town of Oak", URI: "urn:x-town:oak"}, CopyrightOwner: "Town of Oak",
		Countries: []string{"NL", "XX", "EL"}, Scope: []string{"local-authorities", "healthcare"},
		Texts: map[string]models.DescriptionText{
			"nl":    {LocalisedName: "Zaakbalie", Short: "Zaken"},
			"pt-BR": {Short: "Casos"},
			"x y":   {Short: "a language of nobody"},
			"en":    {GenericName: "Case manager", Short: "Handles cases", Long: "Keeps the files.\r\n\nAnd more.", Features: []string{"Open a case"}, Documentation: "https://case-desk.example/docs"},
		},
		License: "EUPL-1.2 OR (Apache-2.0 AND MIT)", Maintenance: "internal", Contacts: []models.Contact{{Name: "Ann Smith", Email: "ann smith@oak.example", Phone: "+31 20 123", Affiliation: "Oak"}},
		Localised: &yes, Private: &no, Languages: []string{"en", "nl-BE", "zz", "tlh"}, Open: []models.Dependency{{Name: "PostgreSQL", VersionMin: "15"}}, Hardware: []models.Dependency{{Name: "Card reader"}},
		ProgrammingLanguages: []string{"Go"}, Identifiers: []string{"swh:1:rev:309cf2674ee7a0749978cf8265ab91a60aea0f7d"},
	}
}

func catalog() *dcat.Catalog {
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	return &dcat.Catalog{
		Address: "https://register.example/v1/catalog", Title: "Software of the Republic", Description: "What government built and runs.", Publisher: models.Party{Name: "Ministry of Works", URI: "https://works.example/"},
		License: "https://creativecommons.org/publicdomain/zero/1.0/", Homepage: "https://register.example/", Modified: at, Total: models.Total{Count: 3, Exact: true}, Page: "https://register.example/v1/catalog?cursor=2", First: "https://register.example/v1/catalog", Next: "https://register.example/v1/catalog?cursor=3",
		Entries: []dcat.Entry{
			{Address: "https://register.example/assets/1", Description: whole(), Issued: at, Modified: at},
			{Address: "https://register.example/assets/2", Description: &models.Description{Name: "Archive", URL: "https://git.example/archive", License: "MIT", Texts: map[string]models.DescriptionText{"en": {Short: "Keeps"}}}, Issued: at, Modified: at},
		},
	}
}

func lines(losses []models.Loss) []byte {
	var b strings.Builder
	for _, l := range losses {
		fmt.Fprintf(&b, "%s\t%s\t%s\n", l.Kind, l.Key, l.What)
	}
	return []byte(b.String())
}

var readers = map[dcat.Notation]rdf.Notation{dcat.JSONLD: rdf.JSONLD, dcat.Turtle: rdf.Turtle, dcat.RDFXML: rdf.XML}

func read(t *testing.T, content []byte, n dcat.Notation) *rdf.Graph {
	t.Helper()
	g, remarks := rdf.Read(rdf.Input{Content: content, Notation: readers[n]})
	if len(remarks) > 0 {
		t.Fatalf("%s: %v in\n%s", n, remarks, content)
	}
	return g
}

// canon gives the statements with blank nodes named after all that is said of them, so that equal graphs are equal lists.
func canon(g *rdf.Graph) []string {
	names := map[string]string{}
	say := func(t rdf.Term) string {
		if t.Kind == rdf.Blank {
			return "_:" + names[t.Value]
		}
		return fmt.Sprintf("%d %q %s %s", t.Kind, t.Value, t.Language, t.Datatype)
	}
	for range 6 {
		said := map[string][]string{}
		for _, s := range g.Statements {
			if s.Subject.Kind == rdf.Blank {
				said[s.Subject.Value] = append(said[s.Subject.Value], s.Predicate+" "+say(s.Object))
			}
			if s.Object.Kind == rdf.Blank {
				said[s.Object.Value] = append(said[s.Object.Value], say(s.Subject)+" "+s.Predicate)
			}
		}
		for node, all := range said {
			slices.Sort(all)
			names[node] = fmt.Sprintf("%x", sha256.Sum256([]byte(strings.Join(all, "\n"))))[:16]
		}
	}
	var out []string
	for _, s := range g.Statements {
		out = append(out, say(s.Subject)+" "+s.Predicate+" "+say(s.Object))
	}
	slices.Sort(out)
	return out
}

func TestANumberOfEntriesThatIsNotKnownExactlyIsNotSaid(t *testing.T) {
	for want, total := range map[string]models.Total{"3": {Count: 3, Exact: true}, "0": {Exact: true}, "": {Count: 10_000}} {
		c, got := catalog(), ""
		c.Total = total
		content, _ := dcat.Write(c, dcat.Turtle)
		for _, s := range read(t, content, dcat.Turtle).Statements {
			if strings.HasSuffix(s.Predicate, "#totalItems") {
				got = s.Object.Value
			}
		}
		if got != want {
			t.Errorf("%+v is said as %q, want %q", total, got, want)
		}
	}
}

func TestThreeNotationsSayTheSameGraph(t *testing.T) {
	var first []string
	for _, n := range dcat.Notations {
		content, losses := dcat.Write(catalog(), n)
		testkit.Golden(t, "catalog."+n.Extension(), content)
		testkit.Golden(t, "catalog.losses.tsv", lines(losses))
		graph := canon(read(t, content, n))
		if first == nil {
			first = graph
			t.Logf("%d statements", len(graph))
			continue
		}
		if diff := cmp.Diff(first, graph); diff != "" {
			t.Errorf("%s (-%s +%s)\n%s", n, dcat.Notations[0], n, diff)
		}
	}
}

func TestTheGraphKeepsToTheShapesOfDCATAP(t *testing.T) {
	content, _ := dcat.Write(catalog(), dcat.Turtle)
	if broken := violations(t, read(t, content, dcat.Turtle)); len(broken) > 0 {
		t.Error(strings.Join(broken, "\n"))
	}
}

func TestTheShapesSeeWhatIsMissing(t *testing.T) {
	c := catalog()
	c.Title, c.Entries[1].Description.Name = "", ""
	content, losses := dcat.Write(c, dcat.JSONLD)
	broken := strings.Join(violations(t, read(t, content, dcat.JSONLD)), "\n")
	for _, node := range []string{"catalog http://purl.org/dc/terms/title", "assets/2 http://purl.org/dc/terms/title"} {
		if !strings.Contains(broken, node) {
			t.Errorf("%s is not among\n%s", node, broken)
		}
	}
	if !strings.Contains(string(lines(losses)), "gap\tentries[1].dct:title") {
		t.Errorf("%s", lines(losses))
	}
}

func TestEveryLicenceThatOneMayChooseIsADistribution(t *testing.T) {
	tests := map[string]struct {
		license string
		several []string
		want    []string
	}{
		"one licence":            {"MIT", nil, []string{"http://spdx.org/licenses/MIT"}},
		"a choice of two":        {"EUPL-1.2 OR MIT", nil, []string{"http://spdx.org/licenses/EUPL-1.2", "http://spdx.org/licenses/MIT"}},
		"both at once":           {"Apache-2.0 AND MIT", nil, []string{"Apache-2.0 AND MIT"}},
		"with an exception":      {"GPL-2.0-only WITH Classpath-exception-2.0", nil, []string{"GPL-2.0-only WITH Classpath-exception-2.0"}},
		"one of an older list":   {"GPL-2.0+", nil, []string{"http://spdx.org/licenses/GPL-2.0-or-later"}},
		"no licence":             {"", nil, []string{""}},
		"words":                  {"Our own terms", nil, []string{""}},
		"several without a word": {"", []string{"MIT", "EUPL-1.2"}, []string{""}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			d := &models.Description{Name: "x", URL: "https://git.example/x", License: test.license, Licenses: test.several}
			content, losses := dcat.WriteOne(&dcat.Entry{Address: "https://register.example/assets/1", Description: d}, dcat.Turtle)
			g := read(t, content, dcat.Turtle)
			var got []string
			for _, one := range g.OfType("http://www.w3.org/ns/dcat#Distribution") {
				said := ""
				for _, l := range g.Objects(one, "http://purl.org/dc/terms/license") {
					said = l.Value
					for _, label := range g.Objects(l, "http://www.w3.org/2000/01/rdf-schema#label") {
						said = label.Value
					}
				}
				got = append(got, said)
			}
			slices.Sort(got)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			if gap := !models.NoGaps(losses) && strings.Contains(string(lines(losses)), "dct:license"); gap != (test.want[0] == "") {
				t.Errorf("%s", lines(losses))
			}
		})
	}
}

func TestAnEmptyDescriptionNamesItsGaps(t *testing.T) {
	for _, n := range dcat.Notations {
		content, losses := dcat.WriteOne(&dcat.Entry{Description: &models.Description{}}, n)
		read(t, content, n)
		got := []string{}
		for _, l := range losses {
			if l.Kind == models.LossGap {
				got = append(got, l.Key)
			}
		}
		if diff := cmp.Diff([]string{"dct:title", "dct:description", "dct:publisher", "dct:license", "dcat:accessURL"}, got); diff != "" {
			t.Error(diff)
		}
	}
}

// FuzzAnyTextMakesTheSameGraphInAllNotations puts what comes in wherever people write.
func FuzzAnyTextMakesTheSameGraphInAllNotations(f *testing.F) {
	for _, s := range []string{"", "a", "\"", "\\", "\n", "\r", "<&>", "]]>", "\x00", "\xff", "\uFFFE", "\u2028", "\U0001F600", "{}", "@en", "^^", "'''", "https://x.example/ä ö", "http://[", "urn:x:<>", "mailto:a@b", "javascript:x", "http://purl.org/dc/terms/title", "http://www.w3.org/ns/dcat#a.b", "en", "en-GB-oed"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		d := &models.Description{
			Name: a, URL: b, LandingURL: a, Tags: []string{a, b}, Organisation: models.Party{Name: a, URI: b}, CopyrightOwner: b, Status: a, Countries: []string{a}, Languages: []string{b}, Supports: []string{a}, BasedOn: []string{b},
			Texts: map[string]models.DescriptionText{a: {Short: b, Long: a}, "en": {Short: a}}, License: a, Contacts: []models.Contact{{Name: a, Email: b, Phone: a}}, Open: []models.Dependency{{Name: b}}, Identifiers: []string{a}, SoftwareVersion: b, Suite: a,
		}
		var first []string
		for _, n := range dcat.Notations {
			content, _ := dcat.WriteOne(&dcat.Entry{Address: "https://register.example/assets/1", Description: d}, n)
			graph := canon(read(t, content, n))
			if first != nil && !slices.Equal(first, graph) {
				t.Errorf("%s\n%s", cmp.Diff(first, graph), content)
			}
			first = graph
		}
	})
}

func TestALicenceIsSaidWhateverElseIsMissing(t *testing.T) {
	for name, c := range map[string]struct {
		d    models.Description
		want []string
	}{
		"a licence and no address":          {models.Description{License: "EUPL-1.2"}, []string{`dct:license <http://spdx.org/licenses/EUPL-1.2>`, `rdfs:label "EUPL-1.2"`}},
		"a choice and no address":           {models.Description{License: "EUPL-1.2 OR MIT"}, []string{`rdfs:label "EUPL-1.2 OR MIT"`}},
		"the address of a licence":          {models.Description{URL: "https://git.example/a", License: "https://law.example/license"}, []string{`dct:license <https://law.example/license>`}},
		"packages, and no code to be had":   {models.Description{DownloadURL: "https://get.example/a.zip", License: "MIT"}, []string{`dcat:accessURL <https://get.example/a.zip>`, `dcat:downloadURL <https://get.example/a.zip>`, `dct:license <http://spdx.org/licenses/MIT>`}},
		"a standard by a name that is none": {models.Description{Supports: []string{"EPSG:4269 - NAD 83"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			content, _ := dcat.WriteOne(&dcat.Entry{Address: "https://register.example/assets/1", Description: &c.d}, dcat.Turtle)
			for _, w := range c.want {
				if !strings.Contains(string(content), w) {
					t.Errorf("%s is not in\n%s", w, content)
				}
			}
			if strings.Contains(string(content), "EPSG") {
				t.Errorf("what is no address was written as one:\n%s", content)
			}
		})
	}
}
