package register

import (
	"encoding/json"
	"math/big"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// openedAs is what the event of a case that is opened says of it.
func openedAs(d *models.Decision) map[string]any {
	return map[string]any{"kind": d.Kind, "track": d.Track, "title": d.Title, "function": d.Function, "value": d.Value, "currency": d.Currency,
		"agency": d.AgencyID, "regimeVersion": d.RegimeVersionID, "requestedBy": d.RequestedByID}
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
	case "decision.filed", "decision.moved":
		var step struct{ Chosen *string }
		if json.Unmarshal(event.After, &step) == nil && step.Chosen != nil {
			t.Chosen = *step.Chosen
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
	if t.Currency != nil {
		name("value", *t.Currency != d.Currency || !sameAmount(t.Value, d.Value))
	}
	return fields
}

func other[T comparable](told *T, is T) bool { return told != nil && *told != is }

func sameAmount(a, b *models.Decimal) bool {
	if a == nil || b == nil {
		return a == b
	}
	x, known := new(big.Rat).SetString(string(*a))
	y, too := new(big.Rat).SetString(string(*b))
	return known && too && x.Cmp(y) == 0
}
