package ocds

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ospo-register/ospo/exporters/dossier"
	"github.com/ospo-register/ospo/models"
)

func money(m models.Money) *value {
	if m.IsZero() || !m.Amount.Valid() {
		return nil
	}
	return &value{json.Number(m.Amount), m.Currency}
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Truncate(time.Second).Format("2006-01-02T15:04:05Z")
}

func moment(t *time.Time) string {
	if t == nil {
		return ""
	}
	return instant(*t)
}

// starts and ends are a day as a moment: the standard's dates have a time (RFC 3339).
func starts(d *models.Date) string {
	if d == nil || d.IsZero() {
		return ""
	}
	return d.String() + "T00:00:00Z"
}

func ends(d *models.Date) string {
	if d == nil || d.IsZero() {
		return ""
	}
	return d.String() + "T23:59:59Z"
}

// address is a URI as the standard's schema wants it: absolute, and escaped; "" for anything else.
func address(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return u.String()
}

// agency adds who decides to the parties.
func (w *writer) agency() *reference {
	a := w.Agency
	id := a.Code
	if a.Scheme != "" && a.Code != "" {
		id = a.Scheme + "-" + a.Code
	}
	name := text(a.Name)
	if id == "" {
		id = named("agency", name)
	}
	o := organization{ID: id, Name: name, Roles: []string{"buyer", "procuringEntity"}}
	if i := (identifier{a.Scheme, text(a.Code), name, address(a.URI)}); i.ID != "" {
		o.Identifier = &i
	}
	w.parties = append(w.parties, o)
	return &reference{id, name}
}

// party adds an organization of which only the name is known in a role, or the role to one that is there.
func (w *writer) party(name, role string) *reference {
	if name = strings.Join(strings.Fields(text(name)), " "); name == "" {
		return nil
	}
	id := named("org", name)
	i := slices.IndexFunc(w.parties, func(o organization) bool { return o.ID == id })
	if i < 0 {
		w.parties = append(w.parties, organization{ID: id, Name: name})
		i = len(w.parties) - 1
	}
	if !slices.Contains(w.parties[i].Roles, role) {
		w.parties[i].Roles = append(w.parties[i].Roles, role)
	}
	return &reference{id, name}
}

// named makes an identifier within the process that follows from a name and differs where names do.
func named(kind, name string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(name)))
	return kind + "-" + hex.EncodeToString(sum[:6])
}

// sections says in which section of a release documents of a type stand (codelist documentType of OCDS 1.1); others are told with the planning.
var sections = map[string]string{
	"tenderNotice": "tender", "biddingDocuments": "tender", "technicalSpecifications": "tender", "evaluationCriteria": "tender", "eligibilityCriteria": "tender", "clarifications": "tender",
	"shortlistedFirms": "tender", "bidders": "tender", "billOfQuantity": "tender", "evaluationReports": "tender", "conflictOfInterest": "tender", "debarments": "tender", "cancellationDetails": "tender",
	"submissionDocuments": "tender", "complaints": "tender", "illustration": "tender",
	"awardNotice": "award", "winningBid": "award",
	"contractNotice": "contract", "contractSigned": "contract", "contractSummary": "contract", "contractAnnexe": "contract", "contractArrangements": "contract", "contractSchedule": "contract",
	"contractGuarantees": "contract", "contractText": "contract", "subContract": "contract",
	"physicalProgressReport": "implementation", "financialProgressReport": "implementation", "finalAudit": "implementation", "completionCertificate": "implementation",
}

// documents are the public files of a section; those of a section that is not told stand with the planning.
func (w *writer) documents(section string, told map[string]bool) []document {
	files := slices.Clone(w.Attachments)
	slices.SortStableFunc(files, func(a, b dossier.Attachment) int { return cmp.Compare(a.ID, b.ID) })
	var list []document
	for _, a := range files {
		home := sections[a.Type]
		if home == "" || !told[home] {
			home = "planning"
		}
		if home == section {
			list = append(list, document{ID: "attachment-" + strconv.FormatInt(a.ID, 10), Type: a.Type, Title: text(a.Title), URL: address(a.URL), Published: instant(a.At), Format: text(a.Media), Language: a.Language})
		}
	}
	return list
}

// scheme reads a classification as people write it: "CPV 72267000-4", or eight digits, which are CPV.
func scheme(s string) *classification {
	before, id, both := strings.Cut(text(s), " ")
	if !both {
		before, id = "CPV", before
	}
	id = strings.TrimSpace(id)
	digits := strings.ReplaceAll(id, "-", "")
	if id == "" || strings.Trim(digits, "0123456789") != "" || len(digits) < 2 || strings.Trim(before, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return nil
	}
	return &classification{before, id}
}
