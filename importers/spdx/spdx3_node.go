package spdx

import (
	"bytes"
	"strings"

	"github.com/ospo-register/ospo/importers/sbom"
)

// none stands for the number of an id that is not stated.
const none int32 = -1

// ldNode is one element as stated. Nodes are used again, so that reading an element makes no garbage: texts are in one buffer.
type ldNode struct {
	ldType
	id   int32
	also int32  // another id of it: @id beside spdxId
	seen uint64 // bit for each term that is stated

	buf   []byte
	texts [terms]span

	supplier, creation, from, subject, addition int32

	originators, createdBy, createdUsing []int32
	targets, members, roots              []int32
	parts                                []int32 // hashes, identifiers and references that stand elsewhere in the graph

	hashes, identifiers, refs, entries []pair
	purposes                           []span
}

// span is a part of the buffer of a node.
type span struct{ from, to uint32 }

// pair is what a hash, an identifier or a reference states: its type and its value.
type pair struct{ kind, value span }

func (n *ldNode) reset() {
	*n = ldNode{id: none, also: none, supplier: none, creation: none, from: none, subject: none, addition: none, buf: n.buf[:0], texts: n.texts,
		originators: n.originators[:0], createdBy: n.createdBy[:0], createdUsing: n.createdUsing[:0], targets: n.targets[:0], members: n.members[:0], roots: n.roots[:0],
		parts: n.parts[:0], hashes: n.hashes[:0], identifiers: n.identifiers[:0], refs: n.refs[:0], entries: n.entries[:0], purposes: n.purposes[:0]}
}

// add copies a text into the buffer.
func (n *ldNode) add(text []byte) span {
	from := uint32(len(n.buf))
	n.buf = append(n.buf, text...)
	return span{from, uint32(len(n.buf))}
}

func (n *ldNode) at(s span) []byte { return n.buf[s.from:s.to] }

// text gives what is stated under a term; nil when nothing is.
func (n *ldNode) text(term sbom.Field) []byte {
	if n.seen&(1<<term) == 0 {
		return nil
	}
	return n.at(n.texts[term])
}

// object reads one element, its brace being read. expected is what it is taken for when it has no type. The node is valid until the
// next one of its level is read.
func (j *ldReader) object(expected ldKind) *ldNode {
	if j.tooDeep() {
		return &ldNode{id: none}
	}
	if j.level == len(j.nodes) {
		j.nodes = append(j.nodes, &ldNode{})
	}
	n := j.nodes[j.level]
	n.reset()
	j.level++
	o := sbom.Object{Fields: ldFields}
	for f, ok := j.Next(&o); ok; f, ok = j.Next(&o) {
		n.seen |= 1 << f
		j.field(n, f)
	}
	j.level--
	if n.kind == ldUntyped {
		n.kind = expected
	}
	j.identifyNode(n)
	const reference = 1<<termID | 1<<termNodeID
	refers := j.level > j.graphLevel && n.seen != 0 && n.seen&^reference == 0
	if j.Err == nil && !refers {
		j.take(n)
	}
	return n
}

// identifyNode numbers the ids of an element. Those of relationships are not looked for: there are more of them than of anything else,
// and nothing that is kept refers to them.
func (j *ldReader) identifyNode(n *ldNode) {
	if n.kind == ldRelationship || j.Err != nil {
		return
	}
	for _, term := range []sbom.Field{termID, termNodeID} {
		text := n.text(term)
		if len(text) == 0 {
			continue
		}
		if id := j.b.IDs.Number(text); n.id == none {
			n.id = id
		} else if n.id != id {
			n.also = id
		}
	}
}

// tooDeep ends the reading where values nest without end.
func (j *ldReader) tooDeep() bool {
	if j.Err == nil && j.Dec.StackDepth() > j.b.Limits.Depth {
		j.Err = sbom.TooLarge("sbom-too-deep", "The document nests objects and lists deeper than %d levels. No SBOM needs that; export it again.", j.b.Limits.Depth)
	}
	return j.Err != nil
}

func (j *ldReader) field(n *ldNode, f sbom.Field) {
	switch f {
	case termID, termNodeID:
		n.texts[f] = n.add(bytes.TrimSpace(j.value()))
	case termType:
		j.typed(n)
	case termHashes, termIdentifiers, termRefs, termContentIDs, termTexts, termLocator:
		j.listField(n, f)
	case termMorePurposes:
		for l, ok := j.Elements("purposes"); ok && j.Element(&l); {
			n.purposes = append(n.purposes, n.add(lastTerm(j.value())))
		}
	case termSBOMType:
		for l, ok := j.Elements("types of SBOM"); ok && j.Element(&l); {
			j.sbomType(lastTerm(j.value()))
		}
	case termPurpose, termRelation, termScope, termCompleteness, termAlgorithm, termIdentifierType, termRefType:
		n.texts[f] = n.add(lastTerm(j.value()))
	case termDescription, termSummary:
		n.texts[f] = n.add([]byte(sbom.Cut(string(j.value()), 500)))
	case termCopyright, termDownload, termHomepage, termName, termVersion, termPURL, termSource, termComment, termCreated, termSpecVersion, termExpression, termListVersion,
		termLicenseText, termHashValue, termIdentifier, termKey, termValue:
		n.texts[f] = n.add(j.value())
	case termGraph:
		j.graph()
	case termContext:
		j.context()
	case termWrapper:
		j.wrapper(n)
	default:
		j.linkField(n, f)
	}
}

// listField reads properties whose values are objects that belong to their element alone.
func (j *ldReader) listField(n *ldNode, f sbom.Field) {
	switch f {
	case termHashes:
		j.pairs(n, &n.hashes, "hashes", ldHash)
	case termIdentifiers:
		j.pairs(n, &n.identifiers, "external identifiers", ldIdentifier)
	case termContentIDs:
		j.pairs(n, &n.identifiers, "content identifiers", ldIdentifier)
	case termRefs:
		j.pairs(n, &n.refs, "external references", ldRef)
	case termTexts:
		j.pairs(n, &n.entries, "licence texts", ldEntry)
	case termLocator:
		first := true
		for l, ok := j.locators(); ok && j.Element(&l); {
			text := j.value()
			if !first {
				j.b.Notes.OriginalOnly("an external reference", "all but the first locator", 1)
				continue
			}
			n.texts[f], first = n.add(text), false
		}
	}
}

// locators takes a single locator for a list of one without a finding: SPDX 3.0.0 and 3.0.1 differ in that.
func (j *ldReader) locators() (sbom.List, bool) {
	if j.Err == nil && j.Dec.PeekKind() == '"' {
		loose := j.Loose
		j.Loose = true
		defer func() { j.Loose = loose }()
	}
	return j.Elements("locators")
}

// linkField reads properties that lead to other elements.
func (j *ldReader) linkField(n *ldNode, f sbom.Field) {
	switch f {
	case termCreationInfo:
		n.creation = j.link(ldCreationInfo)
	case termOriginators:
		n.originators = j.links(n.originators, "originators", ldAgent)
	case termSupplier:
		n.supplier = j.link(ldAgent)
	case termCreatedBy:
		n.createdBy = j.links(n.createdBy, "creators", ldAgent)
	case termCreatedUsing:
		n.createdUsing = j.links(n.createdUsing, "tools", ldTool)
	case termFrom:
		n.from = j.link(ldUntyped)
	case termTo:
		n.targets = j.links(n.targets, "elements", ldUntyped)
	case termMembers:
		n.members = j.links(n.members, "licences", ldUntyped)
	case termSubject:
		n.subject = j.link(ldUntyped)
	case termAddition:
		n.addition = j.link(ldAddition)
	case termRoots:
		n.roots = j.links(n.roots, "root elements", ldUntyped)
	case termDataLicense:
		n.subject = j.link(ldUntyped)
	case termImports:
		j.links(nil, "imports", ldMap)
	case termExternalID:
		if id := j.value(); len(id) > 0 {
			j.b.Mark(id, sbom.IsExternal)
		}
	case termElements:
		for l, ok := j.Elements("elements"); ok && j.Element(&l); {
			if j.Dec.PeekKind() == '{' {
				j.link(ldUntyped)
			} else {
				j.Skip()
			}
		}
	default:
		j.Skip()
	}
}

// id reads the id of an element.
func (j *ldReader) id() int32 {
	id := bytes.TrimSpace(j.value())
	if len(id) == 0 {
		return none
	}
	return j.b.IDs.Number(id)
}

// link reads what an element is referred to by: its id, or the element itself. It gives none when there is nothing to go by.
func (j *ldReader) link(expected ldKind) int32 {
	if j.tooDeep() {
		return none
	}
	switch j.Dec.PeekKind() {
	case '{':
		if !j.Enter("an element") {
			return none
		}
		n := j.object(expected)
		if j.Err == nil && n.id == none {
			n.id = j.anonymous(n)
		}
		return n.id
	case '[':
		only := none
		for l, ok := j.Elements("elements"); ok && j.Element(&l); {
			if id := j.link(expected); only == none {
				only = id
			}
		}
		if j.Err == nil {
			j.b.Notes.Add("wrong-type", j.Pointer(), "There is a list in place of one element; its first was taken.")
		}
		return only
	}
	return j.id()
}

func (j *ldReader) links(to []int32, what string, expected ldKind) []int32 {
	for l, ok := j.Elements(what); ok && j.Element(&l); {
		if id := j.link(expected); id != none {
			to = append(to, id)
		}
	}
	return to
}

// pairs reads hashes and their like: within the element, or by the ids under which they stand in the graph.
func (j *ldReader) pairs(n *ldNode, to *[]pair, what string, expected ldKind) {
	for l, ok := j.Elements(what); ok && j.Element(&l); {
		if j.Dec.PeekKind() != '{' {
			if id := j.id(); id != none && expected != ldEntry {
				n.parts = append(n.parts, id)
			}
			continue
		}
		if !j.Enter("one of the " + what) {
			continue
		}
		if p := j.object(expected); j.Err == nil && p.kind == expected {
			kind, value := p.stated()
			*to = append(*to, pair{n.add(kind), n.add(value)})
		}
	}
}

// stated gives what a hash, an identifier, a reference or an entry says.
func (n *ldNode) stated() (kind, value []byte) {
	switch n.kind {
	case ldHash:
		return n.text(termAlgorithm), n.text(termHashValue)
	case ldIdentifier:
		return n.text(termIdentifierType), n.text(termIdentifier)
	case ldRef:
		return n.text(termRefType), n.text(termLocator)
	}
	return n.text(termKey), n.text(termValue)
}

// typed reads the type of an element; of several the first that is known counts.
func (j *ldReader) typed(n *ldNode) {
	if j.Err == nil && j.Dec.PeekKind() == '[' {
		for l, ok := j.Elements("types"); ok && j.Element(&l); {
			if n.kind <= ldUnknown {
				n.ldType = j.typeOf(j.Bytes())
			} else {
				j.Skip()
			}
		}
		return
	}
	n.ldType = j.typeOf(j.value())
}

// ldType is the class of an element.
type ldType struct {
	kind ldKind
	name string // without its profile
}

func (j *ldReader) typeOf(stated []byte) ldType {
	if known, ok := j.types[string(stated)]; ok {
		return known
	}
	if len(stated) == 0 {
		return ldType{}
	}
	const most = 1000
	text := strings.Clone(string(stated))
	t := ldType{name: sbom.Cut(bareType(text), 60)}
	kind, known := ldTypes[t.name]
	t.kind = kind
	switch right := ldProfileOf[t.name] + t.name; {
	case !known:
		t.kind = ldUnknown
		j.b.Notes.Once("unknown-type", t.name, j.Pointer(), "SPDX has no type %s; such elements are in the original only.", sbom.Quote(text))
	case right != text && !strings.Contains(text, "/"):
		j.b.Notes.Once("field-spelling", text, j.Pointer(), "The type %s was read as %s, here and elsewhere.", sbom.Quote(text), right)
	}
	if len(j.types) < most {
		j.types[text] = t
	}
	return t
}
