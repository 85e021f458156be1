package models

import (
	"maps"
	"slices"
	"time"
)

// Role is what a person is in an agency, or in the whole register.
type Role string

const (
	Reader        Role = "reader"              // sees what the agency sees
	Registrar     Role = "registrar"           // keeps the agency's entries
	Procurement   Role = "procurement-officer" // opens decisions for the agency
	Counsel       Role = "counsel"             // writes the agency's licence policy, decides exemptions from it, puts regimes in force
	OSPOStaff     Role = "ospo-staff"          // runs the register's content, everywhere
	Auditor       Role = "auditor"             // sees everything, changes nothing
	Administrator Role = "administrator"       // runs the register itself: people, roles, tokens
)

// Roles in decisions. A person may hold several; who decides a case never is who asked for it or evaluated it.
const (
	Requester          Role = "requester"           // needs the software, writes the need
	Evaluator          Role = "evaluator"           // scores candidates with evidence
	Adviser            Role = "adviser"             // says of candidates whether they pass what the law makes a condition
	ProceduralReviewer Role = "procedural-reviewer" // confirms the procedure, never the choice
	Approver           Role = "approver"            // takes the decision
	ExemptionAuthority Role = "exemption-authority" // grants, limits and refuses exemptions from open source first
	OpinionGiver       Role = "opinion-giver"       // gives the prior opinion of the central body
	ReleaseOfficer     Role = "release-officer"     // decides what code is opened
	ReviewBody         Role = "review-body"         // registers what became of challenges
)

// Roles lists the roles from least to most.
var Roles = []Role{Reader, Requester, Evaluator, Adviser, Registrar, Procurement, ProceduralReviewer, ReleaseOfficer, Approver, ExemptionAuthority, OpinionGiver, ReviewBody, Counsel, OSPOStaff, Auditor, Administrator}

// WholeRegister reports whether the role is held in the register as a whole and never in a single agency.
func (r Role) WholeRegister() bool { return r == OSPOStaff || r == Auditor || r == Administrator }

// Action is something that may be asked of the register; it is spelled as in tokens' scopes.
type Action string

const (
	ReadGovernment   Action = "government:read" // see what is visible to government, at least
	WriteAgency      Action = "agencies:write"
	WriteAsset       Action = "assets:write"
	MergeAsset       Action = "assets:merge"
	WriteRelease     Action = "releases:write"
	WriteDeployment  Action = "deployments:write"
	AttestDeployment Action = "deployments:attest"
	WriteSBOM        Action = "sboms:write"
	WriteRetention   Action = "retention:write" // say how long former documents are kept
	WritePolicy      Action = "policies:write"
	TriageFinding    Action = "findings:write"    // comment, take on, set a day, ask for an exemption, state how an obligation is met
	ChooseLicense    Action = "licenses:choose"   // take a branch of a licence expression
	ConcludeLicense  Action = "licenses:conclude" // say under which licence a component stands, whatever documents say
	GrantExemption   Action = "exemptions:grant"
	WriteDecision    Action = "decisions:write"    // open, write and move decisions, each as the transition table has it
	WriteRegime      Action = "regimes:write"      // write drafts of what the law asks
	ActivateRegime   Action = "regimes:activate"   // put a regime in force
	ReadEvents       Action = "events:read"        // the full audit trail, with before and after
	WriteRepository  Action = "repositories:write" // publishers, repositories, harvests
	WriteAnalysis    Action = "analyses:write"     // what a scanner found in a repository, under its namespace
	WriteChecklist   Action = "checklists:write"   // continuity facts and checklists of an asset
	Reuse            Action = "reuse:write"        // say what an agency wants to reuse, ask for access to closed code
	WriteStack       Action = "stack:write"        // recommend, contain and retire software per function
	WriteSource      Action = "sources:write"      // catalogues of other governments that are read
	ManageWebhooks   Action = "webhooks:write"
	ManageUsers      Action = "users:manage"
)

// Actions lists every action.
var Actions = []Action{ReadGovernment, WriteAgency, WriteAsset, MergeAsset, WriteRelease, WriteDeployment, AttestDeployment, WriteSBOM, WriteRetention, WritePolicy, TriageFinding, ChooseLicense, ConcludeLicense, GrantExemption, WriteDecision, WriteRegime, ActivateRegime, ReadEvents, WriteRepository, WriteAnalysis, WriteChecklist, Reuse, WriteStack, WriteSource, ManageWebhooks, ManageUsers}

// permissions is the whole role matrix: who may do what, where they hold the role.
var permissions = map[Role][]Action{
	Reader:        {ReadGovernment},
	Procurement:   {ReadGovernment, WriteDecision, Reuse},
	Registrar:     {ReadGovernment, WriteAsset, WriteRelease, WriteDeployment, AttestDeployment, WriteSBOM, TriageFinding, ChooseLicense, WriteDecision, WriteRepository, WriteAnalysis, WriteChecklist, Reuse, ManageWebhooks},
	Counsel:       {ReadGovernment, WritePolicy, TriageFinding, ChooseLicense, ConcludeLicense, GrantExemption, WriteRegime, ActivateRegime},
	OSPOStaff:     {ReadGovernment, WriteAgency, WriteAsset, MergeAsset, WriteRelease, WriteDeployment, AttestDeployment, WriteSBOM, WriteRetention, WritePolicy, TriageFinding, ChooseLicense, ConcludeLicense, GrantExemption, WriteDecision, WriteRegime, WriteRepository, WriteAnalysis, WriteChecklist, Reuse, WriteStack, WriteSource, ManageWebhooks, ReadEvents},
	Auditor:       {ReadGovernment, ReadEvents},
	Administrator: {ReadGovernment, WriteAgency, ReadEvents, ManageWebhooks, ManageUsers},

	Requester:          {ReadGovernment, WriteDecision, Reuse},
	Evaluator:          {ReadGovernment, WriteDecision},
	Adviser:            {ReadGovernment, WriteDecision},
	ProceduralReviewer: {ReadGovernment, WriteDecision},
	Approver:           {ReadGovernment, WriteDecision},
	ExemptionAuthority: {ReadGovernment, WriteDecision},
	OpinionGiver:       {ReadGovernment, WriteDecision},
	ReleaseOfficer:     {ReadGovernment, WriteDecision},
	ReviewBody:         {ReadGovernment, WriteDecision},
}

// Grants reports whether the role includes the action where it is held.
func (r Role) Grants(a Action) bool { return slices.Contains(permissions[r], a) }

// User is a person who can sign in.
type User struct {
	ID         int64
	Email      string // unique, lower case
	Name       string
	DisabledAt *time.Time
	CreatedAt  time.Time
}

// Validate reports every field that breaks a rule.
func (u *User) Validate() error {
	var m Mistakes
	requireText(&m, "name", u.Name, 200)
	requireText(&m, "email", u.Email, 200)
	checkMail(&m, "email", u.Email)
	return m.Err()
}

// Membership is one role of one person; AgencyID is nil for roles in the whole register.
type Membership struct {
	ID        int64
	UserID    int64
	AgencyID  *int64
	Role      Role
	CreatedAt time.Time
	EndedAt   *time.Time
}

// Validate reports every field that breaks a rule.
func (s *Membership) Validate() error {
	var m Mistakes
	checkOneOf(&m, "role", s.Role, Roles)
	if s.Role.WholeRegister() != (s.AgencyID == nil) {
		m.Add("agencyId", "wrong-scope", "OSPO staff, auditors and administrators hold their role in the whole register; the other roles need an agency.")
	}
	return m.Err()
}

// Token is an API credential of a person, limited to an agency and to actions. Only its SHA-256 is kept.
type Token struct {
	ID         int64
	UserID     int64
	AgencyID   *int64 // with its sub-agencies; nil: wherever the person may act
	Name       string
	Hash       []byte
	Hint       string // first characters, so that a person recognises it
	Actions    StringList
	ExpiresAt  time.Time
	LastUsedAt *time.Time
	RevokedAt  *time.Time
	CreatedAt  time.Time
}

// MaxTokenDays bounds the life of a token.
const MaxTokenDays = 366

// Grant is a role with the agencies it covers; All means every agency.
type Grant struct {
	Role     Role
	All      bool
	Agencies map[int64]bool // the agency and all below it
}

// Viewer is who asks: a person, a token of a person, the program itself, or the public (the zero Viewer).
type Viewer struct {
	UserID  int64
	Name    string
	Email   string
	TokenID int64
	System  bool // the program at the command line, acting for its operator
	Grants  []Grant
	Scope   *Grant   // a token's limits: Role is unused
	Actions []Action // a token's actions; nil: not limited
}

// SystemViewer is the program acting on behalf of whoever runs its command line.
func SystemViewer(name string) Viewer {
	return Viewer{System: true, Name: name, Grants: []Grant{{Role: OSPOStaff, All: true}, {Role: Administrator, All: true}}}
}

// SignedIn reports whether the viewer is somebody.
func (v Viewer) SignedIn() bool { return v.UserID != 0 || v.System }

// May reports whether the viewer may do the action for the agency. Agency 0 asks about the whole register.
func (v Viewer) May(a Action, agency int64) bool {
	if v.Actions != nil && !slices.Contains(v.Actions, a) {
		return false
	}
	if v.Scope != nil && !v.Scope.All && !v.Scope.Agencies[agency] && a != ReadGovernment {
		return false
	}
	for _, g := range v.Grants {
		if g.Role.Grants(a) && (g.All || g.Agencies[agency]) {
			return true
		}
	}
	return false
}

// Holds reports whether the viewer acts in a role for the agency, by this very role and within the limits of a token.
func (v Viewer) Holds(r Role, agency int64) bool {
	return v.May(WriteDecision, agency) && slices.ContainsFunc(v.Grants, func(g Grant) bool { return g.Role == r && (g.All || g.Agencies[agency]) })
}

// Attests reports whether the viewer is somebody of the agency, or of one above it, who may say what it runs. A role in the register as a whole does not make one.
func (v Viewer) Attests(agency int64) bool {
	return v.May(AttestDeployment, agency) && slices.ContainsFunc(v.Grants, func(g Grant) bool { return g.Role.Grants(AttestDeployment) && !g.All && g.Agencies[agency] })
}

// MaySomewhere reports whether there is any agency for which the viewer may do the action.
func (v Viewer) MaySomewhere(a Action) bool {
	if v.Actions != nil && !slices.Contains(v.Actions, a) {
		return false
	}
	for _, g := range v.Grants {
		if g.Role.Grants(a) && (g.All || len(g.Agencies) > 0) {
			return true
		}
	}
	return false
}

// InGovernment reports whether the viewer sees what is visible to government.
func (v Viewer) InGovernment() bool { return v.MaySomewhere(ReadGovernment) }

// SeesAll reports whether no visibility clause applies: the viewer's roles and scope cover every agency.
func (v Viewer) SeesAll() bool {
	if v.Scope != nil && !v.Scope.All {
		return false
	}
	return slices.ContainsFunc(v.Grants, func(g Grant) bool { return g.All && g.Role.Grants(ReadGovernment) })
}

// Covered lists, in order, the agencies whose own things the viewer sees. A token that may not read the rest of
// government still sees what belongs to the agencies it acts for.
func (v Viewer) Covered() []int64 {
	seen := map[int64]bool{}
	for _, g := range v.Grants {
		covered := g.Agencies
		if g.All && v.Scope != nil {
			covered = v.Scope.Agencies
		}
		for id := range covered {
			if v.Scope == nil || v.Scope.All || v.Scope.Agencies[id] {
				seen[id] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(seen))
}
