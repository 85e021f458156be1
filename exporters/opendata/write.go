// Package opendata says the public part of the catalogue as files that anybody may take whole: NDJSON with everything, CSV with what fits
// into a table.
//
// It writes what it is given and decides nothing about who may see what; the caller gives it public descriptions. Start with Writer.
package opendata

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ospo-register/ospo/exporters/spreadsheet"
	"github.com/ospo-register/ospo/models"
)

// Format is a form of the file.
type Format string

const (
	NDJSON Format = "ndjson" // one JSON object to a line
	CSV    Format = "csv"
)

// Formats lists the forms, the complete one first.
var Formats = []Format{NDJSON, CSV}

// MediaType is what an answer with the file is served as.
func (f Format) MediaType() string {
	if f == CSV {
		return "text/csv; charset=utf-8"
	}
	return "application/x-ndjson"
}

// Writer writes a file entry by entry. Equal entries give equal bytes.
type Writer struct {
	format Format
	base   string // address of the register without a slash at its end; "" leaves addresses without their beginning
	lines  *json.Encoder
	table  *csv.Writer
}

// NewWriter begins a file. The errors of all its methods are those of w.
func NewWriter(w io.Writer, format Format, base string) (*Writer, error) {
	out := &Writer{format: format, base: base}
	if format == CSV {
		if _, err := io.WriteString(w, "\ufeff"); err != nil { // the mark that office programs want
			return nil, fmt.Errorf("writing open data: %w", err)
		}
		out.table = csv.NewWriter(w)
		out.table.UseCRLF = true
		return out, out.row(columns)
	}
	out.lines = json.NewEncoder(w)
	out.lines.SetEscapeHTML(false)
	return out, nil
}

// Write adds an entry.
func (w *Writer) Write(r *models.Described) error {
	e := w.entry(r)
	if w.format == CSV {
		return w.row(e.cells())
	}
	if err := w.lines.Encode(e); err != nil {
		return fmt.Errorf("writing open data: %w", err)
	}
	return nil
}

// Close ends the file.
func (w *Writer) Close() error {
	if w.table == nil {
		return nil
	}
	w.table.Flush()
	if err := w.table.Error(); err != nil {
		return fmt.Errorf("writing open data: %w", err)
	}
	return nil
}

func (w *Writer) row(cells []string) error {
	safe := make([]string, len(cells))
	for i, c := range cells {
		safe[i] = spreadsheet.Harmless(c)
	}
	if err := w.table.Write(safe); err != nil {
		return fmt.Errorf("writing open data: %w", err)
	}
	return nil
}

// entry is a line of NDJSON. Names are those of publiccode.yml where it has one. A member may be added; none changes its meaning.
type entry struct {
	ID           int64             `json:"id"`
	Address      string            `json:"address"`
	Name         string            `json:"name"`
	Edition      string            `json:"edition,omitempty"`
	Origin       string            `json:"origin"`
	Lifecycle    string            `json:"lifecycle"`
	Steward      party             `json:"steward"`
	License      string            `json:"license,omitempty"`
	Summaries    map[string]string `json:"summaries,omitempty"`
	Texts        map[string]text   `json:"description,omitempty"`
	Categories   []string          `json:"categories,omitempty"`
	Tags         []string          `json:"tags,omitempty"`
	URL          string            `json:"url,omitempty"`
	LandingURL   string            `json:"landingURL,omitempty"`
	BasedOn      []string          `json:"isBasedOn,omitempty"`
	Version      string            `json:"softwareVersion,omitempty"`
	ReleasedOn   *models.Date      `json:"releaseDate,omitempty"`
	Platforms    []string          `json:"platforms,omitempty"`
	Status       string            `json:"developmentStatus,omitempty"`
	SoftwareType string            `json:"softwareType,omitempty"`
	Maintenance  string            `json:"maintenanceType,omitempty"`
	Languages    []string          `json:"availableLanguages,omitempty"`
	Countries    []string          `json:"countries,omitempty"`
	Scope        []string          `json:"scope,omitempty"`
	Supports     []string          `json:"supports,omitempty"`
	Programming  []string          `json:"programmingLanguages,omitempty"`
	UsedBy       []string          `json:"usedBy,omitempty"` // attested, not claimed
	Identifiers  []identifier      `json:"identifiers,omitempty"`
	Aliases      []string          `json:"aliases,omitempty"`
	Archived     bool              `json:"archived,omitempty"`
	LastCommit   *models.Date      `json:"lastCommitDate,omitempty"`
	DescribedBy  string            `json:"describedBy,omitempty"` // the kind of file that describes it
	CreatedAt    time.Time         `json:"createdAt"`
	UpdatedAt    time.Time         `json:"updatedAt"`
}

type party struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	URI  string `json:"uri,omitempty"`
	Code string `json:"code,omitempty"`
}

type identifier struct {
	Kind  string `json:"kind"`
	Value string `json:"value"`
}

type text struct {
	Name     string   `json:"localisedName,omitempty"`
	Short    string   `json:"shortDescription,omitempty"`
	Long     string   `json:"longDescription,omitempty"`
	Features []string `json:"features,omitempty"`
}

func (w *Writer) entry(r *models.Described) *entry {
	a, d := &r.Asset, r.Description().Public()
	e := &entry{
		ID: a.ID, Address: w.base + "/assets/" + strconv.FormatInt(a.ID, 10), Name: a.Name, Edition: a.Edition, Origin: string(a.Origin), Lifecycle: string(a.Lifecycle),
		Steward: party{r.Steward.ID, r.Steward.Name, r.Steward.URI, r.Steward.Code}, License: d.License, Summaries: a.Descriptions, Categories: d.Categories, Tags: d.Tags, URL: d.URL, LandingURL: d.LandingURL,
		BasedOn: d.BasedOn, Version: d.SoftwareVersion, ReleasedOn: d.ReleasedOn, Platforms: d.Platforms, Status: d.Status, SoftwareType: d.SoftwareType, Maintenance: d.Maintenance, Languages: d.Languages,
		Countries: d.Countries, Scope: d.Scope, Supports: d.Supports, Programming: d.ProgrammingLanguages, UsedBy: d.UsedBy, Aliases: a.Aliases, CreatedAt: a.CreatedAt.UTC(), UpdatedAt: a.UpdatedAt.UTC(),
	}
	for _, i := range a.Identifiers {
		e.Identifiers = append(e.Identifiers, identifier{string(i.Kind), i.Value})
	}
	if len(d.Texts) > 0 {
		e.Texts = map[string]text{}
	}
	for lang, t := range d.Texts {
		e.Texts[lang] = text{t.LocalisedName, t.Short, t.Long, t.Features}
	}
	if repo := r.Repository; repo != nil {
		e.Archived = repo.Archived
		if repo.Description != nil {
			e.DescribedBy = string(repo.Description.Format)
		}
		if repo.LastCommitAt != nil {
			on := models.DateOf(*repo.LastCommitAt)
			e.LastCommit = &on
		}
	}
	return e
}

var columns = []string{"id", "address", "name", "edition", "origin", "lifecycle", "steward", "stewardUri", "license", "summary", "categories", "url", "landingURL", "softwareVersion", "releaseDate", "developmentStatus",
	"softwareType", "maintenanceType", "availableLanguages", "countries", "programmingLanguages", "usedBy", "identifiers", "lastCommitDate", "createdAt", "updatedAt"}

// cells are those of a row. Several values are apart by semicolons.
func (e *entry) cells() []string {
	day := func(d *models.Date) string {
		if d == nil {
			return ""
		}
		return d.String()
	}
	many := func(values []string) string { return strings.Join(values, "; ") }
	summary := e.Summaries[models.DefaultLanguage]
	for _, lang := range slices.Sorted(maps.Keys(e.Summaries)) {
		if summary == "" {
			summary = e.Summaries[lang]
		}
	}
	identifiers := make([]string, len(e.Identifiers))
	for i, id := range e.Identifiers {
		identifiers[i] = id.Value
	}
	return []string{strconv.FormatInt(e.ID, 10), e.Address, e.Name, e.Edition, e.Origin, e.Lifecycle, e.Steward.Name, e.Steward.URI, e.License, summary, many(e.Categories), e.URL, e.LandingURL, e.Version, day(e.ReleasedOn), e.Status,
		e.SoftwareType, e.Maintenance, many(e.Languages), many(e.Countries), many(e.Programming), many(e.UsedBy), many(identifiers), day(e.LastCommit), e.CreatedAt.Format(time.RFC3339), e.UpdatedAt.Format(time.RFC3339)}
}
