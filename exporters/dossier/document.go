package dossier

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/ospo-register/ospo/models"
)

// Format names the notation of the document and its version. A change after which a program that knows this one would read
// something wrong gets another number.
const Format = "ospo-decision/1"

// Document is what the public is told of a decision. What is not on file is left out; what is withheld stands as withheld. Its
// JSON is described by Schema.
type Document struct {
	Format        string                `json:"format"`
	Summary       string                `json:"summary,omitempty"`
	Ref           string                `json:"ref"`
	Edition       int                   `json:"edition"`
	PublishedAt   Instant               `json:"publishedAt"`
	Note          string                `json:"note,omitempty"`
	Agency        AgencyTold            `json:"agency"`
	Withheld      *Held                 `json:"withheld,omitempty"` // the whole: nothing but the agency, the law and this is told
	Title         string                `json:"title,omitempty"`
	Function      string                `json:"function,omitempty"`
	Branch        string                `json:"branch,omitempty"`
	Kind          string                `json:"kind,omitempty"`
	Track         string                `json:"track,omitempty"`
	State         string                `json:"state,omitempty"`
	OpenedAt      Instant               `json:"openedAt,omitzero"`
	ApprovedAt    Instant               `json:"approvedAt,omitzero"`
	StandstillOn  *models.Date          `json:"standstillEndsOn,omitempty"`
	ReviewOn      *models.Date          `json:"reviewOn,omitempty"`
	ClosedAt      Instant               `json:"closedAt,omitzero"`
	Regime        RegimeTold            `json:"regime"`
	Choice        Told[ChoiceTold]      `json:"choice,omitzero"`
	Justification Told[ReasonTold]      `json:"justification,omitzero"`
	Impossibility Told[ImpossibleTold]  `json:"impossibility,omitzero"`
	Exemption     Told[ExemptionTold]   `json:"exemption,omitzero"`
	Need          Told[NeedTold]        `json:"need,omitzero"`
	Scan          Told[ScanTold]        `json:"scan,omitzero"`
	Rungs         []RungTold            `json:"rungs,omitempty"`
	Mitigations   Told[[]string]        `json:"mitigations,omitzero"`
	Opinion       Told[OpinionTold]     `json:"opinion,omitzero"`
	Procedure     Told[ProcedureTold]   `json:"procedure,omitzero"`
	Approvals     Told[[]ApprovalTold]  `json:"approvals,omitzero"`
	Notices       Told[[]NoticeTold]    `json:"notices,omitzero"`
	Procurement   Told[BuyingTold]      `json:"procurement,omitzero"`
	Challenges    Told[[]ChallengeTold] `json:"challenges,omitzero"`
	Contract      Told[ContractTold]    `json:"contract,omitzero"`
	Release       Told[ReleaseTold]     `json:"release,omitzero"`
	Remediation   Told[RemedyTold]      `json:"remediation,omitzero"`
	Review        Told[ReviewTold]      `json:"review,omitzero"`
	Attachments   []AttachmentTold      `json:"attachments,omitempty"`
	WithheldParts []HeldPart            `json:"withheldParts,omitempty"`
	Rules         []RuleTold            `json:"rules,omitempty"` // as they were at the approval
	Steps         []StepTold            `json:"steps,omitempty"`
	Related       []RelatedTold         `json:"related,omitempty"`
	Dossier       string                `json:"dossierDigest,omitempty"` // SHA-256 of the dossier in hex, from which the whole can be checked by who may see it
}

// Bytes is the document as it is published and hashed: UTF-8, members in the order of the type, nothing between them.
func (d *Document) Bytes() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(d); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Instant is a moment in UTC, to the second.
type Instant struct{ time.Time }

// MarshalText writes it as RFC 3339 does, with Z.
func (i Instant) MarshalText() ([]byte, error) {
	return []byte(i.UTC().Truncate(time.Second).Format("2006-01-02T15:04:05Z")), nil
}

// MarshalJSON writes it as RFC 3339 does, with Z.
func (i Instant) MarshalJSON() ([]byte, error) {
	text, err := i.MarshalText()
	return []byte(`"` + string(text) + `"`), err
}

func instant(t *time.Time) Instant {
	if t == nil {
		return Instant{}
	}
	return Instant{*t}
}

// Told is a section of the document: what is told, or that it is withheld. The zero Told is not on file.
type Told[T any] struct {
	Value *T
	Held  *Held
}

// IsZero reports that there is nothing to tell.
func (t Told[T]) IsZero() bool { return t.Value == nil && t.Held == nil }

// MarshalJSON writes what is told, or in its place that it is withheld.
func (t Told[T]) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if t.Held != nil {
		err := enc.Encode(t.Held)
		return b.Bytes(), err
	}
	err := enc.Encode(t.Value)
	return b.Bytes(), err
}

// Held says that something is withheld, and on which ground.
type Held struct {
	Withheld bool   `json:"withheld"` // always true
	Ground   string `json:"ground"`
	Text     string `json:"text,omitempty"`
}

// HeldPart is one thing that is withheld.
type HeldPart struct {
	Part   string `json:"part"`
	Ground string `json:"ground"`
	Text   string `json:"text,omitempty"`
}

// AgencyTold is who decides.
type AgencyTold struct {
	Name string `json:"name"`
	URI  string `json:"uri,omitempty"`
	Code string `json:"code,omitempty"`
}

// RegimeTold is the law that judged.
type RegimeTold struct {
	Code    string `json:"code"`
	Title   string `json:"title,omitempty"`
	Version int    `json:"version"`
	Digest  string `json:"digest,omitempty"`
	Model   string `json:"model,omitempty"`
	Draft   bool   `json:"draft,omitempty"`
}
