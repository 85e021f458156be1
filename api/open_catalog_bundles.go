package api

import (
	"net/http"
	"time"

	"github.com/ospo-register/ospo/models"
)

// softwareBundle is a named set of software.
type softwareBundle struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Description string    `json:"description,omitempty"`
	Active      bool      `json:"active"`
	SoftwareIDs []string  `json:"softwareIds"`
	CreatedAt   time.Time `json:"createdAt"`
	UpdatedAt   time.Time `json:"updatedAt"`
}

type softwareBundleInput struct {
	Name        string   `json:"name"`
	Description *string  `json:"description"`
	Active      *bool    `json:"active"`
	SoftwareIDs []string `json:"softwareIds"`
}

func (in *softwareBundleInput) check(m *catalogMistakes) {
	if m.required("name", in.Name) {
		m.most("name", in.Name, 255)
	}
	m.most("description", textOf(in.Description), 2000)
	if len(in.SoftwareIDs) > models.MostBundled {
		m.add("softwareIds", "max", "")
	}
}

func (in *softwareBundleInput) write(b *models.SoftwareBundle) {
	b.Name, b.Description, b.Repositories = in.Name, textOf(in.Description), in.SoftwareIDs
	if in.Active != nil {
		b.Active = *in.Active
	}
}

func shapeBundle(b *models.SoftwareBundle) softwareBundle {
	return softwareBundle{ID: b.UUID, Name: b.Name, Description: b.Description, Active: b.Active, SoftwareIDs: orEmpty(b.Repositories), CreatedAt: utc(b.CreatedAt), UpdatedAt: utc(b.UpdatedAt)}
}

func (a *api) listBundles(x *catalogCall) error {
	f, err := x.catalogFilter()
	if err != nil {
		return err
	}
	l, err := a.Store.SoftwareBundles(x.ctx(), x.v, f)
	return answerList(x, l, err, shapeBundle)
}

func (a *api) getBundle(x *catalogCall) error {
	b, err := a.Store.SoftwareBundle(x.ctx(), x.v, x.c.Param("id"))
	if err != nil {
		return err
	}
	x.c.JSON(http.StatusOK, shapeBundle(b))
	return nil
}

func (a *api) createBundle(x *catalogCall) error {
	var in softwareBundleInput
	if err := readCatalogBody(a, x, &in); err != nil {
		return err
	}
	b := models.SoftwareBundle{Active: true}
	in.write(&b)
	if err := a.Register.RegisterSoftwareBundle(x.ctx(), x.v, &b); err != nil {
		return err
	}
	x.c.JSON(http.StatusOK, shapeBundle(&b))
	return nil
}

func (a *api) patchBundle(x *catalogCall) error {
	if _, err := a.Store.SoftwareBundle(x.ctx(), x.v, x.c.Param("id")); err != nil {
		return err
	}
	patch, err := readCatalogPatch(a, x, &softwareBundleInput{})
	if err != nil {
		return err
	}
	b, err := a.Register.ChangeSoftwareBundle(x.ctx(), x.v, x.c.Param("id"), func(b *models.SoftwareBundle) error {
		var in softwareBundleInput
		if err := patch.apply(shapeBundle(b), &in); err != nil {
			return err
		}
		in.write(b)
		return nil
	})
	if err != nil {
		return err
	}
	x.c.JSON(http.StatusOK, shapeBundle(b))
	return nil
}

func (a *api) withdrawBundle(x *catalogCall) error {
	if err := a.Register.WithdrawSoftwareBundle(x.ctx(), x.v, x.c.Param("id")); err != nil {
		return err
	}
	x.c.Status(http.StatusNoContent)
	return nil
}
