package store

import (
	"fmt"

	"github.com/ospo-register/ospo/models"
)

// visible adds the clause that hides what the viewer may not see: alias is a table with a visibility column, owner its
// column with the agency whose thing it is. An unknown viewer sees only what is public.
func (q *query) visible(v models.Viewer, alias, owner string) {
	q.seen(v, alias+".visibility", alias+"."+owner)
}

func (q *query) seen(v models.Viewer, column, owner string) {
	q.where = append(q.where, q.sees(v, column, owner))
}

// sees is the clause as text, for a SELECT list or a JOIN.
func (q *query) sees(v models.Viewer, column, owner string) string {
	if v.SeesAll() {
		return "TRUE"
	}
	open := "'public'"
	if v.InGovernment() {
		open = "'public', 'government'"
	}
	own := v.Covered()
	if len(own) == 0 {
		return column + " IN (" + open + ")"
	}
	return fmt.Sprintf(`%s IN (%s) OR EXISTS (SELECT 1 FROM agency_closure seen WHERE seen.descendant_id = %s AND seen.ancestor_id = ANY(%s))`, column, open, owner, q.arg(own))
}

// deploymentVisible hides deployments that are themselves hidden or whose asset is. An agency always sees what it runs
// itself, also when the steward has since hidden the software.
func (q *query) deploymentVisible(v models.Viewer) {
	q.visible(v, "d", "agency_id")
	asset := q.sees(v, "a.visibility", "a.steward_id")
	if own := v.Covered(); len(own) > 0 {
		asset += " OR d.agency_id = ANY(" + q.arg(own) + ")"
	}
	q.where = append(q.where, asset)
}
