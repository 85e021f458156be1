// Package publiccode says a description as a publiccode.yml of version 0.7, ready to be put into a repository.
//
// It invents nothing: what the standard wants and nobody stated stays out, stands in the file as a comment at its place, and is named as a gap.
// It never reads and never judges whether a file is valid. Start with Write.
package publiccode

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ospo-register/ospo/models"
)

// Version is the version of the standard that is written.
const Version = "0.7"

// Limits of texts in characters (publiccode.yml 0.7, description).
const (
	MaxShort = 150
	MinLong  = 150
	MaxLong  = 10_000
)

// Write gives the file and all that it could not say as it was stated, in the order of the file. Keys are in the order of the standard;
// the same description gives the same bytes. The file keeps to the standard when models.NoGaps(losses), unless an address or an
// identifier that was taken over as stated is no longer true.
func Write(d *models.Description) ([]byte, []models.Loss) {
	w := &writer{page: &page{}, d: d}
	w.quoted("publiccodeYmlVersion", Version)
	w.blank()
	w.identity()
	w.blank()
	w.kind()
	w.blank()
	w.audience()
	w.blank()
	w.texts()
	w.blank()
	w.legal()
	w.blank()
	w.maintenance()
	w.blank()
	w.localisation()
	w.blank()
	w.dependencies()
	w.without()
	return []byte(strings.TrimRight(w.out.String(), "\n") + "\n"), w.losses
}

type writer struct {
	*page
	d      *models.Description
	losses []models.Loss
}

func (w *writer) dropped(key, what string) { w.lose(key, models.LossDropped, what) }
func (w *writer) changed(key, what string) { w.lose(key, models.LossChanged, what) }

func (w *writer) lose(key string, kind models.LossKind, what string) {
	w.losses = append(w.losses, models.Loss{Key: key, Kind: kind, What: what})
}

// gap names what the standard wants and nobody stated, in the file as well.
func (w *writer) gap(p *page, key, what string) {
	p.comment("Fill in " + key + ": " + what)
	w.lose(key, models.LossGap, what)
}

func (w *writer) identity() {
	d := w.d
	if d.Name == "" {
		w.gap(w.page, "name", "The name that people know the software by.")
	}
	w.word("name", d.Name)
	w.word("applicationSuite", d.Suite)
	if _, ok := w.address("url", d.URL); !ok {
		w.gap(w.page, "url", "The address of the source code repository.")
	}
	w.address("landingURL", d.LandingURL)
	based := slices.DeleteFunc(slices.Clone(d.BasedOn), func(s string) bool {
		if !webAddress(s) {
			w.dropped("isBasedOn", fmt.Sprintf("%q is not a web address, which the standard asks for; left out.", s))
		}
		return !webAddress(s)
	})
	if len(based) == 1 {
		w.word("isBasedOn", based[0])
	} else {
		w.list("isBasedOn", based)
	}
	w.quoted("softwareVersion", d.SoftwareVersion)
	if d.ReleasedOn != nil {
		w.quoted("releaseDate", d.ReleasedOn.String())
	}
	w.word("logo", d.Logo)
}

// address writes a URL, and reports whether there is one that can be written.
func (w *writer) address(key, value string) (string, bool) {
	if value == "" {
		return "", false
	}
	if !webAddress(value) {
		w.dropped(key, fmt.Sprintf("%q is not a web address, which the standard asks for; left out.", value))
		return "", false
	}
	w.word(key, value)
	return value, true
}

func webAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme != "" && u.Host != "" && !strings.ContainsAny(s, " \t\n<>{}")
}

func (w *writer) kind() {
	d := w.d
	if len(d.Platforms) == 0 {
		w.gap(w.page, "platforms", "One or more of web, windows, mac, linux, ios, android, or words of your own.")
	}
	w.list("platforms", d.Platforms)
	w.list("categories", w.fromList("categories", d.Categories, models.SoftwareCategories))
	w.list("usedBy", d.UsedBy)
	funders := slices.Clone(d.FundedBy)
	funders = slices.DeleteFunc(funders, func(p models.Party) bool {
		switch {
		case p.Name == "":
			w.dropped("fundedBy", fmt.Sprintf("%s has no name, which the standard asks for; left out.", p.URI))
		case p.URI == "":
			w.dropped("fundedBy", fmt.Sprintf("No URI is known for %s, which the catalogues ask for; left out.", p.Name))
		}
		return p.Name == "" || p.URI == ""
	})
	w.items("fundedBy", len(funders), func(p *page, i int) {
		p.word("name", funders[i].Name)
		p.word("uri", funders[i].URI)
	})
	w.address("roadmap", d.Roadmap)
	w.blank()
	w.status()
	w.softwareType()
	supports := slices.DeleteFunc(slices.Clone(d.Supports), func(id string) bool {
		ok := supportable(id)
		if !ok {
			w.dropped("supports", fmt.Sprintf("%q is neither an alias of the standard nor a URI; left out.", id))
		}
		return !ok
	})
	w.items("supports", len(supports), func(p *page, i int) { p.word("id", supports[i]) })
	w.organisation()
}

// fromList keeps what is in a vocabulary.
func (w *writer) fromList(key string, values, vocabulary []string) []string {
	var kept []string
	for _, v := range values {
		if !slices.Contains(vocabulary, v) {
			w.dropped(key, fmt.Sprintf("%q is not in the standard's list; left out.", v))
			continue
		}
		kept = append(kept, v)
	}
	return kept
}

// supportable is the rule of publiccode.yml 0.7, supports/id.
func supportable(id string) bool {
	if alias, ok := strings.CutPrefix(id, "alias:"); ok {
		return models.SupportAliases[alias] != ""
	}
	u, err := url.Parse(id)
	return err == nil && u.Scheme != "" && (u.Host != "" || u.Opaque != "") && !strings.ContainsAny(id, " \t\n")
}

func (w *writer) status() {
	status := w.d.DevelopmentStatus()
	switch {
	case status == "" && w.d.Status != "":
		w.dropped("developmentStatus", fmt.Sprintf("%q is none of the words of the standard.", w.d.Status))
		fallthrough
	case status == "":
		w.gap(w.page, "developmentStatus", "One of "+strings.Join(models.DevelopmentStatuses, ", ")+".")
	case status != w.d.Status:
		w.changed("developmentStatus", fmt.Sprintf("%q is said as %s.", w.d.Status, status))
	}
	w.word("developmentStatus", status)
}

func (w *writer) softwareType() {
	kind := w.d.SoftwareType
	if !slices.Contains(models.SoftwareTypes, kind) {
		if kind != "" {
			w.dropped("softwareType", fmt.Sprintf("%q is none of the words of the standard.", kind))
		}
		w.gap(w.page, "softwareType", "One of "+strings.Join(models.SoftwareTypes, ", ")+".")
		return
	}
	w.word("softwareType", kind)
}

// organisation asks for a URI (publiccode.yml 0.7, organisation/uri); repoOwner of older versions is its name.
func (w *writer) organisation() {
	o := w.d.Organisation
	switch owner := w.d.RepoOwner; {
	case owner == "":
	case o.URI != "" && (o.Name == "" || o.Name == owner):
		o.Name = owner
		w.changed("legal.repoOwner", "Deprecated; said as organisation.name.")
	default:
		w.dropped("legal.repoOwner", "Deprecated in favour of organisation, which wants a URI and one name; "+owner+" is left out.")
	}
	if o.Name != "" && o.URI == "" {
		w.dropped("organisation.name", fmt.Sprintf("The standard wants a URI beside the name, and none is known for %s; left out.", o.Name))
		return
	}
	w.section("organisation", func(p *page) {
		p.word("uri", o.URI)
		p.word("name", o.Name)
	})
}

func (w *writer) audience() {
	d := w.d
	scope := w.fromList("intendedAudience.scope", d.Scope, models.AudienceScopes)
	w.section("intendedAudience", func(p *page) {
		p.list("countries", w.countries("countries", d.Countries))
		p.list("unsupportedCountries", w.countries("unsupportedCountries", d.NotCountries))
		p.list("scope", scope)
	})
}

// countries are upper case since 0.5.
func (w *writer) countries(key string, codes []string) []string {
	var kept []string
	for _, c := range codes {
		up := strings.ToUpper(c)
		if len(up) != 2 || strings.Trim(up, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			w.dropped("intendedAudience."+key, fmt.Sprintf("%q is not a country code of two letters (ISO 3166-1); left out.", c))
			continue
		}
		if up != c {
			w.changed("intendedAudience."+key, fmt.Sprintf("%q is said as %s.", c, up))
		}
		kept = append(kept, up)
	}
	return kept
}

func (w *writer) texts() {
	languages := slices.Sorted(maps.Keys(w.d.Texts))
	if len(languages) == 0 {
		w.gap(w.page, "description", "At least one language with shortDescription, longDescription and features.")
		return
	}
	w.section("description", func(p *page) {
		for _, lang := range languages {
			p.section(lang, func(p *page) { w.text(p, lang, w.d.Texts[lang]) })
		}
	})
}

// text writes what is said in one language. The standard wants the long text and the features in one language at least; validators
// want them in each, so each is a gap.
func (w *writer) text(p *page, lang string, t models.DescriptionText) {
	at := "description." + lang + "."
	p.word("localisedName", t.LocalisedName)
	if t.GenericName != "" {
		w.dropped(at+"genericName", fmt.Sprintf("Deprecated and left out; categories say what %q said.", t.GenericName))
	}
	if t.Short == "" {
		w.gap(p, at+"shortDescription", fmt.Sprintf("One sentence of at most %d characters.", MaxShort))
	}
	p.text("shortDescription", w.cut(at+"shortDescription", t.Short, MaxShort))
	if n := utf8.RuneCountInString(strings.TrimSpace(t.Long)); n < MinLong {
		w.gap(p, at+"longDescription", fmt.Sprintf("%d to %d characters on what the software does for those who use it; there are %d.", MinLong, MaxLong, n))
	}
	p.text("longDescription", w.cut(at+"longDescription", t.Long, MaxLong))
	p.word("documentation", t.Documentation)
	p.word("apiDocumentation", t.APIDocumentation)
	if len(t.Features) == 0 {
		w.gap(p, at+"features", "A list of what the software can do.")
	}
	p.list("features", t.Features)
	p.list("screenshots", t.Screenshots)
	p.list("videos", t.Videos)
	p.list("awards", t.Awards)
}

// cut shortens a text that is longer than the standard lets it be, at the end of a word.
func (w *writer) cut(key, text string, most int) string {
	trimmed := strings.TrimSpace(text)
	if utf8.RuneCountInString(trimmed) <= most {
		return text
	}
	short := string([]rune(trimmed)[:most-1])
	if i := strings.LastIndexAny(short, " \n"); i > len(short)/2 {
		short = short[:i]
	}
	w.changed(key, fmt.Sprintf("Cut to %d characters, which is all that the standard lets it have.", most))
	return strings.TrimSpace(short) + "…"
}
