package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"github.com/ospo-register/ospo/licenses"
)

// Policy is what somebody says of licences, as data. It is made by Parse or Default and is not to be changed afterwards: AddRule and
// its likes give a new one.
type Policy struct {
	ID        string     // kebab-case, "government"
	Title     string     // for people
	About     string     // whom it binds and what for; "" when not said
	Basis     string     // the law or decision that it rests on; "" when not said
	Sets      []NamedSet // in the order of the document
	Rules     []Rule     // the first that matches a licence decides it
	Otherwise Otherwise  // what holds of a listed licence that no rule matches
}

// NamedSet is a list of licences that rules refer to by name.
type NamedSet struct {
	Name string   // kebab-case
	IDs  []string // canonical: "GPL-2.0-only", "GPL-2.0-or-later WITH Classpath-exception-2.0", "LicenseRef-…"
}

// Rule says what holds of the licences that it matches.
type Rule struct {
	ID        string // kebab-case, unique in its policy
	Title     string
	Licenses  Match  // which licences; the zero Match is every licence
	When      string // CEL that must be true for the rule to match; "" is always
	Outcome   Outcome
	Severity  Severity
	Message   string // what is said to who uses the component
	Basis     string // law, clause of the licence, decision; "" when not said
	Cure      string // what to do; may be "" only when the outcome is allow
	Reference string // web address with more; "" when none
}

// Match says which licences a rule is about. A licence must satisfy every axis that is not empty, and satisfies one when it is any of
// its values; IDs and Sets are one axis together.
type Match struct {
	IDs         []string // exactly these: "GPL-2.0-only" is not "GPL-2.0-only WITH …" and not "GPL-2.0-or-later"
	Sets        []string
	Categories  []licenses.Category
	Classes     []licenses.Class
	Openness    []licenses.Openness
	Reciprocity []licenses.Reciprocity
	Limits      []licenses.Limit // it has one of these limits
	Patents     []licenses.Patents
	Statement   []StatementKind
}

// StatementKind is how a licence is stated, as a rule may ask for it.
type StatementKind string

// The kinds. The first four are said of a statement that is no expression; a rule with one of them has no other axis.
const (
	StatedNone        StatementKind = "none"         // NONE: there is no licence
	StatedNoAssertion StatementKind = "no-assertion" // NOASSERTION
	StatedAbsent      StatementKind = "absent"       // nothing is stated
	StatedUnparsable  StatementKind = "unparsable"   // a text that we cannot read
	StatedUnlisted    StatementKind = "unlisted"     // an identifier that nobody has published, or a reference to a text that is not identified
	StatedGuessed     StatementKind = "guessed"      // the expression is our reading of a text that is none
)

// StatementKinds lists the kinds in the order of a form.
func StatementKinds() []StatementKind {
	return []StatementKind{StatedNone, StatedNoAssertion, StatedAbsent, StatedUnparsable, StatedUnlisted, StatedGuessed}
}

func (k StatementKind) wordless() bool {
	return k == StatedNone || k == StatedNoAssertion || k == StatedAbsent || k == StatedUnparsable
}

// Outcome is what a rule says.
type Outcome string

// The outcomes from the best to the worst.
const (
	Allow  Outcome = "allow"
	Review Outcome = "review" // a person has to look
	// LeaveUnknown leaves a statement that tells no terms as unknown as it is and gives it words and a cure. For rules about statements only.
	LeaveUnknown Outcome = "unknown"
	Deny         Outcome = "deny"
)

// Outcomes lists the outcomes in the order of a form.
func Outcomes() []Outcome { return []Outcome{Allow, Review, LeaveUnknown, Deny} }

// Verdict is what the outcome makes of a licence that is known.
func (o Outcome) Verdict() licenses.Verdict {
	switch o {
	case Allow:
		return licenses.Allowed
	case Review:
		return licenses.Review
	case Deny:
		return licenses.Denied
	}
	return licenses.UnknownTerms
}

// Severity says how much a broken rule weighs.
type Severity string

// The severities.
const (
	Info     Severity = "info"
	Low      Severity = "low"
	Medium   Severity = "medium"
	High     Severity = "high"
	Critical Severity = "critical"
)

// Severities lists the severities from the lightest to the heaviest.
func Severities() []Severity { return []Severity{Info, Low, Medium, High, Critical} }

// Worse is the heavier of two severities.
func (s Severity) Worse(other Severity) Severity {
	if slices.Index(Severities(), other) > slices.Index(Severities(), s) {
		return other
	}
	return s
}

func usualSeverity(o Outcome) Severity {
	switch o {
	case Allow:
		return Info
	case Deny:
		return High
	}
	return Medium
}

// Otherwise is what a policy says of a listed licence that none of its rules matches.
type Otherwise struct {
	Outcome  Outcome // allow, review or deny
	Severity Severity
	Message  string
	Cure     string
}

// Rule finds a rule by its ID.
func (p *Policy) Rule(id string) (Rule, bool) {
	i := p.at(id)
	if i < 0 {
		return Rule{}, false
	}
	return p.Rules[i], true
}

func (p *Policy) at(id string) int {
	return slices.IndexFunc(p.Rules, func(r Rule) bool { return r.ID == id })
}

// Digest is the SHA-256 of the canonical form, in lower-case hex. Comments and layout do not count; every word does.
func (p *Policy) Digest() string {
	sum := sha256.Sum256(p.YAML())
	return hex.EncodeToString(sum[:])
}
