package publiccode

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
)

// urn is the grammar of a URN: RFC 2141, section 2, and the components that RFC 8141 added. Both forbid “urn” as the name of a namespace.
var urn = regexp.MustCompile(`^(?i:urn):[A-Za-z0-9][A-Za-z0-9-]{0,31}:[A-Za-z0-9()+,\-.:=@;$_!*'%/?#&~\[\]]+$`)

const italianURN = "urn:x-italian-pa:"

func isURI(s string) bool {
	u, err := url.ParseRequestURI(s)
	switch {
	case err != nil || strings.ContainsAny(s, " \t\r\n"):
		return false
	case strings.EqualFold(u.Scheme, "urn"):
		_, itself := cutFold(s, "urn:urn:")
		return urn.MatchString(s) && !itself
	default:
		return u.Scheme != "" && u.Host != ""
	}
}

// organisationURI is a URL or URN; Italian public bodies are named by their code in the national index.
func (r *reader) organisationURI(into *string) func(place) {
	return func(at place) {
		s, ok := r.scalar(at, orgURI)
		if !ok {
			return
		}
		code, italian := cutFold(s, italianURN)
		switch {
		case italian && !knownIPA(code):
			r.fail("unknown-ipa-code", at, fmt.Sprintf("“%s” is not a code of the Italian index of public bodies (IPA). Write %sc_h501 for one whose code is c_h501.", shown(code), italianURN))
		case !isURI(s):
			r.fail("not-a-uri", at, fmt.Sprintf("“%s” is not a URI. Give %s.", shown(s), orgURI))
			r.keep(at)
			return
		}
		*into = s
	}
}

func cutFold(s, prefix string) (string, bool) {
	if len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) {
		return s[len(prefix):], true
	}
	return s, false
}

func (r *reader) supportID(at place, s string) bool {
	alias, short := strings.CutPrefix(s, "alias:")
	switch {
	case short && models.SupportAliases[alias] == "":
		r.fail("unknown-alias-name", at, fmt.Sprintf("There is no alias “%s”. Known are %s; for anything else write its URI.", shown(s), joined(slices.Sorted(maps.Keys(models.SupportAliases)))))
		return false
	case !short && models.SupportAliases[strings.ToLower(s)] != "":
		r.fail("not-a-uri", at, fmt.Sprintf("“%s” is not a URI. Write “alias:%s”.", s, strings.ToLower(s)))
		return false
	case !short && !isURI(s):
		r.fail("not-a-uri", at, fmt.Sprintf("“%s” is neither an alias nor a URI. Write “alias:gdpr” or an address such as https://eur-lex.europa.eu/eli/reg/2016/679/oj.", shown(s)))
		return false
	}
	return true
}

// license takes the expression as stated, whatever is wrong with it.
func (r *reader) license(at place) {
	s, ok := r.scalar(at, aSPDX)
	if !ok {
		return
	}
	r.d.License = strings.TrimSpace(s)
	expression, err := licenses.Parse(s)
	reading := licenses.Read(s)
	var unlisted []string
	if err == nil {
		for _, id := range expression.Unlisted() {
			if !strings.Contains(id, "LicenseRef-") && !strings.Contains(id, "AdditionRef-") {
				unlisted = append(unlisted, id)
			}
		}
	}
	if err != nil || len(unlisted) > 0 {
		message := fmt.Sprintf("“%s” is not %s.", shown(s), aSPDX)
		switch {
		case reading.Kind == licenses.ReadExpression && reading.Guessed && len(reading.Unknown) == 0:
			message += fmt.Sprintf(" Perhaps “%s” is meant.", reading.Canonical)
		case len(unlisted) > 0:
			message += fmt.Sprintf(" The SPDX list has no “%s”.", shown(strings.Join(unlisted, "”, “")))
		default:
			message += " Look the identifier up at https://spdx.org/licenses, and join several with AND or OR."
		}
		r.fail("not-a-license", at, message)
		return
	}
	for _, note := range reading.Notes {
		if note.Code == licenses.NoteLowerOperator { // right since SPDX 3.0
			r.fail("not-a-license", at, fmt.Sprintf("SPDX 2 writes AND, OR and WITH in capitals, and the validator of the catalogues knows nothing else. Write “%s”.", reading.Canonical))
			continue
		}
		r.add("license-spelling", models.Warning, at.key, at.value.line, at.value.column, note.Sentence)
	}
}
