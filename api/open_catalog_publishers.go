package api

import (
	"net/http"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// catalogPublisher is a publisher as the Open Catalog API has it.
type catalogPublisher struct {
	ID            string           `json:"id"`
	CatalogID     string           `json:"catalogId,omitempty"`
	Email         string           `json:"email,omitempty"` // for government only
	Description   string           `json:"description"`
	CodeHosting   []catalogHosting `json:"codeHosting"`
	Active        bool             `json:"active"`
	AlternativeID string           `json:"alternativeId,omitempty"`
	CreatedAt     time.Time        `json:"createdAt"`
	UpdatedAt     time.Time        `json:"updatedAt"`
}

type catalogHosting struct {
	URL       string    `json:"url"`
	Group     bool      `json:"group"`
	CreatedAt time.Time `json:"createdAt"` // of the publisher: the register does not note when it heard of an address
	UpdatedAt time.Time `json:"updatedAt"`
}

// catalogPublisherInput is what can be told of a publisher.
type catalogPublisherInput struct {
	CodeHosting   []catalogHostingInput `json:"codeHosting"`
	Description   string                `json:"description"`
	Email         *string               `json:"email"`
	Active        *bool                 `json:"active"`
	AlternativeID *string               `json:"alternativeId"`
}

type catalogHostingInput struct {
	URL   string `json:"url"`
	Group *bool  `json:"group"`
}

func (in *catalogPublisherInput) check(m *catalogMistakes) {
	switch {
	case in.CodeHosting == nil:
		m.add("codeHosting", "required", "")
	case len(in.CodeHosting) == 0:
		m.add("codeHosting", "gt", "")
	case len(in.CodeHosting) > 255:
		m.add("codeHosting", "max", "")
	}
	for _, h := range in.CodeHosting {
		m.hosting("url", h.URL)
	}
	if m.required("description", in.Description) {
		m.most("description", in.Description, 255)
	}
	m.mail("email", in.mail())
	if in.AlternativeID != nil && strings.TrimSpace(*in.AlternativeID) == "" {
		m.add("alternativeId", "min", *in.AlternativeID)
	}
	m.most("alternativeId", textOf(in.AlternativeID), 255)
}

func (in *catalogPublisherInput) mail() string {
	return strings.ToLower(strings.TrimSpace(textOf(in.Email)))
}

// write brings what is told into a publisher; what is known of an address that stays is kept.
func (in *catalogPublisherInput) write(p *models.Publisher) {
	p.Name, p.Email, p.AlternativeID = in.Description, in.mail(), textOf(in.AlternativeID)
	if in.Active != nil {
		p.Active = *in.Active
	}
	had := map[string]models.CodeHosting{}
	for _, h := range p.Hostings {
		had[h.Canonical] = h
	}
	p.Hostings = nil
	for _, given := range in.CodeHosting {
		c, _ := models.CanonicalURL(given.URL) // check has asked for an address
		h := had[c]
		if h.URL == "" {
			h.URL, h.Group = given.URL, true
		}
		if given.Group != nil {
			h.Group = *given.Group
		}
		p.Hostings = append(p.Hostings, h)
	}
}

func shapeCatalogPublisher(p *store.CatalogedPublisher) catalogPublisher {
	return catalogPublisher{ID: p.UUID, CatalogID: p.CatalogUUID, Email: p.Email, Description: p.Name, Active: p.Active, AlternativeID: p.AlternativeID, CreatedAt: utc(p.CreatedAt), UpdatedAt: utc(p.UpdatedAt),
		CodeHosting: each(p.Hostings, func(h *models.CodeHosting) catalogHosting {
			return catalogHosting{URL: h.URL, Group: h.Group, CreatedAt: utc(p.CreatedAt), UpdatedAt: utc(p.UpdatedAt)}
		})}
}

func (a *api) listCatalogPublishers(x *catalogCall) error {
	f, err := x.catalogFilter()
	if err != nil {
		return err
	}
	if _, err := a.catalogAsked(x, &f); err != nil {
		return err
	}
	l, err := a.Store.CatalogedPublishers(x.ctx(), x.v, f)
	return answerList(x, l, err, shapeCatalogPublisher)
}

// publisherAsked finds the publisher that the address names, in the catalogue that it names.
func (a *api) publisherAsked(x *catalogCall) (*store.CatalogedPublisher, error) {
	id := x.c.Param("publisherId")
	if id == "" {
		return a.Store.CatalogedPublisherNamed(x.ctx(), x.v, x.c.Param("id"))
	}
	k, err := a.catalogOf(x)
	if err != nil {
		return nil, err
	}
	p, err := a.Store.CatalogedPublisherNamed(x.ctx(), x.v, id)
	if err == nil && !belongs(k, p.CatalogID) {
		err = models.NoSuch("publisher")
	}
	return p, err
}

func (a *api) getCatalogPublisher(x *catalogCall) error {
	p, err := a.publisherAsked(x)
	if err != nil {
		return err
	}
	x.c.JSON(http.StatusOK, shapeCatalogPublisher(p))
	return nil
}

func (a *api) answerPublisher(x *catalogCall, uuid string) error {
	p, err := a.Store.CatalogedPublisherNamed(x.ctx(), x.v, uuid)
	if err != nil {
		return err
	}
	x.c.JSON(http.StatusOK, shapeCatalogPublisher(p))
	return nil
}

func (a *api) tellPublisher(x *catalogCall) error {
	k, err := a.catalogOf(x)
	if err != nil {
		return err
	}
	var in catalogPublisherInput
	if err := readCatalogBody(a, x, &in); err != nil {
		return err
	}
	p := models.Publisher{Active: true}
	in.write(&p)
	if err := a.otherPublisher(x, p.AlternativeID, ""); err != nil {
		return err
	}
	if err := a.Register.TellPublisher(x.ctx(), x.v, k, &p); err != nil {
		return publisherNamed(err)
	}
	return a.answerPublisher(x, p.UUID)
}

// otherPublisher refuses an alternative id that is the id of another publisher: an address with it would mean both.
func (a *api) otherPublisher(x *catalogCall, alternative, own string) error {
	other, err := a.Store.CatalogedPublisherNamed(x.ctx(), x.v, alternative)
	if err == nil && other.UUID == strings.ToLower(alternative) && other.UUID != own {
		return catalogRefusal(http.StatusConflict, "Publisher with id '"+alternative+"' already exists")
	}
	if models.IsKind(err, models.NotFound) {
		return nil
	}
	return err
}

// publisherNamed says a mistake in the name of a publisher by the name that this API has for it.
func publisherNamed(err error) error {
	return renamed(err, "name", "description")
}

func (a *api) patchCatalogPublisher(x *catalogCall) error {
	row, err := a.publisherAsked(x)
	if err != nil {
		return err
	}
	patch, err := readCatalogPatch(a, x, &catalogPublisherInput{})
	if err != nil {
		return err
	}
	var wrong error
	_, err = a.Register.ChangePublisher(x.ctx(), x.v, row.ID, 0, func(p *models.Publisher) {
		var in catalogPublisherInput
		if wrong = patch.apply(shapeCatalogPublisher(&store.CatalogedPublisher{Publisher: *p, CatalogUUID: row.CatalogUUID}), &in); wrong == nil {
			in.write(p)
			wrong = a.otherPublisher(x, p.AlternativeID, p.UUID)
		}
		if wrong != nil {
			p.Name = "" // which is refused, so that nothing is stored
		}
	})
	if wrong != nil {
		return wrong
	}
	if err != nil {
		return publisherNamed(err)
	}
	return a.answerPublisher(x, row.UUID)
}

func (a *api) withdrawCatalogPublisher(x *catalogCall) error {
	p, err := a.publisherAsked(x)
	if err != nil {
		return err
	}
	if err := a.Register.WithdrawPublisher(x.ctx(), x.v, p.ID); err != nil {
		return err
	}
	x.c.Status(http.StatusNoContent)
	return nil
}
