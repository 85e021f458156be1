package publiccode

import (
	"strings"
	"unicode"
)

// home is where a key belongs that often stands in the wrong section.
var home = map[string]string{
	"license": "legal.license", "mainCopyrightOwner": "legal.mainCopyrightOwner", "repoOwner": "legal.repoOwner", "authorsFile": "legal.authorsFile",
	"contacts": "maintenance.contacts", "contractors": "maintenance.contractors",
	"localisationReady": "localisation.localisationReady", "availableLanguages": "localisation.availableLanguages",
	"scope": "intendedAudience.scope", "countries": "intendedAudience.countries", "unsupportedCountries": "intendedAudience.unsupportedCountries",
	"shortDescription": "description.en.shortDescription", "longDescription": "description.en.longDescription", "features": "description.en.features",
	"screenshots": "description.en.screenshots", "videos": "description.en.videos", "awards": "description.en.awards", "genericName": "description.en.genericName",
	"localisedName": "description.en.localisedName", "documentation": "description.en.documentation", "apiDocumentation": "description.en.apiDocumentation",
	"codiceIPA": "IT.riuso.codiceIPA", "conforme": "IT.conforme", "piattaforme": "IT.piattaforme", "riuso": "IT.riuso",
	"categories": "categories", "platforms": "platforms", "releaseDate": "releaseDate", "softwareVersion": "softwareVersion", "logo": "logo", "url": "url",
	"landingURL": "landingURL", "roadmap": "roadmap", "usedBy": "usedBy", "organisation": "organisation", "supports": "supports", "dependsOn": "dependsOn",
	"legal": "legal", "maintenance": "maintenance", "localisation": "localisation", "intendedAudience": "intendedAudience", "developmentStatus": "developmentStatus", "softwareType": "softwareType",
}

// renamed are keys of drafts and of version 0.1, and keys of other formats, with what took their place.
var renamed = map[string]string{
	"publiccode-yaml-version": "It is “publiccodeYmlVersion” since version 0.2.",
	"version":                 "The version of the software is “softwareVersion”, that of the file “publiccodeYmlVersion”.",
	"tags":                    "It is “categories” since version 0.2, with words from a list.",
	"freeTags":                "It was removed in version 0.2; leave it out.",
	"onlyFor":                 "It is “intendedAudience.scope” since version 0.2, with words from a list.",
	"upstream-url":            "Where this is a variant of other software, it is “isBasedOn”.",
	"dependencies":            "It is “dependsOn”.",
	"featureList":             "It is “features”.",
	"organization":            "It is “organisation”, with an s.",
	"localization":            "It is “localisation”, with an s.",
	"accessibile":             "It is “lineeGuidaDesign” since version 0.2.",
	"interoperabile":          "It is “modelloInteroperabilita” since version 0.2.",
	"sicuro":                  "It is “misureMinimeSicurezza” since version 0.2.",
	"privacy":                 "It is “gdpr” since version 0.2.",
	"ecosistemi":              "It was removed in version 0.2; “intendedAudience.scope” says the same.",
	"designKit":               "It was removed in version 0.2; leave it out.",
}

// fromOldKey reads what an old key says into the place that its successor has, when their values mean the same.
func (r *reader) fromOldKey(at place) {
	quiet := &reader{d: r.d, minor: r.minor, rolling: r.rolling}
	switch at.key {
	case "publiccode-yaml-version":
		if at.value.kind == text || at.value.kind == number {
			r.d.FormatVersion = at.value.text
		}
	case "tags", "freeTags":
		quiet.texts(&r.d.Tags, quiet.anyText)(at)
	case "upstream-url":
		quiet.basedOn(at)
	}
}

// sameLetters finds the rule whose key differs from a stated one in capitals, dashes and underscores only.
func sameLetters(key string, rules []rule) (rule, bool) {
	bare := letters(key)
	for _, k := range rules {
		if letters(k.key) == bare && k.key != "it" && k.key != "IT" {
			return k, true
		}
	}
	return rule{}, false
}

func letters(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return unicode.ToLower(c)
		}
		return -1
	}, s)
}

// nearest is the known word that takes fewest changes to write, "" when none is near.
func nearest(s string, known []string) string {
	if len(s) > 60 {
		return ""
	}
	best, least := "", 1+len([]rune(s))/3
	bare := letters(s)
	for _, k := range known {
		if letters(k) == bare && bare != "" {
			return k
		}
		if d := distance(strings.ToLower(s), strings.ToLower(k)); d < least {
			best, least = k, d
		}
	}
	return best
}

// distance counts the characters to insert, remove, replace or swap with their neighbour (optimal string alignment).
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, last := make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		now := make([]int, len(y)+1)
		now[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			now[j] = min(last[j]+1, now[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
		}
		before, last = last, now
	}
	return last[len(y)]
}

// characters counts what people see as one character: a letter with its marks, a flag, an emoji joined of several (after Unicode Standard Annex 29, without the
// rules for the syllables of Indic scripts).
func characters(s string) int {
	n := 0
	var last rune
	flags := 0 // regional indicators in a row
	for _, c := range s {
		joined := unicode.In(c, unicode.Mn, unicode.Me, unicode.Mc) || c == 0x200d || c == 0x200c || c >= 0x1f3fb && c <= 0x1f3ff || c >= 0xe0020 && c <= 0xe007f || last == 0x200d && c > 0x2000 || last == '\r' && c == '\n' ||
			hangulFollows(last, c)
		regional := c >= 0x1f1e6 && c <= 0x1f1ff
		if regional {
			flags++
			joined = flags%2 == 0
		} else {
			flags = 0
		}
		if !joined || n == 0 {
			n++
		}
		last = c
	}
	return n
}

// hangulFollows reports whether two letters of Hangul make one syllable.
func hangulFollows(a, b rune) bool {
	leading := a >= 0x1100 && a <= 0x115f
	vowel := a >= 0x1160 && a <= 0x11a7 || a >= 0xac00 && a <= 0xd7a3 && (a-0xac00)%28 == 0
	trailing := a >= 0x11a8 && a <= 0x11ff || a >= 0xac00 && a <= 0xd7a3
	switch {
	case b >= 0x1100 && b <= 0x115f, b >= 0xac00 && b <= 0xd7a3:
		return leading
	case b >= 0x1160 && b <= 0x11a7:
		return leading || vowel
	case b >= 0x11a8 && b <= 0x11ff:
		return vowel || trailing
	}
	return false
}
