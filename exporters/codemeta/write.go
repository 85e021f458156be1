// Package codemeta says a description as a codemeta.json of CodeMeta 3.0, and in the same words as the data of a page, which search engines
// read as schema.org.
//
// It invents nothing and never reads. Start with Write and Page.
package codemeta

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
)

// Context is the JSON-LD context of CodeMeta 3.0.
const Context = "https://w3id.org/codemeta/3.0"

// Write gives the file and all that it could not say as it was stated. The same description gives the same bytes.
func Write(d *models.Description) ([]byte, []models.Loss) {
	w := &writer{object: &object{}, d: d, prefix: "schema:"}
	w.add("@context", Context)
	w.add("@type", "SoftwareSourceCode")
	w.software()
	w.text("developmentStatus", w.status())
	w.texts("funding", d.ContractNumbers)
	w.text("issueTracker", d.Feedback)
	w.maintainers()
	w.kept()
	w.without()
	return marshal(w.object), w.losses
}

// Page gives what a page at the address says of the software to machines: schema.org alone, and nobody's name or address of mail.
func Page(d *models.Description, address string) []byte {
	w := &writer{object: &object{}, d: d}
	w.add("@context", "https://schema.org")
	w.add("@type", "SoftwareSourceCode")
	w.text("@id", address)
	w.software()
	return marshal(w.object)
}

func marshal(o *object) []byte {
	b, err := json.MarshalIndent(o, "", "  ")
	if err != nil {
		panic(err) // every value is a text, a list or an object of ours
	}
	return append(b, '\n')
}

type writer struct {
	*object
	d      *models.Description
	prefix string // of terms of schema.org that the context of CodeMeta does not have
	losses []models.Loss
}

func (w *writer) lose(key string, kind models.LossKind, what string) {
	w.losses = append(w.losses, models.Loss{Key: key, Kind: kind, What: what})
}

const none = "CodeMeta has no term for it."

// software writes the terms of schema.org, in the order of the crosswalk.
func (w *writer) software() {
	d := w.d
	w.want("name", d.Name, "The name of the software.")
	w.want("codeRepository", d.URL, "The address of the source code repository.")
	w.text("url", d.LandingURL)
	w.texts("programmingLanguage", d.ProgrammingLanguages)
	w.text("downloadUrl", d.DownloadURL)
	w.texts("operatingSystem", d.Platforms)
	w.texts("applicationCategory", d.Categories)
	w.texts("keywords", d.Tags)
	w.words()
	w.text("softwareVersion", d.SoftwareVersion)
	for _, day := range []struct {
		name string
		day  *models.Date
	}{{"dateCreated", d.CreatedOn}, {"dateModified", d.ModifiedOn}, {"datePublished", d.ReleasedOn}} {
		if day.day != nil {
			w.add(day.name, day.day.String())
		}
	}
	w.license()
	w.parties("publisher", []models.Party{d.Organisation})
	w.parties("copyrightHolder", []models.Party{{Name: d.CopyrightOwner}})
	w.parties("funder", d.FundedBy)
	w.texts("identifier", d.Identifiers)
	w.texts(w.prefix+"isBasedOn", d.BasedOn)
	if d.Suite != "" {
		w.add("isPartOf", thing("SoftwareApplication", d.Suite))
	}
	w.texts(w.prefix+"inLanguage", d.Languages)
	w.needs()
	if u, err := url.Parse(d.Logo); err == nil && u.Host != "" {
		w.text(w.prefix+"logo", d.Logo)
	}
}

func (w *writer) want(name, value, what string) {
	w.text(name, value)
	if value == "" {
		w.lose(name, models.LossGap, what)
	}
}

func thing(kind, name string) *object {
	o := &object{}
	o.add("@type", kind)
	o.text("name", name)
	return o
}

// words writes what is said in languages. They are named wherever a reader would take the text for another language than it is.
func (w *writer) words() {
	languages := slices.Sorted(maps.Keys(w.d.Texts))
	taken := models.DefaultLanguage
	if len(w.d.Languages) == 1 {
		taken = w.d.Languages[0]
	}
	bare := len(languages) == 1 && languages[0] == taken
	in := func(lang, s string) any {
		if bare {
			return s
		}
		o := &object{}
		o.add("@language", lang)
		o.add("@value", s)
		return o
	}
	var description, features []any
	var screenshots []string
	for _, lang := range languages {
		t := w.d.Texts[lang]
		for _, s := range []string{t.Short, t.Long} {
			if s != "" {
				description = append(description, in(lang, s))
			}
		}
		for _, f := range t.Features {
			features = append(features, in(lang, f))
		}
		screenshots = append(screenshots, t.Screenshots...)
		for _, m := range []struct {
			key    string
			stated bool
		}{
			{"localisedName", t.LocalisedName != ""}, {"genericName", t.GenericName != ""}, {"documentation", t.Documentation != "" && lang != taken},
			{"apiDocumentation", t.APIDocumentation != ""}, {"videos", len(t.Videos) > 0}, {"awards", len(t.Awards) > 0},
		} {
			if m.stated {
				w.lose("description."+lang+"."+m.key, models.LossDropped, none)
			}
		}
	}
	w.anys("description", description)
	w.anys(w.prefix+"featureList", features)
	w.text("softwareHelp", w.d.Texts[taken].Documentation)
	w.texts(w.prefix+"screenshot", screenshots)
	if len(screenshots) > 0 && len(languages) > 1 {
		w.lose("description.screenshots", models.LossChanged, "Pictures are said without their language.")
	}
}

func (w *writer) anys(name string, values []any) {
	switch len(values) {
	case 0:
	case 1:
		w.add(name, values[0])
	default:
		w.add(name, values)
	}
}

// license gives the address of a listed licence; an expression is a work with that name, since no address says one.
func (w *writer) license() {
	d := w.d
	stated := d.Licenses
	if d.License != "" {
		stated = []string{d.License}
	}
	var out []any
	for _, s := range stated {
		read := licenses.Read(s)
		if read.Kind != licenses.ReadExpression {
			out = append(out, thing("CreativeWork", s))
			continue
		}
		leaf := read.Expression.Leaf()
		_, listed := licenses.Get(leaf.ID)
		if read.Expression.Kind() != licenses.KindLicense || !listed || leaf.OrLater {
			out = append(out, thing("CreativeWork", s))
			continue
		}
		if leaf.ID != s {
			w.lose("license", models.LossChanged, fmt.Sprintf("%q is said as %s.", s, leaf.ID))
		}
		out = append(out, "https://spdx.org/licenses/"+leaf.ID)
	}
	w.anys("license", out)
	if len(out) == 0 {
		w.lose("license", models.LossGap, "The licence, best as an SPDX identifier.")
	}
}

func (w *writer) parties(name string, list []models.Party) {
	var out []*object
	for _, p := range list {
		o := &object{}
		o.add("@type", "Organization")
		o.text("@id", p.URI)
		o.text("name", p.Name)
		if p != (models.Party{}) {
			out = append(out, o)
		}
	}
	w.things(name, out)
}

// needs writes what the software needs to run, and may use.
func (w *writer) needs() {
	var needed, wished []*object
	for _, group := range []struct {
		key  string
		list []models.Dependency
	}{{"open", w.d.Open}, {"proprietary", w.d.Proprietary}} {
		if group.key == "proprietary" && len(group.list) > 0 {
			w.lose("dependsOn.proprietary", models.LossChanged, "Said among the requirements, without saying that it is proprietary.")
		}
		for i, dep := range group.list {
			o := thing("SoftwareApplication", dep.Name)
			version := dep.Version
			if version == "" && (dep.VersionMin != "" || dep.VersionMax != "") {
				version = between(dep)
				w.lose(fmt.Sprintf("dependsOn.%s[%d]", group.key, i), models.LossChanged, fmt.Sprintf("The versions that fit are said as a text: %s.", version))
			}
			o.text("softwareVersion", version)
			if dep.Optional {
				wished = append(wished, o)
			} else {
				needed = append(needed, o)
			}
		}
	}
	w.things("softwareRequirements", needed)
	w.things("softwareSuggestions", wished)
}

func between(d models.Dependency) string {
	var parts []string
	if d.VersionMin != "" {
		parts = append(parts, ">= "+d.VersionMin)
	}
	if d.VersionMax != "" {
		parts = append(parts, "<= "+d.VersionMax)
	}
	return strings.Join(parts, ", ")
}
