package models

import (
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// AgencyKind is what sort of public body an agency is.
type AgencyKind string

const (
	Government     AgencyKind = "government" // the root: the state itself
	Ministry       AgencyKind = "ministry"
	Department     AgencyKind = "department"
	Authority      AgencyKind = "authority" // statutory body, regulator, board
	LocalBody      AgencyKind = "local-body"
	SharedServices AgencyKind = "shared-services"
	StateCompany   AgencyKind = "state-company"
	OtherBody      AgencyKind = "other"
)

// AgencyKinds lists the kinds in the order of a form.
var AgencyKinds = []AgencyKind{Government, Ministry, Department, Authority, LocalBody, SharedServices, StateCompany, OtherBody}

// AgencyState says whether an agency still acts.
type AgencyState string

const (
	AgencyActive AgencyState = "active"
	AgencyMerged AgencyState = "merged" // its successor answers for what it had
	AgencyClosed AgencyState = "closed"
)

// Agency is a public body. Its place in the hierarchy is dated (AgencyParent) and closed over (agency_closure).
type Agency struct {
	ID          int64
	URI         string // canonical web identity, unique
	Code        string // national code, unique
	Name        string
	Kind        AgencyKind
	ParentID    *int64
	State       AgencyState
	SuccessorID *int64 // set when merged
	Email       string // published functional mailbox, never a private one
	Phone       string
	Website     string
	Version     int64 // counts changes; the ETag
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// AgencyParent is one span of days during which an agency stood under a parent; nil ParentID means at the top.
type AgencyParent struct {
	ID       int64
	AgencyID int64
	ParentID *int64
	FromOn   Date
	UntilOn  *Date // first day on which it no longer held; nil while it holds
}

// Validate reports every field that breaks a rule.
func (a *Agency) Validate() error {
	var m Mistakes
	requireText(&m, "name", a.Name, 200)
	requireText(&m, "code", a.Code, 64)
	if a.URI == "" {
		m.Add("uri", "required", "Give the agency's web identity, such as https://www.example.gov/agency/health.")
	} else {
		checkURL(&m, "uri", a.URI)
	}
	if a.Website != "" {
		checkURL(&m, "website", a.Website)
	}
	checkOneOf(&m, "kind", a.Kind, AgencyKinds)
	checkMail(&m, "email", a.Email)
	checkLength(&m, "phone", a.Phone, 40)
	if a.ParentID != nil && *a.ParentID == a.ID && a.ID != 0 {
		m.Add("parentId", "self", "An agency cannot stand under itself.")
	}
	return m.Err()
}

func requireText(m *Mistakes, field, value string, most int) {
	if strings.TrimFunc(value, func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) }) == "" {
		m.Add(field, "required", "This is needed.")
		return
	}
	checkLength(m, field, value, most)
}

func checkLength(m *Mistakes, field, value string, most int) {
	if len([]rune(value)) > most {
		m.Add(field, "too-long", "Use at most "+strconv.Itoa(most)+" characters.")
	}
	if strings.ContainsFunc(value, treacherous) {
		m.Add(field, "bad-character", "Remove the control characters: they cannot be seen and change how the text is shown.")
	}
}

// treacherous reports characters that make a text look other than it is: commands to a terminal, and the embeddings that
// turn round what follows (Unicode TR 36, 2.5.1). Isolates and joiners stay: Arabic, Hebrew and Persian need them.
func treacherous(r rune) bool {
	return unicode.IsControl(r) && !strings.ContainsRune("\n\r\t", r) || r >= '\u202a' && r <= '\u202e'
}

func checkOneOf[T ~string](m *Mistakes, field string, value T, known []T) {
	words := make([]string, len(known))
	for i, k := range known {
		if k == value {
			return
		}
		words[i] = string(k)
	}
	m.Add(field, "unknown-value", "Use one of: "+strings.Join(words, ", ")+".")
}

func checkURL(m *Mistakes, field, value string) {
	checkLength(m, field, value, 2000)
	u, err := url.Parse(value)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		m.Add(field, "bad-url", "Give a full web address that starts with https://.")
	} else if err := CheckAddress(value); err != nil {
		m.Add(field, "bad-url", sentence(err))
	}
}

func checkMail(m *Mistakes, field, value string) {
	if value == "" {
		return
	}
	if addr, err := mail.ParseAddress(value); err != nil || addr.Address != value {
		m.Add(field, "bad-email", "Give an e-mail address such as service@agency.example.gov.")
	}
}
