package dcat

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"

	"github.com/ospo-register/ospo/importers/jsontree"
	"github.com/ospo-register/ospo/importers/rdf"
	"github.com/ospo-register/ospo/models"
)

// read reads one entry; nil when it says neither a name nor an address.
func (r *reader) read(t rdf.Term) *models.Description {
	d := &models.Description{Format: models.CatalogDCAT}
	r.texts(t, d)
	r.places(t, d)
	if d.Name == "" && d.URL == "" && d.LandingURL == "" {
		r.remark("nothing-described", models.Failure, t.Value, t, "%s has neither a title nor an address; it was left out.", t.Value)
		return nil
	}
	if d.Name == "" {
		r.remark("missing-title", models.Failure, t.Value, t, "%s has no title; give it dct:title.", t.Value)
	}
	r.people(t, d)
	r.facts(t, d)
	r.dates(t, d)
	r.kept(t, d)
	return d
}

const longest = 150 // characters of a short description, as in publiccode.yml 0.7

func (r *reader) texts(t rdf.Term, d *models.Description) {
	texts := map[string]models.DescriptionText{}
	tag := func(l string) string {
		if l == "" {
			return models.DefaultLanguage
		}
		return l
	}
	names := r.literals(t, dct+"title", doap+"name", schema+"name", schemaS+"name", dc+"title", rdfsNS+"label")
	if len(names) > 0 {
		main := pick(names)
		d.Name = strings.TrimSpace(main.Value)
		for _, n := range names {
			if n.Language != main.Language && n.Value != main.Value {
				x := texts[tag(n.Language)]
				x.LocalisedName = strings.TrimSpace(n.Value)
				texts[tag(n.Language)] = x
			}
		}
	}
	for _, o := range r.literals(t, dct+"alternative", skos+"altLabel") {
		x := texts[tag(o.Language)]
		x.GenericName = first(x.GenericName, strings.TrimSpace(o.Value))
		texts[tag(o.Language)] = x
	}
	for _, o := range r.literals(t, doap+"shortdesc", dct+"description", doap+"description", schema+"description", schemaS+"description", dct+"abstract", dc+"description") {
		x, s := texts[tag(o.Language)], strings.TrimSpace(o.Value)
		switch {
		case s == "" || s == x.Short || s == x.Long:
		case x.Short == "" && utf8.RuneCountInString(s) <= longest:
			x.Short = s
		case x.Long == "":
			x.Long = s
		default:
			x.Long += "\n\n" + s
		}
		texts[tag(o.Language)] = x
	}
	for k, x := range texts {
		if x.LocalisedName == "" && x.GenericName == "" && x.Short == "" && x.Long == "" {
			delete(texts, k)
		}
	}
	if len(texts) > 0 {
		d.Texts = texts
	}
}

// literals are the texts that the predicates say.
func (r *reader) literals(t rdf.Term, predicates ...string) []rdf.Term {
	return slices.DeleteFunc(r.g.Objects(t, predicates...), func(o rdf.Term) bool { return o.Kind != rdf.Literal })
}

// places reads where the software is: its code, its page, its packages.
func (r *reader) places(t rdf.Term, d *models.Description) {
	d.URL = r.address(t, schema+"codeRepository", schemaS+"codeRepository")
	for _, repo := range r.g.Objects(t, doap+"repository", admssw+"repository") {
		d.URL = first(d.URL, r.address(repo, doap+"location", doap+"browse", dcatNS+"accessURL"))
	}
	for _, dist := range r.g.Objects(t, dcatNS+"distribution", admssw+"package", doap+"release") {
		download := r.address(dist, dcatNS+"downloadURL", doap+"file-release")
		if access := r.address(dist, schema+"codeRepository", dcatNS+"accessURL"); access != download || looksLikeCode(access) {
			d.URL = first(d.URL, access)
		}
		d.DownloadURL = first(d.DownloadURL, download)
		d.SoftwareVersion = first(d.SoftwareVersion, r.one(dist, dcatNS+"version", owl+"versionInfo", doap+"revision"))
	}
	d.LandingURL = r.address(t, dcatNS+"landingPage", foaf+"homepage", doap+"homepage", schema+"url", schemaS+"url", foaf+"page")
	d.DownloadURL = first(d.DownloadURL, r.address(t, doap+"download-page", schema+"downloadUrl", dcatNS+"downloadURL"))
	d.Logo = r.address(t, foaf+"logo", schema+"logo", schemaS+"logo", foaf+"depiction", schema+"image")
	d.Feedback = r.address(t, doap+"bug-database", codem+"issueTracker")
	if d.URL == "" && looksLikeCode(d.LandingURL) {
		d.URL = d.LandingURL
	}
	if t.Kind == rdf.IRI {
		d.Identifiers = append(d.Identifiers, t.Value)
		if d.URL == "" && looksLikeCode(t.Value) {
			d.URL = t.Value
		}
	}
}

// looksLikeCode reports whether an address is on a host that is known to keep code, or names a git repository.
func looksLikeCode(address string) bool {
	return address != "" && (models.HostOf(address) != models.PlainGit || strings.HasSuffix(address, ".git"))
}

// license is the licence that a thing names; https://spdx.org/licenses/MIT.html is MIT.
func (r *reader) license(t rdf.Term) string {
	for _, o := range r.g.Objects(t, dct+"license", schema+"license", schemaS+"license", doap+"license") {
		s := strings.TrimSpace(o.Value)
		if o.Kind != rdf.IRI {
			s = r.label(o)
		}
		if s == "" {
			continue
		}
		if u, err := url.Parse(s); err == nil && strings.HasSuffix(u.Host, "spdx.org") {
			if id, ok := strings.CutPrefix(u.Path, "/licenses/"); ok && id != "" {
				return strings.TrimSuffix(strings.TrimSuffix(id, ".html"), ".json")
			}
		}
		if code, ok := strings.CutPrefix(s, "http://publications.europa.eu/resource/authority/licence/"); ok {
			return first(europeanLicense(code), s)
		}
		return s
	}
	return ""
}

var europeanCode = regexp.MustCompile(`^(EUPL|AGPL|LGPL|GPL|APACHE|MPL|EPL|CC_BY(?:NC)?(?:SA|ND)?)_(\d)_(\d)$`)

// europeanLicense is the SPDX identifier behind a code of the table of licences of EU Vocabularies; "" for one that SPDX does not have.
func europeanLicense(code string) string {
	switch code {
	case "CC0":
		return "CC0-1.0"
	case "MIT":
		return code
	}
	m := europeanCode.FindStringSubmatch(code)
	if m == nil {
		return ""
	}
	name := strings.NewReplacer("APACHE", "Apache", "CC_BY", "CC-BY", "NC", "-NC", "SA", "-SA", "ND", "-ND").Replace(m[1])
	return name + "-" + m[2] + "." + m[3]
}

var stages = map[string]string{"completed": "stable", "deprecated": "obsolete", "withdrawn": "obsolete", "underdevelopment": "development", "under_development": "development"}

func (r *reader) facts(t rdf.Term, d *models.Description) {
	licenses := []string{}
	for _, thing := range append([]rdf.Term{t}, r.g.Objects(t, dcatNS+"distribution", admssw+"package", doap+"release")...) {
		if l := r.license(thing); l != "" && !has(licenses, l) {
			licenses = append(licenses, l)
		}
	}
	if len(licenses) == 1 {
		d.License = licenses[0]
	} else if len(licenses) > 1 {
		d.Licenses = licenses
	}
	d.SoftwareVersion = first(r.one(t, dcatNS+"version", owl+"versionInfo", schema+"softwareVersion", schemaS+"softwareVersion"), d.SoftwareVersion)
	d.Tags = r.labels(t, dcatNS+"keyword", schema+"keywords", dc+"subject")
	d.Categories = r.labels(t, dcatNS+"theme", doap+"category", schema+"applicationCategory", dct+"subject")
	d.Platforms = r.labels(t, doap+"os", schema+"operatingSystem", schema+"runtimePlatform")
	d.ProgrammingLanguages = r.labels(t, doap+"programming-language", schema+"programmingLanguage", schemaS+"programmingLanguage", admssw+"programmingLanguage")
	d.Supports = r.labels(t, dct+"conformsTo")
	d.BasedOn = slices.DeleteFunc(r.labels(t, prov+"wasDerivedFrom", dct+"relation", dct+"isVersionOf", schema+"isBasedOn"), func(s string) bool {
		return strings.HasPrefix(s, "http://data.europa.eu/dr8/") // a building block, which ADMS-AP wants of every solution
	})
	if len(d.BasedOn) == 0 {
		d.BasedOn = nil
	}
	for _, name := range r.labels(t, adms+"includedAsset", schema+"softwareRequirements") {
		d.Open = append(d.Open, models.Dependency{Name: name})
	}
	for _, id := range r.labels(t, dct+"identifier", adms+"identifier", schema+"identifier") {
		if !has(d.Identifiers, id) {
			d.Identifiers = append(d.Identifiers, id)
		}
	}
	if status := r.one(t, adms+"status", schema+"creativeWorkStatus"); status != "" {
		word := status[strings.LastIndexAny(status, "/#")+1:]
		d.Status = first(stages[strings.ToLower(word)], word)
	}
	for _, s := range r.labels(t, dct+"language", schema+"inLanguage") {
		code := s[strings.LastIndexAny(s, "/#")+1:]
		if base, err := language.ParseBase(strings.ToLower(code)); err == nil {
			code = base.String()
		}
		d.Languages = append(d.Languages, code)
	}
	for _, s := range r.labels(t, dct+"spatial") {
		code := s[strings.LastIndexAny(s, "/#")+1:]
		if region, err := language.ParseRegion(code); err == nil && region.IsCountry() && (strings.Contains(s, "country") || len(s) <= 3) {
			d.Countries = append(d.Countries, region.String())
		}
	}
	rights := strings.ToLower(strings.Join(r.labels(t, dct+"accessRights", pod+"accessLevel"), " "))
	if rights != "" {
		closed := strings.Contains(rights, "non_public") || strings.Contains(rights, "non-public") || strings.Contains(rights, "restricted")
		if closed || strings.Contains(rights, "public") {
			d.Private = &closed
		}
	}
}

func has(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

func (r *reader) dates(t rdf.Term, d *models.Description) {
	for _, f := range []struct {
		to         **models.Date
		predicates []string
	}{
		{&d.ReleasedOn, []string{dct + "issued", schema + "datePublished", schemaS + "datePublished"}},
		{&d.ModifiedOn, []string{dct + "modified", schema + "dateModified", schemaS + "dateModified"}},
		{&d.CreatedOn, []string{dct + "created", doap + "created", schema + "dateCreated"}},
	} {
		stated := r.one(t, f.predicates...)
		if stated == "" {
			continue
		}
		if *f.to, _ = jsontree.Day(stated); *f.to == nil {
			r.remark("bad-date", models.Failure, t.Value, t, "%q is not a date; write it as 2026-11-22.", stated)
		}
	}
	if record, ok := r.records[t]; ok {
		d.MetadataOn, _ = jsontree.Day(r.one(record, dct+"modified", dct+"issued"))
	}
}
