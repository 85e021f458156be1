package register_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

func TestWhoActsForAnAgencyAndThoseBelowItMakesAtTheTopAndFindsBelow(t *testing.T) {
	f := newFixture(t)
	registrar := f.person("r@example.gov", models.Registrar, f.health)
	send := func(name string, n int) *register.Receipt {
		t.Helper()
		d, err := f.r.Deliver(ctx, registrar, register.Handover{Door: models.DoorAPI, Target: models.Target{Name: name, Number: "1.0", Make: models.MakeAsset}}, strings.NewReader(document+strings.Repeat(" ", n)), sbom.Limits{})
		f.must(err)
		return d.Receipt
	}
	if made := send("New Desk", 1).SBOM; made.StewardID != f.health.ID {
		t.Errorf("made at agency %d", made.StewardID)
	}
	below := f.asset("Ward Desk", f.hospitals, models.VisibleAgency)
	if found := send("Ward Desk", 2).SBOM; found.AssetID != below.ID {
		t.Errorf("instead of that of the agency below, made %+v", found)
	}
	own := f.asset("Ward Desk", f.health, models.VisibleAgency)
	if found := send("Ward Desk", 3).SBOM; found.AssetID != own.ID {
		t.Errorf("of two, taken that of agency %d", found.StewardID)
	}
}

func TestSendersWhoMakeTheSameSoftwareAtOnceMakeItOnce(t *testing.T) {
	f := newOwnFixture(t)
	var under sync.WaitGroup
	failed := make(chan error, 8)
	for i := range 8 {
		under.Go(func() {
			h := register.Handover{Door: models.DoorImport, Target: models.Target{AgencyID: f.health.ID, Name: "Case Desk", Number: fmt.Sprint(i % 2), Make: models.MakeAsset}, Async: register.Never}
			_, err := f.r.Deliver(ctx, system, h, strings.NewReader(document+strings.Repeat(" ", i)), sbom.Limits{})
			failed <- err
		})
	}
	under.Wait()
	close(failed)
	for err := range failed {
		f.must(err)
	}
	assets, err := f.s.Assets(ctx, system, models.AssetFilter{})
	f.must(err)
	releases, err := f.s.Releases(ctx, system, assets.Items[0].ID, models.Page{})
	f.must(err)
	if len(assets.Items) != 1 || len(releases.Items) != 2 || releases.Items[0].Documents != 4 {
		t.Errorf("%d entries, releases %+v", len(assets.Items), releases.Items)
	}
}

func TestWhatCannotBeTakenInIsRefusedAtTheDoor(t *testing.T) {
	f := newFixture(t)
	officer := f.person("o@example.gov", models.OSPOStaff, nil)
	sender := f.person("s@example.gov", models.Registrar, f.health)
	sender.Actions = []models.Action{models.WriteSBOM, models.ReadGovernment} // a token that may register no software
	for name, c := range map[string]struct {
		by     models.Viewer
		target models.Target
		code   string
	}{
		"nobody knows whose the software is to be":   {officer, models.Target{Name: "New", Number: "1", Make: models.MakeAsset}, "target-unknown"},
		"the token may make nothing":                 {sender, models.Target{Name: "New", Number: "1", Make: models.MakeAsset}, "not-allowed"},
		"the token may make nothing for the agency":  {sender, models.Target{Name: "New", Number: "1", Make: models.MakeAsset, AgencyID: f.health.ID}, "not-allowed"},
		"there is no such software, nothing is made": {officer, models.Target{Name: "New", Number: "1"}, "target-unknown"},
	} {
		_, err := f.r.Deliver(ctx, c.by, register.Handover{Door: models.DoorPipeline, Target: c.target}, strings.NewReader(document), sbom.Limits{})
		if !models.HasCode(err, c.code) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
