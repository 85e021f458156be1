package models_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
)

func TestWhoMayHaveCodeFollowsFromWhatIsThereAndWhatWasDecided(t *testing.T) {
	for name, c := range map[string]struct {
		code models.BuiltCode
		want models.CodeAccess
	}{
		"a public repository is open":                               {models.BuiltCode{Open: true}, models.CodeOpen},
		"a public and a hidden repository are partly open":          {models.BuiltCode{Open: true, Hidden: true}, models.CodePartlyOpen},
		"a hidden repository alone is for government":               {models.BuiltCode{Hidden: true}, models.CodeGovernment},
		"a decision to open it counts before it is published":       {models.BuiltCode{Verdicts: models.StringList{"open"}}, models.CodeOpen},
		"a part that stays closed makes it partly open":             {models.BuiltCode{Verdicts: models.StringList{"closed", "open"}}, models.CodePartlyOpen},
		"a decision that closes all of it is closed":                {models.BuiltCode{Verdicts: models.StringList{"closed"}}, models.CodeClosed},
		"government only and closed parts are for government":       {models.BuiltCode{Verdicts: models.StringList{"closed", "government-only"}}, models.CodeGovernment},
		"a public repository of what was closed is partly open":     {models.BuiltCode{Open: true, Verdicts: models.StringList{"closed"}}, models.CodePartlyOpen},
		"nothing known and nothing decided is not said, not closed": {models.BuiltCode{}, models.CodeNotSaid},
	} {
		if got := c.code.Access(); got != c.want {
			t.Errorf("%s: got %s", name, got)
		}
	}
}

func TestATallyCountsEachPieceOnceInTheWholeAndOnceInItsAgency(t *testing.T) {
	today := models.DateOf(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	commit, old := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), models.DateOf(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC))
	list := []models.BuiltCode{
		{AgencyID: 1, Agency: "Health", Open: true, License: "EUPL-1.2", Described: true, CommitAt: &commit, ReleasedOn: &old, Agencies: 2, Confirmed: 1},
		{AgencyID: 1, Agency: "Health", Hidden: true, License: "Ask us", ReleasedOn: &old},
		{AgencyID: 2, Agency: "Finance"},
	}
	none := func(open, inside, unsaid int) map[models.CodeAccess]int {
		m := map[models.CodeAccess]int{}
		for access, n := range map[models.CodeAccess]int{models.CodeOpen: open, models.CodeGovernment: inside, models.CodeNotSaid: unsaid} {
			if n > 0 {
				m[access] = n
			}
		}
		return m
	}
	want := []models.BuiltTally{
		{Built: 3, Access: none(1, 1, 1), Licensed: 1, Described: 1, Alive: 1, AliveKnown: 2, Reused: 1, ReuseFresh: 1},
		{AgencyID: 1, Agency: "Health", Built: 2, Access: none(1, 1, 0), Licensed: 1, Described: 1, Alive: 1, AliveKnown: 2, Reused: 1, ReuseFresh: 1},
		{AgencyID: 2, Agency: "Finance", Built: 1, Access: none(0, 0, 1)},
	}
	if diff := cmp.Diff(want, models.TallyBuilt(list, today)); diff != "" {
		t.Error(diff)
	}
}
