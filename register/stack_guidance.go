package register

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// stand looks the product and the function up in the stack, and says in words what the stack says of them.
func (r *Register) stand(ctx context.Context, by models.Viewer, q DecisionCheck, g *Guidance) error {
	asset, name := q.AssetID, strings.TrimSpace(q.Product)
	if asset != nil {
		if a, err := r.store.Asset(ctx, by, *asset); err == nil {
			name = a.Title()
		} else if !models.IsKind(err, models.NotFound) {
			return err
		}
	}
	entries, err := r.store.StackFor(ctx, by, q.AgencyID, asset, name, strings.TrimSpace(q.Function))
	if err != nil {
		return err
	}
	g.Stack = entries
	g.StackSays = stackSays(entries, asset, name, q.Function, models.DateOf(r.now()))
	return nil
}

// stackSays puts what the stack says of a product, and of the function beside it, into sentences; "" when it says nothing.
func stackSays(entries []store.StackRow, asset *int64, name, function string, today models.Date) string {
	var said, others []string
	for i := range entries {
		e := &entries[i]
		if asset != nil && value(e.AssetID) == *asset || name != "" && strings.EqualFold(e.Name, name) {
			said = append(said, stackSentence(e, today))
		} else if e.Status == models.StackRecommended {
			others = append(others, e.Name+" for "+e.Function)
		}
	}
	if function != "" && len(said) == 0 && name != "" && len(entries) > 0 {
		said = append(said, "The stack has no entry for "+name+".")
	}
	if len(others) > 0 {
		slices.Sort(others)
		said = append(said, "It recommends "+strings.Join(others, ", ")+".")
	}
	return strings.Join(said, " ")
}

var stackVerbs = map[models.StackStatus]string{models.StackRecommended: "recommends", models.StackAccepted: "accepts", models.StackContain: "contains", models.StackRetire: "retires"}

func stackSentence(e *store.StackRow, today models.Date) string {
	whose := "The stack of all government "
	if e.Agency != "" {
		whose = "The stack of " + e.Agency + " "
	}
	s := whose + stackVerbs[e.Status] + " " + e.Name + " for " + e.Function
	if e.Minimum != "" {
		s += ", from version " + e.Minimum + " on"
	}
	switch e.Status {
	case models.StackContain:
		s += ": no new uses"
	case models.StackRetire:
		s += ": those who use it move away"
	}
	if e.Stale(today) {
		return s + fmt.Sprintf(". That was validated until %s and has not been looked at since.", e.ValidUntilOn)
	}
	return s + fmt.Sprintf(" (validated until %s).", e.ValidUntilOn)
}
