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

// languageTag is the grammar of RFC 5646 (BCP 47), section 2.1, without the irregular tags.
var languageTag = regexp.MustCompile(`^(?:(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}|[A-Za-z]{4}|[A-Za-z]{5,8})(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?` +
	`(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*(?:-[0-9A-WY-Za-wy-z](?:-[A-Za-z0-9]{2,8})+)*(?:-[xX](?:-[A-Za-z0-9]{1,8})+)?|[xX](?:-[A-Za-z0-9]{1,8})+)$`)

// irregularTags were registered before the grammar and stay valid: RFC 5646, section 2.2.8, with what the registry prefers to them.
var irregularTags = map[string]string{
	"en-gb-oed": "en-GB-oxendict", "i-ami": "ami", "i-bnn": "bnn", "i-default": "", "i-enochian": "", "i-hak": "hak", "i-klingon": "tlh", "i-lux": "lb", "i-mingo": "",
	"i-navajo": "nv", "i-pwn": "pwn", "i-tao": "tao", "i-tay": "tay", "i-tsu": "tsu", "sgn-be-fr": "sfb", "sgn-be-nl": "vgt", "sgn-ch-de": "sgg",
}

// language holds a tag against BCP 47.
func (r *reader) language(at place, s string) bool {
	if better, irregular := irregularTags[strings.ToLower(s)]; irregular {
		if better != "" {
			r.warn("old-language", at, fmt.Sprintf("The language tag “%s” is out of use. Write “%s”.", s, better))
		}
		return true
	}
	_, err := language.Parse(s)
	if s == "" || !languageTag.MatchString(s) || err != nil || repeats(s) {
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
	}
	// RFC 5646, 2.2.1: a language that has a tag of two letters has none of three.
	if first, rest, _ := strings.Cut(s, "-"); len(first) == 3 {
		if base, err := language.ParseBase(first); err == nil && len(base.String()) == 2 {
			better := strings.TrimSuffix(base.String()+"-"+rest, "-")
			r.fail("not-a-language", at, fmt.Sprintf("“%s” is not a language tag (BCP 47): write “%s”.", s, better))
		}
	}
	return true
}

// repeats reports whether a tag has an extension twice: RFC 5646, section 2.2.6.
func repeats(tag string) bool {
	seen := map[string]bool{}
	for i, part := range strings.Split(strings.ToLower(tag), "-") {
		switch {
		case part == "x":
			return false
		case len(part) == 1 && i > 0 && seen[part]:
			return true
		}
		seen[part] = true
	}
	return false
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
