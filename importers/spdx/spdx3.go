package spdx

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// ldReader streams one SPDX 3 document in JSON-LD. The elements of its graph come in any order and say of each other, so that what
// a package states is kept in compact form until the end; then each package is completed with its agents, licences and files, and
// handed over.
type ldReader struct {
	*sbom.JSON
	b          *sbom.Builder
	types      map[string]ldType // by their spelling
	nodes      []*ldNode         // one for each level of elements within elements
	level      int
	index      int    // of the element of the graph at hand; -1 outside of it
	depth      int    // of graphs within graphs
	graphLevel int    // of the elements of the graph
	graphAt    string // its pointer
	is3        bool   // something was met that only SPDX 3 has

	contextVersion string // "3.0.1"
	documents      []ldDoc
	creations      map[int32]creation
	firstCreation  int32
	agents         map[int32]agent3
	sameAgents     map[agent3]int32 // ids of agents that have none of their own
	licenses       map[int32]license3
	texts          []licenseText
	textRefs       map[int32]string // under which LicenseRef- an expression refers to a text
	textBytes      int
	parts          map[int32]part
	kept           archive // packages and files
	packages       []int32 // ids, in the order of the document
	relations      relations3
	ends           int            // of relationships
	space          string         // what the ids of the document begin with
	pointers       []string       // of packages and relationships that are not elements of the graph themselves
	counted        map[string]int // elements that are in the original only, by type
	extra          [ldKinds]uint64
}

// ldDoc is an SpdxDocument or, where there is none, a collection in its place.
type ldDoc struct {
	id, creation, license int32
	name, comment         string
	isDocument            bool
	info                  creation // what creation stands for, if that is known already
}

// readJSONLD reads a document to its end. It is nil when the error is not nil.
func readJSONLD(in *sbom.Input, b *sbom.Builder) (*models.SBOMDocument, error) {
	b.Words = sbom.Dialect{Format: "SPDX 3", ID: "spdxId", MissingID: "missing-spdxid", DuplicateID: "duplicate-spdxid", NoRoot: "no-root", NoPackages: "no-packages", Refs: "externalIdentifier", Version: "software_packageVersion", Checksums: "verifiedUsing"}
	b.IDs.Spell(sbom.Spelling{Class: classOf3})
	j := &ldReader{JSON: sbom.NewJSON(in, b), b: b, index: -1, types: map[string]ldType{}, creations: map[int32]creation{}, firstCreation: none, agents: map[int32]agent3{}, sameAgents: map[agent3]int32{},
		licenses: map[int32]license3{}, textRefs: map[int32]string{}, parts: map[int32]part{}, counted: map[string]int{}}
	j.Alias, j.Shorten = ldAlias, shortTerm
	j.kept.most = b.Limits.HeldBytes
	if j.Enter("the document") {
		j.object(ldUntyped)
	}
	broken, err := j.Ended()
	switch {
	case err != nil:
		return nil, err
	case !j.is3 && broken != "":
		return nil, sbom.NotAnSBOM("The file looks like JSON-LD but cannot be read " + broken + ", and nothing before that is an SPDX 3 document.")
	case !j.is3:
		return nil, sbom.NotAnSBOM("The file is JSON-LD, but not an SPDX document: its context is not that of SPDX 3. Export the SBOM as SPDX or CycloneDX.")
	case broken != "":
		j.BreakOff(broken, len(j.packages))
	}
	return j.finish()
}

// graph reads the elements of @graph.
func (j *ldReader) graph() {
	before := j.index
	j.depth++
	if j.depth == 1 {
		j.graphLevel, j.graphAt = j.level, j.Pointer()
	}
	for l, ok := j.Elements("elements"); ok && j.Element(&l); {
		if j.depth == 1 {
			j.index = l.Index
		}
		if j.Enter("an element") {
			j.object(ldUntyped)
		}
	}
	j.depth--
	j.index = before
}

var contextVersion = regexp.MustCompile(`spdx\.org/rdf/v?(3(?:\.\d+)*)`)

// context reads @context: an address, or a list of addresses and definitions.
func (j *ldReader) context() {
	if j.Err == nil && j.Dec.PeekKind() == '[' {
		for l, ok := j.Elements("contexts"); ok && j.Element(&l); {
			j.oneContext()
		}
		return
	}
	j.oneContext()
}

func (j *ldReader) oneContext() {
	if j.Err == nil && j.Dec.PeekKind() == '{' {
		j.b.Notes.OriginalOnly("the document", "definitions in @context", 1)
		j.Skip()
		return
	}
	address := string(j.Bytes())
	if found := contextVersion.FindStringSubmatch(address); found != nil {
		j.is3, j.contextVersion = true, found[1]
	}
	j.is3 = j.is3 || strings.Contains(address, "spdx-3-model") || strings.Contains(address, "spdx.org/rdf/3")
}

// wrapper reads the document of an attestation: {"predicate": {…}}.
func (j *ldReader) wrapper(n *ldNode) {
	if j.level > 1 || j.Dec.PeekKind() != '{' {
		j.Skip()
		return
	}
	pointer := j.Pointer()
	if j.Enter("the document") {
		j.object(ldUntyped)
	}
	n.kind = ldOther
	if j.Err == nil && j.is3 {
		j.b.Notes.Add("wrapped-document", pointer, "The SPDX document is inside another object.")
	}
}

// place remembers where an element stands: by its index in the graph, or, below zero, by its pointer.
func (j *ldReader) place(n *ldNode) int32 {
	if j.level == j.graphLevel && j.index >= 0 {
		return int32(j.index)
	}
	const most = 10_000
	if len(j.pointers) >= most {
		return -most
	}
	j.pointers = append(j.pointers, j.Pointer())
	return int32(-len(j.pointers))
}

// ldPlace is where an element stands, as kept by place.
type ldPlace struct {
	j     *ldReader
	index int32
}

// Of gives the JSON Pointer of a field.
func (p ldPlace) Of(field string) string {
	pointer := ""
	switch at := -p.index - 1; {
	case p.index >= 0:
		pointer = p.j.graphAt + "/" + strconv.Itoa(int(p.index))
	case int(at) < len(p.j.pointers):
		pointer = p.j.pointers[at]
	}
	if field == "" {
		return pointer
	}
	return pointer + "/" + field
}

// anonymous numbers an element that has no id of its own; agents that say the same are one.
func (j *ldReader) anonymous(n *ldNode) int32 {
	var agent agent3
	isAgent := false
	switch n.kind {
	case ldCreationInfo: // generators repeat it in every element
		id := j.b.IDs.Number([]byte("\x00info"))
		j.creations[id] = j.creationOf(n)
		if j.firstCreation == none {
			j.firstCreation = id
		}
		return id
	case ldPerson, ldOrganization, ldAgent, ldTool:
		agent, isAgent = j.agentOf(n), true
		if id, known := j.sameAgents[agent]; known {
			return id
		}
	}
	id := j.b.IDs.Number([]byte("\x00" + strconv.Itoa(j.b.IDs.Count())))
	if isAgent {
		j.hold(len(agent.name) + len(agent.email) + len(agent.url))
		j.sameAgents[agent] = id
		j.agents[id] = agent
	}
	return id
}

// classOf3 knows the individuals that stand for nothing and for no knowledge.
func classOf3(id []byte) int32 {
	if len(id) < 4 {
		return sbom.IsUnknown
	}
	switch {
	case specialText(string(id)) != "":
		return sbom.IsSpecial
	case bytes.HasPrefix(id, []byte("DocumentRef-")), bytes.Contains(id, []byte(":DocumentRef-")), bytes.Contains(id, []byte("#DocumentRef-")):
		return sbom.IsExternal // of SPDX 2
	}
	return sbom.IsUnknown
}

// specialText reads the individuals NoneElement, NoAssertionElement, NoneLicense and NoAssertionLicense, and the words of SPDX 2.
func specialText(id string) string {
	if last := id[len(id)-1]; last != 't' && last != 'e' && last != 'n' && last != 'N' && last != 'E' {
		return ""
	}
	// SPDX 3.0.1, NoneLicense and NoAssertionLicense: the IRIs of these two are not made from their names.
	switch {
	case strings.HasSuffix(id, "/terms/Licensing/None"):
		return "NONE"
	case strings.HasSuffix(id, "/terms/Licensing/NoAssertion"):
		return "NOASSERTION"
	}
	switch bareType(id) {
	case "NoneElement", "NoneLicense", "NONE":
		return "NONE"
	case "NoAssertionElement", "NoAssertionLicense", "NOASSERTION":
		return "NOASSERTION"
	}
	return ""
}
