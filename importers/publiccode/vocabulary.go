package publiccode

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"
)

//go:embed data/countries.txt
var countriesText string

//go:embed data/ipa-codes.txt
var ipaText string

var countries = sync.OnceValue(func() []string { return strings.Fields(countriesText) })

func (r *reader) oneOf(noun string, allowed []string) func(place, string) (string, bool) {
	return func(at place, s string) (string, bool) {
		if slices.Contains(allowed, s) {
			return s, true
		}
		message := fmt.Sprintf("“%s” is no %s of publiccode.yml.", shown(s), noun)
		if near := nearest(s, allowed); near != "" {
			message += fmt.Sprintf(" Perhaps “%s” is meant.", near)
		} else {
			message += " Choose from the list of the standard, or leave it out."
		}
		r.fail("unknown-word", at, message)
		return "", false
	}
}

// country is a code of ISO 3166-1 alpha-2, in capitals since version 0.5.
func (r *reader) country(at place, s string) (string, bool) {
	upper := strings.ToUpper(s)
	switch {
	case !slices.Contains(countries(), upper), s != upper && s != strings.ToLower(s):
		message := fmt.Sprintf("“%s” is not the two-letter code of a country (ISO 3166-1).", shown(s))
		if better := map[string]string{"UK": "GB", "EL": "GR"}[upper]; better != "" {
			message += fmt.Sprintf(" Write “%s”.", better)
		} else if slices.Contains(countries(), upper) {
			message += fmt.Sprintf(" Write “%s”.", upper)
		} else if upper == "EU" {
			message += " List the countries of the Union, or leave it out."
		}
		r.fail("not-a-country", at, message)
		return "", false
	case s != upper:
		r.deprecated(rule{deprecated: 5, instead: fmt.Sprintf("Country codes are written in capitals: “%s”.", upper)}, at)
	}
	return upper, true
}

// languageTag is the grammar of RFC 5646 (BCP 47), section 2.1, without the irregular tags of old.
var languageTag = regexp.MustCompile(`^(?:(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}|[A-Za-z]{4}|[A-Za-z]{5,8})(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?` +
	`(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*(?:-[0-9A-WY-Za-wy-z](?:-[A-Za-z0-9]{2,8})+)*(?:-[xX](?:-[A-Za-z0-9]{1,8})+)?|[xX](?:-[A-Za-z0-9]{1,8})+)$`)

// language holds a tag against BCP 47.
func (r *reader) language(at place, s string) bool {
	tag, err := language.Parse(s)
	switch {
	case s == "" || !languageTag.MatchString(s) || err != nil:
		message := fmt.Sprintf("“%s” is not a language tag (BCP 47), such as en, it or pt-BR.", shown(s))
		if dashed := strings.ReplaceAll(strings.TrimSpace(s), "_", "-"); dashed != s && languageTag.MatchString(dashed) {
			if _, err := language.Parse(dashed); err == nil {
				message += fmt.Sprintf(" Write “%s”.", dashed)
			}
		} else if code := languageNames[strings.ToLower(strings.TrimSpace(s))]; code != "" {
			message += fmt.Sprintf(" Write “%s”.", code)
		}
		r.fail("not-a-language", at, message)
		return false
	case len(s) == 3:
		if base, _ := tag.Base(); len(base.String()) == 2 {
			r.warn("long-language", at, fmt.Sprintf("BCP 47 has a shorter tag for this language: write “%s” instead of “%s”.", base, s))
		}
	}
	return true
}

// languageNames are what people write in place of a tag.
var languageNames = map[string]string{
	"english": "en", "inglese": "en", "italian": "it", "italiano": "it", "french": "fr", "français": "fr", "francese": "fr",
	"german": "de", "deutsch": "de", "tedesco": "de", "spanish": "es", "español": "es", "dutch": "nl", "nederlands": "nl", "portuguese": "pt",
}

// knownIPA reports whether a code is in the Italian index of public bodies; capitals do not matter.
func knownIPA(code string) bool {
	return code != "" && !strings.ContainsAny(code, "\r\n") && strings.Contains("\n"+ipaText, "\n"+strings.ToLower(code)+"\n")
}

// mediaType is type "/" subtype with the restricted names of RFC 6838, section 4.2.
var mediaType = regexp.MustCompile(`^ *[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126} *$`)

// mediaTypes checks and keeps aside what the standard has given up.
func (r *reader) mediaTypes(at place) {
	var ignored []string
	r.texts(&ignored, func(p place, s string) (string, bool) {
		if !mediaType.MatchString(s) {
			r.fail("not-a-media-type", p, fmt.Sprintf("“%s” is not a media type, such as text/plain.", shown(s)))
		}
		return s, true
	})(at)
	r.keep(at)
}
