package models

import (
	"regexp"
	"slices"
	"time"
)

// Attachment is a file of a case. Its bytes are kept once for each content and are never lost; a better version supersedes it.
type Attachment struct {
	ID           int64
	DecisionID   int64
	ContentID    int64
	Title        string
	Filename     string
	Type         string     // documentType of OCDS 1.1, whose list is open, or one of ours with x_ before it
	Media        string     // media type, as the bytes have it
	Tier         Visibility // who may read it, once the case may be read
	Language     string     // tag of BCP 47, as "en"; "" when not said
	Part         string     // address of the part that it belongs to, as "cost/b"; "" for the case
	SupersedesID *int64     // the attachment of the same case that it is a better version of
	RedactsID    *int64     // the attachment of the same case of which it is the redacted form
	ByID         *int64
	ByName       string
	At           time.Time
}

var (
	documentType = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)
	partAddress  = regexp.MustCompile(`^[a-z-]+(/[a-z0-9-]+)?$`)
)

// Validate reports every field that breaks a rule; what stands in the register is for the register to judge.
func (a *Attachment) Validate() error {
	var m Mistakes
	requireText(&m, "title", a.Title, 300)
	requireText(&m, "filename", a.Filename, 255)
	requireText(&m, "type", a.Type, 60)
	checkOneOf(&m, "tier", a.Tier, Visibilities)
	checkLength(&m, "language", a.Language, 35)
	checkLength(&m, "part", a.Part, 100)
	if a.Type != "" && !documentType.MatchString(a.Type) {
		m.Add("type", "malformed", "Give a document type of OCDS, as technicalSpecifications, or one of your own that begins with x_.")
	}
	if a.Language != "" && !languageTag.MatchString(a.Language) {
		m.Add("language", "malformed", "Give the language by its code, as en or pt-BR.")
	}
	if a.Part != "" && !partAddress.MatchString(a.Part) {
		m.Add("part", "malformed", "Give the address of a part of the dossier, as scan or cost/nextcloud.")
	}
	if a.SupersedesID != nil && a.RedactsID != nil {
		m.Add("redactsId", "not-together", "A file is either a better version of another or its redacted form. Give one of the two.")
	}
	if a.RedactsID != nil && a.Tier == VisibleAgency {
		m.Add("tier", "not-here", "A redacted form is made to be shown: choose government or public.")
	}
	return m.Err()
}

// AttachmentVerdict is what is known of the bytes of a file once they were looked at for malware.
type AttachmentVerdict string

// The verdicts.
const (
	AttachmentUnchecked AttachmentVerdict = "unchecked" // nobody has looked yet
	AttachmentClean     AttachmentVerdict = "clean"
	AttachmentInfected  AttachmentVerdict = "infected"
	AttachmentFailed    AttachmentVerdict = "failed" // the check did not come to an end; it is tried again
)

// AttachmentVerdicts lists them.
var AttachmentVerdicts = []AttachmentVerdict{AttachmentUnchecked, AttachmentClean, AttachmentInfected, AttachmentFailed}

// Decided reports whether the bytes need not be looked at again.
func (v AttachmentVerdict) Decided() bool {
	return slices.Contains([]AttachmentVerdict{AttachmentClean, AttachmentInfected}, v)
}
