package api

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// CatalogNoun is what sort of thing has changed.
type CatalogNoun string

// Schema lists the sorts.
func (CatalogNoun) Schema(huma.Registry) *huma.Schema {
	return words("What has changed: software with everything that hangs on it, a repository, or a publisher", models.CatalogNouns...)
}

// ChangeKept says whether a mirror is to keep a thing.
type ChangeKept string

// Schema lists the words.
func (ChangeKept) Schema(huma.Registry) *huma.Schema {
	return words("changed: read it again. gone: forget it", changedHere, changedGone)
}

const (
	changedHere ChangeKept = "changed"
	changedGone ChangeKept = "gone"
)

// CatalogChange is one thing of the catalogue that has changed, or is gone from it.
type CatalogChange struct {
	Noun         CatalogNoun `json:"noun"`
	ID           int64       `json:"id"`
	Change       ChangeKept  `json:"change"`
	MergedIntoID *int64      `json:"mergedIntoId" doc:"The entry that it is a part of since"`
	Link         *string     `json:"link" doc:"Where to read it; null when it is gone" example:"/v1/assets/12"`
	EventID      int64       `json:"eventId" doc:"The last event that has to do with it"`
	ChangedAt    time.Time   `json:"changedAt"`
}

// CatalogChangePage is the answer with a part of the changes.
type CatalogChangePage struct {
	Link string `header:"Link" doc:"Address of the next part with rel=next, keeping every other key; absent when there is no more for now (RFC 8288)"`
	Body CatalogChangeList
}

// CatalogChangeList is a part of the changes.
type CatalogChangeList struct {
	Items []CatalogChange `json:"items"`
	Next  int64           `json:"next" doc:"Where to go on, to be sent as after, now or whenever you ask again"`
}

func (a *api) catalogChanges() {
	get(a, "/catalog-changes", about{id: "listCatalogChanges", tag: "Catalogue", summary: "What has changed in the catalogue, and what is gone from it",
		text: "For mirrors. Begin with after=0 or with updatedSince, and go on with next of the answer before: whoever forgets what is gone and reads the rest again has exactly what the public, or government, sees. What was hidden, withdrawn or merged comes as gone, and what you never saw not at all. A thing that changed several times is there once. After your own roles, or agencies in the hierarchy, have changed, begin anew. Software of other governments is listed at /foreign-entries with its own updatedSince."}, a.listCatalogChanges)
}

func shapeCatalogChange(c *store.CatalogChange) CatalogChange {
	out := CatalogChange{Noun: CatalogNoun(c.Kind), ID: c.ID, Change: changedGone, MergedIntoID: c.MergedIntoID, EventID: c.EventID, ChangedAt: utc(c.At)}
	if c.Here {
		at := map[models.CatalogNoun]string{models.CatalogSoftware: "assets", models.CatalogRepository: "repositories", models.CatalogPublisher: "publishers"}[c.Kind]
		link := prefix + "/" + at + "/" + strconv.FormatInt(c.ID, 10)
		out.Change, out.Link = changedHere, &link
	}
	return out
}

func (a *api) listCatalogChanges(ctx context.Context, in *struct {
	Noun  CatalogNoun `query:"noun"`
	After int64       `query:"after" minimum:"0" doc:"Only what changed after this place: next of the answer before. It goes before updatedSince"`
	Limit int         `query:"limit" minimum:"1" maximum:"200" default:"25" doc:"How many events are looked at for one answer; it may have fewer things, or none"`
	UpdatedSince
}) (*CatalogChangePage, error) {
	after := in.After
	since, err := in.instant()
	if err != nil {
		return nil, err
	}
	if after == 0 && !since.IsZero() {
		if after, err = a.Store.EventBefore(ctx, since); err != nil {
			return nil, err
		}
	}
	c, err := a.Store.CatalogChanges(ctx, viewer(ctx), models.CatalogNoun(in.Noun), after, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &CatalogChangePage{Body: CatalogChangeList{Items: each(c.Items, shapeCatalogChange), Next: c.Next}}
	if c.More {
		out.Link = link(ctx, strconv.FormatInt(c.Next, 10))
	}
	return out, nil
}

// UpdatedSince asks only for what is new since a moment.
type UpdatedSince struct {
	UpdatedSince string `query:"updatedSince" maxLength:"40" doc:"Only what has changed at this moment or later: an instant with its offset (RFC 3339). Take the moment before you began to read last time" example:"2026-11-22T09:30:00Z"`
}

// instant reads the moment; the zero time when none is given. A + that was not escaped arrives as a space and is meant.
func (u UpdatedSince) instant() (time.Time, error) {
	if u.UpdatedSince == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339, strings.Replace(u.UpdatedSince, " ", "+", 1))
	if err != nil {
		var m models.Mistakes
		m.Add("updatedSince", "bad-instant", "Write the moment with its offset, such as 2026-11-22T09:30:00Z or 2026-11-22T10:30:00+01:00.")
		return at, m.Err()
	}
	return at.UTC(), nil
}
