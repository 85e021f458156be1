package register

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/ospo-register/ospo/catalog"
	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// CaseSearch is a search of the register that is made for a case.
type CaseSearch struct {
	Source string // the source of the regime that the register stands for, as shared-repository
	Query  string
	Place  models.SearchPlace // "": what the register has entries for
	// Filters narrow it as a search of the catalogue: several values of a facet are any of them, several facets all of them.
	Filters map[catalog.Facet][]string
}

// SearchExhibit is what a search found, as it is kept: nobody wrote it by hand, and nobody changes it.
type SearchExhibit struct {
	Format  string              `json:"format"` // "ospo-search/2"
	Source  string              `json:"source"`
	Place   string              `json:"place"` // register, or foreign-catalogues: those of other governments
	Query   string              `json:"query"`
	Filters map[string][]string `json:"filters"`
	At      time.Time           `json:"at"`
	By      string              `json:"by"`
	Event   int64               `json:"lastEvent"` // of the register then: the index held what was recorded until here
	Total   int                 `json:"total"`
	Loosely bool                `json:"loosely"` // nothing had all the words: what was found has at least half of them
	Results []SearchedItem      `json:"results"` // the best of what was found, at most 200
}

// SearchedItem is one thing that was found.
type SearchedItem struct {
	ID      string `json:"id"` // of the entry in the catalogue: own-12, foreign-5
	Name    string `json:"name"`
	Edition string `json:"edition,omitempty"`
	Origin  string `json:"origin"`
	License string `json:"license,omitempty"`
	Steward string `json:"steward"` // of foreign software its catalogue
}

// SearchForDecision searches the register for a case and keeps what was found, with query, filters, time and results, as a file of the case; the search stands in its market scan from then on.
func (r *Register) SearchForDecision(ctx context.Context, by models.Viewer, id, based int64, q CaseSearch) (*store.DecisionRow, error) {
	if err := q.validate(); err != nil {
		return nil, err
	}
	exhibit, err := r.searched(ctx, by, q) // before the case is held: the index may have to be built first
	if err != nil {
		return nil, err
	}
	err = r.withCase(ctx, by, id, based, func(tx *store.Tx, c *caseAt) error {
		kind, err := models.PartOf(models.PartScan)
		if err != nil {
			return err
		}
		text, err := json.MarshalIndent(exhibit, "", "  ")
		if err != nil {
			return err
		}
		digest, err := r.keepExhibit(ctx, tx, by, c, searchTitle(exhibit), text)
		if err != nil {
			return err
		}
		scan := &models.Scan{}
		if c.dossier.Scan != nil {
			copied := c.dossier.Scan.Value
			scan = &copied
			scan.Searches = slices.Clone(scan.Searches)
		}
		one := models.Search{Source: exhibit.Source, Query: exhibit.Query, Filters: filterWords(exhibit.Filters), At: &exhibit.At, By: by.Name, Hits: exhibit.Total, Exhibit: digest}
		for _, item := range exhibit.Results[:min(len(exhibit.Results), 10)] {
			one.Found = append(one.Found, strings.TrimSpace(item.Name+" "+item.Edition)+", "+item.Steward)
		}
		scan.Searches = append(scan.Searches, one)
		return r.file(ctx, tx, by, c, kind, "", scan)
	})
	if err != nil {
		return nil, err
	}
	return r.store.Decision(ctx, by, id)
}

func searchTitle(e *SearchExhibit) string {
	if e.Place == string(models.ForeignCatalogues) {
		return "Search of catalogues of other governments: " + e.Query
	}
	return "Search of the register: " + e.Query
}

func (q *CaseSearch) validate() error {
	var m models.Mistakes
	if q.Place != "" && !slices.Contains(models.SearchPlaces, q.Place) {
		m.Add("place", "unknown-value", "Say whether to look in this register or in the catalogues of other governments.")
	}
	if strings.TrimSpace(q.Query) == "" {
		m.Add("query", "required", "Say what to search for.")
	}
	if strings.TrimSpace(q.Source) == "" {
		m.Add("source", "required", "Say which source of the regime the register stands for in this search.")
	}
	for facet := range q.Filters {
		if facet == catalog.FacetKind || !slices.Contains(catalog.Facets(), facet) {
			m.Add("filters."+string(facet), "unknown-value", "The catalogue cannot be narrowed by this; the facets of a search of the catalogue can be used, and place for where to look.")
		}
	}
	return m.Err()
}

// searched makes the search as the person who asks sees the register and the catalogues of other governments that it reads.
func (r *Register) searched(ctx context.Context, by models.Viewer, q CaseSearch) (*SearchExhibit, error) {
	e := &SearchExhibit{Format: "ospo-search/2", Source: q.Source, Place: string(models.OwnRegister), Query: tidy(q.Query), Filters: map[string][]string{}, By: by.Name, Results: []SearchedItem{}}
	filters := map[catalog.Facet][]string{catalog.FacetKind: {string(catalog.Own)}}
	if q.Place == models.ForeignCatalogues {
		e.Place, filters[catalog.FacetKind] = string(q.Place), []string{string(catalog.Foreign)}
	}
	for facet, values := range q.Filters {
		if len(values) > 0 {
			filters[facet], e.Filters[string(facet)] = values, values
		}
	}
	found, err := r.store.SearchCatalog(ctx, by, store.CatalogFilter{Text: e.Query, Filters: filters, Page: models.Page{Limit: models.MaxLimit}})
	if err != nil {
		return nil, err
	}
	e.At, e.Event, e.Total, e.Loosely = r.now().Truncate(time.Microsecond), found.Event, found.Total.Count, found.Loosely
	for _, hit := range found.Items {
		x := hit.Entry
		e.Results = append(e.Results, SearchedItem{ID: x.ID.String(), Name: x.Name, Edition: x.Edition, Origin: string(x.Origin), License: x.License(), Steward: orElse(x.Answers, x.Source)})
	}
	return e, nil
}

func filterWords(filters map[string][]string) string {
	var words []string
	for name, values := range filters {
		words = append(words, name+" "+strings.Join(values, " or "))
	}
	slices.Sort(words)
	return strings.Join(words, ", ")
}

// keepExhibit keeps what the register itself found as a file of a case.
func (r *Register) keepExhibit(ctx context.Context, tx *store.Tx, by models.Viewer, c *caseAt, title string, text []byte) (digest string, err error) {
	file, err := r.spoolBody(bytes.NewReader(text), sbom.Limits{Bytes: MaxAttachment})
	if err != nil {
		return "", err
	}
	defer file.close()
	a := models.Attachment{DecisionID: c.row.ID, Title: title, Filename: "search.json", Type: "marketStudies", Media: "application/json", Tier: models.VisibleGovernment, Part: string(models.PartScan),
		ByID: optional(by.UserID), ByName: by.Name, At: r.now().Truncate(time.Microsecond)}
	return hexDigest(file.digest), r.attach(ctx, tx, by, &a, file)
}

// SnapshotLicense puts on file what the register knows today of the licence of a candidate that is in it: the licence of its entry, the newest document that lists what it is made of, and what of that
// the policy denies.
func (r *Register) SnapshotLicense(ctx context.Context, by models.Viewer, id, based int64, key string) (*store.DecisionRow, error) {
	err := r.withCase(ctx, by, id, based, func(tx *store.Tx, c *caseAt) error {
		kind, err := models.PartOf(models.PartLicense)
		if err != nil {
			return err
		}
		candidate := c.dossier.Candidate(key)
		if candidate == nil {
			return models.Refuse(models.NotFound, "candidate-not-found", "There is no candidate “"+key+"” in this case. File the candidate first.")
		}
		if candidate.Value.AssetID == nil {
			return models.Refuse(models.Conflict, "not-registered", "The candidate is not linked to software in the register. Name its entry in the candidate, or file the licence facts by hand.")
		}
		fact, err := r.licenseOf(ctx, tx, by, *candidate.Value.AssetID)
		if err != nil {
			return err
		}
		if before := candidate.License; before != nil { // what people said stays
			fact.Concluded, fact.Elected, fact.LegalOpinion, fact.Reviewer = before.Value.Concluded, before.Value.Elected, before.Value.LegalOpinion, before.Value.Reviewer
			if fact.SourcePublic == nil {
				fact.SourcePublic = before.Value.SourcePublic
			}
		}
		return r.file(ctx, tx, by, c, kind, key, fact)
	})
	if err != nil {
		return nil, err
	}
	return r.store.Decision(ctx, by, id)
}

func (r *Register) licenseOf(ctx context.Context, tx *store.Tx, by models.Viewer, asset int64) (*models.LicenseFact, error) {
	a, err := tx.Asset(ctx, by, asset)
	if err != nil {
		return nil, err
	}
	list, err := r.LicenseList(ctx)
	if err != nil {
		return nil, err
	}
	fact := &models.LicenseFact{Expression: a.License, Declared: a.License, ListVersion: list.Version().Number, Method: "register", TakenAt: r.now().Truncate(time.Microsecond)}
	if fact.Expression == "" {
		fact.Expression = "NOASSERTION"
	}
	for _, u := range a.URLs {
		if u.Kind == models.RepositoryURL {
			public := true
			fact.SourcePublic = &public
		}
	}
	documents, err := tx.SBOMs(ctx, by, asset, 0, models.Page{Limit: models.MaxLimit})
	if err != nil {
		return nil, err
	}
	for _, s := range documents.Items {
		if s.State == models.SBOMCurrent {
			sum := s.ID
			fact.SBOMID, fact.SBOM, fact.Packages = &sum, hexDigest(s.SHA256), s.Packages
			break
		}
	}
	findings, err := tx.OpenFindings(ctx, []int64{asset})
	if err != nil {
		return nil, err
	}
	for _, f := range findings {
		switch f.Verdict {
		case "denied":
			if line := f.ComponentName + ": " + f.License; !slices.Contains(fact.Conflicts, line) {
				fact.Conflicts = append(fact.Conflicts, line)
			}
		case "unknown", "unparsable", "none":
			fact.Unknown += f.Packages
		}
	}
	return fact, nil
}
