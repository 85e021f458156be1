// Package codejson says descriptions as code.json of schema 2.0.0: one for a repository, or the index of an agency (agency-index 2.0.0).
//
// It invents nothing: what the schema wants and nobody stated stays out and is named as a gap. Members that the variant 2.1.0 of CMS added
// are written where they say something, since the schema lets a file have more. It never reads. Start with Write or WriteIndex.
package codejson

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ospo-register/ospo/models"
)

// Version is the version of both schemas that are written.
const Version = "2.0.0"

// Index is the inventory of an agency.
type Index struct {
	Agency       string // its acronym
	Descriptions []*models.Description
}

// Write gives the file of one repository and all that it could not say as it was stated. The same description gives the same bytes.
// The file keeps to the schema when models.NoGaps(losses).
func Write(d *models.Description) ([]byte, []models.Loss) {
	w := &writer{d: d}
	return text(w.release()), w.losses
}

// WriteIndex gives the index of an agency, its entries by name and address, and all that it could not say; the key of a loss begins with the place of
// its entry: releases[3].contact. What is measured are projects, of which every entry is one.
func WriteIndex(x *Index) ([]byte, []models.Loss) {
	list := slices.Clone(x.Descriptions)
	slices.SortStableFunc(list, func(a, b *models.Description) int {
		return strings.Compare(strings.ToLower(a.Name)+"\x00"+a.URL, strings.ToLower(b.Name)+"\x00"+b.URL)
	})
	out := index{Version: Version, Agency: x.Agency, Measurement: measurement{"projects"}, Releases: []*release{}}
	var losses []models.Loss
	if x.Agency == "" {
		losses = append(losses, models.Loss{Key: "agency", Kind: models.LossGap, What: "The acronym of the agency."})
	}
	for i, d := range list {
		w := &writer{d: d}
		out.Releases = append(out.Releases, w.release())
		for _, l := range w.losses {
			l.Key = fmt.Sprintf("releases[%d].%s", i, l.Key)
			losses = append(losses, l)
		}
	}
	return text(out), losses
}

func text(v any) []byte {
	b, err := json.Marshal(v, json.Deterministic(true), jsontext.WithIndent("  "), jsontext.AllowInvalidUTF8(true))
	if err != nil {
		panic(err) // every member is a type of ours that can be written; what came from outside was checked
	}
	return append(b, '\n')
}

type writer struct {
	d      *models.Description
	losses []models.Loss
}

func (w *writer) lose(key string, kind models.LossKind, what string) {
	w.losses = append(w.losses, models.Loss{Key: key, Kind: kind, What: what})
}

func (w *writer) release() *release {
	d := w.d
	r := &release{
		Name: d.Name, Version: d.SoftwareVersion, HomepageURL: d.LandingURL, DownloadURL: d.DownloadURL, DisclaimerURL: d.DisclaimerURL, DisclaimerText: d.DisclaimerText,
		Languages: w.unique("languages", d.ProgrammingLanguages), ContractNumber: w.unique("contractNumber", d.ContractNumbers), SBOM: d.SBOM, Tags: w.unique("tags", d.Tags), Feedback: d.Feedback,
		Platforms: d.Platforms, Categories: d.Categories, SoftwareType: d.SoftwareType, Localisation: d.Localised, LaborHours: d.LaborHours, Kept: map[string]jsontext.Value{},
	}
	if r.SBOM == "" {
		r.SBOM = "None"
	}
	w.want("name", d.Name == "", "The name of the software.")
	w.description(r)
	w.status(r)
	w.permissions(r)
	w.organization(r)
	w.repository(r)
	w.want("laborHours", d.LaborHours == nil, "How many hours of work went into the software.")
	w.maintenance(r)
	w.related(r)
	w.dates(r)
	w.contact(r)
	w.want("feedbackMechanism", d.Feedback == "", "The address where faults are reported.")
	r.AIUseCaseID = d.AIUseCaseID
	if r.AIUseCaseID == "" {
		r.AIUseCaseID = "0"
		w.lose("AIUseCaseID", models.LossChanged, "None was stated; 0 says that the software is not in the inventory of AI use cases.")
	}
	w.kept(r)
	w.without()
	return r
}

func (w *writer) want(key string, missing bool, what string) {
	if missing {
		w.lose(key, models.LossGap, what)
	}
}

// unique says a word once, as the schema asks of its lists.
func (w *writer) unique(key string, list []string) []string {
	out := []string{}
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	if n := len(list) - len(out); n > 0 {
		w.lose(key, models.LossChanged, fmt.Sprintf("%d that were stated twice are said once.", n))
	}
	return out
}

// description is one language only.
func (w *writer) description(r *release) {
	t, tag := w.d.Text(models.DefaultLanguage)
	r.Description, r.LongDescription = t.Short, t.Long
	if r.Description == "" {
		r.Description = t.Long
		r.LongDescription = ""
	}
	w.want("description", r.Description == "", "One or two sentences on what the software does.")
	for _, lang := range slices.Sorted(maps.Keys(w.d.Texts)) {
		if lang != tag {
			w.lose("description."+lang, models.LossDropped, "code.json speaks one language; left out.")
		}
	}
	if tag != "" && tag != models.DefaultLanguage {
		w.lose("description", models.LossChanged, fmt.Sprintf("There is no text in English; the one in %s is given, and the schema cannot say so.", tag))
	}
	for _, m := range []struct {
		key    string
		stated bool
	}{
		{"localisedName", t.LocalisedName != ""}, {"genericName", t.GenericName != ""}, {"documentation", t.Documentation != ""}, {"apiDocumentation", t.APIDocumentation != ""},
		{"features", len(t.Features) > 0}, {"screenshots", len(t.Screenshots) > 0}, {"videos", len(t.Videos) > 0}, {"awards", len(t.Awards) > 0},
	} {
		if m.stated {
			w.lose("description."+tag+"."+m.key, models.LossDropped, none)
		}
	}
}

const none = "code.json has no member for it."

// stages say in the words of code.json what publiccode.yml says.
var stages = map[string]string{"concept": "Ideation", "development": "Development", "beta": "Beta", "stable": "Production", "obsolete": "Archival"}

func (w *writer) status(r *release) {
	if stated, ok := w.d.Kept["status"]; ok {
		var word string
		if json.Unmarshal([]byte(stated), &word) == nil && slices.Contains(statuses, word) {
			r.Status = word // the reader kept the finer word
			return
		}
	}
	if slices.Contains(statuses, w.d.Status) {
		r.Status = w.d.Status
		return
	}
	r.Status = stages[w.d.DevelopmentStatus()]
	switch {
	case r.Status == "" && w.d.Status != "":
		w.lose("status", models.LossGap, fmt.Sprintf("One of %s; %q is none of them.", strings.Join(statuses, ", "), w.d.Status))
	case r.Status == "":
		w.lose("status", models.LossGap, "One of "+strings.Join(statuses, ", ")+".")
	case stages[w.d.Status] == "":
		w.lose("status", models.LossChanged, fmt.Sprintf("%q is said as %s.", w.d.Status, r.Status))
	}
}

var statuses = []string{"Ideation", "Development", "Alpha", "Beta", "Release Candidate", "Production", "Archival"}

func (w *writer) organization(r *release) {
	o := w.d.Organisation
	switch {
	case o.Name != "":
		r.Organization = o.Name
	case w.d.RepoOwner != "":
		r.Organization = w.d.RepoOwner
	case w.d.CopyrightOwner != "":
		r.Organization = w.d.CopyrightOwner
		w.lose("organization", models.LossChanged, "Nobody said who publishes; the holder of the copyright is named.")
	default:
		w.lose("organization", models.LossGap, "The body that publishes the software.")
	}
	if o.URI != "" {
		w.lose("organisation.uri", models.LossDropped, none)
	}
}

func (w *writer) maintenance(r *release) {
	r.Maintenance = w.d.Maintenance
	if !slices.Contains(models.MaintenanceTypes, r.Maintenance) {
		if r.Maintenance != "" {
			w.lose("maintenance", models.LossDropped, fmt.Sprintf("%q is none of the words of the schema.", r.Maintenance))
		}
		r.Maintenance = ""
		w.lose("maintenance", models.LossGap, "One of "+strings.Join(models.MaintenanceTypes, ", ")+".")
	}
	if len(w.d.Contractors) > 0 {
		w.lose("maintenance.contractors", models.LossDropped, none)
	}
}
