package spdx

import (
	"bytes"
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/licenses"
)

// take does with an element what its kind asks for.
func (j *ldReader) take(n *ldNode) {
	j.extra[n.kind] |= n.seen &^ ldKept[n.kind]
	class := sbom.IsElement
	switch n.kind {
	case ldUntyped:
		j.untyped(n)
		return
	case ldUnknown, ldOther, ldAnnotation, ldVerificationCode:
		j.count(n)
	case ldDocument, ldBOM:
		j.is3 = true
		class = sbom.IsDocument
		j.document(n)
	case ldPackage:
		j.is3 = true
		j.takePackage(n)
		return
	case ldFile:
		class = sbom.IsFile
		j.b.Doc.Files++
		j.keep(n)
	case ldArtifact:
		class = sbom.IsFile
		j.keep(n)
	case ldSnippet:
		class = sbom.IsSnippet
	case ldRelationship:
		j.takeRelation(n)
		return
	case ldCreationInfo:
		j.is3 = true
		j.takeCreation(n)
	case ldPerson, ldOrganization, ldAgent, ldTool:
		if n.id == none {
			break // see anonymous
		}
		a := j.agentOf(n)
		j.hold(len(a.name) + len(a.email) + len(a.url))
		for _, id := range []int32{n.id, n.also} {
			if id != none {
				j.agents[id] = a
			}
		}
	case ldHash, ldIdentifier, ldRef:
		j.takePart(n)
	default:
		j.takeLicense(n)
	}
	if n.kind == ldMap {
		class = sbom.IsExternal
	}
	for _, id := range []int32{n.id, n.also} {
		if id != none && j.b.IDs.Class[id] == sbom.IsUnknown {
			j.b.IDs.Class[id] = class
		}
	}
}

// untyped passes over an element without a type, unless it is the object around the graph.
func (j *ldReader) untyped(n *ldNode) {
	const around = 1<<termContext | 1<<termGraph | 1<<termWrapper
	if n.seen&around != 0 {
		return
	}
	j.b.Notes.Add("missing-type", j.Pointer(), "An element has no type; it was left out.")
}

// count counts an element that is in the original only.
func (j *ldReader) count(n *ldNode) {
	const most = 200
	if n.name == "" {
		return // a wrapper
	}
	if _, known := j.counted[n.name]; known || len(j.counted) < most {
		j.counted[n.name]++
	}
}

// notKept notes which elements and which properties are in the original only.
func (j *ldReader) notKept() {
	j.NotKept()
	for name, count := range j.counted {
		j.b.Notes.OriginalOnly("the document", "elements of type "+name, count)
	}
	for kind, set := range j.extra {
		for ; set != 0; set &= set - 1 {
			if name := termNames[bits.TrailingZeros64(set)]; name != "" {
				j.b.Notes.OriginalOnly(ldWords[kind], name, 0)
			}
		}
	}
}

func (j *ldReader) document(n *ldNode) {
	j.b.Roots = append(j.b.Roots, n.roots...)
	d := ldDoc{id: n.id, creation: n.creation, info: j.creations[n.creation], license: n.subject, name: string(n.text(termName)), comment: string(n.text(termComment)), isDocument: n.kind == ldDocument}
	const most = 16
	if d.isDocument && len(j.documents) > 0 && j.documents[0].isDocument {
		j.b.Notes.Add("several-documents", j.Pointer(), "There is more than one SpdxDocument; the first was taken for the document.")
	}
	switch {
	case d.isDocument && len(j.documents) > 0 && !j.documents[0].isDocument:
		j.documents = slices.Insert(j.documents, 0, d)
	case len(j.documents) < most:
		j.documents = append(j.documents, d)
	}
}

// sbomType reads software_sbomType, which is the generation context of CISA.
func (j *ldReader) sbomType(text []byte) {
	stated := string(text)
	switch {
	case stated == "":
	case !slices.Contains(contexts, strings.ToLower(stated)):
		j.unknownTerm(stated, "a type of SBOM")
	case j.b.Doc.Context == "":
		j.b.Doc.Context = strings.ToLower(stated)
	case j.b.Doc.Context != strings.ToLower(stated):
		j.b.Notes.OriginalOnly("an Sbom", "all but the first software_sbomType", 1)
	}
}

func (j *ldReader) unknownTerm(stated, what string) {
	j.b.Notes.Add("unknown-term", j.Pointer(), "%s is not %s that SPDX 3 has; it was left out.", sbom.Quote(stated), what)
}

// creation is a CreationInfo.
type creation struct {
	created, spec, comment, pointer string
	by, using                       []int32
}

func (j *ldReader) creationOf(n *ldNode) creation {
	return creation{string(n.text(termCreated)), string(n.text(termSpecVersion)), string(n.text(termComment)), j.Pointer(), slices.Clone(n.createdBy), slices.Clone(n.createdUsing)}
}

// takeCreation keeps a CreationInfo. Generators repeat it in every element, so that few of them are looked at.
func (j *ldReader) takeCreation(n *ldNode) {
	const most = 1000
	if n.id == none || len(j.creations) >= most {
		return
	}
	if j.firstCreation == none {
		j.firstCreation = n.id
	}
	for _, id := range []int32{n.id, n.also} {
		if _, known := j.creations[id]; !known && id != none {
			j.creations[id] = j.creationOf(n)
		}
	}
}

// agent3 is a person, an organization, or a tool.
type agent3 struct{ kind, name, email, url string }

func (a agent3) contact() string {
	if a.email != "" {
		return a.email
	}
	return a.url
}

var agentKinds = map[ldKind]string{ldPerson: "person", ldOrganization: "organization", ldTool: "tool"}

func (j *ldReader) agentOf(n *ldNode) agent3 {
	a := agent3{kind: agentKinds[n.kind], name: strings.TrimSpace(j.Known(n.text(termName)))}
	if kind, name, address, rule := agent(a.name); rule == "" { // converted from SPDX 2 with its prefix
		a.kind, a.name = cmp.Or(a.kind, kind), name
		a.email, a.url = addressOf(address)
	}
	for _, id := range n.identifiers {
		value := strings.TrimSpace(string(n.at(id.value)))
		switch kind := string(n.at(id.kind)); {
		case kind == "email" && a.email == "", kind == "" && a.email == "" && strings.Contains(value, "@"):
			a.email = strings.TrimPrefix(value, "mailto:")
		case strings.Contains(value, "://") && a.url == "":
			a.url = value
		default:
			j.b.Notes.OriginalOnly(ldWords[n.kind], "externalIdentifier of type "+sbom.Cut(kind, 40), 1)
		}
	}
	return a
}

// part is a hash, an identifier or a reference that stands by itself in the graph.
type part struct {
	kind        ldKind
	name, value string
}

func (j *ldReader) takePart(n *ldNode) {
	if n.id == none || j.level != j.graphLevel {
		return
	}
	kind, value := n.stated()
	j.hold(len(value))
	j.parts[n.id] = part{n.kind, j.Known(kind), string(value)}
}

// hold counts what is kept outside of the archive, and refuses what would be too much of it.
func (j *ldReader) hold(bytes int) {
	const entry = 100 // of a map
	j.kept.held += int64(bytes + entry)
	if j.Err == nil && j.kept.held > j.kept.most {
		j.Err = sbom.TooMuchHeld(j.kept.most)
	}
}

// takePackage keeps a package until the end. One that says nothing is left out at once.
func (j *ldReader) takePackage(n *ldNode) {
	if len(j.packages) >= j.b.Limits.Packages {
		j.Err = sbom.TooManyPackages(j.b.Limits.Packages)
		return
	}
	const says = 1<<termID | 1<<termNodeID | 1<<termName | 1<<termVersion | 1<<termPURL | 1<<termIdentifiers | 1<<termHashes | 1<<termSupplier | 1<<termOriginators
	if n.seen&says == 0 || (n.id == none && len(bytes.TrimSpace(n.text(termName))) == 0 && len(n.text(termVersion)) == 0 && len(n.identifiers)+len(n.hashes) == 0 && len(n.text(termPURL)) == 0) {
		j.b.Notes.Add("empty-package", j.Pointer(), "A package states neither name nor id nor anything to know it by; it was left out.")
		return
	}
	if n.id == none && j.level != j.graphLevel {
		n.id = j.anonymous(n)
	}
	j.packages = append(j.packages, n.id)
	j.keep(n)
}

func (j *ldReader) keep(n *ldNode) {
	if err := j.kept.put(n, j.place(n)); err != nil {
		j.Err = err
	}
}

// takeLicense keeps a licence, or an operator on licences.
func (j *ldReader) takeLicense(n *ldNode) {
	if n.id == none && (n.kind == ldExpression || n.kind >= ldLicenseText && n.kind <= ldIndividual) && j.level != j.graphLevel {
		n.id = j.anonymous(n)
	}
	if n.id == none {
		return
	}
	l := license3{kind: n.kind, left: n.subject, right: n.addition}
	switch n.kind {
	case ldExpression:
		l.text = strings.TrimSpace(j.Known(n.text(termExpression)))
		if version := n.text(termListVersion); len(version) > 0 && j.b.Doc.ListVersion == "" {
			j.b.Doc.ListVersion = string(version)
		}
		for _, e := range n.entries {
			if uri := bytes.TrimSpace(n.at(e.value)); len(uri) > 0 {
				j.textRefs[j.b.IDs.Number(uri)] = string(n.at(e.kind))
			}
		}
	case ldLicenseText:
		name := strings.TrimSpace(string(n.text(termName)))
		if _, listed := licenses.Get(name); listed && n.name == "License" {
			l.kind, l.text = ldListed, name
			break
		}
		j.takeText(n)
	case ldListed, ldAddition, ldIndividual:
		l.text = strings.TrimSpace(j.Known(n.text(termName)))
	case ldAllOf, ldAnyOf:
		l.members = slices.Clone(n.members)
	case ldWith, ldOrLater:
	default:
		return
	}
	j.hold(len(l.text) + 4*len(l.members))
	if _, known := j.licenses[n.id]; !known {
		j.licenses[n.id] = l
	}
}

// takeText keeps a licence text until it is known what expressions call it.
func (j *ldReader) takeText(n *ldNode) {
	t := licenseText{n.id, string(n.text(termName)), string(n.text(termLicenseText)), j.Pointer()}
	if j.textBytes += len(t.text); j.textBytes > j.b.Limits.TextBytes {
		j.b.Notes.Add("licence-text-left-out", t.pointer, "With this text all licence texts are larger than %s; it was left out.", sbom.Size(int64(j.b.Limits.TextBytes)))
		t.text = ""
	}
	j.texts = append(j.texts, t)
}
