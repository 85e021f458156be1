package register

import (
	"context"
	"slices"

	"github.com/ospo-register/ospo/models"
)

// SealedSentence says why a score sheet is closed to who evaluates the case.
const SealedSentence = "You evaluate this case too: what others gave is open to you when you have scored every candidate on every criterion, or when the evaluation is closed."

// seals reports whether the score sheets of others are closed to a viewer: while sheets are filed, who evaluates a case scores it before they read what others gave.
func (c *caseAt) seals(v models.Viewer) bool {
	kind, err := models.PartOf(models.PartScores)
	return err == nil && v.UserID != 0 && kind.Opens(&c.row.Decision) && c.dossier.ScoresStillBy(v.UserID)
}

// seal takes what others scored out of a case that was read for a viewer who has not scored it yet. Who filed what when stays, with its digest.
func (c *caseAt) seal(v models.Viewer) {
	c.parts = sealed(c.parts, v)
	c.dossier.Scores = slices.DeleteFunc(slices.Clone(c.dossier.Scores), func(s models.Filed[models.ScoreSheet]) bool { return s.Key != idText(v.UserID) })
}

// sealed is parts without what others scored.
func sealed(parts []models.DecisionPart, v models.Viewer) []models.DecisionPart {
	parts = slices.Clone(parts)
	for i := range parts {
		if parts[i].Part == models.PartScores && parts[i].Key != idText(v.UserID) {
			parts[i].Content = nil
		}
	}
	return parts
}

// PartVersions lists every version of a part, newest first, for who sees the dossier; with no part, of all parts in the order of their writing. Score sheets that are closed to the viewer have no content.
func (r *Register) PartVersions(ctx context.Context, v models.Viewer, id int64, part models.PartName, key string) ([]models.DecisionPart, error) {
	c, err := r.readCase(ctx, r.store, v, id, r.now())
	if err != nil {
		return nil, err
	}
	list, err := r.store.DecisionPartVersions(ctx, id, part, key)
	if err != nil || !c.seals(v) {
		return list, err
	}
	return sealed(list, v), nil
}

// sealsNow reports whether sheets are closed to a viewer of a case that was read as it stood at some moment: how the case is now decides.
func (r *Register) sealsNow(ctx context.Context, v models.Viewer, then *caseAt, now bool) (bool, error) {
	if now {
		return then.seals(v), nil
	}
	c, err := r.readCase(ctx, r.store, v, then.row.ID, r.now())
	if err != nil {
		return false, err
	}
	return c.seals(v), nil
}
