package web

import (
	"fmt"
	"net/url"
	"strings"
)

// The addresses of things. A handler or template that links to a thing asks here.

func releasePath(id int64) string    { return fmt.Sprintf("/releases/%d", id) }
func deploymentPath(id int64) string { return fmt.Sprintf("/deployments/%d", id) }
func agencyPath(id int64) string     { return fmt.Sprintf("/agencies/%d", id) }
func sbomPath(id int64) string       { return fmt.Sprintf("/sboms/%d", id) }
func deliveryPath(id int64) string   { return fmt.Sprintf("/deliveries/%d", id) }

// componentPath is the page of a component; "" while there is none.
func (s *site) componentPath(id int32) string {
	if !s.has("/components/:id") {
		return ""
	}
	return fmt.Sprintf("/components/%d", id)
}

// sbomLink is the page of a document; "" while there is none.
func (s *site) sbomLink(id int64) string {
	if !s.has("/sboms/:id") {
		return ""
	}
	return sbomPath(id)
}

// webAddress is an address that a browser can open, "" for one it cannot, such as git@host:path.
func webAddress(given string) string {
	u, err := url.Parse(given)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") {
		return ""
	}
	return given
}

// spaced writes a kebab-case word for people: case-management is "case management", it-security "IT security",
// e-signature stays "e-signature".
func spaced(kebab string) string {
	words := strings.Split(kebab, "-")
	for i, w := range words {
		switch {
		case w == "e" && i+1 < len(words):
			words[i] = "e-"
		case w == "it" && i == 0 && len(words) > 1:
			words[i] = "IT "
		default:
			words[i] = orElse(acronyms[w], w) + " "
		}
	}
	return strings.TrimSuffix(strings.Join(words, ""), " ")
}

// acronyms are the words of publiccode.yml's vocabularies (categories of software) that are written in capitals.
var acronyms = map[string]string{"cad": "CAD", "crm": "CRM", "erp": "ERP", "gis": "GIS", "hr": "HR", "ide": "IDE", "seo": "SEO", "voip": "VoIP"}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
