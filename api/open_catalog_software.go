package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// catalogSoftware is a repository with the file that describes it, as the Open Catalog API has it.
type catalogSoftware struct {
	ID            string    `json:"id"`
	CatalogID     string    `json:"catalogId,omitempty"`
	URL           string    `json:"url"`
	Aliases       []string  `json:"aliases"`
	PubliccodeYml string    `json:"publiccodeYml"`
	Active        bool      `json:"active"`
	Vitality      *string   `json:"vitality"`
	CreatedAt     time.Time `json:"createdAt"`
	UpdatedAt     time.Time `json:"updatedAt"`
}

// catalogSoftwareInput is what can be told of software.
type catalogSoftwareInput struct {
	URL           string   `json:"url"`
	Aliases       []string `json:"aliases"`
	PubliccodeYml string   `json:"publiccodeYml"`
	Active        *bool    `json:"active"`
	Vitality      *string  `json:"vitality"`
}

func (in *catalogSoftwareInput) check(m *catalogMistakes) {
	m.url("url", in.URL, 2000)
	for _, u := range in.Aliases {
		m.url("aliases", u, 2000)
	}
	if len(in.Aliases) > 255 {
		m.add("aliases", "max", "")
	}
	if m.required("publiccodeYml", in.PubliccodeYml) {
		m.most("publiccodeYml", in.PubliccodeYml, register.MaxToldText)
	}
	m.most("vitality", textOf(in.Vitality), register.MaxToldText)
}

func (in *catalogSoftwareInput) told(active bool) register.ToldSoftware {
	if in.Active != nil {
		active = *in.Active
	}
	return register.ToldSoftware{URL: in.URL, Aliases: in.Aliases, PublicCode: in.PubliccodeYml, Active: active, Vitality: textOf(in.Vitality)}
}

func textOf(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func textOrNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// shapeCatalogSoftware tells of software; who is not of government sees no mail addresses of people.
func (x *catalogCall) shapeCatalogSoftware(r *store.CatalogedSoftware) catalogSoftware {
	out := catalogSoftware{ID: r.UUID, CatalogID: r.CatalogUUID, URL: r.URL, Aliases: slices.Sorted(slices.Values(r.Aliases)), PubliccodeYml: r.Source, Active: r.Active, Vitality: textOrNull(r.Vitality), CreatedAt: utc(r.CreatedAt), UpdatedAt: utc(r.UpdatedAt)}
	out.Aliases = orEmpty(out.Aliases)
	if !x.v.InGovernment() {
		out.PubliccodeYml = r.SourceWithoutPeople()
	}
	return out
}

func (a *api) listCatalogSoftware(x *catalogCall) error {
	f, err := x.catalogFilter()
	if err != nil {
		return err
	}
	if _, err := a.catalogAsked(x, &f); err != nil {
		return err
	}
	if given := x.c.Query("url"); given != "" {
		if f.Canonical, err = models.CanonicalURL(given); err != nil {
			return nothingListed(x)
		}
	}
	l, err := a.Store.CatalogedSoftware(x.ctx(), x.v, f)
	return answerList(x, l, err, x.shapeCatalogSoftware)
}

// softwareAsked finds the software that the address names, in the catalogue that it names.
func (a *api) softwareAsked(x *catalogCall) (*store.CatalogedSoftware, error) {
	id := x.c.Param("softwareId")
	if id == "" {
		return a.Store.CatalogedSoftwareByUUID(x.ctx(), x.v, x.c.Param("id"))
	}
	k, err := a.catalogOf(x)
	if err != nil {
		return nil, err
	}
	s, err := a.Store.CatalogedSoftwareByUUID(x.ctx(), x.v, id)
	if err == nil && !belongs(k, s.CatalogID) {
		err = models.NoSuch("repository")
	}
	return s, err
}

func (a *api) getCatalogSoftware(x *catalogCall) error {
	s, err := a.softwareAsked(x)
	if err != nil {
		return err
	}
	x.c.JSON(http.StatusOK, x.shapeCatalogSoftware(s))
	return nil
}

func (a *api) tellSoftware(x *catalogCall) error {
	k, err := a.catalogOf(x)
	if err != nil {
		return err
	}
	var in catalogSoftwareInput
	if err := readCatalogBody(a, x, &in); err != nil {
		return err
	}
	told := in.told(true)
	repo, err := a.Register.TellSoftware(x.ctx(), x.v, k, &told)
	if err != nil {
		return err
	}
	return a.answerSoftware(x, repo.UUID)
}

func (a *api) answerSoftware(x *catalogCall, uuid string) error {
	s, err := a.Store.CatalogedSoftwareByUUID(x.ctx(), x.v, uuid)
	if err != nil {
		return err
	}
	x.c.JSON(http.StatusOK, x.shapeCatalogSoftware(s))
	return nil
}

func (a *api) patchCatalogSoftware(x *catalogCall) error {
	s, err := a.softwareAsked(x)
	if err != nil {
		return err
	}
	patch, err := readCatalogPatch(a, x, &catalogSoftwareInput{})
	if err != nil {
		return err
	}
	_, err = a.Register.ChangeToldSoftware(x.ctx(), x.v, s.ID, func(is register.ToldSoftware) (register.ToldSoftware, error) {
		now := catalogSoftware{ID: s.UUID, CatalogID: s.CatalogUUID, URL: is.URL, Aliases: orEmpty(is.Aliases), PubliccodeYml: is.PublicCode, Active: is.Active, Vitality: textOrNull(is.Vitality), CreatedAt: utc(s.CreatedAt), UpdatedAt: utc(s.UpdatedAt)}
		var in catalogSoftwareInput
		if err := patch.apply(now, &in); err != nil {
			return is, err
		}
		return in.told(is.Active), nil
	})
	if err != nil {
		return err
	}
	return a.answerSoftware(x, s.UUID)
}

func (a *api) withdrawCatalogSoftware(x *catalogCall) error {
	s, err := a.softwareAsked(x)
	if err != nil {
		return err
	}
	if err := a.Register.WithdrawRepository(x.ctx(), x.v, s.ID); err != nil {
		return err
	}
	x.c.Status(http.StatusNoContent)
	return nil
}

func (a *api) getSoftwareAnalysis(x *catalogCall) error {
	s, err := a.softwareAsked(x)
	if err != nil {
		return err
	}
	l, err := a.Store.Analyses(x.ctx(), s.ID)
	if err != nil {
		return err
	}
	return answerAnalyses(x, l)
}

func answerAnalyses(x *catalogCall, l []models.Analysis) error {
	out, err := shapeAnalyses(l)
	if err != nil {
		return err
	}
	x.c.JSON(http.StatusOK, out)
	return nil
}

func (a *api) patchSoftwareAnalysis(x *catalogCall) error {
	s, err := a.softwareAsked(x)
	if err != nil {
		return err
	}
	given, err := a.analysesGiven(x)
	if err != nil {
		return err
	}
	l, err := a.Register.WriteAnalyses(x.ctx(), x.v, s.ID, given)
	if err != nil {
		return err
	}
	return answerAnalyses(x, l)
}

func (a *api) analysesGiven(x *catalogCall) (given map[string]json.RawMessage, err error) {
	raw, err := a.catalogBody(x)
	if err != nil {
		return nil, err
	}
	if json.Unmarshal(raw, &given) != nil || given == nil {
		return nil, catalogRefusal(http.StatusUnprocessableEntity, "an analysis is a JSON object with an object under each namespace")
	}
	return given, nil
}
