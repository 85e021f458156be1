package register

import (
	"context"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/store"
)

// RefreshClasses brings the classes that pictures count by to what this program knows of licences; they were sorted when each expression came in. It reports how
// many changed.
func (r *Register) RefreshClasses(ctx context.Context) (int, error) {
	list, err := r.store.ExpressionClasses(ctx)
	if err != nil {
		return 0, err
	}
	changed := map[int32]string{}
	for _, e := range list {
		expression, err := licenses.Parse(e.Canonical)
		if err != nil {
			continue // read by an older program; it stays as it was sorted
		}
		if class := string(expression.Class()); class != e.Class {
			changed[e.ID] = class
		}
	}
	if len(changed) == 0 {
		return 0, nil
	}
	return len(changed), store.Write(ctx, r.store, func(tx *store.Tx) error { return tx.SetExpressionClasses(ctx, changed) })
}
