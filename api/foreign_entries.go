package api

import (
	"context"
	"encoding/json"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// ForeignEntry is software as another government's catalogue describes it.
type ForeignEntry struct {
	ID          int64      `json:"id"`
	SourceID    int64      `json:"sourceId"`
	Source      string     `json:"source" doc:"The catalogue it is from"`
	Country     string     `json:"country"`
	DataLicense string     `json:"dataLicense" doc:"Of the catalogue's data, this entry among them"`
	Attribution string     `json:"attribution" doc:"Who is to be named with it"`
	Freshness   Freshness  `json:"freshness" doc:"Of its source"`
	Name        string     `json:"name"`
	URL         string     `json:"url" doc:"Of its code, as stated; empty when none is"`
	Summary     string     `json:"summary" doc:"In English when it says something in it, else in the language that summaryLanguage names"`
	SummaryLang string     `json:"summaryLanguage" doc:"BCP 47"`
	License     string     `json:"license" doc:"Of the software, as stated"`
	AssetID     *int64     `json:"assetId" doc:"The software of this register whose code has the same address: it is the same"`
	Valid       bool       `json:"valid" doc:"Its description keeps to its standard"`
	FirstSeenAt time.Time  `json:"firstSeenAt"`
	ChangedAt   time.Time  `json:"changedAt"`
	SeenAt      time.Time  `json:"seenAt" doc:"When it was last there"`
	GoneAt      *time.Time `json:"goneAt" doc:"Since when its source does not have it any more"`
}

// ForeignEntryDetail is a foreign entry with its description.
type ForeignEntryDetail struct {
	ForeignEntry
	Key         string             `json:"key" doc:"Its identity in the source"`
	Remarks     int                `json:"remarks" doc:"That its description got"`
	Description ForeignDescription `json:"description"`
}

// ForeignDescription is what the source says of the software, in the words of publiccode.yml where it has them.
type ForeignDescription struct {
	Format               string                 `json:"format" example:"publiccode.yml"`
	FormatVersion        string                 `json:"formatVersion"`
	SoftwareVersion      string                 `json:"softwareVersion"`
	ReleasedOn           *string                `json:"releasedOn" format:"date"`
	ModifiedOn           *string                `json:"modifiedOn" format:"date"`
	LandingURL           string                 `json:"landingUrl"`
	DownloadURL          string                 `json:"downloadUrl"`
	BasedOn              []string               `json:"basedOn"`
	Organisation         string                 `json:"organisation"`
	OrganisationURI      string                 `json:"organisationUri"`
	Status               string                 `json:"status"`
	SoftwareType         string                 `json:"softwareType"`
	Platforms            []string               `json:"platforms"`
	Categories           []string               `json:"categories"`
	Tags                 []string               `json:"tags"`
	Scope                []string               `json:"scope"`
	Countries            []string               `json:"countries"`
	Languages            []string               `json:"languages"`
	ProgrammingLanguages []string               `json:"programmingLanguages"`
	UsageTypes           []string               `json:"usageTypes" doc:"code.json: openSource, governmentWideReuse, exemptBy…"`
	Licenses             []string               `json:"licenses" doc:"Several, when it is not said how they go together"`
	UsedBy               []string               `json:"usedBy" doc:"As stated; no proof of use"`
	Maintenance          string                 `json:"maintenance"`
	Texts                map[string]ForeignText `json:"texts" doc:"By BCP 47 tag"`
	Contacts             []ForeignContact       `json:"contacts" doc:"For government only; empty for others"`
	Kept                 map[string]any         `json:"kept" doc:"What the description says besides, by its own keys"`
}

// ForeignText is what is said of the software in one language.
type ForeignText struct {
	Name          string   `json:"name"`
	Short         string   `json:"shortDescription"`
	Long          string   `json:"longDescription"`
	Documentation string   `json:"documentation"`
	Features      []string `json:"features"`
}

// ForeignContact is a person or office to ask.
type ForeignContact struct {
	Name        string `json:"name"`
	Email       string `json:"email"`
	Phone       string `json:"phone"`
	Affiliation string `json:"affiliation"`
}

func shapeForeign(r *store.ForeignRow) ForeignEntry {
	d := &r.Description
	text, tag := d.Text(models.DefaultLanguage)
	summary := text.Short
	if summary == "" {
		if runes := []rune(text.Long); len(runes) > 300 {
			summary = string(runes[:300]) + "…"
		} else {
			summary = text.Long
		}
	}
	license := d.License
	if license == "" && len(d.Licenses) == 1 {
		license = d.Licenses[0]
	}
	return ForeignEntry{ID: r.ID, SourceID: r.SourceID, Source: r.Source, Country: r.Country, DataLicense: r.License, Attribution: r.Attribution, Freshness: Freshness(r.Freshness(time.Now())), Name: r.Name, URL: r.URL,
		Summary: summary, SummaryLang: tag, License: license, AssetID: r.AssetID, Valid: r.Valid, FirstSeenAt: utc(r.FirstSeenAt), ChangedAt: utc(r.ChangedAt), SeenAt: utc(r.LastSeenAt()), GoneAt: instant(r.GoneAt)}
}

func shapeForeignDetail(r *store.ForeignRow) ForeignEntryDetail {
	d := &r.Description
	out := ForeignEntryDetail{ForeignEntry: shapeForeign(r), Key: r.Key, Remarks: r.Remarks, Description: ForeignDescription{
		Format: string(d.Format), FormatVersion: d.FormatVersion, SoftwareVersion: d.SoftwareVersion, ReleasedOn: day(d.ReleasedOn), ModifiedOn: day(d.ModifiedOn), LandingURL: d.LandingURL, DownloadURL: d.DownloadURL,
		BasedOn: orEmpty(d.BasedOn), Organisation: d.Organisation.Name, OrganisationURI: d.Organisation.URI, Status: d.Status, SoftwareType: d.SoftwareType, Platforms: orEmpty(d.Platforms), Categories: orEmpty(d.Categories),
		Tags: orEmpty(d.Tags), Scope: orEmpty(d.Scope), Countries: orEmpty(d.Countries), Languages: orEmpty(d.Languages), ProgrammingLanguages: orEmpty(d.ProgrammingLanguages), UsageTypes: orEmpty(d.UsageTypes),
		Licenses: orEmpty(d.Licenses), UsedBy: orEmpty(d.UsedBy), Maintenance: d.Maintenance, Texts: map[string]ForeignText{}, Kept: map[string]any{},
		Contacts: each(d.Contacts, func(c *models.Contact) ForeignContact { return ForeignContact(*c) })}}
	for tag, t := range d.Texts {
		out.Description.Texts[tag] = ForeignText{Name: t.LocalisedName, Short: t.Short, Long: t.Long, Documentation: t.Documentation, Features: orEmpty(t.Features)}
	}
	for key, text := range d.Kept {
		var v any
		if json.Unmarshal([]byte(text), &v) != nil {
			v = text // kept as it stood
		}
		out.Description.Kept[key] = v
	}
	return out
}

func (a *api) foreignEntries() {
	const tag = "Other governments"
	get(a, "/foreign-entries", about{id: "listForeignEntries", tag: tag, summary: "List software of other governments' catalogues", text: "By name, each with its origin, the licence of the data and how fresh they are. The search of the catalogue finds them too. With updatedSince what is gone since is there too, with goneAt, so that a mirror can be kept."}, a.listForeignEntries)
	get(a, "/foreign-entries/{id}", about{id: "getForeignEntry", tag: tag, summary: "Software of another government's catalogue"}, a.getForeignEntry)
}

func (a *api) listForeignEntries(ctx context.Context, in *struct {
	Q       string `query:"q" maxLength:"200" doc:"Part of the name or of the address"`
	Source  int64  `query:"source" minimum:"1"`
	Country string `query:"country" maxLength:"2"`
	Gone    YesNo  `query:"gone" doc:"yes: only what is not there any more; no: only what is"`
	Same    YesNo  `query:"same" doc:"yes: only what is in this register too; no: only what is not"`
	UpdatedSince
	Paging
}) (*Page[ForeignEntry], error) {
	since, err := in.instant()
	if err != nil {
		return nil, err
	}
	l, err := a.Store.ForeignEntries(ctx, viewer(ctx), models.ForeignFilter{Since: since, Query: in.Q, Source: in.Source, Country: in.Country, Gone: models.YesNo(in.Gone), Same: models.YesNo(in.Same), Page: in.page()})
	return page(ctx, l, shapeForeign), err
}

func (a *api) getForeignEntry(ctx context.Context, in *struct{ ID }) (*struct{ Body ForeignEntryDetail }, error) {
	r, err := a.Store.ForeignEntry(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body ForeignEntryDetail }{shapeForeignDetail(r)}, nil
}
