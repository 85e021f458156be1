package codemeta

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ospo-register/ospo/importers/jsontree"
	"github.com/ospo-register/ospo/models"
)

// reader is one description while it is read.
type reader struct {
	*jsontree.Cursor
	d *models.Description
}

// unplaced are terms of CodeMeta that a description has no field for.
var unplaced = strings.Fields(`@context @graph @id @type author contributor creator editor accountablePerson agents alternateName applicationSubCategory audience availableOnDevice buildInstructions
	citation continuousIntegration contIntegration conformsTo copyrightYear countriesNotSupported countriesSupported developmentStatus embargoDate embargoEndDate encoding endDate fileFormat fileSize funding hasPart
	hasSourceCode installUrl isAccessibleForFree isPartOf isSourceCodeOf license memoryRequirements offers permissions position processorRequirements readme referencePublication relatedLink releaseNotes review
	roleName runtimePlatform softwareAddOn softwareDescription startDate storageRequirements supportingData targetProduct thumbnailUrl version zippedCode uploadedBy controlledTerm suggests buildManagementSystem isAutomatedBuild`)

func (r *reader) read() {
	d := r.d
	r.texts()
	d.URL = r.link("codeRepository", "hasSourceCode")
	d.LandingURL = r.link("url", "mainEntityOfPage", "URL")
	d.DownloadURL = r.link("downloadUrl", "downloadURL", "installUrl")
	d.Feedback = r.link("issueTracker", "discussionUrl")
	d.Logo = r.link("logo", "image")
	d.SoftwareVersion = r.one("softwareVersion", "version")
	d.ReleasedOn = r.day("datePublished", "publicationDate")
	d.ModifiedOn = r.day("dateModified")
	d.CreatedOn = r.day("dateCreated")
	d.Tags = r.split("keywords", "subject")
	d.Categories = append(r.split("applicationCategory"), r.split("applicationSubCategory")...)
	d.Platforms = r.split("operatingSystem", "operatingSystems")
	d.ProgrammingLanguages = r.many("programmingLanguage", "programmingLanguages")
	d.Languages = r.many("inLanguage")
	d.BasedOn = r.many("isBasedOn", "isBasedOnUrl", "relationship")
	d.Identifiers = append(r.many("identifier"), r.many("sameAs", "softwarePaperCitationIdentifiers")...)
	d.Suite = r.one("isPartOf")
	d.ContractNumbers = r.many("funding")
	r.licenses()
	r.status()
	r.people()
	r.needs()
	for _, m := range []struct {
		key, value string
	}{{"name", d.Name}, {"codeRepository", d.URL}, {"license", d.License + strings.Join(d.Licenses, "")}} {
		if m.value == "" {
			r.Doc.Remark("missing-key", models.Failure, m.key, r.Value, "%s is missing; every description should have it.", m.key)
		}
	}
	for _, keyword := range []string{"@context", "@id", "@type", "@graph"} {
		if keyword != "@id" || strings.HasPrefix(text(r.Value.Get("@id")), "_:") {
			r.Take(keyword)
		}
	}
	r.Rest(d.Kept, func(key string) bool { return slices.Contains(unplaced, strings.TrimPrefix(key, ".")) })
	if len(d.Kept) == 0 {
		d.Kept = nil
	}
}

const longest = 150 // characters of a short description, as in publiccode.yml 0.7

// texts reads what is said in words, by language. Without a language it is that of inLanguage if there is just one, else English.
func (r *reader) texts() {
	lang := models.DefaultLanguage
	if only := r.Value.Get("inLanguage").List(); len(only) == 1 {
		if tag := said(only[0]); len(tag) == 2 || len(tag) > 2 && tag[2] == '-' {
			lang = tag
		}
	}
	texts := map[string]models.DescriptionText{}
	r.spoken(lang, func(tag, s string) {
		if r.d.Name == "" || tag == lang {
			r.d.Name = s
		} else {
			t := texts[tag]
			t.LocalisedName = s
			texts[tag] = t
		}
	}, "name", "title")
	r.spoken(lang, func(tag, s string) {
		t := texts[tag]
		if t.Short == "" && utf8.RuneCountInString(s) <= longest {
			t.Short = s
		} else {
			t.Long = strings.TrimSpace(t.Long + "\n\n" + s)
		}
		texts[tag] = t
	}, "description", "abstract")
	r.spoken(lang, func(tag, s string) {
		t := texts[tag]
		t.Features = append(t.Features, s)
		texts[tag] = t
	}, "featureList")
	if help := r.link("softwareHelp", "documentation"); help != "" {
		t := texts[lang]
		t.Documentation = help
		texts[lang] = t
	}
	if shots := r.many("screenshot"); len(shots) > 0 {
		t := texts[lang]
		t.Screenshots = shots
		texts[lang] = t
	}
	if len(texts) > 0 {
		r.d.Texts = texts
	}
}

// spoken hands out each value of a term with its language.
func (r *reader) spoken(lang string, each func(tag, s string), names ...string) {
	v, _ := r.Take(names...)
	for _, item := range items(v) {
		tag := lang
		if t := text(item.Get("@language")); t != "" {
			tag = t
		}
		if s := said(item); s != "" {
			each(tag, s)
		}
	}
}

// licenses reads licences by name, by address and as objects. https://spdx.org/licenses/MIT.html is MIT.
func (r *reader) licenses() {
	var stated []string
	for _, s := range r.many("license", "licenseId") {
		if u, err := url.Parse(s); err == nil && strings.HasSuffix(u.Host, "spdx.org") {
			if id, ok := strings.CutPrefix(u.Path, "/licenses/"); ok && id != "" {
				s = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(id, "/"), ".html"), ".json")
			}
		}
		stated = append(stated, s)
	}
	if len(stated) == 1 {
		r.d.License = stated[0]
	} else {
		r.d.Licenses = stated
	}
}

// stages are the words of repostatus.org that have one of ours.
var stages = map[string]string{"concept": "concept", "wip": "development", "active": "stable", "abandoned": "obsolete", "unsupported": "obsolete", "moved": "obsolete"}

func (r *reader) status() {
	stated := r.one("developmentStatus", "creativeWorkStatus")
	if at := strings.LastIndexAny(stated, "#/"); at >= 0 && strings.Contains(stated, "repostatus") {
		stated = stated[at+1:]
	}
	r.d.Status = stated
	if ours, ok := stages[strings.ToLower(stated)]; ok {
		r.d.Status = ours
		if !strings.EqualFold(ours, stated) {
			r.Leave("developmentStatus")
		}
	}
}
