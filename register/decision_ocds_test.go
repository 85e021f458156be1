package register_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ospo-register/ospo/exporters/ocds"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/register"
)

// publisher has a register tell open contracting data.
var publisher = register.OpenContracting{Prefix: "ocds-h6vhtk", Publisher: "Ministry of Health", Address: "https://register.example.gov/"}

// releases are what is told of the example as open contracting data, each with its tags.
func (x *trial) releases() (list []models.OCDSRelease, tags [][]string) {
	x.t.Helper()
	list, err := x.r.DecisionOCDS(ctx, models.Viewer{}, x.id)
	x.must(err)
	for _, one := range list {
		var r struct {
			ID, OCID string
			Tag      []string
		}
		x.must(json.Unmarshal(one.Document, &r))
		if r.ID != one.Release || r.OCID != one.OCID {
			x.t.Errorf("the release %s of %s is kept as %s of %s", r.ID, r.OCID, one.Release, one.OCID)
		}
		tags = append(tags, r.Tag)
	}
	return list, tags
}

func TestEachPublicationOfAnAcquisitionKeepsOneRelease(t *testing.T) {
	x := newTrial(t)
	x.r.UseOpenContracting(publisher)
	file, err := x.r.At(time.Date(2026, 10, 5, 13, 0, 0, 0, time.UTC)).Attach(ctx, x.people["requester"], x.id, models.Attachment{Title: "Needs", Filename: "needs.txt", Type: "needsAssessment", Media: "text/plain", Tier: models.VisiblePublic}, strings.NewReader("Files."))
	x.must(err)
	x.walk("")
	list, tags := x.releases()
	if len(list) != 1 || !slices.Equal(tags[0], []string{"planning", "tender", "award", "contract", "implementation"}) {
		t.Fatalf("%d releases, tagged %v", len(list), tags)
	}
	if where := fmt.Sprintf("https://register.example.gov/v1/attachments/%d/content", file.ID); !bytes.Contains(list[0].Document, []byte(where)) {
		t.Errorf("the release does not lead to the file at %s", where)
	}
	later := x.r.At(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC))
	_, err = later.PublishDecision(ctx, x.people["registrar"], x.id, 0, "The same again.")
	x.must(err)
	if list, tags = x.releases(); len(list) != 1 {
		t.Fatalf("a publication that changes nothing told %v", tags)
	}
	changed := bytes.Replace(read(t, "publication.json"), []byte(`{`), []byte(`{"withheld": [{"part": "cost", "ground": "commercial-secrecy"}],`), 1)
	if bytes.Contains(read(t, "publication.json"), []byte("withheld\"")) {
		t.Fatal("the example withholds something itself")
	}
	x.must(x.file(x.people["registrar"], time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC), "publication.json", changed))
	x.r.UseOpenContracting(register.OpenContracting{Prefix: "ocds-zzzzzz", Publisher: "Another"})
	later = x.r.At(time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC))
	_, err = later.PublishDecision(ctx, x.people["registrar"], x.id, 0, "The costs are a trade secret.")
	x.must(err)
	list, tags = x.releases()
	if len(list) != 2 || !slices.Contains(tags[1], "planningUpdate") || list[1].OCID != list[0].OCID || !strings.HasPrefix(list[1].OCID, "ocds-h6vhtk-") {
		t.Errorf("after a change and under another prefix: %d releases, tagged %v, of %s", len(list), tags, list[len(list)-1].OCID)
	}
	if _, err := ocds.Record(list[0].Document, list[1].Document); err != nil {
		t.Errorf("the releases make no record: %v", err)
	}
	all, err := x.r.OCDSReleases(ctx, models.Page{Limit: 1})
	x.must(err)
	more, err := x.r.OCDSReleases(ctx, models.Page{Limit: 1, After: all.Next})
	x.must(err)
	if len(all.Items) != 1 || len(more.Items) != 1 || all.Items[0].Release != list[0].Release || more.Items[0].Release != list[1].Release || more.Next != "" {
		t.Errorf("page by page there is %+v and then %+v", all.Items, more.Items)
	}
}

func TestWithoutAPrefixNoReleaseIsMadeAndTheSettingIsNamed(t *testing.T) {
	x := newTrial(t)
	x.walk("")
	_, err := x.r.DecisionOCDS(ctx, models.Viewer{}, x.id)
	if !models.HasCode(err, "no-ocid-prefix") || !strings.Contains(err.Error(), "OSPO_OCDS_PREFIX") {
		t.Errorf("without a prefix: %v", err)
	}
	x.r.UseOpenContracting(publisher)
	if _, err := x.r.DecisionOCDS(ctx, models.Viewer{}, x.id); !models.HasCode(err, "no-release") {
		t.Errorf("a decision that was published before there was a prefix: %v", err)
	}
}

func TestAnExemptionThatIsNotAnsweredTellsNoMoreThanItsGroundAllows(t *testing.T) {
	x := newTrial(t)
	ground := ""
	for _, p := range policy.Presets() {
		if g, err := policy.ParseRegime(p.Text); err == nil && p.Code == "tt-draft" {
			for _, one := range g.Exemptions {
				if one.Publish == "existence-only" {
					ground = one.ID
				}
			}
		}
	}
	if ground == "" {
		t.Fatal("the regime publishes the whole of every exemption")
	}
	text, err := json.Marshal(models.ExemptionRequest{Grounds: []string{ground}, Facts: "The lock of the vault is digital.", Scope: "The vault."})
	x.must(err)
	x.must(x.file(x.people["requester"], time.Date(2026, 10, 5, 13, 0, 0, 0, time.UTC), "exemption.json", text))
	x.walk("")
	out, err := x.r.PublicDocument(ctx, models.Viewer{}, x.id, 0)
	x.must(err)
	if bytes.Contains(out.Document, []byte("vault")) {
		t.Errorf("the public is told the facts of an exemption on the ground %s", ground)
	}
}
