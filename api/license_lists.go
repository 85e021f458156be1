package api

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// LicenseList is a release of the SPDX licence list that the register judges, or judged, by.
type LicenseList struct {
	ID          int64       `json:"id"`
	Number      string      `json:"number" example:"3.28.0"`
	ReleasedOn  string      `json:"releasedOn" format:"date"`
	Digest      string      `json:"digest" doc:"What verdicts name"`
	State       PolicyState `json:"state"`
	CreatedAt   time.Time   `json:"createdAt"`
	ActivatedAt *time.Time  `json:"activatedAt"`
}

// LicenseLists are the lists that were brought in, beside the one that is built in.
type LicenseLists struct {
	List[LicenseList]
	InForce ListRelease `json:"inForce" doc:"What is judged by now"`
	BuiltIn ListRelease `json:"builtIn" doc:"What is judged by until another one is put in force"`
}

// ListRelease is a release of the SPDX licence list.
type ListRelease struct {
	Number     string `json:"number"`
	ReleasedOn string `json:"releasedOn" format:"date"`
	Digest     string `json:"digest"`
}

// LicenseListInput is a release of the list as published in spdx/license-list-data.
type LicenseListInput struct {
	Licenses   Published `json:"licenses" doc:"licenses.json as published"`
	Exceptions Published `json:"exceptions" doc:"exceptions.json as published"`
}

// Published is a JSON document of others.
type Published json.RawMessage

// UnmarshalJSON keeps the document as it is.
func (p *Published) UnmarshalJSON(raw []byte) error {
	*p = slices.Clone(raw)
	return nil
}

// Schema is that of any object.
func (Published) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}
}

// ListUpdate is what another licence list would change.
type ListUpdate struct {
	ID      int64        `json:"id" doc:"Number of the list"`
	From    ListMark     `json:"from"`
	To      ListMark     `json:"to"`
	Changes []ListChange `json:"changes" doc:"Licences first, by identifier"`
	Impact  Impact       `json:"impact" doc:"On verdicts"`
}

// ListMark names a release of the list.
type ListMark struct {
	Number     string `json:"number"`
	ReleasedOn string `json:"releasedOn" format:"date"`
}

// ListChange is one difference between two releases of the list.
type ListChange struct {
	ID        string `json:"id"`
	Exception bool   `json:"exception"`
	Kind      string `json:"kind" enum:"added,removed,deprecated,revived,osi,fsf,name,spelling"`
	Before    string `json:"before"`
	After     string `json:"after"`
}

func shapeList(l *models.LicenseList) LicenseList {
	return LicenseList{ID: l.ID, Number: l.Number, ReleasedOn: l.Date, Digest: l.Digest, State: PolicyState(l.State), CreatedAt: utc(l.CreatedAt), ActivatedAt: instant(l.ActivatedAt)}
}

func shapeListRelease(l *licenses.List) ListRelease {
	return ListRelease{l.Version().Number, l.Version().Date, l.Digest()}
}

func shapeUpdate(u *register.ListUpdate) ListUpdate {
	return ListUpdate{ID: u.ID, From: ListMark{u.From.Number, u.From.Date}, To: ListMark{u.To.Number, u.To.Date}, Impact: shapeImpact(u.Impact),
		Changes: each(u.Changes, func(c *licenses.Change) ListChange {
			return ListChange{c.ID, c.Exception, string(c.Kind), c.Before, c.After}
		})}
}

func (a *api) licenseLists() {
	const tag = "Licences"
	get(a, "/license-lists", about{id: "listLicenseLists", tag: tag, summary: "List the releases of the SPDX licence list", text: "That were brought in, newest first, with the one that is in force and the one that is built in."}, a.listLists)
	get(a, "/license-lists/{id}", about{id: "getLicenseList", tag: tag, summary: "A release of the SPDX licence list that was brought in"}, a.getList)
	post(a, "/license-lists", about{id: "bringLicenseList", tag: tag, summary: "Bring in a release of the SPDX licence list", status: 201,
		text: "licenses.json and exceptions.json of spdx/license-list-data. Nothing is judged by it before it is put in force: its preview says which licences and which verdicts would change."}, a.bringList)
	get(a, "/license-lists/{id}/preview", about{id: "previewLicenseList", tag: tag, summary: "What a list would change", text: "Judged now, for those who may put it in force.", signedIn: true}, a.previewList)
	post(a, "/license-lists/{id}/transitions", about{id: "activateLicenseList", tag: tag, summary: "Judge by a list from now on", text: "The one before stays for verdicts that name it."}, a.activateList)
}

func (a *api) listLists(ctx context.Context, _ *struct{}) (*struct{ Body LicenseLists }, error) {
	l, err := a.Store.LicenseLists(ctx)
	if err != nil {
		return nil, err
	}
	now, err := a.Register.LicenseList(ctx)
	if err != nil {
		return nil, err
	}
	return &struct{ Body LicenseLists }{LicenseLists{complete(l, shapeList), shapeListRelease(now), shapeListRelease(licenses.Embedded())}}, nil
}

// oneList finds a list that was brought in.
func (a *api) oneList(ctx context.Context, id int64) (*models.LicenseList, error) {
	l, err := a.Store.LicenseLists(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(l, func(l models.LicenseList) bool { return l.ID == id })
	if i < 0 {
		return nil, models.NoSuch("license-list")
	}
	return &l[i], nil
}

func (a *api) getList(ctx context.Context, in *struct {
	ID
	Unless
}) (*One[LicenseList], error) {
	l, err := a.oneList(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	return one(1, shapeList(l), in.Unless)
}

func (a *api) bringList(ctx context.Context, in *struct{ Body Body[LicenseListInput] }) (*Made[LicenseList], error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	u, err := a.Register.BringLicenseList(ctx, viewer(ctx), in.Body.Value.Licenses, in.Body.Value.Exceptions)
	if err != nil {
		return nil, err
	}
	l, err := a.oneList(ctx, u.ID)
	if err != nil {
		return nil, err
	}
	return made("license-lists", u.ID, 1, shapeList(l))
}

func (a *api) previewList(ctx context.Context, in *ID) (*struct{ Body ListUpdate }, error) {
	if err := signedIn(ctx, "see what a licence list would change"); err != nil {
		return nil, err
	}
	if _, err := a.oneList(ctx, in.ID); err != nil {
		return nil, err
	}
	u, err := a.Register.PreviewLicenseList(ctx, viewer(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body ListUpdate }{shapeUpdate(u)}, nil
}

// ListTransition puts a list in force.
type ListTransition struct {
	To string `json:"to" enum:"active"`
}

func (a *api) activateList(ctx context.Context, in *struct {
	ID
	Body Body[ListTransition]
}) (*One[LicenseList], error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	if _, err := a.oneList(ctx, in.ID.ID); err != nil {
		return nil, err
	}
	if err := a.Register.ActivateLicenseList(ctx, viewer(ctx), in.ID.ID); err != nil {
		return nil, err
	}
	l, err := a.oneList(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	return one(1, shapeList(l), Unless{})
}
