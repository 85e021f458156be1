package spdx

import (
	"strings"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// agent reads "Organization: ACME (info@acme.test)". What is in the brackets is given apart, a mail address or a URL; rule is "" or the finding deserved.
func agent(text string) (kind, name, address, rule string) {
	text = strings.TrimSpace(text)
	kind, rest, found := strings.Cut(text, ":")
	kind = strings.ToLower(strings.TrimSpace(kind))
	if !found || (kind != "organization" && kind != "person" && kind != "tool") {
		kind, rest, rule = "", text, "form"
	}
	name = strings.TrimSpace(rest)
	if kind == "tool" {
		return kind, name, "", rule
	}
	for _, brackets := range []string{"()", "<>"} {
		open := strings.LastIndexByte(name, brackets[0])
		if open < 0 || name[len(name)-1] != brackets[1] {
			continue
		}
		if inside := strings.TrimSpace(name[open+1 : len(name)-1]); inside == "" || strings.Contains(inside, "@") || strings.Contains(inside, "://") || brackets == "()" && rule == "" {
			name, address = strings.TrimSpace(name[:open]), inside
		}
	}
	return kind, name, address, rule
}

// addressOf sorts what stands in the brackets behind a name: a mail address, or a URL.
func addressOf(text string) (email, url string) {
	if strings.Contains(text, "://") {
		return "", text
	}
	return text, ""
}

// party reads a supplier or originator of p; unknown is what it is to be marked with where the document says NOASSERTION.
func (b *builder) party(text string, place sbom.Place, field string, unknown models.Unknown, p *models.SBOMPackage) party {
	if text == "" {
		return party{}
	}
	if text == "NOASSERTION" {
		p.Unknowns |= unknown
		return party{}
	}
	if known, ok := b.parties[text]; ok {
		return known
	}
	kind, name, contact, rule := agent(text)
	switch {
	case strings.EqualFold(text, "NONE"), strings.EqualFold(text, "NOASSERTION"):
		b.Notes.Add("bad-supplier", place.Of(field), "The %s is %s, which SPDX does not have here; it was read as unknown.", field, sbom.Quote(text))
		p.Unknowns |= unknown
		return party{}
	case name == "":
		b.Notes.Add("bad-supplier", place.Of(field), "The %s %s has no name; it was read as unknown.", field, sbom.Quote(text))
		return party{}
	case rule != "" || kind == "tool":
		b.Notes.Add("bad-supplier", place.Of(field), "The %s %s does not begin with Organization: or Person:; %s was taken as its name.", field, sbom.Quote(text), sbom.Quote(name))
	}
	if strings.EqualFold(name, "NOASSERTION") {
		p.Unknowns |= unknown
		return party{}
	}
	known := party{name, contact}
	if rule == "" && kind != "tool" && len(b.parties) < 4096 {
		b.parties[text] = known
	}
	return known
}

// creator reads one line of creationInfo.creators.
func (b *builder) creator(text, pointer string) {
	if strings.TrimSpace(text) == "" {
		b.Notes.Add("empty-value", pointer, "A creator is empty; it was passed over.")
		return
	}
	kind, name, address, rule := agent(text)
	if rule != "" {
		b.Notes.Add("creator-without-type", pointer, "The creator %s does not begin with Tool:, Organization: or Person:; it was kept as it stands.", sbom.Quote(text))
	}
	if name == "" {
		b.Notes.Add("empty-value", pointer, "The creator %s has no name; it was passed over.", sbom.Quote(text))
		return
	}
	email, url := addressOf(address)
	b.Doc.Creators = append(b.Doc.Creators, models.Creator{Kind: kind, Name: name, Email: email, URL: url})
}

// purposes are those of SPDX 2.3, 7.24.
var purposes = map[string]string{
	"APPLICATION": "APPLICATION", "FRAMEWORK": "FRAMEWORK", "LIBRARY": "LIBRARY", "CONTAINER": "CONTAINER", "OPERATING-SYSTEM": "OPERATING-SYSTEM",
	"OPERATING_SYSTEM": "OPERATING-SYSTEM", "OPERATINGSYSTEM": "OPERATING-SYSTEM", "DEVICE": "DEVICE", "FIRMWARE": "FIRMWARE", "SOURCE": "SOURCE",
	"ARCHIVE": "ARCHIVE", "FILE": "FILE", "INSTALL": "INSTALL", "OTHER": "OTHER",
}

func (b *builder) purpose(text string, place sbom.Place) string {
	if text == "" {
		return ""
	}
	if purpose, ok := purposes[text]; ok {
		return purpose
	}
	purpose, ok := purposes[strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(text)), "PURPOSE_")]
	if !ok {
		b.Notes.Add("unknown-purpose", place.Of("primaryPackagePurpose"), "%s is not a purpose that SPDX has; it was left out.", sbom.Quote(text))
	}
	return purpose
}
