package api

import (
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/catalog"
	"github.com/ospo-register/ospo/models"
)

// The words of the catalogue.
type (
	CatalogKind      string
	CatalogSort      string
	CatalogActivity  string
	CatalogHealth    string
	CatalogHow       string
	CatalogFacetName string
)

func (CatalogKind) Schema(huma.Registry) *huma.Schema {
	return words("Whose entry it is: the register's own, or that of another government's catalogue", catalog.Kinds...)
}

func (CatalogSort) Schema(huma.Registry) *huma.Schema {
	return words("The order: by relevance when absent", catalog.Sorts...)
}

func (CatalogActivity) Schema(huma.Registry) *huma.Schema {
	return words("How long ago the last commit was: within 30, 183, 365, 730 days, longer ago, unknown", "month", "half-year", "year", "two-years", "older", "unknown")
}

func (CatalogHealth) Schema(huma.Registry) *huma.Schema {
	return words("Whether any measure of health could be taken", "measured", "unmeasured")
}

func (CatalogHow) Schema(huma.Registry) *huma.Schema {
	return words("As it was typed, in another form, as the beginning of a word, by a word that means the same, or by one like it", catalog.Exactly, catalog.Form, catalog.Beginning, catalog.Synonym, catalog.Mistyped)
}

func (CatalogFacetName) Schema(huma.Registry) *huma.Schema {
	return words("A way to narrow a search", catalog.Facets()...)
}

func spelled[T ~string](values []T) []string {
	return each(values, func(v *T) string { return string(*v) })
}

func numbers(values []int64) []string {
	return each(values, func(v *int64) string { return strconv.FormatInt(*v, 10) })
}

func shapeCatalogHit(h *catalog.Hit) CatalogEntry {
	e := h.Entry
	out := CatalogEntry{ID: e.ID.String(), Kind: CatalogKind(e.ID.Kind), Name: e.Name, Edition: e.Edition, Aliases: orEmpty(e.Aliases), Origin: string(e.Origin), Steward: e.Answers, Source: e.Source, License: e.License(),
		Agencies: h.Uses, UsedBy: each(e.Uses, func(u *catalog.Use) CatalogUse { return CatalogUse{AgencyID: u.Agency, Agency: u.Name} }), Statements: each(e.Parts, shapeCatalogPart),
		Lifecycle: string(e.Lifecycle), Visibility: Visibility(e.Visibility), UpdatedAt: utc(e.UpdatedAt),
		FoundInText: each(h.Why, func(w *catalog.Why) CatalogFind {
			return CatalogFind{Word: w.Word, Found: w.Found, How: CatalogHow(w.How), Fields: spelled(w.Fields)}
		})}
	out.Summary, out.Language = e.Summary(models.DefaultLanguage)
	if e.ID.Kind == catalog.Own {
		out.AssetID, out.StewardID = &e.ID.Number, &e.Steward
	}
	return out
}

func shapeCatalogPart(p *catalog.Part) CatalogStatement {
	out := CatalogStatement{Categories: orEmpty(p.Categories), Functions: orEmpty(p.Functions), Standards: orEmpty(p.Standards), Platforms: orEmpty(p.Platforms), Languages: orEmpty(p.Languages), License: p.License,
		Status: p.Status, Type: p.Type, Maintenance: p.Maintenance, Code: p.Code, SBOM: p.SBOM, Archived: p.Archived, LastCommitAt: p.ActiveAt}
	if p.Repository != 0 {
		out.RepositoryID = &p.Repository
	}
	return out
}

func shapeLikeness(l *catalog.Likeness) CatalogLikeness {
	return CatalogLikeness{Entry: shapeCatalogHit(&catalog.Hit{Entry: l.Entry, Uses: l.Uses}), Score: l.Score, Categories: orEmpty(l.Categories), Functions: orEmpty(l.Functions), Words: orEmpty(l.Words),
		Mentions: l.Mentions, UsedBy: []CatalogUse{}}
}
