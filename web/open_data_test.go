package web_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
)

func TestTheDescriptionOfSoftwareSaysWhatEachFormatLosesAndWhatItLacks(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	path := fmt.Sprintf("/assets/%d/description", g.CaseDesk.ID)
	s.get(path).want(t, 200, "publiccode.yml 0.7", "code.json 2.0.0", "CodeMeta 3.0", "DCAT-AP 3.0 and ADMS-AP", "Nobody is named.", "softwareType", fmt.Sprintf(`href="/v1/assets/%d/descriptions/publiccode"`, g.CaseDesk.ID), "notation=turtle",
		"The register does not know the repository", "Add the repository to the register and harvest it.")
	s.get(fmt.Sprintf("/assets/%d/description", g.Mail.ID)).want(t, 404)
	s.get(fmt.Sprintf("/assets/%d", g.CaseDesk.ID)).want(t, 200, "Take this description", fmt.Sprintf(`href="%s"`, path))
}

var ld = regexp.MustCompile(`(?s)<script type="application/ld\+json">(.*?)</script>`)

func TestThePageOfPublicSoftwareTellsMachinesWhatItIsAndThatOfOtherSoftwareNothing(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	m := ld.FindStringSubmatch(s.get(fmt.Sprintf("/assets/%d", g.CaseDesk.ID)).Body)
	if m == nil {
		t.Fatal("nothing is told")
	}
	var told map[string]any
	if err := json.Unmarshal([]byte(m[1]), &told); err != nil {
		t.Fatalf("%v in %s", err, m[1])
	}
	if told["@type"] != "SoftwareSourceCode" || told["name"] != "Case Desk" || !strings.HasSuffix(told["@id"].(string), fmt.Sprintf("/assets/%d", g.CaseDesk.ID)) {
		t.Errorf("%v", told)
	}
	inside := s.as(g.Reader.ID)
	if ld.MatchString(inside.get(fmt.Sprintf("/assets/%d", g.Mail.ID)).want(t, 200).Body) {
		t.Error("software that is not public is told to machines")
	}
}

func TestTheMapHasThePagesOfPublicSoftwareAndNoOther(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	a := s.as(g.Officer.ID).get("/sitemap.xml").want(t, 200)
	var found struct {
		URLs []struct {
			Loc string `xml:"loc"`
		} `xml:"url"`
	}
	if err := xml.Unmarshal([]byte(a.Body), &found); err != nil {
		t.Fatal(err)
	}
	has := func(id int64) bool {
		return slices.ContainsFunc(found.URLs, func(u struct {
			Loc string `xml:"loc"`
		}) bool {
			return strings.HasSuffix(u.Loc, fmt.Sprintf("/assets/%d", id))
		})
	}
	if !has(g.CaseDesk.ID) || !has(g.Portal.ID) || has(g.Mail.ID) || has(g.Secret.ID) {
		t.Errorf("%v", found)
	}
	p := &models.Publisher{AgencyID: g.Health.ID, Name: "Health digital", Active: true}
	if err := s.reg.RegisterPublisher(t.Context(), sample.Viewer(t, s.store, g.Registrar), p); err != nil {
		t.Fatal(err)
	}
	s.get("/sitemap.xml").want(t, 200, fmt.Sprintf("/publishers/%d</loc>", p.ID), "/stack</loc>", "</urlset>")
	s.get("/robots.txt").want(t, 200, "/sitemap.xml")
}

func TestTheOpenDataPageSaysHowManyUnderWhichLicenceAndWithWhichDigest(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	sample.Government(t, s.store)
	a := s.get("/open-data").want(t, 200, "CC0-1.0", "/v1/open-data/ndjson", "/v1/open-data/csv", "notation=rdfxml", "/v1/catalog/feed")
	if n := len(regexp.MustCompile(`[0-9a-f]{64}`).FindAllString(a.Body, -1)); n != 2 {
		t.Errorf("%d digests", n)
	}
}
