package api

import (
	"net/http"
	"slices"
	"time"

	"github.com/ospo-register/ospo/store"
)

// catalogEvent is one line of the audit trail, as much of it as the Open Catalog API tells.
type catalogEvent struct {
	ID         string    `json:"id"`
	Type       string    `json:"type"`
	EntityType string    `json:"entityType"`
	EntityID   string    `json:"entityId"`
	Actor      string    `json:"actor,omitempty"` // only for who may know it
	CreatedAt  time.Time `json:"createdAt"`
	UpdatedAt  time.Time `json:"updatedAt"` // the same: the trail is not changed
}

func shapeCatalogEvent(e *store.CatalogedEvent) catalogEvent {
	return catalogEvent{ID: e.UUID, Type: e.Type, EntityType: e.EntityType, EntityID: e.EntityUUID, Actor: e.Actor, CreatedAt: utc(e.At), UpdatedAt: utc(e.At)}
}

func (a *api) listCatalogEvents(x *catalogCall) error {
	page, err := x.catalogFilter()
	if err != nil {
		return err
	}
	f := store.CatalogedEventFilter{Type: x.c.Query("type"), EntityType: x.c.Query("entityType"), EntityUUID: x.c.Query("entityId"), Actor: x.c.Query("actor"), OpenCatalogFilter: page}
	if f.Type != "" && !slices.Contains([]string{"create", "update", "delete"}, f.Type) {
		return catalogRefusal(http.StatusUnprocessableEntity, "type must be one of create, update, delete")
	}
	l, err := a.Store.CatalogedEvents(x.ctx(), x.v, f)
	return answerList(x, l, err, shapeCatalogEvent)
}
