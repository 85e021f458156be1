package store

import (
	"context"
	"slices"
	"time"

	"github.com/ospo-register/ospo/catalog"
	"github.com/ospo-register/ospo/models"
)

// readCatalogue makes an index of everything there is, with the last event that it is sure to know of.
func (s *Store) readCatalogue(ctx context.Context, synonyms *catalog.Synonyms) (*catalog.Index, int64, error) {
	last, err := s.LastEvent(ctx)
	if err != nil {
		return nil, 0, err
	}
	agencies, err := s.catalogAgencies(ctx)
	if err != nil {
		return nil, 0, err
	}
	entries, err := s.ownEntries(ctx, nil)
	if err != nil {
		return nil, 0, err
	}
	foreign, err := s.foreignEntries(ctx, nil)
	if err != nil {
		return nil, 0, err
	}
	x := catalog.New(today(), agencies, synonyms)
	x.Change(nil, append(entries, foreign...))
	return x, last, nil
}

func (s *Store) catalogAgencies(ctx context.Context) ([]catalog.Agency, error) {
	list, err := rows[struct {
		ID    int64
		Name  string
		Kind  models.AgencyKind
		Above []int64
	}](ctx, s, `SELECT g.id, g.name, g.kind, array(SELECT c.ancestor_id FROM agency_closure c WHERE c.descendant_id = g.id) AS above FROM agencies g`)
	out := make([]catalog.Agency, len(list))
	for i, g := range list {
		out[i] = catalog.Agency{ID: g.ID, Name: g.Name, Kind: g.Kind, Above: g.Above}
	}
	return out, err
}

// ownEntries reads the entries of software that was not merged into other; ids nil means of all.
func (s *Store) ownEntries(ctx context.Context, ids []int64) ([]*catalog.Entry, error) {
	list, err := rows[struct {
		ID                     int64
		Name, Edition          string
		Origin                 models.Origin
		Descriptions           map[string]string
		StewardID              int64
		Categories             models.StringList
		License                string
		Lifecycle              models.AssetLifecycle
		Visibility             models.Visibility
		UpdatedAt              time.Time
		Aliases                []string
		HasRepository, HasSBOM bool
	}](ctx, s, `SELECT a.id, a.name, a.edition, a.origin, a.descriptions, a.steward_id, a.categories, a.license, a.lifecycle, a.visibility, a.updated_at,
			array(SELECT x.name FROM asset_aliases x WHERE x.asset_id = a.id ORDER BY x.name) AS aliases,
			EXISTS (SELECT 1 FROM asset_urls u WHERE u.asset_id = a.id AND u.kind = 'repository') AS has_repository,
			EXISTS (SELECT 1 FROM releases r JOIN sboms b ON b.release_id = r.id WHERE r.asset_id = a.id AND b.state = 'current') AS has_sbom
		FROM assets a WHERE a.merged_into_id IS NULL AND ($1::bigint[] IS NULL OR a.id = ANY($1))`, ids)
	if err != nil {
		return nil, err
	}
	at, out := make(map[int64]*catalog.Entry, len(list)), make([]*catalog.Entry, len(list))
	for i := range list {
		a := &list[i]
		p := catalog.Part{Visibility: a.Visibility, Owner: a.StewardID, Categories: a.Categories, License: a.License, Code: a.HasRepository, SBOM: a.HasSBOM, Texts: make(map[string]catalog.Text, len(a.Descriptions))}
		for lang, text := range a.Descriptions {
			p.Texts[lang] = catalogText(text)
		}
		out[i] = &catalog.Entry{ID: catalog.ID{Kind: catalog.Own, Number: a.ID}, Name: a.Name, Edition: a.Edition, Aliases: a.Aliases, Origin: a.Origin, Steward: a.StewardID, Visibility: a.Visibility,
			Lifecycle: a.Lifecycle, UpdatedAt: a.UpdatedAt.UTC(), Parts: []catalog.Part{p}}
		at[a.ID] = out[i]
	}
	if err := s.addUses(ctx, ids, at); err != nil {
		return nil, err
	}
	if err := s.addAddresses(ctx, ids, at); err != nil {
		return nil, err
	}
	return out, s.addRepositories(ctx, ids, at)
}

// longestSummary is how much of a text is taken for its summary.
const longestSummary = 300

func catalogText(text string) catalog.Text {
	if r := []rune(text); len(r) > longestSummary {
		return catalog.Text{Short: string(r[:longestSummary]), Long: text}
	}
	return catalog.Text{Short: text}
}

// addUses adds who runs the software or plans to, once for each agency: as the most open of its deployments is seen.
func (s *Store) addUses(ctx context.Context, ids []int64, entries map[int64]*catalog.Entry) error {
	list, err := rows[struct {
		AssetID, AgencyID int64
		Visibility        models.Visibility
	}](ctx, s, `SELECT DISTINCT ON (d.asset_id, d.agency_id) d.asset_id, d.agency_id, d.visibility FROM deployments d
		WHERE d.state <> 'withdrawn' AND d.lifecycle <> 'ended' AND ($1::bigint[] IS NULL OR d.asset_id = ANY($1))
		ORDER BY d.asset_id, d.agency_id, array_position(ARRAY['public', 'government', 'agency'], d.visibility)`, ids)
	for _, d := range list {
		if e := entries[d.AssetID]; e != nil {
			e.Uses = append(e.Uses, catalog.Use{Agency: d.AgencyID, Visibility: d.Visibility})
		}
	}
	return err
}

// addRepositories adds what was read in the repositories of the software that are shown.
func (s *Store) addRepositories(ctx context.Context, ids []int64, entries map[int64]*catalog.Entry) error {
	list, err := rows[struct {
		ID, AssetID, AgencyID int64
		Visibility            models.Visibility
		State                 models.RepositoryState
		Archived, Measured    bool
		LastCommitAt          *time.Time
		Description           *models.Description
		Tree                  models.Tree
		Publisher             string
	}](ctx, s, `SELECT r.id, r.asset_id, r.agency_id, r.visibility, r.state, r.archived, r.last_commit_at, r.description, r.tree, coalesce(p.name, '') AS publisher,
			EXISTS (SELECT 1 FROM measurements m WHERE m.repository_id = r.id AND m.value IS NOT NULL) AS measured
		FROM repositories r LEFT JOIN publishers p ON p.id = r.publisher_id
		WHERE r.active AND r.asset_id IS NOT NULL AND ($1::bigint[] IS NULL OR r.asset_id = ANY($1)) ORDER BY r.asset_id, r.id`, ids)
	for i := range list {
		r := &list[i]
		e := entries[r.AssetID]
		if e == nil {
			continue
		}
		p := describedPart(r.Description)
		p.Visibility, p.Owner, p.Repository, p.Publisher = r.Visibility, r.AgencyID, r.ID, r.Publisher
		p.Code, p.SBOM, p.Archived, p.Measured = r.State != models.RepositoryGone, len(r.Tree.SBOMs) > 0, r.Archived, r.Measured
		if r.LastCommitAt != nil {
			at := r.LastCommitAt.UTC()
			p.ActiveAt = &at
		}
		for _, f := range r.Tree.LicenseFiles {
			if p.License == "" {
				p.License = f.Expression
			}
		}
		e.Parts = append(e.Parts, p)
	}
	return err
}

// describedPart is what the catalogue takes of a description; nil is none.
func describedPart(d *models.Description) catalog.Part {
	if d == nil {
		return catalog.Part{}
	}
	p := catalog.Part{Categories: d.Categories, Tags: slices.Concat(d.Tags, d.ProgrammingLanguages), Functions: d.Scope, Standards: d.Supports, Platforms: d.Platforms, Languages: d.Languages, Countries: d.Countries,
		License: d.License, Status: d.Status, Type: d.SoftwareType, Maintenance: d.Maintenance, Publisher: d.Organisation.Name, Texts: make(map[string]catalog.Text, len(d.Texts))}
	if p.License == "" && len(d.Licenses) == 1 {
		p.License = d.Licenses[0]
	}
	for lang, t := range d.Texts {
		name := t.LocalisedName
		if name == "" {
			name = d.Name
		}
		text := catalog.Text{Name: name, Generic: t.GenericName, Short: t.Short, Long: t.Long, Features: t.Features}
		if text.Short == "" {
			short := catalogText(t.Long)
			text.Short = short.Short
		}
		p.Texts[lang] = text
	}
	return p
}
