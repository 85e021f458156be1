package quality

// Scope says of what a fact or rule speaks.
type Scope string

// The scopes.
const (
	OfDocument  Scope = "document"  // counted once per document
	OfComponent Scope = "component" // counted for every package
	OfPractice  Scope = "practice"  // about how documents are made and passed on; mostly not in the document itself
)

// Fact is one thing that a document can state of itself or of a package. Its ID is what models.Tally.Fact holds.
type Fact struct {
	ID      string
	Scope   Scope // OfDocument or OfComponent
	Value   string
	Unknown string // "" where a document has no way to say so
}

// fact numbers the facts in the order of their tallies; it is an index of Meter's counters.
type fact uint8

const (
	factName fact = iota
	factVersion
	factSupplier
	factOriginator
	factProducer
	factContact
	factIdentifier
	factUniqueIdentifier
	factHash
	factHashAlgorithm
	factSHA512
	factLicense
	factConcluded
	factDistribution
	factDeclared
	factDependency
	factCompleteness
	factFilename
	factExecutable
	factArchive
	factStructured
	factDownload
	factSource
	factSecurity
	factAuthor
	factAuthorContact
	factCreator
	factSignature
	factFormat
	factFormatVersion
	factContext
	factTimestamp
	factTool
	factToolVersion
	factEdition
	factNamespace
	factRoot
	factCount
)

// facts says what counts as a value and what as an explicit "not known"; everything else is missing.
var facts = [factCount]Fact{
	factName:             {"name", OfComponent, "a name", "a placeholder such as NOASSERTION or “unknown” in its place"},
	factVersion:          {"version", OfComponent, "one version; a range or condition (“>=1.2”, “^3”, “1.x”, “==1.2”), a variable that was not filled in and “latest” are none", "NOASSERTION or a placeholder such as “unknown” or “(devel)”"},
	factSupplier:         {"supplier", OfComponent, "who delivers the package", "NOASSERTION or a placeholder"},
	factOriginator:       {"originator", OfComponent, "who made the package", "NOASSERTION or a placeholder"},
	factProducer:         {"producer", OfComponent, "the originator, or the supplier where no originator is stated", "neither is stated, and one is said to be unknown"},
	factContact:          {"producer-contact", OfComponent, "a mail address or web address of the originator, else of the supplier", "neither is stated, and originator or supplier is said to be unknown"},
	factIdentifier:       {"identifier", OfComponent, "at least one of purl, CPE, SWID, SWHID, gitoid, OmniBOR or UUID that can be read", "NOASSERTION in its place"},
	factUniqueIdentifier: {"unique-identifier", OfComponent, "an identifier as above; in SPDX documents the package's own id together with the document's namespace will do", "NOASSERTION in its place"},
	factHash:             {"hash", OfComponent, "a digest in hexadecimal whose length fits its algorithm", "NOASSERTION in its place"},
	factHashAlgorithm:    {"hash-algorithm", OfComponent, "such a digest by an algorithm that still holds: SHA-2, SHA-3, BLAKE2; MD5 and SHA-1 alone are none", "NOASSERTION in place of a digest"},
	factSHA512:           {"hash-sha512", OfComponent, "a SHA-512 digest", "NOASSERTION in place of a digest"},
	factLicense:          {"license", OfComponent, "a concluded or declared licence that can be read, every LicenseRef in it with its text; NONE is an answer", "NOASSERTION, or a placeholder that says as little"},
	factConcluded:        {"concluded-license", OfComponent, "the concluded licence can be read; NONE is an answer", "NOASSERTION, or a placeholder"},
	factDistribution:     {"distribution-license", OfComponent, "the concluded licence is a licence expression that can be read without guessing; NONE is none", "NOASSERTION, or a placeholder"},
	factDeclared:         {"declared-license", OfComponent, "the declared licence can be read; NONE is an answer", "NOASSERTION, or a placeholder"},
	factDependency:       {"dependency", OfComponent, "relationships lead from the root of the document to the package", "they do not, but the document says that the dependencies of its root are not known"},
	factCompleteness:     {"completeness", OfComponent, "the document says whether the dependencies listed of the package are all there", "it says that this is not known"},
	factFilename:         {"filename", OfComponent, "the name of the deployable file", "NOASSERTION or a placeholder"},
	factExecutable:       {"executable", OfComponent, "whether the deployable file can be executed", ""},
	factArchive:          {"archive", OfComponent, "whether the deployable file is an archive", ""},
	factStructured:       {"structured", OfComponent, "whether an archive still has the structure of its contents", ""},
	factDownload:         {"download", OfComponent, "the address of the deployable file; NONE is an answer", "NOASSERTION"},
	factSource:           {"source", OfComponent, "the address of the source code", ""},
	factSecurity:         {"security-contact", OfComponent, "the address of a security.txt or of another way to report a weakness", ""},
	factAuthor:           {"author", OfDocument, "a person or an organisation that made the document; a tool is none", "an author “anonymous” or a placeholder"},
	factAuthorContact:    {"author-contact", OfDocument, "a mail address or web address of such an author", ""},
	factCreator:          {"creator", OfDocument, "a person, an organisation or a tool that made the document", "a placeholder in its place"},
	factSignature:        {"signature", OfDocument, "a signature that holds; the register does not check one, so no document has this today", "a signature is inside; whether it holds was not checked"},
	factFormat:           {"format", OfDocument, "the notation was recognised", ""},
	factFormatVersion:    {"format-version", OfDocument, "a published version of the notation that was not replaced as defective or long ago", ""},
	factContext:          {"context", OfDocument, "one of design, source, build, analyzed, deployed, runtime", "said to be unknown"},
	factTimestamp:        {"timestamp", OfDocument, "a date and time that is not in the future and not before there were SBOMs", ""},
	factTool:             {"tool", OfDocument, "the name of a tool", "a placeholder in its place"},
	factToolVersion:      {"tool-version", OfDocument, "the version of a tool, after its name and “-”", "a placeholder such as “[not provided]” or “unknown” in its place"},
	factEdition:          {"edition", OfDocument, "a version number of the document, or an URI that belongs to this one document", ""},
	factNamespace:        {"namespace", OfDocument, "an absolute URI or UUID of the document that is no example", ""},
	factRoot:             {"root", OfDocument, "the package that the document is about", ""},
}

// Facts lists everything that is counted, in the order of the tallies of Meter.Finish.
func Facts() []Fact { return append([]Fact(nil), facts[:]...) }

// factByID finds a fact; rule lists name them.
func factByID(id string) (Fact, bool) {
	for _, f := range facts {
		if f.ID == id {
			return f, true
		}
	}
	return Fact{}, false
}

// outcome is what a document says of one fact.
type outcome uint8

const (
	missing outcome = iota
	unknown
	value
)

// outcomes counts by outcome.
type outcomes [value + 1]int
