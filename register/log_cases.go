package register

import (
	"encoding/json"
	"math/big"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// openedAs is what the event of a case that is opened says of it.
func openedAs(d *models.Decision) map[string]any {
	return map[string]any{"kind": d.Kind, "track": d.Track, "title": d.Title, "function": d.Function, "value": d.Value, "currency": d.Currency,
		"agency": d.AgencyID, "regimeVersion": d.RegimeVersionID, "requestedBy": d.RequestedByID, "asset": d.AssetID, "prior": d.PriorID, "tier": d.Visibility, "days": daysOf(d)}
}

// movedEvent is the event of a move that is made: the case stands where it leads.
func movedEvent(d *models.Decision, m *models.DecisionMove) event {
	return decisionEvent("decision.moved", d, map[string]any{"state": m.From}, map[string]any{"state": m.To, "role": m.Role, "reason": m.Reason, "dossier": hexDigest(d.Digest), "chosen": d.Chosen, "days": daysOf(d)})
}

// filedEvent is the event of a part that is filed; was is the version before it, nil for the first.
func filedEvent(d *models.Decision, was, p *models.DecisionPart) event {
	var before any
	if was != nil {
		before = map[string]any{"part": p.Address(), "number": was.Number, "digest": hexDigest(was.Digest)}
	}
	return decisionEvent("decision.filed", d, before, map[string]any{"part": p.Address(), "number": p.Number, "digest": hexDigest(p.Digest), "at": p.At, "state": p.State, "chosen": d.Chosen})
}

// publishedAs is what the event of a publication says of it; release is the open contracting release that is made of it, nil without one.
func publishedAs(d *models.Decision, p *models.DecisionPublication, release *models.OCDSRelease) map[string]any {
	after := map[string]any{"number": p.Number, "digest": hexDigest(p.Digest), "tier": d.Visibility, "note": p.Note, "days": daysOf(d)}
	if release != nil {
		after["ocdsRelease"], after["ocdsDigest"] = release.Release, hexDigest(release.Digest)
	}
	return after
}

// caseDays are the days and times that a case carries.
type caseDays struct {
	Due        *models.Date `json:"due"`
	Standstill *models.Date `json:"standstill"`
	Review     *models.Date `json:"review"`
	Approved   *time.Time   `json:"approved"`
	Published  *time.Time   `json:"published"`
	Closed     *time.Time   `json:"closed"`
}

func daysOf(d *models.Decision) *caseDays {
	return &caseDays{d.DueOn, d.StandstillOn, d.ReviewOn, d.ApprovedAt, d.PublishedAt, d.ClosedAt}
}

// toldCase is what the events of a case say of its row, the later of what the earlier said. What no event said is not compared.
type toldCase struct {
	Kind          *models.DecisionKind  `json:"kind"`
	Track         *models.DecisionTrack `json:"track"`
	Title         *string               `json:"title"`
	Function      *string               `json:"function"`
	Value         *models.Decimal       `json:"value"`
	Currency      *string               `json:"currency"`
	Agency        *int64                `json:"agency"`
	RegimeVersion *int64                `json:"regimeVersion"`
	RequestedBy   *int64                `json:"requestedBy"`
	Asset         *int64                `json:"asset"`
	Prior         *int64                `json:"prior"`
	Tier          *models.Visibility    `json:"tier"`
	Days          *caseDays             `json:"days"`
	Chosen        string                `json:"chosen"`
}

// hears takes in what an event of a case says. An event that cannot be read was changed, which its own digest shows.
func (t *toldCase) hears(event *models.Event) {
	if event == nil {
		return
	}
	switch event.Action {
	case "decision.opened", "decision.amended":
		_ = json.Unmarshal(event.After, t)
	case "decision.filed", "decision.moved", "decision.published":
		var step struct {
			Chosen *string
			Tier   *models.Visibility
			Days   *caseDays
		}
		if json.Unmarshal(event.After, &step) != nil {
			return
		}
		if step.Chosen != nil {
			t.Chosen = *step.Chosen
		}
		if step.Tier != nil {
			t.Tier = step.Tier
		}
		if event.Action != "decision.filed" { // filing sets no day
			t.Days = step.Days
		}
	}
}

// wrong names the fields of a case that are not what its events say.
func (t *toldCase) wrong(d *store.LogDecisionRow) (fields []string) {
	name := func(field string, differs bool) {
		if differs {
			fields = append(fields, field)
		}
	}
	name("title", other(t.Title, d.Title))
	name("function", other(t.Function, d.Function))
	name("kind", other(t.Kind, d.Kind))
	name("track", other(t.Track, d.Track))
	name("agency", other(t.Agency, d.AgencyID))
	name("regime", other(t.RegimeVersion, d.RegimeVersionID))
	if t.Agency != nil { // what says the agency says all
		name("requester", value(t.RequestedBy) != value(d.RequestedByID))
		name("chosen candidate", t.Chosen != d.Chosen)
	}
	if t.Tier != nil { // as above
		name("visibility", *t.Tier != d.Visibility)
	}
	if t.Days != nil {
		name("software", value(t.Asset) != value(d.AssetID))
		name("prior decision", value(t.Prior) != value(d.PriorID))
		t.Days.wrong(d, name)
	}
	if t.Currency != nil {
		name("value", *t.Currency != d.Currency || !sameAmount(t.Value, d.Value))
	}
	return fields
}

func (t *caseDays) wrong(d *store.LogDecisionRow, name func(field string, differs bool)) {
	name("next day", !sameDay(t.Due, d.DueOn))
	name("last day of the standstill", !sameDay(t.Standstill, d.StandstillOn))
	name("day of the review", !sameDay(t.Review, d.ReviewOn))
	name("time of the approval", !value(t.Approved).Equal(value(d.ApprovedAt)))
	name("time of the publication", !value(t.Published).Equal(value(d.PublishedAt)))
	name("time of its end", !value(t.Closed).Equal(value(d.ClosedAt)))
}

func sameDay(a, b *models.Date) bool { return value(a).String() == value(b).String() }

func other[T comparable](told *T, is T) bool { return told != nil && *told != is }

func sameAmount(a, b *models.Decimal) bool {
	if a == nil || b == nil {
		return a == b
	}
	x, known := new(big.Rat).SetString(string(*a))
	y, too := new(big.Rat).SetString(string(*b))
	return known && too && x.Cmp(y) == 0
}
