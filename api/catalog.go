package api

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/catalog"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// CatalogEntry is software as the catalogue shows it: the register's own, or that of another government's catalogue.
type CatalogEntry struct {
	ID          string             `json:"id" example:"own-34" doc:"own-… is the asset of that number, foreign-… an entry of another government's catalogue"`
	Kind        CatalogKind        `json:"kind"`
	AssetID     *int64             `json:"assetId" doc:"Of the register's own software"`
	Name        string             `json:"name" example:"Case Desk"`
	Edition     string             `json:"edition"`
	Aliases     []string           `json:"aliases" doc:"Other names it is known by"`
	Origin      string             `json:"origin" doc:"Where it comes from; empty where nobody says"`
	Summary     string             `json:"summary" doc:"In English, else in any language"`
	Language    string             `json:"language" doc:"Of the summary (BCP 47)"`
	StewardID   *int64             `json:"stewardId"`
	Steward     string             `json:"steward" doc:"Name of the agency that answers for it"`
	Source      string             `json:"source" doc:"The catalogue that it comes from; empty for the register's own"`
	License     string             `json:"license" doc:"As first stated"`
	Agencies    int                `json:"agencies" doc:"How many run it or plan to, that you may see"`
	UsedBy      []CatalogUse       `json:"usedBy" doc:"Those agencies"`
	Statements  []CatalogStatement `json:"statements" doc:"What its steward says, and what was read in its repositories, as far as you may see it"`
	Lifecycle   string             `json:"lifecycle"`
	Visibility  Visibility         `json:"visibility"`
	UpdatedAt   time.Time          `json:"updatedAt"`
	FoundInText []CatalogFind      `json:"found" doc:"What of the query was found where; empty without a query"`
}

// CatalogUse is an agency that runs software.
type CatalogUse struct {
	AgencyID int64  `json:"agencyId"`
	Agency   string `json:"agency"`
}

// CatalogStatement is one statement about software.
type CatalogStatement struct {
	RepositoryID *int64     `json:"repositoryId" doc:"The repository that it was read in; null when the steward says it"`
	Categories   []string   `json:"categories"`
	Functions    []string   `json:"functions" doc:"Parts of government's work that it serves"`
	Standards    []string   `json:"standards"`
	Platforms    []string   `json:"platforms"`
	Languages    []string   `json:"languages"`
	License      string     `json:"license"`
	Status       string     `json:"status" doc:"developmentStatus"`
	Type         string     `json:"type" doc:"softwareType"`
	Maintenance  string     `json:"maintenance"`
	Code         bool       `json:"code" doc:"Its source can be read"`
	SBOM         bool       `json:"sbom" doc:"There is a document of what it is made of"`
	Archived     bool       `json:"archived"`
	LastCommitAt *time.Time `json:"lastCommitAt"`
}

// CatalogFind says where a word of the query was found.
type CatalogFind struct {
	Word   string     `json:"word" doc:"As it was typed"`
	Found  string     `json:"found" doc:"The word that stands there, in small letters without accents"`
	How    CatalogHow `json:"how"`
	Fields []string   `json:"fields" doc:"Where it stands, the weightiest first"`
}

// CatalogEntries is one page of the catalogue.
type CatalogEntries struct {
	List[CatalogEntry]
	Suggestion string `json:"suggestion" doc:"The query as it was perhaps meant; empty when every word is known"`
	Loosely    bool   `json:"loosely" doc:"Nothing has all the words: these have at least half of them"`
}

// CatalogPage is the answer with one page of the catalogue.
type CatalogPage struct {
	Link string `header:"Link" doc:"Address of the next page with rel=next, keeping every other key; absent on the last page (RFC 8288)"`
	Body CatalogEntries
}

// CatalogFacets are the ways to narrow a search.
type CatalogFacets struct {
	Facets []CatalogFacet `json:"facets" doc:"Each counted with every filter but its own"`
	Total  Total          `json:"total" doc:"Entries that all filters together leave"`
}

// CatalogFacet is one way to narrow a search.
type CatalogFacet struct {
	Facet  CatalogFacetName    `json:"facet" doc:"The query key"`
	Values []CatalogFacetValue `json:"values" doc:"Those that some entry has, the most frequent first; chosen ones always"`
}

// CatalogFacetValue is a value of a facet.
type CatalogFacetValue struct {
	Value  string `json:"value"`
	Label  string `json:"label" doc:"Name of an agency; empty where the value is its own label"`
	Count  int    `json:"count" minimum:"0"`
	Chosen bool   `json:"chosen"`
}

// CatalogLikeness is software that serves what other software serves.
type CatalogLikeness struct {
	Entry      CatalogEntry `json:"entry"`
	Score      float32      `json:"score" doc:"Only to be compared within one answer"`
	Categories []string     `json:"categories" doc:"That both have"`
	Functions  []string     `json:"functions" doc:"That both serve"`
	Words      []string     `json:"words" doc:"That both say of themselves, the rarest first"`
	Mentions   bool         `json:"mentions" doc:"It names the other"`
	UsedBy     []CatalogUse `json:"usedBy" doc:"Agencies like yours that run it; only in peer-uses"`
}

// CatalogKeys narrow a search. Several values of a key: any of them; several keys: all of them.
type CatalogKeys struct {
	Q           string            `query:"q" maxLength:"200" doc:"Words of a need, in any language; typing errors are forgiven" example:"building permits"`
	Kind        []CatalogKind     `query:"kind,explode" maxItems:"2" doc:"May be repeated"`
	Origin      []Origin          `query:"origin,explode" maxItems:"20" doc:"May be repeated"`
	Category    []string          `query:"category,explode" maxItems:"50" doc:"Software category of publiccode.yml; may be repeated"`
	Function    []string          `query:"function,explode" maxItems:"50" doc:"Part of government's work: intendedAudience.scope of publiccode.yml; may be repeated"`
	License     []string          `query:"license,explode" maxItems:"50" doc:"A licence id anywhere in what is stated; may be repeated"`
	Class       []LicenseClass    `query:"class,explode" maxItems:"10" doc:"May be repeated"`
	Open        []YesNo           `query:"open,explode" maxItems:"2" doc:"Whether the licence makes it open source; may be repeated"`
	Status      []string          `query:"status,explode" maxItems:"20" doc:"developmentStatus; may be repeated"`
	Type        []string          `query:"type,explode" maxItems:"50" doc:"softwareType; may be repeated"`
	Maintenance []string          `query:"maintenance,explode" maxItems:"20" doc:"May be repeated"`
	Activity    []CatalogActivity `query:"activity,explode" maxItems:"10" doc:"Since the last commit; may be repeated"`
	Archived    []YesNo           `query:"archived,explode" maxItems:"2" doc:"May be repeated"`
	Code        []YesNo           `query:"code,explode" maxItems:"2" doc:"Whether its source can be read; may be repeated"`
	SBOM        []YesNo           `query:"sbom,explode" maxItems:"2" doc:"Whether there is a document of what it is made of; may be repeated"`
	Health      []CatalogHealth   `query:"health,explode" maxItems:"2" doc:"Whether any measure of its health could be taken; may be repeated"`
	UsedBy      []int64           `query:"usedBy,explode" maxItems:"50" minimum:"1" doc:"Agency that runs it, itself or one below it; may be repeated"`
	Steward     []int64           `query:"steward,explode" maxItems:"50" minimum:"1" doc:"Agency that answers for it, itself or one below it; may be repeated"`
	Platform    []string          `query:"platform,explode" maxItems:"20" doc:"May be repeated"`
	Language    []string          `query:"language,explode" maxItems:"50" doc:"Of its user interface; may be repeated"`
	Country     []string          `query:"country,explode" maxItems:"50" doc:"That it is made for or comes from (ISO 3166-1 alpha-2); may be repeated"`
	Source      []string          `query:"source,explode" maxItems:"50" doc:"Catalogue of another government; may be repeated"`
	Standard    []string          `query:"standard,explode" maxItems:"50" doc:"As stated under supports in publiccode.yml; may be repeated"`
	Lifecycle   []AssetLifecycle  `query:"lifecycle,explode" maxItems:"10" doc:"May be repeated"`
	Visibility  []Visibility      `query:"visibility,explode" maxItems:"3" doc:"May be repeated"`
}

func (k *CatalogKeys) filter() store.CatalogFilter {
	f := map[catalog.Facet][]string{}
	set := func(facet catalog.Facet, values []string) {
		if len(values) > 0 {
			f[facet] = values
		}
	}
	set(catalog.FacetKind, spelled(k.Kind))
	set(catalog.FacetOrigin, spelled(k.Origin))
	set(catalog.FacetCategory, k.Category)
	set(catalog.FacetFunction, k.Function)
	set(catalog.FacetLicense, k.License)
	set(catalog.FacetClass, spelled(k.Class))
	set(catalog.FacetOpen, spelled(k.Open))
	set(catalog.FacetStatus, k.Status)
	set(catalog.FacetType, k.Type)
	set(catalog.FacetMaintenance, k.Maintenance)
	set(catalog.FacetActivity, spelled(k.Activity))
	set(catalog.FacetArchived, spelled(k.Archived))
	set(catalog.FacetCode, spelled(k.Code))
	set(catalog.FacetSBOM, spelled(k.SBOM))
	set(catalog.FacetHealth, spelled(k.Health))
	set(catalog.FacetUsedBy, numbers(k.UsedBy))
	set(catalog.FacetSteward, numbers(k.Steward))
	set(catalog.FacetPlatform, k.Platform)
	set(catalog.FacetLanguage, k.Language)
	set(catalog.FacetCountry, k.Country)
	set(catalog.FacetSource, k.Source)
	set(catalog.FacetStandard, k.Standard)
	set(catalog.FacetLifecycle, spelled(k.Lifecycle))
	set(catalog.FacetVisibility, spelled(k.Visibility))
	return store.CatalogFilter{Text: k.Q, Filters: f}
}

func (a *api) catalogEntries() {
	const tag = "Catalogue"
	get(a, "/catalog-entries", about{id: "searchCatalog", tag: tag, summary: "Find software for a need",
		text: "Software of this register and of other governments' catalogues, by words in any language: names, descriptions, features, categories, functions, licences, standards, agencies that run it. The total is exact."}, a.searchCatalog)
	get(a, "/catalog-entries/facets", about{id: "countCatalog", tag: tag, summary: "Count by facet what a search finds",
		text: "Each facet is counted with every filter but its own, so that the numbers say what choosing one value more would add."}, a.countCatalog)
	get(a, "/catalog-entries/{id}", about{id: "getCatalogEntry", tag: tag, summary: "One entry of the catalogue"}, a.getCatalogEntry)
	get(a, "/catalog-entries/{id}/alternatives", about{id: "listAlternatives", tag: tag, summary: "Open source software that serves the same",
		text: "The best 20, each with the reason. What is archived, obsolete or retired is left out."}, a.listAlternatives)
	get(a, "/catalog-entries/{id}/similar", about{id: "listSimilar", tag: tag, summary: "Software like this", text: "The best 20, each with the reason."}, a.listSimilar)
	get(a, "/catalog-entries/{id}/peer-uses", about{id: "listPeerUses", tag: tag, summary: "What similar agencies run for the same",
		text: "Agencies are similar that run the same software, and of those the ones of the same kind and level before others."}, a.listPeerUses)
}

func (a *api) searchCatalog(ctx context.Context, in *struct {
	CatalogKeys
	Sort CatalogSort `query:"sort"`
	Paging
}) (*CatalogPage, error) {
	f := in.filter()
	f.Sort, f.Page = catalog.Sort(in.Sort), in.page()
	found, err := a.Store.SearchCatalog(ctx, viewer(ctx), f)
	if err != nil {
		return nil, err
	}
	return &CatalogPage{Link: link(ctx, found.Next), Body: CatalogEntries{List: list(found.List, shapeCatalogHit), Suggestion: found.Suggestion, Loosely: found.Loosely}}, nil
}

func (a *api) countCatalog(ctx context.Context, in *CatalogKeys) (*struct{ Body CatalogFacets }, error) {
	f := in.filter()
	f.Count, f.Page = catalog.Facets(), models.Page{Limit: 1}
	found, err := a.Store.SearchCatalog(ctx, viewer(ctx), f)
	if err != nil {
		return nil, err
	}
	return &struct{ Body CatalogFacets }{CatalogFacets{Total: Total(found.Total), Facets: each(found.Facets, func(c *catalog.FacetCount) CatalogFacet {
		return CatalogFacet{Facet: CatalogFacetName(c.Facet), Values: each(c.Values, func(v *catalog.ValueCount) CatalogFacetValue { return CatalogFacetValue(*v) })}
	})}}, nil
}

// CatalogID is the id of an entry in an address.
type CatalogID struct {
	ID string `path:"id" maxLength:"40" example:"own-34" doc:"own-… for software of this register, foreign-… for that of other governments' catalogues"`
}

// entry finds an entry that the asker may see.
func (a *api) entry(ctx context.Context, id string) (catalog.ID, *catalog.Hit, error) {
	parsed, ok := catalog.ParseID(id)
	if !ok {
		return parsed, nil, models.NoSuch("entry")
	}
	found, err := a.Store.CatalogEntries(ctx, viewer(ctx), parsed)
	if err == nil && len(found) == 0 {
		err = models.NoSuch("entry")
	}
	if err != nil {
		return parsed, nil, err
	}
	return parsed, &found[0], nil
}

func (a *api) getCatalogEntry(ctx context.Context, in *CatalogID) (*struct{ Body CatalogEntry }, error) {
	_, hit, err := a.entry(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body CatalogEntry }{shapeCatalogHit(hit)}, nil
}

func (a *api) listAlternatives(ctx context.Context, in *CatalogID) (*struct{ Body List[CatalogLikeness] }, error) {
	return a.alike(ctx, in.ID, a.Store.OpenAlternatives)
}

func (a *api) listSimilar(ctx context.Context, in *CatalogID) (*struct{ Body List[CatalogLikeness] }, error) {
	return a.alike(ctx, in.ID, a.Store.SimilarSoftware)
}

// mostAlike is how many likenesses are given.
const mostAlike = 20

func (a *api) alike(ctx context.Context, id string, ask func(context.Context, models.Viewer, catalog.ID, int) ([]catalog.Likeness, error)) (*struct{ Body List[CatalogLikeness] }, error) {
	of, _, err := a.entry(ctx, id)
	if err != nil {
		return nil, err
	}
	found, err := ask(ctx, viewer(ctx), of, mostAlike)
	return &struct{ Body List[CatalogLikeness] }{complete(found, shapeLikeness)}, err
}

func (a *api) listPeerUses(ctx context.Context, in *struct {
	CatalogID
	Agency int64 `query:"agency" minimum:"1" doc:"Whose peers are meant; without it the agency that answers for the software"`
}) (*struct{ Body List[CatalogLikeness] }, error) {
	of, hit, err := a.entry(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if in.Agency == 0 {
		in.Agency = hit.Entry.Steward
	}
	found, err := a.Store.PeersUse(ctx, viewer(ctx), in.Agency, of, mostAlike)
	return &struct{ Body List[CatalogLikeness] }{complete(found, func(u *catalog.PeerUse) CatalogLikeness {
		l := shapeLikeness(&u.Likeness)
		l.UsedBy = each(u.Agencies, func(g *catalog.Agency) CatalogUse { return CatalogUse{AgencyID: g.ID, Agency: g.Name} })
		return l
	})}, err
}
