package spdx

import (
	"slices"
	"strings"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// fill hands over what the graph says.
func (g *rdfGraph) fill(b *builder) error {
	packages, document := g.ofKind("Package"), g.document()
	if len(packages) == 0 && document.id == "" && len(document.props) == 0 {
		return sbom.NotAnSBOM("The file is RDF, but has neither an SpdxDocument nor a package of SPDX 2.")
	}
	g.header(b, document)
	for _, n := range packages {
		if err := b.addPackage(g.draft(b, n), linePlace(n.line)); err != nil {
			return err
		}
	}
	for _, n := range g.ofKind("File") {
		b.Doc.Files++
		b.Mark([]byte(g.elementID(n.id, n)), sbom.IsFile)
	}
	for _, n := range g.ofKind("Snippet") {
		b.Mark([]byte(g.elementID(n.id, n)), sbom.IsSnippet)
	}
	for _, n := range g.ofKind("ExtractedLicensingInfo") {
		x := models.Extract{Ref: g.licenseID(n), Name: n.text("name"), Text: n.text("extractedText")}
		if x.Name == "" {
			x.Name = n.text("licenseName")
		}
		b.AddExtract(x, linePlace(n.line).Of(""))
	}
	for _, p := range document.all("describesPackage") {
		b.Describe([]byte(g.elementID(p.ref, g.target(p))))
	}
	g.originalOnly(b)
	return g.relationships(b)
}

// keptProperties are the properties that are read, by the kind of node.
var keptProperties = map[string][]string{
	"the document": {"specVersion", "name", "comment", "dataLicense", "creationInfo", "relationship", "describesPackage", "hasExtractedLicensingInfo", "referencesFile", "type"},
	"a package": {"name", "versionInfo", "packageFileName", "supplier", "originator", "downloadLocation", "checksum", "homepage", "licenseConcluded", "licenseDeclared", "copyrightText",
		"summary", "description", "externalRef", "primaryPackagePurpose", "sourceInfo", "hasFile", "relationship", "type"},
	"a licence text":        {"licenseId", "name", "licenseName", "extractedText", "type"},
	"a relationship":        {"relationshipType", "relatedSpdxElement", "type"},
	"an external reference": {"referenceCategory", "referenceType", "referenceLocator", "type"},
	aFile:                   {"relationship", "type"},
}

var nodeKinds = map[string]string{
	"SpdxDocument": "the document", "Package": "a package", "ExtractedLicensingInfo": "a licence text", "Relationship": "a relationship", "ExternalRef": "an external reference",
	"File": aFile, "Snippet": aFile,
}

// originalOnly notes the properties that are not read; RDF knows no unknown ones.
func (g *rdfGraph) originalOnly(b *builder) {
	for _, n := range g.nodes {
		what := nodeKinds[n.kind]
		if what == "" {
			continue
		}
		for _, p := range n.props {
			if !slices.Contains(keptProperties[what], p.name) {
				b.Notes.OriginalOnly(what, sbom.Cut(p.name, 60), 1)
			}
		}
	}
}

func (g *rdfGraph) header(b *builder, n *rdfNode) {
	d := b.Doc
	d.SpecVersion, d.Name, d.Comment, d.DataLicense = n.text("specVersion"), n.text("name"), n.text("comment"), g.licensed(b, n, "dataLicense")
	d.Namespace = g.namespace
	b.Mark([]byte(lastPart(n.id)), sbom.IsDocument)
	for _, p := range n.all("creationInfo") {
		info := g.target(p)
		if info == nil {
			continue
		}
		b.sawInfo = true
		d.ListVersion, b.infoComment = info.text("licenseListVersion"), info.text("comment")
		at := linePlace(info.line).Of("")
		if created := info.text("created"); created != "" {
			b.Created(created, at)
		}
		for _, c := range info.all("creator") {
			b.creator(c.text(), at)
		}
	}
}

func (g *rdfGraph) draft(b *builder, n *rdfNode) *sbom.Draft {
	d := &sbom.Draft{Summary: n.text("summary"), Description: n.text("description"), Package: &models.SBOMPackage{
		Name: n.text("name"), Version: n.text("versionInfo"), Supplier: special(n.text("supplier")), Originator: special(n.text("originator")),
		Copyright: special(n.text("copyrightText")), Homepage: n.text("homepage"), Purpose: n.text("primaryPackagePurpose"),
		Declared: g.licensed(b, n, "licenseDeclared"), Concluded: g.licensed(b, n, "licenseConcluded"),
		FileName: special(n.text("packageFileName")), Source: special(n.text("sourceInfo")),
	}}
	if id := g.elementID(n.id, n); id != "" {
		b.identify(d, []byte(id))
		d.OddID = !strings.Contains(n.id, "SPDXRef-")
	}
	for _, p := range n.all("downloadLocation") {
		d.Package.Download = p.ref
		if p.ref == "" || strings.HasPrefix(p.ref, termsURI) {
			d.Package.Download = special(p.text())
		}
	}
	for _, p := range n.all("checksum") {
		if sum := g.target(p); sum != nil {
			d.Checksums = append(d.Checksums, sbom.StatedChecksum{Algorithm: sum.text("algorithm"), Value: sum.text("checksumValue")})
		}
	}
	for _, p := range n.all("externalRef") {
		if ref := g.target(p); ref != nil {
			b.reference(d, ref.text("referenceCategory"), g.refType(ref), ref.text("referenceLocator"))
		}
	}
	return d
}

const termsURI = "http://spdx.org/rdf/terms#"

// refType is a property that refers to the type, or holds a node with its URI.
func (g *rdfGraph) refType(ref *rdfNode) string {
	for _, p := range ref.all("referenceType") {
		if n := g.target(p); n != nil && p.ref == "" {
			return lastPart(n.id)
		}
	}
	return ref.text("referenceType")
}

// special gives the words that RDF writes as terms: noassertion and none.
func special(text string) string {
	switch text {
	case "noassertion":
		return "NOASSERTION"
	case "none":
		return "NONE"
	}
	return text
}

// elementID gives an element's id as the other notations write it; "" when it has none.
func (g *rdfGraph) elementID(uri string, n *rdfNode) string {
	if n != nil {
		uri = n.id
	}
	namespace, id, found := strings.Cut(uri, "#")
	switch {
	case uri == termsURI+"noassertion" || uri == termsURI+"none":
		return special(id)
	case strings.HasPrefix(uri, "_:") || uri == "":
		return ""
	case !found:
		return lastPart(uri)
	case strings.HasPrefix(id, "DocumentRef-"):
		return id
	case n != nil && n.kind == "ExternalSpdxElement", n == nil && namespace != "" && namespace != g.namespace:
		return "DocumentRef-:" + id
	}
	return id
}

// relationships reads those of all nodes; each stands in its subject.
func (g *rdfGraph) relationships(b *builder) error {
	for _, subject := range g.nodes {
		from := g.elementID(subject.id, subject)
		for _, p := range subject.all("relationship") {
			r := g.target(p)
			if r == nil {
				continue
			}
			to := ""
			for _, related := range r.all("relatedSpdxElement") {
				to = g.elementID(related.ref, g.target(related))
				if to == "" {
					to = related.text()
				}
			}
			if err := b.relate(from, r.text("relationshipType"), to, r.line, linePlace(r.line).Of("")); err != nil {
				return err
			}
		}
	}
	return nil
}

// licensed gives the licence expression of a property.
func (g *rdfGraph) licensed(b *builder, n *rdfNode, name string) string {
	properties := n.all(name)
	if len(properties) == 0 {
		return ""
	}
	budget := 1000
	text := g.license(properties[0], &budget, false)
	if budget <= 0 {
		b.Notes.Add("value-left-out", linePlace(n.line).Of(""), "The licence in %s is larger than any real one or leads back to itself; it was left out.", sbom.Quote(name))
		return ""
	}
	return text
}

// license writes a licence as an expression. budget bounds the nodes visited, for sets may contain each other.
func (g *rdfGraph) license(p *rdfProp, budget *int, inner bool) string {
	*budget--
	n := g.target(p)
	if *budget <= 0 || n == nil {
		return special(p.text())
	}
	switch n.kind {
	case "ConjunctiveLicenseSet":
		return g.licenseSet(n, " AND ", budget, inner)
	case "DisjunctiveLicenseSet":
		return g.licenseSet(n, " OR ", budget, inner)
	case "OrLaterOperator":
		return g.licenseSet(n, "", budget, true) + "+"
	case "WithExceptionOperator":
		exception := n.text("licenseException")
		for _, e := range n.all("licenseException") {
			if with := g.target(e); with != nil && with.text("licenseExceptionId") != "" {
				exception = with.text("licenseExceptionId")
			}
		}
		return g.licenseSet(n, "", budget, true) + " WITH " + exception
	case "SpdxNoAssertionLicense":
		return "NOASSERTION"
	case "SpdxNoneLicense":
		return "NONE"
	}
	return special(g.licenseID(n))
}

func (g *rdfGraph) licenseSet(n *rdfNode, operator string, budget *int, inner bool) string {
	var members []string
	for _, p := range n.all("member") {
		if text := g.license(p, budget, true); text != "" {
			members = append(members, text)
		}
	}
	text := strings.Join(members, operator)
	if inner && len(members) > 1 {
		return "(" + text + ")"
	}
	return text
}

func (g *rdfGraph) licenseID(n *rdfNode) string {
	if id := n.text("licenseId"); id != "" {
		return id
	}
	if strings.HasPrefix(n.id, "_:") {
		return ""
	}
	return lastPart(n.id)
}
