package spdx

import (
	"io"
	"regexp"
	"strings"
	"time"

	"github.com/spdx/tools-golang/spdx/v2/common"
	"github.com/spdx/tools-golang/spdx/v2/v2_3"

	"github.com/ospo-register/ospo/exporters/sbom"
	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
)

// MediaType is what the written document is to be served as.
const MediaType = "application/spdx+json"

// Tool is how the writer names itself among the creators.
const Tool = "ospo-register"

// epoch stands where nobody knows when a document was made: SPDX 2.3, 6.9, wants a date.
var epoch = time.Unix(0, 0)

// Write writes the document as SPDX 2.3 JSON. The errors are those of w. Packages, edges, roots and licences are those
// of doc; a licence stands in canonical form, with the stated text in licenseComments where that differs, and what could
// not be read is a LicenseRef with the stated text as extracted text. doc.Namespace should be new for every version of
// the output; where it is no URI, one is made from what tells the document from others.
func Write(w io.Writer, doc *models.WholeSBOM) error {
	return WriteLong(w, Whole(doc))
}

// Whole is a document that is held, as WriteLong takes it.
func Whole(doc *models.WholeSBOM) *sbom.Document { return sbom.Whole(doc, fit, "DOCUMENT") }

// WriteLong writes a document that need not be held, as Write does. Of each package it keeps one bit, and only where the
// document speaks of completeness. The errors are those of w and of doc.
func WriteLong(w io.Writer, doc *sbom.Document) error {
	s := &writer{doc: doc, licenses: sbom.NewLicenses(doc.Extracted)}
	o := sbom.NewObject(w, s.head())
	o.List("packages", func(add func(any) error) error {
		at := int32(-1)
		return doc.Each(func(p *models.SBOMPackage) error {
			at++
			return add(s.pack(p, at))
		})
	})
	o.List("relationships", s.relate)
	o.List("hasExtractedLicensingInfos", sbom.Fill(s.licenses.Extracts(), func(x models.Extract) any { return other(x) }))
	return o.Close()
}

type writer struct {
	doc      *sbom.Document
	licenses *sbom.Licenses
}

var idstring = regexp.MustCompile(`^[A-Za-z0-9.-]{1,200}$`)

// fit reports whether a package's id may stand as it is: SPDX 2.3, 7.2.
func fit(ref string) bool { return idstring.MatchString(ref) && !strings.HasPrefix(ref, "SPDXRef-") }

func (s *writer) head() *v2_3.Document {
	d := s.doc
	name := sbom.Line(d.Name)
	if name == "" {
		name = "unnamed"
	}
	return &v2_3.Document{
		SPDXVersion: v2_3.Version, DataLicense: v2_3.DataLicense, SPDXIdentifier: "DOCUMENT",
		DocumentName: name, DocumentNamespace: s.namespace(), DocumentComment: sbom.Valid(d.Comment), CreationInfo: s.creation(),
	}
}

// namespace is the document's URI: absolute and without a fragment, SPDX 2.3, 6.5.
func (s *writer) namespace() string {
	if n := s.doc.Namespace; sbom.IsURL(n) && !strings.Contains(n, "#") {
		return n
	}
	return sbom.Serial(&s.doc.SBOMDocument).URN()
}

func (s *writer) creation() *v2_3.CreationInfo {
	at := epoch
	if t := s.doc.IssuedAt; t != nil && t.Year() >= 0 && t.Year() <= 9999 {
		at = *t
	}
	info := &v2_3.CreationInfo{Created: at.UTC().Format("2006-01-02T15:04:05Z"), LicenseListVersion: listVersion()}
	var comments []string
	if c := sbom.Line(s.doc.Context); c != "" {
		comments = append(comments, c) // where CISA 2026 looks for the generation context in SPDX 2.3
	}
	named := false
	for _, c := range s.doc.Creators {
		name := sbom.Line(c.Name)
		switch kind := kinds[c.Kind]; {
		case name == "":
		case kind == "":
			comments = append(comments, "Made by "+name+".")
		default:
			named = named || kind == "Tool" && name == Tool
			info.Creators = append(info.Creators, common.Creator{CreatorType: kind, Creator: party(name, c.Email, kind)})
		}
		if url := sbom.Line(c.URL); url != "" && name != "" {
			comments = append(comments, name+": "+url)
		}
	}
	if !named {
		info.Creators = append(info.Creators, common.Creator{CreatorType: "Tool", Creator: Tool})
	}
	info.CreatorComment = strings.Join(comments, "\n")
	return info
}

var kinds = map[string]string{"tool": "Tool", "organization": "Organization", "person": "Person"}

// listVersion is that of our licence list as SPDX 2.3, 6.7, wants it: two numbers.
func listVersion() string {
	parts := strings.SplitN(licenses.ListVersion().Number, ".", 3)
	return strings.Join(parts[:min(2, len(parts))], ".")
}

// party writes a name with its mail address, as SPDX 2.3, 6.8 and 7.5, want it: others write it in pointed brackets. Brackets
// at the end of a name would be taken for one.
func party(name, email, kind string) string {
	if before, inside, ok := strings.Cut(strings.TrimSuffix(name, ">"), " <"); ok && email == "" && sbom.IsMail(inside) && strings.TrimSpace(before) != "" {
		name, email = strings.TrimSpace(before), inside
	}
	switch {
	case kind == "Tool":
		return name
	case sbom.IsMail(email):
		return name + " (" + email + ")"
	case strings.HasSuffix(name, ")") || strings.HasSuffix(name, ">"):
		return name + " ()"
	}
	return name
}

func other(x models.Extract) *v2_3.OtherLicense {
	return &v2_3.OtherLicense{LicenseIdentifier: x.Ref, ExtractedText: sbom.Valid(x.Text), LicenseName: sbom.Line(x.Name)}
}
