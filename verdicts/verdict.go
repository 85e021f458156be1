package verdicts

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
)

// Format is the version of the verdict's notation: the member "verdictVersion".
const Format = 1

// Semantics counts the changes of this program by which the same facts may come to another verdict: in reading documents and licences, in judging and
// in what a verdict says. Verdicts with different numbers need not agree.
const Semantics = 3

//go:embed verdict.schema.json
var schema []byte

// Schema is the JSON Schema (2020-12) of a verdict.
func Schema() []byte { return bytes.Clone(schema) }

// Kind says what was judged.
type Kind string

// The kinds of subjects.
const (
	SBOM       Kind = "sbom"
	PURLs      Kind = "purls"
	Expression Kind = "expression"
)

// Verdict is what policies say of one document. Lists are complete unless a number beside them says how many entries are left out.
type Verdict struct {
	VerdictVersion int              `json:"verdictVersion"` // Format
	Digest         string           `json:"digest,omitempty"`
	Semantics      int              `json:"semantics"`
	Verdict        licenses.Verdict `json:"verdict"` // the worst of all packages that are judged; unknown at best when there are none, or when the document breaks off
	Subject        Subject          `json:"subject"`
	Policies       []Policy         `json:"policies"` // as they bind: the government's first
	LicenseList    LicenseList      `json:"licenseList"`
	Program        string           `json:"program"`   // digest of policies and licence list together
	Situation      map[string]any   `json:"situation"` // every fact that was given, by name
	Words          Words            `json:"words"`     // of people, as far as they changed what is judged
	Product        *Product         `json:"product,omitempty"`
	Packages       Counts           `json:"packages"`
	Expressions    Counts           `json:"expressions"` // distinct effective statements
	Findings       []Finding        `json:"findings"`    // what is not allowed, the worst first
	MoreFindings   int              `json:"moreFindings,omitempty"`
}

// Subject is what was judged.
type Subject struct {
	Kind     Kind               `json:"kind"`
	SHA256   string             `json:"sha256"` // of the bytes as they were handed over, in lower-case hex
	Name     string             `json:"name"`   // as the caller calls it
	Packages int                `json:"packages"`
	Format   models.SBOMFormat  `json:"format,omitempty"`
	Version  string             `json:"formatVersion,omitempty"`
	Title    string             `json:"title,omitempty"`   // what the document calls itself
	Reading  models.SBOMVerdict `json:"reading,omitempty"` // accepted, or salvaged: not all of the document could be read
	Text     string             `json:"expression,omitempty"`
	Given    []Statement        `json:"statements,omitempty"` // of a list of packages: the licences that were known of them
}

// Product is what the document describes, where the document itself states no licence of it and has other packages. It is judged by what the situation or a reviewer
// says; where nobody says anything it is left out, and stands in no count but Subject.Packages.
type Product struct {
	Name    string `json:"name,omitempty"`
	Version string `json:"version,omitempty"`
	License string `json:"license"` // by which it was judged; NOASSERTION or "" when it was not
	Judged  bool   `json:"judged"`
}

// Statement is a licence that the caller knew of a package.
type Statement struct {
	PURL    string `json:"purl"`
	License string `json:"license"`
}

// Policy is one policy of the chain that judged.
type Policy struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	Version int    `json:"version"` // 0 for one that is in no register
	Agency  string `json:"agency"`  // code of the agency whose policy it is; "" when nobody has set it, or all of government
	Digest  string `json:"digest"`  // SHA-256 of its canonical form
}

// LicenseList is the licence list that was judged by.
type LicenseList struct {
	Version string `json:"version"`
	Date    string `json:"date"`
	Digest  string `json:"digest"`
}

// Counts is how many there are by verdict; every verdict is there.
type Counts map[licenses.Verdict]int

// Finding is a rule by which packages of the subject are not allowed; without a policy it is about the document as such.
type Finding struct {
	Verdict        licenses.Verdict `json:"verdict"` // on the packages
	Says           licenses.Verdict `json:"says"`    // what the rule says of the licence by itself: of an OR it may deny one branch
	Severity       policy.Severity  `json:"severity"`
	Policy         string           `json:"policy"`
	PolicyVersion  int              `json:"policyVersion"`
	Agency         string           `json:"agency"`
	Rule           string           `json:"rule"` // "" when no rule matched
	Title          string           `json:"title,omitempty"`
	Message        string           `json:"message,omitempty"`
	Basis          string           `json:"basis,omitempty"`
	Cure           string           `json:"cure,omitempty"`
	Reference      string           `json:"reference,omitempty"`
	Missing        []string         `json:"missing,omitempty"` // facts without which the rule is undetermined
	Trouble        string           `json:"trouble,omitempty"` // why the rule could not be evaluated
	Packages       int              `json:"packages"`
	Components     []Component      `json:"components"`
	MoreComponents int              `json:"moreComponents,omitempty"`
}

// Component is one distinct component of the subject. Long texts are cut, and end in "…".
type Component struct {
	Name      string           `json:"name,omitempty"`
	Version   string           `json:"version,omitempty"`
	PURL      string           `json:"purl,omitempty"`
	License   string           `json:"license"` // effective: an expression, NONE, NOASSERTION, the words that cannot be read, or ""
	DecidedBy DecidedBy        `json:"decidedBy,omitempty"`
	Stated    string           `json:"stated,omitempty"`     // the words that the document has for it, where they are others
	Guessed   bool             `json:"guessed,omitempty"`    // the expression is our reading of words that are none
	Texts     []IdentifiedText `json:"identified,omitempty"` // licences that the document brings as texts, and that are listed ones
	Leaves    []Leaf           `json:"about,omitempty"`      // the licences in the expression that the rule is about
	Choose    string           `json:"choose,omitempty"`     // what is allowed of the expression
	Path      []string         `json:"path,omitempty"`       // a shortest way to it from what the document is about, both included
	MorePath  int              `json:"morePath,omitempty"`   // steps left out before the last
	Packages  int              `json:"packages"`             // of the document, with these facts
}

// DecidedBy says where an effective licence comes from.
type DecidedBy string

// Where a licence comes from. Nothing is said when none is stated.
const (
	ByConclusion DecidedBy = "conclusion" // a reviewer's
	ByConcluded  DecidedBy = "concluded"  // the document's author's
	ByDeclared   DecidedBy = "declared"   // the component's makers', as the document says
	ByEntry      DecidedBy = "entry"      // of the product itself: the fact asset.license
	ByCaller     DecidedBy = "given"      // of a list of packages, or of an expression: the caller's
)

// Leaf is a licence in an expression.
type Leaf struct {
	License string   `json:"license"`
	As      []string `json:"as,omitempty"` // the versions of an "or later" licence of which alone the rule speaks
}

// IdentifiedText is a LicenseRef whose text is that of a listed licence.
type IdentifiedText struct {
	Ref     string `json:"ref"`
	License string `json:"license"`
}

// JSON is the verdict as a document, laid out for people.
func (v *Verdict) JSON() []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		panic(fmt.Errorf("writing a verdict: %w", err)) // there is nothing in it that JSON has no words for
	}
	return b.Bytes()
}

// seal gives the verdict its digest.
func (v *Verdict) seal() error {
	v.Digest = ""
	text, err := json.Marshal(v)
	if err == nil {
		v.Digest, err = digest(text)
	}
	if err != nil {
		return fmt.Errorf("writing a verdict: %w", err)
	}
	return nil
}

// digest is the SHA-256 of a JSON object in canonical form (RFC 8785) without its member "digest", in lower-case hex. Layout and order of members do not count.
func digest(text []byte) (string, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return "", err
	}
	delete(members, "digest")
	text, err := json.Marshal(members)
	if err != nil {
		return "", err
	}
	canonical := jsontext.Value(text)
	if err := canonical.Canonicalize(); err != nil {
		return "", err
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:]), nil
}
